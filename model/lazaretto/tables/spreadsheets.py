"""Tables that a spreadsheet opens without taking text for a formula.

Names and ids come from users' files, and a cell that begins with one of a few signs is calculated
when the table is opened. Such text gets an apostrophe, as spreadsheets themselves mark text; a
number that is written as text stays as it is.
"""

from __future__ import annotations

from typing import TypeVar

import pandas as pd

SIGNS = tuple("=+-@\t\n＝＋－＠")
Table = TypeVar("Table", pd.DataFrame, pd.Series)


def for_spreadsheets(table: Table) -> Table:
    """The table with texts in cells and headings that are no formulas; the given one is left as it
    is."""
    safe = table.copy(deep=False)
    safe.index = _labels(safe.index)
    if isinstance(safe, pd.Series):
        found = _texts(safe)
        found.name = _safe(safe.name)
        return found
    safe.columns = _labels(safe.columns)
    for at in range(safe.shape[1]):
        safe.isetitem(at, _texts(safe.iloc[:, at]))
    return safe


def _texts(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.rename_categories(_labels(column.cat.categories))
    return column.map(_safe) if _holds_text(column) else column


def _labels(labels: pd.Index) -> pd.Index:
    names = [_safe(name) for name in labels.names]
    if isinstance(labels, pd.MultiIndex):
        levels = [_labels(level) for level in labels.levels]
        return labels.set_levels(levels).set_names(names)
    return (labels.map(_safe) if _holds_text(labels) else labels).set_names(names)


def _holds_text(of: pd.Series | pd.Index) -> bool:
    return bool(pd.api.types.is_object_dtype(of.dtype) or pd.api.types.is_string_dtype(of.dtype))


def _safe(value: object) -> object:
    if not isinstance(value, str):
        return value
    # a carriage return ends a line for those who read, and is not quoted by those who write
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if _is_risky(text) else text


def _is_risky(text: str) -> bool:
    if not text.startswith(SIGNS):
        return False
    try:
        float(text)
    except ValueError:
        return True
    return text[0] in "\t\n"
