"""What limits tracing: a ladder of improvements, each rung with the tracers and without them.

A sweep of design "list" whose rows are the rungs, with one axis of two values: without tracing (the
baseline) and with it. `limits-of-tracing` is one.
"""

from __future__ import annotations

import pandas as pd
import xarray as xr

from ..parameters import Sweep
from .compare import axes_of
from .errors import AnalysisError
from .ratios import ratio_of_means

R = "early_reproduction"


def ladder(results: xr.Dataset) -> pd.DataFrame:
    """One row per rung: changes (dict of what differs from the rung before: address -> value),
    without and with (R, mean over seeds), reduction of R by the tracers at that rung with low and
    high (95 % over the paired seeds), and infections_averted, the share averted by them.

    Raises AnalysisError for results of another kind of sweep.
    """
    design = Sweep.model_validate_json(results.attrs["design"])
    axes = axes_of(results)
    if design.design != "list" or len(axes) != 1 or results.sizes[axes[0]] != 2:
        raise AnalysisError(
            "a ladder needs a sweep of design 'list' with one axis of two values: without tracing "
            "and with it, as limits-of-tracing"
        )
    axis = axes[0]
    other = next(value for value in results[axis].values if value != design.baseline[axis])
    if "listing" in results.dims:
        results = results.sel(listing="targeted")
    without, with_tracing = (results.sel({axis: v}) for v in (design.baseline[axis], other))
    found = ratio_of_means(without[R] - with_tracing[R], without[R])
    averted = ratio_of_means(
        without["infections"] - with_tracing["infections"], without["infections"]
    )
    rows = []
    before: dict[str, object] = dict(design.rows[0])
    for at, row in enumerate(design.rows):
        rows.append(
            {
                "changes": {name: value for name, value in row.items() if before[name] != value},
                "without": float(without[R].isel(sample=at).mean()),
                "with": float(with_tracing[R].isel(sample=at).mean()),
                "reduction": float(found["mean"].isel(sample=at)),
                "low": float(found["low"].isel(sample=at)),
                "high": float(found["high"].isel(sample=at)),
                "infections_averted": float(averted["mean"].isel(sample=at)),
            }
        )
        before = dict(row)
    return pd.DataFrame(rows)
