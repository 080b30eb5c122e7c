"""Calibration: the exact posterior of a known model, a simulated truth, and the case series of
Moscow.

Coverage over many simulated data sets takes long: tests/verification/calibration.py, with its
record in docs/verification/calibration.md.
"""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest

import lazaretto as lz
from lazaretto import datasets
from lazaretto.analysis.calibration import (
    abc_smc,
    calibrate,
    declared_priors,
    periods,
    posterior_samples,
    posterior_table,
    round_to_steps,
    uniform,
)
from lazaretto.analysis.compare import AnalysisError
from lazaretto.parameters import ParameterError, Prior

pytest.importorskip("pyabc")


def counts(values, seed):
    return np.random.default_rng(seed).poisson(values["some.rate"], 6).astype(float)


def test_the_posterior_of_a_poisson_rate():
    from scipy import stats

    observed = np.random.default_rng(1).poisson(20, 6).astype(float)
    before = np.random.get_state()[1].tolist()
    found = abc_smc(
        counts,
        observed,
        {"some.rate": uniform(1, 60), "idle": uniform(0, 1)},
        particles=60,
        generations=4,
    )
    assert np.random.get_state()[1].tolist() == before
    table = posterior_table(found)
    exact = stats.gamma(observed.sum() + 1, scale=1 / 6)  # flat prior, far from its ends
    rate = table.loc["some.rate"]
    # ABC keeps what is near, not what is equal, so its posterior is wider; it must hold the exact
    # one and lie about it
    assert rate["low"] < exact.ppf(0.1) and rate["high"] > exact.ppf(0.9)
    assert rate["mean"] == pytest.approx(exact.mean(), abs=2 * exact.std())
    assert rate["narrowed"] > 0.6
    assert abs(table.loc["idle", "narrowed"]) < 0.35  # the series says nothing about it
    assert "not a check" in found.attrs["kind"] and "not a check" in table.attrs["kind"]
    assert found["weight"].sum() == pytest.approx(1.0)
    assert found["predicted"].shape == (60, 6)
    figures = [lz.figures.fit(found), lz.figures.posterior(found)]
    assert all("not a check" in f.layout.title.text for f in figures)


def test_the_same_seed_gives_the_same_posterior():
    ask = dict(particles=12, generations=2, seed=4)
    one, other = (
        abc_smc(counts, np.full(6, 9.0), {"some.rate": uniform(1, 30)}, **ask) for _ in range(2)
    )
    assert one.equals(other)


def test_a_simulated_truth_is_found_again(moscow):
    scenario = moscow.replace(people=2000, days=42, initial_infections=20)
    town = lz.build_population(scenario.population, people=2000, seed=1)
    truth = 0.75
    run = lz.simulate(scenario.replace(**{"testing.seek_probability": truth}), town, 77)
    observed = pd.Series(
        run.curves["positive_results"].values, index=pd.date_range("2020-03-01", periods=42)
    )
    found = calibrate(
        scenario,
        observed,
        {"testing.seek_probability": uniform(0.05, 0.95)},
        observed_people=2000,
        population=town,
        particles=25,
        generations=3,
        steps={"testing.seek_probability": 0.01},
    )
    line = posterior_table(found).loc["testing.seek_probability"]
    assert line["low"] <= truth <= line["high"]
    assert line["narrowed"] > 0.3 and line["low"] > 0.25
    assert line["unit"] == "fraction"
    assert found["observed"].values == pytest.approx(observed.values.reshape(6, 7).sum(axis=1) * 50)
    assert found["period_start"].values.tolist()[:2] == ["2020-03-01", "2020-03-08"]
    on_steps = found["testing.seek_probability"].values * 100
    assert on_steps == pytest.approx(np.round(on_steps))
    settings = posterior_samples(found, 8).to_dict("records")  # the rows of a list design
    assert len(settings) == 8
    scenario.replace(**settings[0])


