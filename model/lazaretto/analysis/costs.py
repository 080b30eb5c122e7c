"""What a policy costs in money, as far as there are prices; and what has none, beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from ..mechanisms.governance.holdings import DAYS_PER_YEAR
from ..outcomes.panel import COMPONENTS
from ..outcomes.run import Run
from ..parameters.find import load
from ..parameters.prices import Prices
from .compare import axes_of, component

TRANSFERS = ("support_paid", "fines_collected")  # from one pocket into another
ALWAYS_TOLD = ("work_days_lost", "tracer_hours", "enforcement_hours", "tests", *TRANSFERS)
UNDER_ORDERS = ("isolation_days_served", "quarantine_days_served")
TOTAL, HEALTHY_YEARS = "total", "healthy_years_lost"
COLUMNS = ("quantity", "unit", "low", "central", "high", "of", "kind")


def costs(found: Run | xr.Dataset, prices: Prices | str | Path) -> pd.DataFrame:
    """Costs per 100,000 people of a run, or of each cell of a sweep (the mean over its seeds).

    prices: as stated, or the name or path of a file. One line per component with a price, and per
    one of effort that has none (nan, kind "no price"): quantity, unit, and low, central and high in
    the currency, from the ends of the price's range. kind "transfer" is money that changes hands
    (support, fines) and is not in the total. With a disability weight a last line has the years of
    healthy life lost under orders: a sensitivity analysis of its own, in years and not in money.
    Privacy and justice have no price. Raises ParameterError for prices that cannot be.
    """
    stated = prices if isinstance(prices, Prices) else load("prices", prices)
    if isinstance(found, Run):
        table = pd.DataFrame(_lines(found.panel, stated), columns=["item", *COLUMNS])
        table = table.set_index("item")
    else:
        table = _of_cells(found, stated)
    table.attrs = {"title": stated.title, "currency": stated.currency, "year": stated.year}
    return table


def _of_cells(results: xr.Dataset, stated: Prices) -> pd.DataFrame:
    """The lines of every cell, with its place among the axes and samples in front."""
    names = [name for name in COMPONENTS if name in results]
    means = {name: component(results, name).mean("seed") for name in names}
    if "listing" in results.dims:
        means = {name: one.sel(listing="targeted", drop=True) for name, one in means.items()}
    dims = [*axes_of(results), *(d for d in ("sample",) if d in results.dims)]
    labels = {dim: results[dim].values.tolist() for dim in dims}
    rows, places = [], []
    for place in np.ndindex(*(len(labels[dim]) for dim in dims)):
        at = dict(zip(dims, place, strict=True))
        cell = {name: float(one.isel(at)) for name, one in means.items()}
        for item, *line in _lines(cell, stated):
            places.append((*(labels[dim][i] for dim, i in at.items()), item))
            rows.append(line)
    index = pd.MultiIndex.from_tuples(places, names=[*dims, "item"])
    return pd.DataFrame(rows, index=index, columns=list(COLUMNS))


def _lines(panel: Any, stated: Prices) -> Iterator[tuple[Any, ...]]:
    """(item, *COLUMNS) of one panel: component -> value per 100,000 people."""
    total = np.zeros(3)
    for name in dict.fromkeys((*stated.prices, *ALWAYS_TOLD)):
        price, part, quantity = stated.prices.get(name), COMPONENTS[name], float(panel[name])
        if price is None:
            yield name, quantity, part.unit, *[np.nan] * 3, stated.currency, "no price"
            continue
        ends = np.array([price.range[0], price.value, price.range[1]], float) * quantity
        kind = "transfer" if name in TRANSFERS else "cost"
        total += ends if kind == "cost" else 0.0
        yield name, quantity, part.unit, *ends, stated.currency, kind
    yield TOTAL, np.nan, "", *total, stated.currency, "cost"
    if (weight := stated.disability_weight) is not None:
        days = sum(float(panel[name]) for name in UNDER_ORDERS)
        ends = np.array([weight.range[0], weight.value, weight.range[1]], float) * days
        years = ends / DAYS_PER_YEAR
        yield HEALTHY_YEARS, days, "person-day", *years, "year", "health, not money"
