"""Who bears the burden, over seeds."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from ..outcomes.run import simulate
from ..parameters import Scenario
from ..population.city import Population
from .compare import AnalysisError, t_factor


def burden(
    scenario: Scenario, population: Population, seeds: int = 20, threads: int | None = None
) -> pd.DataFrame:
    """`Run.burden` over seeds 1..seeds: index ("by", "group", "count"), columns people, mean, low,
    high per 1,000 people of the group (95 % t interval over seeds). Raises AnalysisError for fewer
    than two seeds."""
    if seeds < 2:
        raise AnalysisError(f"intervals need at least two seeds; got {seeds}")
    simulate(scenario, population, 1)  # R0 is solved once, before the threads start
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        tables = list(
            pool.map(lambda seed: simulate(scenario, population, seed).burden, range(1, seeds + 1))
        )
    people = tables[0]["people"]
    stacked = np.stack([table.drop(columns="people").stack().to_numpy() for table in tables])
    index = tables[0].drop(columns="people").stack().index.set_names("count", level=2)
    mean = stacked.mean(axis=0)
    half = t_factor(seeds) * stacked.std(axis=0, ddof=1) / np.sqrt(seeds)
    found = pd.DataFrame({"mean": mean, "low": mean - half, "high": mean + half}, index=index)
    found.insert(0, "people", people.reindex(found.index.droplevel("count")).to_numpy())
    return found
