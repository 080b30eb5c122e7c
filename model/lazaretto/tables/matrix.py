"""Contact matrices as socialmixr gives them, from CSV files or data frames: who reports contacts a
day (rows) with whom (columns), by age group.

Labels are socialmixr's, "[0,5)" or "0-4", the last one "[65,Inf)" or "65+". Wide, as
`write.csv(result$matrix)` writes it, or long, with columns such as age.group, contact.age.group and
a third with the numbers, as `as.data.frame(as.table(result$matrix))` gives.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..values.errors import PopulationError
from .columns import LINE, missing, numbers, place_of, refuse, shown
from .sources import Table, open_table

Floats = NDArray[np.float64]
OLDEST = 89  # years; the last age of a place
BRACKETS = re.compile(r"\[\s*(\d+)\s*,\s*(\d+|Inf)\s*\)", re.IGNORECASE)
DASHES = re.compile(r"(\d+)\s*(?:[-–]|to)\s*(\d+)")
OPEN = re.compile(r"(\d+)\s*\+")
YEAR = re.compile(r"(\d+)")
CONTACT, AGE = "contact", "age"
LABELS = "labels are '[0,5)' or '0-4', the last '[65,Inf)' or '65+'"
WIDE = "write.csv(result$matrix, 'matrix.csv') in R writes one"


class ContactMatrix(NamedTuple):
    """Mean contacts a day that a person of an age group (row) has with people of another (column).

    lowest: (groups,) first year of each group, from 0 on; the last group has no end. contacts:
    (groups, groups), in contacts/day. where: what messages call it.
    """

    lowest: NDArray[np.int64]
    contacts: Floats
    labels: tuple[str, ...]
    where: str


def read_contact_matrix(table: Table) -> ContactMatrix:
    """A user's matrix. table: a path, or a data frame (labels in its index or its first column).

    Raises PopulationError where labels are none, ages are not covered from 0 on, rows and columns
    differ, or a number is missing or negative.
    """
    named = isinstance(table, pd.DataFrame) and _is_label(table.index)
    frame, where = open_table(table.reset_index() if named else table, "the matrix", [])
    heads = [str(column) for column in frame.columns[1:]]
    if all(_years(head) for head in heads):
        return _of_square(frame, where)
    ages = [column for column in frame.columns if AGE in str(column).lower()]
    if frame.shape[1] == 3 and len(ages) == 2:
        return _of_square(_as_square(frame, ages, where), where)
    odd = next((head for head in heads if not _years(head)), frame.columns[0])
    raise PopulationError(
        f"{where}: the column {shown(odd)!r} is no age group. A square matrix has age groups in "
        f"its head and in its first column ({LABELS}; {WIDE}), a long one three columns: "
        "age.group, contact.age.group and the contacts"
    )


def _is_label(index: pd.Index) -> bool:
    return index.name != LINE and len(index) > 0 and all(isinstance(one, str) for one in index)


def _years(label: object) -> tuple[int, float] | None:
    """(first year, year after the last) of an age group; None for what is none."""
    text = str(label).strip()
    if match := BRACKETS.fullmatch(text):
        return int(match[1]), float(match[2])
    if match := DASHES.fullmatch(text):
        return int(match[1]), int(match[2]) + 1
    if match := OPEN.fullmatch(text):
        return int(match[1]), np.inf
    if match := YEAR.fullmatch(text):
        return int(match[1]), int(match[1]) + 1
    return None


def _as_square(frame: pd.DataFrame, ages: list[str], where: str) -> pd.DataFrame:
    """A long table as a square one."""
    of_contacts = [column for column in ages if CONTACT in str(column).lower()]
    if len(of_contacts) != 1:
        raise PopulationError(
            f"{where}: which of the columns {ages[0]!r} and {ages[1]!r} is of the contacts cannot "
            "be told: call it contact.age.group, as socialmixr does"
        )
    other = of_contacts[0]
    own = next(column for column in ages if column != other)
    (value,) = (column for column in frame.columns if column not in ages)
    twice = frame.duplicated([own, other])
    refuse(twice, frame, [own, other], where, "these two groups stand twice", "leave one row")
    square = frame.pivot(index=own, columns=other, values=value)
    order = sorted(square.columns, key=lambda label: (_years(label) or (0, 0.0))[0])
    return square.reindex(columns=order).reset_index()


def _of_square(frame: pd.DataFrame, where: str) -> ContactMatrix:
    rows, columns = frame.iloc[:, 0], [str(column) for column in frame.columns[1:]]
    for row, label in enumerate(rows):
        if _years(label) is None:
            raise PopulationError(
                f"{where}: {place_of(frame, row)}: {shown(label)!r} is no age group; {LABELS}"
            )
    spans = {_years(label): str(label).strip() for label in rows}
    if len(spans) != len(frame) or set(spans) != {_years(label) for label in columns}:
        raise PopulationError(
            f"{where}: rows and columns must be the same age groups, each once; rows: "
            f"{', '.join(map(str, rows))}; columns: {', '.join(columns)}"
        )
    values = np.column_stack([_numbers(frame, column, where) for column in frame.columns[1:]])
    down, across = (
        np.argsort([(_years(label) or (0,))[0] for label in names]) for names in (rows, columns)
    )
    ordered = sorted(span for span in spans if span is not None)
    _check_ages(ordered, [spans[span] for span in ordered], where)
    return ContactMatrix(
        np.array([first for first, _ in ordered]),
        values[np.ix_(down, across)],
        tuple(spans[span] for span in ordered),
        where,
    )


def _numbers(frame: pd.DataFrame, column: str, where: str) -> Floats:
    what = "a number of contacts is missing"
    hint = "give 0 where there are none; a pair that nobody reported on needs wider age groups"
    gaps = missing(frame[column]) | frame[column].isin(["NA", "NaN"]).to_numpy()
    label = frame.columns[0]
    refuse(gaps, frame, [label, column], where, what, hint)
    found = numbers(frame, column, where, "contacts are mean numbers a day")
    what = "a number of contacts below 0"
    refuse(found < 0, frame, [label, column], where, what, "contacts are mean numbers a day")
    return found


def _check_ages(spans: list[tuple[int, float]], labels: list[str], where: str) -> None:
    """Raises PopulationError unless the groups, in order, hold every age once."""
    expected = 0.0
    for (first, end), label in zip(spans, labels):
        if first != expected:
            gap = "overlap" if first < expected else "leave a gap"
            raise PopulationError(
                f"{where}: the age groups {gap} before {label!r}: it should begin at "
                f"{expected:g} years. Groups hold every age from 0 on once"
            )
        expected = end
    if expected <= OLDEST:
        raise PopulationError(
            f"{where}: ages from {expected:g} years on are missing; the last group is open, as in "
            f"'{spans[-1][0]}+' or '[{spans[-1][0]},Inf)'"
        )
