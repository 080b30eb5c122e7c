"""Each kind of unusable file gives one ParameterError that names file, key, value, what is allowed
and the usual cause."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazaretto.parameters import (
    KINDS,
    ParameterError,
    find,
    list_names,
    params_folder,
    validate_file,
)

PATHOGEN, CITY, TRACING = (
    "pathogens/sars-cov-2-ancestral",
    "populations/moscow",
    "tracing/interview",
)
REGIME, SCENARIO, SWEEP = (
    "isolation/sms-and-police",
    "scenarios/no-measures",
    "sweeps/tracing-by-isolation",
)


def written(folder: Path, name: str, text: str | bytes) -> Path:
    """A file called mine.toml in a folder called as the kind, with that content."""
    file = folder / name.split("/")[0] / "mine.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def shipped(name: str) -> str:
    """A file written out in full, as users' own are: in the older form where there is one."""
    old = Path(__file__).parent / "old" / f"{name}.toml"
    if old.exists():
        return old.read_text(encoding="utf-8")
    return (params_folder() / f"{name}.toml").read_text(encoding="utf-8")


class Case(NamedTuple):
    """One spoilt line of a shipped file and what the refusal must say."""

    file: str
    old: str
    new: str
    line: str


BOTH_CLOCKS = """[infectious_before_onset]
value = 2.0
unit = "day"
range = [0.0, 3.0]
source = "none"
status = "assumption"

[presymptomatic_lead]"""
CASES = [
    Case(
        PATHOGEN,
        "value = 0.31",
        "value = 31",
        "never_symptomatic_fraction: the value 31 lies outside its own range [0.2, 0.45] (a prob",
    ),
    Case(
        TRACING,
        "value = 0.7\n",
        "value = 1.2\n",
        "cooperation_probability: the value 1.2 lies outside its own range [0.59, 0.85]",
    ),
    Case(
        PATHOGEN,
        "mean = 3.202",
        "mean = -3",
        "latent_period: the mean -3 lies outside its own range [2.32, 4.0] (a duration cannot",
    ),
    Case(
        PATHOGEN,
        "mean = 3.202",
        "mean = inf",
        "latent_period: the mean must be a finite number; got inf",
    ),
    Case(PATHOGEN, "value = 2.8", 'value = "2.8"', "R0.value: a number is needed; got '2.8'"),
    Case(PATHOGEN, "value = 2.8", "value = true", "R0.value: a number is needed; got 'True'"),
    Case(
        PATHOGEN,
        "value = 2.8",
        "value = 1979-05-27",
        "R0.value: a number (or, for a list of values, a list of numbers) is needed",
    ),
    Case(
        PATHOGEN, "value = 2.8", "value = [2.8, 3.0]", "R0: one number is needed here, not a list"
    ),
    Case(PATHOGEN, "value = 2.8", "value = 1" + "0" * 400, "R0.value: this number is too large"),
    Case(PATHOGEN, "value = 2.8", "value = 1" + "0" * 5000, "too many digits"),
    Case(
        PATHOGEN,
        "range = [2.0, 3.9]",
        "range = [nan, 3.9]",
        "R0: an end of the range is not a number (nan)",
    ),
    Case(
        PATHOGEN,
        "range = [2.0, 3.9]",
        "range = [3.9, 2.0]",
        "has its ends exchanged; write [low, high]",
    ),
    Case(
        PATHOGEN, "range = [2.0, 3.9]", "range = 3", "R0.range: two numbers [low, high] are needed"
    ),
    Case(
        PATHOGEN,
        "range = [2.0, 3.9]",
        'range = ["a", "b"]',
        "R0.range: a number is needed; got 'a'",
    ),
    Case(
        PATHOGEN,
        'family = "triangular"',
        'family = "triangula"',
        "R0.distribution: unknown family 'triangula'",
    ),
    Case(
        PATHOGEN,
        "mode = 2.8, high = 3.9",
        "mode = 4.8, high = 3.9",
        "R0.distribution: the parameters of 'triangular' must ascend",
    ),
    Case(
        PATHOGEN,
        'unit = "infections/case"',
        'unit = "1"',
        "R0: the unit must be 'infections/case'; got '1'",
    ),
    Case(
        PATHOGEN,
        "[presymptomatic_lead]",
        "[onset_to_infectious]",
        "state either latent_period and presymptomatic_lead",
    ),
    Case(
        PATHOGEN,
        "[presymptomatic_lead]",
        BOTH_CLOCKS,
        "state either latent_period and presymptomatic_lead",
    ),
    Case(
        PATHOGEN,
        'family = "uniform"',
        'family = "expon"',
        "infectiousness_profile reaches inf, beyond the end",
    ),
    Case(PATHOGEN, "mean = 0.5\n", "mean = 0.4\n", "infectiousness_profile"),
    Case(
        PATHOGEN,
        "[published.theta]",
        "[published.thta]",
        "published: 'thta' is no check value. Did you mean 'theta'?",
    ),
    Case(
        CITY,
        "value = 100000",
        "value = 0",
        "people: the value 0 lies outside its own range [1000, 1.5e+08]",
    ),
    Case(CITY, "maximum = 40", "", "team_size needs a maximum"),
    Case(CITY, "maximum = 100.0", "", "minutes.group needs a maximum"),
    Case(
        CITY,
        "[5, 8, 6]",
        "[5, 8]",
        "community_contacts_per_day: the range has 3 lows and 2 highs for 3 values",
    ),
    Case(
        CITY,
        "value = [2, 4, 3]",
        "value = [2, 4, 9]",
        "community_contacts_per_day: the value 9 (number 3 of the list) lies outside",
    ),
    Case(TRACING, 'type = "interview"', "", "instruments.0: the key 'type' is missing"),
    Case(
        TRACING,
        'type = "interview"',
        'type = "intervew"',
        "venue-check-in, public-notice. Did you mean 'interview'?",
    ),
    Case(
        TRACING,
        '"quarantine"',
        '"arrest"',
        "instruction: 'arrest' is not allowed; allowed: quarantine, test, inform, monitor.",
    ),
    Case(
        TRACING,
        "recall_by_layer.group",
        "recall_by_layer.grop",
        "recall_by_layer.grop: unknown key. Did you mean 'group'?",
    ),
    Case(
        REGIME,
        'type = "operator-position"',
        'type = "visit"',
        "type: 'visit' is not allowed; allowed: calls, visits, operator-position",
    ),
    Case(
        REGIME,
        'value = 1\nunit = "count"',
        'value = 9\nunit = "count"',
        "rungs of the ladder must be in order",
    ),
    Case(
        SCENARIO,
        'tracing = "none"',
        'tracing = "interviews"',
        "tracing: there is no 'interviews' among the tracing. Did you",
    ),
    Case(
        SCENARIO,
        'tracing = "none"',
        "tracing = 3",
        "tracing: the name of one of the tracing is needed; got 3",
    ),
    Case(SCENARIO, 'tracing = "none"', "", "tracing: this key is missing"),
    Case(SCENARIO, "value = 180", "value = 30.5", "days: a whole number is needed here; got 30.5"),
    Case(
        SWEEP,
        '"household", ',
        '"houshold", ',
        "axes.tracing: there is no 'houshold' among the tracing. Did you",
    ),
    Case(
        SWEEP,
        'scenario = "no-measures"',
        'scenario = "moscow"',
        "scenario: there is no 'moscow' among the scenarios",
    ),
    Case(SWEEP, 'tracing = "none"\n', 'tracing = "app"\n', "baseline.tracing must be one of"),
    Case(
        SWEEP,
        '"household", ',
        '["household"], ',
        "axes.tracing.1: a name or a number is needed; got ['household']",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.line[:50])
def test_a_spoilt_line_is_named_with_what_is_allowed(tmp_path, case):
    text = shipped(case.file)
    assert case.old in text
    file = written(tmp_path, case.file, text.replace(case.old, case.new, 1))
    with pytest.raises(ParameterError) as caught:
        validate_file(file)
    message = str(caught.value)
    assert case.line in message, message
    for line in message.splitlines():
        assert line.startswith(str(file)), line
    assert "pydantic" not in message and "union" not in message and ".float" not in message, message


def test_one_problem_is_one_line_and_several_are_several(tmp_path):
    text = shipped(PATHOGEN)
    one = written(tmp_path, PATHOGEN, text.replace("value = 2.8", 'value = "much"'))
    with pytest.raises(ParameterError) as caught:
        validate_file(one)
    assert len(str(caught.value).splitlines()) == 1
    three = (
        text.replace("value = 2.8", 'value = "much"')
        .replace("mean = 3.202", "mean = -1")
        .replace("[hospital_stay]", "[hospital_day]")
    )
    with pytest.raises(ParameterError) as caught:
        validate_file(written(tmp_path, PATHOGEN, three))
    lines = str(caught.value).splitlines()
    assert len(lines) == 4  # the fourth: hospital_stay is missing, hospital_day is unknown
    for key in ("R0.value", "latent_period", "hospital_stay", "hospital_day"):
        assert sum(f": {key}: " in line for line in lines) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"[R0\nvalue = 2",
        'title = "é"'.encode("latin-1"),
        b"\0",
        b"a = " + b"[" * 3000,
        b"a = 1\na = 2",
    ],
)
def test_what_is_not_toml_or_not_text_says_so(tmp_path, content):
    with pytest.raises(
        ParameterError, match=r"mine\.toml: this (is not (TOML|UTF-8)|TOML is nested)"
    ):
        validate_file(written(tmp_path, PATHOGEN, content))


