"""Region-wide measures: which contacts they stop, when they are in force, what people at home meet,
passes, and the index."""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import QUIET, SURE_TESTS, constant_delays, constant_pathogen, stated

import lazaretto as lz
from lazaretto.bench import idealised_pathogen, neutral_law
from lazaretto.mechanisms.counters import DAILY, POSITIVES
from lazaretto.mechanisms.region.stringency import stringency
from lazaretto.parameters import Scenario, load
from lazaretto.population.city import bare_city, reach_of
from lazaretto.world.codes import GROUP, HOUSEHOLD, REGION

PER = "person/100,000 people"


def measure(
    school=1.0, work=1.0, community=1.0, home=1.0, compliance=1.0, start=0.0, end=None, **more
) -> dict:
    return {
        "title": "test",
        "start_day": None if start is None else stated(start, "day"),
        "end_day": None if end is None else stated(end, "day"),
        "school_factor": stated(school, "fraction", 1),
        "work_factor": stated(work, "fraction", 1),
        "community_factor": stated(community, "fraction", 1),
        "household_factor": stated(home, "ratio", 10),
        "compliance": stated(compliance, "fraction", 1),
        "stringency_points": stated(50.0, "index point", 100),
        **more,
    }


def under(scenario: Scenario, *measures: dict) -> Scenario:
    data = scenario.model_dump()
    data["region"] = {"title": "test", "description": "test", "measures": measures}
    return Scenario.model_validate(data)


def test_closing_stops_the_contacts_of_its_setting_while_it_is_in_force(small, town):
    h = lz.simulate(
        under(small, measure(school=0.0, start=10.0, end=40.0)), town, seed=1
    ).raw.history
    city = town.city
    at_school = (h.layer == GROUP) & (city.group[h.person] < city.classes)
    at_work = (h.layer == GROUP) & (city.group[h.person] >= city.classes)
    closed = (h.time >= 10.0) & (h.time < 40.0)
    assert (at_school & closed).sum() == 0 and (at_work & closed).sum() > 20
    assert (at_school & ~closed).sum() > 10
    teams = lz.simulate(under(small, measure(work=0.0, community=0.0)), town, seed=1).raw.history
    kinds = set(
        np.where(teams.layer == GROUP, 10 + (city.group[teams.person] < city.classes), teams.layer)[
            teams.source >= 0
        ].tolist()
    )
    assert kinds == {HOUSEHOLD, 11}


@pytest.mark.parametrize("compliance", [0.0, 0.3, 0.8, 1.0])
def test_one_who_stays_at_home_is_enough(moscow, compliance):
    """On separate pairs, with certain transmission, the other is infected only where neither
    complies: (1 - c)^2."""
    pairs = 4000
    scenario = under(
        moscow.replace(pathogen=constant_pathogen(), days=20, **QUIET),
        measure(community=0.0, compliance=compliance),
    )
    people = lz.populations.configuration(np.ones(2 * pairs, int), seed=1)
    city = people.city
    first = [p for p in range(2 * pairs) if p < city.link[city.link_start[p]]]
    run = lz.simulate(scenario, people, seed=1, first=first)
    share = (1.0 - compliance) ** 2
    error = math.sqrt(len(first) * share * (1 - share))
    assert abs((run.raw.history.source >= 0).sum() - len(first) * share) <= 5 * error
    assert (run.raw.tally.blocked_by[REGION] > 0) == (compliance > 0)


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_people_at_home_meet_more_in_proportion(moscow, factor):
    """Two in a household, infectious for D days at hazard h: 1 - exp(-h D f); the other measure is
    never in force but raises the bound."""
    homes, hazard, days = 4000, 0.1, 5.0
    bare = bare_city(2 * homes)
    city = bare._replace(household_start=np.arange(0, 2 * homes + 1, 2, dtype=np.int32))
    city.household[:] = np.arange(2 * homes) // 2
    people = lz.Population(city._replace(reach=reach_of(city)), "pairs at home", 1)
    pathogen = idealised_pathogen(
        neutral_law("constant", 1.0), neutral_law("constant", days), hazard
    )
    scenario = under(
        moscow.replace(pathogen=pathogen, days=20, **QUIET),
        measure(home=factor),
        measure(home=1.3, start=100.0),
    )
    run = lz.simulate(scenario, people, seed=1, first=range(0, 2 * homes, 2))
    p = 1.0 - math.exp(-hazard * days * factor)
    error = math.sqrt(homes * p * (1 - p))
    assert abs((run.raw.history.source >= 0).sum() - homes * p) < 5 * error
    assert (
        5 * error < homes * (math.exp(-hazard * days) - math.exp(-hazard * days * 1.5)) / 2
    )  # tells 1.0 from 1.5


def test_a_trigger_follows_the_authority_s_own_counts(small, town):
    trigger = {
        "indicator": "cases-per-week",
        "on_from": stated(400.0, PER),
        "off_below": stated(200.0, PER),
        "least_days": stated(10.0, "day"),
    }
    run = lz.simulate(
        under(small, measure(community=0.3, work=0.5, start=None, trigger=trigger)), town, seed=1
    )
    positives = run.raw.tally.daily[POSITIVES] * 1e5 / town.people
    on, since, expected = False, 0, []
    for day in range(run.raw.days):
        week = positives[max(0, day - 7) : day].sum()
        if on:
            on = week >= 200.0 or day - since < 10 or week >= 400.0
        elif week >= 400.0:
            on, since = True, day
        expected.append(int(on))
    assert run.raw.records.in_force[0].tolist() == expected
    assert 10 <= sum(expected) < run.raw.days


