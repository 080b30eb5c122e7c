"""Curves and panels as long tables, one number a row: what data frames of any language, ggplot and
databases take."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd
import xarray as xr

from ..values.errors import ParameterError
from .cases import provenance
from .curves import unit_of as unit_of_curve
from .panel import COMPONENTS, unit_of
from .run import Run

DAY, DATE, SEED = "day", "date", "seed"
OF_RESULTS = "daily_"  # before the names of curves in results of a sweep
FAILED = -1  # of a curve in results: the run failed


def tidy_curves(thing: Run | xr.Dataset) -> pd.DataFrame:
    """Daily curves, one row per curve and day: day, date (where the run has a calendar), curve,
    value, unit; before them seed and the axes of a sweep. thing: a run, its curves (or several with
    a dim "seed"), or results of a sweep that keep daily curves. Runs that failed are left out.
    Raises ParameterError where there are no curves."""
    data = thing.curves if isinstance(thing, Run) else thing
    names = [name for name, values in data.data_vars.items() if DAY in values.dims]
    if not names:
        raise ParameterError(
            "these results hold no daily curves: a sweep keeps those that its file names "
            '(daily = ["new_infections", "quarantined"])'
        )
    table = _long(data[names], names, "curve")
    if any(str(name).startswith(OF_RESULTS) for name in names):
        table = table[table["value"] != FAILED].reset_index(drop=True)
        table["curve"] = table["curve"].str.removeprefix(OF_RESULTS)
    table["unit"] = table["curve"].map(unit_of_curve)
    return _signed(table, thing)


def tidy_panel(thing: Run | xr.Dataset) -> pd.DataFrame:
    """The panel, one row per line: component, block, label, value, unit; before them seed and the
    axes of a sweep. thing: a run, or results of a sweep (one value per cell and seed; runs that
    failed are left out)."""
    if isinstance(thing, Run):
        values = pd.DataFrame({"component": thing.panel.index, "value": thing.panel.to_numpy()})
    else:
        names: list[Hashable] = [name for name in COMPONENTS if name in thing]
        values = _long(thing[names], names, "component").dropna(subset="value")
    known = values[values["component"].isin(COMPONENTS)].reset_index(drop=True)
    about = [COMPONENTS[name] for name in known["component"]]
    at = list(known.columns).index("component") + 1
    known.insert(at, "block", [one.block for one in about])
    known.insert(at + 1, "label", [one.label for one in about])
    known["unit"] = [unit_of(one) for one in about]
    return _signed(known, thing)


def _long(data: xr.Dataset, names: list[Hashable], what: str) -> pd.DataFrame:
    """Dims and coordinates of the data, then the name of each variable and its value."""
    wide = data.to_dataframe().reset_index()
    dims = [str(dim) for dim in data[names[0]].dims]
    beside = [c for c in wide.columns if c not in (*names, *dims)]
    keys = [*(d for d in dims if d != DAY), *(d for d in dims if d == DAY), *beside]
    return wide.melt(keys, names, what, "value", ignore_index=True).astype({"value": np.float64})


def _signed(table: pd.DataFrame, thing: Run | xr.Dataset) -> pd.DataFrame:
    if isinstance(thing, Run):
        table.attrs.update(provenance(thing))
    else:
        kept = ("package", "parameter_hash")
        table.attrs.update({name: thing.attrs[name] for name in kept if name in thing.attrs})
    return table
