"""Results whose design samples parameters: what was varied, and the mean of each sample."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from ..outcomes.panel import COMPONENTS
from .compare import AVERTED, axes_of, component, components_in
from .errors import AnalysisError

Floats = NDArray[np.float64]
NO_BLOCK = "other"


def by_draw(results: xr.Dataset) -> xr.Dataset:
    """Results in which every seed has its own draw, as samples of one seed each; others as they
    are. Each sample then holds its luck too."""
    if results.attrs.get("design_kind") != "draws" or "sample" in results.dims:
        return results
    along = [str(name) for name, values in results.data_vars.items() if "seed" in values.dims]
    drawn = results.rename(seed="sample").assign_coords(sample=np.arange(results.sizes["seed"]))
    return drawn.assign({name: drawn[name].expand_dims(seed=[1], axis=-1) for name in along})


def varied_in(results: xr.Dataset) -> list[str]:
    """Dotted names of the parameters that the design varies. Raises AnalysisError where it varies
    none."""
    names = [str(n) for n in json.loads(results.attrs.get("varied", "[]"))]
    if "sample" not in results.dims or not names:
        raise AnalysisError(
            "these results vary no parameter (there is no dim 'sample'); a Latin "
            "hypercube, Sobol or list design is needed"
        )
    if missing := [n for n in names if n not in results.coords]:
        raise AnalysisError(
            f"these results do not say what the samples are: no coordinate {', '.join(missing)}"
        )
    return names


def sampled_values(results: xr.Dataset) -> pd.DataFrame:
    """One line per sample, one column per varied parameter, in its unit."""
    results = by_draw(results)
    names = varied_in(results)
    if worded := [n for n in names if not np.issubdtype(results[n].dtype, np.number)]:
        raise AnalysisError(
            f"{', '.join(worded)}: the samples are names, not numbers, so nothing "
            "can be followed along them"
        )
    return pd.DataFrame({n: np.asarray(results[n].values, float) for n in names})


def sample_means(results: xr.Dataset, name: str, listing: str = "targeted") -> xr.DataArray:
    """A component (or `<component>_averted`) as the mean over seeds: dims axes and "sample", nan
    where no run succeeded or the value is not finite."""
    values = one_listing(component(results, name), listing)
    values = values.where(np.isfinite(values))
    return values.mean("seed").transpose(*axes_of(results), "sample")


def noise_share(results: xr.Dataset, name: str, listing: str = "targeted") -> xr.DataArray:
    """Which share of the variance between samples is Monte Carlo noise of the seeds: dims axes. An
    upper bound, since common seeds move all samples alike. No index can explain this part."""
    values = one_listing(component(results, name), listing)
    n = values.sizes["seed"]
    if n < 2:
        return xr.full_like(values.isel(seed=0, sample=0, drop=True), np.nan)
    known = abs(values) < np.inf  # false for nan too
    values = values.where(known, 0.0)
    noise = values.var("seed", ddof=1).mean("sample") / n
    between = values.mean("seed").var("sample", ddof=1)
    some = between > 0
    share = (noise / between.where(some, 1.0)).clip(max=1.0).where(some)
    return share.where(
        known.all(["sample", "seed"])
    )  # an endless or failed component has no variance


def one_listing(values: xr.DataArray, listing: str) -> xr.DataArray:
    """The values of one listing, where there are several."""
    return values.sel(listing=listing, drop=True) if "listing" in values.dims else values


def block_of(name: str) -> str:
    """The panel's block to which a component belongs."""
    plain = name.removesuffix(AVERTED)
    return COMPONENTS[plain].block if plain in COMPONENTS else NO_BLOCK


def answerable(results: xr.Dataset, names: list[str] | None) -> list[str]:
    """The components asked for, or all that the results hold. Raises AnalysisError for an unknown
    one."""
    chosen = components_in(results) if names is None else list(names)
    if not chosen:
        raise AnalysisError("name at least one component")
    for name in chosen:
        component(results, name)
    return chosen


def cells_of(results: xr.Dataset) -> list[dict[str, Any]]:
    """All cells of the policy axes, each as axis -> value; one empty cell where there are no
    axes."""
    axes = axes_of(results)
    index = (
        pd.MultiIndex.from_product([results[a].values.tolist() for a in axes], names=axes)
        if axes
        else [()]
    )
    return [dict(zip(axes, cell, strict=True)) for cell in index]
