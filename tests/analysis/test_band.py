"""Judges: analysis, figures.

Bands over assumptions: medians, ends and shares of made-up samples; the figure says what the table
says; differences along an axis.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

import lazaretto as lz
from lazaretto.analysis.errors import AnalysisError

REGIMES = ["advice", "supported"]
SAMPLES, SEEDS = 100, 3


def sampled() -> xr.Dataset:
    """Advice loses 100 infections, support 90 to 140 over the samples: ahead in a fifth of them."""
    advice = np.full((SAMPLES, SEEDS), 100.0)
    supported = np.repeat(np.linspace(90.0, 140.0, SAMPLES)[:, None], SEEDS, axis=1)
    values = np.stack([advice, supported])
    attrs = {
        "axes": json.dumps(["isolation"]),
        "baseline": json.dumps({"isolation": "advice"}),
        "design_kind": "latin-hypercube",
        "varied": json.dumps(["behaviour.tau_injustice"]),
    }
    drawn = np.linspace(0.0, 1.0, SAMPLES)
    coords = {
        "isolation": REGIMES,
        "seed": range(1, SEEDS + 1),
        "parameter": ["behaviour.tau_injustice"],
        "unit": (("sample", "parameter"), drawn[:, None]),
        "behaviour.tau_injustice": ("sample", drawn, {"units": "dimensionless"}),
    }
    return xr.Dataset({"infections": (("isolation", "sample", "seed"), values)}, coords, attrs)


def test_a_band_says_where_cells_lie_and_in_which_share_each_is_ahead():
    table = lz.band(sampled(), ["infections"]).loc["infections"]
    assert table.loc["advice", ("median", "")] == table.loc["advice", ("high", "")] == 100.0
    assert table.loc["supported", ("median", "")] == pytest.approx(115.0)
    assert table.loc["supported", ("low", "")] == pytest.approx(91.25)
    assert table.loc["supported", ("high", "")] == pytest.approx(138.75)
    assert table["ahead", ""].to_dict() == {"advice": 0.8, "supported": 0.2}
    assert table.loc["advice", ("beats", "supported")] == 0.8
    assert np.isnan(table.loc["advice", ("beats", "advice")])


def test_the_figure_of_a_band_says_what_the_table_says():
    table = lz.band(sampled(), ["infections"])
    trace = lz.figures.band(table).data[0]
    assert list(trace.text) == ["ahead in 80%", "ahead in 20%"]
    assert trace.x[1] + trace.error_x.array[1] == pytest.approx(138.75)


def test_a_band_needs_samples_and_something_good_or_bad():
    with pytest.raises(AnalysisError):
        lz.band(sampled().isel(sample=0, drop=True), ["infections"])
    with pytest.raises(AnalysisError, match="neither good nor bad"):
        lz.band(sampled().rename(infections="breaches"), ["breaches"])


def two_axes() -> xr.Dataset:
    support, fatigue = [0.0, 1.0], [0.0, 0.03]
    shape = (2, 2, 4)
    noise = np.arange(4.0)
    values = np.zeros(shape) + noise
    values[1] -= 10.0
    values[:, 1] += 5.0
    names = ("infections", "quarantine_days_served", "isolation_days_served", "dropouts")
    axes = ["isolation.support_fraction", "behaviour.fatigue_per_day"]
    baseline = {axes[0]: 0.0, axes[1]: 0.0}
    return xr.Dataset(
        dict.fromkeys(names, ((*axes, "seed"), values)),
        {axes[0]: support, axes[1]: fatigue, "seed": range(1, 5)},
        {"axes": json.dumps(axes), "baseline": json.dumps(baseline), "title": "Support"},
    )


def test_differences_along_an_axis_are_paired_and_one_line_per_value_of_the_other():
    figure = lz.figures.along(two_axes())
    assert len(figure.data) == 8 and figure.layout.title.text == "Support"
    one, other = figure.data[:2]
    assert list(one.y) == [0.0, -10.0] and list(other.y) == [5.0, -5.0]
    assert list(one.error_y.array) == [0.0, 0.0]  # the same seeds, so nothing varies
    assert sum(trace.showlegend for trace in figure.data) == 2
    with pytest.raises(AnalysisError, match="needs an axis of numbers"):
        lz.figures.along(sampled())
