"""Judges: shell.

What the shell prints fits 80 columns and a file; `show` finds values by words; `run` sums up block
by block and draws a page; every name and key can be completed; what comes next is hinted.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import lazaretto as lz
from lazaretto.cli import main, printing
from lazaretto.cli.blocks import MAIN
from lazaretto.outcomes.panel import BLOCKS, COMPONENTS
from lazaretto.parameters import rows

COLUMNS = 80


def call(capsys, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out = capsys.readouterr()
    return int(ended.value.code or 0), out.out, out.err


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    """A terminal of 80 columns, or a pipe."""
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    monkeypatch.setattr(printing.screen, "_width", COLUMNS)


@pytest.fixture
def completions(capsys, monkeypatch):
    """What bash offers after some words, the last of which has been begun."""

    def asked(words: str) -> list[str]:
        given = f"lazaretto {words}"
        monkeypatch.setenv("_LAZARETTO_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", given)
        monkeypatch.setenv("COMP_CWORD", str(given.count(" ")))
        capsys.readouterr()
        with pytest.raises(SystemExit):
            main([])
        return capsys.readouterr().out.split()

    return asked


def test_show_fits_eighty_columns_and_shows_source_and_note(capsys):
    status, out, _ = call(capsys, "show", "moscow-2020")
    assert status == 0
    lines = out.splitlines()
    stated = {row["parameter"]: row for row in rows(lz.load_scenario("moscow-2020"))}
    long = [line for line in lines if len(line) > COLUMNS and line.strip() not in stated]
    assert not [line for line in long if " " in line.strip()]  # one word cannot be wrapped
    assert not [line for line in lines if line != line.rstrip()]
    assert stated.keys() <= set(lines)  # an address stands alone, whole, so that it can be copied
    text = " ".join(out.split())
    row = stated["tracing.instruments.interview.delay.mean"]
    assert f"note: {row['note']}" in text and f"source: {row['source']}" in text


def test_show_finds_values_by_words(capsys):
    status, out, _ = call(capsys, "show", "moscow-2020", "interview delay", "--brief")
    assert status == 0
    assert out.splitlines()[1:] == ["tracing.instruments.interview.delay.mean = 3 day  assumption"]
    status, out, _ = call(capsys, "show", "moscow-2020", "kappa", "--json")
    found = json.loads(out)["parameters"]
    assert {row["parameter"].split(".")[1][:6] for row in found} == {"kappa_"}
    status, _, err = call(capsys, "show", "moscow-2020", "xyzzy")
    assert status == 2
    assert "none of the" in err and "--brief` lists them all" in err


def test_of_a_pathogen_every_output_stands_whole(capsys):
    status, out, _ = call(capsys, "show", "sars-cov-2-delta")
    assert status == 0
    assert "…" not in out
    assert "generation_interval" in out and "doubling_time" in out
    assert max(map(len, out.splitlines())) <= COLUMNS


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A folder in which `run` has left its files."""
    out = tmp_path_factory.mktemp("out") / "run"
    arguments = "--people 2000 --set tracing=interview --set days=60 --quiet --out"
    with pytest.raises(SystemExit) as ended:
        main(["run", "no-measures", *arguments.split(), str(out)])
    assert not ended.value.code
    return out


def test_run_draws_a_page_with_its_pictures_and_its_panel(finished):
    page = (finished / "run.html").read_text(encoding="utf-8")
    for name in ("curves", "run", "case", "cascade", "race"):
        assert f'data-of="{name}"' in page
    assert "The panel" in page and "Quarantine days served" in page
    assert "One run is one story" in page and "This figure alone" not in page
    without = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    assert not re.search(r"<(link|img|iframe)\b|\ssrc=", without)  # nothing is fetched
    assert page.count("plotly.js v") == 1  # the library once, not once a figure


def test_run_sums_up_block_by_block(capsys, tmp_path, finished):
    again = str(finished / "scenario.json")
    status, out, _ = call(
        capsys, "run", again, "--seeds", "2", "--quiet", "--out", str(tmp_path / "a")
    )
    assert status == 0
    lines = [line.rstrip() for line in out.splitlines()]
    assert [line for line in lines if line in BLOCKS] == [*BLOCKS]
    assert max(map(len, lines)) <= COLUMNS
    assert len(lines) < 60
    assert any(re.match(r"  Infections +[\d,]+ +[\d,]+ to [\d,]+  people$", li) for li in lines)
    assert "run.html" in out
    assert lz.load_scenario(again).parameter_hash in out  # and is not taken for a tag of markup
    status, more, _ = call(capsys, "run", again, "--whole", "--quiet", "--out", str(tmp_path / "b"))
    assert len(more.splitlines()) > len(lines)


