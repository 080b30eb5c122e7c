"""Judges: response, tracing, contacts.

What people do about the epidemic of their own accord: contacts given up, protected meetings,
meetings that are close or not; and that tracers see just the same.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from conftest import ALL_RECALLED, DELAY, PAIRS, SURE_TESTS, constant_delays, stated, with_level

import lazaretto as lz
from lazaretto._jit import entry
from lazaretto.contacts.nearness import nearness
from lazaretto.mechanisms.counters import BLOCKED, DAILY
from lazaretto.outcomes.reproduction import reproduction
from lazaretto.parameters import ParameterError, Scenario
from lazaretto.world.codes import COMMUNITY, GROUP, HOUSEHOLD, PROTECTION, RESPONSE, SELF

PER_WEEK = "person/100,000 people/week"
ALL_SEEN = {
    "carriage_probability": stated(1.0, "fraction", 1),
    "detection_probability": stated(1.0, "fraction", 1),
}


HARMLESS = {
    "pathogen.hazard_per_day": 1e-9,
    "behaviour.kappa_cooperation": 0.0,
    "behaviour.kappa_phone": 0.0,
}


@entry
def near_for(city, seed, protected, one, other, layer, day):
    return nearness(city, seed, protected, one, other, layer, day)


def responding(scenario: Scenario, **response) -> Scenario:
    data = scenario.model_dump()
    data["behaviour"]["response"] = response
    return Scenario.model_validate(data)


def to_reports(looks_at, half=50.0, k=2.0, lag=0, least=0.1, fatigue=0.0, **more) -> dict:
    return {
        "looks_at": looks_at,
        "half_at": stated(half, PER_WEEK),
        "steepness": stated(k, "dimensionless"),
        "lag": stated(lag, "day"),
        "least_kept": stated(least, "fraction", 1),
        "fatigue_per_day": stated(fatigue, "1/day"),
        **more,
    }


def kept(*share: float, since: int = 0) -> dict:
    """Contacts kept by day, as stated."""
    return {
        "looks_at": "contacts",
        "contacts_by_day": stated(list(share), "fraction", 1),
        "series_from_day": {**stated(since, "day"), "range": [-3650, 3650]},
    }


def protected(scenario: Scenario, meetings: float, cut: float) -> Scenario:
    data = scenario.model_dump()
    data["behaviour"]["protection"] = {
        "meetings": stated(meetings, "fraction", 1),
        "cut": stated(cut, "fraction", 1),
    }
    return Scenario.model_validate(data)


def infected(run: lz.Run) -> int:
    return int((run.raw.history.source >= 0).sum())


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_share_of_contacts_kept_is_the_share_that_infects(certain, pairs, share):
    people, first = pairs
    run = lz.simulate(responding(certain, **kept(share)), people, seed=1, first=first)
    assert abs(infected(run) - PAIRS * share) <= 5 * math.sqrt(PAIRS * share * (1 - share))
    blocked = run.raw.tally.blocked_by[RESPONSE]  # every candidate of a contact counts
    assert (blocked > 0) == (share < 1) and run.raw.tally.daily[BLOCKED].sum() == blocked


def test_a_stated_series_begins_on_its_day_and_its_last_value_holds(certain, pairs):
    people, first = pairs
    days = 20
    for since, by_day in ((5, (1.0, 0.5, 0.25)), (-2, (0.9, 0.8, 0.7, 0.6))):
        run = lz.simulate(
            responding(certain, **kept(*by_day, since=since)), people, seed=1, first=first
        )
        want = [by_day[min(len(by_day) - 1, max(0, day - since))] for day in range(days)]
        np.testing.assert_array_equal(run.raw.conduct.contacts_kept, want)


def test_contacts_at_home_are_not_given_up(small, town):
    run = lz.simulate(responding(small, **kept(0.0)), town, seed=1)
    given = run.raw.history.source >= 0
    assert given.any() and (run.raw.history.layer[given] == HOUSEHOLD).all()


@pytest.mark.parametrize("looks_at", ["reported-cases", "deaths", "series"])
def test_what_people_give_up_follows_the_reports_of_the_week(small, town, looks_at):
    """The share kept on each day is the formula of the reports that the run itself put out."""
    half, k, lag, least, fatigue = (4.0 if looks_at == "deaths" else 80.0), 1.7, 3, 0.15, 0.03
    more = {}
    days = int(small.days.value)
    told = np.linspace(0, 200, 40)
    if looks_at == "series":
        more = {
            "reports_by_day": stated(told.tolist(), PER_WEEK, 1e5),
            "series_from_day": stated(6, "day"),
        }
    scenario = responding(small, **to_reports(looks_at, half, k, lag, least, fatigue, **more))
    run = lz.simulate(scenario, town, seed=1)
    if looks_at == "reported-cases":
        by_day = run.raw.tally.daily[DAILY.index("positive_results")]
    elif looks_at == "deaths":
        died = run.events.loc[run.events["event"] == "death", "day"].to_numpy().astype(int)
        by_day = np.bincount(died[died < days], minlength=days)
    want: list[float] = []
    for day in range(days):
        until = day - lag
        if looks_at == "series":
            x = told[min(len(told) - 1, until - 6)] if until >= 6 else 0.0
        else:
            x = by_day[max(0, until - 7) : max(0, until)].sum() * 1e5 / town.people
        weary = math.exp(-fatigue * sum(min(1, (1 - w) / (1 - least)) for w in want))
        want.append(1 - (1 - least) * x**k / (x**k + half**k) * weary)
    assert min(want) < 0.7
    np.testing.assert_allclose(run.raw.conduct.contacts_kept, want, rtol=0, atol=1e-12)
    assert run.raw.tally.blocked_by[RESPONSE] > 0


def test_it_is_off_unless_it_is_stated(small, town):
    run = lz.simulate(small, town, seed=1)
    assert (run.raw.conduct.contacts_kept == 1).all() and (run.raw.conduct.protected == 0).all()
    nothing = lz.simulate(
        responding(protected(small, 0.0, 1.0), **to_reports("reported-cases", least=1.0)), town, 1
    )
    np.testing.assert_array_equal(nothing.raw.history.time, run.raw.history.time)


def test_the_tracer_asks_about_the_contacts_that_people_kept(certain, pairs):
    """Contacts of day 3 alone are kept, with a share of 0.4: perfect interviews name just those
    through which a certain infection passes."""
    people, first = pairs
    city, on_day_3 = people.city, kept(0.0, 0.0, 0.0, 0.4, 0.0)
    harmless = certain.replace(**SURE_TESTS, **HARMLESS)
    free = {"isolation.full_adherence_case": 0.0, "isolation.partial_contact_factor": 1.0}
    harmless = harmless.replace(**free)  # isolation from day 3.75 on would keep some apart
    level = constant_delays(with_level(harmless, "interview", more={"interview": ALL_RECALLED}))
    run = lz.simulate(responding(level, **on_day_3), people, 1, first=first, keep_lists=True)
    named = dict(zip(run.lists["person"].tolist(), run.lists["index_case"].tolist()))
    h = lz.simulate(responding(certain, **on_day_3), people, 1, first=first).raw.history
    given = np.flatnonzero(h.source >= 0)
    through = {int(h.person[row]): int(h.person[h.source[row]]) for row in given}
    assert named == through and 0.3 * PAIRS < len(named) < 0.5 * PAIRS
    assert all(city.link[city.link_start[p]] == q for p, q in named.items())


@pytest.mark.parametrize("meetings", [0.0, 0.3, 1.0])
def test_protection_that_always_works_stops_all_of_its_meetings(certain, pairs, meetings):
    people, first = pairs
    run = lz.simulate(protected(certain, meetings, 1.0), people, seed=1, first=first)
    share = 1 - meetings
    assert abs(infected(run) - PAIRS * share) <= 5 * math.sqrt(PAIRS * share * meetings)
    assert (run.raw.tally.blocked_by[PROTECTION] > 0) == (meetings > 0)


def test_a_leaky_cut_lowers_the_hazard_of_a_protected_meeting(certain, pairs):
    """P(infection) = (1 - m) (1 - exp(-h)) + m (1 - exp(-(1 - c) h)): onset is one moment, so one
    coin says whether the pair's meeting is protected."""
    people, first = pairs
    meetings, cut, hazard = 0.6, 0.7, 0.25  # five days of it
    scenario = protected(certain.replace(**{"pathogen.hazard_per_day": hazard}), meetings, cut)
    run = lz.simulate(scenario, people, seed=1, first=first)
    h = hazard * 5
    share = (1 - meetings) * (1 - math.exp(-h)) + meetings * (1 - math.exp(-h * (1 - cut)))
    assert abs(infected(run) - PAIRS * share) <= 5 * math.sqrt(PAIRS * share * (1 - share))


