"""Many seeds of one scenario come out in their order and the same on any number of threads.

Judges: the sweeps.
"""

from __future__ import annotations

import pytest

import lazaretto as lz
from lazaretto.population.build import POPULATION_SEED
from lazaretto.sweeps.seeds import each_seed, run_seeds, seeds_of


def test_seeds_are_counted_from_one_or_given():
    assert seeds_of(3) == [1, 2, 3]
    assert seeds_of([7, 2]) == [7, 2]
    assert list(each_seed(lambda seed: seed * seed, [3, 1], threads=2)) == [9, 1]
    assert list(each_seed(lambda seed: seed + 1, 2, threads=1)) == [2, 3]


def test_one_thread_and_several_give_what_single_runs_give(moscow):
    scenario = moscow.replace(people=2_000, days=20, tracing="interview")
    population = lz.build_population(scenario.population, people=2_000)
    assert population.seed == POPULATION_SEED == 1

    def infections(run):
        return len(run.transmissions)

    wanted = [infections(lz.simulate(scenario, population, seed=s)) for s in (1, 2, 3)]
    for threads in (1, 3):
        assert list(run_seeds(scenario, population, 3, infections, threads=threads)) == wanted
    null = list(run_seeds(scenario, population, [2], infections, null="city"))
    run = lz.simulate(scenario, population, seed=2)
    assert null == [infections(lz.matched_null(run, "city"))]


def test_a_scenario_that_cannot_be_run_is_refused_before_any_thread_starts(moscow):
    population = lz.build_population(moscow.population, people=2_000)
    with pytest.raises(ValueError):
        run_seeds(moscow.replace(initial_infections=3_000), population, 2, len)
