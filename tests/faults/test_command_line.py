"""The program with strange arguments: ends with 0, 1 or 2, one message, nothing half done."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strange import NAMES, call, files, held, toml

MORE = settings(
    deadline=30_000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
PROGRAM = [sys.executable, "-c", "from lazaretto.cli import main; main()"]
WORDS = st.one_of(
    st.sampled_from(
        [
            *NAMES,
            "moscow",
            "moscow-2020",
            "interview",
            "tracing-by-isolation",
            "--json",
            "--help",
            "--debu",
            "-h",
            "--",
            "--out",
            "1e400",
            "invs13/../sfhh",
            "..",
            ".",
            "/",
            "~",
            "$(id)",
            "`id`",
            "%00",
            "..%2f..%2fetc",
            "C:\\x",
            "con",
            "*",
            "tracing=",
            "=x",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.integers(-5, 5).map(str),
)
KEYS = st.sampled_from(
    [
        "people",
        "days",
        "initial_infections",
        "tracing",
        "isolation",
        "region",
        "pathogen.R0",
        "pathogen.latent_period.mean",
        "pathogen.latent_period.family",
        "testing.sensitivity_by_day",
        "isolation.ladder",
        "tracing.instruments.0.memory_days",
        "isolation.monitoring.-1.checks_per_day",
        "names.pathogen",
        "title",
        "behaviour.kappa_phone",
        "population.household_size_fractions",
        "__class__",
        "pathogen.__dict__",
        "",
        ".",
        "a..b",
    ]
)
SAFE = (
    "list",
    "show",
    "validate",
    "report",
    "data get",
    "data list",
    "data",
    "version",
    "",
    "bench --people 1",
    "explore nowhere",
    "explore --port 99999",
)


def ends_well(*arguments: str) -> tuple[int, str, str]:
    status, out, err = call(*arguments)
    assert status in (0, 1, 2), (status, err)
    assert "Traceback" not in out + err
    assert (status == 0) or "lazaretto: " in err or "Usage" in out, (arguments, out, err)
    return status, out, err


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The working folder while these tests run: what a strange word names is made here."""
    here = os.getcwd()
    inside = tmp_path_factory.mktemp("inside")
    os.chdir(inside)
    yield inside
    os.chdir(here)


@given(st.sampled_from(SAFE), st.lists(WORDS, max_size=3))
@settings(MORE, max_examples=250)
def test_any_words_end_with_a_promised_status(folder, command, words):
    ends_well(*command.split(), *words)


@given(
    st.lists(st.tuples(KEYS, WORDS), min_size=1, max_size=3),
    st.sampled_from(["1", "0", "-1", "x", "1e3", "1.5", ""]),
    st.sampled_from(["60", "0", "-1", "", "nan", "3"]),
)
@settings(MORE, max_examples=120)
def test_a_refused_run_leaves_nothing_behind(folder, pairs, seeds, people):
    settings_ = [part for key, value in pairs for part in ("--set", f"{key}={value}")]
    out = folder / "out"
    status, _, _ = ends_well(
        "run",
        "no-measures",
        "--people",
        people,
        "--seeds",
        seeds,
        "--set",
        "days=4",
        "--set",
        "initial_infections=2",
        *settings_,
        "--out",
        str(out),
        "--threads",
        "1",
        "--quiet",
    )
    written = held(out)
    if status == 0:
        assert set(written) == {
            "panel.csv",
            "curves.nc",
            "transmissions.csv",
            "events.csv",
            "linelist.csv",
            "contacts.csv",
            "scenario.json",
        }
    else:
        assert not written
    for name in written:
        (out / name).unlink()


@given(files())
@settings(MORE, max_examples=80)
def test_strange_files_given_to_the_program(folder, one):
    kind, data = one
    (folder / kind).mkdir(exist_ok=True)
    path = folder / kind / "mine.toml"
    path.write_bytes(toml(data).encode("utf-8", "surrogatepass"))
    for command in ("validate", "show"):
        status, _, _ = ends_well(
            command, str(path), *(["--no-outputs"] if command == "show" else [])
        )
        assert status in (0, 2)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        "",
        ".",
        "invs13/..",
        "invs13/../../x",
        "sfhh\0",
        "~root",
        "file:///etc/passwd",
        "%2e%2e/x",
        "..\\x",
    ],
)
def test_no_name_of_data_leads_out_of_the_folder(tmp_path, monkeypatch, name):
    monkeypatch.setenv("LAZARETTO_DATA", str(tmp_path / "data"))
    status, out, err = ends_well("data", "get", "--", name)
    assert status == 2 and not out
    assert "there is no data set" in err or "Invalid value" in err
    assert not held(tmp_path)


def program(arguments: str, **more) -> subprocess.CompletedProcess:
    return subprocess.run(
        f"{sys.executable} -c 'from lazaretto.cli import main; main()' {arguments}",
        shell=True,
        capture_output=True,
        check=False,
        timeout=120,
        **more,
    )


@pytest.mark.parametrize(
    ("arguments", "statuses"),
    [
        ("list > /dev/full", {1}),
        ("list --json > /dev/full", {1}),
        ("list | true; exit ${PIPESTATUS[0]}", {0, 1}),
        ("list >&-", {0, 1}),
        ("list >&- 2>&-", {0, 1}),
        ("show nothing 2>&-", {2}),
        ("show nothing 2>/dev/full", {1, 2}),
        ("validate - < /dev/null", {2}),
    ],
)
def test_where_output_cannot_go(arguments, statuses):
    done = program(arguments, executable="/bin/bash")
    assert done.returncode in statuses, done
    assert b"Traceback" not in done.stdout + done.stderr


def test_a_terminal_without_the_letters_still_gets_the_table():
    done = program("show no-measures", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert b"assumption" in done.stdout
