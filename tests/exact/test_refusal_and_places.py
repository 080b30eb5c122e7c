"""Judges: isolation, response, tracing.

Orders refused from the start, facilities that are full, refused or left, desks that are slow,
sanctions that are partly wrong, listings that are contested, trust that comes back.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import ALL_RECALLED, stated, with_level
from test_conduct import UNWATCHED, under_orders
from test_regimes import BLAMELESS, ORDER_DAYS, START, Part, alone, monitor, of_cases, rung, totals

import lazaretto as lz
from lazaretto._jit import entry
from lazaretto.analysis.theory.idealised import neutral_law
from lazaretto.mechanisms.response.trust import lose_trust, trust
from lazaretto.parameters import Scenario

PEOPLE = 5000
NOBODY_STAYS = BLAMELESS | {"isolation.full_adherence_case": 0.0}
IN_FACILITY = UNWATCHED | {
    "case_place": "facility",
    "facility_contact_factor": stated(0.0, "fraction", 1),
}


def close(count: float, of: int, p: float) -> bool:
    """Whether a binomial count is within 5 standard errors of its mean."""
    return abs(count - of * p) <= 5 * math.sqrt(of * p * (1 - p))


def days_of(run: lz.Run, component: str) -> float:
    return run.panel[component] * run.population.people / 1e5


@pytest.mark.parametrize("refusers", ["at-home", "to-facility"])
def test_who_refuses_lives_as_before_or_is_taken_away(moscow, refusers):
    """A share of all, of those who do not adhere fully; the others adhere in part."""
    regime = UNWATCHED | {
        "refuse_fraction": stated(0.3, "fraction", 1),
        "refusers": refusers,
        "facility_contact_factor": stated(0.0, "fraction", 1),
    }
    settings = {"isolation.full_adherence_case": 0.5, "isolation.partial_contact_factor": 0.4}
    settings["behaviour.fatigue_per_day"] = 0.0
    run = under_orders(moscow, regime, PEOPLE, **settings)
    refused = run.events.query("event == 'refuses an order'")
    taken = np.isfinite(run.raw.conduct.facility_from)
    if refusers == "at-home":
        assert close(len(refused), PEOPLE, 0.3) and not taken.any()
        assert days_of(run, "refusals") == pytest.approx(len(refused))
        assert np.allclose(refused["day"], START)
        partly = PEOPLE - len(refused) - run.raw.conduct.full.sum()
        served = (run.raw.conduct.full.sum() + 0.6 * partly) * ORDER_DAYS
        assert days_of(run, "isolation_days_served") == pytest.approx(served)
    else:
        assert close(taken.sum(), PEOPLE, 0.3) and len(refused) == 0
        assert days_of(run, "facility_days") == pytest.approx(taken.sum() * ORDER_DAYS)


def test_some_refuse_the_facility_and_serve_at_home(moscow):
    regime = IN_FACILITY | {"facility_refusal": stated(0.25, "fraction", 1)}
    run = under_orders(moscow, regime, PEOPLE)
    refused = run.events.query("event == 'refuses a facility'")
    assert close(len(refused), PEOPLE, 0.25)
    assert days_of(run, "facility_refusals") == pytest.approx(len(refused))
    inside = PEOPLE - len(refused)
    assert days_of(run, "facility_days") == pytest.approx(inside * ORDER_DAYS)
    assert days_of(run, "isolation_days_served") == pytest.approx(PEOPLE * ORDER_DAYS)


def test_people_abscond_by_a_constant_hazard_and_live_as_those_who_gave_up(moscow):
    hazard = 0.06
    regime = IN_FACILITY | {"absconding_per_day": stated(hazard, "1/day", 10)}
    run = under_orders(moscow, regime, PEOPLE, **{"isolation.partial_contact_factor": 1.0})
    gone = run.events.query("event == 'absconds'")["day"].to_numpy() - START
    for day in range(1, ORDER_DAYS + 1):
        assert close((gone < day).sum(), PEOPLE, -math.expm1(-hazard * day))
    assert days_of(run, "absconded") == pytest.approx(len(gone))
    assert days_of(run, "dropouts") == 0
    inside = gone.sum() + (PEOPLE - len(gone)) * ORDER_DAYS
    assert days_of(run, "facility_days") == pytest.approx(inside)
    assert days_of(run, "isolation_days_served") == pytest.approx(inside)


def test_few_places_are_filled_every_morning_and_the_others_wait_at_home(moscow):
    """A place that somebody leaves in the course of a day is taken on the next morning."""
    places, hazard = 100, 0.2
    regime = IN_FACILITY | {
        "facility_places": stated(1e5 * places / 1000, "1/100,000 people"),
        "absconding_per_day": stated(hazard, "1/day", 10),
    }
    run = under_orders(moscow, regime, 1000)
    conduct, gone = run.raw.conduct, run.events.query("event == 'absconds'")["day"].to_numpy()
    last = START + ORDER_DAYS
    for day in range(int(START) + 1, int(last)):
        inside = (conduct.facility_from <= day) & (day < conduct.facility_until)
        assert inside.sum() == places
    left = sum(int(np.floor(g)) + 1 < last for g in gone)
    assert np.isfinite(conduct.facility_from).sum() == places + left
    mornings = range(int(START) + 1, int(last))
    waiting = sum(1000 - places - (gone < day).sum() for day in mornings)
    assert days_of(run, "waiting_for_places") == pytest.approx(waiting)


def test_a_desk_acts_on_one_note_after_the_other(moscow):
    """Far more notes than it can work on: it acts at its pace, after its delay, and drops what
    would wait too long."""
    per_day, people = 25.0, 200
    regime = {
        "monitoring": (monitor(1.0, 0.0),),
        "ladder": (rung("warning", 1),),
        "desk": {
            "notes_per_day": stated(per_day * 1e5 / people, "1/100,000 people/day", 1e5),
            "delay": neutral_law("constant", 1.5).model_dump(),
            "longest_wait": stated(2.0, "day"),
        },
    }
    run = lz.simulate(
        of_cases(moscow, regime, **NOBODY_STAYS), alone(people), seed=3, first=range(people)
    )
    days = np.sort(run.sanctions["day"].to_numpy())
    np.testing.assert_allclose(np.diff(days)[1:], 1.0 / per_day, atol=1e-9)
    noted = totals(run)["detected_breaches"]
    assert noted == people * ORDER_DAYS
    assert totals(run)["notes_dropped"] == noted - len(days)
    assert abs(len(days) - per_day * (ORDER_DAYS + 2.0)) < 2 * per_day
    promptly = of_cases(moscow, regime | {"desk": None}, **NOBODY_STAYS)
    at_once = lz.simulate(promptly, alone(people), seed=3, first=range(people))
    assert days[0] == pytest.approx(at_once.sanctions["day"].min() + 1.5)


def test_sanctions_after_true_and_false_notes_are_partly_wrong(moscow):
    """Every day is noted, with a breach or without, half and half: the second note brings a fine
    that is right or wrong with a quarter each, and partly wrong with a half."""
    regime = {"monitoring": (monitor(1.0, 1.0),), "ladder": (rung("fine", 2),)}
    settings = BLAMELESS | {
        "isolation.breach_per_day": math.log(2.0),
        "behaviour.fatigue_per_day": 0.0,
        "isolation.breach_duration.mean": 0.001,
    }
    run = lz.simulate(of_cases(moscow, regime, **settings), alone(PEOPLE), 4, first=range(PEOPLE))
    first = run.sanctions.drop_duplicates("person")
    assert len(first) == PEOPLE
    wrong, partly = first["wrong"].sum(), first["partly_wrong"].sum()
    assert close(wrong, PEOPLE, 0.25) and close(partly, PEOPLE, 0.5)
    assert not (first["wrong"] & first["partly_wrong"]).any()
    for name in ("wrong", "partly_wrong"):
        assert totals(run)[f"{name}_fines"] == run.sanctions[name].sum()


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_special_phones_watch_those_to_whom_they_are_issued(moscow, share):
    """Of people without a phone, where another monitor needs one."""
    phone = monitor(0.5, 0.0) | {
        "type": "special-phone",
        "issued_fraction": stated(share, "fraction", 1),
    }
    regime = {"monitoring": (monitor(0.9, 0.0), phone), "ladder": ()}
    people = lz.Population(**vars(alone(PEOPLE)) | {"phone_ownership": (0.0,) * 10})
    run = lz.simulate(of_cases(moscow, regime, **NOBODY_STAYS), people, 2, first=range(PEOPLE))
    watched = run.raw.conduct.device == 2
    assert close(watched.sum(), PEOPLE, share)
    slots = int(watched.sum()) * ORDER_DAYS
    assert close(totals(run)["detected_breaches"], slots, 0.5)


def contested(moscow, right: float, granted: float, **fields) -> Scenario:
    """Two people who meet daily; the contact's quarantine is contested after a day and a half."""
    contest = {
        "probability_when_right": stated(right, "fraction", 1),
        "probability_when_wrong": stated(0.0, "fraction", 1),
        "granted_when_right": stated(granted, "fraction", 1),
        "granted_when_wrong": stated(0.0, "fraction", 1),
        "delay": neutral_law("constant", 1.5).model_dump(),
    }
    scenario = of_cases(moscow, UNWATCHED, **BLAMELESS)
    return with_level(
        scenario, "interview", more={"interview": ALL_RECALLED}, contest=contest, **fields
    )


