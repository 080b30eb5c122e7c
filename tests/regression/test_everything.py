"""The committed numbers of one run with every mechanism on. They change only with a line in the
changelog marked *results change*."""

from __future__ import annotations

import json

import everything
import pytest


@pytest.fixture(scope="module")
def found():
    return everything.run()


def test_every_mechanism_is_at_work_in_it(found):
    daily = everything.numbers(found)["daily_totals"]
    assert not [name for name, total in daily.items() if total == 0]
    assert {"household", "group", "community"} <= set(found.transmissions["layer"])
    assert found.raw.records.in_force.any() and not found.raw.records.in_force.all()


def test_numbers_are_those_on_record(found):
    record = json.loads(everything.RECORD.read_text())
    now = everything.numbers(found)
    told = (
        "numbers changed: if on purpose, say so in CHANGELOG.md (*results change*) "
        "and write them anew (see everything.py)"
    )
    for part in ("infections", "daily_totals", "instrument_totals", "first_infectees"):
        assert now[part] == record[part], told
    assert now["panel"].keys() == record["panel"].keys(), told
    for name, value in record["panel"].items():
        assert now["panel"][name] == (None if value is None else pytest.approx(value, rel=1e-9)), (
            name,
            told,
        )


def test_the_record_names_a_line_of_the_changelog():
    words = json.loads(everything.RECORD.read_text())["changelog"]
    assert any(
        words in " ".join(entry.split()) and "*results change*" in entry
        for entry in everything.CHANGELOG.read_text().split("\n- ")
    )
