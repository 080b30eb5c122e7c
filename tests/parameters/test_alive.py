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
# Read only to be compared with, or to solve the hazard, which this test leaves fixed
ELSEWHERE = ("published.", "R0", "hazard_per_day")
# What cannot move anything yet. Each is to come alive with the issue named, and then leaves.
TO_COME_ALIVE: dict[tuple[str, str], str] = {}

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
    around[KEY[kind]] = name
    data = plain(base.replace(**around).model_dump())
    if kind != "testing":
        data["testing"]["background_illness_per_day"] |= {"value": 0.01, "status": "user"}
        data["testing"]["specificity"] |= {"value": 0.97, "status": "user"}
    data["start_day_of_year"] = {"value": 75, "unit": "day", "range": [1, 366], **SOME}
    if which == "strained":
        strain(data)
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
        data["behaviour"]["delta_deterrence"] |= {"value": 0.0, "status": "user"}


@cache
def place_of(text: str, people: int) -> lz.Population:
    return lz.build_population(Scenario.model_validate_json(text).population, people=people, seed=3)


def outcome(scenario: Scenario) -> dict[str, str]:
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
    rates = lower_pathogen(scenario.pathogen, place, SCALE, policy_laws(scenario))
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


def moves(data: dict[str, Any], path: Path, before: dict[str, str]) -> bool:
    stated = at(data, path)
    for other in changed(stated):
        holder = at(data, path[:-1])
        holder[path[-1]] = other
        try:
            after = outcome(Scenario.model_validate(data))
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
            left = [path for path in left if kind != "scenarios" or len(path) == 1]
        before = outcome(Scenario.model_validate(data))
        left = [path for path in left if not moves(data, path, before)]
        if not left:
            break
    tell = {".".join(map(str, path[len(prefix) :])) for path in left or []}
    return {address for address in tell if not address.startswith(ELSEWHERE)}


SHIPPED = [(kind, name) for kind in (*COMPONENTS, "scenarios") for name in list_names(kind)]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), SHIPPED, ids=lambda x: x)
def test_every_stated_value_moves_some_output(kind, name):
    expected = {a for (k, a), _ in TO_COME_ALIVE.items() if k == kind}
    found = dead(kind, name)
    assert found <= expected, f"{kind}/{name}: these move nothing: {sorted(found - expected)}"
