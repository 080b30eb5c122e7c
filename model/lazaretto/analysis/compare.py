"""Paired comparison: the same simulated people with the same luck under two policies.

The runs of a seed share everything that the policy does not touch, so the difference is taken seed by seed and its interval is
Student's t over seeds. A measure without any effect gives a difference of exactly zero.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xarray as xr

from ..outcomes.panel import COMPONENTS

LEVEL = 0.95
WANTED_PRECISION = 0.1
AVERTED = "_averted"


class AnalysisError(ValueError):
    """A question that these results cannot answer; the text says why."""


def t_factor(seeds: int, level: float = LEVEL) -> float:
    """Half width of the interval in standard errors; inf for fewer than two seeds."""
    from scipy import stats

    return float(stats.t.ppf(0.5 + level / 2, seeds - 1)) if seeds > 1 else float("inf")


def components_in(results: xr.Dataset) -> list[str]:
    """The panel's components that the results hold."""
    return [name for name in COMPONENTS if name in results]


def baseline_of(results: xr.Dataset, baseline: dict[str, Any] | None = None) -> dict[str, Any]:
    """The baseline cell: as given, else the one of the design, always with targeted lists."""
    chosen = dict(baseline) if baseline is not None else json.loads(results.attrs.get("baseline", "{}"))
    axes = axes_of(results)
    if missing := [axis for axis in axes if axis not in chosen]:
        raise AnalysisError(f"the baseline must name a value of each axis; missing: {', '.join(missing)}")
    for axis in axes:
        values = results[axis].values.tolist()
        if chosen[axis] not in values:
            raise AnalysisError(f"baseline: {chosen[axis]!r} is no value of {axis!r}; there are {values}")
    return {axis: chosen[axis] for axis in axes}


def axes_of(results: xr.Dataset) -> list[str]:
    """The axes of the design, in order."""
    return [str(d) for d in json.loads(results.attrs["axes"])] if "axes" in results.attrs else []


def describe(values: xr.DataArray) -> xr.Dataset:
    """Over "seed": mean, standard error, 95 % t interval (low, high), and the seeds needed for a half width of a tenth of the
    mean."""
    n = values.notnull().sum("seed")
    mean = values.mean("seed")
    deviation = values.std("seed", ddof=1) if values.sizes["seed"] > 1 else xr.full_like(mean, np.nan)
    error = deviation / np.sqrt(n)
    factor = t_factor(values.sizes["seed"])
    half = xr.where(deviation == 0, 0.0, factor * error)
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.ceil((1.96 * deviation / (WANTED_PRECISION * np.abs(mean))) ** 2)
    needed = xr.where(deviation == 0, 1.0, needed)
    return xr.Dataset({"mean": mean, "standard_error": error, "low": mean - half, "high": mean + half, "seeds_needed": needed})


def stack(results: xr.Dataset, names: list[str]) -> xr.DataArray:
    """The named components as one array with the dim "component" (inf as nan)."""
    parts = [component(results, name) for name in names]
    joined = xr.concat(parts, "component").assign_coords(component=names)
    return joined.where(np.isfinite(joined))


def component(results: xr.Dataset, name: str) -> xr.DataArray:
    """A component of the panel, or `<component>_averted`: the baseline less the cell, seed by seed."""
    plain = name.removesuffix(AVERTED)
    if plain not in results:
        raise AnalysisError(
            f"there is no component {name!r}; there are {', '.join(components_in(results))}, and each with '_averted'"
        )
    values = results[plain]
    if name.endswith(AVERTED):
        here = baseline_of(results) | ({"listing": "targeted"} if "listing" in values.dims else {})
        values = values.sel(here, drop=True) - values
    return values.drop_attrs().rename("value")


def levels(results: xr.Dataset) -> xr.Dataset:
    """Mean and interval of every component in every cell, with the dim "component"."""
    return describe(stack(results, components_in(results)))


def compare(results: xr.Dataset, baseline: dict[str, Any] | None = None) -> xr.Dataset:
    """Paired differences (cell less baseline) of every component: mean, standard error, 95 % interval and seeds needed.

    baseline: axis -> value; default the design's. Dims: "component", the axes, and "listing" where there is one.
    """
    here = baseline_of(results, baseline)
    values = stack(results, components_in(results))
    reference = values.sel(here | ({"listing": "targeted"} if "listing" in values.dims else {}), drop=True)
    compared = describe(values - reference)
    return compared.assign_attrs(baseline=json.dumps(here), level=LEVEL)


def seeds_gain(results: xr.Dataset, name: str = "infections", baseline: dict[str, Any] | None = None) -> xr.DataArray:
    """How many times smaller the variance of the paired difference is than that of independent seeds, by cell (nan at the
    baseline)."""
    here = baseline_of(results, baseline)
    values = component(results, name)
    values = values.sel(listing="targeted") if "listing" in values.dims else values
    reference = values.sel(here, drop=True)
    paired = (values - reference).var("seed", ddof=1)
    independent = values.var("seed", ddof=1) + reference.var("seed", ddof=1)
    return xr.where(paired > 0, independent / paired, np.nan)
