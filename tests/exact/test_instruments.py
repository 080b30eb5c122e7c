"""Each instrument finds exactly whom it should, where everything uncertain is made certain."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import (
    ALL_RECALLED,
    DELAY,
    SURE_TESTS,
    constant_delays,
    constant_pathogen,
    stated,
    with_level,
)

import lazaretto as lz
from lazaretto.bench import neutral_law
from lazaretto.mechanisms.counters import I_ASKED
from lazaretto.world.codes import CASE, LISTED, SELF

CONTACT_MINUTES = 60.0  # of a static link, every day
EVERY_APP = {
    "uptake_by_age": {**stated([1.0] * 10, "fraction"), "range": [[0.0] * 10, [1.0] * 10]},
    "consent_probability": stated(1.0, "fraction", 1),
    "carriage_probability": stated(1.0, "fraction", 1),
    "detection_by_minutes": {**stated([1.0] * 4, "fraction"), "range": [[0.0] * 4, [1.0] * 4]},
    **DELAY,
}
ALL_SEE = {
    "consent_probability": stated(1.0, "fraction", 1),
    "notice_probability": stated(1.0, "fraction", 1),
    **DELAY,
}
CALLS = {"remote_ties": stated(0.0, "person"), **DELAY}


@pytest.fixture(scope="module")
def sure(moscow):
    """One infection runs down a path; everybody with symptoms is tested, half a day and a quarter
    after onset."""
    scenario = moscow.replace(pathogen=constant_pathogen(), days=30, **SURE_TESTS)
    return scenario.replace(**{"behaviour.kappa_cooperation": 0.0, "behaviour.kappa_phone": 0.0})


def traced(sure, *levels, more=None, **fields):
    return constant_delays(with_level(sure, *levels, more=more, **fields))


def listed(run, index):
    """{person: (instrument, day)} of everybody on the lists of a case."""
    lists = run.lists[run.lists["index_case"] == index]
    return {
        int(p): (i, float(d)) for p, i, d in zip(lists["person"], lists["instrument"], lists["day"])
    }


def orders(run, pathway):
    r = run.raw.records
    mine = r.order_pathway == pathway
    return sorted(
        zip(
            r.order_person[mine].tolist(),
            r.order_start[mine].tolist(),
            r.order_until[mine].tolist(),
        )
    )


FIRST_ONSET, RESULT, REACHED = (
    3.0,
    3.75,
    4.25,
)  # of the first case; constant_pathogen: latent 2 d, lead 1 d


def test_a_perfect_interview_names_every_contact(sure):
    run = lz.simulate(
        traced(sure, "interview", more={"interview": ALL_RECALLED}),
        lz.populations.path(4),
        1,
        first=[1],
        keep_lists=True,
    )
    assert listed(run, 1) == {0: ("interview", REACHED), 2: ("interview", REACHED)}
    assert [p for p, start, _ in orders(run, LISTED) if start == REACHED] == [0, 2]


def test_contacts_of_contacts_are_asked_too(sure):
    level = traced(
        sure,
        "interview",
        more={"interview": ALL_RECALLED},
        recursion_depth=stated(1, "generation", 5),
    )
    run = lz.simulate(level, lz.populations.path(6), 1, first=[0], keep_lists=True)
    assert listed(run, 0) == {1: ("interview", REACHED)}
    second = run.lists[(run.lists["index_case"] == 1) & (run.lists["day"] == REACHED + 0.5)]
    assert sorted(second["person"]) == [0, 2]
    deeper = lz.simulate(
        traced(
            sure,
            "interview",
            more={"interview": ALL_RECALLED},
            recursion_depth=stated(2, "generation", 5),
        ),
        lz.populations.path(6),
        1,
        first=[0],
        keep_lists=True,
    )
    third = deeper.lists[(deeper.lists["index_case"] == 2) & (deeper.lists["day"] == REACHED + 1.0)]
    assert sorted(third["person"]) == [1, 3]


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_the_contacts_of_contacts_end_at_the_stated_depth(sure, depth):
    """Nobody infects anybody, so that who is asked beside the one case was asked for the depth's
    sake."""
    quiet = sure.replace(pathogen=constant_pathogen(hazard=1e-9))
    level = traced(
        quiet,
        "interview",
        more={"interview": ALL_RECALLED},
        recursion_depth=stated(depth, "generation", 5),
    )
    run = lz.simulate(level, lz.populations.path(7), 1, first=[0], keep_lists=True)
    assert set(run.lists["index_case"]) == set(range(depth + 1))


def test_an_interview_asks_about_each_slot_of_each_day(sure, town):
    """Four days, from two before onset on day 3 to the list on day 4, of a person without class or
    workplace; on the last of them, in isolation, only about the household."""
    city = town.city
    homes = np.bincount(city.household)[city.household]
    person = int(np.flatnonzero((city.group < 0) & (homes > 1) & (city.stubs > 0))[0])
    quiet = sure.replace(pathogen=constant_pathogen(hazard=1e-9))
    run = lz.simulate(
        traced(quiet, "interview", more={"interview": ALL_RECALLED}), town, 1, first=[person]
    )
    asked = 4 * (homes[person] - 1) + 3 * int(city.stubs[person])
    assert run.raw.tally.instrument[0, I_ASKED] == asked


def test_backward_tracing_asks_further_back(sure):
    table = pd.DataFrame(
        {"one": [0, 0, 0], "other": [1, 2, 3], "day": [0.5, 8.5, 10.5], "minutes": 60.0}
    )
    pathogen = constant_pathogen(
        latent=9.0, lead=1.0, hazard=1e-9
    )  # onset on day 10, nobody infects
    population = lz.Population.from_contacts(table, loop_days=40)
    short, far = (
        lz.simulate(
            traced(
                sure.replace(pathogen=pathogen),
                "interview",
                more={"interview": ALL_RECALLED | back},
            ),
            population,
            1,
            first=[0],
            keep_lists=True,
        )
        for back in (
            {"lookback_days": stated(2, "day", 21)},
            {
                "lookback_days": stated(2, "day", 21),
                "backward_days": stated(14, "day", 21),
                "backward_recall_factor": stated(1.0, "fraction", 1),
            },
        )
    )
    assert set(listed(short, 0)) == {2, 3}
    assert set(listed(far, 0)) == {1, 2, 3}


def test_the_user_s_own_phone_list_is_the_call_list(sure):
    people = lz.populations.path(4).with_calls(
        pd.DataFrame({"a": [0, 3, 0], "b": [1, 1, 3]}), "a", "b"
    )
    run = lz.simulate(
        traced(sure, "call-list", more={"call-list": CALLS}), people, 1, first=[1], keep_lists=True
    )
    first = run.lists[run.lists["index_case"] == 1].set_index("person")
    assert sorted(first.index) == [0, 3]  # 2 was met and never called
    assert first["true_contact"].to_dict() == {0: True, 3: False}


def test_a_call_list_is_asked_about_each_call_beside_the_contacts_of_each_day(sure):
    people = lz.populations.path(4).with_calls(
        pd.DataFrame({"a": [0, 3, 0], "b": [1, 1, 3]}), "a", "b"
    )
    quiet = sure.replace(pathogen=constant_pathogen(hazard=1e-9))
    level = traced(
        quiet, "call-list", more={"call-list": CALLS | {"lookback_days": stated(2.0, "day", 21)}}
    )
    run = lz.simulate(level, people, 1, first=[1])
    # two neighbours on days 1 to 3, in isolation on day 4; two calls
    assert run.raw.tally.instrument[0, I_ASKED] == 3 * 2 + 2


def test_a_phone_list_of_other_people_is_refused():
    with pytest.raises(ValueError, match="no call is between two of the 4 people"):
        lz.populations.path(4).with_calls(pd.DataFrame({"a": [10], "b": [11]}), "a", "b")


def test_remote_ties_are_mutual_and_as_many_as_stated(sure, town):
    level = traced(
        sure, "call-list", more={"call-list": {**CALLS, "remote_ties": stated(3.5, "person")}}
    )
    quiet = level.replace(pathogen=constant_pathogen(hazard=1e-9))
    everybody = range(town.people)
    run = lz.simulate(quiet, town, 1, first=everybody, keep_lists=True)
    ties = run.lists[~run.lists["true_contact"]]
    pairs = set(zip(ties["index_case"], ties["person"]))
    assert all((b, a) in pairs for a, b in pairs)
    phones = len(set(ties["index_case"]) | set(ties["person"]))
    mean = len(ties) / phones
    share = phones / town.people  # both need a phone
    assert abs(mean - 3.5 * share) < 5 * np.sqrt(3.5 / phones) + 0.05


@pytest.mark.parametrize("uptake", [0.0, 0.6, 1.0])
def test_the_app_finds_pairs_in_proportion_to_the_square_of_uptake(sure, uptake):
    pairs = 4000
    population = lz.populations.configuration(np.ones(2 * pairs, int))
    first = np.flatnonzero(np.arange(2 * pairs) < population.city.link)
    app = EVERY_APP | {
        "uptake_by_age": {**stated([uptake] * 10, "fraction"), "range": [[0.0] * 10, [1.0] * 10]}
    }
    level = traced(
        sure.replace(pathogen=constant_pathogen(hazard=1e-9)),
        "bluetooth-app",
        more={"bluetooth-app": app},
    )
    run = lz.simulate(level, population, 1, first=first, keep_lists=True)
    share = len(run.lists) / pairs
    assert abs(share - uptake**2) <= 5 * np.sqrt(uptake**2 * (1 - uptake**2) / pairs)
    assert not run.lists["true_contact"].eq(False).any()


def test_the_app_s_threshold_leaves_out_short_meetings_but_for_false_risks(sure):
    beyond = {
        "risk_minutes": stated(CONTACT_MINUTES + 1, "minute"),
        "false_risk_probability": stated(0.0, "fraction", 1),
    }
    town = lz.Population.from_contacts(  # so that a meeting somewhere else can meet the rule
        pd.DataFrame(
            {"one": [0, 1, 7], "other": [1, 2, 8], "day": [2.1, 2.2, 2.3], "minutes": [60, 60, 90]}
        ),
        loop_days=5,
    )
    never, always = (
        lz.simulate(
            traced(sure, "bluetooth-app", more={"bluetooth-app": EVERY_APP | more}),
            town,
            1,
            first=[1],
            keep_lists=True,
        )
        for more in (beyond, beyond | {"false_risk_probability": stated(1.0, "fraction", 1)})
    )
    assert listed(never, 1) == {}
    assert set(listed(always, 1)) == {0, 2}


@pytest.mark.parametrize("heed", [0.0, 1.0])
def test_a_notice_informs_and_puts_nobody_under_quarantine(sure, heed):
    people = lz.populations.path(4)
    level = traced(
        sure,
        "transparent-notice",
        more={
            "public-notice": ALL_SEE,
            "interview": {**ALL_RECALLED, "instruction": "inform", "brief_instruction": None},
        },
    )
    run = lz.simulate(
        level.replace(**{"behaviour.heed_probability": heed}), people, 1, first=[1], keep_lists=True
    )
    assert set(listed(run, 1)) == {0, 2}
    assert not (run.raw.records.order_pathway >= LISTED).any()
    assert run.panel["quarantine_days_ordered"] == 0
    assert run.panel["informed"] > 0
    at_home = [p for p, start, _ in orders(run, SELF) if start == REACHED]
    assert at_home == ([0, 2] if heed else [])


def test_brief_and_close_contacts_are_asked_different_things(sure):
    table = pd.DataFrame(
        {"one": [0, 0], "other": [1, 2], "day": [2.5, 2.6], "minutes": [10.0, 90.0]}
    )
    people = lz.Population.from_contacts(table, loop_days=40)
    level = traced(
        sure.replace(pathogen=constant_pathogen(hazard=1e-9)),
        "interview",
        more={"interview": ALL_RECALLED | {"brief_instruction": "inform"}},
        close_minutes=stated(15.0, "minute"),
    )
    run = lz.simulate(level, people, 1, first=[0], keep_lists=True)
    assert set(listed(run, 0)) == {1, 2}
    assert [p for p, _, _ in orders(run, LISTED)] == [2]
    assert run.panel["informed"] * people.people / 1e5 == 1


def test_listed_people_can_be_tested_instead(moscow, sure):
    data = sure.model_dump()
    data["testing"]["listed_to_sample"] = neutral_law("constant", 0.25).model_dump()
    scenario = type(sure).model_validate(data)
    level = traced(
        scenario, "interview", more={"interview": ALL_RECALLED | {"instruction": "test"}}
    )
    run = lz.simulate(level, lz.populations.path(3), 1, first=[0])
    found = dict(zip(run.raw.records.person.tolist(), run.raw.records.confirmed.tolist()))
    assert (
        found[1] == REACHED + 0.25 + 0.25
    )  # infected on day 3, and found before its own onset on day 6
    assert not (run.raw.records.order_pathway >= LISTED).any()
    with pytest.raises(ValueError, match="must state listed_to_sample"):
        with_level(moscow, "interview", more={"interview": {"instruction": "test"}})


def monitored(sure, reached=0.5, **changes):
    """Interviews name everybody so long after the result, and ask them to report symptoms; the
    sample follows after a quarter of a day."""
    data = sure.replace(**changes).model_dump()
    data["testing"]["listed_to_sample"] = neutral_law("constant", 0.25).model_dump()
    asks = ALL_RECALLED | {
        "instruction": "monitor",
        "delay": neutral_law("constant", reached).model_dump(),
    }
    return type(sure).model_validate(data), {"interview": asks}


def test_monitored_people_isolate_when_symptoms_begin(sure):
    """On a path person 1 is infected at the first onset and would infect person 2 at its own, on
    day 6: not before, so nothing is lost by monitoring instead of quarantine."""
    scenario, asks = monitored(sure)
    run = lz.simulate(
        traced(scenario, "interview", more=asks), lz.populations.path(3), 1, first=[0]
    )
    assert orders(run, LISTED) == [(1, 6.0, 6.5)]  # until the result makes a case
    assert orders(run, CASE) == [(0, RESULT, RESULT + 10.0), (1, 6.5, 16.5)]
    assert len(run.raw.history.person) == 2
    assert run.panel["blocked_by_tracing"] * run.population.people / 1e5 > 0
    with pytest.raises(ValueError, match="must state listed_to_sample"):
        with_level(sure, "interview", more={"interview": {"instruction": "monitor"}})


def test_who_has_reported_symptoms_before_the_list_isolates_at_the_list(sure):
    scenario, asks = monitored(sure, reached=2.4)
    run = lz.simulate(
        traced(scenario, "interview", more=asks), lz.populations.path(3), 1, first=[0]
    )
    assert orders(run, LISTED)[0] == (
        1,
        pytest.approx(RESULT + 2.4),
        pytest.approx(RESULT + 2.4 + 0.5),
    )
    assert run.raw.history.person.tolist()[:3] == [0, 1, 2]  # person 2 on day 6, before that


def test_symptoms_that_nobody_would_report_or_after_the_time_asked_for_change_nothing(sure):
    scenario, asks = monitored(sure, **{"isolation.quarantine_days": 1.0})
    late = lz.simulate(
        traced(scenario, "interview", more=asks), lz.populations.path(3), 1, first=[0]
    )
    assert orders(late, LISTED) == [] and len(late.raw.history.person) == 3
    data = scenario.replace(**{"testing.seek_probability": 0.0}).model_dump()
    data["testing"]["screening_per_day"] = stated(1.0, "1/person/day", 1)  # finds the cases
    silent = traced(type(sure).model_validate(data), "interview", more=asks)
    silent = lz.simulate(silent, lz.populations.path(3), 1, first=[0], keep_lists=True)
    assert orders(silent, LISTED) == [] and len(silent.lists) > 0


def test_a_negative_result_ends_the_isolation_of_the_monitored(sure):
    """The report of symptoms triggers, and no test finds anybody."""
    scenario, asks = monitored(sure, reached=0.1, **{"testing.sensitivity_by_day": [0.0] * 31})
    level = traced(scenario, "interview", more=asks, trigger="symptoms")
    run = lz.simulate(level, lz.populations.path(3), 1, first=[0])
    first = (
        6.0 + 0.25 + 0.1
        # person 0 reported symptoms on day 3 and is on the list of person 1; no report is answered
        # twice
    )
    assert orders(run, LISTED) == [
        (0, pytest.approx(first), pytest.approx(first + 0.5)),
        (1, 6.0, 6.5),
    ]
    assert len(run.raw.history.person) == 2


def test_a_negative_test_on_the_stated_day_ends_quarantine(sure):
    quiet = sure.replace(pathogen=constant_pathogen(hazard=1e-9))  # nobody on the list is infected
    level = traced(
        quiet, "interview", more={"interview": ALL_RECALLED}, release_test_day=stated(5.0, "day")
    )
    run = lz.simulate(level, lz.populations.path(3), 1, first=[0])
    assert orders(run, LISTED) == [(1, REACHED, REACHED + 5.0 + 0.25)]
    full = lz.simulate(
        traced(quiet, "interview", more={"interview": ALL_RECALLED}),
        lz.populations.path(3),
        1,
        first=[0],
    )
    [(person, start, until)] = orders(full, LISTED)
    assert (person, start) == (1, REACHED)
    assert REACHED - 1 < until - 10.0 < REACHED  # the last of the daily meetings


def test_where_symptoms_trigger_a_negative_result_frees_the_listed(sure):
    at_sample = FIRST_ONSET + 0.5
    level = traced(
        sure,
        "interview",
        more={"interview": ALL_RECALLED | {"delay": neutral_law("constant", 0.1).model_dump()}},
        trigger="symptoms",
    )
    run = lz.simulate(level, lz.populations.path(3), 1, first=[0], keep_lists=True)
    assert listed(run, 0) == {1: ("interview", at_sample + 0.1)}  # before the result
    blind = level.replace(**{"testing.sensitivity_by_day": [0.0] * 31})
    run = lz.simulate(blind, lz.populations.path(3), 1, first=[0])
    assert (1, at_sample + 0.1, at_sample + 0.25) in orders(run, LISTED)
    assert not (run.raw.records.order_pathway == CASE).any()


def test_several_instruments_make_one_list_and_the_fastest_counts(sure):
    slow = {"delay": neutral_law("constant", 2.0).model_dump()}
    level = traced(
        sure,
        "interview",
        "bluetooth-app",
        more={"interview": ALL_RECALLED | slow, "bluetooth-app": EVERY_APP},
    )
    run = lz.simulate(level, lz.populations.path(3), 1, first=[1], keep_lists=True)
    assert listed(run, 1) == {0: ("bluetooth-app", REACHED), 2: ("bluetooth-app", REACHED)}
    assert not run.lists.duplicated(["index_case", "person"]).any()
    counts = run.instruments
    assert counts.loc["interview", ["listed", "listed_first"]].tolist() == [
        2,
        0,
    ]  # the same two people, two days later
    assert counts["listed_first"].sum() == len(run.lists)
    assert orders(run, LISTED + 0) == []
    quiet = level.replace(pathogen=constant_pathogen(hazard=1e-9))
    run = lz.simulate(quiet, lz.populations.path(3), 1, first=[1])
    by_app = orders(run, LISTED + 1)
    assert [one[:2] for one in by_app] == [(p, REACHED) for p in (0, 2)]
    # not prolonged by the slower list, since the case has been isolated
    assert all(RESULT - 2 < until - 10.0 < RESULT for _, _, until in by_app)


def test_laboratories_work_on_samples_in_their_order(sure):
    people = lz.populations.configuration(np.zeros(5, int))
    data = sure.model_dump()
    data["testing"]["capacity_per_100k"] = stated(
        1e5 / 5, "test/day"
    )  # one a day, whoever has contacts counts as the population
    scenario = constant_delays(type(sure).model_validate(data))
    run = lz.simulate(scenario, lz.populations.path(5), 1, first=[0, 1, 2, 3, 4])
    assert sorted(run.raw.records.confirmed.tolist()) == [RESULT + k for k in range(5)]
    assert run.queues["tests"].max() == 4
    assert run.panel["tests_waiting"] * 5 / 1e5 == 4
    assert people.city.reach == 0


def test_cases_that_would_wait_too_long_are_never_interviewed(sure):
    one_a_day = {
        "tracers_per_100k": stated(1e5 / 5, "person"),
        "interviews_per_tracer_day": stated(1.0, "interview/day"),
    }
    level = traced(
        sure,
        "interview",
        more={
            "interview": ALL_RECALLED | one_a_day | {"longest_wait_days": stated(2.0, "day", 21)}
        },
    )
    run = lz.simulate(level, lz.populations.path(5), 1, first=[0, 1, 2, 3, 4])
    assert run.instruments.loc["interview", "cases"] == 3
    assert run.instruments.loc["interview", "cases_dropped"] == 2
    assert (
        run.delays["interview"].to_dict() | {0.5: 1, 1.5: 1, 2.5: 1}
        == run.delays["interview"].to_dict()
    )


def test_screening_tests_the_stated_number_of_random_people(sure, town):
    data = sure.model_dump()
    data["testing"]["screening_per_day"] = stated(0.01, "1/person/day", 1)
    run = lz.simulate(
        type(sure).model_validate(data).replace(pathogen=constant_pathogen(hazard=1e-9)),
        town,
        1,
        first=[0],
    )
    expected = 0.01 * town.people * 30
    tests = run.panel["tests"] * town.people / 1e5
    assert abs(tests - expected) < 5 * np.sqrt(expected)


def test_lateral_flow_is_read_at_once_and_errs_in_its_own_way(sure):
    data = sure.model_dump()
    blind = {**stated([0.0] * 31, "fraction"), "range": [[0.0] * 31, [1.0] * 31]}
    quick = {
        "sample_to_result": neutral_law("constant", 0.0625).model_dump(),
        "specificity": stated(1.0, "fraction", 1),
    }
    certain = {**blind, "value": [1.0] * 31}
    results = []
    for sensitivity in (blind, certain):
        data["testing"] |= {
            "lateral_flow": quick | {"sensitivity_by_day": sensitivity},
            "lateral_flow_for": ("symptoms",),
        }
        run = lz.simulate(
            constant_delays(type(sure).model_validate(data)), lz.populations.path(2), 1, first=[0]
        )
        results.append(run.raw.records.confirmed.min(initial=np.inf))
    assert results == [np.inf, FIRST_ONSET + 0.5 + 0.0625]
