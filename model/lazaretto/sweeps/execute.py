"""Execute a sweep: every cell with the same seeds, by threads over runs (compiled code releases the lock).

The population is built once and shared. Results depend neither on the number of threads nor on the order of work.
"""

from __future__ import annotations

import json
import os
import platform
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from .._jit import source_key
from .._version import __version__
from ..outcomes.curves import PERSONS
from ..outcomes.panel import COMPONENTS
from ..outcomes.reproduction import reproduction
from ..outcomes.run import Run, simulate
from ..parameters import Scenario, Sweep, load_sweep
from ..population.build import build_population
from ..population.city import Population
from .store import Store

LISTINGS = ("targeted", "matched null")
DAILY_PREFIX = "daily_"
POPULATION_SEED = 1
Progress = Callable[[int, int], None]


class Task(NamedTuple):
    """One run of a sweep: which cell, whether it is the matched null, which seed."""

    cell: int
    placebo: bool
    seed: int


def sweep(
    design: Sweep | str | Path,
    seeds: int | None = None,
    *,
    people: int | None = None,
    threads: int | None = None,
    out: Path | str | None = None,
    resume: bool = False,
    restart: bool = False,
    progress: Progress | None = None,
    population: Population | None = None,
) -> xr.Dataset:
    """All cells of a sweep with seeds 1..seeds, as a Dataset.

    Dims: the axes of the design, "listing" (targeted, matched null; the second only where the design asks for it), "seed", and
    "day" for the daily curves (names begin with `daily_`). Panel components are per 100,000 people where their attribute says so.

    out: a folder in which each finished cell is stored at once; with resume=True finished cells are not computed again. threads:
    default all processors. progress: called with (runs done, runs in all). A run that fails is recorded as nan and its message in
    the attribute `failures`; the rest goes on.
    """
    design = load_sweep(design) if isinstance(design, str | Path) else design
    changes: dict[str, Any] = {}
    if seeds is not None:
        changes["seeds"] = seeds
    if people is not None:
        changes["people"] = people
    design = _with_numbers(design, changes)
    count = int(design.seeds.value)
    cells = design.cells()
    scenarios = [design.scenario_of(cell) for cell in cells]
    store = Store(Path(out), manifest(design), resume, restart) if out is not None else None
    variants = [[False, True] if design.matched_null and s.tracing.instruments else [False] for s in scenarios]
    missing = [i for i in range(len(cells)) if store is None or not store.has(i)]
    tasks = [Task(i, placebo, seed) for i in missing for placebo in variants[i] for seed in range(1, count + 1)]
    total = sum(len(v) for v in variants) * count
    done = {i: store.read(i) for i in range(len(cells)) if store is not None and store.has(i)}
    if progress:
        progress(total - len(tasks), total)
    if tasks:
        finished = _execute(tasks, scenarios, variants, count, population, threads, progress, total, store, cells)
        done |= finished
    results = assemble(design, cells, [done[i] for i in range(len(cells))])
    if store is not None:
        store.finish(results)
    return results


def _with_numbers(design: Sweep, changes: dict[str, Any]) -> Sweep:
    from ..parameters.library import check

    if not changes:
        return design
    data = design.model_dump()
    units = {"seeds": "seed", "people": "person"}
    for name, value in changes.items():
        plain = value.item() if isinstance(value, np.generic) else value
        low, high = (plain, plain) if isinstance(plain, int | float) else (0, 0)
        stated = dict(value=plain, unit=units[name], range=[low, high], source="stated by the user", status="user")
        data[name] = stated
    return check(Sweep, data, "settings")


def manifest(design: Sweep) -> dict[str, Any]:
    """What must be the same for cells to be of one making."""
    return {
        "sweep": design.title,
        "parameter_hash": design.parameter_hash,
        "package": __version__,
        "sources": source_key(),
        "axes": {name: list(values) for name, values in design.axes.items()},
        "seeds": int(design.seeds.value),
    }


def _execute(
    tasks: list[Task],
    scenarios: list[Scenario],
    variants: list[list[bool]],
    count: int,
    population: Population | None,
    threads: int | None,
    progress: Progress | None,
    total: int,
    store: Store | None,
    cells: list[dict[str, Any]],
) -> dict[int, xr.Dataset]:
    """Run all tasks; each cell whose last run is done is put together and stored."""
    populations = _populations(scenarios, population)
    for index in sorted({task.cell for task in tasks}):
        reproduction(scenarios[index].pathogen, populations[index])  # solved once, before the threads start
    runs: dict[int, dict[tuple[bool, int], Any]] = {}
    finished: dict[int, xr.Dataset] = {}
    workers = threads or os.cpu_count() or 1
    stop = threading.Event()

    def work(task: Task) -> dict[str, Any]:
        if stop.is_set():
            return {}
        return _summary(scenarios[task.cell], populations[task.cell], task)

    queue = iter(tasks)
    done = total - len(tasks)
    with ThreadPoolExecutor(workers) as pool:
        waiting: dict[Future[dict[str, Any]], Task] = {}
        try:
            while True:
                while len(waiting) < 2 * workers and (task := next(queue, None)) is not None:
                    waiting[pool.submit(work, task)] = task
                if not waiting:
                    break
                ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in ready:
                    task = waiting.pop(future)
                    runs.setdefault(task.cell, {})[task.placebo, task.seed] = future.result()
                    done += 1
                    if progress:
                        progress(done, total)
                    if len(runs[task.cell]) == len(variants[task.cell]) * count:
                        cell = _cell_dataset(runs.pop(task.cell), variants[task.cell], count)
                        if store is not None:
                            store.write(task.cell, cell)
                        finished[task.cell] = cell
        except BaseException:
            stop.set()
            raise
    return finished


