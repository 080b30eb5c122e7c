"""Which assumption decides which ranking, and what it would be worth to know it.

Every sample of the design is one possible truth. In each, cells are compared over common seeds;
then the chance that one beats another is followed along each varied parameter.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy.special import expit, rel_entr

from .compare import axes_of, component
from .errors import AnalysisError, import_extra
from .frontier import is_better_low, label
from .interval import LEVEL
from .samples import by_draw, one_listing, sampled_values, varied_in
from .situations import check_one_situation

Floats = NDArray[np.float64]
# inverse strength of the penalty: weak, only so that a perfect separation has a finite slope
RIDGE = 1e2
FEWEST = 16  # samples for a curve along a parameter
BEST = "all others"


def costs_by_sample(
    results: xr.Dataset,
    names: list[str],
    weights: dict[str, float] | None = None,
    listing: str = "targeted",
) -> dict[str, xr.DataArray]:
    """Rankings asked for -> cost with dims (cell, sample, seed), low is good, in the component's
    unit.

    Without weights one ranking per component. With weights (component -> weight) one, named
    "composite": each component scaled to the range of its cell means over all samples (best 0,
    worst 1), times its weight.
    """
    check_one_situation(results)
    results = by_draw(results)
    axes = axes_of(results)
    if not axes:
        raise AnalysisError("these results have no policy axes, so there is nothing to rank")
    varied_in(results)
    costs = {}
    for name in names:
        one = one_listing(component(results, name), listing).transpose(*axes, "sample", "seed")
        if not bool(np.isfinite(one).all()):
            raise AnalysisError(
                f"{name!r} is not a finite number in every cell and sample, so it cannot be ranked "
                "(a run failed, or it is empty or endless for some policy)"
            )
        sign = 1.0 if is_better_low(name) else -1.0
        costs[name] = (sign * one).stack(cell=axes).transpose("cell", "sample", "seed")
    if weights is None:
        return costs
    if (
        set(weights) != set(names)
        or any(w < 0 for w in weights.values())
        or not sum(weights.values()) > 0
    ):
        raise AnalysisError("weights: one weight of at least 0 for each component, not all 0")
    total = sum(weights.values())
    parts = []
    for name, cost in costs.items():
        mean = cost.mean(["sample", "seed"])
        span = float(mean.max() - mean.min())
        parts.append(
            (cost - float(mean.min())) / (span if span > 0 else 1.0) * (weights[name] / total)
        )
    return {"composite": sum(parts[1:], parts[0])}


def flips(
    results: xr.Dataset,
    names: list[str],
    *,
    against: str = "each",
    weights: dict[str, float] | None = None,
    listing: str = "targeted",
    level: float = LEVEL,
) -> pd.DataFrame:
    """Which parameter turns which ranking round, and at which value.

    names: components, each a ranking of its own, or one composite where `weights` are given.
    against: "each", every pair of cells; "best", every cell against the best of all others (of
    each sample and seed); or the label of one cell, every other against it. For each pair and
    each varied parameter a logistic curve is fitted to the share of seeds in which the cell beats
    the other (scikit-learn, extra `analysis`); all other parameters vary too, so it is the marginal
    chance.

    One line per ranking, pair and parameter: `ranking`, `cell`, `other`, `parameter`, `chance`
    (over all samples), `chance_low`, `chance_high` (at the lowest and highest sampled value),
    `flips_at` (value at which the chance is one half, nan if not within the sampled range) with its
    interval `flips_low`, `flips_high` (delta method, sandwich variance; it may reach beyond the
    lowest and highest sampled value, `sampled_low` and `sampled_high`, and says nothing there),
    `p_value` of the slope, `flips` (true where there is such a value and the slope is significant
    at 1 - level after Benjamini and Hochberg over all lines) and `explained` (share of deviance,
    McFadden). Strongest first. Ties count one half.
    """
    from scipy.stats import false_discovery_control

    import_extra("sklearn.linear_model")
    table = sampled_values(results)
    if len(table) < FEWEST:
        raise AnalysisError(
            f"{len(table)} samples are too few to see where a ranking flips; take at least {FEWEST}"
        )
    lines = []
    for ranking, cost in costs_by_sample(results, names, weights, listing).items():
        labels = [label(cell) for cell in cost.indexes["cell"]]
        for one, other, chance in _contests(cost.values, labels, against):
            for parameter in table.columns:
                x = table[parameter].to_numpy()
                lines.append(
                    (
                        ranking,
                        one,
                        other,
                        parameter,
                        float(x.min()),
                        float(x.max()),
                        *_along(x, chance, level),
                    )
                )
    columns = [
        "ranking",
        "cell",
        "other",
        "parameter",
        "sampled_low",
        "sampled_high",
        "chance",
        "chance_low",
        "chance_high",
        "flips_at",
        "flips_low",
        "flips_high",
        "p_value",
        "explained",
    ]
    found = pd.DataFrame(lines, columns=columns)
    known = found["p_value"].notna()
    adjusted = np.full(len(found), np.nan)
    if known.any():
        adjusted[known] = false_discovery_control(found.loc[known, "p_value"])
    found["flips"] = (adjusted < 1 - level) & found["flips_at"].notna()
    found = found.sort_values(["flips", "explained"], ascending=False, kind="stable").reset_index(
        drop=True
    )
    found.attrs |= {
        "samples": len(table),
        "seeds": results.sizes["seed"],
        "level": level,
        "weights": weights or {},
    }
    return found


def _contests(cost: Floats, labels: list[str], against: str) -> list[tuple[str, str, Floats]]:
    """(cell, other, (samples,) share of seeds in which the cell's cost is lower; ties half)."""
    if against in labels:
        at = labels.index(against)
        pairs = [(one, against, cost[i] - cost[at]) for i, one in enumerate(labels) if i != at]
    elif against == "each":
        pairs = [
            (labels[i], labels[j], cost[i] - cost[j])
            for i, j in itertools.combinations(range(len(labels)), 2)
        ]
    elif against != "best":
        raise AnalysisError(
            f"against: 'each', 'best' or one of {', '.join(labels)}; got {against!r}"
        )
    else:
        rest = [np.delete(cost, i, axis=0).min(axis=0) for i in range(len(labels))]
        pairs = [(labels[i], BEST, cost[i] - rest[i]) for i in range(len(labels))]
    return [(one, other, ((d < 0) + 0.5 * (d == 0)).mean(axis=1)) for one, other, d in pairs]


def _along(x: Floats, chance: Floats, level: float) -> tuple[float, ...]:
    """chance over all, at both ends, flip value, its interval, p-value of the slope, share of
    deviance explained."""
    from scipy import stats

    low, high, middle = float(x.min()), float(x.max()), float(chance.mean())
    if high == low or np.ptp(chance) == 0:
        return middle, middle, middle, np.nan, np.nan, np.nan, np.nan, 0.0
    u = (x - x.mean()) / x.std()
    a, b = _logistic(u, chance)
    p = expit(a + b * u)
    rows = np.column_stack([np.ones_like(u), u])
    bread = np.linalg.inv(rows.T @ (rows * (p * (1 - p))[:, None]) + np.diag([0.0, 1 / RIDGE]))
    meat = rows.T @ (rows * ((chance - p) ** 2)[:, None])
    cover = bread @ meat @ bread
    # at a perfect separation the sandwich says 0; the model's own variance is the larger then
    cover = bread if cover[1, 1] <= 0 or not np.isfinite(cover).all() else cover
    slope_error = float(np.sqrt(max(cover[1, 1], 1e-300)))
    p_value = float(2 * stats.norm.sf(abs(b) / slope_error))
    ends = expit(a + b * (np.array([low, high]) - x.mean()) / x.std())
    null = _deviance(chance, np.full_like(chance, middle))
    explained = 1 - _deviance(chance, p) / null if null > 0 else 0.0
    at = x.mean() - x.std() * a / b if b else np.nan
    if not low < at < high:
        return middle, float(ends[0]), float(ends[1]), np.nan, np.nan, np.nan, p_value, explained
    gradient = np.array([-1 / b, a / b**2])
    half = (
        stats.norm.ppf(0.5 + level / 2)
        * x.std()
        * float(np.sqrt(max(gradient @ cover @ gradient, 0.0)))
    )
    return (
        middle,
        float(ends[0]),
        float(ends[1]),
        float(at),
        float(at - half),
        float(at + half),
        p_value,
        explained,
    )


def _logistic(u: Floats, chance: Floats) -> tuple[float, float]:
    """Intercept and slope of the logistic curve through shares of seeds; u: (samples,)
    standardised."""
    from sklearn.linear_model import LogisticRegression

    weight = np.concatenate([chance, 1 - chance])
    keep = weight > 0
    design, won = np.concatenate([u, u])[keep, None], np.repeat([1, 0], len(u))[keep]
    fit = LogisticRegression(C=RIDGE, tol=1e-8, max_iter=500).fit(
        design, won, sample_weight=weight[keep]
    )
    return float(fit.intercept_[0]), float(fit.coef_[0, 0])


def _curve_of(x: Floats, chance: Floats) -> Callable[[Floats], Floats]:
    """The curve of `_logistic` as a function of the parameter."""
    if np.ptp(chance) == 0 or np.ptp(x) == 0:
        return lambda grid: np.full_like(grid, chance.mean())
    a, b = _logistic((x - x.mean()) / x.std(), chance)
    return lambda grid: np.asarray(expit(a + b * (grid - x.mean()) / x.std()))


def _deviance(chance: Floats, p: Floats) -> float:
    """Minus twice the log likelihood of the shares, less that of a perfect fit."""
    return float(2 * (rel_entr(chance, p) + rel_entr(1 - chance, 1 - p)).sum())


def chance_along(
    results: xr.Dataset,
    lines: pd.DataFrame,
    *,
    against: str = "each",
    weights: dict[str, float] | None = None,
    listing: str = "targeted",
    bins: int = 10,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Lines of `flips` as curves to draw: `line` (its place among those given), `value`, `fitted`
    chance, and over equally filled bins of samples `share`, `low`, `high` (Wilson interval over
    samples; nan where a row is a point of the curve only).

    against, weights and listing must be those of the call that gave the lines.
    """
    from scipy.stats import binomtest

    table = sampled_values(results)
    names = list(weights) if weights else list(dict.fromkeys(lines["ranking"]))
    contests: dict[tuple[str, str, str], Floats] = {}
    for ranking, cost in costs_by_sample(results, names, weights, listing).items():
        labels = [label(cell) for cell in cost.indexes["cell"]]
        contests |= {
            (ranking, one, other): chance
            for one, other, chance in _contests(cost.values, labels, against)
        }
    parts = []
    for place, line in enumerate(lines.itertuples()):
        x, chance = table[line.parameter].to_numpy(), contests[line.ranking, line.cell, line.other]
        grid = np.linspace(x.min(), x.max(), 41)
        parts.append(
            pd.DataFrame({"line": place, "value": grid, "fitted": _curve_of(x, chance)(grid)})
        )
        for rows in np.array_split(np.argsort(x, kind="stable"), min(bins, len(x) // 4)):
            won = float(chance[rows].mean())
            # an interval for whole samples; shares of seeds within a sample count as one
            interval = binomtest(round(won * len(rows)), len(rows)).proportion_ci(level, "wilson")
            low, high = min(won, float(interval.low)), max(won, float(interval.high))
            parts.append(
                pd.DataFrame(
                    {
                        "line": [place],
                        "value": x[rows].mean(),
                        "share": won,
                        "low": low,
                        "high": high,
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)
