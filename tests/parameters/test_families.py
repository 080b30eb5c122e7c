"""Judges: parameters.

Families that are asked of scipy.special give what scipy.stats gives, to the last bit, and a process
that only runs a scenario does not load scipy.stats.
"""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from lazaretto.values.families import (
    STANDARD,
    family_below,
    family_quantiles,
    mean_and_lowest,
    median_of,
    shape_key,
    shape_names,
)

SHAPES = {
    "expon": [{}],
    "uniform": [{}],
    "gamma": [{"a": 0.15}, {"a": 0.948}, {"a": 1.0}, {"a": 5.807}, {"a": 40.0}],
    "lognorm": [{"s": 0.05}, {"s": 0.6}, {"s": 2.5}],
    "beta": [{"a": 14.0, "b": 6.0}, {"a": 0.5, "b": 0.7}, {"a": 999.0, "b": 2.0}],
}
CASES = [(name, shapes) for name, all_ in SHAPES.items() for shapes in all_]
P = np.concatenate([np.linspace(0.0, 1.0, 801)[1:-1], [2.0**-33, 1 - 2.0**-33]])


def test_every_standard_family_is_judged():
    assert SHAPES.keys() == STANDARD.keys()


@pytest.mark.parametrize(("name", "shapes"), CASES)
def test_they_give_what_scipy_stats_gives(name, shapes):
    theirs, key = getattr(stats, name), shape_key(shapes)
    assert shape_names(name) == [s for s in (theirs.shapes or "").split(", ") if s]
    assert mean_and_lowest(name, key) == (theirs.mean(**shapes), theirs.support(**shapes)[0])
    assert median_of(name, key) == theirs.median(**shapes)
    moved = shape_key({**shapes, "loc": 2.0, "scale": 3.0})
    assert median_of(name, moved) == pytest.approx(theirs.median(**shapes, loc=2, scale=3))
    scaled = theirs(**shapes, scale=4.2 / theirs.mean(**shapes))
    mine = family_quantiles(name, key, 4.2, P.tobytes())
    np.testing.assert_array_equal(mine, scaled.ppf(P))
    for most in (0.01, 1.0, 4.2, 17.0):
        assert family_below(name, key, 4.2, most) == scaled.cdf(most)


@pytest.mark.parametrize(
    ("name", "shapes"),
    [("gamma", {"a": -1.0}), ("gamma", {"a": math.nan}), ("lognorm", {"s": math.inf})],
)
def test_shapes_that_no_family_has_stay_nan(name, shapes):
    assert math.isnan(median_of(name, shape_key(shapes)))


def test_a_run_does_not_load_scipy_stats():
    """But for the search of an R0, which is remembered: so here the hazard is stated."""
    code = """if True:
        import sys
        import lazaretto as lz
        stated = {"pathogen.hazard_per_day": 0.02, "people": 500, "days": 20, "timeline": []}
        scenario = lz.load_scenario("moscow-2020").replace(**stated)
        run = lz.simulate(scenario, lz.build_population(scenario.population, people=500), 1)
        run.panel, run.curves, run.linelist
        sys.exit("scipy.stats" in sys.modules)"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=600)
