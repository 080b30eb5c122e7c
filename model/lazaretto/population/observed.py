"""The observed door: a user's own contact network, static (who knows whom) or time-stamped (who met
whom when, for how long).

`Population.from_edges` and `Population.from_contacts` take a table with columns named in the call,
or the path of a file. `readers` brings the native formats of published sets into such a table, the
room `tables` reads and checks it, `own_people` numbers the people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..tables.columns import MINUTES_PER_DAY, need_columns, numbers, refuse, whole
from ..tables.ids import same_ids
from ..tables.sources import Table, nodes_of, open_table
from ..tables.times import DAYS_PER, Form, from_first_day, times
from ..values.errors import PopulationError
from .city import CONTACT_REFERENCE, City, Population
from .diaries import Spells, merge_spells, split_at_midnight, sum_within
from .layers import EVERY_DAY, kinds_of
from .memory import check_memory
from .own_people import Links, find_people, number_people, with_reach

PLAIN = ("second", "minute", "hour", "day")  # units to name first
MOST_LOOP_CELLS = 2**31
# a person's strongest link over the weakest: candidates are drawn at the rate of the strongest, so
# that beyond a run is slow and the weak link is hardly ever asked
MOST_TIMES = 10_000
BYTES_PER_CELL = 24  # of a loop while it is made: starts, minutes, and their sums
BYTES_PER_CONTACT = 200


def from_edges(
    table: Table,
    one: str = "one",
    other: str = "other",
    weight: str | None = None,
    *,
    people: Table | Sequence[Any] | int | None = None,
    reference: float = 1.0,
    layer: str | None = None,
    layer_hazard: Mapping[str, float] | None = None,
    name: str = "observed links",
) -> Population:
    """A population whose static layer holds the links of a table, the same every day.

    table: a path, a data frame, a networkx graph, an array or pairs. one, other: columns with the
    two people of each link (any ids); weight: column with the hazard of a link (above 0; default:
    all alike), where `reference` is the weight of a link that has the pathogen's `hazard_per_day`;
    no link's hazard depends on another's. people: all ids, how many (ids 0, 1, ...), or a table
    with the columns id, age, household (who meet daily), group (a class or team, whose members
    meet on weekdays), area, each optional; default: those in the table. layer: column that names
    the layer of each link; layer_hazard: the hazard of a link of each layer, relative to the
    pathogen's; what links a pair in several layers adds up. Raises PopulationError for an empty
    table, a missing column or value, a link of a person with itself, a link given twice (in one
    layer), a weight that is not above 0, a layer without hazard.
    """
    columns = [one, other] + [more for more in (weight, layer) if more]
    frame, where = open_table(table, name, columns)
    need_columns(frame, columns, where)
    kinds = kinds_of(frame, layer, layer_hazard, where)
    people = nodes_of(table) if people is None else people
    pairs, city = number_people(find_people(Links(frame, one, other, where), people))
    a, b = pairs.one, pairs.other
    low, high = np.minimum(a, b), np.maximum(a, b)
    again = pd.DataFrame({"low": low, "high": high, "kind": kinds.kind}).duplicated().to_numpy()
    refuse(
        again,
        frame,
        columns,
        where,
        "this link is given twice",
        "give each pair once, whichever way round",
    )
    notes = kinds.notes
    weights = kinds.hazard
    if weight:
        weights = weights * numbers(frame, weight, where)
        weights /= _positive(reference, "reference", where)
        hint = "leave out links without contact"
        refuse(weights <= 0, frame, columns, where, "the weight must be above 0", hint)
        notes = (f"a link of {weight} {reference:g} has the hazard per day", *notes)
    if weight or layer:
        strongest = np.zeros(city.people)
        np.maximum.at(strongest, np.r_[a, b], np.r_[weights, weights])
        weak = weights * MOST_TIMES < np.maximum(strongest[a], strongest[b])
        what = f"another link of one of the two is over {MOST_TIMES:,} times as strong"
        refuse(weak, frame, columns, where, what, "check the unit, or leave the weak link out")
    layers = kinds.layers(low, high, np.full(len(low), EVERY_DAY), kinds.kind)
    once = pd.DataFrame({"low": low, "high": high, "weight": weights})
    once = once.groupby(["low", "high"], as_index=False)["weight"].sum()
    a, b, weights = (once[part].to_numpy() for part in ("low", "high", "weight"))
    order = np.lexsort((np.r_[b, a], np.r_[a, b]))
    start = np.searchsorted(np.r_[a, b][order], np.arange(len(pairs.ids) + 1)).astype(np.int64)
    city = city._replace(link_start=start, link=np.r_[b, a][order].astype(np.int32))
    if weight or layer:
        city = _with_weights(city, np.r_[weights, weights][order])
    told = dict(ids=pairs.ids, notes=notes, own_layers=layers)
    return Population(city=with_reach(city), name=name, seed=0, **told)


def _with_weights(city: City, weights: NDArray[np.float64]) -> City:
    """Links with weights, each relative to the largest of the person it stands at. weights: by
    entry of `city.link`."""
    owner = np.repeat(np.arange(city.people), np.diff(city.link_start))
    most = np.zeros(city.people)
    np.maximum.at(most, owner, weights)
    share = (weights / most[owner]).astype(np.float32)
    return city._replace(link_weight=share, link_most=most)


def _positive(value: Any, name: str, where: str) -> float:
    fits = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not fits or not np.isfinite(value) or value <= 0:
        raise PopulationError(f"{where}: {name} must be a number above 0; got {value!r}")
    return float(value)


def from_contacts(
    table: Table,
    one: str = "one",
    other: str = "other",
    time: str = "day",
    minutes: str = "minutes",
    *,
    time_unit: str = "day",
    day_first: bool | None = None,
    loop_days: int | None = None,
    people: Table | Sequence[Any] | int | None = None,
    reference_minutes: float = CONTACT_REFERENCE,
    sort: bool = False,
    resolution: str | None = None,
    layer: str | None = None,
    layer_hazard: Mapping[str, float] | None = None,
    name: str = "observed contacts",
) -> Population:
    """A population that replays the time-stamped contacts of a table in a loop.

    table, one, other, people: as in `from_edges`. time: column with the start of each contact:
    dates and times, or numbers in `time_unit` ("second", "minute", "hour", "day", or parts of a
    second); whole days before the first contact are subtracted, and said. day_first: whether
    02/12/2013 is 2 December. minutes: column with its length; `reference_minutes` of contact on a
    day have the pathogen's `hazard_per_day`. loop_days: after how many days it begins again
    (default: the last day with a contact). Times must ascend, or say sort=True. Overlapping records
    of a pair (in one layer) count once, spells across midnight are cut there. resolution: the unit
    to which times are rounded ("hour", as some sensors give them), if records of a pair within one
    shall add up instead. layer: column that
    names the layer of each contact; layer_hazard: the hazard of a minute of each layer, relative to
    the pathogen's (tracers see minutes, whatever their hazard). Raises PopulationError for an empty
    table, a missing column or value, unsorted or negative times, numbers of another unit, minutes
    that are not above 0, a contact of a person with itself, times beyond the loop, contacts longer
    than it.
    """
    columns = [one, other, time, minutes] + ([layer] if layer else [])
    frame, where = open_table(table, name, columns)
    for unit, named in (("time_unit", time_unit), ("resolution", resolution)):
        if named not in (DAYS_PER if unit == "time_unit" else (None, *DAYS_PER)):
            known = ", ".join([*[n for n in DAYS_PER if n in PLAIN], "or parts of a second"])
            raise PopulationError(f"{where}: {unit} must be one of {known}; got {named!r}")
    need_columns(frame, columns, where)
    kinds = kinds_of(frame, layer, layer_hazard, where)
    stated = None if loop_days is None else whole(loop_days, "loop_days", 1, where)
    form = Form(time_unit, day_first)
    pairs, city = number_people(find_people(Links(frame, one, other, where), people))
    found = times(frame, time, where, form)
    if not found.dated:
        hint = "count from the beginning of the first day"
        refuse(found.days < 0, frame, columns, where, "the time is negative", hint)
    lasts = numbers(frame, minutes, where)
    hint = "leave empty contacts out"
    what = "a contact must last longer than 0 minutes"
    refuse(lasts <= 0, frame, columns, where, what, hint)
    begins = from_first_day(found, where, time, form, stated)
    if not sort:
        hint = "sort the table by time, or say sort=True"
        back = np.r_[False, np.diff(begins) < 0]
        refuse(back, frame, columns, where, "the times go backwards here", hint)
    days = int(begins.max()) + 1 if stated is None else stated
    what = f"the time lies beyond the loop of {days} days"
    refuse(begins >= days, frame, columns, where, what, "raise loop_days")
    what = f"the contact lasts longer than the loop of {days} days"
    hint = "are these minutes? If so, raise loop_days"
    refuse(lasts > days * MINUTES_PER_DAY, frame, columns, where, what, hint)
    _check_loop(len(pairs.ids), days, len(frame), where)
    spells = Spells(pairs.one, pairs.other, begins, lasts, kinds.kind, kinds.hazard)
    if resolution is not None:
        spells = sum_within(spells, resolution, where)
    spells = merge_spells(spells, where)
    reference = _positive(reference_minutes, "reference_minutes", where)
    spells = split_at_midnight(spells, days)
    city = _with_contacts(city, spells, days)
    layers = kinds.layers(spells.one, spells.other, np.floor(spells.begin), spells.kind)
    city = city._replace(contact_reference=reference)
    notes = (f"{reference:g} minutes of contact on a day have the hazard per day", *kinds.notes)
    told = dict(ids=pairs.ids, notes=notes, own_layers=layers)
    return Population(city=with_reach(city), name=name, seed=0, **told)


def _check_loop(people: int, days: int, contacts: int, where: str) -> None:
    """Raises PopulationError where a loop would be too large, before memory is taken."""
    if people * days > MOST_LOOP_CELLS:
        raise PopulationError(
            f"{where}: {people:,} people x {days:,} days are too many for a loop; give fewer days "
            "or people"
        )
    needed = BYTES_PER_CELL * people * days + BYTES_PER_CONTACT * contacts
    check_memory(needed, f"{where}: a loop of {people:,} people x {days:,} days")


def _with_contacts(city: City, spells: Spells, days: int) -> City:
    """The city with those contacts, none of which crosses a midnight."""
    n = city.people
    who, whom = np.r_[spells.one, spells.other], np.r_[spells.other, spells.one]
    begin = np.tile(spells.begin, 2)
    day = np.floor(begin).astype(np.int64)
    cell = who * days + day
    order = np.lexsort((whom, begin, cell))
    length, weight = np.tile(spells.minutes, 2), np.tile(spells.hazard, 2)
    dose = length * weight
    most = np.bincount(cell, weights=dose, minlength=n * days).reshape(n, days).max(axis=1)
    return city._replace(
        loop_days=days,
        contact_start=np.searchsorted(cell[order], np.arange(n * days + 1)).astype(np.int64),
        contact=whom[order].astype(np.int32),
        contact_time=np.minimum(begin - day, 1 - 2**-24)[order].astype(np.float32),
        contact_minutes=length[order].astype(np.float32),
        contact_weight=(weight[order] if (weight != 1.0).any() else weight[:0]).astype(np.float32),
        contact_most=np.nextafter(most.astype(np.float32), np.float32(np.inf)) * (most > 0),
    )


def with_calls(population: Population, table: Table, one: str, other: str) -> Population:
    """The population with its own list of calls or messages: who called whom at all within the
    look-back; directions and repetitions do not matter.

    one, other: columns with the two people, by the population's own ids (or numbers 0, 1, ... where
    it has none). Pairs with somebody who is not among the people are left out. Raises
    PopulationError for an empty table, a missing column or value.
    """
    frame, where = open_table(table, "calls", [one, other])
    need_columns(frame, [one, other], where)
    n = population.people
    a, b = (
        population.numbers_of(c) for c in same_ids([(frame[c], frame, where) for c in (one, other)])
    )
    known = (a >= 0) & (b >= 0) & (a != b)
    if not known.any():
        raise PopulationError(
            f"{where}: no call is between two of the {n:,} people; do {one!r} and "
            f"{other!r} hold the same ids?"
        )
    low, high = np.minimum(a, b)[known], np.maximum(a, b)[known]
    pairs = np.unique(np.stack([low, high], axis=1), axis=0)
    both = np.r_[pairs, pairs[:, ::-1]]
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    start = np.searchsorted(both[:, 0], np.arange(n + 1)).astype(np.int64)
    city = population.city._replace(call_start=start, call=both[:, 1].astype(np.int32))
    return replace(population, city=city, built_from="")
