"""Single runs for what only a run can show: the cascade, the ladder, who bears it, records held day
by day, and one outbreak person by person.

They are made anew from the design, at the stated central values and with seeds 1, 2, ...: no run is
chosen but the outbreak, which is the first that takes off without tracing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import xarray as xr

from .. import figures
from ..analysis.burden import burden
from ..analysis.cascade import cascade
from ..figures.style import words
from ..mechanisms.isolation.rungs import RUNGS
from ..outcomes.fold import simulate
from ..outcomes.run import Run
from ..parameters import Scenario
from ..population.build import POPULATION_SEED, build_population
from ..population.city import Population
from .answer import NONE, references

RUNS = 6  # of each policy
MOST_PEOPLE = 50_000
PER = 100_000
TOWN, TOWN_DAYS, TOWN_FIRST, TRIES, TAKES_OFF = 80, 45, 2, 20, 0.25


def examples(
    results: xr.Dataset, scenario: Scenario, levels: list[str], regimes: list[str]
) -> dict[str, go.Figure]:
    """Figures by name: cascade, ladder, burden, held, outbreak-without and outbreak-with. results:
    of a sweep over those tracing levels and regimes."""
    level, regime = references(results)
    people = min(int(scenario.people.value), MOST_PEOPLE)
    chosen = scenario.replace(people=people)
    city = build_population(chosen.population, people, POPULATION_SEED)
    traced = [one for one in levels if one != NONE]
    drawn: dict[str, go.Figure] = {}
    if traced:
        runs = {
            one: [_run(chosen, city, one, regime, seed) for seed in range(1, RUNS + 1)]
            for one in traced
        }
        drawn["cascade"] = figures.cascade(
            _cascades(runs), f"From cases found to contacts in quarantine, under {words(regime)}"
        )
        drawn["held"] = figures.stock(
            _held(runs),
            f"Records held at the end of each day, under {words(regime)}",
            "records per 100,000 people",
        )
    harsh = [one for one in regimes if _rungs(chosen, one)]
    if harsh:
        most = max(harsh, key=lambda one: _rungs(chosen, one))
        figure = figures.ladder_flow(_run(chosen, city, level, most, 1))
        told = str(figure.layout.title.text)
        figure.update_layout(title_text=told.replace("the regime", words(most)))
        drawn["ladder"] = figure
    here = chosen.replace(tracing=level, isolation=regime)
    if len(_first_burden := burden(here, city, seeds=RUNS)):
        figure = figures.burden(_first_burden)
        figure.update_layout(title_text=f"Who serves futile days: {words(level)}, {words(regime)}")
        drawn["burden"] = figure
    if traced:
        drawn |= _outbreak(scenario, level, regime)
    return drawn


def _run(scenario: Scenario, city: Population, level: str, regime: str, seed: int) -> Run:
    return simulate(scenario.replace(tracing=level, isolation=regime), city, seed)


def _rungs(scenario: Scenario, regime: str) -> int:
    """How many kinds of steps a regime's ladder has."""
    return min(len(RUNGS), len(scenario.replace(isolation=regime).isolation.ladder))


def _cascades(runs: dict[str, list[Run]]) -> pd.DataFrame:
    """One cascade for each instrument, of the first level that has it."""
    tables: list[Any] = []
    seen: set[str] = set()
    for mine in runs.values():
        table = cascade(mine)
        tables.append(table[~table["instrument"].isin(seen)])
        seen |= set(table["instrument"])
    return pd.concat(tables, ignore_index=True)


def _held(runs: dict[str, list[Run]]) -> pd.DataFrame:
    """Records of all sources and agencies by day (index) and tracing level (columns), mean over the
    runs, per 100,000 people; of the run and the year after it."""
    columns = {}
    for level, mine in runs.items():
        tables = [run.records_by_agency.sum(axis=1) * (PER / run.population.people) for run in mine]
        columns[words(level)] = sum(tables[1:], tables[0]) / len(tables)
    return pd.DataFrame(columns)


def _outbreak(scenario: Scenario, level: str, regime: str) -> dict[str, go.Figure]:
    """A small town with the same luck, without tracing and with it; nothing where none of the first
    seeds takes off."""
    town = scenario.replace(
        people=TOWN, days=TOWN_DAYS, initial_infections=TOWN_FIRST, region="none", timeline=[]
    )
    people = build_population(town.population, TOWN, POPULATION_SEED)
    for seed in range(1, TRIES + 1):
        without = _run(town, people, NONE, regime, seed)
        if len(without.raw.history.person) >= TAKES_OFF * TOWN:
            places = np.round(figures.layout(people), 3)
            both = {"without": without, "with": _run(town, people, level, regime, seed)}
            return {
                f"outbreak-{name}": figures.animation(
                    run,
                    places,
                    f"{words(level) if name == 'with' else 'no tracing'}: "
                    f"{len(run.raw.history.person)} of {TOWN} people infected",
                )
                for name, run in both.items()
            }
    return {}