def test_a_trigger_on_beds_follows_the_line_list(small, town):
    trigger = {
        "indicator": "hospital-beds",
        "on_from": stated(100.0, PER),
        "off_below": stated(50.0, PER),
        "least_days": stated(0.0, "day"),
    }
    data = small.model_dump()
    data["pathogen"] |= {
        "intensive_care_fraction_by_age": None,
        "admission_to_intensive_care": None,
        "intensive_care_stay": None,
    }
    run = lz.simulate(
        under(Scenario.model_validate(data), measure(community=0.3, start=None, trigger=trigger)),
        town,
        seed=1,
    )
    s = run.severity
    in_bed = [
        ((np.floor(s.admitted) < day) & (np.floor(s.discharged) >= day)).sum() * 1e5 / town.people
        for day in range(run.raw.days)
    ]
    on, expected = False, []
    for beds in in_bed:
        on = beds >= 100.0 or (on and beds >= 50.0)
        expected.append(int(on))
    assert run.raw.records.in_force[0].tolist() == expected
    assert 0 < sum(expected) < run.raw.days


def test_fines_for_passes_come_at_their_rates(small, town):
    passes = {
        "records_per_person_day": stated(0.5, "record/person-day"),
        "retention_days": stated(10.0, "day"),
        "recipients": stated(2, "count"),
        "fine_per_person_day": stated(0.01, "1/person/day", 1),
        "wrong_fine_per_person_day": stated(0.002, "1/person/day", 1),
    }
    run = lz.simulate(
        under(small.replace(days=50), measure(compliance=0.7, start=5.0, end=45.0, passes=passes)),
        town,
        seed=1,
    )
    daily = dict(zip(DAILY, run.raw.tally.daily))
    slots = town.city.reach * 40
    right, wrong = slots * 0.3 * 0.01, slots * 0.7 * 0.002
    assert abs(daily["wrong_pass_fines"].sum() - wrong) < 5 * math.sqrt(wrong)
    assert abs(daily["pass_fines"].sum() - daily["wrong_pass_fines"].sum() - right) < 5 * math.sqrt(
        right
    )
    assert daily["pass_fines"][:5].sum() == daily["pass_fines"][45:].sum() == 0
    held = run.records_by_agency["passes"]["who collects"].to_numpy()
    assert (
        held[5] == 0.5 * town.people
        and held[30] == 10 * 0.5 * town.people
        and held[49] == 5 * 0.5 * town.people
        and held[55:].max() == 0.0
    )
    # a fine opens the record of a day, of which both bodies have a copy for ten days
    copies = run.records_by_agency["passes"]["recipients"].to_numpy()
    assert copies[30] == pytest.approx(2 * daily["pass_fines"][21:31].sum())
    # two measures with passes share the fines between them: none is counted twice
    both = [measure(compliance=0.7, start=5.0, end=45.0, passes=passes) for _ in range(2)]
    both[1]["stringency_points"] = stated(1.0, "index point", 100)
    two = lz.simulate(under(small.replace(days=50), *both), town, seed=1)
    assert two.panel["records_opened"] == pytest.approx(two.panel["pass_fines"])


def test_a_measure_without_effect_changes_nothing(small, town):
    one = lz.simulate(small, town, seed=1)
    two = lz.simulate(under(small, measure(start=5.0)), town, seed=1)
    for name, value in one.raw.history._asdict().items():
        np.testing.assert_array_equal(value, getattr(two.raw.history, name))
    assert two.panel["restriction_days"] == pytest.approx(1e5 * 0.5 * (two.raw.days - 5))


def test_the_tracer_asks_about_the_contacts_that_measures_left(small, town):
    """Everything but home closed: lists of interviews hold household members only."""
    scenario = small.replace(tracing="interview", initial_infections=200, **SURE_TESTS)
    run = lz.simulate(
        under(constant_delays(scenario), measure(0.0, 0.0, 0.0)), town, seed=1, keep_lists=True
    )
    home = town.city.household
    assert len(run.lists) > 50
    assert (home[run.lists["index_case"]] == home[run.lists["person"]]).all()


def test_the_index_of_moscow_has_the_published_means_of_each_month():
    """OxCGRT, Russia 2020: March 41.9, April 85.5, May 80.7, June 64.4, July 56.9; day 0 is 15
    March."""
    region = load("region", "moscow-spring-2020")
    days = np.arange(-14, 139)  # 1 March to 31 July
    starts = np.array([m.start_day.value for m in region.measures])
    ends = np.array([math.inf if m.end_day is None else m.end_day.value for m in region.measures])
    in_force = ((starts[:, None] <= days) & (days < ends[:, None])).astype(np.uint8)
    index = stringency(region.measures, in_force)
    months = np.repeat([41.9, 85.5, 80.7, 64.4, 56.9], [31, 30, 31, 30, 31])
    for published in np.unique(months):
        assert index[months == published].mean() == pytest.approx(published, abs=0.06)
