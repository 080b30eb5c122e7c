"""Judges: isolation, response.

Conduct under an order: giving up, deterrence that is bounded, monitors that need a phone, false
alarms that fall on a few, orders that end with a life, importations that meet who is free.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import ALL_RECALLED, constant_pathogen, stated, with_level
from test_regimes import BLAMELESS, ORDER_DAYS, START, alone, monitor, of_cases, totals

import lazaretto as lz
from lazaretto.analysis.theory.idealised import idealised_pathogen, neutral_law
from lazaretto.outcomes.orders import dropped_out
from lazaretto.parameters import load

PEOPLE = 6000
UNWATCHED = {"monitoring": (), "ladder": ()}


def under_orders(moscow, regime, people=PEOPLE, seed=1, **settings):
    scenario = of_cases(moscow, regime, **(BLAMELESS | settings))
    scenario = scenario.replace(**{"pathogen.death_fraction_by_age": [0.0] * 10})
    return lz.simulate(scenario, alone(people), seed=seed, first=range(people))


@pytest.mark.parametrize("fatigue", [0.0, 0.2])
def test_people_give_up_by_a_hazard_that_grows_with_the_days(moscow, fatigue):
    """1 - exp(-h (exp(f t) - 1) / f) by day t, with a dated event each; served days are what they
    stayed."""
    hazard = 0.05
    settings = {"isolation.dropout_per_day": hazard, "behaviour.fatigue_per_day": fatigue}
    settings["isolation.partial_contact_factor"] = 1.0
    run = under_orders(moscow, UNWATCHED, **settings)
    gone = run.events.query("event == 'drops out of an order'")["day"].to_numpy() - START
    for day in range(1, ORDER_DAYS + 1):
        spent = hazard * (math.expm1(fatigue * day) / fatigue if fatigue else day)
        p = -math.expm1(-spent)
        assert abs(np.mean(gone < day) * len(gone) / PEOPLE - p) < 5 * math.sqrt(p / PEOPLE)
    assert run.panel["dropouts"] == pytest.approx(len(gone) * 1e5 / PEOPLE)
    stayed = gone.sum() + (PEOPLE - len(gone)) * ORDER_DAYS
    assert run.panel["isolation_days_served"] == pytest.approx(stayed * 1e5 / PEOPLE)


@pytest.mark.parametrize(("fatigue", "result"), [(0.0, 0.5), (0.1, 0.5), (0.1, 0.75)])
def test_who_adheres_in_part_tires(moscow, fatigue, result):
    """Served of a day are the contacts given up, 0.7 exp(-f x days under the order at its
    midnight), the first day whole."""
    settings = {
        "isolation.full_adherence_case": 0.0,
        "isolation.partial_contact_factor": 0.3,
        "testing.sample_to_result.mean": result,
        "behaviour.fatigue_per_day": fatigue,
    }
    run = under_orders(moscow, UNWATCHED, people=100, **settings)
    start = 3.5 + result
    assert np.allclose(run.raw.records.order_start, start)
    edges = np.unique([start, *range(math.ceil(start), int(start) + 11), start + ORDER_DAYS])
    under = np.maximum(0.0, np.floor(edges[:-1]) - start)
    served = 0.7 * (np.exp(-fatigue * under) * np.diff(edges)).sum()
    assert run.panel["isolation_days_served"] == pytest.approx(served * 1e5)


def test_the_tired_meet_more_people_from_day_to_day(moscow, pairs):
    """With no contact kept at first, each day's is kept whole with probability 1 - exp(-f d): so
    many escape infection as the product over its days says."""
    fatigue, hazard, latent = 0.1, 0.5, 1.0
    even = idealised_pathogen(
        neutral_law("constant", latent), neutral_law("constant", 20.0), hazard
    )
    people, first = pairs
    settings = BLAMELESS | {
        "isolation.full_adherence_case": 0.0,
        "isolation.partial_contact_factor": 0.0,
        "behaviour.fatigue_per_day": fatigue,
    }
    scenario = of_cases(moscow, UNWATCHED, **settings).replace(pathogen=even)
    run = lz.simulate(scenario, people, seed=1, first=first)
    h, r = run.raw.history, run.raw.records
    start = r.order_start[np.isin(r.order_person, first)]
    assert np.ptp(start) < 1e-9 and start[0] == int(start[0])
    begin = int(start[0])
    caught = np.isin(h.person, first, invert=True) & (h.time < begin + ORDER_DAYS)
    escape = math.exp(-hazard * (begin - latent))
    for day in range(ORDER_DAYS):
        escape *= 1.0 - (1.0 - math.exp(-fatigue * day)) * -math.expm1(-hazard)
    p, n = 1.0 - escape, len(first)
    assert abs(caught.sum() - n * p) < 5 * math.sqrt(n * p * (1 - p))
    rested = 1.0 - math.exp(-hazard * (begin - latent))  # it would see it if nobody tired
    assert caught.sum() > n * rested + 5 * math.sqrt(n * p * (1 - p))


def test_support_wins_people_over_and_keeps_them(moscow):
    """A share of those who would not adhere; and exp(-sigma x support) of the hazard of giving
    up."""
    settings = {
        "isolation.full_adherence_case": 0.4,
        "isolation.dropout_per_day": 0.1,
        "behaviour.fatigue_per_day": 0.0,
        "behaviour.support_closes": 0.5,
        "behaviour.sigma_support": 0.6,
    }
    for support in (0.0, 1.0):
        run = under_orders(moscow, UNWATCHED, **settings, **{"isolation.support_fraction": support})
        full = run.raw.conduct.full
        p = 0.4 + 0.5 * support * 0.6
        assert abs(full.mean() - p) < 5 * math.sqrt(p * (1 - p) / PEOPLE)
        q = -math.expm1(-0.1 * math.exp(-0.6 * support) * ORDER_DAYS)
        gave_up = len(dropped_out(run.raw)) / full.sum()
        assert abs(gave_up - q) < 5 * math.sqrt(q * (1 - q) / full.sum())
        days = PEOPLE * ORDER_DAYS * support * 0.3
        assert run.panel["support_paid"] == pytest.approx(days * 1e5 / PEOPLE)


def test_whoever_has_given_up_is_met_as_those_who_never_adhered(moscow, pairs):
    """Cases who give up at once and keep all contacts infect as many as if nobody were under an
    order; those who stay infect hardly anybody after their result."""
    even = idealised_pathogen(neutral_law("constant", 2.0), neutral_law("constant", 8.0), 0.2)
    people, first = pairs
    infected = []
    for settings in ({"isolation.dropout_per_day": h} for h in (0.0, 1000.0)):
        settings |= BLAMELESS | settings | {"isolation.partial_contact_factor": 1.0}
        scenario = of_cases(moscow, UNWATCHED, **settings).replace(pathogen=even)
        run = lz.simulate(scenario, people, seed=1, first=first)
        infected.append(len(run.raw.history.person) - len(first))
    free = lz.simulate(scenario, people, seed=1, first=first, policy=False)
    expected = len(free.raw.history.person) - len(first)
    assert 0.97 * expected < infected[1] <= expected  # a few are in hospital
    assert infected[0] < 0.6 * expected


REGIMES = ["electronic-fence", "moscow-social-monitoring", "selfie-app", "sms-and-police"]


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("end", [0, 1])
def test_no_parameter_silences_breaches(moscow, regime, end):
    """At the end of its range that deters most, each alone leaves over one in 1,000 of what goes
    out without the regime's threat, support and warnings."""
    stated_regime = load("isolation", regime)
    behaviour = moscow.behaviour
    threat = 1.0 - behaviour.most_deterred.range[1] if end else 1.0
    support = math.exp(-behaviour.sigma_support.range[1]) if end else 1.0
    ladder = math.prod(min(1.0, rung.breach_factor.range[0]) for rung in stated_regime.ladder)
    for left in (threat, support, ladder):
        assert left > 1e-3


