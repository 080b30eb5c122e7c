"""Who bears the burden, over seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..parameters import Scenario
from ..population.city import Population
from ..sweeps.seeds import run_seeds
from .errors import AnalysisError
from .interval import mean_interval


def burden(
    scenario: Scenario, population: Population, seeds: int = 20, threads: int | None = None
) -> pd.DataFrame:
    """`Run.burden` over seeds 1..seeds: index ("by", "group", "count"), columns people, mean, low,
    high per 1,000 people of the group (95 % t interval over seeds). Raises AnalysisError for fewer
    than two seeds."""
    if seeds < 2:
        raise AnalysisError(f"intervals need at least two seeds; got {seeds}")
    tables = list(run_seeds(scenario, population, seeds, lambda run: run.burden, threads=threads))
    people = tables[0]["people"]
    stacked = np.stack([table.drop(columns="people").stack().to_numpy() for table in tables])
    index = tables[0].drop(columns="people").stack().index.set_names("count", level=2)
    found = pd.DataFrame(mean_interval(stacked)._asdict(), index=index)
    found.insert(0, "people", people.reindex(found.index.droplevel("count")).to_numpy())
    return found
