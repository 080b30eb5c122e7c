"""Judges: response, illness.

`moscow-2020` beside what was reported: a fit until 26 May 2020, a check from then on. What it
misses stands in docs/moscow-2020.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lazaretto as lz
from lazaretto import datasets
from lazaretto.analysis.errors import AnalysisError
from lazaretto.parameters.address import stated_at

sys.path.append(str(Path(__file__).resolve().parents[1] / "verification"))


@pytest.fixture(scope="module")
def told():
    """(module, cases, deaths, peaks)"""
    if datasets.local(datasets.SETS["moscow-2020"].files["cases"]) is None:
        pytest.skip("the data set moscow-2020 is not on this machine (LAZARETTO_DATA)")
    import moscow

    return moscow, *moscow.simulated(moscow.draws(moscow.DRAWS))


def test_the_fitted_weeks_are_within_a_factor_of_one_and_a_half(told):
    moscow, cases, deaths, _ = told
    fitted = slice(0, moscow.FITTED)
    ratio = cases.mean(axis=0)[fitted] / moscow.reported("cases")[fitted]
    assert (np.abs(np.log(ratio)) < np.log(1.5)).all(), ratio
    share = deaths[:, fitted].sum() / len(deaths) / moscow.reported("deaths")[fitted].sum()
    assert 1 / 1.5 < share < 1.5


def test_the_weeks_that_were_not_fitted_are_within_the_intervals(told):
    """A check. Of the mean: within a factor of 1.5 until 11 August; from then on at two thirds of the
    reported, one week just outside of it."""
    moscow, cases, deaths, _ = told
    later, weeks = slice(moscow.FITTED, None), moscow.reported("cases")
    low, high = np.quantile(cases[:, later], [0.05, 0.95], axis=0)
    assert ((low <= weeks[later]) & (weeks[later] <= high)).all()
    ratio = cases.mean(axis=0)[later] / weeks[later]
    assert (np.abs(np.log(ratio[:-3])) < np.log(1.5)).all(), ratio
    assert (ratio[-3:] < 0.75).all(), ratio
    low, high = np.quantile(deaths[:, later], [0.05, 0.95], axis=0)
    died = moscow.reported("deaths")[later]
    assert ((low <= died) & (died <= high)).all()


def test_the_peak_is_where_it_was(told):
    *_, peaks = told
    away = [abs((peak - pd.Timestamp("2020-05-06")).days) for peak in peaks]
    assert np.median(away) <= 10, peaks


def test_the_scenario_itself_stands_in_the_middle_of_the_fit(told):
    """Its values are those of one particle."""
    fit, scenario = lz.load_fit("moscow-2020"), lz.load_scenario("moscow-2020")
    near = (fit["initial_infections"] == scenario.initial_infections.value) & np.isclose(
        fit["pathogen.seasonal_amplitude"], scenario.pathogen.seasonal_amplitude.value
    )
    assert near.any()
    for name, column in fit.drop(columns=["weight", "reported.deaths"]).items():
        value = stated_at(scenario, name)[0].value
        assert column.min() <= value <= column.max(), name


def test_the_page_says_what_the_runs_say(told):
    """docs/moscow-2020.md; the table is printed by tests/verification/moscow.py."""
    moscow, *found = told
    page = (Path(__file__).resolve().parents[2] / "docs" / "moscow-2020.md").read_text()
    assert not [line for line in moscow.lines(*found) if line not in page]


def test_draws_of_a_fit_are_as_often_as_their_weights():
    fit = lz.load_fit("moscow-2020")
    drawn = lz.load_fit("moscow-2020", 1000)
    assert "weight" not in drawn and len(drawn) == 1000
    mean = np.average(fit["reported.deaths"], weights=fit["weight"])
    assert drawn["reported.deaths"].mean() == pytest.approx(mean, abs=0.002)
    with pytest.raises(AnalysisError, match="moscow-2020"):
        lz.load_fit("atlantis-2020")
