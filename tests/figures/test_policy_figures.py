"""Judges: figures, report.

Figures of policies on made-up results whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_report_answer import LEVELS, REGIMES, SEEDS, made_up, with_draws

import lazaretto as lz
from lazaretto.analysis.contrast import over_all_cells
from lazaretto.analysis.errors import AnalysisError

POLICE = ("interview", "sms-and-police")


def with_curve(results, days=50):
    """A curve of 10 infections a day, of which the cell POLICE averts 4, and a tail of no days."""
    shape = (*results["infections"].shape, days)
    daily = np.full(shape, 10, np.int32)
    daily[LEVELS.index(POLICE[0]), REGIMES.index(POLICE[1])] = 6
    daily[..., 40:] = -1
    curve = ((*results["infections"].dims, "day"), daily, {"units": "1/day"})
    return results.assign(daily_new_infections=curve)


def test_a_forest_is_hollow_where_the_interval_holds_zero_and_only_there():
    figure = lz.figures.forest(made_up({POLICE: 900.0}), ["infections", "deaths"], "x")
    marks = [t for t in figure.data if t.mode == "markers"]
    assert len(marks) == 2 * (len(LEVELS) * len(REGIMES) - 1)  # without the baseline
    filled = {t.y[0] for t in marks if t.marker.color != "white" and t.xaxis == "x"}
    assert filled == {"interviews + warning texts and police"}
    one = next(t for t in marks if t.y[0] in filled and t.xaxis == "x")
    assert one.x[0] == pytest.approx(-900, abs=1) and one.error_x.array[0] > 0


def test_levels_of_control_are_shares():
    results = with_curve(made_up({}))
    figure = lz.figures.forest(results, ["controlled"], levels=True)
    assert {t.x[0] for t in figure.data if t.mode == "markers"} == {0.0}


def test_curves_are_differences_with_one_band_and_no_days_that_were_not_run():
    results = with_curve(made_up({POLICE: 900.0}))
    figure = lz.figures.curve_differences(results, band_of="sms-and-police")
    bands = [t for t in figure.data if t.fill == "toself"]
    assert len(bands) == len(LEVELS)  # a panel for each level
    assert {t.name for t in bands} == {"warning texts and police"}
    every = lz.figures.curve_differences(results)
    assert sum(t.fill == "toself" for t in every.data) == len(LEVELS) * len(REGIMES)
    lines = [t for t in figure.data if t.fill != "toself"]
    ends = {name for t in lines for name in t.x}
    assert max(ends) == 39
    falls = [t for t in lines if np.allclose(t.y, -4 * 100_000 / 50_000)]
    assert [t.name for t in falls] == ["warning texts and police"]
    flat = [t for t in lines if np.allclose(t.y, 0)]
    assert len(falls) + len(flat) == len(lines)


def test_right_and_wrong_sanctions_add_up():
    results = made_up({}, fines={POLICE: 0.0})
    for name, value in (("fines", 100.0), ("wrong_fines", 30.0), ("partly_wrong_fines", 10.0)):
        results[name] = results[name] * 0 + value
    for kind in ("warnings", "reports", "transfers"):
        results[kind] = results[kind] * 0
    figure = lz.figures.sanctions(results, {"tracing": "interview"})
    bars = {t.name: list(t.x) for t in figure.data if t.type == "bar"}
    assert bars == {"Right": [60.0] * 3, "Partly wrong": [10.0] * 3, "Wrong": [30.0] * 3}


def test_what_it_hangs_on_is_drawn_strongest_on_top_and_hollow_where_unsure():
    table = pd.DataFrame(
        {"correlation": [-0.8, 0.1], "low": [-0.9, -0.2], "high": [-0.6, 0.4], "cells": [9, 9]},
        index=pd.Index(["testing.seek_probability", "behaviour.kappa_phone"], name="parameter"),
    )
    figure = lz.figures.hanging(table)
    assert figure.data[0].y[-1] == "share who seek a test"
    assert figure.data[0].marker.color[0] == "white" and figure.data[0].marker.color[1] != "white"


def test_lists_beside_nulls_of_fewer_seeds_are_drawn_from_those_there_are():
    figure = lz.figures.matched_null(made_up({POLICE: 900.0}, {POLICE: 400.0}))
    bars = [t for t in figure.data if t.type == "bar" and t.xaxis == "x2"]  # interviews
    assert len(bars) == 3 and all(np.isfinite(np.asarray(t.y, float)).all() for t in bars)
    place = REGIMES.index(POLICE[1])
    assert bars[0].y[place] == pytest.approx(900, abs=30)
    assert bars[1].y[place] == pytest.approx(400, abs=30)


def test_results_without_draws_hang_on_nothing():
    with pytest.raises(AnalysisError, match="no draws by seed"):
        over_all_cells(made_up({}), "infections")
    drawn = with_draws(made_up({}), **{"pathogen.R0": np.linspace(2, 3, SEEDS)})
    assert list(over_all_cells(drawn, "infections").index) == ["pathogen.R0"]