def _populations(scenarios: list[Scenario], given: Population | None) -> list[Population]:
    """One population per scenario, built once for equal parameters."""
    if given is not None:
        return [given] * len(scenarios)
    built: dict[tuple[str, int], Population] = {}
    out = []
    for scenario in scenarios:
        from ..parameters import value_hash

        key = (value_hash(scenario.population), int(scenario.people.value))
        if key not in built:
            built[key] = build_population(scenario.population, key[1], POPULATION_SEED)
        out.append(built[key])
    return out


def _summary(scenario: Scenario, population: Population, task: Task) -> dict[str, Any]:
    """Panel and curves of one run, or the message of its failure."""
    try:
        run: Run = simulate(scenario, population, task.seed, placebo=task.placebo)
        curves = {DAILY_PREFIX + str(name): v.values.astype(np.int32) for name, v in run.curves.data_vars.items()}
        return {"panel": run.panel, "curves": curves}
    except (ValueError, ArithmeticError, MemoryError) as problem:
        return {"failure": f"{type(problem).__name__}: {problem}"}


def _cell_dataset(runs: dict[tuple[bool, int], Any], placebos: list[bool], count: int) -> xr.Dataset:
    """One cell as a Dataset over (listing, seed) and day."""
    failures = {f"{LISTINGS[p]}, seed {s}": r["failure"] for (p, s), r in sorted(runs.items()) if "failure" in r}
    good: dict[str, Any] = next((r for r in runs.values() if "panel" in r), {})
    listing = [LISTINGS[p] for p in placebos]
    data: dict[str, Any] = {}
    for name in COMPONENTS:
        values = [[_panel_value(runs[p, s], name) for s in range(1, count + 1)] for p in placebos]
        data[name] = (("listing", "seed"), np.array(values, float))
    for name in good.get("curves", ()):
        empty = np.full_like(good["curves"][name], -1)
        values = [
            [runs[p, s]["curves"][name] if "curves" in runs[p, s] else empty for s in range(1, count + 1)] for p in placebos
        ]
        data[name] = (("listing", "seed", "day"), np.array(values, np.int32))
    return xr.Dataset(
        data, coords={"listing": listing, "seed": np.arange(1, count + 1)}, attrs={"failures": json.dumps(failures)}
    )


def _panel_value(run: dict[str, Any], name: str) -> float:
    return float(run["panel"][name]) if "panel" in run else float("nan")


def assemble(design: Sweep, cells: list[dict[str, Any]], parts: list[xr.Dataset]) -> xr.Dataset:
    """Put the cells together along the axes, with units and provenance."""
    listing = list(LISTINGS) if design.matched_null else [LISTINGS[0]]
    placed = []
    failures: dict[str, Any] = {}
    for cell, part in zip(cells, parts, strict=True):
        whole = part
        if len(part.listing) < len(listing):  # without tracing the matched null is the run itself
            whole = xr.concat([part.assign_coords(listing=[name]) for name in listing], "listing", data_vars="all")
        failures |= {f"{cell}: {key}": text for key, text in json.loads(part.attrs.get("failures", "{}")).items()}
        placed.append(whole.drop_attrs())
    shape = [len(values) for values in design.axes.values()]
    axes = list(design.axes)
    flat = xr.concat(placed, "cell", data_vars="all", join="exact")
    data = {}
    for name, values in flat.data_vars.items():
        dims = tuple(d for d in values.dims if d != "cell")
        array = values.transpose("cell", *dims).values
        data[name] = (tuple(axes) + dims, array.reshape(*shape, *array.shape[1:]), _attributes(str(name)))
    coords = {name: list(values) for name, values in design.axes.items()} | {"listing": listing, "seed": flat.seed.values}
    if "day" in flat.dims:
        coords["day"] = np.arange(flat.sizes["day"])
    return xr.Dataset(data, coords=coords, attrs=provenance(design, failures))


def _attributes(name: str) -> dict[str, Any]:
    if name.startswith(DAILY_PREFIX):
        return {"units": "person" if name.removeprefix(DAILY_PREFIX) in PERSONS else "1/day"}
    part = COMPONENTS[name]
    per = " per 100,000 people" if part.per_people else ""
    return {"units": part.unit + per, "long_name": part.label, "definition": part.definition, "block": part.block}


def provenance(design: Sweep, failures: dict[str, Any]) -> dict[str, Any]:
    """Who made this from what: enough to make it again."""
    return {
        "title": design.title,
        "description": design.description,
        "package": f"lazaretto {__version__}",
        "sources": source_key(),
        "parameter_hash": design.parameter_hash,
        "population_seed": POPULATION_SEED,
        "people": int((design.people or design.scenario.people).value),
        "python": platform.python_version(),
        "axes": json.dumps({name: list(values) for name, values in design.axes.items()}),
        "baseline": json.dumps(dict(design.baseline)),
        "scenario": design.scenario.title,
        "design": design.model_dump_json(),
        "failures": json.dumps(failures),
    }
