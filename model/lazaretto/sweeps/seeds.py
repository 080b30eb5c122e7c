"""Many seeds of one scenario: one function that runs them and collects, in the order of the seeds.

The same numbers come out on any number of threads. What a sweep does with many scenarios is in
`execute`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ..outcomes.fold import check_start, simulate
from ..outcomes.null import Scope, matched_null
from ..outcomes.reproduction import reproduction
from ..outcomes.run import Run
from ..outcomes.state import Progress
from ..parameters import Scenario
from ..population.city import Population

T = TypeVar("T")


def seeds_of(seeds: Iterable[int] | int) -> list[int]:
    """The seeds meant: 1 to K of a number K, or those given."""
    return list(range(1, seeds + 1)) if isinstance(seeds, int) else [int(seed) for seed in seeds]


def each_seed(
    work: Callable[[int], T], seeds: Iterable[int] | int, threads: int | None = None
) -> Iterator[T]:
    """work(seed) of every seed, in their order, by threads (default: all processors; 1 runs one
    after the other in this one)."""
    chosen = seeds_of(seeds)
    if threads == 1:
        yield from map(work, chosen)
        return
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        yield from pool.map(work, chosen)


def run_seeds(
    scenario: Scenario,
    population: Population,
    seeds: Iterable[int] | int,
    collect: Callable[[Run], T],
    *,
    threads: int | None = None,
    null: Scope | None = None,
    keep_lists: bool = False,
    progress: Progress | None = None,
) -> Iterator[T]:
    """collect(run) of a run of the scenario with every seed, in their order, as they are done.

    The scenario is checked and R0 solved once, at once, before the threads start. null: the matched
    null of each run, of that scope, in place of the run; keep_lists, progress: as for `simulate`.
    """
    check_start(scenario, population)
    reproduction(scenario.pathogen, population)

    def work(seed: int) -> T:
        run = simulate(scenario, population, seed, keep_lists=keep_lists, progress=progress)
        return collect(run if null is None else matched_null(run, null))

    return each_seed(work, seeds, threads)
