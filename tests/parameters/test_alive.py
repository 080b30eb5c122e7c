"""Judges: parameters.

Every stated value of every shipped file moves some output of some scenario. A parameter that moves
nothing is a defect: the reader believes that it was taken into account.

Each value is set to an end of its range, everything else kept, people and luck too; then some array
of the run, or some line of the panel, must differ. Where nothing differs in a small town the same
is tried in contexts that ask more of the parameter.
"""

from __future__ import annotations

import hashlib
import warnings
from functools import cache
from typing import Any

import numpy as np
import pytest

import lazaretto as lz
from lazaretto.engine.lowering import lower_policy, policy_laws
from lazaretto.engine.simulate import run_once
from lazaretto.mechanisms.illness.lowering import in_scenario, lower_pathogen
from lazaretto.outcomes.run import Run
from lazaretto.parameters import COMPONENTS, Scenario, load
from lazaretto.parameters.library import list_names

KEY = {
    "pathogens": "pathogen",
    "populations": "population",
    "testing": "testing",
    "tracing": "tracing",
    "isolation": "isolation",
    "behaviour": "behaviour",
    "region": "region",
}
SCALE = 0.09  # hazard per day: an epidemic in every town, without solving an R0 for each value
PEOPLE, DAYS, FIRST, SEED = 1500, 70, 12, 7
# Read to be compared with; to solve the hazard, which this test leaves fixed; or where nobody says
# how many people a city shall have (a scenario's `people` is checked wherever a city is built)
ELSEWHERE = ("published.", "R0", "hazard_per_day", "people")
# What moves nothing yet, by (kind, file or any, address), and with what it is to come alive.
ANY = ""
TO_COME_ALIVE = {
    ("scenarios", ANY, "start_day_of_year"): "seasons: no pathogen that is shipped states one",
    ("tracing", ANY, "records_per_person_day"): "records of instruments that collect of cases only",
    ("tracing", "transparent-notice", "visit_minutes"): "instruction of notices by exposure",
    ("isolation", "advice", "fine_daily_incomes"): "fines that are announced and not enforced",
    ("isolation", "supported", "fine_daily_incomes"): "fines that are announced and not enforced",
    ("isolation", "transparent-notice", "fine_daily_incomes"): "as for advice",
    ("isolation", "facility", "breach_contact_factor"): "leaving a facility",
    ("isolation", "facility", "breach_duration"): "leaving a facility",
    ("isolation", "facility", "breach_per_day"): "leaving a facility",
    ("isolation", "facility", "household_contact_factor"): "leaving a facility",
    ("isolation", "facility", "detection_probability"): "leaving a facility",
    ("isolation", "facility", "false_alarm_per_person_day"): "leaving a facility",
    ("isolation", "facility", "support_fraction"): "leaving a facility",
}
# What another value of the same file settles: without presymptomatic days nothing weighs them,
# without people who never have symptoms nobody weighs less, a uniform profile has one mean, ...
SETTLED = {
    ("pathogens", ANY, "presymptomatic_relative_infectiousness"),
    ("pathogens", ANY, "never_symptomatic_relative_infectiousness"),
    ("pathogens", ANY, "infectiousness_profile"),
    # schools that are closed already, and measures that ask nothing of anybody
    ("tracing", "russia-2020-order", "recipients"),  # its copies name them
    ("region", "moscow-spring-2020", "school_factor"),
    ("region", "moscow-spring-2020", "compliance"),
}

Path = tuple[str | int, ...]


def stated_in(data: Any, path: Path = ()) -> list[Path]:
    """Where values stand in dumped data: quantities and distributions."""
    if isinstance(data, dict):
        if {"unit", "source", "status"} <= data.keys():
            return [path]
        return [p for key, part in data.items() for p in stated_in(part, (*path, key))]
    if isinstance(data, list | tuple):
        return [p for at, part in enumerate(data) for p in stated_in(part, (*path, at))]
    return []