def test_listings_are_contested_and_overturned_as_stated(moscow, pairs):
    people, first = pairs
    scenario = contested(moscow, 0.6, 0.5).replace(**{"pathogen.hazard_per_day": 1e-9})
    run = lz.simulate(scenario, people, seed=1, first=first)
    r = run.raw.records
    listed = r.order_pathway >= 8
    number, found = int(listed.sum()), totals(run)
    assert number > 500 and close(found["contests"], number, 0.6)
    assert close(found["contests_granted"], found["contests"], 0.5)
    short = np.isclose(r.order_until[listed] - r.order_start[listed], 1.5)
    assert short.sum() == found["contests_granted"]
    with pytest.raises(ValueError, match="nothing to contest"):
        contested(moscow, 0.6, 0.5).replace(
            **{"tracing.instruments[interview].instruction": "test"}
        )


@entry
def _trust(world, person, time):
    return trust(world, person, time)


@entry
def _lose(world, area, time, wrong):
    lose_trust(world, area, time, wrong)
    return 0


def test_trust_comes_back_by_half_in_a_half_life(moscow, town):
    from lazaretto.engine.lowering import lower_policy
    from lazaretto.engine.room import Sizes, new_records

    settings = {"behaviour.tau_injustice": 0.3, "behaviour.trust_half_life": 20.0}
    settings |= {"behaviour.openness_soothes": 0.0, "behaviour.support_soothes": 0.0}
    policy = lower_policy(moscow.replace(isolation="selfie-app", **settings), town)
    conduct = new_records(Sizes(areas=len(town.city.area_start) - 1))[1]
    world = Part(town.city, policy, conduct)
    size = town.city.area_start[2] - town.city.area_start[1]
    one = int(town.city.area_start[1])
    for _ in range(4):
        _lose(world, 1, 5.0, 1.0)
    for after, left in ((0.0, 4.0), (20.0, 2.0), (40.0, 1.0)):
        expected = math.exp(-0.3 * 1000 * left / size)
        assert _trust(world, one, 5.0 + after) == pytest.approx(expected)
    _lose(world, 1, 25.0, 1.0)  # 3 are felt then
    assert _trust(world, one, 45.0) == pytest.approx(math.exp(-0.3 * 1000 * 1.5 / size))


