"""Dominance first: which cells are worse on every chosen component than another, and how sure that
is.

The frontier is the set of cells that no other dominates in the means. Its uncertainty comes from
resampling seeds (the same for all cells, so pairing is kept); where the design samples parameters
(dim "sample"), from resampling those samples, each the mean of its seeds. Rank robustness is the
share of random weightings (Dirichlet, all weights equally likely) under which a cell is best; no
weighting is preferred, none is hidden in the frontier, and the components stand beside every share.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from ..outcomes.panel import COMPONENTS
from .compare import AVERTED, RESAMPLES, axes_of, component
from .errors import AnalysisError, import_extra
from .interval import LEVEL
from .situations import check_one_situation

WEIGHTINGS = 10_000
SEED = 20_201_123
# of the hypervolume: a tenth of the range beyond the worst cell, so that the ends of the frontier
# count
REFERENCE = 1.1
Floats = NDArray[np.float64]


class Costs(NamedTuple):
    """values: (cells, replicates, components) as they are; costs: the same with signs, so that low
    is good. Replicates are seeds or samples, the same for all cells."""

    index: pd.Index
    values: Floats
    costs: Floats


def is_better_low(name: str) -> bool:
    """Whether less of the component is better. Raises AnalysisError for a component that only
    informs."""
    if name.endswith(AVERTED):
        return not is_better_low(name.removesuffix(AVERTED))
    if name not in COMPONENTS:
        raise AnalysisError(
            f"there is no component {name!r}; there are {', '.join(COMPONENTS)}, "
            "and each with '_averted'"
        )
    better = COMPONENTS[name].lower_is_better
    if better is None:
        raise AnalysisError(
            f"{name!r} is neither good nor bad by itself, so nothing can dominate on it"
        )
    return better


def dominates(costs: Floats) -> NDArray[np.bool_]:
    """(n, n): [i, j] true where cell i is at least as good as j on all columns and better on one.
    costs: (n, components), low is good."""
    at_least = np.all(costs[:, None, :] <= costs[None, :, :], axis=2)
    better = np.any(costs[:, None, :] < costs[None, :, :], axis=2)
    return np.asarray(at_least & better)


def costs_of(results: xr.Dataset, names: list[str], listing: str = "targeted") -> Costs:
    """The chosen components of every cell, replicate by replicate. Raises AnalysisError where they
    cannot be compared."""
    if len(names) < 2:
        raise AnalysisError("a frontier needs at least two components")
    if len(set(names)) < len(names):
        raise AnalysisError(f"a component is named twice: {', '.join(names)}")
    axes = axes_of(results)
    if not axes:
        raise AnalysisError("these results have no policy axes, so there are no cells to compare")
    check_one_situation(results)
    columns = []
    for name in names:
        one = component(results, name)
        one = one.sel(listing=listing) if "listing" in one.dims else one
        one = one.mean("seed") if "sample" in one.dims else one
        if not bool(np.isfinite(one).all()):
            raise AnalysisError(
                f"{name!r} is not a finite number in every cell, so it cannot be "
                "compared on a frontier "
                "(a run failed, or it is empty or endless for this policy)"
            )
        replicate = "sample" if "sample" in one.dims else "seed"
        columns.append(one.stack(cell=axes).transpose("cell", replicate))
    values = np.stack([c.values for c in columns], axis=2)
    sign = np.array([1.0 if is_better_low(name) else -1.0 for name in names])
    return Costs(columns[0].indexes["cell"], values, values * sign)


def resample_means(costs: Floats, resamples: int = RESAMPLES) -> Floats:
    """(resamples, cells, components) means over replicates drawn with replacement, the same for all
    cells."""
    n = costs.shape[1]
    picks = np.random.Generator(np.random.Philox(SEED)).integers(0, n, (resamples, n))
    return np.stack([costs[:, pick].mean(axis=1) for pick in picks])


def scale_by_range(costs: Floats) -> Floats:
    """(cells, components) with the best cell 0 and the worst 1 on each component."""
    span = costs.max(axis=0) - costs.min(axis=0)
    return np.asarray((costs - costs.min(axis=0)) / np.where(span > 0, span, 1.0))


def weightings(components: int, number: int = WEIGHTINGS) -> Floats:
    """(number, components) weights that add up to 1, all equally likely: Dirichlet(1, ..., 1)."""
    return np.random.Generator(np.random.Philox(SEED + 1)).dirichlet(np.ones(components), number)


def frontier(
    results: xr.Dataset, names: list[str], listing: str = "targeted", *, resamples: int = RESAMPLES
) -> pd.DataFrame:
    """One line per cell over two or more components (panel names, or with `_averted`).

    Columns: the components' means, `non_dominated` (in the means), `probability` of being
    non-dominated (seeds or samples resampled), `dominated_by` (labels), `best_share` (share of
    random weightings of the range-scaled components under which the cell is best).
    attrs["never_on_frontier"]: axis -> its values none of whose cells is on the frontier.
    """
    found = costs_of(results, names, listing)
    mean = found.costs.mean(axis=1)
    beaten = dominates(mean)
    free = np.mean(
        [~dominates(one).any(axis=0) for one in resample_means(found.costs, resamples)], axis=0
    )
    scores = scale_by_range(mean) @ weightings(len(names)).T  # (cells, weightings)
    leads = scores == scores.min(axis=0)
    labels = [label(cell) for cell in found.index]
    table = pd.DataFrame(found.values.mean(axis=1), index=found.index, columns=names)
    table["non_dominated"] = ~beaten.any(axis=0)
    table["probability"] = free
    table["dominated_by"] = [
        ", ".join(labels[i] for i in np.flatnonzero(beaten[:, j])) for j in range(len(labels))
    ]
    table["best_share"] = (leads / leads.sum(axis=0)).mean(axis=1)  # cells that tie share the place
    on = table.index[table["non_dominated"]]
    table.attrs["never_on_frontier"] = {
        str(axis): [
            v for v in results[str(axis)].values.tolist() if v not in set(on.get_level_values(axis))
        ]
        for axis in axes_of(results)
    }
    return table


def dominated(
    results: xr.Dataset, names: list[str], listing: str = "targeted", *, resamples: int = RESAMPLES
) -> pd.DataFrame:
    """One line per pair of which one dominates the other in the means: `cell`, `by`, `probability`
    (share of resamples in which it does), and how much better `by` is on each component (in its
    unit, positive is better)."""
    found = costs_of(results, names, listing)
    mean = found.costs.mean(axis=1)
    share = np.mean([dominates(one) for one in resample_means(found.costs, resamples)], axis=0)
    labels = [label(cell) for cell in found.index]
    rows = [
        {
            "cell": labels[j],
            "by": labels[i],
            "probability": share[i, j],
            **dict(zip(names, mean[j] - mean[i], strict=True)),
        }
        for i, j in np.argwhere(dominates(mean))
    ]
    return pd.DataFrame(rows, columns=["cell", "by", "probability", *names])


def hypervolume(
    results: xr.Dataset,
    names: list[str],
    listing: str = "targeted",
    *,
    level: float = LEVEL,
    resamples: int = 200,
) -> pd.DataFrame:
    """How much of the space between the best and the worst the frontier covers, and what each cell
    alone adds to it.

    Components are scaled to the range of the cells' means (best 0, worst 1); the reference point
    lies at 1.1, so 1 would be a cell that is best on every component. One line per cell: the
    components' means, `contribution` (what would be lost without the cell) with its interval `low`,
    `high`; attrs: `hypervolume`, `low`, `high` of the whole set (seeds or samples resampled),
    `reference`. Computed by moocore (extra `analysis`).
    """
    moocore = import_extra("moocore")
    found = costs_of(results, names, listing)
    mean = found.costs.mean(axis=1)
    best, span = mean.min(axis=0), np.ptp(mean, axis=0)
    if not np.all(span > 0):
        flat = ", ".join(n for n, s in zip(names, span, strict=True) if s == 0)
        raise AnalysisError(f"all cells are alike in {flat}, so it spans no space; leave it out")
    whole = REFERENCE ** len(names)
    draws = np.concatenate([mean[None], resample_means(found.costs, resamples)])
    scaled = (draws - best) / span
    reference = np.full(len(names), REFERENCE)
    totals = np.array([moocore.hypervolume(one, ref=reference) for one in scaled]) / whole
    alone = np.stack([moocore.hv_contributions(one, ref=reference) for one in scaled]) / whole
    ends = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(alone[1:], ends, axis=0)
    table = pd.DataFrame(found.values.mean(axis=1), index=found.index, columns=names)
    table["contribution"], table["low"], table["high"] = alone[0], low, high
    total_low, total_high = np.quantile(totals[1:], ends)
    table.attrs |= {
        "hypervolume": float(totals[0]),
        "low": float(total_low),
        "high": float(total_high),
        "reference": "a tenth of each component's range beyond its worst cell",
    }
    return table


def rank_robustness(
    results: xr.Dataset, names: list[str], listing: str = "targeted", *, number: int = WEIGHTINGS
) -> pd.DataFrame:
    """One line per cell: the components' means; `mean_rank` (1 is best), `rank_low`, `rank_high`
    (2.5 and 97.5 per cent of weightings); then a column ("beats", cell) for each cell: the share of
    random weightings under which the line's cell beats it (ties are shared).

    Weights are Dirichlet(1, ..., 1) over the components scaled to the range of the cells: they
    belong to this set of cells. A dominated cell never beats the one that dominates it. Columns are
    a MultiIndex: ("component", name), ("rank", ...), ("beats", cell).
    """
    found = costs_of(results, names, listing)
    scores = scale_by_range(found.costs.mean(axis=1)) @ weightings(len(names), number).T
    lower = scores[:, None, :] < scores[None, :, :]
    equal = scores[:, None, :] == scores[None, :, :]
    beats = lower.mean(axis=2) + 0.5 * equal.mean(axis=2)
    ranks = (
        1 + lower.sum(axis=0) + 0.5 * (equal.sum(axis=0) - 1)
    )  # (cells, weightings): those that beat the cell, and ties
    np.fill_diagonal(beats, np.nan)
    low, high = np.quantile(ranks, [0.025, 0.975], axis=1)
    columns: dict[tuple[str, str], Floats] = {
        ("component", n): v for n, v in zip(names, found.values.mean(axis=1).T, strict=True)
    }
    columns |= {("rank", "mean"): ranks.mean(axis=1), ("rank", "low"): low, ("rank", "high"): high}
    columns |= {("beats", label(cell)): beats[:, j] for j, cell in enumerate(found.index)}
    return pd.DataFrame(columns, index=found.index)


def label(cell: object) -> str:
    """A cell in words."""
    return " + ".join(str(part) for part in cell) if isinstance(cell, tuple) else str(cell)
