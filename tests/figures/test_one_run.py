"""Judges: figures, outcomes.

The timeline of one case shows what the run's own records say of it and of the people on its list,
and the case is chosen by the rule that is stated; curves of a run are its curves; a figure keeps
its numbers when it is made for a paper.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from sample_results import PEOPLE, results

import lazaretto as lz
from lazaretto.analysis import case as told
from lazaretto.analysis.errors import AnalysisError
from lazaretto.bench import idealised_pathogen, neutral_law
from lazaretto.figures.case_timeline import reading
from lazaretto.figures.export import FigureError
from lazaretto.parameters import ParameterError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run(small, town) -> lz.Run:
    traced = small.replace(tracing="interview", isolation="supported", start_date=None)
    return lz.simulate(traced, town, seed=1, keep_lists=True)


@pytest.fixture(scope="module")
def story(run) -> told.Story:
    return told.case_story(run)


def test_the_case_is_chosen_by_the_rule_that_is_stated(run):
    """The rule again, from the tables that a user sees."""
    cases = run.linelist[run.linelist["date_onset"].notna()].groupby("id").first()
    lists = run.contacts.groupby("from")
    table = pd.DataFrame(
        {"people": lists["to"].nunique(), "found": lists["infected_by_case"].sum()}
    )
    table["confirmed"] = cases["date_reporting"].astype(float)
    table = table[table["people"].between(3, 12)].dropna()
    best = table.sort_values(["found", "confirmed"], ascending=[False, True]).index[0]
    assert told.telling_case(run) == best
    assert "3 to 12 people" in " ".join(lz.figures.case_timeline.__doc__.split())
    assert lz.figures.case_timeline(run).layout.meta["rule"] == told.RULE


def test_times_are_those_of_the_line_list_and_of_the_contacts(run, story):
    """Of everybody who was infected once, within the run."""
    once = run.linelist.groupby("id").filter(lambda rows: len(rows) == 1).set_index("id")
    seen = 0
    for line in story.people.itertuples():
        if line.who not in once.index:
            continue
        seen += 1
        other = once.loc[line.who]
        for mine, theirs in (
            (line.infected, "date_infection"),
            (line.onset, "date_onset"),
            (line.sample, "date_sample"),
            (line.result, "date_reporting"),
        ):
            known = other[theirs]
            assert mine == pytest.approx(known) or (np.isnan(mine) and pd.isna(known)), theirs
    assert seen >= 3
    case = story.people["who"].iloc[0]
    listed = run.contacts[run.contacts["from"] == case].groupby("to")["date_listed"].min()
    contacts = story.people[story.people["role"] == "contact"].set_index("who")
    assert len(contacts) + story.more == len(listed)
    for who, when in contacts["listed"].items():
        assert when == pytest.approx(listed[who])
    by_case = run.transmissions[run.transmissions["infector"] == case]["infectee"]
    mine = set(contacts.index[contacts["infected_by"] == told.BY_CASE])
    assert mine == set(contacts.index) & set(by_case)


def test_orders_are_those_that_were_given(run, story):
    given = run.events[run.events["event"].str.startswith("order: ")]
    known = set(zip(given["person"], given["day"].round(6)))
    assert len(story.orders) >= 3
    for order in story.orders.itertuples():
        assert (order.who, round(order.start, 6)) in known
        assert order.start < order.until <= run.raw.days
    assert set(story.orders["what"]) <= {told.ISOLATED, told.QUARANTINED, told.SELF_ISOLATED}
    case = story.people["who"].iloc[0]
    own = story.orders[story.orders["who"] == case]
    assert told.ISOLATED in set(own["what"])  # it was confirmed, so it was isolated


def test_where_people_were_in_their_illness_when_listed(story):
    for line in story.people[story.people["role"] == "contact"].itertuples():
        expected = {
            np.isnan(line.infected): told.NEVER,
            line.listed < line.infected: told.BEFORE,
            line.infected <= line.listed < line.infectious: told.IN_TIME,
            line.infectious <= line.listed < line.end: told.LATE,
            line.listed >= line.end: told.TOO_LATE,
        }
        if np.isnan([line.infectious, line.end]).any() and not np.isnan(line.infected):
            continue
        assert line.reached == expected[True]


def test_the_figure_draws_the_story_from_the_infection_of_the_case(run, story):
    figure = lz.figures.case_timeline(run)
    zero = story.people["infected"].iloc[0]
    marks = {t.name: t for t in figure.data if t.mode == "markers"}
    for name, column in (("symptoms begin", "onset"), ("positive result", "result")):
        expected = (story.people[column] - zero).dropna()
        np.testing.assert_allclose(marks[name].x, expected)
    latent = next(t for t in figure.data if t.name == "latent")
    assert latent.x[0] == 0 and latent.x[1] == pytest.approx(
        story.people["infectious"].iloc[0] - zero
    )
    for sentence in reading(story.people, story.more):
        assert sentence in figure.layout.title.text
    axis = figure.layout.yaxis
    assert list(axis.ticktext)[:2] == ["the case", "contact 1"]
    assert len(axis.ticktext) == len(story.people)


def test_the_sentences_count_what_is_drawn(story):
    first, second = reading(story.people, 2)
    contacts = story.people.iloc[1:]
    assert first.startswith(f"{len(contacts) + 2} on the list, {len(contacts)} of them drawn; ")
    assert f"{int((contacts['reached'] != told.NEVER).sum())} infected within the run" in first
    mine = contacts[contacts["infected_by"] == told.BY_CASE]
    assert second.startswith(f"{len(mine)} infected by the case, ")


def test_a_case_can_be_named_and_others_are_refused(run, small, town):
    case = int(run.lists["index_case"].iloc[-1])
    assert str(case) in lz.figures.case_timeline(run, case).layout.title.text
    assert "rule" not in lz.figures.case_timeline(run, case).layout.meta
    with pytest.raises(ParameterError, match="there is nobody 99999999"):
        lz.figures.case_timeline(run, 99_999_999)
    without = next(i for i in range(5000) if i not in set(run.lists["index_case"]))
    with pytest.raises(AnalysisError, match="there is no list of a case"):
        lz.figures.case_timeline(run, without)
    with pytest.raises(AnalysisError, match="keep_lists=True"):
        lz.figures.case_timeline(lz.simulate(small.replace(days=30), town, seed=1))


def test_a_case_that_was_none_is_drawn_from_its_list_on(run):
    """Somebody with a wrong positive result, who was never infected."""
    wrong = {"testing.specificity": 0.8, "testing.background_illness_per_day": 0.01}
    many = lz.simulate(run.scenario.replace(days=60, **wrong), run.population, 1, keep_lists=True)
    well = set(many.lists["index_case"]) - set(many.linelist["id"])
    assert well
    for one in sorted(well)[:5]:
        story = told.case_story(many, one)
        assert story.people["infected_by"].iloc[0] == told.NOT
        assert np.isfinite(story.people["result"].iloc[0])
        figure = lz.figures.case_timeline(many, one)
        assert figure.layout.xaxis.range[0] <= 0 < figure.layout.xaxis.range[1]
        assert np.isfinite(figure.layout.xaxis.range).all()
        assert "days from the list" in figure.layout.xaxis.title.text
        assert "never infected" in figure.layout.title.text


def test_people_go_by_their_own_names(run):
    people = lz.Population.from_edges(
        [(f"p{a}", f"p{b}") for a in range(40) for b in (a + 1, a + 2, a + 3)]
    )
    pathogen = idealised_pathogen(neutral_law("constant", 3.0), neutral_law("constant", 5.0), 0.3)
    traced = run.scenario.replace(days=60, initial_infections=3, pathogen=pathogen)
    own = lz.simulate(traced, people, seed=3, keep_lists=True)
    story = told.case_story(own)
    assert all(str(who).startswith("p") for who in story.people["who"])
    assert str(story.people["who"].iloc[0]) in lz.figures.case_timeline(own).layout.title.text


def test_curves_of_a_run_are_its_curves(run):
    table = lz.figures.data(lz.figures.curves(run))
    scale = 1e5 / run.population.people
    expected = {
        "latent": run.curves["E"],
        "infectious": sum(run.curves[f"I_{n}"] for n in ("presymptomatic", "symptomatic",
                                                         "asymptomatic")),
        "in hospital": run.curves["H"],
        "in quarantine": run.curves["quarantined"],
    }  # fmt: skip
    for name, curve in expected.items():
        mine = table[table["series"] == name]
        np.testing.assert_allclose(mine["y"].astype(float), curve.values * scale)
    weekly = run.curves["new_infections"].to_series().rolling(7, center=True, min_periods=1).mean()
    mine = table[table["series"] == "new infections"]
    np.testing.assert_allclose(mine["y"].astype(float), weekly * scale)
    one = lz.figures.data(lz.figures.curves(run, "daily_tests"))
    assert one["panel"].unique().tolist() == ["Tests"]
    with pytest.raises(AnalysisError, match="Did you mean 'deaths'"):
        lz.figures.curves(run, "death")


def test_changes_of_policy_are_marked(run):
    changed = run.scenario.replace(timeline=[{"from_day": 20, "isolation": "facility"}])
    figure = lz.figures.curves(lz.simulate(changed, run.population, seed=1))
    assert {shape.x0 for shape in figure.layout.shapes} == {20}
    assert "then interviews, state facility" in figure.layout.title.text


def test_differences_of_curves_are_paired_by_seed():
    found = results()
    table = lz.figures.data(lz.figures.curve_differences(found))
    values = found["daily_new_infections"].sel(listing="targeted") * (1e5 / PEOPLE)
    values = values.rolling(day=7, center=True, min_periods=1).mean()
    away = values - values.sel(tracing="none", isolation="advice")
    cell = dict(tracing="interview", isolation="supported")
    mine = table[(table["panel"] == "Interviews") & (table["series"] == "duty with support")]
    line, band = mine[mine["kind"] == "line"], mine[mine["kind"] == "band"]
    np.testing.assert_allclose(line["y"].astype(float), away.sel(cell).mean("seed"), atol=1e-9)
    spread = away.sel(cell).std("seed", ddof=1)
    wide = (band["high"] - band["low"]).to_numpy(float) / 2
    t_of_three = 4.302652729911275 / np.sqrt(3)  # Student's t of two degrees at 95 %
    np.testing.assert_allclose(wide, spread * t_of_three, atol=1e-6)
    base = table[(table["panel"] == "No tracing") & (table["series"] == "advice")]
    assert (base["y"].dropna().astype(float) == 0).all()
    turned = lz.figures.curve_differences(
        found, baseline={"tracing": "interview", "isolation": "supported"}
    )
    assert "baseline: interviews + duty with support" in turned.layout.title.text


def test_a_figure_for_a_paper_has_its_size_and_font(run):
    figure = lz.figures.curves(run)
    before = figure.layout.to_plotly_json()
    printed = lz.figures.resize(figure, (6.7, 4.0), font="Times New Roman", points=9)
    assert (printed.layout.width, printed.layout.height) == (643, 384)
    assert printed.layout.font.family == "Times New Roman"
    assert printed.layout.font.size == pytest.approx(12)
    assert printed.layout.title.font.size > printed.layout.font.size
    assert figure.layout.to_plotly_json() == before  # the one on the screen stays as it is
    pd.testing.assert_frame_equal(lz.figures.data(printed), lz.figures.data(figure))
    assert lz.figures.alt_text(printed) == lz.figures.alt_text(figure)
    for wrong in ((0, 4), (6, float("nan")), (6, -1), (6.0, 4.0, 1.0)):
        with pytest.raises(FigureError, match="two positive numbers"):
            lz.figures.resize(figure, wrong)
    with pytest.raises(FigureError, match="two positive numbers"):
        lz.figures.resize(figure, (6, 4), points=0)


def test_numbers_of_any_figure_are_found():
    figure = go.Figure(go.Scatter(x=[1, 2], y=[3, None], name="a <b>line</b>"))
    table = lz.figures.data(figure)
    assert table[["series", "x", "y"]].values.tolist() == [["a line", 1, 3]]
    assert lz.figures.data(go.Figure()).empty
    assert lz.figures.alt_text(go.Figure()) == "Nothing is drawn."


def test_words_of_a_figure_are_kept_in_its_file(run, tmp_path):
    figure = lz.figures.case_timeline(run)
    file = lz.figures.save(figure, tmp_path / "case.html")
    assert "aria-label='One case and its contacts" in file.read_text(encoding="utf-8")
    again = go.Figure(json.loads(figure.to_json()))
    assert lz.figures.alt_text(again) == lz.figures.alt_text(figure)


@pytest.mark.verify
def test_the_picture_of_the_pages_is_of_the_run_that_it_names():
    """Else write it anew: python tests/verification/one_case.py."""
    sys.path.insert(0, str(ROOT / "tests" / "verification"))
    import one_case

    drawn = re.sub(r"<[^>]+>", " ", one_case.FILE.read_text(encoding="utf-8"))
    drawn = " ".join(drawn.split())
    story = told.case_story(one_case.run())
    for sentence in reading(story.people, story.more):
        assert sentence in drawn


def test_the_picture_of_a_run_names_the_policy_and_not_the_scenario_alone(town):
    """ "No measures" with interviews would be a title that the strip below it contradicts."""
    scenario = lz.load_scenario("no-measures").replace(people=town.people, days=40)
    for tracing, isolation, named in (
        ("none", "advice", "no tracing, advice"),
        ("interview", "supported", "interviews, duty with support"),
    ):
        run = lz.simulate(scenario.replace(tracing=tracing, isolation=isolation), town, seed=1)
        for figure in (run.plot(), lz.figures.curves(run)):
            assert named in figure.layout.title.text
