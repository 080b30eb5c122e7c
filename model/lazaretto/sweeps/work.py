"""The work of a sweep: a few runs of one cell, as every thread and every worker process does them.

Populations and scenarios are made where they are needed and kept there: each process builds a
population once, whatever number of threads and cells ask for it, and none is sent from one process
to another.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
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

POPULATIONS_KEPT, SCENARIOS_KEPT, SOLVED_KEPT = 2, 64, 64
MOST_SEEDS_A_TASK, TASKS_A_WORKER = 16, 50
RECORDED = (ArithmeticError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)


class Task(NamedTuple):
    """Some runs of one cell: its number, its policy and sampled settings, which listing they are
    (0: as targeted, then the design's nulls), and seeds first, first + 1, ..., first + runs - 1."""

    cell: int
    policy: Cell
    values: Cell
    listing: int
    first: int
    runs: int


class Block(NamedTuple):
    """What the runs of a task leave: panel (components, runs), daily (curves, runs, days) or
    nothing, the curves' names and units, and the message of each run that failed, by seed. lost:
    the worker was lost, so the runs may be tried again."""

    panel: NDArray[np.float64]
    daily: NDArray[np.int32]
    curves: tuple[tuple[str, str], ...]
    failures: dict[int, str]
    lost: bool = False


def tasks_of(
    cells: Iterable[tuple[int, Cell, Cell, int]], seeds: int, runs_a_task: int
) -> Iterable[Task]:
    """The tasks of (cell number, policy, sampled settings, number of its nulls), cell by cell."""
    for cell, policy, values, nulls in cells:
        for listing in range(1 + nulls):
            for first in range(1, seeds + 1, runs_a_task):
                yield Task(
                    cell, policy, values, listing, first, min(runs_a_task, seeds + 1 - first)
                )


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


def prepare(design: Sweep, task: Task) -> Prepared:
    """The scenario of the task's cell."""
    policy = (id(design), str(task.policy))
    base: Prepared = _scenarios.get(
        policy, lambda: _prepare(design, design.scenario_of(task.policy))
    )
    if not task.values:
        return base
    found: Prepared = _scenarios.get(
        (*policy, str(task.values)),
        lambda: _prepare(design, base.scenario.with_settings(task.values)),
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
    panel = np.full((len(COMPONENTS), task.runs), np.nan)
    failures: dict[int, str] = {}
    daily: list[NDArray[np.int32] | None] = [None] * task.runs
    curves: tuple[tuple[str, str], ...] = ()
    for number in range(task.runs):
        if stopped():
            return None
        try:
            run = run_of(design, task, population, task.first + number)
            panel[:, number] = [run.panel_values[name] for name in COMPONENTS]
            if design.keeps_daily:
                curves = tuple((name, unit_of(name)) for name in run.daily)
                daily[number] = np.stack(list(run.daily.values())).astype(np.int32)
        except RECORDED as problem:
            failures[task.first + number] = f"{type(problem).__name__}: {problem}"
    return Block(panel, _stack(daily), curves, failures)


def run_of(design: Sweep, task: Task, population: Population | None, seed: int) -> Run:
    """The run of a task with that seed."""
    ready = prepare(design, task)
    scenario, people = (
        ready.scenario,
        population if population is not None else population_for(ready),
    )
    # solved once, while other threads wait
    _solved.get((people.key, ready.pathogen_key), lambda: reproduction(scenario.pathogen, people))
    run = run_from_past(scenario, people, seed)
    return null_of(run, design.null[task.listing - 1]) if task.listing else run


def _stack(daily: list[NDArray[np.int32] | None]) -> NDArray[np.int32]:
    """(curves, runs, days), -1 for runs that failed; empty where none is there."""
    good = next((one for one in daily if one is not None), None)
    if good is None:
        return np.zeros((0, len(daily), 0), np.int32)
    return np.stack([one if one is not None else np.full_like(good, -1) for one in daily], axis=1)


def lost(task: Task, message: str) -> Block:
    """The block of a task whose worker was lost for good."""
    seeds = range(task.first, task.first + task.runs)
    empty = np.full((len(COMPONENTS), task.runs), np.nan)
    return Block(empty, _stack([None] * task.runs), (), dict.fromkeys(seeds, message), lost=True)
