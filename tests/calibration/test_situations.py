"""Judges: transmission, region, response.

What the descriptions of situations promise."""

from __future__ import annotations

import numpy as np

import lazaretto as lz


def test_in_containment_a_case_infects_about_one_and_a_half_people_at_first():
    """1.4 by fewer contacts; ten introductions, none later."""
    scenario = lz.load_scenario("containment")
    assert scenario.initial_infections.value == 10 and scenario.importations_per_day.value == 0
    many = scenario.replace(days=60, initial_infections=100)
    city = lz.build_population(scenario.population, people=100_000, seed=1)
    runs = [lz.simulate(many, city, seed) for seed in range(1, 7)]
    early = np.mean([run.effective_r["cohort"].iloc[5:20].mean() for run in runs])
    assert 1.3 < early < 1.5


def test_an_open_wave_is_what_has_been_called_no_measures():
    one, other = lz.load_scenario("open-wave"), lz.load_scenario("no-measures")
    assert one.parameter_hash == other.parameter_hash


def test_in_a_managed_epidemic_a_case_infects_about_one_person_at_first():
    """1.1 by fewer contacts, before people respond; people's masks and responses lower it."""
    scenario = lz.load_scenario("managed").replace(
        days=60, initial_infections=100, behaviour="default", importations_per_day=0
    )
    city = lz.build_population(scenario.population, people=100_000, seed=1)
    runs = [lz.simulate(scenario, city, seed) for seed in range(1, 7)]
    early = np.mean([run.effective_r["cohort"].iloc[5:20].mean() for run in runs])
    assert 1.0 < early < 1.2
    whole = lz.load_scenario("managed")
    run = lz.simulate(whole, city, 1)
    assert run.panel["contact_days_given_up"] > 0 and run.panel["protected_days"] > 0
    assert run.panel["infections"] < 20_000  # of 100,000: far from a wave through the city
