"""Judges: parameters, shell.

The JSON Schema of scenario files: what is shipped passes, what is wrong is refused by the schema
and by our own reader alike, and no key, unit or bound is told twice.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib

import jsonschema
import pytest

import lazaretto as lz
from lazaretto.cli import main
from lazaretto.parameters.schema import as_written

SHIPPED = sorted((lz.parameters.params_folder() / "scenarios").glob("*.toml"))
WHOLE = next(f for f in SHIPPED if f.stem == "no-measures").read_text(encoding="utf-8")
BASED = 'title = "Mine"\nbased_on = "no-measures"\n'
CHANGE = f"{BASED}\n[[timeline]]\n"
SOURCE = 'source = "ours"'
PEOPLE = f"value = 999, range = [1, 9999], {SOURCE}"  # no unit: that is inherited

WRONG = {
    "a key that does not exist": f'{BASED}\ntracng = "interview"',
    "a component that does not exist": f'{BASED}\ntracing = "interviews"',
    "a component that is no name": f"{BASED}\ntracing = 3",
    "a scenario to build on that does not exist": 'based_on = "no-measure"',
    "a number without unit, range and source": f"{BASED}\npeople = 5000",
    "another unit": f'{BASED}\ndays = {{ value = 90, unit = "week", range = [1, 99], {SOURCE} }}',
    "a value out of bounds": f"{BASED}\ndays = {{ value = 4000, range = [1, 9999], {SOURCE} }}",
    "half a person": f"{BASED}\npeople = {{ value = 999.5, range = [1, 9999], {SOURCE} }}",
    "an empty source": f'{BASED}\npeople = {{ value = 999, range = [1, 9999], source = " " }}',
    "a range of three": f"{BASED}\npeople = {{ value = 999, range = [1, 2, 9999], {SOURCE} }}",
    "a status of its own": f'{BASED}\npeople = {{ {PEOPLE}, status = "sure" }}',
    "a key of a value that does not exist": f"{BASED}\npeople = {{ {PEOPLE}, by = 1 }}",
    "no date": f'{BASED}\nstart_date = "in spring"',
    "a short title that is long": f'{BASED}\nshort = "{25 * "x"}"',
    "a title missing": WHOLE.replace("title", "#"),
    "a component missing": WHOLE.replace("testing", "#"),
    "a unit missing": WHOLE.replace(', unit = "day"', ""),
    "a change that begins never": f'{CHANGE}tracing = "interview"',
    "a change that begins twice": f'{CHANGE}from_day = 3\ndate = 2020-04-01\ntracing = "interview"',
    "a change that changes nothing": f"{CHANGE}from_day = 3",
    "a change before the run": f'{CHANGE}from_day = -3\ntracing = "interview"',
    "a change of what cannot change": f"{CHANGE}from_day = 3\nset = {{ people = 3 }}",
    "a change of the pathogen": f'{CHANGE}from_day = 3\npathogen = "measles"',
    "a condition on the truth": f'{CHANGE}when = "infections > 5"\ntracing = "interview"',
    "a condition without a window": f'{CHANGE}when = "cases > 5"\ntracing = "interview"',
    "an end that is none": f'{CHANGE}from_day = 3\nuntil = "later"\ntracing = "interview"',
}


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft4Validator:
    schema = json.loads(json.dumps(lz.scenario_schema()))
    jsonschema.Draft4Validator.check_schema(schema)
    return jsonschema.Draft4Validator(schema)


def complaints(validator: jsonschema.Draft4Validator, text: str) -> list[str]:
    data = json.loads(json.dumps(as_written(tomllib.loads(text))))
    return [problem.message for problem in validator.iter_errors(data)]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda f: f.stem)
def test_each_shipped_scenario_passes(validator, file):
    assert not complaints(validator, file.read_text(encoding="utf-8"))


def test_the_program_behind_editors_agrees(tmp_path):
    """taplo, where it is installed (PyPI has it as `taplo`)."""
    taplo = shutil.which("taplo")
    if taplo is None:
        pytest.skip("taplo is not installed")
    schema = tmp_path / "scenario.schema.json"
    schema.write_text(json.dumps(lz.scenario_schema()), encoding="utf-8")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(f'#:schema ./{schema.name}\n{BASED}tracing = "interviews"\n', encoding="utf-8")
    lint = [taplo, "lint", "--no-auto-config"]
    given = ["--schema", schema.as_uri(), *map(str, SHIPPED)]
    done = subprocess.run([*lint, *given], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    refused = subprocess.run([*lint, str(wrong)], capture_output=True, text=True, check=False)
    assert refused.returncode != 0 and '"interviews"' in refused.stderr


def test_what_a_page_teaches_passes(validator):
    text = f"""{BASED}
tracing = "mine.toml"
without = ["importations_per_day"]
start_date = 2020-03-15
people = {{ value = 5000, range = [1000, 9000], {SOURCE}, status = "user" }}

[[timeline]]
date = 2020-04-10
until = 2020-05-10
tracing = "interview-resourced"
set = {{ "testing.seek_probability" = 0.7, importations_per_day = 2 }}

[[timeline]]
when = "cases_7d_per_100k > 200"
until = "cases_7d_per_100k < 100"
least_days = 14
region = "by-case-count"
"""
    assert not complaints(validator, text)


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_by_the_schema_and_by_the_reader(validator, text, tmp_path):
    file = tmp_path / "wrong.toml"
    file.write_text(text, encoding="utf-8")
    assert complaints(validator, text)
    with pytest.raises(lz.ParameterError, match=r"wrong\.toml"):
        lz.load_scenario(file)


def test_each_key_is_completed_with_words(validator):
    keys = validator.schema["properties"]
    assert keys.keys() == {*lz.Scenario.model_fields, "based_on", "without"} - {"names"}
    assert all(key["description"].endswith(".") for key in keys.values())
    for kind, key in (
        ("tracing", "tracing"),
        ("isolation", "isolation"),
        ("pathogens", "pathogen"),
    ):
        assert keys[key]["anyOf"][0]["enum"] == lz.list_names(kind)
    assert keys["days"]["properties"]["value"] == {
        "type": "number",
        "minimum": 1,
        "maximum": 3650,
        "multipleOf": 1,
    }
    # an optional value demands as much
    assert keys["importations_per_day"]["properties"]["unit"] == {"enum": ["person/day"]}


def test_the_shell_prints_it(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["schema"])
    assert not ended.value.code
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(lz.scenario_schema()))
