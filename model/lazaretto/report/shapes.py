"""Every kind of sweep in the one form that the page is made of: policies along axes, and
replicates along "seed".

Axes of one value go; rows of a list become an axis; samples become replicates, each the mean of its
seeds, so that intervals hold what is not known. What asks after the assumptions themselves takes
the samples as they are.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from ..analysis.compare import axes_of
from ..analysis.samples import varied_in
from ..analysis.situations import situations
from ..figures.limits import rung_words
from ..figures.naming import plain_parameter
from ..outcomes.panel import COMPONENTS
from ..parameters import Sweep

SETTINGS = "settings"  # the axis of a list's rows


class Shape(NamedTuple):
    """Results in that form. data: dims axes, "listing", "seed" (and "day"); title of its scenario;
    replicate: what "seed" stands for, in a word; samples: the results as sampled, where they
    are."""

    data: xr.Dataset
    title: str
    replicate: str
    samples: xr.Dataset | None


def shapes(results: xr.Dataset) -> list[Shape]:
    """One shape for each scenario of the results."""
    return [shape(part) for part in situations(results).values()]


def shape(results: xr.Dataset) -> Shape:
    """The shape of results of one scenario."""
    title, kind = str(results.attrs.get("scenario", "")), results.attrs.get("design_kind", "grid")
    samples = None
    replicate = "draw" if kind == "draws" else "seed"
    if kind == "list":
        data = _rows_as_axis(results)
    elif "sample" in results.dims:
        replicate, samples = "sample", results
        data = _samples_as_seeds(results)
    else:
        data = results
        samples = results if kind == "draws" else None
    return Shape(_without_single_axes(data), title, replicate, samples)


def design_of(results: xr.Dataset) -> Sweep:
    """The design that made the results, from their provenance."""
    return Sweep.model_validate_json(results.attrs["design"])


def is_policy_grid(data: xr.Dataset) -> bool:
    """Whether the axes are tracing levels by isolation regimes, in this order."""
    return axes_of(data) == ["tracing", "isolation"]


def numeric_axes(data: xr.Dataset) -> list[str]:
    """Axes of two or more numbers in ascending order."""
    return [
        axis
        for axis in axes_of(data)
        if data[axis].dtype.kind in "fiu" and bool(np.all(np.diff(data[axis].values) > 0))
    ]


def _rows_as_axis(results: xr.Dataset) -> xr.Dataset:
    """The rows of a list as the first axis, the first row as its baseline. A row is called as the
    design says, else by what it changes in the one before."""
    design = design_of(results)
    names = list(design.row_names) or _names_of(design.rows)
    drop = [name for name in varied_in(results) if name in results.coords]
    data = results.drop_vars(drop).rename(sample=SETTINGS).assign_coords({SETTINGS: names})
    attrs = dict(results.attrs)
    axes = {SETTINGS: names, **json.loads(attrs["axes"])}
    base = {SETTINGS: names[0], **json.loads(attrs["baseline"])}
    data = data.transpose(*axes, ...)
    return data.assign_attrs({**attrs, "axes": json.dumps(axes), "baseline": json.dumps(base)})


def _names_of(rows: tuple[dict[str, Any], ...]) -> list[str]:
    changed = [
        {name: one for name, one in row.items() if before[name] != one}
        for before, row in zip((rows[0], *rows), rows, strict=False)
    ]
    return [f"{at}. {_words(change)}" for at, change in enumerate(changed, 1)]


def _words(change: dict[str, Any]) -> str:
    """What a row changes, as plain text."""
    if not change:
        return rung_words(change)
    return "; ".join(
        f"{plain_parameter(name)} {one if isinstance(one, str) else f'{one:g}'}"
        for name, one in change.items()
    )


def _samples_as_seeds(results: xr.Dataset) -> xr.Dataset:
    """Each sample, the mean of its seeds, as a replicate. Curves of counts are means too."""
    drop = [str(name) for name in results.coords if "sample" in results[name].dims]
    data = results.drop_vars([name for name in drop if name != "sample"])
    finite = data.where(np.isfinite(data)) if all(n in COMPONENTS for n in data) else data
    mean = finite.mean("seed", keep_attrs=True)
    return mean.rename(sample="seed").assign_attrs(results.attrs)


def _without_single_axes(data: xr.Dataset) -> xr.Dataset:
    attrs = dict(data.attrs)
    axes, base = json.loads(attrs["axes"]), json.loads(attrs["baseline"])
    single = [axis for axis in axes if data.sizes[axis] == 1]
    if len(single) == len(axes):
        single = single[1:]  # something to tell of is left
    left = {axis: values for axis, values in axes.items() if axis not in single}
    base = {axis: base[axis] for axis in left}
    told = {**attrs, "axes": json.dumps(left), "baseline": json.dumps(base)}
    return data.isel(dict.fromkeys(single, 0), drop=True).assign_attrs(told)