def test_a_fence_has_true_breaches_and_true_sanctions():
    scenario = lz.load_scenario("no-measures").replace(
        isolation="electronic-fence", tracing="interview", people=20_000, days=120
    )
    city = lz.build_population(scenario.population, people=20_000, seed=1)
    run = lz.simulate(scenario, city, seed=1)
    out = run.events.query("event == 'goes out'")
    assert len(out) * 1e5 / 20_000 == pytest.approx(run.panel["breaches"])
    assert run.panel["breaches"] > 0 and (~run.sanctions["wrong"].astype(bool)).sum() > 0


@pytest.mark.parametrize(
    ("kinds", "without", "owns"),
    [
        (("operator-position",), 0.0, 0.5),
        (("visits",), 0.5, 0.5),
        (("operator-position", "visits"), 0.5, 0.75),
        (("operator-position", "special-phone"), 0.5, 0.5),
        (("special-phone",), 0.5, 0.5),
    ],
)
def test_monitors_need_what_they_need(moscow, kinds, without, owns):
    """Everybody goes out daily; each monitor notices half of it, where the person has a phone, or
    is given one."""
    monitors = tuple(monitor(0.5, 0.0) | {"type": kind} for kind in kinds)
    settings = {"isolation.full_adherence_case": 0.0, "isolation.fine_daily_incomes": 0.0}
    for has_phone, p in ((False, without), (True, owns)):
        people = lz.Population(
            **vars(alone(PEOPLE)) | {"phone_ownership": (float(has_phone),) * 10}
        )
        scenario = of_cases(moscow, {"monitoring": monitors, "ladder": ()}, **settings)
        run = lz.simulate(scenario, people, seed=2, first=range(PEOPLE))
        slots = PEOPLE * ORDER_DAYS
        error = math.sqrt(slots * p * (1 - p))
        assert abs(totals(run)["detected_breaches"] - slots * p) <= 5 * error


