"""Columns of a user's table: there, without holes, and numbers where numbers are needed. Each error
says which line of which column is wrong, and the way out."""

from __future__ import annotations

import re
import sys
import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..values.errors import DataNotice, PopulationError, suggestion

LINE = "line"  # name of the index of a table from a text file: the lines of that file
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?|nan", re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
EXACT = 2**53  # whole numbers beyond are not all numbers of double precision
SHOWN = 60  # characters of a value in a message
MINUTES_PER_DAY = 1440.0


def say(text: str) -> None:
    """Tell the user what was made of a table, as a warning at the line that asked for it."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals["__name__"].startswith("lazaretto."):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, DataNotice, stacklevel=level)


def shown(value: Any) -> str:
    """A value as it stands in a message: short, on one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


def place_of(frame: pd.DataFrame, row: int) -> str:
    """'line 3' of a file, 'row 2' of a table in memory."""
    return f"line {frame.index[row]}" if frame.index.name == LINE else f"row {row + 1}"


def refuse(
    bad: Any, frame: pd.DataFrame, columns: list[str], where: str, what: str, hint: str
) -> None:
    """Raises PopulationError for the first row that is marked bad. bad: (rows,) truths; what: the
    fault; hint: the way out."""
    marked = np.asarray(bad, bool)
    if not marked.any():
        return
    row, count = int(np.argmax(marked)), int(marked.sum())
    values = ", ".join(f"{c} {shown(frame[c].iloc[row])}" for c in columns if c in frame.columns)
    more = f" ({count:,} such rows)" if count > 1 else ""
    raise PopulationError(
        f"{where}: {place_of(frame, row)}: {what}: {values}{more}. {hint[0].upper()}{hint[1:]}"
    )


def need_columns(frame: pd.DataFrame, columns: list[str], where: str) -> None:
    """Raises PopulationError where a column is missing, there twice or has empty values."""
    for column in columns:
        if column not in frame.columns:
            there = ", ".join(shown(c) for c in frame.columns[:12])
            near = suggestion(str(column), map(str, frame.columns)) if len(frame.columns) else ""
            near = near if "mean" in near else ""
            if all(NUMBER.fullmatch(str(c)) for c in frame.columns) and frame.index.name == LINE:
                near = " The file seems to have no line with the names of its columns: add one."
            raise PopulationError(
                f"{where}: there is no column {column!r}; there are: {there}.{near} "
                "Name the columns in the call"
            )
        if list(frame.columns).count(column) > 1:
            raise PopulationError(f"{where}: there are several columns {column!r}. Leave one")
    refuse(
        np.logical_or.reduce([missing(frame[column]) for column in columns]),
        frame,
        columns,
        where,
        "a value is missing",
        "fill it in or leave the row out",
    )


def missing(column: pd.Series) -> NDArray[np.bool_]:
    """(rows,) where there is no value: None, NaN, NaT, or text without anything in it."""
    empty = column.isna().to_numpy(bool, copy=True)
    if is_text(column):
        plain = column.astype(object).to_numpy()
        empty |= np.array([isinstance(v, str) and not v.strip() for v in plain], bool)
    return np.asarray(empty, bool)


def is_text(column: pd.Series) -> bool:
    """Whether a column may hold text."""
    return not (
        pd.api.types.is_numeric_dtype(column.dtype)
        or pd.api.types.is_datetime64_any_dtype(column.dtype)
        or pd.api.types.is_timedelta64_dtype(column.dtype)
    )


def numbers(
    frame: pd.DataFrame, column: str, where: str, hint: str = "check the column's name and unit"
) -> NDArray[np.float64]:
    """A column as finite numbers. Decimal commas are understood where they can be nothing else."""
    values = frame[column]
    if pd.api.types.is_timedelta64_dtype(values.dtype):
        values = values.dt.total_seconds() / 60.0  # the only lengths of time are minutes
    if is_text(values):
        values = _with_points(values, frame, column, where)
    if pd.api.types.is_datetime64_any_dtype(values.dtype) or values.dtype.kind in "cb":
        found = np.full(len(values), np.nan)
    else:
        found = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    refuse(~np.isfinite(found), frame, [column], where, "a number is needed", hint)
    return np.asarray(found, np.float64)


def _with_points(values: pd.Series, frame: pd.DataFrame, column: str, where: str) -> pd.Series:
    """Text of numbers with decimal points; what is no number is None. Raises PopulationError where
    a comma may divide thousands."""
    texts = [v if isinstance(v, str) else _plain_number(v) for v in values.astype(object)]
    texts = [v.strip() if isinstance(v, str) else v for v in texts]
    commas = [isinstance(v, str) and "," in v for v in texts]
    if any(commas):
        doubtful = [c and THOUSANDS.fullmatch(str(v)) is not None for v, c in zip(texts, commas)]
        only = all(DECIMAL_COMMA.fullmatch(str(v)) for v, c in zip(texts, commas) if c)
        if only and all(d for d, c in zip(doubtful, commas) if c):
            refuse(
                doubtful,
                frame,
                [column],
                where,
                "the comma may be a decimal comma or divide thousands",
                "write decimal points and no other mark",
            )
        if only and not any(isinstance(v, str) and "." in v for v in texts):
            texts = [v.replace(",", ".") if isinstance(v, str) else v for v in texts]
            say(f"{where}: column {column!r} has decimal commas; 0,5 is read as 0.5")
    good = [v if not isinstance(v, str) or NUMBER.fullmatch(v) else None for v in texts]
    return pd.Series(pd.to_numeric(pd.Series(good, dtype=object), errors="coerce"), dtype=float)


def _plain_number(value: Any) -> Any:
    """A number of Python or NumPy as a float (None where it is none, or a truth value)."""
    if isinstance(value, bool | np.bool_):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def whole(value: Any, name: str, least: int, where: str) -> int:
    """A whole number of at least `least`: 3, NumPy's 3, or 3.0, as R writes it."""
    fits = isinstance(value, int | np.integer | float | np.floating) and not isinstance(value, bool)
    if not fits or not np.isfinite(value) or value != int(value) or value < least:
        raise PopulationError(
            f"{where}: {name} must be a whole number of at least {least}; got {value!r}"
        )
    return int(value)
