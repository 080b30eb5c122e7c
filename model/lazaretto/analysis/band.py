"""What nobody has measured is a band: cells over all of it, and the share of it in which each is
ahead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from .decisions import costs_by_sample
from .frontier import is_better_low
from .interval import LEVEL

MIDDLE = 0.5
AHEAD, BEATS = "ahead", "beats"


def band(results: xr.Dataset, components: Sequence[str], *, level: float = LEVEL) -> pd.DataFrame:
    """Each component of each cell over the samples of a sweep that varies assumptions.

    Index (component, cell). Columns: median, low and high (the middle `level` of the samples, each
    the mean of its seeds), ahead (share of samples in which the cell is best; ties share), and
    ("beats", cell) the share in which it is better than that one. Raises AnalysisError for results
    without samples or axes, and for components that are neither good nor bad.
    """
    tail = (1.0 - level) / 2.0
    tables = []
    for name, cost in costs_by_sample(results, list(components)).items():
        mean = cost.mean("seed").transpose("cell", "sample")
        values = mean.values
        cells = [cell_label(key) for key in mean.indexes["cell"]]
        best = values == values.min(axis=0)
        sign = 1.0 if is_better_low(name) else -1.0
        ends = np.quantile(sign * values, [MIDDLE, tail, 1.0 - tail], axis=1)
        better = (values[:, None] < values[None]).mean(axis=2)
        better += 0.5 * (values[:, None] == values[None]).mean(axis=2)
        np.fill_diagonal(better, np.nan)
        index = pd.MultiIndex.from_product([[name], cells], names=["component", "cell"])
        columns = {("median", ""): ends[0], ("low", ""): ends[1], ("high", ""): ends[2]}
        columns[AHEAD, ""] = (best / best.sum(axis=0)).mean(axis=1)
        columns |= {(BEATS, cell): better[:, at] for at, cell in enumerate(cells)}
        tables.append(pd.DataFrame(columns, index=index))
    return pd.concat(tables)


def cell_label(key: object) -> str:
    """A cell of one or more axes as one name."""
    return " + ".join(map(str, key)) if isinstance(key, tuple) else str(key)
