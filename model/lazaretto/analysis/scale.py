"""What a run costs, and whether its answer changes, by the number of people."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from ..outcomes.fold import simulate
from ..parameters import Scenario
from ..population.build import POPULATION_SEED, build_population
from ..population.city import Population
from ..sweeps.seeds import each_seed
from .errors import AnalysisError
from .interval import half_width

PER = 100_000


def scale(scenario: Scenario, sizes: Sequence[int], seeds: int = 3) -> pd.DataFrame:
    """One line per size (index "people"): seconds to build and of one run (the fastest), infections
    per 100,000 (mean and half width of the 95 % interval), futile days per 100,000, bytes a person.
    The first infections are in proportion to the scenario's. Raises AnalysisError for fewer than
    two seeds."""
    if seeds < 2:
        raise AnalysisError(f"intervals need at least two seeds; got {seeds}")
    share = scenario.initial_infections.value / scenario.people.value
    lines = []
    for people in sizes:
        one = scenario.replace(people=people, initial_infections=max(5, round(share * people)))
        began = time.perf_counter()
        population = build_population(one.population, people, POPULATION_SEED)
        built = time.perf_counter() - began
        simulate(one, population, 1)  # compiles, and solves R0, before the clock runs
        # one after the other, since each is timed
        spent, infections, futile = zip(
            *each_seed(partial(_time_run, one, population), seeds, threads=1), strict=True
        )
        lines.append(
            {
                "people": people,
                "build_seconds": built,
                "seconds": min(spent),
                "infections": np.mean(infections),
                "infections_error": half_width(infections),
                "futile_days": np.mean(futile),
                "bytes_per_person": population.nbytes / people,
            }
        )
    return pd.DataFrame(lines).set_index("people")


def _time_run(scenario: Scenario, population: Population, seed: int) -> tuple[float, float, float]:
    """(seconds of a run, infections and futile days per 100,000)."""
    began = time.perf_counter()
    run = simulate(scenario, population, seed)
    spent = time.perf_counter() - began
    infections = len(run.raw.history.person) * PER / population.people
    return spent, infections, float(run.panel["futile_days"])
