"""What the explorer's controls say. Choices come from the parameter files that are there, and what
a page sends is checked before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..figures.style import words
from ..parameters import ParameterError, list_names, load, load_pathogen

PEOPLE = (2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
SEEDS = (5, 10, 20, 50)
DEFAULT_PEOPLE, DEFAULT_SEEDS = 20_000, 20
KAPPA_STEP, MOST_KAPPA = 0.25, 4.0
LATENT_STEP = 0.25  # days
DAY_STEP, MOST_FROM_DAY = 5, 365
FIRST_CURVE = "new_infections"
# the situation's own component, where it stands in no file of its kind
STATED = "as-stated"
KINDS = {
    "pathogen": "pathogens",
    "tracing": "tracing",
    "isolation": "isolation",
    "region": "region",
}


class Then(NamedTuple):
    """What a policy changes into, from the beginning of a day of the run on."""

    from_day: int
    tracing: str
    isolation: str


class Policy(NamedTuple):
    """A tracing level and an isolation regime, by name, and what they change into, if anything."""

    tracing: str
    isolation: str
    then: Then | None = None

    @property
    def parts(self) -> tuple[Policy | Then, ...]:
        """The policy as it begins, and as it goes on."""
        return (self,) if self.then is None else (self, self.then)


class Settings(NamedTuple):
    """What the controls say. situation: the preset that everything starts from. latent_days: mean
    latent period in days, None as stated in the pathogen's file. kappa: multiplies every stated
    exponent of avoidance; 0 switches avoidance off. region: what is closed for everybody, under A
    and B alike."""

    situation: str
    pathogen: str
    latent_days: float | None
    kappa: float
    region: str
    people: int
    seeds: int
    curve: str
    a: Policy
    b: Policy

    def plain(self) -> dict[str, Any]:
        """As a page has them: dicts and lists of texts and numbers."""
        return self._asdict() | {side: _plain(getattr(self, side)) for side in ("a", "b")}


def _plain(policy: Policy) -> dict[str, Any]:
    then = None if policy.then is None else policy.then._asdict()
    return policy._asdict() | {"then": then}


def choices(curves: dict[str, str], people: int, seeds: int) -> dict[str, Any]:
    """What each control offers, as plain data: names, labels and descriptions of every file of its
    kind, and ranges. people, seeds: one size more than usual, where it is none of them."""
    return {
        "pathogen": [
            _choice("pathogens", name) | {"latent": latent_range(name)}
            for name in list_names("pathogens")
        ],
        **{kind: [_choice(kind, n) for n in list_names(kind)] for kind in list(KINDS)[1:]},
        "people": sorted({*PEOPLE, people}),
        "seeds": sorted({*SEEDS, seeds}),
        "kappa": {"low": 0.0, "high": MOST_KAPPA, "step": KAPPA_STEP},
        "curve": [{"name": name, "label": label} for name, label in curves.items()],
    }


def _choice(kind: str, name: str) -> dict[str, str]:
    thing = load(kind, name)
    said = words(name)
    label = (
        thing.title
        if said == name or kind in ("pathogens", "region")
        else said[:1].upper() + said[1:]
    )
    return {"name": name, "label": label, "description": thing.description}


def latent_range(name: str) -> dict[str, float] | None:
    """Range of the latent slider around the stated mean, None for a pathogen without a latent
    period of its own."""
    law = None if name == STATED else load_pathogen(name).latent_period
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


def read_settings(data: Any, before: Settings, presets: Mapping[str, Settings]) -> Settings:
    """Settings from what a browser sent: keys that are missing stay as they were, or are those of
    the preset where the situation is another one. presets: first settings by name of the situation.
    Raises ParameterError for anything that no control can say."""
    if not isinstance(data, dict):
        raise ParameterError("the settings must be an object")
    if unknown := sorted(map(str, set(data) - set(Settings._fields))):
        raise ParameterError(f"unknown settings: {', '.join(unknown)[:80]}")
    situation = _one_of("situation", data.get("situation", before.situation), list(presets))
    own = presets[situation]
    values = (before if situation == before.situation else own)._asdict() | data
    for key in ("pathogen", "region"):
        values[key] = _one_of(key, values[key], _names(key, own))
    for side in ("a", "b"):
        values[side] = _read_policy(side, values[side], own)
    if values["latent_days"] is not None:
        values["latent_days"] = _number("latent_days", values["latent_days"], 0.01, 1000)
    values["kappa"] = _number("kappa", values["kappa"], 0, MOST_KAPPA)
    values["people"] = int(_number("people", values["people"], 1000, 200_000))
    values["seeds"] = int(_number("seeds", values["seeds"], 2, 100))
    if not isinstance(values["curve"], str):
        raise ParameterError("curve: the name of a daily curve is needed")
    return Settings(**values)


def _names(kind: str, preset: Settings) -> list[str]:
    """What may be chosen of a kind, beginning from that preset."""
    given = [preset.a, preset.b] if kind in Policy._fields else [preset]
    parts = [part for one in given for part in getattr(one, "parts", (one,))]
    own = [STATED] if any(getattr(part, kind) == STATED for part in parts) else []
    return [*own, *list_names(KINDS[kind])]


def _read_policy(side: str, given: Any, preset: Settings) -> Policy:
    data = _plain(given) if isinstance(given, Policy) else given
    if not isinstance(data, dict) or {*data, "then"} != set(Policy._fields):
        raise ParameterError(f"{side}: a tracing level and an isolation regime are needed")

    def named(where: str, given: Any) -> tuple[str, str]:
        level, regime = (
            _one_of(f"{where}.{kind}", given[kind], _names(kind, preset))
            for kind in ("tracing", "isolation")
        )
        return level, regime

    then = data.get("then")
    if then is None:
        return Policy(*named(side, data))
    if not isinstance(then, dict) or set(then) != set(Then._fields):
        raise ParameterError(
            f"{side}.then: a change has a day (from_day), a tracing level and an isolation regime"
        )
    day = int(_number(f"{side}.then.from_day", then["from_day"], 1, MOST_FROM_DAY))
    return Policy(*named(side, data), Then(day, *named(f"{side}.then", then)))


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