def at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def changed(stated: dict[str, Any]) -> list[dict[str, Any]]:
    """The same with other values: the ends of the range; twice or half of it where an end is
    endless or the range a point; a list also backwards, since shares must add up to 1."""
    key = "mean" if "mean" in stated else "value"
    value = np.asarray(stated[key], float)
    wanted = []
    for end, factor in ((stated["range"][1], 2.0), (stated["range"][0], 0.5)):
        other = np.broadcast_to(np.asarray(end, float), value.shape).copy()
        same = ~np.isfinite(other) | (other == value)
        other[same] = np.where(np.isfinite(value), value * factor, 30.0)[same]
        wanted.append(other)
    if value.ndim:
        wanted.append(value[::-1])
    else:  # one more than a rung, far more than anything beside it
        most = float(stated["range"][1])
        wanted += [value + 1.0, np.asarray(2.0 * most + 1.0 if np.isfinite(most) else value + 30.0)]
    found = []
    for other in wanted:
        if not np.array_equal(other, value):
            whole = isinstance(stated[key], int)
            plainly = int(np.ceil(other)) if whole else other.tolist()
            found.append(stated | {key: plainly, "status": "user"})
    return found


# What a component is tried in, one after the other, until something moves: a small town; a larger
# one, closed by its own cases, that a longer epidemic finds; one where tracers are few, the listed
# are tested, and rungs, errors and appeals are frequent; a whole city
CONTEXTS = ("town", "longer", "strained", "city")
SOME = {"source": "test", "status": "user"}


def context(kind: str, name: str, which: str) -> dict[str, Any]:
    """The scenario around a component, as data."""
    base = lz.load_scenario("no-measures")
    around: dict[str, Any] = {
        "tracing": "integrated" if which in ("town", "strained") else "interview-resourced",
        "isolation": "selfie-app" if which == "town" else "moscow-social-monitoring",
        "testing": "contacts-and-lateral-flow",
        "region": "none" if which == "town" else "by-case-count",
        "people": {"town": 1, "longer": 6, "strained": 4, "city": 20}[which] * PEOPLE,
        "days": 4 * DAYS if kind == "region" else (1 if which == "town" else 2) * DAYS,
        "initial_infections": FIRST,
    }
    if kind == "behaviour":  # an app to avoid, and a regime that supports
        around |= {
            "strained": {"tracing": "app-and-interviews"},
            "longer": {"isolation": "supported"},
        }.get(which, {})
    around[KEY[kind]] = name
    data = plain(base.replace(**around).model_dump())
    if kind != "testing":
        data["testing"]["background_illness_per_day"] |= {"value": 0.01, "status": "user"}
        data["testing"]["specificity"] |= {"value": 0.97, "status": "user"}
    data["start_day_of_year"] = {"value": 75, "unit": "day", "range": [1, 366], **SOME}
    if which == "strained":
        strain(data)
        if kind == "populations":
            data["population"]["commuting_zone_people"] |= {"value": 3000, "status": "user"}
    return data


def strain(data: dict[str, Any]) -> None:
    """Few tracers, tests for the listed by lateral flow, detections and false alarms every other
    day; so that what follows from these is asked for."""
    for instrument in data["tracing"]["instruments"]:
        instrument["instruction"] = "test"
        if "tracers_per_100k" in instrument:
            instrument["tracers_per_100k"] |= {"value": 1.0, "status": "user"}
    for monitor in data["isolation"]["monitoring"]:
        monitor["detection_probability"] |= {"value": 0.5, "status": "user"}
        monitor["false_alarm_per_person_day"] |= {"value": 0.3, "status": "user"}
    if data["isolation"]["fine_daily_incomes"]["value"] > 0.0:
        data["behaviour"]["most_deterred"] |= {"value": 0.0, "status": "user"}


@cache
def place_of(text: str, people: int) -> lz.Population:
    return lz.build_population(Scenario.model_validate_json(text).population, people=people, seed=3)


