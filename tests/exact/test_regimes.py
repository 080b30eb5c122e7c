"""Regimes as enforced processes: the ladder's dates, alarms on the blameless, fatigue, facilities,
households, appeals, distrust."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest
from conftest import (
    ALL_RECALLED,
    SURE_TESTS,
    constant_delays,
    constant_pathogen,
    stated,
    with_level,
)

import lazaretto as lz
from lazaretto._jit import entry
from lazaretto.bench import neutral_law
from lazaretto.mechanisms.counters import DAILY
from lazaretto.mechanisms.response.trust import trust
from lazaretto.parameters import Scenario, load
from lazaretto.population.city import City, bare_city, reach_of
from lazaretto.world.codes import CASE, HOME, LISTED
from lazaretto.world.state import Conduct
from lazaretto.world.stated import Policy

ORDER_DAYS = 10
START = 4.0  # infected at 0, onset on day 3, sample and result after half a day each
BLAMELESS = {
    "isolation.full_adherence_case": 1.0,
    "isolation.breach_per_day": 0.0,
    "isolation.dropout_per_day": 0.0,
    "isolation.support_fraction": 0.0,
}


def alone(people: int) -> lz.Population:
    """People without any contact."""
    return lz.populations.configuration(np.zeros(people, int))


def of_cases(moscow: Scenario, regime: dict | None = None, **settings) -> Scenario:
    """Everybody infected at time 0 is a case under an order from day 4 to day 14, by selfie-app and
    what `regime` changes in it."""
    scenario = moscow.replace(
        pathogen=constant_pathogen(),
        isolation="selfie-app",
        days=30,
        **{**SURE_TESTS, "testing.sample_to_result.mean": 0.5, **settings},
    )
    data = constant_delays(scenario).model_dump()
    data["isolation"] |= {"appeals": None, **(regime or {})}
    for response in ("tau_injustice", "kappa_reporting", "most_deterred"):
        data["behaviour"][response] |= {"value": settings.get(f"behaviour.{response}", 0.0)}
    return Scenario.model_validate(data)


def monitor(detection: float, false_alarm: float) -> dict:
    """One monitor with those rates."""
    data = load("isolation", "selfie-app").monitoring[0].model_dump()
    data["detection_probability"] = stated(detection, "fraction", 1)
    data["false_alarm_per_person_day"] = stated(false_alarm, "1/person/day", 1)
    return data


def rung(action: str, at: int, factor: float = 1.0) -> dict:
    return {
        "action": action,
        "after_detections": stated(at, "count"),
        "breach_factor": stated(factor, "ratio"),
        "hours_per_action": stated(2.0, "hour"),
    }


def totals(run: lz.Run) -> dict[str, int]:
    return dict(zip(DAILY, run.raw.tally.daily.sum(axis=1).tolist()))


def test_each_rung_acts_on_its_day_and_a_transfer_ends_the_going_out(moscow):
    """Who goes out daily and is always seen climbs one rung a day; in the facility there is nothing
    left to see."""
    ladder = tuple(
        rung(action, at)
        for action, at in (("warning", 1), ("fine", 2), ("report", 3), ("transfer", 5))
    )
    regime = {
        "monitoring": (monitor(1.0, 0.0),),
        "ladder": ladder,
        "facility_contact_factor": stated(0.0, "fraction", 1),
    }
    run = lz.simulate(
        of_cases(moscow, regime, **{"isolation.full_adherence_case": 0.0}),
        alone(40),
        seed=1,
        first=range(40),
    )
    acted = run.sanctions.assign(day_of_order=np.floor(run.sanctions["day"] - START))
    for action, days in {"warning": [0], "fine": [1], "report": [2], "transfer": [4]}.items():
        assert acted.loc[acted["action"] == action].groupby("person")["day_of_order"].agg(
            list
        ).tolist() == 40 * [days]
    assert len(acted) == 160 and not acted["wrong"].any()
    assert totals(run)["detected_breaches"] == 5 * 40
    transfer = acted.loc[acted["action"] == "transfer", "day"]
    people = run.population.people
    assert run.panel["facility_days"] * people / 1e5 == pytest.approx(
        (START + ORDER_DAYS - transfer).sum()
    )
    assert run.panel["enforcement_hours"] * people / 1e5 == pytest.approx(2.0 * 160)


def test_false_alarms_fall_on_the_blameless_at_their_rate(moscow):
    rate, people = 0.03, 4000
    regime = {
        "monitoring": (monitor(1.0, rate), {**monitor(0.0, 0.01), "type": "calls"}),
        "ladder": (rung("fine", 1),),
    }
    run = lz.simulate(
        of_cases(moscow, regime, **BLAMELESS), alone(people), seed=2, first=range(people)
    )
    both = 1.0 - (1.0 - rate) * (1.0 - 0.01)  # either monitor
    expected = both * people * ORDER_DAYS
    error = math.sqrt(expected * (1.0 - both))
    found = totals(run)
    assert abs(found["false_alarms"] - expected) < 5 * error
    assert 5 * error < 0.15 * expected  # what it would miss
    assert found["detected_breaches"] == 0
    assert found["fines"] == found["wrong_fines"] == found["false_alarms"]
    assert run.sanctions["wrong"].all()
    assert run.panel["isolation_days_served"] == run.panel["isolation_days_ordered"]


def test_fatigue_raises_the_hazard_of_a_breach_as_stated(moscow):
    """Breaches on day k of the order are Bernoulli with 1 - exp(-b exp(g k)); monitoring that sees
    all counts them."""
    people, hazard, growth = 6000, 0.05, 0.15
    regime = {
        "monitoring": (monitor(1.0, 0.0),),
        "ladder": (),
        "fine_daily_incomes": stated(0.0, "daily income"),
    }
    settings = BLAMELESS | {"isolation.breach_per_day": hazard, "behaviour.fatigue_per_day": growth}
    run = lz.simulate(
        of_cases(moscow, regime, **settings), alone(people), seed=3, first=range(people)
    )
    seen = run.raw.tally.daily[DAILY.index("detected_breaches")][
        int(START) : int(START) + ORDER_DAYS
    ]
    p = 1.0 - np.exp(-hazard * np.exp(growth * np.arange(ORDER_DAYS)))
    assert np.all(np.abs(seen - people * p) < 5 * np.sqrt(people * p * (1 - p)))
    assert seen[-1] > 2 * seen[0]


def test_deterrence_and_support_act_on_the_hazard_of_a_breach(moscow):
    people, hazard = 6000, 0.2
    regime = {
        "monitoring": (monitor(0.5, 0.0),),
        "ladder": (),
        "fine_daily_incomes": stated(2.0, "daily income"),
    }
    settings = BLAMELESS | {
        "isolation.breach_per_day": hazard,
        "behaviour.fatigue_per_day": 0.0,
        "behaviour.most_deterred": 0.4,
        "behaviour.sigma_support": 0.4,
        "isolation.support_fraction": 0.5,
    }
    run = lz.simulate(
        of_cases(moscow, regime, **settings), alone(people), seed=4, first=range(people)
    )
    left = (1.0 - 0.4 * (1.0 - math.exp(-0.5 * 2.0))) * math.exp(-0.4 * 0.5)
    p = 0.5 * (1.0 - math.exp(-hazard * left))
    slots = people * ORDER_DAYS
    assert abs(totals(run)["detected_breaches"] - slots * p) < 5 * math.sqrt(slots * p * (1 - p))


@pytest.mark.parametrize(("place", "share"), [("home", 1.0), ("facility", 0.0)])
def test_in_a_facility_contacts_stop_whether_one_adheres_or_not(moscow, place, share):
    """Everything is emitted at onset, when the result comes too, and orders come before
    transmissions of the same moment. Nobody adheres and all contacts are kept, so at home the path
    is infected to its end, and from a facility nobody is."""
    regime = {
        "case_place": place,
        "facility_contact_factor": stated(share, "fraction", 1),
        "ladder": (),
        "monitoring": (),
    }
    settings = {
        "isolation.full_adherence_case": 0.0,
        "isolation.partial_contact_factor": 1.0,
        "isolation.isolation_days": 30.0,
        "testing.onset_to_sample.mean": 0.0,
        "testing.sample_to_result.mean": 0.0,
    }
    at_onset = constant_pathogen(latent=2.0, lead=3.0, infectious=8.0)
    scenario = of_cases(moscow, regime, **settings).replace(pathogen=at_onset)
    run = lz.simulate(scenario, lz.populations.path(4), seed=1, first=[0])
    assert len(run.raw.history.person) == (4 if place == "home" else 1)
    assert run.blocked["case"] == 0 if place == "home" else run.blocked["case"] > 0


def test_a_negative_test_ends_the_isolation_of_a_case_and_a_positive_one_does_not(moscow):
    for last_positive, until in ((8, START + 6.0 + 0.5), (30, START + ORDER_DAYS)):
        sensitivity = [1.0] * (last_positive + 1) + [0.0] * (30 - last_positive)
        regime = {"case_release_test_day": stated(6.0, "day"), "monitoring": (), "ladder": ()}
        run = lz.simulate(
            of_cases(moscow, regime, **{"testing.sensitivity_by_day": sensitivity}),
            alone(3),
            seed=1,
            first=[0],
        )
        assert run.raw.records.order_until.tolist() == [until]


def test_household_quarantine_comes_before_any_list_and_is_the_pathway_that_acts(small, town):
    """With an order of the household at the result, a household list half a day later finds
    everybody under an order already."""
    level = with_level(
        small.replace(**SURE_TESTS),
        "household",
        more={"household": {"delay": neutral_law("constant", 0.5).model_dump()}},
    )
    data = level.model_dump()
    for probability, acts, idle in ((1.0, HOME, LISTED), (0.0, LISTED, HOME)):
        data["isolation"]["household_quarantine_probability"] = stated(probability, "fraction", 1)
        run = lz.simulate(Scenario.model_validate(data), town, seed=1)
        pathway = run.raw.records.order_pathway
        assert (pathway == acts).sum() > 300 and (pathway == idle).sum() == 0
        assert run.raw.tally.blocked_by[acts] > 0 and run.raw.tally.blocked_by[idle] == 0
        starts = run.raw.records.order_start[pathway == acts]
        results = run.raw.records.confirmed
        due = starts if acts == HOME else starts - 0.5
        assert np.abs(due[:, None] - results[None, :]).min(axis=1).max() < 1e-9


def test_a_regime_without_monitoring_and_ladder_is_advice_array_for_array(small, town):
    advice = small.replace(tracing="interview")
    data = small.replace(tracing="interview", isolation="moscow-social-monitoring").model_dump()
    data["isolation"] |= {
        name: value
        for name, value in advice.isolation.model_dump().items()
        if name not in ("monitoring", "ladder")
    }
    blind = [
        {
            **m,
            "detection_probability": stated(0.0, "fraction", 1),
            "false_alarm_per_person_day": stated(0.0, "1/person/day", 1),
        }
        for m in data["isolation"]["monitoring"]
    ]
    one = lz.simulate(advice, town, seed=3)
    for monitoring, ladder in (((), ()), (tuple(blind), data["isolation"]["ladder"])):
        data["isolation"] |= {"monitoring": monitoring, "ladder": ladder}
        two = lz.simulate(Scenario.model_validate(data), town, seed=3)
        for part in ("history", "records", "conduct"):
            for name, value in getattr(one.raw, part)._asdict().items():
                if monitoring and name in ("alarms", "device"):
                    continue  # of what nobody looks at
                np.testing.assert_array_equal(
                    value, getattr(getattr(two.raw, part), name), err_msg=name
                )
        np.testing.assert_array_equal(one.raw.tally.daily, two.raw.tally.daily)


APPEALED = {
    "probability_when_wrong": stated(1.0, "fraction", 1),
    "probability_when_right": stated(0.0, "fraction", 1),
    "granted_when_wrong": stated(1.0, "fraction", 1),
    "granted_when_right": stated(0.0, "fraction", 1),
    "delay": neutral_law("constant", 1.5).model_dump(),
}


def test_granted_appeals_put_wrong_sanctions_right_after_their_delay(moscow):
    """Wrongly transferred people go home; a fine is struck off the count; rightly sanctioned people
    do not appeal here."""
    regime = {
        "monitoring": (monitor(1.0, 0.2),),
        "ladder": (rung("transfer", 1),),
        "appeals": APPEALED,
        "facility_contact_factor": stated(0.0, "fraction", 1),
    }
    forgiven = {"behaviour.restored_by_correction": 1.0, "behaviour.trust_half_life": math.inf}
    scenario = of_cases(moscow, regime, **BLAMELESS, **forgiven)
    run = lz.simulate(scenario, alone(300), seed=5, first=range(300))
    acted = run.sanctions
    assert len(acted) > 100 and acted["wrong"].all()
    assert np.allclose(acted["corrected"] - acted["day"], 1.5)
    assert totals(run)["appeals"] == totals(run)["appeals_granted"] == len(acted)
    assert (run.raw.records.detections == 0).all()
    assert np.allclose(run.raw.conduct.wrong_in_area, 0.0, atol=1e-9)
    back = np.isfinite(run.raw.conduct.facility_until)
    assert (
        np.allclose(
            (run.raw.conduct.facility_until[back] - run.raw.conduct.facility_from[back]), 1.5
        )
        and back.sum() > 100
    )
    guilty = of_cases(
        moscow,
        regime | {"monitoring": (monitor(1.0, 0.0),)},
        **{"isolation.full_adherence_case": 0.0},
    )
    assert totals(lz.simulate(guilty, alone(20), seed=5, first=range(20)))["appeals"] == 0


class Part(NamedTuple):
    """What trust reads of a World."""

    city: City
    policy: Policy
    conduct: Conduct


@entry
def _trust(world, person, time):
    return trust(world, person, time)


def test_trust_falls_with_wrong_sanctions_of_the_own_area_as_stated(moscow, town):
    from lazaretto.engine.lowering import lower_policy
    from lazaretto.engine.room import Sizes, new_records

    policy = lower_policy(
        moscow.replace(isolation="selfie-app", **{"behaviour.tau_injustice": 0.3}), town
    )
    conduct = new_records(Sizes(areas=len(town.city.area_start) - 1))[1]
    conduct.wrong_in_area[1] = 4
    size = town.city.area_start[2] - town.city.area_start[1]
    one, other = int(town.city.area_start[1]), int(town.city.area_start[2])
    assert _trust(Part(town.city, policy, conduct), one, 0.0) == pytest.approx(
        math.exp(-0.3 * 1000 * 4 / size)
    )
    assert _trust(Part(town.city, policy, conduct), other, 0.0) == 1.0


def test_seen_injustice_lowers_reporting_and_none_changes_nothing(small, town):
    regime = small.replace(isolation="selfie-app", tracing="interview")
    loud = regime.replace(**{"isolation.monitoring.selfie-app.false_alarm_per_person_day": 0.5})
    tests = {}
    for name, scenario in (("few", regime), ("many", loud)):
        for tau in (0.0, 1.0):
            run = lz.simulate(scenario.replace(**{"behaviour.tau_injustice": tau}), town, seed=1)
            tests[name, tau] = totals(run)["tests"]
    assert tests["many", 1.0] < 0.8 * tests["many", 0.0]
    blameless = loud.replace(**{"isolation.monitoring.selfie-app.false_alarm_per_person_day": 0.0})
    same = [
        lz.simulate(blameless.replace(**{"behaviour.tau_injustice": tau}), town, seed=1)
        for tau in (0.0, 1.0)
    ]
    np.testing.assert_array_equal(same[0].raw.tally.daily, same[1].raw.tally.daily)


def test_informed_people_judge_whether_they_were_close(small, town):
    """With perfect skill fellow visitors who were merely in the same place do not stay at home."""
    tested = small.replace(testing="contacts-and-lateral-flow").replace(**SURE_TESTS)
    level = with_level(tested, "transparent-notice", close_minutes=stated(15.0, "minute"))
    data = level.model_dump()
    data["tracing"]["instruments"] = tuple(
        {**i, "instruction": "inform", "brief_instruction": None}
        for i in data["tracing"]["instruments"]
        if i["type"] == "public-notice"
    )
    data["behaviour"]["heed_probability"] |= {"value": 1.0, "range": (0.0, 1.0)}
    home = {}
    for skill in (0.0, 1.0):
        data["behaviour"]["judging_skill"] |= {"value": skill}
        run = lz.simulate(Scenario.model_validate(data), town, seed=1)
        home[skill] = (run.raw.records.order_pathway == 0).sum() / totals(run)["informed"]
    assert home[0.0] > 0.2 and home[1.0] < 0.35 * home[0.0]


def test_records_older_than_their_retention_cannot_be_asked_about(small, town):
    """Retention of five days equals a window that begins five days before the list."""

    def window(days: float, retention: float) -> lz.Run:
        data = small.replace(tracing="operator-geolocation", **SURE_TESTS).model_dump()
        one = data["tracing"]["instruments"][0]
        one |= {
            "lookback_days": stated(days, "day"),
            "retention_days": stated(retention, "day", math.inf),
            "delay": neutral_law("constant", 0.5).model_dump(),
        }
        return lz.simulate(
            constant_delays(Scenario.model_validate(data)), town, seed=1, keep_lists=True
        )

    long, kept, short = window(14.0, math.inf), window(14.0, 5.0), window(14.0, 0.0)
    mean = {
        name: run.instruments["contacts"].sum() / run.instruments["cases"].sum()
        for name, run in (("long", long), ("kept", kept), ("short", short))
    }
    assert mean["short"] < mean["kept"] < mean["long"]
    again = window(14.0, 40.0)
    np.testing.assert_array_equal(again.raw.history.time, long.raw.history.time)


def test_the_burden_adds_up_to_the_panel(small, town):
    run = lz.simulate(
        small.replace(tracing="operator-geolocation", isolation="moscow-social-monitoring"),
        town,
        seed=1,
    )
    people = run.population.people
    for by in ("age", "household", "contacts"):
        table = run.burden.loc[by]
        assert table["people"].sum() == people
        for column, component in (
            ("infections", "infections"),
            ("futile_days", "futile_days"),
            ("deaths", "deaths"),
            ("uninfected_opened", "uninfected_opened"),
        ):
            total = (table[column].fillna(0) * table["people"]).sum() / 1000
            assert total * 1e5 / people == pytest.approx(run.panel[component]), (by, column)
        wrong = run.panel[["wrong_reports", "wrong_fines", "wrong_transfers"]].sum() * people / 1e5
        assert (table["wrong_sanctions"].fillna(0) * table["people"]).sum() / 1000 == pytest.approx(
            wrong
        )


def test_deterrence_keeps_those_at_home_who_do_not_fully_adhere(moscow):
    """They go out on a day with 1 - D (1 - exp(-detection x fine)); all of it is seen here."""
    people = 4000
    regime = {
        "monitoring": (monitor(1.0, 0.0),),
        "ladder": (),
        "fine_daily_incomes": stated(2.0, "daily income"),
    }
    settings = {"isolation.full_adherence_case": 0.0, "behaviour.most_deterred": 0.5}
    run = lz.simulate(
        of_cases(moscow, regime, **settings), alone(people), seed=6, first=range(people)
    )
    p, slots = 1.0 - 0.5 * (1.0 - math.exp(-1.0 * 2.0)), people * ORDER_DAYS
    assert abs(totals(run)["detected_breaches"] - slots * p) < 5 * math.sqrt(slots * p * (1 - p))


def test_a_negative_test_ends_the_quarantine_of_a_household(moscow):
    """Nobody is infected by the case; the test of day 5 after the result is read half a day
    later."""
    city = bare_city(2)._replace(household_start=np.array([0, 2], np.int32))
    city.household[:] = 0
    people = lz.Population(city._replace(reach=reach_of(city)), "a pair at home", 1)
    scenario = of_cases(moscow, {"household_quarantine_probability": stated(1.0, "fraction", 1)})
    scenario = scenario.replace(pathogen=constant_pathogen(hazard=1e-9))
    level = with_level(
        scenario, "interview", more={"interview": ALL_RECALLED}, release_test_day=stated(5.0, "day")
    )
    r = lz.simulate(constant_delays(level), people, seed=1, first=[0]).raw.records
    mine = r.order_pathway == HOME
    assert list(zip(r.order_person[mine], r.order_start[mine], r.order_until[mine])) == [
        (1, START, START + 5.0 + 0.5)
    ]


def test_what_deterred_the_first_person_under_an_order_still_does_in_the_next_order(moscow):
    """Symptoms of 0 put 1 under the run's first order; the warning of its first day halves how
    often 1 goes out, as a case too."""
    regime = {
        "monitoring": (monitor(1.0, 0.0),),
        "ladder": (rung("warning", 1, 0.5), rung("report", 100)),
    }
    settings = {
        "isolation.full_adherence_contact": 0.0,
        "isolation.full_adherence_case": 0.0,
        "isolation.partial_contact_factor": 1.0,
    }
    quick = {"delay": neutral_law("constant", 0.1).model_dump()}
    level = with_level(
        of_cases(moscow, regime, **settings),
        "interview",
        more={"interview": ALL_RECALLED | quick},
        trigger="symptoms",
    )
    run = lz.simulate(constant_delays(level), lz.populations.path(2), seed=1, first=[0])
    r = run.raw.records
    assert r.order_person[0] == 1 and r.order_pathway[0] == LISTED
    mine = np.flatnonzero(r.order_person == 1)
    assert len(mine) == 2 and r.order_pathway[mine[1]] == CASE
    assert run.raw.conduct.tempted[mine].tolist() == [0.5, 0.5]
