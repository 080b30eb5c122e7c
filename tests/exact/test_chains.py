"""Who infects whom, when, on tiny populations with constant periods: whole event tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import QUIET, SURE_TESTS, constant_delays, constant_pathogen

import lazaretto as lz
from lazaretto.population.city import Population, bare_city, reach_of


def household_of(people: int) -> Population:
    """One household and nothing else."""
    city = bare_city(people)._replace(household_start=np.array([0, people], np.int32))
    return Population(city=city._replace(reach=reach_of(city)), name="household", seed=0)


def bare(moscow, days=30):
    return moscow.replace(pathogen=constant_pathogen(), days=days, **QUIET)


def test_path_is_infected_one_by_one_every_three_days(moscow):
    run = lz.simulate(bare(moscow), lz.populations.path(5), seed=1, first=[0])
    table = run.transmissions[["infector", "infectee", "day", "generation", "layer"]]
    expected = pd.DataFrame(
        {
            "infector": [-1, 0, 1, 2, 3],
            "infectee": [0, 1, 2, 3, 4],
            "day": [0.0, 3.0, 6.0, 9.0, 12.0],
            "generation": [0, 1, 2, 3, 4],
            "layer": ["seed", "static", "static", "static", "static"],
        }
    )
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)


def test_star_is_infected_at_once_from_its_centre(moscow):
    run = lz.simulate(bare(moscow), lz.populations.star(6), seed=3, first=[0])
    assert run.transmissions["infectee"].tolist() == [0, 1, 2, 3, 4, 5]  # ties in order of number
    assert run.transmissions["day"].tolist() == [0.0, 3.0, 3.0, 3.0, 3.0, 3.0]
    assert set(run.transmissions["infector"][1:]) == {0}


def test_household_is_infected_in_one_generation(moscow):
    run = lz.simulate(bare(moscow), household_of(4), seed=1, first=[2])
    assert run.transmissions["infectee"].tolist() == [2, 0, 1, 3]
    assert run.transmissions["layer"].tolist() == ["seed", "household", "household", "household"]
    assert run.transmissions["day"].tolist() == [0.0, 3.0, 3.0, 3.0]


def test_states_follow_the_constant_periods(moscow):
    curves = lz.simulate(bare(moscow), lz.populations.path(2), seed=1, first=[0]).curves
    # person 0: infected 0, infectious 2, onset 3, end 8; person 1: three days later
    assert curves["E"].values[:12].tolist() == [1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert curves["I_presymptomatic"].values[:12].tolist() == [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert curves["I_symptomatic"].values[:12].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 1, 1, 1, 0]
    assert curves["S"].values[:4].tolist() == [1, 1, 1, 0]


def test_a_test_and_isolation_take_exactly_their_delays(moscow):
    scenario = moscow.replace(pathogen=constant_pathogen(), days=30, **SURE_TESTS)
    run = lz.simulate(constant_delays(scenario), lz.populations.path(2), seed=1, first=[0])
    events = run.events
    when = events[events["person"] == 0].set_index("event")["day"]
    assert when["onset"] == 3.0
    assert when["positive_result"] == 3.75
    assert when["order: case"] == 3.75
    assert when["release: case"] == 13.75
    assert run.curves["isolated"].values[3] == 1
    assert (
        run.curves["isolated"].values[13] == 1
    )  # person 0 is free, person 1 (infected on day 3) isolated since 6.75
    assert run.curves["isolated"].values[16] == 0


def traced(moscow, instrument: str, **more):
    settings = {**SURE_TESTS, **more}
    scenario = moscow.replace(pathogen=constant_pathogen(), tracing=instrument, days=30, **settings)
    data = scenario.model_dump()
    for one in data["tracing"]["instruments"]:
        one["delay"]["mean"] = 0.5
        one["delay"]["range"] = [0.0, 5.0]
        for name in (
            "reach_probability",
            "cooperation_probability",
            "carriage_probability",
            "detection_probability",
        ):
            if name in one:
                one[name] |= {"value": 1.0, "range": [0.0, 1.0]}
        if "recall_by_minutes" in one:
            one["recall_by_minutes"] |= {"value": [1.0] * 4, "range": [[0.0] * 4, [1.0] * 4]}
            for layer in one["recall_by_layer"].values():
                layer |= {"value": 1.0, "range": [0.0, 1.0]}
            one["tracers_per_100k"] |= {"value": 1e5, "range": [0.0, 1e5]}
            one["interviews_per_tracer_day"] |= {"value": 1e4, "range": [0.0, 1e4]}
    return constant_delays(type(scenario).model_validate(data))


def test_perfect_interview_stops_a_path_at_the_contact_that_is_still_latent(moscow):
    run = lz.simulate(
        traced(moscow, "interview"), lz.populations.path(5), seed=1, first=[0], keep_lists=True
    )
    assert run.transmissions["infectee"].tolist() == [0, 1]
    lists = run.lists
    # case 0: result 3.75, list 4.25; its only contact, 1, was infected on day 3 and is latent until
    # day 5
    first = lists.iloc[0]
    assert (first["index_case"], first["person"], round(first["day"], 6)) == (0, 1, 4.25)
    assert first["true_contact"] and first["latent"] and first["infected_by_index_case"]
    # case 1 has symptoms in quarantine: onset 6, result 6.75, list 7.25 for the days from 4 on. It
    # met 2 on the morning of day 4, before its own order; 0 has been isolated on all of these days,
    # so there was no contact with 0
    assert set(zip(lists["index_case"], lists["person"])) == {(0, 1), (1, 2)}
    assert run.blocked["listed by interview"] >= 1


def test_nobody_is_listed_without_tracing_and_everybody_is_infected(moscow):
    scenario = constant_delays(moscow.replace(pathogen=constant_pathogen(), days=30, **SURE_TESTS))
    run = lz.simulate(scenario, lz.populations.path(5), seed=1, first=[0], keep_lists=True)
    assert len(run.lists) == 0
    assert run.transmissions["infectee"].tolist() == [
        0,
        1,
        2,
        3,
        4,
    ]  # isolation at 3.75 comes after onset at 3


def test_household_instrument_lists_the_household_only(moscow):
    run = lz.simulate(
        traced(moscow, "household"), household_of(3), seed=1, first=[0], keep_lists=True
    )
    first = run.lists[run.lists["index_case"] == 0]
    assert sorted(first["person"]) == [1, 2]
    assert run.raw.tally.daily.shape[1] == 30
    on_a_path = lz.simulate(
        traced(moscow, "household"), lz.populations.path(3), seed=1, first=[0], keep_lists=True
    )
    assert len(on_a_path.lists) == 0


def test_operator_lists_true_contacts_of_owners_of_phones_only(moscow):
    run = lz.simulate(
        traced(moscow, "operator-geolocation"),
        lz.populations.path(3),
        seed=1,
        first=[0],
        keep_lists=True,
    )
    assert set(zip(run.lists["index_case"], run.lists["person"])) >= {(0, 1)}
    assert run.lists["true_contact"].all()
    without = lz.populations.path(3)
    object.__setattr__(without, "phone_ownership", np.zeros(10))
    blind = lz.simulate(
        traced(moscow, "operator-geolocation"), without, seed=1, first=[0], keep_lists=True
    )
    assert len(blind.lists) == 0


@pytest.mark.parametrize("per_day", [1, 7, 24, 300])
def test_buckets_of_the_queue_change_nothing(moscow, town, per_day):
    from lazaretto.engine.lowering import lower_policy, policy_laws
    from lazaretto.engine.simulate import run_once
    from lazaretto.mechanisms.illness.lowering import lower_pathogen

    scenario = moscow.replace(tracing="interview", isolation="sms-and-police")
    rates = lower_pathogen(scenario.pathogen, town, 0.05, policy_laws(scenario))
    policy = lower_policy(scenario, town)
    reference = run_once(town.city, rates, policy, 5, 10, 70)
    other = run_once(town.city, rates, policy, 5, 10, 70, per_day=per_day)
    for one, two in zip(reference.history, other.history):
        np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(reference.tally.daily, other.tally.daily)
    np.testing.assert_array_equal(reference.records.order_until, other.records.order_until)
