"""Judges: tracing, instruments.

Each meeting is seen by itself; what was seen adds up; windows and quarantines are exact in time. On
tables of observed contacts, whose moments are stated."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from conftest import ALL_RECALLED, SURE_TESTS, constant_delays, constant_pathogen, stated
from test_instruments import ALL_SEE, EVERY_APP
from test_limits_of_instruments import only

import lazaretto as lz

ONSET, REACHED = 3.0, 4.25  # of people infected on day 0; when lists come
PAIRS = 3000
DAYS = 9


def fractions(p: float, length: int | None = None) -> dict:
    if length is None:
        return stated(p, "fraction", 1)
    return {**stated([p] * length, "fraction"), "range": [[0.0] * length, [1.0] * length]}


def two_days(more: dict) -> dict:
    return more | {"lookback_days": stated(2.0, "day", 21)}


def seen_with(kind: str, p: float) -> tuple[str, dict]:
    """(a level, what makes its instrument of that kind see a meeting of half an hour with
    probability p and everything else sure)"""
    return {
        "interview": ("interview", ALL_RECALLED | {"recall_by_minutes": fractions(p, 4)}),
        "operator-geolocation": (
            "operator-geolocation",
            {
                "carriage_probability": fractions(1.0),
                "detection_probability": fractions(p),
                "sampling_minutes": stated(5.0, "minute", 120),
                "colocation_overlap": fractions(0.0),
                "delay": ALL_SEE["delay"],
            },
        ),
        "bluetooth-app": ("bluetooth-app", EVERY_APP | {"detection_by_minutes": fractions(p, 4)}),
        "venue-check-in": (
            "venue-check-in",
            {
                "participation": fractions(math.sqrt(p)),
                "fellow_visitors_per_day": stated(0.0, "person/day", 50),
                "delay": ALL_SEE["delay"],
            },
        ),
    }[kind]


@pytest.fixture(scope="module")
def quiet(moscow):
    """Whoever is infected on day 0 is tested and asked for contacts; nobody is infected by them."""
    pathogen = constant_pathogen(hazard=1e-9)
    scenario = moscow.replace(pathogen=pathogen, days=DAYS, start_date=None, **SURE_TESTS)
    return scenario.replace(**{"behaviour.kappa_cooperation": 0.0, "behaviour.kappa_phone": 0.0})


def network(meetings: list[tuple[int, int, float, float]]) -> lz.Population:
    """From (one, other, day, minutes); a contact of two others on the last day makes the loop as
    long as the run, so that nothing comes again."""
    rows = [*meetings, (10**6, 10**6 + 1, DAYS - 0.5, 1.0)]
    table = pd.DataFrame(rows, columns=["one", "other", "day", "minutes"])
    in_order = table.sort_values("day", ignore_index=True)
    return lz.Population.from_contacts(in_order, loop_days=int(table["day"].max()) + 1)


def listed_on(population: lz.Population, scenario, cases: list[int]) -> lz.Run:
    return lz.simulate(scenario, population, 1, first=cases, keep_lists=True)


@pytest.mark.parametrize(
    "kind", ["interview", "operator-geolocation", "bluetooth-app", "venue-check-in"]
)
def test_n_meetings_are_seen_with_one_minus_all_missed(quiet, kind):
    """1 - (1 - p)^n, within five standard errors, on one day and over days."""
    p, meetings, cases = 0.3, [], []
    counts = {2 * pair: 1 + pair % 4 for pair in range(4 * PAIRS)}
    for case, n in counts.items():
        cases.append(case)
        days = [1.1 + (0.2 if case % 3 else 0.9) * k for k in range(n)]
        meetings += [(case, case + 1, day, 30.0) for day in days]
    population = network(meetings)
    level, more = seen_with(kind, p)
    scenario = constant_delays(only(quiet, level, kind, two_days(more)))
    run = listed_on(population, scenario, cases)
    found = set(run.contacts["from"].astype(int))
    for n in range(1, 5):
        of = [case for case, count in counts.items() if count == n]
        share, exact = np.mean([case in found for case in of]), 1 - (1 - p) ** n
        assert abs(share - exact) < 5 * math.sqrt(exact * (1 - exact) / len(of))


def test_a_member_of_the_household_met_daily_for_a_fortnight_is_found_by_operators(moscow):
    """With the shipped level: three hours a day on 14 days, over 0.9."""
    pathogen = constant_pathogen(latent=13.0, lead=0.5, hazard=1e-9)
    scenario = moscow.replace(pathogen=pathogen, days=20, start_date=None, **SURE_TESTS)
    scenario = scenario.replace(tracing="operator-geolocation", **{"behaviour.kappa_phone": 0.0})
    meetings = [
        (2 * k, 2 * k + 1, day + 0.5, 180.0) for k in range(PAIRS // 3) for day in range(14)
    ]
    population = network([*meetings, (10**6, 10**6 + 1, 19.5, 1.0)])
    run = listed_on(population, scenario, [2 * k for k in range(PAIRS // 3)])
    assert len(run.contacts) / (PAIRS // 3) > 0.99  # 1 - (1 - 0.9^2 0.6)^14


def test_more_meetings_never_lower_the_chance(quiet):
    """Whoever is found among some meetings is found among these and more."""
    few = [(2 * k, 2 * k + 1, 1.2, 30.0) for k in range(PAIRS)]
    more = few + [(2 * k, 2 * k + 1, 2.4, 30.0) for k in range(PAIRS)]
    level, fields = seen_with("operator-geolocation", 0.4)
    scenario = constant_delays(only(quiet, level, "operator-geolocation", two_days(fields)))
    cases = [2 * k for k in range(PAIRS)]
    found = [
        set(listed_on(network(table), scenario, cases).contacts["from"]) for table in (few, more)
    ]
    assert found[0] < found[1]


def test_minutes_of_a_day_add_up_to_the_rule_and_those_of_two_days_do_not(quiet):
    """Fifteen minutes are asked for."""
    meetings = [
        (0, 1, 2.1, 8.0),
        (0, 1, 2.6, 8.0),
        (2, 3, 2.1, 8.0),
        (2, 3, 3.1, 8.0),
        (4, 5, 2.1, 8.0),
        (6, 7, 2.1, 16.0),
    ]
    level, fields = seen_with("bluetooth-app", 1.0)
    fields = two_days(fields) | {"false_risk_probability": fractions(0.0)}
    scenario = constant_delays(only(quiet, level, "bluetooth-app", fields))
    table = listed_on(network(meetings), scenario, [0, 2, 4, 6]).contacts
    assert sorted(table["from"].astype(int)) == [0, 6]
    assert table.set_index("from").loc[0, "minutes"] == 16.0


@pytest.fixture(scope="module")
def at_the_ends(quiet):
    """Contacts just within and just outside of the window of two days before onset until the list
    comes, each with another case."""
    moments = [ONSET - 2.001, ONSET - 1.999, REACHED - 0.001, REACHED + 0.001]
    meetings = [(2 * k, 2 * k + 1, day, 1.0) for k, day in enumerate(moments)]
    meetings += [(8, 9, 1.5, 10.0), (8, 9, 2.75, 20.0), (8, 9, 0.5, 40.0)]
    level, fields = seen_with("interview", 1.0)
    scenario = constant_delays(only(quiet, level, "interview", two_days(fields)))
    scenario = scenario.replace(isolation="advice", **{"isolation.quarantine_days": 10.0})
    free = {"isolation.full_adherence_case": 0.0, "isolation.partial_contact_factor": 1.0}
    return listed_on(network(meetings), scenario.replace(**free), [0, 2, 4, 6, 8])


def test_the_window_is_exact_at_both_ends(at_the_ends):
    assert sorted(at_the_ends.contacts["from"].astype(int)) == [2, 4, 8]


def test_a_list_holds_what_was_seen_and_the_truth_stands_apart(at_the_ends):
    row = at_the_ends.contacts.set_index("from").loc[8]
    assert (row["minutes"], row["minutes_met"]) == (30.0, 30.0)
    assert (row["date_first_contact"], row["date_last_contact"]) == (1, 2)


def test_quarantine_counts_from_the_last_meeting_seen(at_the_ends):
    run, number = at_the_ends, {int(n): k for k, n in enumerate(at_the_ends.population.ids)}
    r = run.raw.records
    until = {
        int(p): (float(start), float(end))
        for p, start, end in zip(r.order_person, r.order_start, r.order_until)
    }
    assert until[number[9]] == pytest.approx((REACHED, 2.75 + 10.0), abs=1e-3)


def test_an_exposure_longer_ago_than_a_quarantine_lasts_gives_no_order(quiet):
    level, fields = seen_with("interview", 1.0)
    scenario = constant_delays(only(quiet, level, "interview", two_days(fields)))
    scenario = scenario.replace(**{"isolation.quarantine_days": 1.0})
    run = listed_on(network([(0, 1, 1.5, 30.0), (2, 3, 3.5, 30.0)]), scenario, [0, 2])
    table = run.contacts.set_index("from")
    assert table["ordered"].to_dict() == {0: False, 2: True}


def test_meetings_that_isolation_prevented_are_on_no_list(quiet):
    """A case keeps to its isolation from the result on day 3.75."""
    level, fields = seen_with("interview", 1.0)
    scenario = constant_delays(only(quiet, level, "interview", two_days(fields)))
    scenario = scenario.replace(**{"isolation.full_adherence_case": 1.0})
    meetings = [(0, 1, 3.7, 30.0), (2, 3, 3.8, 30.0)]
    run = listed_on(network(meetings), scenario, [0, 2])
    assert list(run.contacts["from"]) == [0]


def test_a_level_that_sees_no_meetings_cannot_tell_brief_ones_apart(moscow):
    with pytest.raises(ValueError, match="sees no meetings"):
        only(moscow, "household", "household", {"brief_instruction": "inform"})
