"""Every shipped population, built, beside what its file states: exact where everybody is counted, 5
standard errors elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

import lazaretto as lz
from lazaretto.analysis.population import beside_inputs, meetings
from lazaretto.mechanisms.illness.lowering import lower_pathogen
from lazaretto.outcomes.free_chains import Effort, follow_chains
from lazaretto.outcomes.reproduction import reproduction
from lazaretto.parameters import list_names, load_population

PEOPLE = 40_000


@pytest.mark.parametrize("name", list_names("populations"))
def test_a_built_city_reproduces_its_inputs(name):
    parameters = load_population(name)
    population = lz.build_population(parameters, people=PEOPLE, seed=3)
    table = beside_inputs(population, parameters, meetings(population, people=900))
    counted, sampled = table[table["standard_error"] == 0], table[table["standard_error"] > 0]
    ages = counted[counted["block"] == "share of people by age"]
    assert (np.abs(ages["built"] - ages["stated"]) <= 6 / PEOPLE).all()
    people = PEOPLE * np.maximum(ages["built"].to_numpy(), 1e-9)
    for block, of in (
        ("share at school by age", people),
        ("share at work by age", people),
        ("share of households by size", 15_000),
    ):
        lines = counted[counted["block"] == block]
        error = np.sqrt(lines["stated"].to_numpy() * (1 - lines["stated"].to_numpy()) / of)
        assert (np.abs(lines["built"] - lines["stated"]) <= 5 * error + 1e-3).all(), lines
    inputs = sampled[sampled["block"] != "spread of contacts a day (CV)"]
    slack = (
        0.05 * inputs["stated"]
    )  # void matches in small areas, and circles that cannot hold their rounds
    assert (
        np.abs(inputs["built"] - inputs["stated"]) <= 5 * inputs["standard_error"] + slack
    ).all(), inputs
    spread = sampled[sampled["block"] == "spread of contacts a day (CV)"]
    assert (
        0.6 <= spread["built"].iloc[0] <= 1.2
    )  # diaries: 0.76, 0.79 and 1.08; not used in building


def test_the_household_attack_rate_is_the_one_it_was_fitted_to(moscow):
    """Fit: 21.1 % (Thompson 2021), all infected people as index cases; tolerance 5 standard errors
    of 10,000 index cases."""
    population = lz.build_population(moscow.population, people=100_000, seed=1)
    rates = lower_pathogen(
        moscow.pathogen, population, reproduction(moscow.pathogen, population).scale
    )
    chains = 10_000
    found = follow_chains(population, rates, 1, Effort(chains, 10**9))
    homes = population.city.household_start
    mates = (np.diff(homes)[population.city.household] - 1).mean()
    attack = found.at_home[1] / chains / mates
    error = (
        np.sqrt(3 * found.at_home[1]) / chains / mates
    )  # infections in one home come together: three times Poisson
    assert abs(attack - 0.211) < 5 * error, (attack, error)
    assert 5 * error < 0.03
