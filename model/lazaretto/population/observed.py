"""The observed door: a user's own contact network, static (who knows whom) or time-stamped (who met
whom when, for how long).

`Population.from_edges` and `Population.from_contacts` take a table with columns named in the call,
or the path of a CSV or Parquet file. The readers bring the native formats of published sets into
such a table (columns one, other, day, minutes).
"""

from __future__ import annotations

import lzma
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .city import Population, bare_city, reach_of
from .idealised import PopulationError

Table: TypeAlias = "pd.DataFrame | str | Path"
DAYS_PER = {"second": 1 / 86_400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0}
MINUTES_PER_DAY = 1440.0
SOCIOPATTERNS_STEP = 20  # seconds
COPENHAGEN_STEP = 300  # seconds
HASLEMERE_BIN_MINUTES = 5.0
HASLEMERE_DAYS = ("thu", "fri", "sat")
HASLEMERE_OPENS = 7 / 24  # phones were followed from 07:00 to 23:00
MOST_LOOP_CELLS = 2**31
EXACT = 2**53  # whole numbers beyond are not all numbers of double precision
# what readers of tables and of packed files raise
UNREADABLE = (
    OSError,
    ValueError,
    ImportError,
    LookupError,
    EOFError,
    OverflowError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
)


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
    frame, where = opened(table, name)
    columns = [one, other] + ([weight] if weight else [])
    need_columns(frame, columns, where)
    ids, a, b = numbered(frame, one, other, people, where)
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
    frame, where = opened(table, name)
    if time_unit not in DAYS_PER:
        raise PopulationError(
            f"{where}: time_unit must be one of {', '.join(DAYS_PER)}; got {time_unit!r}"
        )
    columns = [one, other, time, minutes]
    need_columns(frame, columns, where)
    ids, a, b = numbered(frame, one, other, people, where)
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


def read_sociopatterns(path: str | Path) -> pd.DataFrame:
    """A SocioPatterns list (`tij.dat`, also .gz): "t i j" and more columns, a contact active in the
    20 seconds up to t (seconds).

    Returns contacts (columns one, other, day, minutes): records of a pair without a gap are one
    contact. Day 0 begins at t = 0.
    """
    frame = parsed(
        path,
        lambda: pd.read_csv(
            path, sep=r"\s+", header=None, comment="#", usecols=[0, 1, 2], names=["t", "i", "j"]
        ),
    )
    return runs(frame, "t", "i", "j", SOCIOPATTERNS_STEP, str(path), ends=True)


def read_copenhagen(path: str | Path, least_rssi: float | None = None) -> pd.DataFrame:
    """The Copenhagen Networks Study's `bt_symmetric.csv` (also .gz): timestamp, user_a, user_b,
    rssi; scans every 5 minutes.

    Empty scans (user_b = -1) and devices outside the study (-2) are left out, and so are records
    weaker than `least_rssi` (dBm). Returns contacts (one, other, day, minutes): scans of a pair
    without a gap are one contact.
    """
    frame = parsed(
        path, lambda: pd.read_csv(path).rename(columns=lambda c: str(c).strip().lstrip("#").strip())
    )
    need_columns(frame, ["timestamp", "user_a", "user_b", "rssi"], str(path))
    frame = frame[numbers(frame, "user_b", str(path)) >= 0]
    if least_rssi is not None:
        frame = frame[numbers(frame, "rssi", str(path)) >= least_rssi]
    return runs(frame, "timestamp", "user_a", "user_b", COPENHAGEN_STEP, str(path), ends=False)


