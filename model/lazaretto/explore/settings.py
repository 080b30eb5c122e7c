"""What the explorer's controls say, and the two scenarios that it amounts to. Choices come from the
parameter files that are there."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

from ..figures.style import words
from ..parameters import (
    ParameterError,
    Scenario,
    list_names,
    load,
    load_pathogen,
    load_testing,
    load_tracing,
)

PEOPLE = (2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
SEEDS = (5, 10, 20, 50)
DEFAULT_PEOPLE, DEFAULT_SEEDS = 20_000, 20
KAPPA_STEP, MOST_KAPPA = 0.25, 4.0
LATENT_STEP = 0.25  # days
DAY_STEP, MOST_FROM_DAY = 5, 120
NOTHING = {"tracing": "none", "isolation": "advice"}  # before A and B begin
AVOIDANCE = "kappa_"
STATED_REGION = (
    "as-stated"  # the scenario's own measures, where they are in no file of params/region
)


class Policy(NamedTuple):
    """A tracing level and an isolation regime, by name."""

    tracing: str
    isolation: str


class Settings(NamedTuple):
    """What the controls say. latent_days: mean latent period in days, None as stated in the
    pathogen's file. kappa: multiplies every stated exponent of avoidance; 0 switches avoidance off.
    region: what is closed for everybody, under A and B alike. from_day: on which A and B begin;
    before it nobody traces and isolation is advice, under both alike."""

    pathogen: str
    latent_days: float | None
    kappa: float
    region: str
    people: int
    seeds: int
    curve: str
    a: Policy
    b: Policy
    from_day: int = 0


def first_settings(
    scenario: Scenario,
    people: int | None = None,
    seeds: int | None = None,
    curve: str = "new_infections",
) -> Settings:
    """Where the explorer starts: the scenario's own policy (A: with interviews where it has no
    tracing) beside no tracing under the same regime."""
    regime = scenario.names.get("isolation", "advice")
    level = scenario.names.get("tracing", "none")
    first = Policy("interview" if level == "none" else level, regime)
    pathogen = scenario.names.get("pathogen", list_names("pathogens")[0])
    region = _listed_region(scenario)
    return Settings(
        pathogen,
        None,
        1.0,
        region,
        people or DEFAULT_PEOPLE,
        seeds or DEFAULT_SEEDS,
        curve,
        first,
        Policy("none", regime),
    )


def _listed_region(scenario: Scenario) -> str:
    name = scenario.names.get("region", STATED_REGION)
    return (
        name
        if name in list_names("region") and load("region", name) == scenario.region
        else STATED_REGION
    )


def choices(curves: dict[str, str], settings: Settings) -> dict[str, Any]:
    """What each control offers, as plain data: names, labels and descriptions of every file of its
    kind, and ranges."""
    return {
        "pathogen": [
            _choice("pathogens", name) | {"latent": _latent(name)}
            for name in list_names("pathogens")
        ],
        "tracing": [_choice("tracing", name) for name in list_names("tracing")],
        "isolation": [_choice("isolation", name) for name in list_names("isolation")],
        "region": _regions(settings),
        "people": sorted({*PEOPLE, settings.people}),
        "seeds": sorted({*SEEDS, settings.seeds}),
        "kappa": {"low": 0.0, "high": MOST_KAPPA, "step": KAPPA_STEP},
        "from_day": {"low": 0, "high": MOST_FROM_DAY, "step": DAY_STEP},
        "curve": [{"name": name, "label": label} for name, label in curves.items()],
    }


def _regions(settings: Settings) -> list[dict[str, str]]:
    offered = [_choice("region", name) for name in list_names("region")]
    if settings.region == STATED_REGION:
        said = "The measures that the scenario states."
        offered.insert(
            0, {"name": STATED_REGION, "label": "As the scenario states", "description": said}
        )
    return offered


def _choice(kind: str, name: str) -> dict[str, str]:
    thing = load(kind, name)
    said = words(name)
    label = (
        thing.title
        if said == name or kind in ("pathogens", "region")
        else said[:1].upper() + said[1:]
    )
    return {"name": name, "label": label, "description": thing.description}


def _latent(name: str) -> dict[str, float] | None:
    """Range of the latent slider around the stated mean, None for a pathogen without a latent
    period of its own."""
    law = load_pathogen(name).latent_period
    if law is None:
        return None
    mean = float(law.mean)
    below = int(min(mean / LATENT_STEP - 1, mean / 2 / LATENT_STEP))
    above = int(mean * 1.5 / LATENT_STEP)
    return {
        "stated": mean,
        "low": mean - below * LATENT_STEP,
        "high": mean + above * LATENT_STEP,
        "step": LATENT_STEP,
    }


def read_settings(data: Any, before: Settings) -> Settings:
    """Settings from what a browser sent: keys that are missing stay as they were. Raises
    ParameterError for anything that no control can say."""
    if not isinstance(data, dict):
        raise ParameterError("the settings must be an object")
    if unknown := sorted(set(data) - set(Settings._fields)):
        raise ParameterError(f"unknown settings: {', '.join(map(str, unknown))[:80]}")
    values = before._asdict() | data
    for key, kind in {"pathogen": "pathogens"}.items():
        _one_of(key, values[key], list_names(kind))
    _one_of("region", values["region"], [STATED_REGION, *list_names("region")])
    for side in ("a", "b"):
        given = values[side]
        pair = given._asdict() if isinstance(given, Policy) else given
        if not isinstance(pair, dict) or set(pair) != set(Policy._fields):
            raise ParameterError(f"{side}: a tracing level and an isolation regime are needed")
        values[side] = Policy(
            *(_one_of(f"{side}.{key}", pair[key], list_names(key)) for key in Policy._fields)
        )
    if values["latent_days"] is not None:
        values["latent_days"] = _number("latent_days", values["latent_days"], 0.01, 1000)
    values["kappa"] = _number("kappa", values["kappa"], 0, MOST_KAPPA)
    values["from_day"] = int(_number("from_day", values["from_day"], 0, MOST_FROM_DAY))
    values["people"] = int(_number("people", values["people"], 1000, 200_000))
    values["seeds"] = int(_number("seeds", values["seeds"], 2, 100))
    if not isinstance(values["curve"], str):
        raise ParameterError("curve: the name of a daily curve is needed")
    return Settings(**values)


def _one_of(key: str, value: Any, names: list[str]) -> str:
    if not isinstance(value, str) or value not in names:
        raise ParameterError(f"{key}: there is no {str(value)[:60]!r}; one of {', '.join(names)}")
    return value


def _number(key: str, value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ParameterError(
            f"{key} must be a number from {low:g} to {high:g}; got {str(value)[:40]}"
        )
    return float(value)


def scenarios(base: Scenario, settings: Settings) -> tuple[Scenario, Scenario]:
    """The scenarios of A and B: the base with the chosen pathogen, avoidance, region-wide measures,
    people and policies. Where a level tests listed people and the base cannot, both are tested as
    in the first testing file that can."""
    changes: dict[str, Any] = {"pathogen": settings.pathogen, "people": settings.people}
    wants_tests = any(
        load_tracing(policy.tracing).tests_contacts for policy in (settings.a, settings.b)
    )
    if wants_tests and base.testing.listed_to_sample is None:
        changes["testing"] = _testing_of_contacts()
    if settings.region != STATED_REGION:
        changes["region"] = settings.region
    if (
        settings.latent_days is not None
        and load_pathogen(settings.pathogen).latent_period is not None
    ):
        changes["pathogen.latent_period.mean"] = settings.latent_days
    for name in type(base.behaviour).model_fields:
        if name.startswith(AVOIDANCE):
            changes[f"behaviour.{name}"] = settings.kappa * float(
                getattr(base.behaviour, name).value
            )
    policies = [policy._asdict() for policy in (settings.a, settings.b)]
    if settings.from_day > 0:
        before = base.with_settings(changes | NOTHING)
        a, b = (
            before.replace(timeline=[{"from_day": settings.from_day, **policy}])
            for policy in policies
        )
    else:
        a, b = (base.with_settings(changes | policy) for policy in policies)
    return a, b


def _testing_of_contacts() -> str:
    for name in list_names("testing"):
        if load_testing(name).listed_to_sample is not None:
            return name
    raise ParameterError(
        "this level tests listed people, and no testing file states listed_to_sample"
    )


def nearby(settings: Settings) -> list[Settings]:
    """Settings that one move of one control leads to, the nearest of every control first."""
    moves = []
    for key in Policy._fields:
        for side in ("a", "b"):
            policy: Policy = getattr(settings, side)
            others = [
                policy._replace(**{key: name})
                for name in _by_distance(list_names(key), getattr(policy, key))
            ]
            moves.append(
                [
                    settings._replace(a=one) if side == "a" else settings._replace(b=one)
                    for one in others
                ]
            )
    latent = _latent(settings.pathogen)
    if latent is not None:
        now = settings.latent_days or latent["stated"]
        days = [
            d
            for d in (now + LATENT_STEP, now - LATENT_STEP)
            if latent["low"] <= d <= latent["high"]
        ]
        moves.append(
            [settings._replace(latent_days=None if d == latent["stated"] else d) for d in days]
        )
    kappas = [
        k
        for k in (settings.kappa + KAPPA_STEP, settings.kappa - KAPPA_STEP)
        if 0 <= k <= MOST_KAPPA
    ]
    moves.append([settings._replace(kappa=k) for k in kappas])
    days_on = (settings.from_day + DAY_STEP, settings.from_day - DAY_STEP)
    moves.append([settings._replace(from_day=d) for d in days_on if 0 <= d <= MOST_FROM_DAY])
    moves.append(
        [
            settings._replace(region=name)
            for name in _by_distance(list_names("region"), settings.region)
        ]
    )
    names = _by_distance(list_names("pathogens"), settings.pathogen)
    moves.append([settings._replace(pathogen=name, latent_days=None) for name in names])
    return [one for step in itertools.zip_longest(*moves) for one in step if one is not None]


def _by_distance(names: list[str], now: str) -> list[str]:
    at = names.index(now) if now in names else 0
    return sorted(
        (name for name in names if name != now), key=lambda name: abs(names.index(name) - at)
    )
