"""Random valid parameter sets: shipped parts put together at random, numbers anywhere in their
ranges, and changes within the run. Drawn for `fuzz_runs.py`."""

from __future__ import annotations

import collections
import functools
from typing import Any

import numpy as np

import lazaretto as lz
from lazaretto.parameters import ParameterError, list_names, load, rows
from lazaretto.parameters.address import field_at, parse, stated_at
from lazaretto.parameters.library import check
from lazaretto.parameters.scenario import KIND_OF, Scenario

PEOPLE = (2, 3, 4, 7, 12, 50, 199, 200, 500, 1000, 3000)
CONDITIONS = ("cases_7d_per_100k > 50", "beds_per_100k > 1", "deaths_7d_per_100k > 0.5")
LEFT_ALONE = ("people", "days", "initial_infections", "start_day_of_year")
CLOSE_MINUTES = {
    "value": 15.0,
    "unit": "minute",
    "range": [5.0, 60.0],
    "source": "drawn",
    "status": "assumption",
}
Chance = np.random.Generator


@functools.cache
def shipped(kind: str, name: str) -> Any:
    return load(kind, name)


@functools.cache
def plain_scenario(name: str) -> Any:
    """A shipped scenario without its timeline."""
    return shipped("scenarios", name).replace(timeline=[])


@functools.cache
def instruments() -> dict[str, list[dict[str, Any]]]:
    """All shipped instruments by type, as data."""
    found = collections.defaultdict(list)
    for name in list_names("tracing"):
        for one in shipped("tracing", name).instruments:
            found[one.type].append(one.model_dump())
    return found


def pick(chance: Chance, among: Any) -> Any:
    among = list(among)
    return among[int(chance.integers(len(among)))]


def some_level(chance: Chance) -> Any:
    """A shipped level, with instruments of any levels in place of its own."""
    level = shipped("tracing", pick(chance, list_names("tracing")))
    if chance.random() < 0.5:
        return level
    kinds = [kind for kind in instruments() if chance.random() < 0.4]
    data = level.model_dump() | {"instruments": [pick(chance, instruments()[k]) for k in kinds]}
    data["close_minutes"] = CLOSE_MINUTES  # which some instruments need
    return check(type(level), data, "tracing")


def number_of(chance: Chance, scenario: Any, address: str) -> Any:
    """A number for an address: within its range, at an end of it, or at an end of what is
    accepted; None: it has none."""
    found = stated_at(scenario, address)
    if found is None:
        return None
    one, whole = found
    value = one.value if hasattr(one, "value") else one.mean
    low, high = (np.asarray(end, float) for end in one.range)
    how, shape = chance.random(), np.shape(value)
    field = field_at(Scenario, parse(address))
    if how < 0.05 and field.demand is not None:
        end = pick(chance, (field.demand.low, field.demand.high))
        drawn = np.full(shape, float(end))
    elif how < 0.2:
        drawn = np.broadcast_to(pick(chance, (low, high)), shape).astype(float)
    elif np.all(low > 0) and np.all(np.isfinite(high)) and np.any(high > 50 * low):
        drawn = np.exp(chance.uniform(np.log(low), np.log(high), shape))
    else:
        top = np.where(np.isfinite(high), high, np.maximum(low, np.asarray(value)) + 10.0)
        drawn = low + (top - low) * chance.random(shape)
    if not np.all(np.isfinite(drawn)):
        return None
    drawn = np.rint(drawn) if whole else drawn
    plain = drawn.tolist()
    return [int(v) if whole else v for v in plain] if shape else (int(plain) if whole else plain)


def numbers(chance: Chance, scenario: Any) -> dict[str, Any]:
    """Drawn numbers by address: none, a few, or most of a scenario's."""
    names = [row["parameter"] for row in rows(scenario)]
    names = [name for name in names if name not in LEFT_ALONE and "timeline" not in name]
    share = pick(chance, (0.0, 0.01, 0.03, 0.1, 0.3, 1.0))
    chosen = [name for name in names if chance.random() < share]
    drawn = {name: number_of(chance, scenario, name) for name in chosen}
    return {name: value for name, value in drawn.items() if value is not None}


