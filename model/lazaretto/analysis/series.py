"""Case series: daily or weekly counts, from whatever a user has them in, as sums over periods."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..tables.columns import LINE, numbers
from ..tables.sources import open_table
from ..tables.times import Form, times
from .errors import AnalysisError

Floats = NDArray[np.float64]
WEEK = 7
FEWEST_CUMULATIVE = 14  # counts that never fall, from which they may be running totals
SLOWING = 1.25  # early growth over late growth, of running totals
SLOW_PER_DAY = 0.03
NAMES_OF_TOTALS = ("cum", "total", "so far")
WHAT = "observed"


class Series(NamedTuple):
    """Counts of days or weeks, one after the other."""

    counts: Floats
    first: Any  # the first day: a date (numpy.datetime64), or a number
    step: int  # days that each count covers: 1 or 7

    def label(self, days: int) -> str:
        """The day so many days after the first one, as text."""
        if isinstance(self.first, np.datetime64):
            return str(self.first + np.timedelta64(days, "D"))
        return str(int(self.first) + days)


def read_series(
    observed: Any, *, cumulative: bool | None = None, day_first: bool | None = None
) -> Series:
    """A case series: a pandas Series (over dates, periods, text or day numbers), a list of counts
    of consecutive days, or a table or the path of one with a column of days and a column of counts.

    cumulative: whether counts are running totals; not stated, it is asked for where they may be.
    day_first: whether 02/03/2020 is 2 March. Raises AnalysisError with the first day that is
    missing, given twice, out of order, or without a count of at least 0, and PopulationError for a
    file that cannot be read.
    """
    values, days, dated, name = _taken(observed, day_first)
    order = "give the days in ascending order"
    if len(values) < 2:
        raise AnalysisError(f"{WHAT}: {len(values)} counts are no series; at least two are needed")
    steps = np.diff(days)

    def day(number: float) -> str:
        return str(_date(number)) if dated else f"day {number:g}"

    if (steps == 0).any():
        raise AnalysisError(f"{WHAT}: {day(days[int(np.argmax(steps == 0))])} stands there twice")
    if (steps < 0).any():
        raise AnalysisError(
            f"{WHAT}: {day(days[int(np.argmax(steps < 0)) + 1])} is out of order; {order}"
        )
    step = WEEK if (steps % WEEK == 0).all() and (steps == WEEK).sum() * 2 > len(steps) else 1
    if (steps != step).any():
        after = days[int(np.argmax(steps != step))] + step
        each = "week" if step == WEEK else "day"
        raise AnalysisError(
            f"{WHAT}: one count for each {each} is needed, in order and without gaps; the first "
            f"that is missing is {day(after)}. Fill it in (0 for none), or begin after it"
        )
    counts = _new(values, cumulative, name, step)
    bad = ~np.isfinite(counts) | (counts < 0)
    if bad.any():
        at = int(np.argmax(bad))
        raise AnalysisError(
            f"{WHAT}: counts are numbers of at least 0; {day(days[at])} has {counts[at]:g} (a "
            "correction of an earlier day may have made it negative: take it off the days before)"
        )
    return Series(counts, _date(days[0]) if dated else days[0], step)


def periods_of(series: Series, period_days: int) -> Floats:
    """Sums of whole periods. Raises AnalysisError where weeks do not fit in, or for fewer than two
    periods."""
    if period_days % series.step:
        raise AnalysisError(
            f"{WHAT}: these are counts of weeks, and a period of {period_days} days is none; state "
            "period_days=7"
        )
    each = period_days // series.step
    whole = len(series.counts) // each
    if whole < 2:
        days = len(series.counts) * series.step
        raise AnalysisError(f"{WHAT}: {days} days are fewer than two periods of {period_days} days")
    return np.asarray(series.counts[: whole * each].reshape(whole, each).sum(axis=1))


def _date(days: float) -> np.datetime64:
    return np.datetime64("1970-01-01", "D") + np.timedelta64(int(np.floor(days)), "D")


def _taken(observed: Any, day_first: bool | None) -> tuple[Floats, Floats, bool, str]:
    """(counts, days, whether days are dates, what the counts are called)."""
    if isinstance(observed, pd.Series):
        index = observed.index
        plain = isinstance(index, pd.RangeIndex) and index.step == 1
        table = pd.DataFrame({"count": observed.to_numpy(), "day": index if not plain else 0})
        name, day = str(observed.name or ""), None if plain else "day"
        return _of_table(
            table, "count", day, name, float(index[0]) if plain and len(index) else 0.0, day_first
        )
    listed = isinstance(observed, list | tuple) or (
        isinstance(observed, np.ndarray) and observed.ndim == 1
    )
    if listed and all(np.ndim(value) == 0 for value in observed):
        table = pd.DataFrame({"count": list(observed)})
        return _of_table(table, "count", None, "", 0.0, day_first)
    table_like = isinstance(observed, str | Path | Mapping) or hasattr(observed, "columns")
    if not table_like and not listed:
        raise AnalysisError(
            f"{WHAT}: counts by day are needed (a pandas Series, a list, or the path of a table); "
            f"got {type(observed).__name__}"
        )
    frame, where = open_table(observed, WHAT, ["date", "cases"])
    if len(frame.columns) != 2:
        raise AnalysisError(
            f"{where}: a column of days and a column of counts are needed, and nothing else; there "
            f"are: {', '.join(map(str, frame.columns[:12]))}"
        )
    day, count = frame.columns
    return _of_table(frame, count, day, str(count), 0.0, day_first)


def _of_table(
    frame: pd.DataFrame, count: Any, day: Any, name: str, first: float, day_first: bool | None
) -> tuple[Floats, Floats, bool, str]:
    where = str(frame.attrs.get("file", WHAT))
    try:
        if frame.index.name == LINE:
            values = numbers(frame, count, where)
        else:
            values = pd.to_numeric(frame[count], errors="coerce").to_numpy(float, na_value=np.nan)
        if day is None:
            return values, np.asarray(first + np.arange(len(values)), np.float64), False, name
        found = times(frame, day, where, Form("day", day_first))
    except ValueError as problem:
        raise AnalysisError(str(problem)) from problem
    days = np.floor(found.days) if found.dated else found.days
    return values, np.asarray(days, np.float64), found.dated, name


def _looks_like_totals(values: Floats) -> bool:
    """Whether counts never fall as only running totals do: growing ever more slowly in proportion,
    as totals from the first case on, or so slowly that counts of days would fall now and then.
    Counts that grow evenly in proportion may be a young epidemic's own."""
    rises = np.diff(values)
    if len(values) < FEWEST_CUMULATIVE or values[0] < 0 or not (rises >= 0).all():
        return False
    if (rises > 0).sum() * 2 <= len(rises):
        return False
    growth = np.diff(np.log(np.maximum(values, 0.5)))
    third = len(growth) // 3
    early, late = float(growth[:third].mean()), float(growth[-third:].mean())
    return early > SLOWING * late or float(growth.mean()) < SLOW_PER_DAY


def _new(values: Floats, cumulative: bool | None, name: str, step: int) -> Floats:
    """New counts of each day: differences where the series is of running totals."""
    rises = np.diff(values)
    never_falls = _looks_like_totals(values)
    named = any(part in name.lower() for part in NAMES_OF_TOTALS) and (rises >= 0).all()
    if cumulative is None and (never_falls or named):
        raise AnalysisError(
            f"{WHAT}: these counts never fall, so they look like cumulative ones (running totals); "
            "say cumulative=True to have their differences taken, or cumulative=False where each "
            "is the count of its own day"
        )
    if not cumulative:
        return values
    if (rises < 0).any():
        at = int(np.argmax(rises < 0)) + 1
        raise AnalysisError(
            f"{WHAT}: count {at + 1} is below the one before, so these are no running totals"
        )
    return np.asarray(np.r_[values[0], rises], np.float64)
