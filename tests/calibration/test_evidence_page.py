"""docs/evidence-tracing.md says for each number whether it was set, fitted or checked: compared
with the files and tests it names."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lazaretto.parameters import Law, Quantity, load

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "evidence-tracing.md"
KINDS = ("set", "fit", "range", "check", "missed", "open")
GROUPS = (
    "A.tests",
    "A.lookback_derived",
    "B.",
)  # of the evidence base: everything about testing and tracing
BESIDE = {
    "diary recall",
    "co-presence",
    "Copenhagen recall",
    "Copenhagen precision",
}  # from the notes on the data


def lines():
    """The lines of all tables: number, published, kind, where, remark."""
    cells = [
        [c.strip() for c in line.strip("|\n").split("|")]
        for line in PAGE.read_text().splitlines()
        if line.startswith("| ")
    ]
    return [row for row in cells if row[0] != "number"]


ROWS = lines()
PARAMETERS = [
    (row[0], row[2], code)
    for row in ROWS
    for code in re.findall(r"`([^`]+)`", row[3])
    if "::" not in code
]
TESTS = sorted({code for row in ROWS for code in re.findall(r"`([^`]+::[^`]+)`", " ".join(row))})


def stated(path):
    """The Quantity or Law at "level type.field..." or "kind/name field..."."""
    name, dotted = path.split(" ")[:2]
    kind, _, name = name.rpartition("/")
    model = load(kind or "tracing", name)
    fields = dotted.split(".")
    if not kind:
        model = next(i for i in model.instruments if i.type == fields[0])
        fields = fields[1:]
    for field in fields:
        model = getattr(model, field)
    return model


@pytest.mark.parametrize(("number", "kind", "path"), PARAMETERS)
def test_each_parameter_has_the_value_that_the_page_states_and_a_fit_says_so(number, kind, path):
    found = stated(path)
    assert isinstance(found, Quantity | Law), path
    parts = path.split(" ", 2)
    if len(parts) == 3:
        value = found.mean if isinstance(found, Law) else found.value
        np.testing.assert_allclose(np.asarray(value, float), json.loads(parts[2]))
    assert kind != "fit" or "a fit, not a check" in found.note


@pytest.mark.parametrize("test", TESTS)
def test_each_test_that_the_page_names_exists(test):
    file, name = test.split("::")
    functions = {
        node.name
        for node in ast.parse((HERE / file).read_text()).body
        if isinstance(node, ast.FunctionDef)
    }
    assert name in functions


def test_each_number_has_one_of_the_kinds_and_what_belongs_to_it():
    assert len({row[0] for row in ROWS}) == len(ROWS) > 60
    for number, _, kind, where, remark in ROWS:
        assert kind in KINDS, number
        named = f"{where} {remark}"
        if kind in ("check", "missed"):
            assert "::" in named, number
        if kind in ("fit", "range"):
            assert "`" in where, number
        if kind == "missed":
            assert "Against it" in named or "upper bounds" in named or "look-back" in named, number
        if kind == "open":
            assert "`" not in where, number


def test_each_number_of_the_evidence_base_is_on_the_page():
    evidence = HERE.parents[2] / "shared" / "evidence" / "parameters.csv"
    if not evidence.is_file():
        pytest.skip("the evidence base is not beside this checkout")
    table = pd.read_csv(evidence)
    about = table[table["group"].str.startswith(GROUPS)]
    symbols = {symbol.partition("(")[0] for symbol in about["symbol"]}
    assert {row[0] for row in ROWS} - BESIDE == symbols


def test_a_quarter_of_the_population_uses_the_app(moscow, town):
    uptake = np.asarray(load("tracing", "bluetooth-app").instruments[0].uptake_by_age.value)
    by_person = uptake[np.minimum(9, town.city.age // 10)]
    assert abs(by_person.mean() - 0.28) < 0.03
