"""The two scenarios that the controls amount to, and the line of Python that makes each."""

from __future__ import annotations

from typing import Any

from ..parameters import ParameterError, Scenario, list_names, load_testing, load_tracing
from ..parameters.scenario import KIND_OF
from ..parameters.timeline import CHANGEABLE, Change
from .presets import AS_THEY_WERE, listed
from .settings import KINDS, STATED, Policy, Settings, latent_range

AVOIDANCE = "kappa_"
OF_POLICY = ("tracing", "isolation")
IMPORTS, FIRST = "importations_per_day", "initial_infections"
TIMELINE = "timeline"
Changes = dict[str, Any]


def scenarios(base: Scenario, settings: Settings) -> tuple[Scenario, Scenario]:
    """The scenarios of A and B: the situation with the chosen pathogen, avoidance, region-wide
    measures, people and policies."""
    a, b = (base.with_settings(changes_of(base, settings, p)) for p in (settings.a, settings.b))
    return a, b


def changes_of(base: Scenario, settings: Settings, policy: Policy) -> Changes:
    """What a side changes in the situation's scenario, as `Scenario.replace` takes it.

    What comes from outside keeps its number per 100,000 people. Where a level of either side tests
    listed people and the situation cannot, both are tested as in the first testing file that can.
    Changes of the situation's own timeline stay, but for those of tracing and isolation, which A
    and B say, and those of measures that are no longer there.
    """
    changes: Changes = {
        kind: name
        for kind, name in (
            ("pathogen", settings.pathogen),
            ("region", settings.region),
            ("tracing", policy.tracing),
            ("isolation", policy.isolation),
        )
        if name not in (STATED, listed(base, kind))
    }
    people = int(base.people.value)
    if settings.people != people:
        changes["people"] = settings.people
        changes |= _in_proportion(base, settings.situation, settings.people / people)
    if _tests_contacts(base, settings) and base.testing.listed_to_sample is None:
        changes["testing"] = _testing_of_contacts()
    if settings.latent_days is not None and latent_range(settings.pathogen) is not None:
        changes["pathogen.latent_period.mean"] = settings.latent_days
    if settings.kappa != 1.0:
        for name in type(base.behaviour).model_fields:
            if name.startswith(AVOIDANCE):
                stated = float(getattr(base.behaviour, name).value)
                changes[f"behaviour.{name}"] = settings.kappa * stated
    gone = (*OF_POLICY, *(kind for kind in KINDS if kind in changes))
    timeline = _timeline(base, policy, gone)
    if timeline != list(base.timeline):
        changes[TIMELINE] = timeline
    return changes


def _in_proportion(base: Scenario, situation: str, size: float) -> Changes:
    """What comes from outside, for a city of another size: importations, and in places as they were
    those infected at the start, whose number is of their prevalence. The other situations begin
    with an outbreak of so many people."""
    changes: Changes = {}
    imports = base.importations_per_day
    if imports is not None and imports.value > 0:
        changes[IMPORTS] = float(imports.value) * size
    if situation in AS_THEY_WERE:
        changes[FIRST] = max(1, round(base.initial_infections.value * size))
    return changes


def _timeline(base: Scenario, policy: Policy, gone: tuple[str, ...]) -> list[Any]:
    """The situation's own changes without those of components that are `gone`, and the policy's in
    its place among them: what it changes, and no line where that is nothing."""
    kept = [one for change in base.timeline if (one := _without(change, gone)) is not None]
    then = policy.then
    parts = {
        kind: getattr(base, kind) if getattr(then, kind) == STATED else getattr(then, kind)
        for kind in OF_POLICY
        if then is not None and getattr(then, kind) != getattr(policy, kind)
    }
    if then is None or not parts:
        return kept
    firsts = [change.span(base.start_date)[0] for change in kept]
    later = (at for at, day in enumerate(firsts) if day is not None and day > then.from_day)
    at = next(later, len(kept))
    return [*kept[:at], {"from_day": then.from_day, **parts}, *kept[at:]]


def _without(change: Change, gone: tuple[str, ...]) -> Change | None:
    """The change without those components and their values; None where nothing is left."""
    stays = {a: v for a, v in change.set.items() if a.split(".")[0].split("[")[0] not in gone}
    parts = [part for part in CHANGEABLE if getattr(change, part) is not None]
    if len(stays) == len(change.set) and not {*parts} & {*gone}:
        return change
    if not stays and not {*parts} - {*gone}:
        return None
    names = {kind: name for kind, name in change.names.items() if kind not in gone}
    lost = {part: None for part in parts if part in gone}
    return change.model_copy(update={"set": stays, "names": names, **lost})


def _tests_contacts(base: Scenario, settings: Settings) -> bool:
    names = {part.tracing for policy in (settings.a, settings.b) for part in policy.parts}
    return any(
        (base.tracing if name == STATED else load_tracing(name)).tests_contacts for name in names
    )


def _testing_of_contacts() -> str:
    for name in list_names("testing"):
        if load_testing(name).listed_to_sample is not None:
            return name
    raise ParameterError(
        "this level tests listed people, and no testing file states listed_to_sample"
    )


def identity_of(scenario: Scenario) -> str:
    """What decides the runs of a side: its parameter hash, without avoidance where no regime is
    harsh, since avoidance acts through harshness alone (`mechanisms/response/lowering.py`)."""
    regimes = [scenario.isolation, *(c.isolation for c in scenario.timeline if c.isolation)]
    own = [change for change in scenario.timeline if change.behaviour or change.set]
    if own or any(regime.harshness.value > 0 for regime in regimes):
        return scenario.parameter_hash
    told = {
        name: value.model_copy(update={"value": 0.0})
        for name, value in scenario.behaviour
        if name.startswith(AVOIDANCE)
    }
    behaviour = scenario.behaviour.model_copy(update=told)
    return scenario.model_copy(update={"behaviour": behaviour}).parameter_hash


def in_python(base: Scenario, settings: Settings, policy: Policy, source: str) -> str | None:
    """The expression that makes the scenario of a side; None where a part of it stands in no file.
    source: name or path of the situation's scenario."""
    arguments, addresses = [], []
    for key, value in changes_of(base, settings, policy).items():
        if key == TIMELINE:
            lines = [one if isinstance(one, dict) else _as_stated(one) for one in value]
            texts = [_dict(line) for line in lines if line is not None]
            if len(texts) < len(lines) or None in texts:
                return None
            arguments.append(f"timeline=[{', '.join(filter(None, texts))}]")
        elif "." in key:
            addresses.append(f'"{key}": {value!r}')
        else:
            arguments.append(f"{key}={_literal(value)}")
    if addresses:
        arguments.append(f"**{{{', '.join(addresses)}}}")
    loaded = f"lz.load_scenario({_literal(source)})"
    return f"{loaded}.replace({', '.join(arguments)})" if arguments else loaded


def _as_stated(change: Change) -> Changes | None:
    """A change as it stands in a file; None where a component of it is in none."""
    stated = change.model_dump(mode="json", exclude_defaults=True, exclude={"names", *CHANGEABLE})
    for part in CHANGEABLE:
        if getattr(change, part) is not None:
            if change.names.get(part) not in list_names(KIND_OF[part]):
                return None
            stated[part] = change.names[part]
    return stated


def _dict(line: Changes) -> str | None:
    if not all(isinstance(value, str | int | float | dict) for value in line.values()):
        return None
    return "{" + ", ".join(f'"{key}": {_literal(value)}' for key, value in line.items()) + "}"


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _dict(value) or "{}" if isinstance(value, dict) else repr(value)
