"""Judges: tracing, testing.

Published settings re-created (`params/settings.csv`): every figure inside its published range, the
page as the table is, and the measures exact on tables that can be counted by hand.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import lazaretto as lz
from lazaretto.analysis import settings as published
from lazaretto.analysis.errors import AnalysisError
from lazaretto.parameters.files import SOURCES
from lazaretto.parameters.library import params_folder

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
FIGURES = published.figures()
MISSED: set[tuple[str, str]] = set()  # (setting, figure) of what is known to be missed


@pytest.fixture(scope="module")
def table():
    return lz.settings()


@pytest.mark.parametrize("where", [(s, f) for s in FIGURES for f in FIGURES[s]], ids="/".join)
def test_a_figure_is_inside_its_range_as_the_page_says(table, where):
    """What cannot be expressed and what is missed is said, and stays said until it changes."""
    expected = "not expressed" if not FIGURES[where[0]][where[1]].measure else "yes"
    assert table.loc[where, "inside"] == ("no" if where in MISSED else expected)


def test_the_page_holds_this_table(table):
    """Printed by `lazaretto settings --markdown`."""
    assert "\n".join(published.as_markdown(table)) in PAGE.read_text()


def test_only_programmes_differ_between_settings():
    """One set of people, contacts and pathogen; of Shenzhen most meetings were given up."""
    base = lz.load_scenario("summer-2020")
    for name in FIGURES:
        one = lz.load_scenario(name)
        for part in ("pathogen", "population", "behaviour", "immunity", "hospitals", "people"):
            assert getattr(one, part) == getattr(base, part), (name, part)
        assert (one.region == base.region) is (name != "shenzhen-2020")


def test_contacts_outside_the_home_make_r_not_the_hazard():
    """About 1.2 without tracing, by fewer contacts: at home people meet as ever."""
    scenario = lz.load_scenario("summer-2020")
    city = lz.build_population(scenario.population, people=100_000, seed=1)
    r = [published.reproduction(lz.simulate(scenario, city, seed)) for seed in range(1, 11)]
    assert 1.15 < np.mean(r) < 1.3
    (measure,) = scenario.region.measures
    assert measure.household_factor.value == 1.0
    assert scenario.pathogen == lz.load_scenario("no-measures").pathogen


def test_operators_notify_far_more_people_for_each_positive_than_interviews(table):
    """3.5 against 24 per cent in Israel."""
    model = table.loc["israel-2020-summer", "model"]
    assert 3 < model["positive-by-interviews"] / model["positive-by-positions"] < 8


def test_an_app_that_looks_back_fourteen_days_notifies_too_many(table):
    """So the window decides: fewer of those notified test positive."""
    app = FIGURES["nhs-app-2020"]
    scenario = lz.load_scenario("nhs-app-2020").replace(
        **{"tracing.instruments.bluetooth-app.lookback_days": 14}
    )
    city = lz.build_population(scenario.population, people=100_000, seed=1)
    lived = published.Lived(scenario, city, 1)
    asked = np.divide(*published.listed_per_case(lived, app["notified-per-case"]))
    assert asked > 2 * table.loc[("nhs-app-2020", "notified-per-case"), "model"]


def lived_by_hand():
    """Four entries of three people and their results, in a run of 40 days."""
    entries = pd.DataFrame(
        {
            "index_case": [0, 0, 0, 5],
            "person": [1, 2, 3, 2],
            "instrument": ["interview"] * 4,
            "day": [15.0, 15.0, 30.0, 22.0],
        }
    )
    people = np.array([0, 1, 2, 3, 5])
    history = SimpleNamespace(
        person=people,
        onset=np.array([12.0, 16.0, 19.0, 28.0, 18.0]),
        symptomatic=np.array([True, True, True, False, True]),
    )
    records = SimpleNamespace(confirmed=np.array([14.0, 18.0, 21.0, np.inf, 20.0]), person=people)
    run = SimpleNamespace(
        lists=entries, raw=SimpleNamespace(days=40, history=history, records=records)
    )
    city = SimpleNamespace(household=np.array([7, 7, 8, 9, 9, 8]))
    lived = published.Lived(None, SimpleNamespace(city=city), 1)
    lived.__dict__["run"] = run
    return lived


def test_measures_count_what_they_say():
    """Person 1 lives with case 0 and is found; 2 is listed twice, once before its result and once
    after (not counted), and lives with case 5; 3 is listed too late to be followed."""
    lived = lived_by_hand()
    every = published.Figure.model_validate(
        {
            "title": "t",
            "of": "interview",
            "role": "check",
            "published": {"value": 0, "range": [0, 1], "unit": "", "source": "", "status": ""},
        }
    )
    at_home = every.model_copy(update={"among": "household"})
    assert published.positive(lived, every) == (2, 2)  # the second entry of 2 came after its result
    assert published.positive(lived, at_home) == (1, 1)
    assert published.share_at_home(lived, every) == (2, 4)
    # results on days 14, 18, 21, 20; listed before: 1 and 2
    assert published.share_of_cases(lived, every) == (2, 4)
    # by symptoms: 0 after 2 days, 5 after 2; as contacts: 1 and 2 at once, before their onsets
    assert published.onset_to_isolation(lived, every) == (2.0, 1.0)
    assert published.earlier_as_contact(lived, every) == (2.0, 1.0)


def test_the_share_is_of_sums_over_seeds():
    mean, low, high = published._ratio(np.array([[1.0, 10.0], [3.0, 10.0]]))
    assert mean == pytest.approx(0.2) and low < 0.2 < high
    assert np.isnan(published._ratio(np.array([[1.0, 10.0]]))[1])


def test_a_scenario_without_figures_is_refused_with_those_that_have_some():
    with pytest.raises(AnalysisError, match=r"'england-like'.*england-2020-autumn"):
        lz.settings("england-like")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",positive,interview", ",positve,interview", "no measure 'positve'.*positive"),
        ("sets onset_to_sample", "", "shenzhen-2020.onset-to-isolation: why is missing"),
        (",check,", ",guess,", "role"),
        (",0.15,0.1,", ",many,0.1,", "published"),
        ("@wymant2021", "@nobody1999", "nobody1999"),
    ],
)
def test_a_figure_that_says_nothing_is_refused(tmp_path, monkeypatch, old, new, said):
    for name in (published.FILE, SOURCES):
        text = (params_folder() / name).read_text()
        spoilt = text.replace(old, new, 1) if name == published.FILE else text
        (tmp_path / name).write_text(spoilt)
    monkeypatch.setattr(published, "params_folder", lambda: tmp_path)
    with pytest.raises(ValueError, match=said):
        published.figures()
