"""JSON that leaves the package is strict, and a scenario comes back from it as it was."""

from __future__ import annotations

import json
import math

import pytest

import lazaretto as lz
from lazaretto.parameters import list_names
from lazaretto.values.strict_json import strict_json, with_infinities


def strict(text):
    def never(name):
        raise AssertionError(name)

    return json.loads(text, parse_constant=never)


def test_what_is_no_number_is_null_and_infinity_is_text():
    told = strict(strict_json({"a": math.nan, "b": [math.inf, (-math.inf, 1)], 3: "x"}))
    assert told == {"a": None, "b": ["Infinity", ["-Infinity", 1]], "3": "x"}
    assert with_infinities(told)["b"] == [math.inf, [-math.inf, 1]]


@pytest.mark.parametrize("name", list_names("scenarios"))
def test_every_scenario_comes_back_as_it_was(tmp_path, name):
    scenario = lz.load_scenario(name)
    path = tmp_path / "scenario.json"
    path.write_text(strict_json(json.loads(scenario.model_dump_json())))
    strict(path.read_text())
    again = lz.load_scenario(path)
    assert again == scenario and again.parameter_hash == scenario.parameter_hash
