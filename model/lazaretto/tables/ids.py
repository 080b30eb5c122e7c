"""Ids of people: text, alike in all columns of a table. They are whole numbers only where each of
them, in every column, is written as one: 01 stays 01, and NA is a name."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..values.errors import PopulationError
from .columns import EXACT, place_of, say, shown

CANONICAL = re.compile(r"0|[1-9][0-9]{0,18}")
LARGEST = 2**63 - 1
OF_FLOAT = re.compile(r"[0-9]+\.0+")  # 12.0, as numbers with holes are written
NEGATIVE = re.compile(r"[-\u2212][0-9]+(\.0+)?")
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
Column = tuple[pd.Series, pd.DataFrame, str]  # values, the table (for line numbers), where


def same_ids(columns: list[Column]) -> list[NDArray[Any]]:
    """The ids of several columns, alike: all int64, or all text (dtype object).

    Spaces around text and different forms of one accent are tidied, with a word. Raises
    PopulationError for what is no id: missing values, negative numbers (codes such as -1 for
    "nobody"), fractions, truth values, and whole numbers too large to be exact.
    """
    if all(_plain_whole(values) for values, _, _ in columns):
        return [values.to_numpy(np.int64) for values, _, _ in columns]
    found = [_texts(*column) for column in columns]
    for column, (texts, _) in zip(columns, found):
        _check_texts(texts, *column)
    same = [_unfloated(part, column[2]) for column, (part, _) in zip(columns, found)]
    tidied = sum(count for _, count in found)
    where = columns[0][2]
    if tidied:
        say(
            f"{where}: {tidied:,} ids were trimmed of spaces, or their accents put in one form "
            "(NFC), so that the same name is the same person"
        )
    distinct = {one for part in same for one in part}
    if all(CANONICAL.fullmatch(one) and int(one) <= LARGEST for one in distinct):
        return [np.array([int(one) for one in part], np.int64) for part in same]
    _check_alike(distinct, columns)
    return [np.array(part, dtype=object) for part in same]


def _plain_whole(values: pd.Series) -> bool:
    """Whether a column holds whole numbers from 0 on, as they are."""
    if values.dtype.kind not in "iu" or not isinstance(values.dtype, np.dtype) or not len(values):
        return False
    return bool(values.min() >= 0 and values.max() <= LARGEST)


def _texts(values: pd.Series, frame: pd.DataFrame, where: str) -> tuple[list[str], int]:
    """(every id as text, how many were tidied)."""
    known: dict[Any, str] = {}
    texts, tidied = [], 0
    for row, value in enumerate(values.astype(object)):
        key = (type(value), value) if isinstance(value, str | int | float) else None
        text = known.get(key) if key is not None else None
        if text is None:
            text = _text(value)
            if text is None:
                raise PopulationError(
                    f"{where}: {place_of(frame, row)}: ids must be whole numbers or names; got "
                    f"{shown(repr(value))}. Check the columns' names, and give ids as text"
                )
            if key is not None:
                known[key] = text
        tidied += isinstance(value, str) and text != value
        texts.append(text)
    return texts, tidied


def _text(value: Any) -> str | None:
    """An id as text; None for what cannot be one."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).strip().strip(INVISIBLE).strip()
    if isinstance(value, bool | np.bool_):
        return None
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        number = float(value)
        exact = np.isfinite(number) and number == int(number) and abs(number) <= EXACT
        return str(int(number)) if exact else None
    return None


def _check_texts(texts: list[str], values: pd.Series, frame: pd.DataFrame, where: str) -> None:
    for row, text in enumerate(texts):
        if not text:
            raise PopulationError(
                f"{where}: {place_of(frame, row)}: a value is missing: {values.name} is empty. "
                "Fill it in or leave the row out"
            )
        if NEGATIVE.fullmatch(text):
            raise PopulationError(
                f"{where}: {place_of(frame, row)}: an id must not be negative: {values.name} "
                f"{text}. Negative numbers are codes, such as -1 for nobody and -2 for a stranger: "
                "leave these rows out"
            )


def _unfloated(texts: list[str], where: str) -> list[str]:
    """Ids of a column that was written as floats throughout, as whole numbers."""
    if not texts or not all(OF_FLOAT.fullmatch(text) for text in set(texts)):
        return texts
    say(f"{where}: ids such as {texts[0]} are whole numbers written as floats; .0 is left out")
    return [text.partition(".")[0] for text in texts]


def _check_alike(distinct: set[str], columns: list[Column]) -> None:
    """Ids that differ only by zeros: two people where both were text from the start, which is said;
    refused where one column came as numbers, which has no zeros to show."""
    alike: dict[str, set[str]] = defaultdict(set)
    for one in distinct:
        if one[0].isdigit():
            alike[re.sub(r"\.0+$", "", one).lstrip("0")].add(one)
    pairs = [sorted(group) for group in alike.values() if len(group) > 1]
    if not pairs:
        return
    first, second = pairs[0][:2]
    where = columns[0][2]
    for group in pairs:
        if any(OF_FLOAT.fullmatch(one) for one in group):
            raise PopulationError(
                f"{where}: {group[0]!r} and {group[1]!r} are likely one person, once written as a "
                "float. Write all ids alike"
            )
    if any(values.dtype.kind in "iuf" for values, _, _ in columns):
        raise PopulationError(
            f"{where}: {first!r} and {second!r} may be one person: one column came as numbers, "
            "which have lost their zeros, and the other as text. Read all ids as text "
            "(pandas.read_csv(..., dtype=str)), or give the path of the file"
        )
    say(f"{where}: {first!r} and {second!r} are taken as two people; ids are text")
