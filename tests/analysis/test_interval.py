"""The interval of a mean, once: the same as scipy's, as that of labelled results, and nan for one.

Judges: the analysis.
"""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from lazaretto.analysis.compare import describe
from lazaretto.analysis.interval import half_width, mean_interval, standard_error, t_factor


def test_it_is_student_s_t():
    values = np.array([[3.0, 1.0], [5.0, 1.5], [4.0, 9.0], [8.0, 2.0]])
    found = mean_interval(values)
    for k in range(2):
        low, high = stats.t.interval(
            0.95, 3, loc=values[:, k].mean(), scale=stats.sem(values[:, k])
        )
        assert (found.low[k], found.high[k]) == pytest.approx((low, high))
        assert standard_error(values)[k] == pytest.approx(stats.sem(values[:, k]))
    np.testing.assert_array_equal(mean_interval(values.T, axis=1), found)
    np.testing.assert_allclose(half_width(values), found.high - found.mean)


def test_labelled_results_have_the_same():
    values = np.random.Generator(np.random.Philox(1)).normal(size=(12, 3))
    told = describe(xr.DataArray(values, dims=("seed", "c")))
    found = mean_interval(values)
    for name in ("mean", "low", "high"):
        np.testing.assert_allclose(told[name], getattr(found, name), rtol=1e-12)
    np.testing.assert_allclose(told["standard_error"], standard_error(values), rtol=1e-12)


def test_one_seed_says_nothing_of_the_spread_and_equal_ones_have_none():
    one = mean_interval([[2.0, 3.0]])
    assert one.mean.tolist() == [2.0, 3.0]
    assert np.isnan([one.low, one.high]).all() and np.isnan(standard_error([[2.0, 3.0]])).all()
    same = mean_interval([4.0, 4.0, 4.0])
    assert (same.low, same.mean, same.high) == (4.0, 4.0, 4.0)
    assert t_factor(1) == np.inf and t_factor(2) > t_factor(100) > 1.95
