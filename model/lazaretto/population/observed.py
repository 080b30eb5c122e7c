"""The observed door: a user's own contact network, static (who knows whom) or time-stamped (who met
whom when, for how long).

`Population.from_edges` and `Population.from_contacts` take a table with columns named in the call,
or the path of a CSV or Parquet file. `readers` brings the native formats of published sets into
such a table, `tables` checks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from .city import Population, bare_city, reach_of
from .idealised import PopulationError
from .tables import Table, need_columns, number_people, numbers, open_table, refuse

DAYS_PER = {"second": 1 / 86_400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0}
MINUTES_PER_DAY = 1440.0
MOST_LOOP_CELLS = 2**31


def from_edges(
    table: Table,
    one: str = "one",
    other: str = "other",
    weight: str | None = None,
    *,
    people: Sequence[Any] | int | None = None,
    name: str = "observed links",
) -> Population:
    """A population whose static layer holds the links of a table, the same every day.

    one, other: columns with the two people of each link (any ids); weight: column with the hazard
    of a link relative to others (above 0; default: all alike). people: all ids, or how many (ids 0,
    1, ...), where some have no link; default: those in the table, in ascending order. Person i of
    the population is the i-th id. Raises PopulationError for an empty table, a missing column or
    value, a link of a person with itself, a link given twice, a weight that is not above 0.
    """
    frame, where = open_table(table, name)
    columns = [one, other] + ([weight] if weight else [])
    need_columns(frame, columns, where)
    ids, a, b = number_people(frame, one, other, people, where)
    low, high = np.minimum(a, b), np.maximum(a, b)
    again = pd.DataFrame({"low": low, "high": high}).duplicated().to_numpy()
    refuse(
        again,
        frame,
        columns,
        where,
        "this link is given twice",
        "give each pair once, whichever way round",
    )
    weights = numbers(frame, weight, where) if weight else np.zeros(0)
    refuse(
        weights <= 0,
        frame,
        columns,
        where,
        "the weight must be above 0",
        "leave out links without contact",
    )
    n = len(ids)
    order = np.lexsort((np.r_[b, a], np.r_[a, b]))
    start = np.searchsorted(np.r_[a, b][order], np.arange(n + 1)).astype(np.int64)
    city = bare_city(n)._replace(link_start=start, link=np.r_[b, a][order].astype(np.int32))
    if weight:
        city = city._replace(
            link_weight=(np.r_[weights, weights][order] / weights.max()).astype(np.float32)
        )
    return Population(city=city._replace(reach=reach_of(city)), name=name, seed=0, ids=ids)


def from_contacts(
    table: Table,
    one: str = "one",
    other: str = "other",
    time: str = "day",
    minutes: str = "minutes",
    *,
    time_unit: str = "day",
    loop_days: int | None = None,
    people: Sequence[Any] | int | None = None,
    sort: bool = False,
    name: str = "observed contacts",
) -> Population:
    """A population that replays the time-stamped contacts of a table in a loop.

    one, other: columns with the two people; time: column with the start of each contact in
    `time_unit` ("second", "minute", "hour", "day") since the beginning of day 0; minutes: column
    with its length. loop_days: after how many days it begins again (default: the last day with a
    contact). people: as in `from_edges`. Times must ascend, or say sort=True. Raises
    PopulationError for an empty table, a missing column or value, unsorted or negative times,
    minutes that are not above 0, a contact of a person with itself, a contact given twice, times
    beyond the loop.
    """
    frame, where = open_table(table, name)
    if time_unit not in DAYS_PER:
        raise PopulationError(
            f"{where}: time_unit must be one of {', '.join(DAYS_PER)}; got {time_unit!r}"
        )
    columns = [one, other, time, minutes]
    need_columns(frame, columns, where)
    ids, a, b = number_people(frame, one, other, people, where)
    begins = numbers(frame, time, where) * DAYS_PER[time_unit]
    lasts = numbers(frame, minutes, where)
    refuse(
        begins < 0,
        frame,
        columns,
        where,
        "the time is negative",
        "count from the beginning of the first day",
    )
    refuse(
        lasts <= 0,
        frame,
        columns,
        where,
        "a contact must last longer than 0 minutes",
        "leave empty contacts out",
    )
    back = np.r_[False, np.diff(begins) < 0]
    if not sort:
        refuse(
            back,
            frame,
            columns,
            where,
            "the times go backwards here",
            "sort the table by time, or say sort=True",
        )
    twice = (
        pd.DataFrame({"low": np.minimum(a, b), "high": np.maximum(a, b), "time": begins})
        .duplicated()
        .to_numpy()
    )
    refuse(
        twice,
        frame,
        columns,
        where,
        "this contact is given twice",
        "give each contact once, whichever way round",
    )
    days = int(begins.max()) + 1 if loop_days is None else loop_days
    if isinstance(days, bool) or not isinstance(days, int | np.integer) or days < 1:
        raise PopulationError(
            f"{where}: loop_days must be a whole number of at least 1; got {loop_days!r}"
        )
    refuse(
        begins >= days,
        frame,
        columns,
        where,
        f"the time lies beyond the loop of {days} days",
        "raise loop_days",
    )
    n = len(ids)
    if n * days > MOST_LOOP_CELLS:
        raise PopulationError(
            f"{where}: {n:,} people x {days:,} days are too many for a loop; give "
            "fewer days or people"
        )
    who, whom = np.r_[a, b], np.r_[b, a]
    day = np.tile(begins.astype(np.int64), 2)
    cell = who * days + day
    order = np.lexsort((whom, np.tile(begins, 2), cell))
    length = np.tile(lasts, 2)
    per_day = np.bincount(cell, weights=length, minlength=n * days).reshape(n, days)
    city = bare_city(n)._replace(
        loop_days=int(days),
        contact_start=np.searchsorted(cell[order], np.arange(n * days + 1)).astype(np.int64),
        contact=whom[order].astype(np.int32),
        contact_time=np.minimum(np.tile(begins, 2) - day, 1 - 2**-24)[order].astype(np.float32),
        contact_minutes=length[order].astype(np.float32),
        contact_most=np.nextafter(per_day.max(axis=1).astype(np.float32), np.float32(np.inf))
        * (per_day.max(axis=1) > 0),
    )
    return Population(city=city._replace(reach=reach_of(city)), name=name, seed=0, ids=ids)


def with_calls(population: Population, table: Table, one: str, other: str) -> Population:
    """The population with its own list of calls or messages: who called whom at all within the
    look-back; directions and repetitions do not matter.

    one, other: columns with the two people, by the population's own ids (or numbers 0, 1, ... where
    it has none). Pairs with somebody who is not among the people are left out. Raises
    PopulationError for an empty table, a missing column or value.
    """
    frame, where = open_table(table, "calls")
    need_columns(frame, [one, other], where)
    n = population.people
    ids = population.ids if population.ids is not None else pd.RangeIndex(n)
    a, b = (pd.Index(ids).get_indexer(frame[column]) for column in (one, other))
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