def test_nobody_is_checked_or_recorded_whom_a_monitor_cannot_see(moscow):
    """Half have a phone, three in ten of the others are handed one: checks and records are of
    these, of days at home; visits see everybody."""
    daily = {"checks_per_day": stated(2.0, "1/person/day"), "hours_per_check": stated(0.5, "hour")}
    daily |= {"records_per_person_day": stated(3.0, "record/person-day")}
    kinds = {"operator-position": {}, "visits": {}, "special-phone": {}}
    kinds["special-phone"] = {"issued_fraction": stated(0.3, "fraction", 1)}
    monitors = tuple(
        monitor(0.0, 0.0) | daily | {"type": kind} | more for kind, more in kinds.items()
    )
    people = lz.Population(**vars(alone(PEOPLE)) | {"phone_ownership": (0.5,) * 10})
    lasting = BLAMELESS | {"pathogen.death_fraction_by_age": [0.0] * 10}
    scenario = of_cases(moscow, {"monitoring": monitors, "ladder": ()}).replace(**lasting)
    run = lz.simulate(scenario, people, seed=2, first=range(PEOPLE))
    phones, special = (int((run.raw.conduct.device == one).sum()) for one in (1, 2))
    assert abs(phones - PEOPLE / 2) < 5 * math.sqrt(PEOPLE / 4) and 800 < special < 1000
    found = run.panel * PEOPLE / 1e5
    seen = (phones + PEOPLE + special) * ORDER_DAYS
    assert found["checks"] == pytest.approx(2 * seen)
    assert found["enforcement_hours"] == pytest.approx(seen)
    assert found["records_collected"] == pytest.approx(3 * seen)
    inside = {"case_place": "facility", "facility_contact_factor": stated(0.0, "fraction", 1)}
    scenario = of_cases(moscow, {"monitoring": monitors, "ladder": ()} | inside, **BLAMELESS)
    run = lz.simulate(scenario, people, seed=2, first=range(PEOPLE))
    assert run.panel["checks"] == run.panel["records_collected"] == 0.0


