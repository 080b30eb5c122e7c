"""Records held day by day under every policy of a sweep, to the end of the year after the run."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..mechanisms.governance.holdings import YEAR
from ..outcomes.panel import COMPONENTS
from ..parameters import ParameterError, Sweep
from .designs import plan
from .execute import as_design
from .results import panel_attributes, provenance
from .work import Task, run_of, tasks_of

HELD = "records_held"
PER = 100_000
Floats = NDArray[np.float64]


def who_keeps(
    design: Sweep | str | Path, seeds: int | None = None, *, people: int | None = None
) -> xr.Dataset:
    """Records in all copies at the end of each day of the run and of the year after it
    (`records_held`, per 100,000 people), and the panel, of every cell of a grid or of rows.

    Dims: the axes, "sample" for rows (with the coordinate "variant": what each row is called),
    "seed", and "day" of `records_held`. Raises ParameterError for bad input and for designs that
    draw samples.
    """
    stated = as_design(design, seeds, people)
    if stated.vary:
        raise ParameterError(
            f"who_keeps follows the policies of a grid or of rows; the design {stated.design!r} "
            "draws samples of parameters. Use lz.sweep for it"
        )
    made = plan(stated)
    many, days = int(stated.seeds.value), made.days + YEAR
    held: Floats = np.zeros((made.count, many, days))
    panel: Floats = np.full((len(COMPONENTS), made.count, many), np.nan)
    cells = ((index, *made.settings(index), 0) for index in made.order())

    def work(task: Task) -> None:
        run = run_of(stated, task, None, task.first)
        table = run.records_by_agency.sum(axis=1).to_numpy() * (PER / run.population.people)
        held[task.cell, task.first - 1, : len(table)] = table
        panel[:, task.cell, task.first - 1] = run.panel.reindex(list(COMPONENTS)).to_numpy()

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(work, tasks_of(cells, many, 1)))
    coords = made.coordinates() | {"seed": np.arange(1, many + 1), "day": np.arange(days)}
    if stated.rows:
        names = stated.row_names or tuple(f"row {row}" for row in range(len(stated.rows)))
        coords["variant"] = ("sample", list(names))
    shape, dims = made.shape, made.dims
    data: dict[str, object] = {
        name: ((*dims, "seed"), panel[row].reshape(*shape, many), panel_attributes(name))
        for row, name in enumerate(COMPONENTS)
    }
    units = {"units": "record per 100,000 people", "long_name": "Records held, in all copies"}
    data[HELD] = ((*dims, "seed", "day"), held.reshape(*shape, many, days), units)
    return xr.Dataset(data, coords=coords, attrs=provenance(made, {}) | {"days": made.days})
