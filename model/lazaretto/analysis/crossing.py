"""Where a ranking flips along a numeric axis, and what a further step along it buys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from .compare import axes_of, component
from .errors import AnalysisError
from .interval import LEVEL, mean_interval

RESAMPLES = 1000
SEED = 20_201_124
Floats = NDArray[np.float64]


def _along(results: xr.Dataset, axis: str) -> Floats:
    """The values of a numeric axis, ascending. Raises AnalysisError for any other."""
    if axis not in axes_of(results):
        raise AnalysisError(
            f"{axis!r} is no axis of these results; there are {', '.join(axes_of(results))}"
        )
    values = results[axis].values
    if values.dtype.kind not in "fiu" or len(values) < 2 or np.any(np.diff(values) <= 0):
        raise AnalysisError(
            f"the axis {axis!r} must have two or more numbers in ascending order; "
            f"got {values.tolist()}"
        )
    return np.asarray(values, np.float64)


def _cell(results: xr.Dataset, name: str, where: dict[str, Any], along: str) -> NDArray[np.float64]:
    """(values along, seeds) of a component in the cell `where`, with targeted lists. Axes of one
    value need not be named."""
    alone = {
        axis: results[axis].values.tolist()[0]
        for axis in axes_of(results)
        if results.sizes[axis] == 1
    }
    here = {**alone, **where} | ({"listing": "targeted"} if "listing" in results.dims else {})
    left = [axis for axis in axes_of(results) if axis not in here and axis != along]
    if left:
        raise AnalysisError(f"name a value of each other axis; missing: {', '.join(left)}")
    values = component(results, name).sel({k: v for k, v in here.items() if k in results.dims})
    found = np.asarray(values.transpose(along, "seed").values, np.float64)
    if not np.isfinite(found).all():
        raise AnalysisError(
            f"{name!r} is not a finite number along {along!r} in the cell {where}: runs failed "
            "(results.attrs['failures'] says why), or it is empty there"
        )
    return found


def _zeros(x: Floats, y: Floats) -> list[float]:
    """Where the line through (x, y) crosses 0, by linear interpolation."""
    found = []
    for a, b, left, right in zip(x[:-1], x[1:], y[:-1], y[1:], strict=True):
        if left == 0.0:
            found.append(float(a))
        elif left * right < 0:
            found.append(float(a + (b - a) * left / (left - right)))
    return found + ([float(x[-1])] if y[-1] == 0.0 else [])


def crossing(
    results: xr.Dataset,
    along: str,
    one: dict[str, Any],
    other: dict[str, Any],
    name: str = "infections",
) -> tuple[pd.DataFrame, pd.Series]:
    """Where `one` and `other` draw level on a component along a numeric axis.

    one, other: axis -> value for every axis but `along`, and `along` itself where that cell shall
    stay the same. Returns the paired differences (index: the axis; mean, low, high: 95 % t interval
    over seeds) and the crossing: `at` (the first, by linear interpolation of the means; nan where
    there is none), `low` and `high` (95 % of resamplings of the seeds that cross), `share` (of
    resamplings that cross at all). Raises AnalysisError for an axis that is not numeric.
    """
    x = _along(results, along)
    sides = []
    for where in (one, other):
        values = _cell(results, name, {k: v for k, v in where.items() if k != along}, along)
        if along in where:
            held = np.flatnonzero(x == where[along])
            if not len(held):
                raise AnalysisError(
                    f"{where[along]!r} is no value of {along!r}; there are {x.tolist()}"
                )
            values = np.broadcast_to(values[held[0]], values.shape)
        sides.append(values)
    difference = sides[0] - sides[1]
    seeds = difference.shape[1]
    mean = difference.mean(axis=1)
    table = pd.DataFrame(mean_interval(difference, axis=1)._asdict(), index=pd.Index(x, name=along))
    generator = np.random.Generator(np.random.Philox(SEED))
    picks = generator.integers(0, seeds, (RESAMPLES, seeds))
    drawn = [zeros[0] for pick in picks if (zeros := _zeros(x, difference[:, pick].mean(axis=1)))]
    zeros = _zeros(x, mean)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail]) if drawn else (np.nan, np.nan)
    at = zeros[0] if zeros else np.nan
    return table, pd.Series(
        {"at": at, "low": low, "high": high, "share": len(drawn) / RESAMPLES},
        name=f"{name} along {along}",
    )


def further_step(
    results: xr.Dataset, along: str, where: dict[str, Any], name: str = "infections"
) -> pd.DataFrame:
    """What each further step along a numeric axis changes, per unit of the axis: paired differences
    of neighbouring values.

    Index: (from, to); columns mean, low, high (95 % t interval over seeds), in the component's unit
    per unit of the axis.
    """
    x = _along(results, along)
    step = np.diff(_cell(results, name, where, along), axis=0) / np.diff(x)[:, None]
    index = pd.MultiIndex.from_arrays([x[:-1], x[1:]], names=["from", "to"])
    return pd.DataFrame(mean_interval(step, axis=1)._asdict(), index=index)