def test_two_series_are_fitted_at_once_and_the_share_reported_beside_them(moscow):
    """Cases tell how many are tested, infections (reported to 40 %) how many there are."""
    scenario = moscow.replace(people=2000, days=42, initial_infections=20)
    town = lz.build_population(scenario.population, people=2000, seed=1)
    run = lz.simulate(scenario.replace(**{"testing.seek_probability": 0.6}), town, 77)
    days = pd.date_range("2020-03-01", periods=42)
    truth = {"positive_results": 1.0, "new_infections": 0.4}
    observed = {
        name: pd.Series(np.round(run.curves[name].values * share), index=days)
        for name, share in truth.items()
    }
    ask = dict(observed_people=2000, population=town, particles=20, generations=3)
    priors = {
        "testing.seek_probability": uniform(0.05, 0.95),
        "reported.new_infections": uniform(0.05, 1.0),
    }
    found = calibrate(scenario, observed, priors, **ask)
    table = posterior_table(found)
    assert table.loc["reported.new_infections", "low"] <= 0.4
    assert 0.4 <= table.loc["reported.new_infections", "high"] < 0.9
    assert table.loc["reported.new_infections", "unit"] == "fraction"
    assert found["curve"].values.tolist() == [n for n in truth for _ in range(6)]
    assert found["period_start"].values[6] == "2020-03-01"
    np.testing.assert_allclose(
        found["observed"].values[6:], observed["new_infections"].values.reshape(6, 7).sum(1) * 50
    )
    figure = lz.figures.fit(found)
    assert len({trace.yaxis for trace in figure.data}) == 2
    with pytest.raises(AnalysisError, match="no series of that curve"):
        calibrate(scenario, observed, {"reported.deaths": uniform(0, 1)}, **ask)
    with pytest.raises(AnalysisError, match="a share lies between 0 and 1"):
        calibrate(scenario, observed, {"reported.new_infections": uniform(0, 2)}, **ask)
    short = observed | {"new_infections": observed["new_infections"][:28]}
    with pytest.raises(AnalysisError, match="must cover the same days"):
        calibrate(scenario, short, priors, **ask)


def test_samples_of_the_posterior_follow_its_weights():
    found = abc_smc(
        counts, np.full(6, 9.0), {"some.rate": uniform(1, 30)}, particles=10, generations=1
    )
    found["weight"] = ("particle", np.array([0.5, 0.3, 0.2, 0, 0, 0, 0, 0, 0, 0]))
    values = posterior_samples(found, 100)["some.rate"].value_counts()
    assert values[found["some.rate"].values[:3]].tolist() == [50, 30, 20]


def test_priors_become_distributions():
    p = np.array([0.1, 0.5, 0.9])
    assert uniform(2, 4).quantile(p) == pytest.approx([2.2, 3.0, 3.8])
    assert Prior(family="loguniform", parameters={"low": 1, "high": 100}).quantile(
        p
    ) == pytest.approx(10 ** (2 * p))
    triangle = Prior(family="triangular", parameters={"low": 0, "mode": 1, "high": 2}).frozen()
    assert triangle.ppf([0.5]) == pytest.approx([1.0])
    assert Prior(family="beta", parameters={"a": 2, "b": 2}).frozen().mean() == pytest.approx(0.5)


def test_declared_priors_are_those_of_the_files(moscow):
    found = declared_priors(moscow, ["behaviour.kappa_reporting", "testing.seek_probability"])
    assert found["behaviour.kappa_reporting"].parameters == {"low": 0.0, "high": 1.4}
    stated = moscow.testing.seek_probability.range
    assert found["testing.seek_probability"] == uniform(*stated)
    with pytest.raises(AnalysisError, match="no single quantity"):
        declared_priors(moscow, ["testing.sensitivity_by_day"])


def test_values_on_steps():
    assert round_to_steps({"a": 2.26, "b": 7.6, "c": 0.123}, {"a": 0.05, "b": 1.0}) == {
        "a": 2.25,
        "b": 8,
        "c": 0.123,
    }
    assert isinstance(round_to_steps({"b": 7.6}, {"b": 1.0})["b"], int)


