"""What one cell has more of than another, in pairs of runs with the same seed: the same people, the
same luck and, where seeds carry draws, the same assumptions."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from .compare import component
from .control import controlled
from .errors import AnalysisError
from .interval import LEVEL, mean_interval
from .situations import check_one_situation

Floats = NDArray[np.float64]
CONTROL = "controlled"  # a name beside the panel's: whether the outbreak was controlled
SANCTIONS = ("warnings", "reports", "fines", "transfers")
WRONG_SANCTIONS = "wrong_sanctions"  # another: wrong warnings, reports, fines and transfers
RESAMPLES, SEED = 1000, 20_201_124


class Contrast(NamedTuple):
    """A paired difference: mean, low and high (95 % t interval over pairs), the share of pairs in
    which it has the sign of the mean (ties half), and the number of pairs."""

    mean: float
    low: float
    high: float
    share: float
    pairs: int

    @property
    def sure(self) -> bool:
        """Whether the interval excludes zero, so that a direction may be said."""
        return bool(self.low > 0 or self.high < 0)


def values_of(results: xr.Dataset, name: str, cell: dict[str, Any]) -> xr.DataArray:
    """(seed,) a component, `controlled` or `wrong_sanctions` in a cell; of targeted lists unless
    the cell names another listing. Raises AnalysisError for what is not there."""
    check_one_situation(results)
    if name == CONTROL:
        values = controlled(results)
    elif name == WRONG_SANCTIONS:
        parts = [component(results, f"wrong_{one}") for one in SANCTIONS]
        values = sum(parts[1:], parts[0])
    else:
        values = component(results, name)
    here = dict(cell)
    if "listing" in values.dims:
        here.setdefault("listing", "targeted")
    try:
        found = values.sel({key: one for key, one in here.items() if key in values.dims}, drop=True)
    except KeyError as problem:
        raise AnalysisError(f"there is no cell {here}: {problem}") from problem
    if set(found.dims) != {"seed"}:
        left = ", ".join(str(dim) for dim in found.dims if dim != "seed")
        raise AnalysisError(f"name a value of each axis; missing: {left}")
    return found


def differences(
    results: xr.Dataset, name: str, one: dict[str, Any], other: dict[str, Any]
) -> xr.DataArray:
    """(seed,) what `one` has more than `other`; nan where a run of the pair is missing."""
    return values_of(results, name, one) - values_of(results, name, other)


def contrast(values: xr.DataArray) -> Contrast:
    """Mean, interval and share of paired differences; nan pairs are left out."""
    given = np.asarray(values, float)
    given = given[np.isfinite(given)]
    if not len(given):
        return Contrast(np.nan, np.nan, np.nan, np.nan, 0)
    mean, low, high = (float(one) for one in mean_interval(given))
    if (
        len(given) > 1 and np.ptp(given) == 0
    ):  # no spread at all: rounding must not make an effect of nothing
        low = high = mean = float(given[0])
    agree = (np.sign(given) == np.sign(mean)).mean() + 0.5 * (given == 0).mean() * (mean != 0)
    return Contrast(mean, low, high, float(agree), len(given))


def between(results: xr.Dataset, name: str, one: dict[str, Any], other: dict[str, Any]) -> Contrast:
    """What `one` has more of than `other`: cells as axis -> value, and "listing" where another than
    the targeted is meant."""
    return contrast(differences(results, name, one, other))


def draws_of(results: xr.Dataset, cells: list[dict[str, Any]]) -> pd.DataFrame:
    """(seeds, parameters) the draws that bear on any of the cells: those of what lies in no axis,
    and those of the values that the cells have. Raises AnalysisError for results without draws."""
    if results.attrs.get("design_kind") != "draws":
        raise AnalysisError(
            "these results hold no draws by seed; a sweep of the design 'draws' has them"
        )
    found = {}
    for name in json.loads(results.attrs["varied"]):
        part, bracket, rest = name.partition("[")
        if not bracket or any(str(cell.get(part)) == rest.partition("]")[0] for cell in cells):
            found[name] = np.asarray(results[name].values, float)
    return pd.DataFrame(found)


def hangs_on(values: xr.DataArray, draws: pd.DataFrame, level: float = LEVEL) -> pd.DataFrame:
    """Rank correlation (Spearman) of paired differences with each draw: index parameter; columns
    correlation, low, high (seeds resampled), and `sure`: whether it is other than 0 after Benjamini
    and Hochberg over all parameters. Strongest first."""
    from scipy.stats import false_discovery_control, rankdata, spearmanr

    y = np.asarray(values, float)
    keep = np.isfinite(y)
    x, y = draws.to_numpy()[keep], y[keep]
    columns = ["correlation", "low", "high", "sure"]
    if len(y) < 4 or np.ptp(y) == 0 or not draws.shape[1]:
        return pd.DataFrame(columns=columns)
    p = np.array([spearmanr(column, y).pvalue for column in x.T])
    picks = np.random.Generator(np.random.Philox(SEED)).integers(0, len(y), (RESAMPLES, len(y)))
    ranks = rankdata(np.column_stack([x, y]), axis=0)
    drawn = np.stack([_correlations(ranks[pick]) for pick in picks])
    tail = (1 - level) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail], axis=0)
    table = pd.DataFrame(
        {
            "correlation": _correlations(ranks),
            "low": low,
            "high": high,
            "sure": false_discovery_control(p) < 1 - level,
        },
        index=pd.Index(draws.columns, name="parameter"),
    )
    order = table["correlation"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order]


def _correlations(ranks: Floats) -> Floats:
    """Correlation of the last column with each other one; nan where one does not vary."""
    centred = ranks - ranks.mean(axis=0)
    spread = np.sqrt((centred**2).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(centred[:, :-1].T @ centred[:, -1] / (spread[:-1] * spread[-1]))


def over_all_cells(results: xr.Dataset, name: str, level: float = LEVEL) -> pd.DataFrame:
    """What a component rests on over all cells: of each draw the rank correlation with it, mean
    over the cells that the draw bears on. Index parameter; columns correlation, low, high (seeds
    resampled, the same in all cells) and cells. Strongest first."""
    from scipy.stats import rankdata

    from .samples import cells_of

    cells = cells_of(results)
    outcomes = np.stack([np.asarray(values_of(results, name, cell), float) for cell in cells])
    keep = np.isfinite(outcomes).all(axis=0)
    draws = draws_of(results, cells)
    mine = [set(draws_of(results, [cell])) for cell in cells]
    bears = np.array([[name in some for name in draws.columns] for some in mine])
    y, x = rankdata(outcomes[:, keep].T, axis=0), rankdata(draws.to_numpy()[keep], axis=0)
    seeds = len(y)
    picks = np.random.Generator(np.random.Philox(SEED)).integers(0, seeds, (RESAMPLES // 2, seeds))

    def mean_over_cells(rows: NDArray[np.int64]) -> Floats:
        a, b = x[rows] - x[rows].mean(axis=0), y[rows] - y[rows].mean(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = b.T @ a / np.outer(np.sqrt((b**2).sum(0)), np.sqrt((a**2).sum(0)))
        found = np.where(bears & np.isfinite(found), found, np.nan)
        some = np.isfinite(found).any(axis=0)
        return np.where(some, np.nanmean(np.where(some, found, 0.0), axis=0), np.nan)

    tail = (1 - level) / 2
    drawn = np.stack([mean_over_cells(pick) for pick in picks])
    low, high = np.nanquantile(drawn, [tail, 1 - tail], axis=0)
    table = pd.DataFrame(
        {
            "correlation": mean_over_cells(np.arange(seeds)),
            "low": low,
            "high": high,
            "cells": bears.sum(axis=0),
        },
        index=pd.Index(draws.columns, name="parameter"),
    )
    return table.loc[table["correlation"].abs().sort_values(ascending=False, kind="stable").index]