def read_haslemere(path: str | Path) -> pd.DataFrame:
    """Haslemere's contacts by day (`edges_by_day.csv`, also .gz): i, j and the number of 5-minute
    bins within 4 metres on Thursday, Friday and Saturday. Returns one contact per pair and day
    (one, other, day, minutes), begun when the phones were switched on (07:00)."""
    frame = parsed(path, lambda: pd.read_csv(path))
    need_columns(frame, ["i", "j", *HASLEMERE_DAYS], str(path))
    parts = [
        pd.DataFrame(
            {
                "one": frame["i"],
                "other": frame["j"],
                "day": d + HASLEMERE_OPENS,
                "minutes": numbers(frame, day, str(path)) * HASLEMERE_BIN_MINUTES,
            }
        )
        for d, day in enumerate(HASLEMERE_DAYS)
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[table["minutes"] > 0].reset_index(drop=True)


def runs(
    frame: pd.DataFrame, time: str, one: str, other: str, step: int, where: str, *, ends: bool
) -> pd.DataFrame:
    """Records of a pair `step` seconds apart, put together to contacts. ends: True where a record's
    time is the end of its step."""
    if not len(frame):
        raise PopulationError(f"{where}: there is no contact in it")
    whole = frame[[time, one, other]].apply(pd.to_numeric, errors="coerce")
    bad = (whole.isna() | (whole % 1 != 0) | (whole < 0) | (whole > EXACT)).any(axis=1).to_numpy()
    refuse(
        bad,
        frame,
        [time, one, other],
        where,
        "times and people must be whole numbers from 0 on",
        "is this the right format?",
    )
    t, a, b = (whole[c].to_numpy(np.int64) for c in (time, one, other))
    refuse(
        a == b,
        frame,
        [time, one, other],
        where,
        "a person meets themselves",
        "leave such records out",
    )
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((t, high, low))
    low, high, t = low[order], high[order], t[order]
    same = (np.diff(low) == 0) & (np.diff(high) == 0)
    fresh = np.r_[True, ~(same & (np.diff(t) <= step))]
    first = np.flatnonzero(fresh)
    last = np.r_[first[1:], len(t)] - 1
    begins = t[first] - (step if ends else 0)
    table = pd.DataFrame(
        {
            "one": low[first],
            "other": high[first],
            "day": np.maximum(begins, 0) / 86_400,
            "minutes": (t[last] - t[first] + step) / 60,
        }
    )
    return table.sort_values(["day", "one", "other"], kind="stable", ignore_index=True)


def opened(table: Table, name: str) -> tuple[pd.DataFrame, str]:
    """The table, read if it is a path, and what to call it in messages."""
    if isinstance(table, pd.DataFrame):
        frame, where = table, name
    else:
        path = Path(table)
        where = str(path)
        frame = parsed(
            path, lambda: pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
        )
    if not len(frame):
        raise PopulationError(f"{where}: the table is empty")
    return frame, where


def parsed(path: str | Path, read: Any) -> pd.DataFrame:
    """What `read` returns, or one clear error. Only plain files are opened: a pipe would wait for
    ever, a device never end."""
    try:
        there = Path(path).is_file()
    except OSError:  # a name that is too long
        there = False
    if not there:
        raise PopulationError(f"{path}: there is no such file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.ParserWarning)
            warnings.simplefilter("ignore", pd.errors.DtypeWarning)
            frame: pd.DataFrame = read()
    except UNREADABLE as problem:
        told = (str(problem).splitlines() or [type(problem).__name__])[0]
        raise PopulationError(f"{path}: this cannot be read as a table: {told}") from problem
    return frame


def need_columns(frame: pd.DataFrame, columns: list[str], where: str) -> None:
    """Raises PopulationError where a column is missing, there twice or has empty values."""
    for column in columns:
        if column not in frame.columns:
            there = ", ".join(map(str, frame.columns[:12]))
            raise PopulationError(
                f"{where}: there is no column {column!r}; there are: {there}. "
                "Name the columns in the call"
            )
        if list(frame.columns).count(column) > 1:
            raise PopulationError(f"{where}: there are several columns {column!r}. Leave one")
    empty = frame[columns].isna().any(axis=1).to_numpy()
    refuse(empty, frame, columns, where, "a value is missing", "fill it in or leave the row out")


def refuse(
    bad: NDArray[np.bool_],
    frame: pd.DataFrame,
    columns: list[str],
    where: str,
    what: str,
    hint: str,
) -> None:
    """Raises PopulationError for the first row that is marked bad."""
    if len(bad) and bad.any():
        row = int(np.argmax(bad))
        shown = ", ".join(f"{c} {frame[c].iloc[row]}" for c in columns if c in frame.columns)
        more = f" ({int(bad.sum()):,} such rows)" if bad.sum() > 1 else ""
        raise PopulationError(
            f"{where}: row {row + 1}: {what}: {shown}{more}. {hint[0].upper()}{hint[1:]}"
        )


def numbers(frame: pd.DataFrame, column: str, where: str) -> NDArray[np.float64]:
    """A column as finite numbers."""
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(np.float64)
    refuse(
        ~np.isfinite(values),
        frame,
        [column],
        where,
        "a number is needed",
        "check the column's name and unit",
    )
    return values


def numbered(
    frame: pd.DataFrame, one: str, other: str, people: Sequence[Any] | int | None, where: str
) -> tuple[pd.Index, NDArray[np.int64], NDArray[np.int64]]:
    """(ids, numbers of the first, numbers of the second person of each row)."""
    both = of_one_kind(pd.concat([frame[one], frame[other]]), where, one, other)
    fraction = both.dtype.kind == "f" and (both % 1 != 0).to_numpy().reshape(2, -1).any(axis=0)
    if not isinstance(fraction, bool):
        refuse(
            fraction,
            frame,
            [one, other],
            where,
            "ids must be whole numbers or names",
            "check the columns' names",
        )
    if both.dtype.kind == "f":
        both = both.astype(np.int64)
    if isinstance(people, int | np.integer) and not isinstance(people, bool):
        ids = pd.RangeIndex(int(people))
    else:
        ids = pd.Index(both.unique()).sort_values() if people is None else pd.Index(people)
    if ids.has_duplicates:
        raise PopulationError(f"{where}: people: {ids[ids.duplicated()][0]!r} stands there twice")
    found = ids.get_indexer(pd.Index(both)).reshape(2, -1)
    refuse(
        (found < 0).any(axis=0),
        frame,
        [one, other],
        where,
        "this person is not among `people`",
        "give all ids, or none",
    )
    refuse(
        found[0] == found[1],
        frame,
        [one, other],
        where,
        "a person meets themselves",
        "leave such rows out",
    )
    return ids, found[0].astype(np.int64), found[1].astype(np.int64)


def of_one_kind(both: pd.Series, where: str, one: str, other: str) -> pd.Series:
    """Ids as they are, or all as names where one column has whole numbers and the other names;
    anything else mixed is refused."""
    if both.dtype != object:
        return both
    kind = pd.api.types.infer_dtype(both, skipna=False)
    if kind == "mixed-integer" and all(type(value) in (int, str) for value in both):
        return both.astype(str)
    if kind.startswith("mixed") or kind == "boolean":
        raise PopulationError(
            f"{where}: ids in {one!r} and {other!r} must be whole numbers or "
            "names; these are of several kinds"
        )
    return both


def with_calls(population: Population, table: Table, one: str, other: str) -> Population:
    """The population with its own list of calls or messages: who called whom at all within the
    look-back; directions and repetitions do not matter.

    one, other: columns with the two people, by the population's own ids (or numbers 0, 1, ... where
    it has none). Pairs with somebody who is not among the people are left out. Raises
    PopulationError for an empty table, a missing column or value.
    """
    frame, where = opened(table, "calls")
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
