"""The interval of a mean over seeds, once for all of the package: Student's t.

`compare.describe` gives the same over the dim "seed" of labelled results; here are plain arrays.
Intervals of ratios (jackknife), of where curves cross (resampling) and of shares (Wilson) are
other questions, and stay with them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95
# half width in standard errors of figures that are given standard errors of many draws
NORMAL = 1.96
Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """mean, low and high, each of the shape of the values without the dim of the seeds."""

    mean: Floats
    low: Floats
    high: Floats


def t_factor(seeds: Any, level: float = LEVEL) -> Any:
    """Half width of the interval in standard errors, for a number of seeds or an array of them; inf
    for fewer than two seeds."""
    from scipy import stats

    n = np.asarray(seeds)
    factor = np.where(n > 1, stats.t.ppf(0.5 + level / 2, np.maximum(n - 1, 1)), np.inf)
    return float(factor) if factor.ndim == 0 else factor


def mean_interval(values: ArrayLike, axis: int = 0, level: float = LEVEL) -> Interval:
    """Mean and t interval of finite values over the seeds along `axis`; nan ends for one seed,
    which says nothing about its spread."""
    given = np.asarray(values, float)
    mean = np.asarray(given.mean(axis=axis))
    half = half_width(given, axis, level)
    return Interval(mean, mean - half, mean + half)


def half_width(values: ArrayLike, axis: int = 0, level: float = LEVEL) -> Floats:
    """Half width of the t interval over `axis`; nan for fewer than two values."""
    given = np.asarray(values, float)
    n = given.shape[axis]
    if n < 2:
        return np.full(np.delete(given.shape, axis), np.nan)
    return np.asarray(t_factor(n, level) * given.std(axis=axis, ddof=1) / np.sqrt(n))


def standard_error(values: ArrayLike, axis: int = 0) -> Floats:
    """Standard error of the mean over `axis`; nan for fewer than two values."""
    given = np.asarray(values, float)
    n = given.shape[axis]
    if n < 2:
        return np.full(np.delete(given.shape, axis), np.nan)
    return np.asarray(given.std(axis=axis, ddof=1) / np.sqrt(n))
