"""The work of a sweep: a few runs of one cell, as every thread and every worker process does them.

Populations and scenarios are made where they are needed and kept there: each process builds a
population once, whatever number of threads and cells ask for it, and none is sent from one process
to another.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..outcomes.curves import unit_of
from ..outcomes.null import null_of
from ..outcomes.panel import COMPONENTS
from ..outcomes.reproduction import reproduction
from ..outcomes.run import Run
from ..parameters import Scenario, Sweep, value_hash
from ..parameters.sweep import Cell
from ..population.build import POPULATION_SEED, build_population
from ..population.city import Population
from .pasts import run_from_past

POPULATIONS_KEPT, SCENARIOS_KEPT, SOLVED_KEPT = 2, 64, 1024
MOST_SEEDS_A_TASK, TASKS_A_WORKER = 16, 50
RECORDED = (ArithmeticError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)


class Task(NamedTuple):
    """Some seeds of one cell: its number, its policy, the sampled settings of each seed, seeds
    first, first + 1, ..., first + runs - 1, and how many of the design's nulls each of the first
    `with_nulls` of these seeds has beside the run as targeted."""

    cell: int
    policy: Cell
    values: tuple[Cell, ...]
    nulls: int
    first: int
    runs: int
    with_nulls: int

    @property
    def whole(self) -> int:
        """Runs in all, nulls among them."""
        return self.runs + self.nulls * self.with_nulls


class Block(NamedTuple):
    """What the runs of a task leave: panel (components, listings, seeds), daily (curves, listings,
    seeds, days) or nothing, the curves' names and units, and the message of each run that failed,
    by listing (0: as targeted, then the design's nulls) and seed. A null that is not asked for is
    nan, -1 in the curves."""

    panel: NDArray[np.float64]
    daily: NDArray[np.int32]
    curves: tuple[tuple[str, str], ...]
    failures: dict[tuple[int, int], str]


def tasks_of(
    cells: Iterable[tuple[int, Cell, Sequence[Cell], int]],
    seeds: int,
    runs_a_task: int,
    seeds_of_nulls: int | None = None,
) -> Iterable[Task]:
    """The tasks of (cell number, policy, sampled settings by seed, number of its nulls), cell by
    cell. seeds_of_nulls: so many of the first seeds have nulls; default all."""
    limit = seeds if seeds_of_nulls is None else seeds_of_nulls
    for cell, policy, values, nulls in cells:
        for first in range(1, seeds + 1, runs_a_task):
            runs = min(runs_a_task, seeds + 1 - first)
            mine = tuple(values[first - 1 : first - 1 + runs])
            with_nulls = max(0, min(runs, limit + 1 - first)) if nulls else 0
            yield Task(cell, policy, mine, nulls, first, runs, with_nulls)


def runs_a_task(runs: int, seeds: int, workers: int) -> int:
    """So many that handing out tasks costs little, and so few that all workers end together."""
    return max(1, min(MOST_SEEDS_A_TASK, seeds, runs // (TASKS_A_WORKER * workers)))


class Once:
    """Things by key, each made by the first thread that asks while the others wait; the last `kept`
    of them stay."""

    def __init__(self, kept: int) -> None:
        self.kept = kept
        self.things: OrderedDict[Any, Any] = OrderedDict()
        self.doors: dict[Any, threading.Lock] = {}
        self.lock = threading.Lock()

    def get(self, key: Any, make: Callable[[], Any]) -> Any:
        """The thing called `key`."""
        with self.lock:
            door = self.doors.setdefault(key, threading.Lock())
        with door:
            with self.lock:
                if key in self.things:
                    self.things.move_to_end(key)
                    return self.things[key]
            made = make()
            with self.lock:
                self.things[key] = made
                while len(self.things) > self.kept:
                    self.doors.pop(self.things.popitem(last=False)[0], None)
            return made


_populations, _scenarios, _solved = Once(POPULATIONS_KEPT), Once(SCENARIOS_KEPT), Once(SOLVED_KEPT)


class Prepared(NamedTuple):
    """A scenario with the hashes of its pathogen and of its population; `design` is held so that
    nothing else gets its identity."""

    design: Sweep
    scenario: Scenario
    pathogen_key: str
    population_key: str


def prepare(design: Sweep, task: Task, seed: int) -> Prepared:
    """The scenario of the task's cell with that seed."""
    policy = (id(design), str(task.policy))
    base: Prepared = _scenarios.get(
        policy, lambda: _prepare(design, design.scenario_of(task.policy))
    )
    values = task.values[seed - task.first]
    if not values:
        return base
    found: Prepared = _scenarios.get(
        (*policy, str(values)), lambda: _prepare(design, design.with_values(base.scenario, values))
    )
    return found


def _prepare(design: Sweep, scenario: Scenario) -> Prepared:
    return Prepared(
        design, scenario, value_hash(scenario.pathogen), value_hash(scenario.population)
    )


def population_for(ready: Prepared) -> Population:
    """The scenario's population, built once in this process."""
    people = int(ready.scenario.people.value)
    built: Population = _populations.get(
        (ready.population_key, people),
        lambda: build_population(ready.scenario.population, people, POPULATION_SEED),
    )
    return built


def do(
    design: Sweep,
    task: Task,
    population: Population | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Block | None:
    """Do the runs of a task; None where `stopped` said so before the last of them.

    A run that fails is recorded with its message and leaves nan in the panel and -1 in the curves.
    """
    kinds = 1 + task.nulls
    panel = np.full((len(COMPONENTS), kinds, task.runs), np.nan)
    failures: dict[tuple[int, int], str] = {}
    daily: list[NDArray[np.int32] | None] = [None] * (kinds * task.runs)
    curves: tuple[tuple[str, str], ...] = ()
    for number in range(task.runs):
        seed, listing = task.first + number, 0
        try:
            for listing, run in runs_of(design, task, population, seed):
                panel[:, listing, number] = [run.panel_values[name] for name in COMPONENTS]
                if design.keeps_daily:
                    found = {n: values for n, values in run.daily.items() if design.keeps(n)}
                    curves = tuple((name, unit_of(name)) for name in found)
                    stacked = np.stack(list(found.values()))
                    daily[listing * task.runs + number] = stacked.astype(np.int32)
                if stopped():
                    return None
                listing += 1
        except RECORDED as problem:
            told = f"{type(problem).__name__}: {problem}"
            asked = kinds if number < task.with_nulls else 1
            failures |= {(left, seed): told for left in range(listing, asked)}
    shaped = _stack(daily)
    shaped = shaped.reshape(len(shaped), kinds, task.runs, shaped.shape[-1])
    return Block(panel, shaped, curves, failures)


def runs_of(
    design: Sweep, task: Task, population: Population | None, seed: int
) -> Iterator[tuple[int, Run]]:
    """(listing, run): the run of a task with that seed as targeted, and those of its nulls that the
    task asks for, which follow from it."""
    run = run_of(design, task, population, seed)
    yield 0, run
    if seed - task.first < task.with_nulls:
        for listing, scope in enumerate(design.null[: task.nulls], 1):
            yield listing, null_of(run, scope)


def run_of(design: Sweep, task: Task, population: Population | None, seed: int) -> Run:
    """The run of a task with that seed, as targeted."""
    ready = prepare(design, task, seed)
    scenario, people = (
        ready.scenario,
        population if population is not None else population_for(ready),
    )
    # solved once, while other threads wait
    _solved.get((people.key, ready.pathogen_key), lambda: reproduction(scenario.pathogen, people))
    return run_from_past(scenario, people, seed)


def _stack(daily: list[NDArray[np.int32] | None]) -> NDArray[np.int32]:
    """(curves, runs, days), -1 for runs that failed; empty where none is there."""
    good = next((one for one in daily if one is not None), None)
    if good is None:
        return np.zeros((0, len(daily), 0), np.int32)
    return np.stack([one if one is not None else np.full_like(good, -1) for one in daily], axis=1)


def lost(task: Task, message: str) -> Block:
    """The block of a task whose worker was lost for good."""
    kinds = 1 + task.nulls
    runs = [
        (listing, task.first + number)
        for listing in range(kinds)
        for number in range(task.with_nulls if listing else task.runs)
    ]
    panel = np.full((len(COMPONENTS), kinds, task.runs), np.nan)
    daily = np.zeros((0, kinds, task.runs, 0), np.int32)
    return Block(panel, daily, (), dict.fromkeys(runs, message))
