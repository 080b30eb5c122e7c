"""Paired comparison: the same simulated people with the same luck under two policies.

The runs of a seed share everything that the policy does not touch, so the difference is taken seed
by seed and its interval is Student's t over seeds. A measure without any effect gives a difference
of exactly zero. Where the design samples parameters (dim "sample"), differences are taken within
each sample.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..outcomes.panel import COMPONENTS
from ..parameters.sweep import SCENARIO
from .errors import AnalysisError
from .interval import LEVEL, t_factor

WANTED_PRECISION = 0.1
AVERTED, ADDED = "_averted", "_added"
RESAMPLES = 1000
SEED = 20_201_124  # of resampling; fixed, so that the same results give the same intervals
Floats = NDArray[np.float64]


def least_seeds(deviation: Any, half_width: Any, level: float = LEVEL) -> Floats:
    """The smallest number of seeds n for which t(n - 1) x deviation / sqrt(n) is at most the wanted
    half width (of any shape that goes with deviation's); 1 where nothing varies, inf where the half
    width is 0, nan where either is unknown."""
    from scipy import stats

    deviation, half = np.broadcast_arrays(
        np.asarray(deviation, float), np.asarray(half_width, float)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(deviation == 0, 0.0, deviation / half)
    n = np.maximum(
        2.0, np.ceil((stats.norm.ppf(0.5 + level / 2) * ratio) ** 2)
    )  # the normal law asks for too few: go up from there
    short = np.isfinite(n)
    while short.any():
        short &= stats.t.ppf(0.5 + level / 2, np.where(short, n, 2.0) - 1) * ratio > np.sqrt(n)
        n = n + short
    return np.where(deviation == 0, 1.0, np.where(np.isnan(ratio), np.nan, n))


def components_in(results: xr.Dataset) -> list[str]:
    """The panel's components that the results hold."""
    return [name for name in COMPONENTS if name in results]


def baseline_of(results: xr.Dataset, baseline: dict[str, Any] | None = None) -> dict[str, Any]:
    """The baseline cell: as given, else the one of the design, always with targeted lists; within
    each scenario, where there are several."""
    chosen = (
        dict(baseline) if baseline is not None else json.loads(results.attrs.get("baseline", "{}"))
    )
    axes = [axis for axis in axes_of(results) if axis != SCENARIO]
    if missing := [axis for axis in axes if axis not in chosen]:
        raise AnalysisError(
            f"the baseline must name a value of each axis; missing: {', '.join(missing)}"
        )
    for axis in axes:
        values = results[axis].values.tolist()
        if chosen[axis] not in values:
            raise AnalysisError(
                f"baseline: {chosen[axis]!r} is no value of {axis!r}; there are {values}"
            )
    return {axis: chosen[axis] for axis in axes}


def axes_of(results: xr.Dataset) -> list[str]:
    """The axes of the design, in order."""
    return [str(d) for d in json.loads(results.attrs["axes"])] if "axes" in results.attrs else []


def describe(
    values: xr.DataArray,
    *,
    level: float = LEVEL,
    precision: float = WANTED_PRECISION,
    half_width: float | xr.DataArray | None = None,
) -> xr.Dataset:
    """Over "seed": mean, standard error, t interval (low, high), and the seeds needed for a wanted
    precision.

    precision: the wanted half width of the interval as a fraction of the mean; half_width: the same
    in the values' unit, instead. Seeds that failed (nan) are left out and do not count.
    """
    check_precision(level, precision, half_width)
    n = values.notnull().sum("seed")
    mean = values.mean("seed")
    deviation = (
        values.std("seed", ddof=1).where(n > 1)
        if values.sizes["seed"] > 1
        else xr.full_like(mean, np.nan)
    )
    same = values.max("seed") == values.min("seed")
    deviation = deviation.where(~same | (n < 2), 0.0)  # rounding must not make an effect of nothing
    error = deviation / np.sqrt(n.where(n > 0))
    half = (n.copy(data=t_factor(n.values, level)) * error).where(deviation != 0, 0.0)
    wanted: xr.DataArray = (
        abs(mean) * precision if half_width is None else half_width + xr.zeros_like(mean)
    )
    needed = mean.copy(
        data=least_seeds(deviation.values, wanted.transpose(*mean.dims).values, level)
    )
    return xr.Dataset(
        {
            "mean": mean,
            "standard_error": error,
            "low": mean - half,
            "high": mean + half,
            "seeds_needed": needed,
        }
    )


def check_precision(level: float, precision: float, half_width: Any) -> None:
    """Raises AnalysisError for a level, precision or half width that means nothing."""
    if not 0 < level < 1:
        raise AnalysisError(
            f"level: a share between 0 and 1 is needed, such as 0.95; got {level!r}"
        )
    if not 0 < precision < np.inf:
        raise AnalysisError(
            f"precision: a positive fraction of the mean is needed, such as 0.1; got {precision!r}"
        )
    if half_width is not None and not bool(np.all(np.asarray(half_width) > 0)):
        raise AnalysisError("half_width: positive numbers in the component's unit are needed")


def stack(results: xr.Dataset, names: list[str]) -> xr.DataArray:
    """The named components as one array with the dim "component" (inf as nan)."""
    parts = [component(results, name) for name in names]
    joined = xr.concat(parts, "component").assign_coords(component=names)
    return joined.where(np.isfinite(joined))


def component(results: xr.Dataset, name: str) -> xr.DataArray:
    """A component of the panel, `<component>_averted`: the baseline less the cell, seed by seed, or
    `<component>_added`: the cell less the baseline."""
    plain = name.removesuffix(AVERTED).removesuffix(ADDED)
    if plain not in results:
        raise AnalysisError(
            f"there is no component {name!r}; there are "
            f"{', '.join(components_in(results))}, and each with '_averted'"
        )
    values = results[plain].reset_coords(
        drop=True
    )  # draws and samples are coordinates by the dozen
    if name != plain:
        here = baseline_of(results) | ({"listing": "targeted"} if "listing" in values.dims else {})
        base = values.sel(here, drop=True)
        values = base - values if name.endswith(AVERTED) else values - base
    return values.drop_attrs().rename("value")


def levels(results: xr.Dataset) -> xr.Dataset:
    """Mean and interval of every component in every cell, with the dim "component"."""
    return describe(stack(results, components_in(results)))


def compare(
    results: xr.Dataset,
    baseline: dict[str, Any] | None = None,
    *,
    level: float = LEVEL,
    precision: float = WANTED_PRECISION,
    half_width: dict[str, float] | None = None,
) -> xr.Dataset:
    """Paired differences (cell less baseline) of every component: mean, standard error, interval
    and seeds needed.

    baseline: axis -> value; default the design's. precision: wanted half width of the interval as a
    fraction of the mean difference; half_width: component -> wanted half width in its unit, instead
    (for components not named, the fraction holds). Dims: "component", the axes, "sample" and
    "listing" where there are such.
    """
    here = baseline_of(results, baseline)
    values = stack(results, components_in(results))
    reference = values.sel(
        here | ({"listing": "targeted"} if "listing" in values.dims else {}), drop=True
    )
    difference = values - reference
    compared = describe(difference, level=level, precision=precision)
    if half_width:
        if unknown := sorted(set(half_width) - set(compared["component"].values.tolist())):
            raise AnalysisError(
                f"half_width: there is no component {', '.join(unknown)} in these results"
            )
        named = difference.sel(component=list(half_width))
        wanted = xr.DataArray(
            list(half_width.values()), dims="component", coords={"component": list(half_width)}
        )
        own = describe(named, level=level, precision=precision, half_width=wanted)["seeds_needed"]
        compared["seeds_needed"] = own.reindex(component=compared["component"]).fillna(
            compared["seeds_needed"]
        )
    wanted_text = {"precision": precision, "half_width": json.dumps(half_width or {})}
    return compared.assign_attrs(baseline=json.dumps(here), level=level, **wanted_text)


def seeds_gain(
    results: xr.Dataset, name: str = "infections", baseline: dict[str, Any] | None = None
) -> xr.DataArray:
    """How many times smaller the variance of the paired difference is than that of independent
    seeds, by cell (nan at the baseline)."""
    values, reference = _beside_baseline(results, name, baseline)
    paired = (values - reference).var("seed", ddof=1)
    independent = values.var("seed", ddof=1) + reference.var("seed", ddof=1)
    return (independent / paired).where(paired > 0)


def seeds_gain_interval(
    results: xr.Dataset,
    name: str = "infections",
    baseline: dict[str, Any] | None = None,
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> xr.Dataset:
    """The gain of common seeds over independent ones (`ratio`, as `seeds_gain`) with its interval
    (low, high), seeds resampled."""
    values, reference = _beside_baseline(results, name, baseline)
    n = values.sizes["seed"]
    picks = np.random.Generator(np.random.Philox(SEED)).integers(0, n, (resamples, n))
    ratios = []
    for pick in picks:
        here, there = values.isel(seed=pick), reference.isel(seed=pick)
        paired = (here - there).var("seed", ddof=1)
        ratios.append(
            ((here.var("seed", ddof=1) + there.var("seed", ddof=1)) / paired).where(paired > 0)
        )
    drawn = xr.concat(ratios, "resample")
    known = drawn.notnull().any("resample")
    drawn = drawn.where(
        known, 0.0
    )  # where nothing ever differs there is no ratio, and no warning either
    low, high = (
        drawn.quantile(q, "resample").drop_vars("quantile")
        for q in ((1 - level) / 2, (1 + level) / 2)
    )
    return xr.Dataset(
        {
            "ratio": seeds_gain(results, name, baseline),
            "low": low.where(known),
            "high": high.where(known),
        }
    )


def _beside_baseline(
    results: xr.Dataset, name: str, baseline: dict[str, Any] | None
) -> tuple[xr.DataArray, xr.DataArray]:
    here = baseline_of(results, baseline)
    values = component(results, name)
    values = values.sel(listing="targeted") if "listing" in values.dims else values
    return values, values.sel(here, drop=True)
