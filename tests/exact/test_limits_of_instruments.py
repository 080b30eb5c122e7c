"""Instruments at the ends of their ranges: no coverage is no tracing, no error gives exactly the
contacts, more error more strangers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pydantic
import pytest
from conftest import ALL_RECALLED, DELAY, SURE_TESTS, constant_delays, constant_pathogen, stated

import lazaretto as lz
from lazaretto.parameters import load

NOBODY = stated(0.0, "fraction", 1)
NO_AGE = {**stated([0.0] * 10, "fraction"), "range": [[0.0] * 10, [1.0] * 10]}
NO_DAYS = {**stated([0.0] * 6, "fraction"), "range": [[0.0] * 6, [1.0] * 6]}
UNCOVERED = {
    "household": ("household", {"reach_probability": NOBODY}),
    "interview": ("interview", {"reach_probability": NOBODY}),
    "call-list": (
        "call-list",
        {
            "household_probability": NOBODY,
            "probability_by_days": NO_DAYS,
            "remote_ties": stated(0.0, "person"),
        },
    ),
    "operator-geolocation": ("operator-geolocation", {"carriage_probability": NOBODY}),
    "bluetooth-app": ("bluetooth-app", {"uptake_by_age": NO_AGE}),
    "venue-check-in": ("venue-check-in", {"participation": NOBODY}),
    "public-notice": ("transparent-notice", {"notice_probability": NOBODY}),
}


def only(scenario, level, kind, more):
    """That one instrument of a level."""
    instrument = (
        next(i for i in load("tracing", level).instruments if i.type == kind).model_dump() | more
    )
    data = scenario.model_dump()
    data["tracing"] = {
        "title": "test",
        "description": "test",
        "instruments": [instrument],
        "close_minutes": stated(15.0, "minute"),
    }
    return type(scenario).model_validate(data)


@pytest.mark.parametrize("kind", UNCOVERED)
def test_without_coverage_an_instrument_is_no_tracing_array_for_array(small, town, kind):
    level, nothing = UNCOVERED[kind]
    scenario = small.replace(isolation="sms-and-police")
    bare = lz.simulate(scenario, town, seed=5).raw
    without, with_it = (
        lz.simulate(only(scenario, level, kind, more), town, seed=5).raw for more in (nothing, {})
    )
    for part in ("history", "conduct"):
        for name, array in getattr(bare, part)._asdict().items():
            np.testing.assert_array_equal(
                getattr(without, part)._asdict()[name], array, err_msg=name
            )
    for name in (
        "person",
        "tests",
        "confirmed",
        "reported_onset",
        "order_person",
        "order_pathway",
        "order_start",
        "order_until",
    ):
        np.testing.assert_array_equal(
            getattr(without.records, name), getattr(bare.records, name), err_msg=name
        )
    np.testing.assert_array_equal(without.tally.daily, bare.tally.daily)
    assert not np.array_equal(with_it.tally.daily, bare.tally.daily)  # so coverage does something


@pytest.fixture(scope="module")
def everybody_a_case(moscow, town):
    """Everybody falls ill on the third day and is traced half a day after the result; nobody
    infects anybody; everybody has a phone."""
    scenario = moscow.replace(pathogen=constant_pathogen(hazard=1e-9), days=6, **SURE_TESTS)
    scenario = scenario.replace(
        **{"behaviour.kappa_cooperation": 0.0, "behaviour.kappa_phone": 0.0}
    )
    return scenario, replace(town, phone_ownership=(1.0,) * 10)


PERFECT = {
    "carriage_probability": stated(1.0, "fraction", 1),
    "detection_probability": stated(1.0, "fraction", 1),
    "sampling_minutes": stated(0.0, "minute", 1440),
    "dwell_threshold_minutes": stated(0.0, "minute", 1440),
    **DELAY,
}


def operator_counts(everybody_a_case, metres, **more):
    scenario, people = everybody_a_case
    changes = PERFECT | {"radius_metres": stated(float(metres), "metre", 1e5)} | more
    level = constant_delays(only(scenario, "operator-geolocation", "operator-geolocation", changes))
    run = lz.simulate(level, people, 1, first=range(people.people), keep_lists=True)
    return run, run.instruments.loc["operator-geolocation"]


def test_perfect_positions_give_exactly_the_contacts(everybody_a_case):
    run, counts = operator_counts(everybody_a_case, 0)
    assert counts["cases"] == run.population.people
    assert (
        counts["listed"] == counts["listed_contacts"] == counts["contacts"] > 20 * counts["cases"]
    )
    pairs = set(zip(run.lists["index_case"], run.lists["person"]))
    assert len(pairs) == counts["listed"]
    assert all((b, a) in pairs for a, b in list(pairs)[:2000])  # contacts are mutual
    blind, _ = operator_counts(everybody_a_case, 0, carriage_probability=stated(0.5, "fraction", 1))
    table = run.contacts
    once = table[table["date_first_met"] == table["date_last_met"]]  # of these few met twice a day
    found = pd.MultiIndex.from_frame(blind.contacts[["from", "to"]])
    share = pd.MultiIndex.from_frame(once[["from", "to"]]).isin(found).mean()
    error = np.sqrt(0.25 * 0.75 / len(once))
    assert -5 * error < share - 0.25 < 5 * error + 0.005  # both carry theirs


def test_the_larger_the_radius_the_less_precise_the_list(everybody_a_case):
    """Mean over 5,000 cases; the density times the area of the circle gives the number of
    strangers: neighbours and colleagues once, whoever is on the way each day anew."""
    people = everybody_a_case[1]
    precision, strangers = [], []
    for metres in (0, 50, 100, 219, 400, 800):
        _, counts = operator_counts(everybody_a_case, metres)
        precision.append(counts["listed_contacts"] / counts["listed"])
        strangers.append((counts["listed"] - counts["listed_contacts"]) / counts["cases"])
        assert (
            counts["listed_contacts"] == counts["contacts"]
        )  # the radius adds and takes nobody away
    assert (np.diff(precision) < -0.005).all(), precision
    assert precision[0] == 1.0
    overlap = 0.013
    with_stubs = (people.city.stubs > 0).mean()
    at_work = ((people.city.stubs > 0) & (people.city.group >= 0)).mean()
    days = 4  # of the window of a case, before it stays at home
    a_day = people.density_per_km2 * np.pi * 0.219**2 * overlap
    at_home, work, way = 0.6, 0.25, 0.15
    expected = a_day * (with_stubs * (at_home + way * days) + at_work * work)
    assert 0.6 < strangers[3] / expected < 1.1


def test_families_may_be_left_out_of_positions(everybody_a_case):
    """What is seen at home is left out: of those who live with the case only who is met elsewhere
    too (siblings at one school), all others as before."""
    home = everybody_a_case[1].city.household
    outside, inside = [], []
    for listed in (True, False):
        table = operator_counts(everybody_a_case, 219, lists_households=listed)[0].lists
        together = home[table["index_case"]] == home[table["person"]]
        outside.append(set(zip(table["index_case"][~together], table["person"][~together])))
        inside.append(int(together.sum()))
    assert outside[0] == outside[1]
    assert 0 < inside[1] < 0.05 * inside[0]


@pytest.mark.parametrize("carried", [1.0, 0.6])
def test_an_app_lists_strangers_who_were_near_for_long_enough(everybody_a_case, carried):
    """So many a day of the window, seen if both carry the app and they stay for the rule; all
    beside true contacts."""
    scenario, people = everybody_a_case
    app = {
        "uptake_by_age": {**NO_AGE, "value": [1.0] * 10},
        "consent_probability": stated(1.0, "fraction", 1),
        "carriage_probability": stated(carried, "fraction", 1),
        "false_risk_probability": stated(0.0, "fraction", 1),
        "detection_by_minutes": {**stated([1.0] * 4, "fraction"), "range": [[0.0] * 4, [1.0] * 4]},
        "risk_minutes": stated(15.0, "minute", 30),
        **DELAY,
    }
    near = {
        "strangers_per_day": stated(3.0, "person/day", 1e3),
        "colocation_minutes": {
            "family": "gamma",
            "mean": 20.0,
            "parameters": {"a": 1.0},
            "range": [20.0, 20.0],
            "unit": "minute",
            "source": "test",
            "status": "assumption",
        },
    }
    strangers = []
    for more in ({}, near):
        level = constant_delays(only(scenario, "bluetooth-app", "bluetooth-app", app | more))
        run = lz.simulate(level, people, 1, first=range(people.people), keep_lists=True)
        strangers.append((~run.lists["true_contact"]).sum())
    assert strangers[0] == 0
    days = 3  # from two days before onset to that of the result: near is by whole days
    go_out = np.count_nonzero(people.city.stubs)
    mean = 3.0 * go_out / people.city.reach * np.exp(-15 / 20) * carried**2 * days
    expected = mean * go_out
    assert abs(strangers[1] - expected) < 5 * np.sqrt(2 * expected)  # a pair is on both lists


def test_the_places_of_nearness_are_shares_of_one_whole(everybody_a_case):
    shares = {**stated([0.6, 0.25, 0.25], "fraction"), "range": [[0.0] * 3, [1.0] * 3]}
    with pytest.raises(pydantic.ValidationError, match=r"add up to 1; got 1\.1"):
        only(
            everybody_a_case[0],
            "operator-geolocation",
            "operator-geolocation",
            {"colocation_places": shares},
        )


def test_call_lists_know_settings(everybody_a_case):
    """Nobody of school, work and elsewhere where their factors are 0; half as many at half."""
    scenario, people = everybody_a_case
    sure = {"value": [1.0] * 6, "range": [[0.0] * 6, [1.0] * 6]}
    found = {}
    for factor in (0.0, 0.5, 1.0):
        layers = {
            "household": stated(1.0, "fraction", 1),
            "group": stated(factor, "fraction", 1),
            "community": stated(factor, "fraction", 1),
        }
        calls = {
            "factor_by_setting": layers,
            "remote_ties": stated(0.0, "person"),
            "probability_by_days": {**stated(0.0, "fraction"), **sure},
            "brief_factor": stated(1.0, "fraction", 1),
            **DELAY,
        }
        level = constant_delays(only(scenario, "call-list", "call-list", calls))
        run = lz.simulate(level, people, 1, first=range(people.people), keep_lists=True)
        home = people.city.household
        one, other = run.lists["index_case"].to_numpy(), run.lists["person"].to_numpy()
        found[factor] = int((home[one] != home[other]).sum())
    assert found[0.0] == 0 < found[0.5]
    pairs = found[1.0] / 2  # a tie lists both, each on the other's
    error = 5 * np.sqrt(0.25 / pairs)
    assert abs(found[0.5] / found[1.0] - 0.5) < error


CERTAIN = {
    "household": ("household", {}),
    "interview": ("interview", ALL_RECALLED),
    "call-list": (
        "call-list",
        {
            "probability_by_days": {**NO_DAYS, "value": [1.0] * 6},
            "remote_ties": stated(0.0, "person"),
            **DELAY,
        },
    ),
    "operator-geolocation": (
        "operator-geolocation",
        PERFECT | {"radius_metres": stated(0.0, "metre", 1e5)},
    ),
    "bluetooth-app": (
        "bluetooth-app",
        {
            "uptake_by_age": {**NO_AGE, "value": [1.0] * 10},
            "consent_probability": stated(1.0, "fraction", 1),
            "carriage_probability": stated(1.0, "fraction", 1),
            "detection_by_minutes": {
                **stated([1.0] * 4, "fraction"),
                "range": [[0.0] * 4, [1.0] * 4],
            },
            **DELAY,
        },
    ),
    "venue-check-in": ("venue-check-in", {"participation": stated(1.0, "fraction", 1), **DELAY}),
    "public-notice": (
        "transparent-notice",
        {
            "consent_probability": stated(1.0, "fraction", 1),
            "notice_probability": stated(1.0, "fraction", 1),
            **DELAY,
        },
    ),
}


@pytest.mark.parametrize("kind", CERTAIN)
def test_on_a_path_of_five_each_instrument_lists_the_two_neighbours_at_its_moment(moscow, kind):
    """Onset on day 3, result 3.75, list 4.25. A household's list is empty: nobody lives together on
    a path."""
    level, certain = CERTAIN[kind]
    scenario = moscow.replace(pathogen=constant_pathogen(), days=30, **SURE_TESTS)
    scenario = scenario.replace(
        **{
            "behaviour.kappa_cooperation": 0.0,
            "behaviour.kappa_phone": 0.0,
            "behaviour.heed_probability": 0.0,
        }
    )
    people = replace(lz.populations.path(5), phone_ownership=(1.0,) * 10)
    run = lz.simulate(
        constant_delays(only(scenario, level, kind, certain)), people, 1, first=[2], keep_lists=True
    )
    first = run.lists[run.lists["index_case"] == 2]
    wanted = [] if kind == "household" else [(1, 4.25, kind), (3, 4.25, kind)]
    assert sorted(zip(first["person"], first["day"], first["instrument"])) == wanted
    assert (
        first["true_contact"].all()
        and first["latent"].all()
        and first["infected_by_index_case"].all()
    )
    asked = run.raw.records.order_pathway >= 2
    expected = set() if kind in ("household", "public-notice") else {1, 3}
    assert (
        set(run.raw.records.order_person[asked & (run.raw.records.order_start == 4.25)].tolist())
        == expected
    )
    late = set(run.transmissions["infectee"]) - {1, 2, 3}
    assert late == (
        {0, 4} if not expected else set()
    )  # a quarantine before they are infectious, on day 5, stops the path
