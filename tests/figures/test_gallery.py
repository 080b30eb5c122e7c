"""Judges: figures.

Every public function of `lazaretto.figures` draws real results of a small run or sweep, with a
title, titles of axes, words for those who cannot see it, and its numbers as a table.
"""

from __future__ import annotations

import html
import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import xarray as xr
from sample_results import results

import lazaretto as lz
from lazaretto.analysis.chains import chains
from lazaretto.analysis.contrast import over_all_cells
from lazaretto.analysis.limits import ladder
from lazaretto.analysis.population import beside_inputs, meetings
from lazaretto.bench import idealised_pathogen, neutral_law
from lazaretto.figures.data import COLUMNS, axes_of_trace, plain
from lazaretto.parameters import Sweep

PEOPLE, DAYS = 2000, 50
SEEK, DELAY = "testing.seek_probability", "tracing.instruments.interview.delay.mean"
NO_FIGURES = {"TEMPLATE", "FigureError", "alt_text", "data", "layout", "resize", "save"}


@lru_cache
def scenario() -> lz.Scenario:
    return lz.load_scenario("no-measures").replace(
        people=PEOPLE,
        days=DAYS,
        initial_infections=20,
        tracing="interview",
        isolation="moscow-social-monitoring",
    )


@lru_cache
def population() -> lz.Population:
    return lz.build_population(scenario().population, people=PEOPLE, seed=1)


@lru_cache
def run() -> lz.Run:
    return lz.simulate(scenario(), population(), seed=1, keep_lists=True)


@lru_cache
def office() -> lz.Run:
    """Thirty people who meet in a ring."""
    people = lz.Population.from_edges([(a, (a + 1) % 30) for a in range(30)])
    pathogen = idealised_pathogen(neutral_law("constant", 2.0), neutral_law("constant", 5.0), 1.0)
    known = scenario().replace(pathogen=pathogen, days=20, initial_infections=2)
    return lz.simulate(known, people, seed=1)


def design(seeds: int = 2, **changes: Any) -> xr.Dataset:
    """The results of a small sweep."""
    data = lz.load_sweep("tracing-by-isolation").model_dump()
    small = {"scenario": scenario().model_dump(), "people": None, "null": (), "daily": False}
    return lz.sweep(Sweep.model_validate(data | small | changes), seeds, people=PEOPLE)


def stated(value: float) -> dict[str, Any]:
    known = {"unit": "sample", "range": [value, value], "source": "test", "status": "assumption"}
    return {"value": value, **known}


@lru_cache
def along_a_number() -> xr.Dataset:
    axes = {SEEK: (0.2, 0.5, 0.8), "isolation": ("supported", "sms-and-police")}
    return design(axes=axes, baseline={SEEK: 0.2, "isolation": "supported"})


@lru_cache
def sampled() -> xr.Dataset:
    axes = {"tracing": ("none", "interview"), "isolation": ("advice", "supported")}
    return design(
        design="latin-hypercube",
        vary=(SEEK, "behaviour.kappa_reporting"),
        samples=stated(16),
        axes=axes,
        baseline={"tracing": "none", "isolation": "advice"},
    )


@lru_cache
def correlations() -> xr.Dataset:
    return lz.prcc(sampled()).sel(tracing="interview", isolation="supported")


@lru_cache
def correlations_of_all() -> pd.DataFrame:
    drawn = design(
        12,
        design="draws",
        vary=(SEEK, "behaviour.kappa_reporting"),
        axes={"tracing": ("none", "interview"), "isolation": ("advice", "supported")},
        baseline={"tracing": "none", "isolation": "advice"},
    )
    return over_all_cells(drawn, "infections")


@lru_cache
def posterior() -> xr.Dataset:
    pytest.importorskip("pyabc")
    known = scenario().replace(days=40)
    series = pd.Series(
        lz.simulate(known, population(), seed=9).curves["positive_results"].values,
        index=pd.date_range("2020-03-01", periods=40),
    )
    from lazaretto.analysis.calibration import uniform

    priors = {SEEK: uniform(0.1, 0.9)}
    return lz.calibrate(
        known,
        series,
        priors,
        observed_people=PEOPLE,
        population=population(),
        particles=10,
        generations=2,
    )


def weeks() -> tuple[pd.Series, pd.DataFrame]:
    """A weekly series and runs beside it, as `analysis.fits.simulated_weeks` gives them."""
    index = pd.date_range("2020-03-01", periods=7, freq="7D")
    runs = {}
    for seed in (1, 2, 3):
        daily = lz.simulate(scenario(), population(), seed=seed).curves["positive_results"].values
        runs[seed] = daily[:49].reshape(7, 7).sum(axis=1) * 1e5 / PEOPLE
    table = pd.DataFrame(runs, index=index)
    return table[1], table


def searched() -> pd.DataFrame:
    pytest.importorskip("optuna")
    return lz.search(
        scenario(),
        {"isolation.quarantine_days": (3.0, 21.0)},
        ["infections_averted", "futile_days"],
        baseline=scenario().replace(tracing="none"),
        trials=4,
        seeds=2,
    )


def limits() -> pd.DataFrame:
    sweep = lz.load_sweep("limits-of-tracing")
    short = sweep.scenario.replace(days=DAYS)
    small = Sweep.model_validate(sweep.model_dump() | {"scenario": short.model_dump()})
    return ladder(lz.sweep(small, 2, people=PEOPLE))


def keeping() -> xr.Dataset:
    sweep = lz.load_sweep("who-keeps-what")
    short = sweep.scenario.replace(days=DAYS, initial_infections=20)
    small = Sweep.model_validate(sweep.model_dump() | {"scenario": short.model_dump()})
    return lz.who_keeps(small, seeds=2, people=PEOPLE)