def test_who_is_close_is_the_same_for_both_and_as_often_as_stated(town):
    city, n = town.city, 20_000
    for layer in (HOUSEHOLD, GROUP, COMMUNITY):
        said = np.array([near_for(city, 3, 0.3, i, i + 7, layer, i % 50) for i in range(n)])
        back = np.array([near_for(city, 3, 0.3, i + 7, i, layer, i % 50) for i in range(n)])
        assert (said == back).all()
        share = city.close_fraction[layer]
        assert abs(said[:, 0].mean() - share) <= 5 * math.sqrt(share * (1 - share) / n) + 1e-12
        masked = 0.0 if layer == HOUSEHOLD else 0.3
        assert abs(said[:, 1].mean() - masked) <= 5 * math.sqrt(masked * (1 - masked) / n) + 1e-12


def test_where_only_close_meetings_infect_all_infections_were_close(small, town):
    scenario = small.replace(**{"pathogen.not_close_relative_hazard": 0.0})
    h = lz.simulate(scenario, town, seed=1).raw.history
    given = np.flatnonzero(h.source >= 0)
    close = [
        near_for(
            town.city,
            1,
            0.0,
            int(h.person[h.source[row]]),
            int(h.person[row]),
            int(h.layer[row]),
            int(h.time[row]),
        )[0]
        for row in given
    ]
    assert len(close) > 500 and all(close)
    assert (h.layer[given] == COMMUNITY).sum() > 50


