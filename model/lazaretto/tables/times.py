"""Columns of time: numbers with a unit, dates and times, lengths of time, or text of these."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..values.errors import PopulationError
from .columns import is_text, numbers, refuse, say

Floats = NDArray[np.float64]
DAYS_PER = {
    "nanosecond": 1 / 86_400e9,
    "microsecond": 1 / 86_400e6,
    "millisecond": 1 / 86_400e3,
    "second": 1 / 86_400,
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
}
SHORTEST = 0.25  # days: few diaries are shorter
LONGEST = 3 * 366.0  # days: what is longer is more likely in another unit
YEARS_AWAY = {"day": 10_000 * 365.25}  # days from zero: no calendar counts from so far
FARTHEST = 2_500 * 365.25  # of other units
EPOCH = (1e8, 3e9)  # seconds since 1970, from 1973 to 2065
CLOCK = r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})([.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?)?"
ZONE = r"\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + CLOCK + ZONE)
PACKED = re.compile(
    r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"(?:T?([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?(Z?)"
)  # 20200321 or 202003211105: as days these are 50,000 years
DMY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})" + CLOCK + ZONE)
LENGTH = re.compile(r"\d+ days?(?:,? +\d{1,2}:\d{2}:\d{2}(?:\.\d+)?)?")


class Times(NamedTuple):
    """Days since zero of each row, and whether zero is a date (1970-01-01) or the user's own."""

    days: Floats
    dated: bool


class Form(NamedTuple):
    """How a column of time is written: unit of numbers, and whether 02/12 is 2 December."""

    unit: str = "day"
    day_first: bool | None = None


def times(frame: pd.DataFrame, column: str, where: str, form: Form) -> Times:
    """A column of time in days. Raises PopulationError for what is none, and where day and month
    cannot be told apart."""
    values = frame[column]
    if pd.api.types.is_timedelta64_dtype(values.dtype):
        return Times(values.dt.total_seconds().to_numpy(np.float64) / 86_400, False)
    if isinstance(values.dtype, pd.PeriodDtype):
        values = values.dt.start_time
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return Times(_since_1970(values), True)
    if form.unit == "day" and (is_text(values) or values.dtype.kind in "iuf"):
        spread = _spread(values)
        if spread is not None:
            return _of_texts(spread, frame, column, where, form)
    if is_text(values):
        objects = values.astype(object)
        if all(hasattr(v, "isoformat") and hasattr(v, "year") for v in objects):
            return _of_texts(
                pd.Series([v.isoformat() for v in objects]), frame, column, where, form
            )
        texts = pd.Series([str(v).strip() for v in objects])
        if texts.map(lambda v: LENGTH.fullmatch(v) is not None).all():
            length = pd.to_timedelta(texts.str.replace(",", ""))
            return Times(length.dt.total_seconds().to_numpy(np.float64) / 86_400, False)
        if texts.map(lambda v: any(p.fullmatch(v) for p in (ISO, DMY))).any():
            return _of_texts(texts, frame, column, where, form)
    hint = (
        "write dates as 2020-03-21 11:05, or numbers in the unit that time_unit names; check the "
        "column's name"
    )
    return Times(numbers(frame, column, where, hint) * DAYS_PER[form.unit], False)


def _spread(values: pd.Series) -> pd.Series | None:
    """Dates without marks (20200321, 202003211105) with marks; None where any is something else."""
    found = []
    for value in values.astype(object):
        whole = isinstance(value, float) and value == int(value)
        match = PACKED.fullmatch(str(int(value)) if whole else str(value).strip())
        if match is None:
            return None
        year, month, day, hour, minute, second, zone = match.groups()
        clock = f" {hour}:{minute}:{second or '00'}" if hour else ""
        found.append(f"{year}-{month}-{day}{clock}{zone}")
    return pd.Series(found)


def _since_1970(values: pd.Series) -> Floats:
    """Days since 1970-01-01 by the clock on the wall, whatever the time zone."""
    if getattr(values.dtype, "tz", None) is not None:
        values = values.dt.tz_localize(None)
    micro = values.to_numpy("datetime64[us]").astype(np.int64)
    whole, rest = np.divmod(micro, 86_400_000_000)
    return np.asarray(whole + rest / 86_400e6, np.float64)


