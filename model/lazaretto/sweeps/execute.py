"""Execute a sweep: every cell with the same seeds, by threads or by worker processes, each finished
cell stored at once.

Results depend neither on the number of threads or workers nor on the order of work.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from ..outcomes.panel import COMPONENTS
from ..parameters import ParameterError, Sweep, load_sweep
from ..parameters.library import check
from ..parameters.sweep import Cell
from ..population.city import Population
from ..population.memory import check_memory
from . import cluster, results
from .cells import CellData
from .designs import Plan, plan
from .making import manifest
from .store import RESULTS, Store, open_results
from .threads import by_threads
from .work import Block, Task, runs_a_task, tasks_of

BYTES_A_NUMBER, BYTES_A_DAY = 8, 4
Progress = Callable[[int, int, int], None]


def sweep(
    design: Sweep | str | Path,
    seeds: int | None = None,
    *,
    people: int | None = None,
    threads: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    out: Path | str | None = None,
    resume: bool = False,
    restart: bool = False,
    progress: Progress | None = None,
    population: Population | None = None,
) -> xr.Dataset:
    """All cells of a sweep with seeds 1..seeds, as a Dataset.

    Dims: the axes of the design, "sample" (unless it is a grid), "listing" (targeted, matched null;
    the second only where the design asks for it), "seed", and "day" for the daily curves (names
    begin with `daily_`). Panel components are per 100,000 people where their attribute says so.

    threads: of this process; default all processors. workers: instead, so many processes of this
    machine, by Dask; scheduler: instead, the workers of a Dask scheduler at that address. (A script
    that uses `workers` must guard its main part by `if __name__ == "__main__":`, because the
    processes import it.) population: one population for all cells, instead of what the scenarios
    say; it is sent to each worker once.

    out: a folder in which each finished cell is stored at once; with resume=True finished cells are
    not computed again, and restart=True throws away what is there. The Dataset then reads from
    results.nc what is asked of it; without `out` it is all in memory. progress: called with (runs
    done, runs in all, runs failed). A run that fails is recorded as nan (-1 in the curves) and its
    message in the attribute `failures`; the rest goes on, and resume=True does its cell again.

    Raises ParameterError for unusable input, StoreError for a folder that cannot be used,
    ClusterError for workers that cannot.
    """
    design = as_design(design, seeds, people)
    if threads is not None and (workers is not None or scheduler is not None):
        raise ParameterError("threads and workers are two ways to do the same; state one of them")
    made = plan(design)
    with contextlib.ExitStack() as stack:
        store, there = None, set[int]()
        if out is not None:
            store = Store(Path(out), manifest(design, population), resume, restart)
            stack.callback(store.close)
            found = store.finished(made.count, lambda index: settings_of(*made.settings(index)))
            there = found.whole
            for sentence in found.sentences:
                warnings.warn(sentence, stacklevel=2)
        job = Job(made, there, progress)
        blocks = _blocks(job, threads, workers, scheduler, population, stack)
        if store is None:
            _check_size(made)
            return results.in_memory(made, job.cells(blocks))
        for index, cell in job.cells(blocks):
            store.write(index, cell)
        results.to_file(made, store.read, store.folder / RESULTS)
    return open_results(Path(out or ""))


class Job:
    """What is to be done and how far it is: gathers blocks into cells."""

    def __init__(self, made: Plan, there: set[int], progress: Progress | None) -> None:
        self.plan, self.there, self.progress = made, there, progress
        self.seeds = int(made.design.seeds.value)
        self.names = results.listings(made.design)
        self.failed = 0
        self.nulls = {
            index: len(made.design.null) * made.traces(index) for index in range(made.count)
        }
        self.total = self._runs(self.nulls)
        self.left = self._runs(set(self.nulls) - there)

    def _runs(self, cells: Iterable[int]) -> int:
        """Runs of those cells, nulls among them."""
        of_nulls = self.plan.design.seeds_of_nulls
        return sum(self.seeds + self.nulls[index] * of_nulls for index in cells)

    def tasks(self, workers: int) -> Iterator[Task]:
        """All tasks still to do, for so many workers."""
        cells = (
            (i, *self.plan.settings(i), self.nulls[i])
            for i in self.plan.order()
            if i not in self.there
        )
        runs = runs_a_task(self.left, self.seeds, workers)
        return iter(tasks_of(cells, self.seeds, runs, self.plan.design.seeds_of_nulls))

    def cells(self, blocks: Iterator[tuple[Task, Block]]) -> Iterator[tuple[int, CellData]]:
        """Each cell whose last runs are in."""
        open_cells: dict[int, list[tuple[Task, Block]]] = {}
        done = self.total - self.left
        self._tell(done)
        for task, block in blocks:
            open_cells.setdefault(task.cell, []).append((task, block))
            done += task.whole
            self.failed += len(block.failures)
            self._tell(done)
            parts = open_cells[task.cell]
            if sum(part.runs for part, _ in parts) == self.seeds:
                yield task.cell, together(open_cells.pop(task.cell), self.seeds, self.names)

    def _tell(self, done: int) -> None:
        if self.progress:
            self.progress(done, self.total, self.failed)


def together(parts: list[tuple[Task, Block]], seeds: int, names: list[str]) -> CellData:
    """The blocks of one cell, in any order, as the cell. names: of the listings."""
    parts = sorted(parts, key=lambda part: part[0].first)
    task = parts[0][0]
    curves = next((block.curves for _, block in parts if block.curves), ())
    days = max(block.daily.shape[3] for _, block in parts)
    panel = np.concatenate([block.panel for _, block in parts], axis=2)
    daily = np.full((len(curves), *panel.shape[1:], days), results.FAILED_DAY, np.int32)
    failures: dict[str, str] = {}
    for part, block in parts:
        if block.curves:
            daily[:, :, part.first - 1 : part.first - 1 + part.runs] = block.daily
        failures |= {
            f"{names[listing]}, seed {seed}": text
            for (listing, seed), text in sorted(block.failures.items())
        }
    settings = settings_of(task.policy, [values for part, _ in parts for values in part.values])
    return CellData(panel, daily, list(COMPONENTS), list(curves), failures, settings)


def settings_of(policy: Cell, values: Sequence[Cell]) -> Cell:
    """What a cell states for all of its seeds: its policy, and the settings that are the same with
    each. values: the sampled ones, of every seed."""
    same = {
        name: one
        for name, one in values[0].items()
        if len({str(others.get(name)) for others in values}) == 1
    }
    return {**policy, **same}


def _blocks(
    job: Job,
    threads: int | None,
    workers: int | None,
    scheduler: str | None,
    population: Population | None,
    stack: contextlib.ExitStack,
) -> Iterator[tuple[Task, Block]]:
    """The blocks of all tasks still to do, from wherever they are done."""
    if job.left == 0:
        return iter(())
    if workers is None and scheduler is None:
        count = threads or os.cpu_count() or 1
        blocks = by_threads(job.plan.design, job.tasks(count), count, population)
    else:
        client = stack.enter_context(cluster.connect(workers, scheduler))
        job.plan.design.check_cells()  # reads all that it names: workers may have other such files
        own = () if population is None else (population,)
        keys = stack.enter_context(cluster.lend(client, job.plan.design, *own))
        tasks = job.tasks(cluster.threads_of(client))
        blocks = cluster.by_workers(client, keys[0], tasks, *keys[1:])
    stack.callback(blocks.close)  # type: ignore[attr-defined]
    return blocks


def _check_size(made: Plan) -> None:
    """Refuse results that do not fit into memory, where they are not stored."""
    design = made.design
    runs = made.count * int(design.seeds.value) * (1 + len(design.null))
    days = results.CURVES * made.days if design.keeps_daily else 0
    check_memory(
        runs * (BYTES_A_NUMBER * len(COMPONENTS) + BYTES_A_DAY * days),
        f"the results of {runs:,} runs (name a folder `out`)",
    )


def as_design(design: Sweep | str | Path, seeds: int | None, people: int | None) -> Sweep:
    """A design by name, path or as it is, with other numbers of seeds and people where given.
    Raises ParameterError."""
    design = load_sweep(design) if isinstance(design, str | Path) else design
    data = design.model_dump()
    for name, unit, value in (("seeds", "seed", seeds), ("people", "person", people)):
        if value is not None:
            plain = value.item() if isinstance(value, np.generic) else value
            low, high = (plain, plain) if isinstance(plain, int | float) else (0, 0)
            data[name] = dict(
                value=plain,
                unit=unit,
                range=[low, high],
                source="stated by the user",
                status="user",
            )
    return design if seeds is None and people is None else check(Sweep, data, "settings")