def test_openness_and_support_soothe_and_invite_as_stated(moscow, town):
    """tau (1 - a o) (1 - b s), and shares that take part times 1 + c o."""
    from lazaretto.engine.lowering import lower_policy

    settings = {
        "behaviour.tau_injustice": 0.4,
        "behaviour.openness_soothes": 0.5,
        "behaviour.support_soothes": 0.25,
        "behaviour.openness_invites": 0.2,
        "isolation.support_fraction": 0.8,
    }
    data = moscow.replace(tracing="interview", isolation="advice", **settings).model_dump()
    asked = {}
    for open_to_subject in (False, True):
        for one in data["tracing"]["instruments"]:
            one["open_to_subject"] = open_to_subject
        policy = lower_policy(Scenario.model_validate(data), town)
        soothed = 0.4 * (0.5 if open_to_subject else 1.0) * (1 - 0.25 * 0.8)
        assert policy.tau == pytest.approx(soothed)
        asked[open_to_subject] = policy.ask[0]
    assert asked[True] == pytest.approx(min(1.0, 1.2 * asked[False]))


@pytest.mark.parametrize("relisting", ["last-exposure", "always", "never"])
def test_another_listing_prolongs_as_stated(moscow, relisting):
    """By what was newly ordered, list by list."""
    scenario = moscow.replace(
        tracing="interview-resourced", isolation="advice", days=60, people=3000
    )
    data = scenario.model_dump()
    data["isolation"]["relisting"] = relisting
    scenario = Scenario.model_validate(data)
    city = lz.build_population(scenario.population, people=3000, seed=2)
    run = lz.simulate(scenario, city, seed=2)
    r, days = run.raw.records, scenario.isolation.quarantine_days.value
    again = 0
    for order in np.unique(r.given_order):
        rows = np.flatnonzero(r.given_order == order)
        again += len(rows) > 1
        until = r.given_time[rows[0]] + r.given_days[rows[0]]
        for row in rows[1:]:
            until += r.given_days[row]
            if relisting == "always":
                assert until == pytest.approx(r.given_time[row] + days)
            else:
                assert until <= r.given_time[row] + days + 1e-9
    assert (again == 0) if relisting == "never" else (again > 20)


def test_a_regime_says_what_would_do_nothing(moscow):
    """One sentence each."""
    with pytest.raises(ValueError, match="absconding_per_day: nobody is taken"):
        of_cases(moscow, UNWATCHED | {"absconding_per_day": stated(0.1, "1/day", 10)})
    with pytest.raises(ValueError, match="facility_refusal: nobody is taken"):
        of_cases(moscow, UNWATCHED | {"facility_refusal": stated(0.1, "fraction", 1)})
    with pytest.raises(ValueError, match="a desk without a ladder"):
        desk = {"delay": neutral_law("constant", 1.0).model_dump()}
        of_cases(moscow, UNWATCHED | {"desk": desk})
    with pytest.raises(ValueError, match="refuse_fraction must be stated"):
        of_cases(moscow, IN_FACILITY | {"refusers": "to-facility"})
    with pytest.raises(ValueError, match="issued_fraction is the share"):
        monitors = (monitor(0.5, 0.0) | {"issued_fraction": stated(0.1, "fraction", 1)},)
        of_cases(moscow, {"monitoring": monitors, "ladder": ()})
    with pytest.raises(ValueError, match="places"):
        places = {**stated(1.0, "1/100,000 people"), "value": -1.0, "range": (-1.0, 1.0)}
        of_cases(moscow, IN_FACILITY | {"facility_places": places})
