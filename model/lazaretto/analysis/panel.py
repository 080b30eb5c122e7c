"""The panel as a table to read: of one run, or of the results of a sweep with intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from ..outcomes.panel import BETTER, COMPONENTS, unit_of
from ..outcomes.run import Run
from ..values.errors import suggestion
from .compare import compare, components_in, describe, stack
from .errors import AnalysisError


def panel_table(
    thing: Run | xr.Dataset, components: Sequence[str] | None = None, difference: bool = False
) -> pd.DataFrame:
    """The panel with block, label and unit of each line.

    Of a run: as `run.panel_table`, with columns block, label, value, unit, better. Of the results
    of a sweep: one row per cell (axes, "sample" and "listing" where they have them) and component,
    with mean, low and high, a 95 % t interval of the mean over seeds (cut at what a line can be: no
    count lies below 0, no fraction above 1); with `difference` the paired difference from the
    baseline instead, in the same units and not cut, and `sure`: "less" or "more" where the interval
    excludes zero, else "". components: names of lines; default all that
    are there. Raises AnalysisError.
    """
    if isinstance(thing, Run):
        if difference:
            raise AnalysisError(
                "one run has no baseline to differ from; give the results of lz.sweep, "
                "or subtract the panels of two runs of one seed"
            )
        return thing.panel_table.loc[_chosen(components, list(thing.panel_table.index))]
    names = _chosen(components, components_in(thing))
    found = compare(thing) if difference else describe(stack(thing, names))
    numbers = found.sel(component=names)[["mean", "low", "high"]]
    order = [str(dim) for dim in numbers["mean"].dims if dim != "component"] + ["component"]
    table = numbers.to_dataframe(dim_order=order)[["mean", "low", "high"]].reset_index()
    about = [COMPONENTS[name] for name in table["component"]]
    if not difference:
        most = [1.0 if one.unit == "fraction" else np.inf for one in about]
        table["low"] = table["low"].clip(lower=0.0)
        table["high"] = np.minimum(table["high"], most)
    table.insert(0, "block", [one.block for one in about])
    table.insert(1, "label", [one.label for one in about])
    table["unit"] = [unit_of(one) for one in about]
    table["better"] = [BETTER[one.lower_is_better] for one in about]
    columns = ["block", "label", "mean", "low", "high", "unit", "better"]
    if difference:
        table["sure"] = np.select([table["high"] < 0, table["low"] > 0], ["less", "more"], "")
        columns.insert(5, "sure")
    return table.set_index(order)[columns]


def _chosen(components: Sequence[str] | None, there: list[str]) -> list[str]:
    if components is None:
        return there
    names = [components] if isinstance(components, str) else list(components)
    for name in names:
        if name not in there:
            raise AnalysisError(
                f"components: there is no line {name!r} in this panel.{suggestion(name, there)}"
            )
    return names