def with_most(scenario: Any, drawn: dict[str, Any]) -> Any:
    """The scenario with the drawn numbers, without those that do not go together with others (such
    as shares that add up to one)."""
    left = dict(drawn)
    while left:
        try:
            return scenario.replace(**left)
        except ParameterError as refusal:
            said = str(refusal)
            blamed = [name for name in left if name in said or name.rpartition(".")[2] in said]
            part = said.removeprefix("settings: ").partition(":")[0]
            blamed = blamed or [name for name in left if name.startswith(part)] or list(left)
            left = {name: value for name, value in left.items() if name not in blamed}
    return scenario


def change(chance: Chance, scenario: Any, day: int) -> dict[str, Any]:
    """A change within the run, from that day or on a condition."""
    begins: dict[str, Any] = {"from_day": day}
    if chance.random() < 0.4:
        begins = {"when": pick(chance, CONDITIONS), "least_days": int(chance.integers(0, 9))}
    elif chance.random() < 0.3:
        begins["until"] = day + int(chance.integers(1, 30))
    part = pick(chance, ("tracing", "isolation", "testing", "behaviour", "region", "hospitals"))
    if chance.random() < 0.7:
        one = shipped(KIND_OF[part], pick(chance, list_names(KIND_OF[part])))
        return {**begins, part: some_level(chance) if part == "tracing" else one}
    name = pick(chance, [r["parameter"] for r in rows(getattr(scenario, part))] or [""])
    value = number_of(chance, scenario, name) if name else None
    return {**begins, "set": {"testing.seek_probability": 0.5} if value is None else {name: value}}


def scenario_of(chance: Chance) -> Any:
    """A scenario; raises ParameterError where its parts do not fit together."""
    chosen = plain_scenario(pick(chance, list_names("scenarios")))
    people, days = pick(chance, PEOPLE), int(chance.integers(1, 120))
    settings: dict[str, Any] = {"people": people, "days": days, "start_day_of_year": 30}
    settings |= {"initial_infections": int(min(people, pick(chance, (0, 1, 2, 5, 20, people))))}
    for part, kind in KIND_OF.items():
        if part != "population" and chance.random() < 0.5:
            settings[part] = shipped(kind, pick(chance, list_names(kind)))
    if chance.random() < 0.6:
        settings["tracing"] = some_level(chance)
    settings |= (
        {"testing": shipped("testing", "contacts-and-lateral-flow")}
        if (chance.random() < 0.5)
        else {}
    )
    plain = chosen.replace(**settings)
    drawn = numbers(chance, plain)
    if chance.random() < 0.98:  # else R0 is solved
        hazard = 0.0 if chance.random() < 0.02 else float(10.0 ** chance.uniform(-4.0, 1.5))
        drawn["pathogen.hazard_per_day"] = 1e3 if chance.random() < 0.01 else hazard
    plain = with_most(plain, drawn)
    if chance.random() < 0.4:
        starts = sorted(int(d) for d in chance.integers(0, days + 5, int(chance.integers(1, 4))))
        plain = plain.replace(timeline=[change(chance, plain, day) for day in starts])
    return plain


def population_of(chance: Chance, scenario: Any, seed: int) -> Any:
    """Its people, or in one draw of seven a user's own network of as many."""
    people = int(scenario.people.value)
    if chance.random() < 0.85 or people < 4:
        return lz.build_population(scenario.population, people=people, seed=seed)
    links = chance.integers(0, people, (4 * people, 2))
    links = np.unique(np.sort(links[links[:, 0] != links[:, 1]], axis=1), axis=0)
    if chance.random() < 0.5:
        return lz.Population.from_edges({"one": links[:, 0], "other": links[:, 1]})
    more = {
        "day": chance.integers(0, 14, len(links)),
        "minutes": chance.integers(1, 300, len(links)),
    }
    table = {"one": links[:, 0], "other": links[:, 1], **more}
    return lz.Population.from_contacts(table, sort=True)
