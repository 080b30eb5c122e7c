"""Judges: data, shell, report, explore.

No cell of a table that the package writes is a formula to a spreadsheet, wherever the text comes
from; and every table goes that way.
"""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

import pandas as pd
import pytest

import lazaretto
from lazaretto.tables.spreadsheets import for_spreadsheets

FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "a\r=1",
    "a\r\n=1\r@b",
    "＝1+1",
)
HARMLESS = ("a", "", "-5", "+3.5", "-1e9", "a=b", "Ы", "1-2")


def cells(text: str) -> list[str]:
    return [cell for line in csv.reader(io.StringIO(text, newline="")) for cell in line]


def is_formula(cell: str) -> bool:
    """As a spreadsheet sees it: spaces before it aside, and not a number."""
    begins = cell.lstrip("\t\r\n ")[:1]
    if begins not in tuple("=+-@＝＋－＠") or not begins:
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("kind", ["object", "string", "category"])
def test_texts_that_are_formulas_are_marked_wherever_they_stand(text, kind):
    column = pd.Series([text, "a", text], dtype=kind)
    labels = pd.MultiIndex.from_tuples([(text, 1), ("b", 2), (text, 3)], names=[f"{text}n", "n"])
    table = pd.DataFrame({text: column.array, "x": [-1.0, 2.0, 3.0]}, index=labels)
    before = table.copy()
    safe = for_spreadsheets(table)
    for written in (safe, for_spreadsheets(table[text]), safe.reset_index()):
        assert not [cell for cell in cells(written.to_csv()) if is_formula(cell)]
    if "\r\n" not in text:  # which a reader may take for a line within the cell
        assert [cell for cell in cells(table.to_csv()) if is_formula(cell)]  # it was needed
    shown = "\n".join(text.splitlines())
    assert {f"'{shown}", shown} & set(cells(safe.to_csv()))
    pd.testing.assert_frame_equal(table, before)


def test_all_else_stays_as_it_is():
    table = pd.DataFrame(
        {
            "text": list(HARMLESS),
            "number": [-1.5] * len(HARMLESS),
            "yes": [True] * len(HARMLESS),
            "mixed": [None, -3, "b", 2.0, "c", "d", "e", "f"],
            "day": pd.to_datetime(["2020-03-01"] * len(HARMLESS)),
        }
    )
    assert for_spreadsheets(table).to_csv() == table.to_csv()


def test_every_table_that_the_package_writes_goes_that_way():
    package = Path(lazaretto.__file__).parent
    for file in package.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        safe = {
            target.id
            for line in ast.walk(tree)
            if isinstance(line, ast.Assign) and "for_spreadsheets(" in ast.unparse(line.value)
            for target in line.targets
            if isinstance(target, ast.Name)
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                assert call.func.attr not in ("to_excel", "to_clipboard", "writerow", "writerows")
                if call.func.attr == "to_csv":
                    given = ast.unparse(call.func.value)
                    assert given.startswith("for_spreadsheets(") or given in safe, (file, given)
