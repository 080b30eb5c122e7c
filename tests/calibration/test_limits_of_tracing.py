"""Judges: tracing.

What limits tracing: the shipped ladder, and the table and figure of any.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

import lazaretto as lz
from lazaretto.analysis.errors import AnalysisError
from lazaretto.analysis.limits import R, ladder
from lazaretto.figures.limits import rung_words


@pytest.fixture(scope="module")
def rungs():
    return ladder(lz.sweep("limits-of-tracing", seeds=12, people=50_000))


def test_ordinary_interviews_lower_r_by_little_and_the_best_by_much(rungs):
    """5 to 15 per cent (DELVE 2020); 26 with 80 per cent of contacts in a day (Grassly 2020)."""
    assert 0.03 < rungs["reduction"].iloc[0] < 0.10
    assert 0.17 < rungs["reduction"].iloc[-1] < 0.30


def test_tracing_on_symptoms_adds_most_and_a_facility_that_people_avoid_costs(rungs):
    """Reports and cooperation fall with harshness; where nobody avoids it, a facility adds."""
    steps = rungs["reduction"].diff()
    by = [next(iter(changes), "") for changes in rungs["changes"]]
    assert steps[by.index("tracing.trigger")] > 0.04
    assert steps[by.index("isolation")] < 0
    assert rungs["reduction"].iloc[-1] > rungs["reduction"].iloc[-3]


def made_up(design, reduction):
    """Results in which tracing lowers R by a known share at each rung."""
    axis, values = next(iter(design.axes.items()))
    seeds = np.array([1.0, 1.2, 1.4])
    without = np.broadcast_to(seeds, (len(design.rows), 3))
    both = np.stack([without, without * (1 - np.asarray(reduction))[:, None]])
    dims = (axis, "sample", "seed")
    data = xr.Dataset({R: (dims, both), "infections": (dims, 100 * both)}, coords={axis: [*values]})
    data[R].attrs["block"] = "benefit"
    return data.assign_attrs(
        design=design.model_dump_json(), axes=json.dumps({axis: list(values)}), people=1000
    )


def test_the_ladder_is_of_paired_seeds():
    design = lz.load_sweep("limits-of-tracing")
    reduction = np.linspace(0.05, 0.4, len(design.rows))
    found = ladder(made_up(design, reduction))
    np.testing.assert_allclose(found["reduction"], reduction)
    np.testing.assert_allclose(found["infections_averted"], reduction)
    np.testing.assert_allclose(found["high"] - found["low"], 0, atol=1e-9)
    assert found["changes"][0] == {} and set(found["changes"][6]) == {"isolation"}
    assert rung_words(found["changes"][6]) == "isolation: state facility"
    figure = lz.figures.limits(found)
    np.testing.assert_allclose(figure.data[0].x, reduction)


def test_another_sweep_is_refused():
    design = lz.load_sweep("delays")
    results = made_up(lz.load_sweep("limits-of-tracing"), [0.1] * 8)
    with pytest.raises(AnalysisError, match="one axis of two values"):
        ladder(results.assign_attrs(design=lz.load_sweep("tracing-levels").model_dump_json()))
    assert len(design.axes["isolation"]) == 2  # of two regimes: no comparison with and without