def test_series_that_cannot_be_used(small, town):
    days = pd.date_range("2020-03-01", periods=15)
    assert periods(pd.Series(np.ones(15), index=days)).tolist() == [7.0, 7.0]
    with pytest.raises(AnalysisError, match="without gaps"):
        periods(pd.Series(np.ones(14), index=days.delete(3)))
    with pytest.raises(AnalysisError, match="at least 0"):
        periods(pd.Series(np.r_[np.ones(14), -1], index=days))
    with pytest.raises(AnalysisError, match="fewer than two periods"):
        periods(pd.Series(np.ones(9)))
    good = pd.Series(np.ones(14))
    with pytest.raises(AnalysisError, match="no daily curve 'happiness'"):
        calibrate(
            small,
            good,
            {"testing.seek_probability": uniform(0.1, 0.5)},
            observed_people=5000,
            population=town,
            curve="happiness",
        )
    with pytest.raises(ParameterError, match="prior of testing"):
        calibrate(
            small,
            good,
            {"testing.seek_probability": uniform(0.1, 2.0)},
            observed_people=5000,
            population=town,
        )
    with pytest.raises(AnalysisError, match="not among the priors"):
        calibrate(
            small,
            good,
            {"testing.seek_probability": uniform(0.1, 0.5)},
            observed_people=5000,
            population=town,
            steps={"people": 1},
        )


ORIGINAL = """date,category,Россия,Москва
19.03.2020,total,200,80
20.03.2020,total,300,131
20.03.2020,died,1,0
21.03.2020,total,400,137
"""
EXTRACT = """date,category,russia,moscow
2020-03-19,total,200,80
2020-03-20,total,300,131
2020-03-20,died,1,0
2020-03-21,total,400,137
"""


@pytest.mark.parametrize("text", [ORIGINAL, EXTRACT])
def test_the_moscow_series_in_both_layouts(tmp_path, text):
    path = tmp_path / "cases.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    cases = datasets.moscow_cases("2020-03-20", "2020-03-21", path)
    assert cases.tolist() == [51.0, 6.0]
    assert cases.attrs["people"] == 12_678_079
    with pytest.raises(datasets.DataError, match="no number of new cases for 2020-03-22"):
        datasets.moscow_cases("2020-03-20", "2020-03-22", path)


def test_deaths_and_st_petersburg_from_the_same_file(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(
        "date,category,moscow,st_petersburg\n2020-05-01,died,100,20\n2020-05-02,died,130,21\n"
        "2020-05-01,total,9,9\n2020-05-02,total,19,10\n"
    )
    where = dict(first="2020-05-02", last="2020-05-02", path=path)
    assert datasets.reported("deaths", "moscow", **where).tolist() == [30.0]
    assert datasets.reported("deaths", "st-petersburg", **where).tolist() == [1.0]
    cases = datasets.reported("cases", "st-petersburg", **where)
    assert cases.tolist() == [1.0] and cases.attrs["people"] == 5_398_064
    with pytest.raises(datasets.DataError, match="'tomsk' was not reported there"):
        datasets.reported("cases", "tomsk", **where)


def test_an_extract_is_taken_for_the_file(tmp_path, monkeypatch):
    import hashlib

    (tmp_path / "cases.csv").write_text(EXTRACT)
    known = datasets.SETS["moscow-2020"].files["cases"]
    digest = "sha256:" + hashlib.sha256(EXTRACT.encode()).hexdigest()
    monkeypatch.setenv("LAZARETTO_DATA", str(tmp_path))
    assert datasets.local(known) is None
    assert datasets.local(known._replace(extracts=(digest,))) == tmp_path / "cases.csv"


def test_the_real_series():
    if datasets.local(datasets.SETS["moscow-2020"].files["cases"]) is None:
        pytest.skip("the data set moscow-2020 is not on this machine (LAZARETTO_DATA)")
    cases = datasets.moscow_cases()
    assert len(cases) == 72 and cases.index[0] == pd.Timestamp("2020-03-21")
    assert cases.max() == 6703 and cases.idxmax() == pd.Timestamp("2020-05-07")
    growth = np.polyfit(np.arange(22), np.log(cases["2020-03-25":"2020-04-15"].cumsum() + 290), 1)[
        0
    ]
    assert 0.12 < growth < 0.2