def test_files_that_are_not_there_and_files_of_no_kind(tmp_path):
    with pytest.raises(ParameterError, match="there is no such file"):
        validate_file(tmp_path / "absent.toml")
    with pytest.raises(ParameterError, match="there is no such file"):
        validate_file(tmp_path)
    with pytest.raises(ParameterError, match="belongs to any kind"):
        validate_file(written(tmp_path, "elsewhere/x", "colour = 3"))
    with pytest.raises(
        ParameterError, match=r"there is nothing called 'moscw'\. Did you mean 'moscow'"
    ):
        find("moscw")
    with pytest.raises(ParameterError, match=r"unknown kind 'pathogen'\. Did you mean 'pathogens'"):
        list_names("pathogen")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_in_any_folder_is_known_by_its_keys(tmp_path, kind):
    names = [name for name in list_names(kind) if name != "none"]
    found, thing = validate_file(
        str(written(tmp_path, "elsewhere/x", shipped(f"{kind}/{names[0]}")))
    )
    assert found == kind
    assert find(names[0])[0] == kind
    assert thing.title == find(names[0])[1].title


NUMBERS = st.sampled_from(
    [
        "0",
        "-1",
        "1e308",
        "-1e-320",
        "nan",
        "-inf",
        "1" + "0" * 330,
        "0x7fffffffffffffff",
        "2.5",
        "7",
    ]
)
ODD = st.sampled_from(
    [
        "true",
        '""',
        '"x"',
        "[]",
        "[[]]",
        "{}",
        "{ a = 1 }",
        "1979-05-27",
        '["a", 1]',
        "[nan]",
        "[1, 2, 3]",
        "07:32:00",
    ]
)
LISTS = st.lists(NUMBERS, max_size=4).map(lambda parts: f"[{', '.join(parts)}]")
FILES = [f"{kind}/{name}" for kind in KINDS for name in list_names(kind) if name != "none"]


@given(st.sampled_from(FILES), st.data(), NUMBERS | ODD | LISTS)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_file_with_any_value_exchanged_is_accepted_or_refused_clearly(
    tmp_path, name, data, value
):
    """Random bytes hardly ever are TOML; so shipped files are spoilt, one value at a time."""
    lines = shipped(name).splitlines()
    chosen = data.draw(st.sampled_from([i for i, line in enumerate(lines) if " = " in line]))
    lines[chosen] = f"{lines[chosen].split(' = ')[0]} = {value}"
    text = "\n".join(lines)
    file = written(tmp_path, name, text)
    try:
        validate_file(file)
    except ParameterError as problem:
        assert str(file) in str(problem)
    else:
        tomllib.loads(text)


@given(st.sampled_from(FILES), st.data())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_file_cut_or_with_bytes_exchanged_is_accepted_or_refused_clearly(tmp_path, name, data):
    raw = bytearray(shipped(name).encode())
    for _ in range(data.draw(st.integers(0, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    file = written(tmp_path, name, bytes(raw[: data.draw(st.integers(0, len(raw)))]))
    try:
        validate_file(file)
    except ParameterError as problem:
        assert str(file) in str(problem)