def built_and_stated() -> pd.DataFrame:
    place = scenario().population
    return beside_inputs(population(), place, meetings(population(), people=200))


def crossing() -> go.Figure:
    table, at = lz.crossing(
        along_a_number(), SEEK, {"isolation": "supported"}, {"isolation": "sms-and-police"}
    )
    return lz.figures.crossing(table, at, "support", "texts and police")


def further_step() -> go.Figure:
    steps = lz.further_step(along_a_number(), SEEK, {"isolation": "supported"})
    return lz.figures.further_step(steps, "share who seek a test", "infections per 100,000 people")


def cascade() -> pd.DataFrame:
    from lazaretto.analysis.cascade import cascade

    return cascade(run())


def flips() -> go.Figure:
    turned = lz.flips(sampled(), ["infections", "futile_days"])
    return lz.figures.flips(sampled(), turned.head(2))


F = lz.figures
GALLERY: dict[str, Callable[[], go.Figure]] = {
    "along": lambda: F.along(along_a_number()),
    "animation": lambda: F.animation(office(), last=4),
    "band": lambda: F.band(lz.band(sampled(), ["infections", "futile_days"])),
    "burden": lambda: F.burden(lz.burden(scenario(), population(), seeds=2)),
    "cascade": lambda: F.cascade(cascade()),
    "case_timeline": lambda: F.case_timeline(run()),
    "crossing": crossing,
    "curve_differences": lambda: F.curve_differences(results()),
    "curves": lambda: F.curves(results()),
    "fit": lambda: F.fit(posterior()),
    "flips": flips,
    "forest": lambda: F.forest(results(), ["infections_averted", "futile_days"], "Each policy"),
    "frontier": lambda: F.frontier(results()),
    "further_step": further_step,
    "hanging": lambda: F.hanging(correlations_of_all()),
    "indices": lambda: F.indices(correlations()),
    "kept": lambda: F.kept(keeping()),
    "ladder_flow": lambda: F.ladder_flow(run()),
    "limits": lambda: F.limits(limits()),
    "matched_null": lambda: F.matched_null(results()),
    "network": lambda: F.network(office(), 5),
    "panel_heat": lambda: F.panel_heat(results()),
    "population_inputs": lambda: F.population_inputs(built_and_stated(), "A city"),
    "posterior": lambda: F.posterior(posterior()),
    "precision": lambda: F.precision(results()),
    "race": lambda: F.race(lz.race(scenario().pathogen)),
    "rank_robustness": lambda: F.rank_robustness(
        lz.rank_robustness(results(), ["infections", "futile_days"])
    ),
    "records": lambda: F.records(results()),
    "reported_and_simulated": lambda: F.reported_and_simulated(*weeks(), "2020-04-01"),
    "run": lambda: F.run(run()),
    "sanctions": lambda: F.sanctions(along_a_number(), {SEEK: 0.8}),
    "search": lambda: F.search(searched()),
    "stock": lambda: F.stock(run().records_held),
    "tornado": lambda: F.tornado(correlations(), "infections"),
    "trade_off": lambda: F.trade_off(results()),
    "tree": lambda: F.tree(chains(office())),
    "value_of_information": lambda: F.value_of_information(
        lz.value_of_information(sampled(), ["infections", "futile_days"], resamples=5)
    ),
}


@lru_cache
def drawn(name: str) -> go.Figure:
    return GALLERY[name]()


def test_nothing_public_is_left_out():
    public = {name for name in F.__all__ if name not in NO_FIGURES}
    assert public == set(GALLERY)
    for name in public:
        assert inspect.getdoc(getattr(F, name)), name


@pytest.mark.parametrize("name", sorted(GALLERY))
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


def has_words(axis: Any, beside: list[Any]) -> bool:
    """Whether an axis says what it shows: a title on it or on the one of another panel in the same
    row or column; words at its ticks; or it is not drawn, since places on it mean nothing."""
    if axis.visible is False or axis.ticktext is not None or axis.type == "category":
        return True
    return any(plain(other.title.text) for other in beside if other.domain == axis.domain)


@pytest.mark.parametrize("name", sorted(GALLERY))
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


@pytest.mark.parametrize("name", ["curves", "trade_off", "case_timeline", "ladder_flow"])
def test_the_numbers_of_a_figure_are_those_of_the_results(name):
    table = lz.figures.data(drawn(name))
    if name == "curves":
        one = table[(table["panel"] == "Interviews") & (table["series"] == "advice")]
        line, band = one[one["kind"] == "line"], one[one["kind"] == "band"]
        cell = dict(tracing="interview", isolation="advice", listing="targeted")
        values = results()["daily_new_infections"].sel(cell) * (1e5 / 2000)
        values = values.rolling(day=7, center=True, min_periods=1).mean()
        np.testing.assert_allclose(line["y"].astype(float), values.median("seed"))
        np.testing.assert_allclose(band["high"], values.quantile(0.975, "seed"))
        np.testing.assert_allclose(band["low"], values.quantile(0.025, "seed"))
    elif name == "trade_off":
        one = table[table["series"] == "interviews + duty with support"].iloc[0]
        futile = results()["futile_days"].sel(
            tracing="interview", isolation="supported", listing="targeted"
        )
        assert one["x"] == pytest.approx(float(futile.mean()))
        assert one["low"] < one["y"] < one["high"]
    elif name == "case_timeline":
        assert {"latent", "positive result", "put on the list"} <= set(table["series"])
    else:
        assert (table["kind"] == "flow").all() and (table["value"] > 0).all()
        assert table["x"].str.len().gt(0).all()
