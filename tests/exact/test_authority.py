"""What the authority sees and does, with certain outcomes: tests of the uninfected, and the ladder
day by day."""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import SURE_TESTS, constant_delays, constant_pathogen

import lazaretto as lz
from lazaretto._jit import entry
from lazaretto.engine.lowering import lower_policy
from lazaretto.mechanisms.counters import DAILY, TESTS, WRONG_POSITIVES
from lazaretto.mechanisms.testing.samples import positive_probability

ILL = {**SURE_TESTS, "testing.background_illness_per_day": 0.005, "isolation.isolation_days": 1.0}


def ill_town(small, town, **settings):
    """Two months of other illnesses and one infection that cannot spread."""
    scenario = small.replace(days=60, initial_infections=1, **{**ILL, **settings})
    data = scenario.model_dump()
    data["pathogen"]["hazard_per_day"] = {
        "value": 0.0,
        "unit": "1/day",
        "range": [0, 1],
        "source": "test",
        "status": "assumption",
    }
    return lz.simulate(type(scenario).model_validate(data), town, seed=1)


def test_perfect_specificity_gives_no_wrong_positive_and_the_illness_rate_gives_the_tests(
    small, town
):
    run = ill_town(small, town)
    assert run.panel["wrong_positives"] == 0
    tests = run.raw.tally.daily[TESTS].sum()
    expected = 0.005 * town.city.reach * (60 - 0.5)  # a sample is taken half a day after onset
    assert abs(tests - expected) < 5 * math.sqrt(expected)


def test_wrong_positives_follow_the_specificity(small, town):
    run = ill_town(small, town, **{"testing.specificity": 0.9})
    tests, wrong = run.raw.tally.daily[TESTS].sum(), run.raw.tally.daily[WRONG_POSITIVES].sum()
    assert abs(wrong - 0.1 * tests) < 5 * math.sqrt(0.09 * tests)
    assert wrong >= 50  # so 5 standard errors find an error of two thirds


def test_tests_that_see_nothing_find_nobody(moscow):
    settings = {**SURE_TESTS, "testing.sensitivity_by_day": [0.0] * 31}
    scenario = constant_delays(moscow.replace(pathogen=constant_pathogen(), days=30, **settings))
    run = lz.simulate(scenario, lz.populations.path(5), seed=1, first=[0])
    assert run.raw.tally.daily[TESTS].sum() == 5
    assert run.panel["cases_found"] == 0
    assert run.panel["isolation_days_ordered"] == 0


@pytest.mark.parametrize(("at", "reports", "fines"), [(1, 1, 10), (4, 1, 7), (11, 0, 0)])
def test_somebody_who_goes_out_daily_climbs_the_ladder_day_by_day(moscow, at, reports, fines):
    settings = {
        **SURE_TESTS,
        "isolation.full_adherence_case": 0.0,
        "behaviour.most_deterred": 0.0,
        "isolation.monitoring.operator-position.detection_probability": 1.0,
        "isolation.monitoring.operator-position.false_alarm_per_person_day": 0.0,
        "isolation.ladder.report.after_detections": at,
        "isolation.ladder.fine.after_detections": at,
        **{
            f"isolation.ladder.{action}.breach_factor": 1.0
            for action in ("warning", "report", "fine")
        },
    }
    scenario = moscow.replace(
        pathogen=constant_pathogen(), isolation="sms-and-police", days=40, **settings
    )
    alone = lz.populations.configuration(np.zeros(2, int))
    data = constant_delays(scenario).model_dump()
    data["isolation"]["desk"] = None  # the ladder is climbed at once
    run = lz.simulate(type(scenario).model_validate(data), alone, seed=1, first=[0])
    totals = {name: int(row.sum()) for name, row in zip(DAILY, run.raw.tally.daily)}
    assert totals["detected_breaches"] == 10  # one a day of ten days of isolation
    assert (
        totals["false_alarms"]
        == totals["wrong_warnings"]
        == totals["wrong_reports"]
        == totals["wrong_fines"]
        == 0
    )
    assert totals["warnings"] == 1
    assert totals["reports"] == reports
    assert totals["fines"] == fines  # the last rung acts again on each further breach


@entry
def _positive(policy, history, person, time):
    return positive_probability(policy, history, person, time, 0)


def test_sensitivity_is_linear_between_days_and_stays_at_its_last_day(moscow):
    """Of an infection on day 0; before it, and below it, the false positives."""
    by_day = [0.0, 0.2] + [0.6] * 28 + [0.4]
    population = lz.populations.path(2)
    policy = lower_policy(
        moscow.replace(**{"testing.sensitivity_by_day": by_day, "testing.specificity": 0.9}),
        population,
    )
    scenario = moscow.replace(pathogen=constant_pathogen(), days=3)
    history = lz.simulate(scenario, population, seed=1, first=[0]).raw.history
    for time, chance in (
        (0.0, 0.1),
        (0.75, 0.15),
        (1.5, 0.4),
        (29.5, 0.5),
        (30.0, 0.4),
        (30.5, 0.4),
        (31.0, 0.4),
        (75.0, 0.4),
    ):
        assert _positive(policy, history, 0, time) == pytest.approx(chance), time
    assert _positive(policy, history, 1, 2.0) == pytest.approx(0.1)