def test_the_reproduction_number_is_what_is_stated_however_many_meetings_are_close(moscow):
    place = moscow.population
    far = place.model_copy(
        update={
            "close_fraction": place.close_fraction.model_copy(
                update={
                    "community": place.close_fraction.community.model_copy(update={"value": 0.1})
                }
            )
        }
    )
    r0 = {
        name: reproduction(moscow.pathogen, lz.build_population(where, people=20_000, seed=1))
        for name, where in (("half", place), ("few", far))
    }
    assert r0["half"].r0 == pytest.approx(2.8, rel=0.01)
    assert r0["few"].r0 == pytest.approx(2.8, rel=0.01)
    # hazards are of a mean meeting of their layer: fewer close ones infect the more each
    assert r0["few"].scale == pytest.approx(r0["half"].scale, rel=0.1)


def test_interviewers_are_told_of_protection_and_phones_are_not(certain):
    """Two hours together, masked: brief to the interviewer; close to the operator, who places
    everybody with a phone."""
    table = pd.DataFrame({"one": [0], "other": [1], "day": [2.5], "minutes": [120.0]})
    people = lz.Population.from_contacts(table, loop_days=40)
    harmless = certain.replace(**SURE_TESTS, **HARMLESS)
    asks = {"instruction": "quarantine", "brief_instruction": "inform", **DELAY}
    for kind, more in (
        ("interview", ALL_RECALLED | asks),
        ("operator-geolocation", ALL_SEEN | asks),
    ):
        level = with_level(harmless, kind, more={kind: more}, close_minutes=stated(15.0, "minute"))
        for meetings in (0.0, 1.0):
            run = lz.simulate(
                protected(level, meetings, 0.5), people, 1, first=[0], keep_lists=True
            )
            assert run.lists["person"].tolist() == [1]
            told = run.panel["informed"] > 0
            assert told == (kind == "interview" and meetings == 1.0)


def test_the_informed_know_that_they_were_protected(certain):
    table = pd.DataFrame({"one": [0], "other": [1], "day": [2.5], "minutes": [120.0]})
    people = lz.Population.from_contacts(table, loop_days=40)
    scenario = certain.replace(
        **SURE_TESTS,
        **{**HARMLESS, "behaviour.heed_probability": 1.0, "behaviour.judging_skill": 1.0},
    )
    level = with_level(
        scenario,
        "interview",
        more={"interview": ALL_RECALLED | {"instruction": "inform"}},
        close_minutes=stated(15.0, "minute"),
    )
    for meetings, heeds in ((0.0, True), (1.0, False)):
        run = lz.simulate(protected(level, meetings, 1.0), people, 1, first=[0])
        r = run.raw.records
        orders = r.order_person[r.order_pathway == SELF]
        assert (1 in orders.tolist()) == heeds


BAD = [
    (to_reports("reported-cases", half=0.0), "0 is not allowed"),
    (to_reports("reported-cases") | {"lag": None}, "state lag"),
    (to_reports("series"), "state reports_by_day, series_from_day"),
    (kept(1.0) | {"half_at": stated(1.0, PER_WEEK)}, "leave out half_at"),
    (kept(0.5, math.nan), "number 2 of the list is not a number .nan.: a list has no gaps"),
    (kept(0.5, 1.2), "outside its own range|not allowed"),
    (kept() | {"contacts_by_day": stated(0.5, "fraction", 1)}, "a list of numbers is needed"),
]


@pytest.mark.parametrize(("response", "said"), BAD)
def test_a_response_that_cannot_be_is_refused_in_one_sentence(moscow, response, said):
    with pytest.raises((ParameterError, ValueError), match=said):
        responding(moscow, **response)