def _of_texts(texts: pd.Series, frame: pd.DataFrame, column: str, where: str, form: Form) -> Times:
    iso = [ISO.fullmatch(text) for text in texts]
    dmy = [DMY.fullmatch(text) if not match else None for text, match in zip(texts, iso)]
    refuse(
        [not a and not b for a, b in zip(iso, dmy)],
        frame,
        [column],
        where,
        "this is no date and time",
        "write 2020-03-21 or 2020-03-21 11:05:00, in all rows alike",
    )
    day_first = _day_first([m for m in dmy if m], column, where, form.day_first)
    parts = []
    for a, b in zip(iso, dmy):
        if a:
            parts.append((a[1], a[2], a[3], *a.groups()[3:]))
        elif b:
            day, month = (b[1], b[3]) if day_first else (b[3], b[1])
            parts.append((b[4], month, day, *b.groups()[4:]))
    names = ["year", "month", "day", "hour", "minute", "second", "part", "half", "zone"]
    table = pd.DataFrame(parts, columns=names).fillna("")
    clock = table[["year", "month", "day"]].astype(int)
    for name in ("hour", "minute", "second"):
        clock[name] = pd.to_numeric(table[name].replace("", "0")).astype(int)
    half = table["half"].str.lower().str.replace(".", "")
    clock["hour"] = np.where(
        half.eq(""), clock["hour"], clock["hour"] % 12 + 12 * half.eq("pm").astype(int)
    )
    late = (clock["hour"] > 23) | (clock["minute"] > 59) | (clock["second"] > 59)
    found = pd.to_datetime(clock[["year", "month", "day"]], errors="coerce")
    refuse(
        (found.isna() | late).to_numpy(bool),
        frame,
        [column],
        where,
        "there is no such date or time",
        "check the order of day and month (day_first=True or False)",
    )
    seconds = clock["hour"] * 3600 + clock["minute"] * 60 + clock["second"]
    part = pd.to_numeric("0" + table["part"].str.replace(",", ".")).to_numpy(float)
    days = _since_1970(found) + (seconds.to_numpy(float) + part) / 86_400
    return Times(days - _ahead(table["zone"]), True)


def _ahead(zone: pd.Series) -> Floats | float:
    """Days to take off so that all rows stand in one clock: none where all are in one zone, else
    all are put into UTC."""
    if zone.nunique() == 1:
        return 0.0
    minutes = [0 if text in ("", "Z", "UTC") else _minutes(text) for text in zone]
    return np.array(minutes, float) / 1440


def _minutes(text: str) -> int:
    digits = text[1:].replace(":", "")
    return (int(digits[:2]) * 60 + int(digits[2:])) * (-1 if text[0] == "-" else 1)


def _day_first(matches: list[re.Match[str]], column: str, where: str, stated: bool | None) -> bool:
    """Whether the day comes first: as stated, as dots have it, or as a number above 12 shows."""
    if not matches:
        return True
    first = any(int(m[1]) > 12 for m in matches) or all(m[2] == "." for m in matches)
    second = any(int(m[3]) > 12 for m in matches)
    if stated is not None:
        return stated
    if first == second:
        example = matches[0][0]
        why = (
            "some rows have the day first and others the month"
            if first
            else f"{example} may be day and month or month and day"
        )
        raise PopulationError(
            f"{where}: column {column!r}: {why}. Say day_first=True or day_first=False, or write "
            "2020-03-21"
        )
    return first


def from_first_day(found: Times, where: str, column: str, form: Form, loop: int | None) -> Floats:
    """The same times in days since the beginning of day 0, which is the first day with a contact
    (unless all lie within a loop that the user states): whole days are subtracted, which is said.

    Raises PopulationError for numbers that are negative, or whose span is that of another unit.
    """
    days = found.days
    low, high = float(days.min()), float(days.max())
    if (
        not found.dated
        and (high - low > LONGEST or high > YEARS_AWAY.get(form.unit, FARTHEST))
        and loop is None
    ):
        raise PopulationError(f"{where}: column {column!r}: {_likely_unit(low, high, form.unit)}")
    if found.dated and high - low > LONGEST and loop is None:
        raise PopulationError(
            f"{where}: column {column!r} goes from {_date(low)} to {_date(high)}, more than three "
            "years. Is one of the dates wrong? If not, state loop_days"
        )
    first = int(np.floor(low))
    within = loop is not None and high < loop
    if not found.dated and (first <= 0 or within):
        return days
    what = f"day 0 is {_date(low)}" if found.dated else f"{first:,} whole days are subtracted"
    say(f"{where}: column {column!r}: {what}, so that the loop begins with the first contact")
    return days - first


def _date(days: float) -> str:
    return str(np.datetime64("1970-01-01") + np.timedelta64(int(np.floor(days)), "D"))


def _likely_unit(low: float, high: float, unit: str) -> str:
    """What is wrong with numbers that span years, and which unit they are likely in."""
    raw_low, raw_high = low / DAYS_PER[unit], high / DAYS_PER[unit]
    spans = {name: (raw_high - raw_low) * per for name, per in DAYS_PER.items()}
    finer = [name for name in DAYS_PER if DAYS_PER[name] < DAYS_PER[unit]]
    likely = [name for name in finer if SHORTEST <= spans[name] <= LONGEST] or [
        name for name in finer if spans[name] <= LONGEST
    ]
    epoch = [
        n
        for n, per in DAYS_PER.items()
        if n != "day" and n in likely and EPOCH[0] <= raw_low * per * 86_400 <= EPOCH[1]
    ]
    told = " or ".join(
        f"{name}s (then it is {spans[name]:,.3g} days)" for name in reversed(epoch or likely)
    )
    in_years = f"as {unit}s it goes over {(high - low) / 365.25:,.0f} years"
    if high - low <= LONGEST:
        in_years = f"as {unit}s it begins {low / 365.25:,.0f} years after zero"
    best = " or ".join(f"time_unit={name!r}" for name in reversed(epoch or likely))
    if not likely:
        return f"{in_years}. Is one of the times wrong? If not, state loop_days"
    return (
        f"{in_years}; these are likely {told}. Say {best}, or state loop_days if the times are "
        "right"
    )
