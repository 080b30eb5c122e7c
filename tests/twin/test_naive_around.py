"""Judges: response, immunity, hospital.

The engine against the second one where people respond to the epidemic, are immune or vaccinated,
and go to hospital; event for event."""

from __future__ import annotations

import numpy as np
import pytest
from naive import HOSPITAL, PROTECTION, RESPONSE, VACCINATION, Naive
from test_naive import (
    BEFORE,
    DAYS,
    DURING,
    INITIAL,
    RESPONSES,
    assert_same,
    cautious,
    immune,
    in_hospital,
    many_instruments,
    monitoring,
    with_everything,
)

import lazaretto as lz
from lazaretto.engine.phases import first_standing
from lazaretto.engine.room import new_scratch
from lazaretto.engine.simulate import run_once
from lazaretto.mechanisms.counters import BED_WAITING, CARE_WAITING
from lazaretto.mechanisms.illness.lowering import lower_pathogen


def by_both(scenario, people, seed, scale):
    """What the engine left behind and the second engine, which agree; scale: hazard per day."""
    population = lz.build_population(scenario.population, people=people, seed=seed)
    rates = lower_pathogen(scenario.pathogen, population, scale)
    standing = first_standing(scenario, population, rates)
    args = (population.city, standing.rates, standing.policy, seed, INITIAL, DAYS)
    raw = run_once(*args, keep_lists=True)
    other = Naive(*args, new_scratch(8).stubs)
    assert_same(raw, other)
    return raw, other


@pytest.mark.parametrize("looks_at", RESPONSES)
def test_so_it_is_where_people_respond_to_the_epidemic(moscow, looks_at):
    scenario = monitoring(with_everything(moscow.replace(isolation="supported")))
    scenario = cautious(scenario, looks_at)
    raw, other = by_both(scenario, 1000, 31, 0.12)
    np.testing.assert_allclose(raw.conduct.contacts_kept, other.kept, rtol=0, atol=1e-12)
    assert other.blocked[RESPONSE] > 10 and other.blocked[PROTECTION] > 10


@pytest.mark.parametrize("campaigns", [(), (BEFORE, DURING)])
def test_so_it_is_where_people_are_immune(moscow, campaigns):
    scenario = immune(many_instruments(with_everything(moscow)), *campaigns)
    raw, other = by_both(scenario, 500, 41, 0.4)
    assert (other.blocked[VACCINATION] > 10) == bool(campaigns)
    assert raw.records.deaths_by_day.sum() == sum(day < DAYS for day in other.deaths) > 0


@pytest.mark.parametrize("beds", [None, 300.0])
def test_so_it_is_in_hospitals(moscow, beds):
    scenario = many_instruments(with_everything(moscow.replace(isolation="supported")))
    scenario = in_hospital(cautious(scenario, "deaths"), beds)
    raw, other = by_both(scenario, 1000, 51, 0.2)
    assert other.blocked[HOSPITAL] > 5 and len(other.deaths) > 5
    assert raw.records.deaths_by_day.sum() == len(other.deaths)
    assert raw.tally.daily[[BED_WAITING, CARE_WAITING]].sum(axis=1).tolist() == other.waited
    assert (min(other.waited) > 10) == (beds is not None)
    assert raw.records.in_bed.tolist() == other.in_bed
