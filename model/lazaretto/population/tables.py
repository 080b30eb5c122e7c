"""Users' tables of contacts: reading, columns, numbers, and the people that they name. Each error
says which line of which column is wrong.
"""

from __future__ import annotations

import lzma
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .idealised import PopulationError

Table: TypeAlias = "pd.DataFrame | str | Path"
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


def open_table(table: Table, name: str) -> tuple[pd.DataFrame, str]:
    """The table, read if it is a path, and what to call it in messages."""
    if isinstance(table, pd.DataFrame):
        frame, where = table, name
    else:
        path = Path(table)
        where = str(path)
        frame = parse_file(
            path, lambda: pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
        )
    if not len(frame):
        raise PopulationError(f"{where}: the table is empty")
    return frame, where


def parse_file(path: str | Path, read: Any) -> pd.DataFrame:
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
    values: NDArray[np.float64]
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


def number_people(
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
