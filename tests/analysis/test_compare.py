"""Paired differences, dominance and served days, on numbers small enough to check by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

import lazaretto as lz
from lazaretto.analysis.compare import AnalysisError, component, describe, seeds_gain
from lazaretto.analysis.frontier import dominates
from lazaretto.mechanisms.governance.holdings import Holding, day_empty, share_open, stock
from lazaretto.outcomes.curves import by_end_of_day, census
from lazaretto.outcomes.orders import person_days_by_day


def results() -> xr.Dataset:
    infections = np.array([[100.0, 120.0, 80.0], [60.0, 70.0, 50.0], [100.0, 120.0, 80.0]])
    futile = np.array([[0.0, 0.0, 0.0], [10.0, 20.0, 30.0], [5.0, 5.0, 5.0]])
    return xr.Dataset(
        {
            "infections": (("tracing", "seed"), infections),
            "futile_days": (("tracing", "seed"), futile),
        },
        coords={"tracing": ["none", "good", "useless"], "seed": [1, 2, 3]},
        attrs={
            "axes": json.dumps({"tracing": ["none", "good", "useless"]}),
            "baseline": json.dumps({"tracing": "none"}),
        },
    )


def test_differences_are_taken_seed_by_seed():
    compared = lz.compare(results()).sel(component="infections")
    assert compared["mean"].values.tolist() == [0.0, -40.0, 0.0]
    # differences -40, -50, -30: standard deviation 10, standard error 10/sqrt(3), t = 4.3027
    assert float(compared["high"].sel(tracing="good")) == pytest.approx(
        -40 + 4.30265 * 10 / np.sqrt(3), rel=1e-4
    )
    useless = compared.sel(tracing="useless")
    assert float(useless["low"]) == float(useless["high"]) == 0.0  # no effect: exactly zero
    # a tenth of 40 is 4: t(26) x 10 / sqrt(27) = 3.96, t(25) x 10 / sqrt(26) = 4.04
    assert float(compared["seeds_needed"].sel(tracing="good")) == 27


def test_averted_is_the_baseline_less_the_cell():
    assert component(results(), "infections_averted").sel(tracing="good").values.tolist() == [
        40.0,
        50.0,
        30.0,
    ]


def test_the_useless_cell_is_dominated_and_the_others_are_not():
    table = lz.frontier(results(), ["infections_averted", "futile_days"])
    by_name = table.set_axis([c if isinstance(c, str) else c[0] for c in table.index])
    assert by_name["non_dominated"].to_dict() == {"none": True, "good": True, "useless": False}
    assert by_name.loc["useless", "dominated_by"] == "none"
    assert by_name["probability"].tolist() == [1.0, 1.0, 0.0]
    assert by_name["best_share"].sum() == pytest.approx(1.0)


def test_dominance_by_hand():
    costs = np.array([[1.0, 1.0], [1.0, 2.0], [0.0, 3.0], [1.0, 1.0]])
    assert dominates(costs).astype(int).tolist() == [
        [0, 1, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 1, 0, 0],
    ]


def test_unknown_questions_are_refused():
    with pytest.raises(AnalysisError, match="no component 'happiness'"):
        lz.frontier(results(), ["happiness", "futile_days"])
    with pytest.raises(AnalysisError, match="at least two"):
        lz.frontier(results(), ["futile_days"])
    with pytest.raises(AnalysisError, match="no value of 'tracing'"):
        lz.compare(results(), baseline={"tracing": "best"})


def test_common_seeds_gain_what_the_variances_say():
    # paired variance 100; independent 400 + 100
    assert seeds_gain(results()).sel(tracing="good") == pytest.approx(5.0)


def test_one_seed_has_no_interval():
    one = describe(results()["infections"].isel(seed=[0]))
    assert not np.isfinite(one["high"].values).any()


def test_census_counts_intervals_at_the_end_of_each_day():
    assert by_end_of_day(np.array([0.0, 0.5, 1.0, 7.0, np.inf]), 3).tolist() == [2, 3, 3]
    assert census(np.array([0.2, 1.5, 2.0]), np.array([2.5, 1.6, 2.0]), 4).tolist() == [1, 1, 0, 0]


def test_person_days_by_day_by_hand():
    days = person_days_by_day(np.array([0.5, 1.0]), np.array([2.25, 10.0]), 3)
    np.testing.assert_allclose(days, [0.5, 2.0, 1.25])


def test_stock_of_records_forgets_after_retention():
    came = np.array([10.0, 10.0, 0.0, 0.0, 0.0])
    one = Holding("x", "holder", "", came, 2.0, None, 5.0, False)
    assert stock(one, 5).tolist() == [10.0, 20.0, 10.0, 0.0, 0.0]
    assert stock(one, 7).tolist() == [10.0, 20.0, 10.0, 0.0, 0.0, 0.0, 0.0]
    assert day_empty([one]) == 4.0
    assert day_empty([one._replace(retention_days=float("inf"))]) == float("inf")
    assert day_empty([one._replace(daily=np.zeros(5))]) == 0.0
    endless = one._replace(retention_days=float("inf"))
    assert stock(endless, 5).tolist() == [10.0, 20.0, 20.0, 20.0, 20.0]
    assert stock(one._replace(copies=3), 5).tolist() == [30.0, 60.0, 30.0, 0.0, 0.0]
    ended = one._replace(counted_from=2.0)  # all of it at once, whatever its age
    assert stock(ended, 5).tolist() == [10.0, 20.0, 20.0, 0.0, 0.0]
    assert day_empty([one, ended]) == 4.0
    assert day_empty([one, ended._replace(counted_from=88.0)]) == 90.0
    shown = one._replace(open_to_subject=True)
    assert share_open([one, shown, shown], 5) == pytest.approx(2 / 3)
    assert np.isnan(share_open([], 5))