def test_show_takes_what_run_wrote(capsys, finished):
    status, out, _ = call(capsys, "show", str(finished / "scenario.json"), "days", "--brief")
    assert status == 0
    assert "days = 60 day  user" in out.splitlines()
    status, _, err = call(capsys, "show", str(finished / "panel.csv"))
    assert status == 2 and "panel.csv" in err


@pytest.mark.parametrize("more", [["--null", "area"], ["--set", "tracing=none"]])
def test_a_page_is_drawn_of_a_run_without_lists_too(capsys, tmp_path, finished, more):
    given = ["run", str(finished / "scenario.json"), "--quiet", "--out", str(tmp_path), *more]
    status, _, err = call(capsys, *given)
    assert status == 0, err
    page = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert "The panel" in page and 'data-of="case"' not in page
    assert ("matched null of the area" in page) == ("--null" in more)
    folder = tmp_path / "report"
    assert call(capsys, "report", str(tmp_path), "--no-svg", "--out", str(folder))[0] == 0
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert 'data-of="run"' in text and 'data-of="case"' not in text  # made again, and the same


def test_main_lines_are_of_their_block():
    assert tuple(MAIN) == BLOCKS
    assert all(COMPONENTS[name].block == block for block in BLOCKS for name in MAIN[block])


@pytest.mark.parametrize("command", ["run no-measures --out OUT", "settings", "explore"])
def test_no_seeds_are_refused_and_not_taken_for_one(capsys, tmp_path, command):
    words = command.replace("OUT", str(tmp_path / "out")).split()
    status, _, err = call(capsys, *words, "--seeds", "0")
    assert status == 2
    assert "--seeds must be at least 1; got 0" in err
    assert not (tmp_path / "out").exists()


def test_what_comes_next_is_hinted_in_a_terminal_only(capsys, monkeypatch):
    _, _, err = call(capsys, "show", "interview")
    assert err == ""
    monkeypatch.setattr(printing.errors, "_force_terminal", True)
    _, out, err = call(capsys, "show", "interview")
    assert "lazaretto run no-measures --set tracing=interview --out out/" in err
    assert "Next:" not in out
    _, _, err = call(capsys, "list", "scenarios")
    assert "lazaretto show" in err
    _, _, err = call(capsys, "show", "interview", "--json")
    assert err == ""


def test_the_program_offers_completion(capsys):
    _, out, _ = call(capsys, "--help")
    assert "--install-completion" in out


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("run mosc", ["moscow-2020"]),
        ("sweep tracing-by", ["tracing-by-isolation"]),
        ("list pop", ["populations"]),
        ("show tracing/moscow", []),
        ("show operator-g", ["operator-geolocation"]),
        ("show moscow-2020 behaviour.kappa_p", ["behaviour.kappa_phone"]),
        ("data get inv", ["invs13", "invs15"]),
        ("explore shenz", ["shenzhen-2020"]),
        ("run no-measures --set isol", ["isolation="]),
        ("run no-measures --set tracing=operator", ["tracing=operator-geolocation"]),
        ("run no-measures --set isolation = moscow", ["moscow-social-monitoring"]),  # as bash asks
        ("run no-measures --set isolation =", ["advice", "facility"]),
        ("run no-measures --set pathogen.latent_per", ["pathogen.latent_period.mean="]),
        ("run no-measures --set pathogen.nothing", []),
    ],
)
def test_names_keys_and_values_are_completed(words, offered, completions):
    found = completions(words)
    assert set(offered) <= set(found)
    begun = words.split(" ")[-1].removeprefix("=")
    assert all(name.startswith(begun) for name in found)
    assert bool(found) == bool(offered)


def test_what_is_completed_can_be_loaded_and_set(completions):
    for name in completions("run "):
        assert lz.load_scenario(name)
    scenario = lz.load_scenario("no-measures")
    for pair in completions("run no-measures --set testing."):
        assert pair.removesuffix("=") in {row["parameter"] for row in rows(scenario)}
    more = {"testing": "contacts-and-lateral-flow"}
    for pair in completions("run no-measures --set tracing="):
        assert scenario.with_settings(more | dict([pair.split("=")])).names["tracing"]


def test_a_name_of_several_kinds_is_offered_with_its_kind(completions):
    found = completions("show testing/")
    assert "testing/moscow-2020" in found
    for name in found:
        assert name.startswith("testing/")
