"""Judges: parameters, outcomes, analysis.

Whatever a user types at a prompt shows itself in at most 30 lines, and as HTML with everything from
outside escaped; the panel as a table has a label, a unit and, of results, an interval on each line.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sample_results import PEOPLE, SEEDS, results

import lazaretto as lz
from lazaretto.analysis.errors import AnalysisError
from lazaretto.outcomes.panel import COMPONENTS
from lazaretto.values.summary import MOST_LINES, WIDTH, Summary, Table

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def run(small, town) -> lz.Run:
    return lz.simulate(small.replace(tracing="interview", isolation="supported"), town, 1)


@pytest.fixture(scope="module")
def things(run) -> dict[str, object]:
    """One of everything, under the name that its summary must begin with."""
    return {
        "Scenario": lz.load_scenario("moscow-2020"),
        "Sweep": lz.load_sweep("tracing-by-isolation"),
        "Population": run.population,
        "Run": run,
        "State": lz.start(run.scenario, run.population, seed=1).advance(5),
        "Results": results(),
    }


KINDS = ["Scenario", "Sweep", "Population", "Run", "State", "Results"]


@pytest.mark.parametrize("kind", KINDS)
def test_everything_shows_itself_on_a_third_of_a_page(things, kind):
    told = lz.summary(things[kind])
    lines = repr(told).splitlines()
    assert lines[0].startswith(kind)
    assert 3 < len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= WIDTH
    page = told._repr_html_()
    assert page.startswith("<div><strong>") and page.count("<table") >= 1
    if kind != "Results":  # those that show themselves so in a notebook, and at a prompt
        assert things[kind]._repr_html_() == page
        assert kind == "Population" or repr(things[kind]) == repr(told)


@pytest.mark.parametrize("kind", ["scenarios", "sweeps"])
def test_no_shipped_file_is_longer(kind):
    for name in lz.list_names(kind):
        thing = lz.load_scenario(name) if kind == "scenarios" else lz.load_sweep(name)
        assert len(repr(thing).splitlines()) <= MOST_LINES, name


def test_long_tables_open_with_a_click():
    table = Table(("a",), tuple((str(n),) for n in range(41)))
    assert "<details><summary>41 lines</summary><table>" in Summary("x", (), table)._repr_html_()
    assert "<details>" not in Summary("x", (), Table(("a",), table.lines[:40]))._repr_html_()


def test_however_much_there_is_the_text_stays_short():
    long = Summary("head " * 60, tuple((f"row {n}", "word " * 50) for n in range(40)))
    lines = repr(long).splitlines()
    assert len(lines) == MOST_LINES and lines[-1].strip() == "..."
    assert max(map(len, lines)) <= WIDTH


def test_parts_are_called_by_their_titles_and_single_values_in_full():
    scenario = lz.load_scenario("moscow-2020")
    assert repr(scenario.pathogen) == f"Pathogen(title={scenario.pathogen.title!r})"
    assert "value=100000" in repr(scenario.people) and "unit='person'" in repr(scenario.people)


def test_what_the_user_has_changed_is_named():
    changed = lz.load_scenario("no-measures").replace(**{"testing.seek_probability": 0.123})
    assert "testing.seek_probability = 0.123" in repr(changed)
    assert "1 of yours" in repr(changed)


def test_names_from_outside_are_escaped(run):
    strange = run.scenario.replace().model_copy(update={"title": EVIL})
    assert EVIL not in strange._repr_html_()
    assert "&lt;script&gt;" in strange._repr_html_()
    everywhere = Summary(EVIL, ((EVIL, EVIL),), Table((EVIL,), ((EVIL,),)))._repr_html_()
    assert EVIL not in everywhere and everywhere.count("&lt;script&gt;") == 5


def test_a_stranger_has_no_summary():
    with pytest.raises(AnalysisError, match=r"the results of lz.sweep is needed; got DataFrame"):
        lz.summary(pd.DataFrame())


def test_the_panel_of_a_run_as_a_table_says_what_each_line_is(run):
    table = run.panel_table
    assert list(table.index) == list(run.panel.index)
    np.testing.assert_array_equal(table["value"], run.panel)
    assert table.loc["wrong_fines", "unit"] == "fines per 100,000 people"
    assert table.loc["latent_when_reached", "unit"] == "fraction"
    assert table.loc["bodies_with_access", "unit"] == "agencies"
    assert table.loc["infectee_recall", "better"] == "more"
    assert table.loc["appeals", "better"] == ""
    assert lz.panel_table(run, "infections")["value"].item() == run.panel["infections"]
    for name, part in COMPONENTS.items():
        assert table.loc[name, ["block", "label"]].tolist() == [part.block, part.label]


def test_the_panel_of_results_has_an_interval_on_each_line():
    found = results()
    table = lz.panel_table(found, ["infections", "infectee_recall"])
    assert table.index.names == ["tracing", "isolation", "listing", "component"]
    here = ("interview", "supported", "targeted", "infections")
    values = found["infections"].sel(tracing="interview", isolation="supported", listing="targeted")
    assert table.loc[here, "mean"] == pytest.approx(float(values.mean()))
    assert table.loc[here, "low"] < table.loc[here, "mean"] < table.loc[here, "high"]
    assert (table["low"].dropna() >= 0).all()  # no count lies below nothing
    recall = table.xs("infectee_recall", level="component")
    assert (recall["high"].dropna() <= 1).all()
    apart = lz.panel_table(found, ["infections"], difference=True)
    base = found["infections"].sel(tracing="none", isolation="advice", listing="targeted")
    assert apart.loc[here, "mean"] == pytest.approx(float((values - base).mean()))
    assert apart.loc[("none", "advice", "targeted", "infections"), "mean"] == 0
    every = lz.panel_table(found, difference=True)
    assert "sure" not in table and {"less", "more", ""} == set(every["sure"])
    for line in every.itertuples():  # a direction only where the interval excludes zero
        expected = "less" if line.high < 0 else "more" if line.low > 0 else ""
        assert line.sure == expected


def test_tables_that_cannot_be(run):
    with pytest.raises(AnalysisError, match="Did you mean 'infections'"):
        lz.panel_table(run, ["infection"])
    with pytest.raises(AnalysisError, match="one run has no baseline"):
        lz.panel_table(run, difference=True)


def test_results_tell_their_design_and_show_some_lines_of_every_cell():
    told = lz.summary(results())
    text = repr(told)
    assert f"{SEEDS} in every cell" in text and f"{PEOPLE:,}" in text
    assert "none, interview" in text
    assert told.table is not None
    assert len(told.table.lines) == 2 * 2 * 3
    assert " to " in told.table.lines[0][-1]


def test_results_of_a_folder_are_those_of_the_sweep(tmp_path):
    design = lz.load_sweep("support-and-fatigue")
    with lz.sweep(design, seeds=2, people=1000, out=tmp_path / "made") as made:
        there = lz.load_results(str(tmp_path / "made"))
        assert there["infections"].equals(made["infections"])
    text = repr(lz.summary(there))
    assert "axis behaviour.fatigue_per_day" in text and "lz.figures.curves(results)" in text
    flat = lz.summary(there.isel({"isolation.support_fraction": 0}, drop=True))
    assert "lz.panel_table" in repr(flat)


def test_loaders_stand_at_the_top():
    assert lz.load_pathogen("measles").title == "Measles"
    assert {"interview", "none"} <= set(lz.list_names("tracing"))
    for name in lz.__all__:
        assert getattr(lz, name) is not None, name
