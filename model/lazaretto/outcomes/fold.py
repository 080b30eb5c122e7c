"""The narrow waist: `simulate(scenario, population, seed) -> Run`.

A run is a fold over days on which the policy stays the same: `start -> advance -> ... -> finish`
(`state`), and `simulate` is just that.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.parts import Start
from ..engine.simulate import run_once
from ..mechanisms.illness.lowering import in_scenario, lower_pathogen
from ..mechanisms.immunity.lowering import immune_at_start
from ..parameters import ParameterError, Scenario
from ..population.build import check_seed
from ..population.city import Population
from ..population.memory import bytes_to_run, check_memory
from ..world.stated import Policy
from .checks import check_rules
from .names import number_of
from .reproduction import reproduction
from .run import Run
from .state import Progress, Rule, State

NO_AVOIDANCE = (
    "test avoidance is off (all kappa = 0): harsh regimes cost nothing in reports, "
    "so coercion wins by construction"
)


def check_start(
    scenario: Scenario, population: Population, first: Sequence[Any] | None = None
) -> NDArray[np.int64]:
    """The people infected at the start, as an array (empty: random ones). Raises ParameterError
    where there are not so many and where an instrument's rule can be met by nobody."""
    check_rules(scenario, population)
    people = number_of(population, first, "first")
    initial = int(scenario.initial_infections.value)
    if not len(people) and initial > population.city.reach:
        raise ParameterError(
            f"initial_infections: {initial:,} is more than the "
            f"{population.city.reach:,} people who have any contact; "
            "lower it or give the population contacts"
        )
    return people


def start(
    scenario: Scenario,
    population: Population,
    seed: int,
    *,
    keep_lists: bool = False,
    first: Sequence[Any] | None = None,
    each_day: Rule | None = None,
) -> State:
    """A run at the beginning of day 0, to go on with in pieces; arguments as for `simulate`."""
    seed = check_seed(seed)
    _check(scenario, population)
    _warn(scenario)
    people = check_start(scenario, population, first)
    check_memory(bytes_to_run(population.people, True), f"a run with {population.people:,} people")
    initial = 0 if len(people) else int(scenario.initial_infections.value)
    return State(
        scenario, population, seed, Start(initial, people), keep_lists=keep_lists, each_day=each_day
    )


def simulate(
    scenario: Scenario,
    population: Population,
    seed: int,
    *,
    keep_lists: bool = False,
    policy: bool = True,
    first: Sequence[Any] | None = None,
    each_day: Rule | None = None,
    progress: Progress | None = None,
) -> Run:
    """Simulate one run.

    seed: a whole number from 0 to 2^63 - 1; the same seed gives every scenario the same people,
    contacts, periods and propensities. keep_lists: record every list entry. first: the people
    infected at the start, by the user's own ids (by number where there are none), instead of the
    scenario's number of random ones. policy: False leaves
    testing, tracing, isolation and voluntary isolation out: the bare epidemic. each_day: a rule,
    asked as each day begins: it is given a `View`, the authority's records of the days before, and
    returns changes as `Scenario.replace` takes them (of tracing, isolation, testing, behaviour,
    region and values in them), or None. progress: called with (days over, all days) between pieces.
    Results do not depend on threads, order or other runs.

    Raises ParameterError, and RuleError (with the state so far) where the rule fails.
    """
    if policy:
        state = start(
            scenario, population, seed, keep_lists=keep_lists, first=first, each_day=each_day
        )
        return state.finish(progress)
    seed = check_seed(seed)
    _check(scenario, population)
    _warn(scenario)
    people = check_start(scenario, population, first)
    check_memory(bytes_to_run(population.people, False), f"a run with {population.people:,} people")
    solved = reproduction(scenario.pathogen, population)
    days = int(scenario.days.value)
    rates = in_scenario(lower_pathogen(scenario.pathogen, population, solved.scale), scenario)
    rates = rates._replace(immune=immune_at_start(scenario.immunity, population.city, days))
    initial = 0 if len(people) else int(scenario.initial_infections.value)
    raw = run_once(population.city, rates, Policy(), seed, initial, days, False, people)
    return Run(scenario, population, seed, raw, solved)


def _check(scenario: Scenario, population: Population) -> None:
    """Raises ParameterError where a name stands in place of what it names."""
    if not isinstance(scenario, Scenario):
        raise ParameterError(
            f"scenario: a scenario is needed, as lz.load_scenario(name or path); got {scenario!r}"
        )
    if not isinstance(population, Population):
        raise ParameterError(
            "population: people are needed, as lz.build_population(scenario.population) or "
            f"lz.Population.from_edges(...); got {type(population).__name__}"
        )


def _warn(scenario: Scenario) -> None:
    if scenario.coerces_without_avoidance:
        warnings.warn(NO_AVOIDANCE, stacklevel=3)
    days = int(scenario.days.value)
    for number, change in enumerate(scenario.timeline):
        begins = change.span(scenario.start_date)[0]
        if begins is not None and begins >= days:
            warnings.warn(
                f"timeline.{number} begins on day {begins}, after the run's {days} days: it "
                "changes nothing",
                stacklevel=3,
            )
