"""Shipped fits: draws of a posterior, what they simulate, and what other policies would have
changed from a day on.

A fit (`params/fits/NAME.csv`) holds the particles of a calibration (`analysis.calibration`), one
parameter set a line; docs tell how each was made. First infections are per 100,000 people.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..outcomes.fold import simulate, start
from ..parameters import Scenario
from ..parameters.library import params_folder
from ..population.city import Population
from .calibration import PER, REPORTED, resampled
from .errors import AnalysisError
from .interval import mean_interval
from .series import WEEK

INITIAL = "initial_infections"


def load_fit(name: str, number: int | None = None, seed: int = 1) -> pd.DataFrame:
    """A shipped fit: parameter sets, one column per address; `reported.CURVE` is the share of that
    curve that was reported.

    number: so many equally likely draws, by systematic resampling; not given: all particles, with
    their `weight`. Raises AnalysisError for an unknown name.
    """
    folder = params_folder() / "fits"
    there = sorted(file.stem for file in folder.glob("*.csv"))
    if name not in there:
        raise AnalysisError(f"there is no fit called {name!r}; there are: {', '.join(there)}")
    table = pd.read_csv(folder / f"{name}.csv")
    if number is None:
        return table
    weight = table["weight"].to_numpy()
    chosen = resampled(weight / weight.sum(), number, seed)
    return table.drop(columns="weight").iloc[chosen].reset_index(drop=True)


def under(scenario: Scenario, row: Mapping[str, Any]) -> Scenario:
    """The scenario with one draw of a fit; first infections in proportion to its people."""
    settings = {str(name): v for name, v in row.items() if not str(name).startswith(REPORTED)}
    if INITIAL in settings:
        share = float(scenario.people.value) / PER
        settings[INITIAL] = max(1, round(float(settings[INITIAL]) * share))
    return scenario.replace(**settings)


def simulated_weeks(
    scenario: Scenario,
    draws: pd.DataFrame,
    population: Population,
    curve: str,
    first: str,
    weeks: int,
) -> pd.DataFrame:
    """A daily curve of every draw, added up by week, per 100,000 people: one column per draw, which
    is also the seed of its run; one line per week from the date `first` on. A share that was
    reported (`reported.CURVE`) multiplies it. Raises AnalysisError for a scenario without a
    calendar or a week before its first day."""
    day = day_of(scenario, first)
    whole = scenario.replace(days=day + WEEK * weeks)
    columns = {}
    for seed, row in enumerate(draws.to_dict("records"), 1):
        run = simulate(under(whole, row), population, seed)
        by_week = run.curves[curve].values[day:].reshape(weeks, WEEK).sum(axis=1)
        columns[seed] = by_week * row.get(REPORTED + curve, 1.0) * PER / population.people
    dates = pd.date_range(first, periods=weeks, freq=f"{WEEK}D", name="week from")
    return pd.DataFrame(columns, index=dates)


def day_of(scenario: Scenario, date: str) -> int:
    """The day of the run on which that date is."""
    if scenario.start_date is None:
        raise AnalysisError("the scenario has no start_date, so no day has a date")
    day = (datetime.date.fromisoformat(date) - scenario.start_date).days
    if day < 0:
        raise AnalysisError(f"{date} lies before the scenario's start, {scenario.start_date}")
    return day


def counterfactuals(
    scenario: Scenario,
    draws: pd.DataFrame,
    population: Population,
    date: str,
    policies: Mapping[str, Mapping[str, Any]],
) -> pd.DataFrame:
    """The panels of runs that have the same past until a date and go on under other policies.

    policies: name -> changes, as `State.branch` takes them. Every draw, with a seed of its own, is
    run once until the date, and branched. Returns one line per draw and policy. Raises
    AnalysisError and ParameterError.
    """
    day = day_of(scenario, date)
    panels = {}
    for seed, row in enumerate(draws.to_dict("records"), 1):
        past = start(under(scenario, row), population, seed).advance(day)
        for name, changes in policies.items():
            panels[seed, name] = past.branch(**changes).finish().panel
    return pd.DataFrame(panels).T.rename_axis(["draw", "policy"])


def differences(panels: pd.DataFrame, base: str) -> pd.DataFrame:
    """By component and policy: mean difference from the policy `base`, paired by draw, and its
    interval of 95 % over draws, which holds what the fit leaves open, and chance."""
    lines = {}
    for component in panels.columns:
        wide = panels[component].unstack("policy")
        for name in [n for n in panels.index.unique("policy") if n != base]:
            mean, low, high = mean_interval((wide[name] - wide[base]).to_numpy())
            lines[component, name] = {"mean": float(mean), "low": float(low), "high": float(high)}
    return pd.DataFrame(lines).T.rename_axis(["component", "policy"])


def told(found: pd.DataFrame, component: str = "infections") -> list[str]:
    """A sentence for each policy; a direction only where the interval excludes zero. found: of
    `differences`."""
    out = []
    for name, line in found.loc[component].iterrows():
        words = "no difference that these draws can tell"
        if line["low"] > 0 or line["high"] < 0:
            words = f"{'more' if line['low'] > 0 else 'fewer'} {component.replace('_', ' ')}"
        of = f"{line['mean']:,.0f} ({line['low']:,.0f} to {line['high']:,.0f}) per 100,000 people"
        out.append(f"{name}: {words}, {of}.")
    return out