def test_a_phone_left_at_home_beats_a_position_and_not_a_selfie(moscow):
    left = {"phone_left_at_home": stated(0.6, "fraction", 1)}
    watched = monitor(0.5, 0.0) | {"type": "operator-position"} | left
    settings = {"isolation.full_adherence_case": 0.0, "isolation.fine_daily_incomes": 0.0}
    scenario = of_cases(moscow, {"monitoring": (watched,), "ladder": ()}, **settings)
    people = lz.Population(**vars(alone(PEOPLE)) | {"phone_ownership": (1.0,) * 10})
    run = lz.simulate(scenario, people, seed=2, first=range(PEOPLE))
    p, slots = 0.5 * 0.4, PEOPLE * ORDER_DAYS
    assert abs(totals(run)["detected_breaches"] - slots * p) < 5 * math.sqrt(slots * p * (1 - p))
    with pytest.raises(ValueError, match="selfie-app does not"):
        of_cases(moscow, {"monitoring": (monitor(0.5, 0.0) | left,), "ladder": ()})


def test_false_alarms_fall_on_a_few(moscow):
    """Of a gamma rate with mean 1 and shape k the alarms in n days are negative binomial, but for
    at most one a day: the mean stays, the variance grows."""
    rate, k = 0.02, 0.2
    people = lz.Population(**vars(alone(PEOPLE)) | {"phone_ownership": (1.0,) * 10})
    spread = {}
    for shape in (None, stated(k, "dimensionless", 100)):
        regime = {"monitoring": (monitor(0.0, rate),), "ladder": (rung_of_warnings(),)}
        scenario = of_cases(moscow, regime | {"false_alarm_k": shape}, **BLAMELESS)
        run = lz.simulate(scenario, people, seed=5, first=range(PEOPLE))
        count = np.bincount(run.sanctions["person"], minlength=PEOPLE)
        hazard = -math.log1p(-rate)
        # of one day: 1 - E exp(-hazard m)
        p = rate if shape is None else 1.0 - (1.0 + hazard / k) ** -k
        error = math.sqrt(count.var() / PEOPLE)
        assert abs(count.mean() - ORDER_DAYS * p) < 5 * error
        spread[shape is None] = count.var() / count.mean()
    assert 0.9 < spread[True] < 1.1 and spread[False] > 1.5


def rung_of_warnings():
    return {
        "action": "warning",
        "after_detections": stated(1, "count"),
        "breach_factor": stated(1.0, "ratio"),
        "hours_per_action": stated(0.0, "hour"),
    }


def test_orders_end_with_a_life_and_the_dead_get_none(moscow):
    """Everybody dies six days after onset, in the midst of the order."""
    one = constant_pathogen().model_dump()
    one["death_fraction_by_age"] |= {"value": [1.0] * 10, "range": [[0.0] * 10, [1.0] * 10]}
    one["onset_to_death"] = neutral_law("constant", 6.0).model_dump()
    scenario = of_cases(moscow, UNWATCHED, **BLAMELESS)
    scenario = scenario.replace(pathogen=type(moscow.pathogen).model_validate(one))
    run = lz.simulate(scenario, alone(50), seed=1, first=range(50))
    died = run.severity.died
    assert np.allclose(died, 9.0)
    assert np.allclose(run.raw.records.order_until, 9.0)
    level = with_level(scenario, "interview", more={"interview": ALL_RECALLED})
    late = lz.simulate(level, lz.populations.path(2), seed=1, first=[0, 1]).raw.records
    assert (late.order_start < late.order_until).all() and (late.order_until <= 9.0).all()


def test_whoever_is_locked_in_meets_nobody_from_outside(moscow):
    """Importations hit people under an order only as far as they go out."""
    infected = {}
    for share in (0.0, 1.0):
        regime = UNWATCHED | {
            "case_place": "facility",
            "facility_contact_factor": stated(share, "fraction", 1),
        }
        settings = BLAMELESS | {
            "isolation.isolation_days": 30.0,
            "testing.background_illness_per_day": 1.0,
            "testing.specificity": 0.0,
        }
        scenario = of_cases(moscow, regime, **settings).replace(
            importations_per_day=20, initial_infections=0, days=25
        )
        city = lz.build_population(scenario.population, people=2000, seed=1)
        scenario = scenario.replace(**{"pathogen.hazard_per_day": 1e-9})
        h = lz.simulate(scenario, city, seed=1).raw.history
        infected[share] = int((h.time > 10).sum())
    assert infected[0.0] == 0 < infected[1.0]
