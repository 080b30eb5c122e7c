"""Dominance first: which cells are worse on every chosen component than another, and how sure that is.

The frontier is the set of cells that no other dominates in the means. Its uncertainty comes from resampling seeds (the same for
all cells, so pairing is kept). Rank robustness is the share of random weightings (Dirichlet, all weights equally likely) under
which a cell is best; no weighting is preferred, and none is hidden in the frontier.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from ..outcomes.panel import COMPONENTS
from .compare import AVERTED, AnalysisError, axes_of, component

RESAMPLES = 1000
WEIGHTINGS = 10_000
SEED = 20_201_123
Floats = NDArray[np.float64]


def is_better_low(name: str) -> bool:
    """Whether less of the component is better. Raises AnalysisError for a component that only informs."""
    if name.endswith(AVERTED):
        return not is_better_low(name.removesuffix(AVERTED))
    better = COMPONENTS[name].lower_is_better
    if better is None:
        raise AnalysisError(f"{name!r} is neither good nor bad by itself, so nothing can dominate on it")
    return better


def dominates(costs: Floats) -> NDArray[np.bool_]:
    """(n, n): [i, j] true where cell i is at least as good as j on all columns and better on one. costs: (n, components), low is
    good."""
    at_least = np.all(costs[:, None, :] <= costs[None, :, :], axis=2)
    better = np.any(costs[:, None, :] < costs[None, :, :], axis=2)
    return at_least & better


def frontier(results: xr.Dataset, names: list[str], listing: str = "targeted") -> pd.DataFrame:
    """One line per cell over the chosen components (panel names, or with `_averted`).

    Columns: the components' means, `non_dominated` (in the means), `probability` of being non-dominated (seeds resampled),
    `dominated_by` (labels), `best_share` (share of random weightings of the range-scaled components under which the cell is
    best).
    """
    if len(names) < 2:
        raise AnalysisError("a frontier needs at least two components")
    axes = axes_of(results)
    columns = []
    for name in names:
        one = component(results, name)
        one = one.sel(listing=listing) if "listing" in one.dims else one
        if not bool(np.isfinite(one).all()):
            raise AnalysisError(f"{name!r} is not a finite number in every cell, so it cannot be compared on a frontier")
        columns.append(one.stack(cell=axes).transpose("cell", "seed"))
    index = columns[0].indexes["cell"]
    values = np.stack([c.values for c in columns], axis=2)  # (cells, seeds, components)
    sign = np.array([1.0 if is_better_low(name) else -1.0 for name in names])
    costs = values * sign
    mean = costs.mean(axis=1)
    beaten = dominates(mean)
    generator = np.random.Generator(np.random.Philox(SEED))
    seeds = costs.shape[1]
    picks = generator.integers(0, seeds, (RESAMPLES, seeds))
    free = np.mean([~dominates(costs[:, pick].mean(axis=1)).any(axis=0) for pick in picks], axis=0)
    span = mean.max(axis=0) - mean.min(axis=0)
    scaled = (mean - mean.min(axis=0)) / np.where(span > 0, span, 1.0)
    weights = generator.dirichlet(np.ones(len(names)), WEIGHTINGS)
    best = np.bincount(np.argmin(scaled @ weights.T, axis=0), minlength=len(index)) / WEIGHTINGS
    labels = [label(cell) for cell in index]
    table = pd.DataFrame(values.mean(axis=1), index=index, columns=names)
    table["non_dominated"] = ~beaten.any(axis=0)
    table["probability"] = free
    table["dominated_by"] = [", ".join(labels[i] for i in np.flatnonzero(beaten[:, j])) for j in range(len(index))]
    table["best_share"] = best
    return table


def label(cell: object) -> str:
    """A cell in words."""
    return " + ".join(str(part) for part in cell) if isinstance(cell, tuple) else str(cell)