def outcome(scenario: Scenario, scale: float = SCALE) -> dict[str, str]:
    """A digest of every array of the run, and the panel."""
    people = int(scenario.people.value)
    bare = scenario.replace(
        pathogen="sars-cov-2-ancestral",
        tracing="none",
        isolation="advice",
        behaviour="default",
        region="none",
        testing="pcr-2020",
    )
    place = place_of(bare.model_dump_json(), people)
    rates = lower_pathogen(scenario.pathogen, place, scale, policy_laws(scenario))
    numbers = lower_policy(scenario, place)
    days, first = int(scenario.days.value), int(scenario.initial_infections.value)
    raw = run_once(place.city, in_scenario(rates, scenario), numbers, SEED, first, days)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run = Run(scenario, place, SEED, raw, None)  # type: ignore[arg-type]
        found = {name: repr(float(value)) for name, value in run.panel.items()}
    for part in ("history", "records", "conduct", "tally"):
        for name, array in getattr(raw, part)._asdict().items():
            found[name] = hashlib.sha256(np.asarray(array).tobytes()).hexdigest()
    found["people"] = str(place.people)
    return found


def moves(data: dict[str, Any], path: Path, before: dict[str, str], scale: float) -> bool:
    stated = at(data, path)
    for other in changed(stated):
        holder = at(data, path[:-1])
        holder[path[-1]] = other
        try:
            after = outcome(Scenario.model_validate(data), scale)
        except ValueError:
            continue  # this end contradicts another value; the other end is tried
        finally:
            holder[path[-1]] = stated
        if after != before:
            return True
    return False


def plain(data: Any) -> Any:
    """The same with lists instead of tuples, so that they can be written to."""
    if isinstance(data, dict):
        return {key: plain(part) for key, part in data.items()}
    return [plain(part) for part in data] if isinstance(data, list | tuple) else data


def dead(kind: str, name: str) -> set[str]:
    """The addresses of the values of a shipped file that move nothing in any context."""
    prefix: Path = () if kind == "scenarios" else (KEY[kind],)
    left: list[Path] | None = None
    for which in CONTEXTS[:2] if kind == "scenarios" else CONTEXTS:
        if kind == "scenarios":
            data = plain(lz.load_scenario(name).replace(people=PEOPLE, days=DAYS).model_dump())
            if which != "town":  # a pathogen with a season
                data["pathogen"] = plain(load("pathogens", "influenza-1918-like").model_dump())
        else:
            data = context(kind, name, which)
        if left is None:
            left = [prefix + path for path in stated_in(at(data, prefix))]
            left = [p for p in left if kind != "scenarios" or (len(p) == 1 and p != ("people",))]
        scale = SCALE * (4.0 if which == "city" else 1.0)  # so that mild diseases kill somebody too
        before = outcome(Scenario.model_validate(data), scale)
        left = [path for path in left if not moves(data, path, before, scale)]
        if not left:
            break
    tell = {".".join(map(str, path[len(prefix) :])) for path in left or []}
    return {address for address in tell if not address.startswith(ELSEWHERE)}


# prices move no run: tests/analysis/test_costs.py multiplies each
SHIPPED = [
    (kind, name)
    for kind in (*COMPONENTS, "scenarios")
    if kind != "prices"
    for name in list_names(kind)
]


def excused(kind: str, name: str, address: str) -> bool:
    """Whether the value is listed above."""
    return any(
        k == kind and n in (ANY, name) and a in address.split(".")
        for k, n, a in {*TO_COME_ALIVE, *SETTLED}
    )


@pytest.mark.verify
@pytest.mark.parametrize(("kind", "name"), SHIPPED, ids=lambda x: x)
def test_every_stated_value_moves_some_output(kind, name):
    left = sorted(a for a in dead(kind, name) if not excused(kind, name, a))
    assert not left, f"{kind}/{name}: these move nothing: {left}"


@pytest.mark.verify
@pytest.mark.parametrize(("kind", "name", "address"), sorted({*TO_COME_ALIVE, *SETTLED}))
def test_what_is_listed_as_moving_nothing_really_does_not(kind, name, address):
    """So that the lists above shrink when something comes alive."""
    names = [name] if name else list_names(kind)
    assert any(address in a.split(".") for n in names for a in dead(kind, n))
