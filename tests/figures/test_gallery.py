"""Judges: figures.

Every public function of `lazaretto.figures` draws real results of a small run or sweep, by the
lines of docs/gallery.md, with a title, titles of axes, words for those who cannot see it, and its
numbers as a table.
"""

from __future__ import annotations

import html
import inspect
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
import pytest

import lazaretto as lz
from lazaretto.figures.data import COLUMNS, axes_of_trace, plain

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs" / "extension"))
import gallery

NO_FIGURES = {"TEMPLATE", "FigureError", "alt_text", "data", "layout", "resize", "save"}
NEEDS = {
    "fit": "pyabc",
    "posterior": "pyabc",
    "reported_and_simulated": "pyabc",
    "search": "optuna",
}
F = lz.figures


@lru_cache
def drawn(name: str) -> go.Figure:
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    return gallery.draw(name)


def test_nothing_public_is_left_out():
    public = {name for name in F.__all__ if name not in NO_FIGURES}
    assert public == set(gallery.NAMES) and len(gallery.NAMES) == len(public)
    for name in public:
        assert inspect.getdoc(getattr(F, name)), name


@pytest.mark.parametrize("name", sorted(gallery.NAMES))
def test_a_figure_has_a_title_words_and_numbers(name):
    figure = drawn(name)
    assert plain(figure.layout.title.text), "no title"
    alt = lz.figures.alt_text(figure)
    assert html.escape(alt, quote=False) == figure.layout.meta["alt"]
    assert plain(figure.layout.title.text).split("  ")[0][:20] in alt
    assert len(alt) > 80 and "<" not in alt and "None" not in alt and "nan" not in alt
    table = lz.figures.data(figure)
    assert list(table.columns) == list(COLUMNS)
    assert len(table) > 1 and (table["kind"] != "").all()
    numbers = table[["x", "y", "value", "low", "high"]].apply(pd.to_numeric, errors="coerce")
    told = np.isfinite(numbers.to_numpy(float)).any(axis=1) | (table["text"] != "")
    assert told.all()  # no row without anything in it
    assert f"{len(table):,} numbers" in alt


@pytest.mark.parametrize("name", sorted(gallery.NAMES))
def test_a_figure_read_from_its_json_has_the_same_numbers(name):
    figure = drawn(name)
    again = pio.from_json(figure.to_json(), skip_invalid=True)
    assert lz.figures.alt_text(again) == lz.figures.alt_text(figure)
    mine, theirs = lz.figures.data(figure), lz.figures.data(again)
    for column in ("value", "low", "high"):
        np.testing.assert_allclose(
            theirs[column].astype(float), mine[column].astype(float), rtol=1e-12
        )
    assert (theirs["series"] == mine["series"]).all() and (theirs["kind"] == mine["kind"]).all()


def has_words(axis: Any, beside: list[Any]) -> bool:
    """Whether an axis says what it shows: a title on it or on the one of another panel in the same
    row or column; words at its ticks; or it is not drawn, since places on it mean nothing."""
    if axis.visible is False or axis.ticktext is not None or axis.type == "category":
        return True
    return any(plain(other.title.text) for other in beside if other.domain == axis.domain)


@pytest.mark.parametrize("name", sorted(gallery.NAMES))
def test_axes_say_what_they_show(name):
    figure = drawn(name)
    others = (list(figure.select_xaxes()), list(figure.select_yaxes()))
    for trace in figure.data:
        if trace.type not in ("scatter", "bar", "heatmap"):
            continue
        axes = axes_of_trace(trace, figure)
        for axis, beside, values in zip(axes, others, (trace.x, trace.y), strict=True):
            named = values is not None and any(isinstance(v, str) for v in values)
            assert named or has_words(axis, beside), (trace.name, axis)


@pytest.mark.parametrize("name", ["curves", "frontier", "case_timeline", "ladder_flow"])
def test_the_numbers_of_a_figure_are_those_of_the_results(name):
    table = lz.figures.data(drawn(name))
    results = gallery.prepared("curves")["results"]
    if name == "curves":
        one = table[(table["panel"] == "Interviews") & (table["series"] == "advice")]
        line, band = one[one["kind"] == "line"], one[one["kind"] == "band"]
        cell = dict(tracing="interview", isolation="advice", listing="targeted")
        values = results["daily_new_infections"].sel(cell) * (1e5 / 2000)
        values = values.rolling(day=7, center=True, min_periods=1).mean()
        np.testing.assert_allclose(line["y"].astype(float), values.median("seed"))
        np.testing.assert_allclose(band["high"], values.quantile(0.975, "seed"))
        np.testing.assert_allclose(band["low"], values.quantile(0.025, "seed"))
    elif name == "frontier":
        one = table[table["series"] == "interviews + duty with support"].iloc[0]
        futile = results["futile_days"].sel(
            tracing="interview", isolation="supported", listing="targeted"
        )
        assert one["x"] == pytest.approx(float(futile.mean()))
        assert one["low"] < one["y"] < one["high"]
    elif name == "case_timeline":
        assert {"latent", "positive result", "put on the list"} <= set(table["series"])
    else:
        assert (table["kind"] == "flow").all() and (table["value"] > 0).all()
        assert table["x"].str.len().gt(0).all()
