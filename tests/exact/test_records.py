"""Judges: outcomes, parameters.

Records: each is counted once where it is collected and where it is opened; who has copies keeps
them for as long as is stated, counted from a day that the run decides.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import constant_delays, stated
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import lazaretto as lz
from lazaretto.chance.rows import law_row
from lazaretto.mechanisms.counters import D_CASES, D_LISTED, DAILY
from lazaretto.mechanisms.governance import holdings as H
from lazaretto.mechanisms.governance.appeals import decisions
from lazaretto.mechanisms.governance.sources import _of_instrument, ends_of, weights
from lazaretto.mechanisms.isolation.rungs import ACTIONS, IS_SANCTION
from lazaretto.outcomes.orders import work_days
from lazaretto.parameters import ParameterError, Scenario, list_names, load
from lazaretto.values.governance import Collection

DAYS, RATE, PHONES = 12, 10.0, 100.0
OPERATOR = "tracing.instruments.operator-geolocation."
ALL_SEEN = {"probability_when_wrong": 1.0, "probability_when_right": 1.0}


def by_operators(moscow, phases, looked, **changes):
    """The flows of operators who collect of PHONES people under policies (first day, last day,
    settings), where so many people (day -> number) are looked up."""
    base = moscow.replace(tracing="operator-geolocation")
    data = {OPERATOR + "records_per_person_day": RATE, OPERATOR + "lookback_days": 4} | changes
    plan = SimpleNamespace(
        phases=[
            SimpleNamespace(first=a, last=b, scenario=base.replace(**data | more))
            for a, b, more in phases
        ]
    )
    daily = np.zeros((1, 4, DAYS), np.int64)
    for day, people in looked.items():
        daily[0, D_CASES, day], daily[0, D_LISTED, day] = 1, people - 1
    raw = SimpleNamespace(days=DAYS, tally=SimpleNamespace(instrument_daily=daily))
    city = SimpleNamespace(age=np.full(int(PHONES), 40))
    town = SimpleNamespace(city=city, phone_ownership=np.ones(10))
    return list(_of_instrument(plan, town, raw, 0, "operator-geolocation"))


def test_a_list_opens_the_look_back_of_each_on_it_and_nothing_from_before_the_collection(moscow):
    (one,) = by_operators(moscow, [(0, DAYS, {})], {1: 3, 8: 5})
    assert one.collected.tolist() == [RATE * PHONES] * DAYS
    opened = np.zeros(DAYS)
    opened[1], opened[8] = 3 * RATE * 2, 5 * RATE * 4  # days 0 and 1; days 5 to 8
    assert one.opened.tolist() == opened.tolist()


def test_what_many_lists_open_of_a_day_is_opened_once(moscow):
    """A thousand people on lists of day 5: all records of days 2 to 5, and no more; they leave
    nothing of these days to others. Lists of day 6 and 5 share what both look at."""
    (one,) = by_operators(moscow, [(0, DAYS, {})], {5: 1000})
    assert one.opened.sum() == 4 * RATE * PHONES == one.opened[5]
    (both,) = by_operators(moscow, [(0, DAYS, {})], {5: 300, 6: 100})
    assert both.opened.sum() == pytest.approx(5 * RATE * PHONES)
    # days 3, 4 and 5: 300 of 400 who look; day 2: all; day 6: all of the others
    assert both.opened[5] == pytest.approx(RATE * PHONES * (3 * 0.75 + 1))
    assert both.opened[6] == pytest.approx(RATE * PHONES * (3 * 0.25 + 1))


def test_a_retention_shorter_than_the_look_back_leaves_less_to_open(moscow):
    for kept, days in ((2.0, 2), (2.5, 2.5), (9.0, 4)):
        (one,) = by_operators(
            moscow, [(0, DAYS, {})], {8: 1}, **{OPERATOR + "retention_days": kept}
        )
        assert one.opened.sum() == pytest.approx(RATE * days)
    assert weights(2.5, 4).tolist() == [1.0, 1.0, 0.5, 0.0]
    (one,) = by_operators(
        moscow,
        [(0, DAYS, {})],
        {8: 1},
        **{OPERATOR + "retention_days": 0.0, OPERATOR + "retention_from": "end-of-emergency"},
    )
    assert one.opened.sum() == RATE * 4  # kept until then


def test_lists_under_way_when_the_policy_ends_open_what_was_collected_before(moscow):
    flows = by_operators(moscow, [(2, 6, {})], {7: 2})
    assert flows[0].collected.sum() == 4 * RATE * PHONES
    assert flows[0].opened.sum() == 2 * RATE * 2  # days 4 and 5 of 4 to 7
    later = {OPERATOR + "records_per_person_day": 3.0}
    first, second = by_operators(moscow, [(2, 6, {}), (6, DAYS, later)], {7: 2})
    assert (first.opened.sum(), second.opened.sum()) == (0.0, 2 * (2 * RATE + 2 * 3.0))


LEVELS = [name for name in list_names("tracing") if load("tracing", name).instruments]
CHANGES = st.fixed_dictionaries(
    {
        "level": st.sampled_from(LEVELS),
        "then": st.sampled_from([None, *LEVELS]),
        "isolation": st.sampled_from(list_names("isolation")),
        "region": st.sampled_from(["none", "moscow-spring-2020"]),
        "day": st.integers(1, 39),
        "seed": st.integers(0, 10_000),
        "initial": st.integers(1, 60),
        "lookback": st.floats(0.0, 21.0),
        "kept": st.sampled_from([0.5, 3.0, 7.0, 14.0, math.inf]),
        "rate": st.sampled_from([0.0, 0.3, 1.0, 150.0]),
        "pass_rate": st.sampled_from([0.0, 0.001, 0.3]),
    }
)


@given(CHANGES)
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_no_source_opens_more_records_than_it_collects(small, town, drawn):
    scenario = random_scenario(small, drawn)
    run = lz.simulate(scenario, town, drawn["seed"])
    assert run.panel["records_opened"] <= run.panel["records_collected"] * (1 + 1e-12)
    by_name: dict[str, np.ndarray] = {}
    for source in run._facts.sources:
        assert (source.opened >= 0).all() and (source.collected >= 0).all()
        both = np.array([source.opened.sum(), source.collected.sum()])
        by_name[source.name] = by_name.get(source.name, 0) + both
    for name, (opened, collected) in by_name.items():
        assert opened <= collected * (1 + 1e-12), name
    held = run.records_by_agency
    assert (held.to_numpy() >= 0).all() and len(held) == run.raw.days + 365
    beyond, years = run.panel["record_years_beyond_purpose"], run.panel["record_years_held"]
    assert 0 <= beyond <= years * (1 + 1e-12)
    assert run.copies["record_years"].sum() * 1e5 / town.people == pytest.approx(years)


def random_scenario(small, drawn):
    names = ("lookback_days", "retention_days", "records_per_person_day")
    scenario = small.replace(
        days=40,
        initial_infections=drawn["initial"],
        isolation=drawn["isolation"],
        testing="contacts-and-lateral-flow",
        region=drawn["region"],
        tracing=drawn["level"],
    )
    data = scenario.model_dump()
    for instrument in data["tracing"]["instruments"]:
        for name, value in zip(names, (drawn["lookback"], drawn["kept"], drawn["rate"])):
            instrument[name] |= {"value": value, "status": "user"}
        if instrument.get("backward_days"):  # at least as far as the look-back
            instrument["backward_days"] |= {"value": 21.0, "status": "user"}
    for measure in data["region"]["measures"]:
        if measure["passes"]:
            measure["passes"]["records_per_person_day"] |= {
                "value": drawn["pass_rate"],
                "status": "user",
            }
    scenario = Scenario.model_validate(data)
    if drawn["then"] is None:
        return scenario
    change = {"from_day": drawn["day"], "tracing": drawn["then"]}
    return scenario.replace(timeline=[change])


def copy_of(agency: str, **more):
    base = {
        "records_per_person_day": stated(1.0, "record/person-day"),
        "retention_days": stated(5.0, "day"),
        "retention_from": "end-of-emergency",
    }
    one = Collection.model_validate(base | {"copies": {agency: {"purpose": "tests"} | more}})
    held = H.holdings_of("x", one, CAME, CAME, False, H.Ends(10.0, 30.0))
    return next(iter(held))


CAME = np.array([4.0] * 10)
HORIZON = 100


@pytest.mark.parametrize(
    ("more", "empty", "record_days", "beyond"),
    [
        # 4, 8, ... 40 at the end of days 0 to 9, then 40 until the end of day 13 (15 less 1)
        ({}, 15.0, 220 + 40 * 4, 40 * 4),
        ({"retention_days": stated(0.0, "day")}, 10.0, 220 - 40, 0),
        ({"retention_from": "end-of-court-cases"}, 35.0, 220 + 40 * 24, 40 * 4),
        ({"deletion": "announced"}, math.inf, 220 + 40 * 90, 40 * 90),
        ({"retention_days": "never"}, math.inf, 220 + 40 * 90, 40 * 90),
        ({"purpose": "", "other_purpose": True}, 15.0, 220 + 40 * 4, 220 + 40 * 4),
        # each record for five days after it came
        ({"retention_from": "collection"}, 15.0, 4 * 10 * 5, 4 * (5 + 4 + 3 + 2 + 1) - 4 * 5),
    ],
)
def test_a_copy_is_held_as_long_as_it_says(more, empty, record_days, beyond):
    one = copy_of("police", **more)
    assert H.day_empty([one]) == empty
    assert H.record_years([one], HORIZON) * H.DAYS_PER_YEAR == pytest.approx(record_days)
    assert H.beyond_purpose([one], HORIZON) * H.DAYS_PER_YEAR == pytest.approx(beyond)
    assert H.never_deleted([one]) == int(math.isinf(empty))
    assert (H.stock(one, HORIZON)[-1] > 0) == math.isinf(empty)


def test_one_of_four_keeps_it():
    """Three delete and one does not: what is held in the end is one copy."""
    three = [copy_of(name) for name in ("a", "b", "c")]
    held = [*three, copy_of("d", deletion="announced")]
    total = sum(H.stock(one, HORIZON) for one in held)
    assert total[9] == 4 * 40 and total[-1] == 40
    assert (H.never_deleted(held), H.day_empty(held), H.day_empty(three)) == (1, math.inf, 15.0)


def test_bodies_without_names_have_copies_with_the_holder_s_retention(small, town):
    """The records of operators are with them; of those opened four bodies have a copy each. A
    monitor's are with its four bodies."""
    scenario = small.replace(tracing="operator-geolocation", isolation="sms-and-police")
    run = lz.simulate(scenario, town, seed=1)
    table = run.copies.set_index(["source", "agency"])
    name, monitor = "operator-geolocation", "monitoring: operator-position"
    assert table["copies"].to_dict() == {
        (name, H.HOLDER): 1,
        (name, H.RECIPIENTS): 4,
        (monitor, H.RECIPIENTS): 4,
    }
    per = town.people / 1e5
    collected, opened = run.panel["records_collected"] * per, run.panel["records_opened"] * per
    monitored = table.loc[(monitor, H.RECIPIENTS), "records"]
    assert table.loc[(name, H.HOLDER), "records"] == pytest.approx(collected - monitored)
    assert table.loc[(name, H.RECIPIENTS), "records"] == pytest.approx(opened - monitored)
    named = {body: {"purpose": "test"} for body in "abcd"}
    data = scenario.model_dump()
    data["tracing"]["instruments"][0]["copies"] = named
    other = lz.simulate(Scenario.model_validate(data), town, seed=1)
    pd.testing.assert_series_equal(other.panel, run.panel)
    assert set(other.copies["agency"]) == {H.HOLDER, *named, H.RECIPIENTS}


def test_no_copies_change_what_happens_and_only_privacy(small, town):
    base = small.replace(tracing="russia-2020-order", isolation="russia-2020")
    data = base.model_dump()
    for instrument in data["tracing"]["instruments"]:
        instrument["copies"]["interior-ministry"] = {"other_purpose": True, "deletion": "announced"}
    one = lz.simulate(base, town, seed=1)
    other = lz.simulate(Scenario.model_validate(data), town, seed=1)
    differs = {n for n in one.panel.index if one.panel[n] != other.panel[n]}
    assert differs - {n for n in one.panel.index if np.isnan(one.panel[n])} == {
        "record_years_beyond_purpose"
    }  # the operators never delete: the copies are as endless as theirs


def test_court_cases_end_when_the_last_appeal_is_decided(small, town):
    """All sanctions are appealed against, and decided 40 days later: the date follows from the last
    sanction alone."""
    changes = {f"isolation.appeals.{name}": value for name, value in ALL_SEEN.items()}
    scenario = small.replace(isolation="russia-2020", tracing="household", **changes)
    scenario = scenario.replace(**{"isolation.appeals.delay": "constant(mean=40)"})
    run = lz.simulate(scenario, town, seed=1)
    r = run.raw.records
    sanctions = r.action_time[np.array(IS_SANCTION)[r.action_kind]]
    ends = ends_of(run.plan, run.raw, run.seed)
    assert len(sanctions) > 50
    assert ends.court_cases == math.ceil(sanctions.max() + 40.0) > ends.emergency
    never = lz.simulate(scenario.replace(**dict.fromkeys(changes, 0.0)), town, seed=1)
    assert ends_of(never.plan, never.raw, 1) == (ends.emergency, ends.emergency)


def test_the_appeals_are_those_that_the_ladder_enters(small, town):
    """As many as the run counted, the granted ones among them to the moment; those after its end
    too."""
    scenario = small.replace(isolation="russia-2020", tracing="russia-2020-order")
    run = lz.simulate(scenario.replace(**{"isolation.appeals.delay.mean": 30}), town, seed=2)
    when = decisions(run.plan, run.raw, run.seed)
    assert len(when) == run.raw.tally.daily[DAILY.index("appeals")].sum() > 50
    granted = run.raw.records.action_corrected
    granted = granted[np.isfinite(granted)]
    assert len(granted) and np.isin(granted, when).all()
    late = when > run.raw.days
    assert late.any()  # decided after the end of the run, so nobody counted them
    assert law_row(run.scenario.isolation.appeals.delay).max() + run.raw.days > when.max()


def test_passes_are_kept_until_the_court_cases_end(town):
    scenario = lz.load_scenario("moscow-2020").replace(people=town.people, days=200)
    run = lz.simulate(scenario, town, seed=1)
    ends = ends_of(run.plan, run.raw, run.seed)
    of_passes = run.copies[run.copies["source"] == "passes"]
    assert (of_passes["deleted_on"] == ends.court_cases).all() and len(of_passes) == 2
    assert (of_passes["record_years_beyond_purpose"] == 0.0).all()


def test_fines_collected_are_those_that_no_appeal_overturned(small, town):
    changes = {f"isolation.appeals.{name}": value for name, value in ALL_SEEN.items()}
    changes |= {"isolation.appeals.granted_when_wrong": 1.0}
    scenario = small.replace(isolation="russia-2020", tracing="interview", **changes)
    scenario = scenario.replace(**{"isolation.appeals.delay": "constant(mean=5)"})
    run = lz.simulate(scenario, town, seed=1)
    r = run.raw.records
    fines = r.action_kind == ACTIONS.index("fine")
    stand = (fines & ~np.isfinite(r.action_corrected)).sum()
    assert 0 < stand < fines.sum()
    income = scenario.isolation.fine_daily_incomes.value
    assert run.panel["fines_collected"] * town.people / 1e5 == pytest.approx(income * stand)


def test_work_days_are_weekdays_of_people_with_a_workplace(small, town):
    """By hand, order by order, where every order is kept in full."""
    full = {"isolation.full_adherence_case": 1.0, "isolation.full_adherence_contact": 1.0}
    full |= {"isolation.dropout_per_day": 0.0, "isolation.breach_per_day": 0.0}
    run = lz.simulate(constant_delays(small.replace(tracing="household", **full)), town, seed=1)
    r, city, died = run.raw.records, town.city, run._facts.died
    expected = 0.0
    for order in np.flatnonzero(r.order_pathway >= 1):
        person = r.order_person[order]
        if city.group[person] < city.classes:
            continue
        until = min(r.order_until[order], run.raw.days, died[person])
        for day in range(int(r.order_start[order]), math.ceil(until)):
            part = min(until, day + 1) - max(r.order_start[order], day)
            expected += max(part, 0.0) * ((day + city.first_weekday) % 7 < 5)
    found = work_days(run.raw, city, died, run._facts.served).sum()
    assert found == pytest.approx(expected) and found > 100
    assert run.panel["work_days_lost"] == pytest.approx(found * 1e5 / town.people)


BASE = {
    "records_per_person_day": stated(1.0, "record/person-day"),
    "retention_days": stated(5.0, "day"),
}
TWO = {"copies": {"police": {"purpose": "x"}, "health": {"purpose": "y"}}}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "nothing says who receives the records; state copies"),
        (
            TWO | {"recipients": stated(4, "count")},
            r"recipients is 4, but 2 agencies have copies \(police, health\); leave recipients out",
        ),
        (
            TWO | {"retention_days": stated(-3.0, "day") | {"range": [-9, 9]}},
            "a retention of -3 days ends before it begins; allowed: 0",
        ),
        ({"copies": {"police": {}}}, "purpose in words, or other_purpose = true.*neither is"),
        ({"copies": {"police": {"purpose": "x", "other_purpose": True}}}, "both are stated"),
        ({"copies": {"a.b": {"purpose": "x"}}}, "'a.b' is no name of an agency"),
        ({"copies": {"police": {"purpose": "x", "deletion": "maybe"}}}, "'done' or 'announced'"),
    ],
)
def test_copies_that_cannot_be_are_refused_in_one_sentence(more, sentence):
    with pytest.raises(ValueError, match=sentence):
        Collection.model_validate(BASE | more)


def test_a_copy_has_an_address_of_its_own(moscow):
    scenario = moscow.replace(tracing="russia-2020-order")
    police = OPERATOR + "copies.interior-ministry."
    changed = scenario.replace(
        **{police + "deletion": "announced", police + "retention_from": "end-of-court-cases"}
    )
    changed = changed.replace(**{police + "retention_days": 9})
    copy = changed.tracing.instruments[0].copies["interior-ministry"]
    assert (copy.deletion, copy.retention_from) == ("announced", "end-of-court-cases")
    assert copy.retention_days.value == 9 and copy.retention_days.unit == "day"
    with pytest.raises(ParameterError, match="-2 days ends before it begins"):
        changed.replace(**{police + "retention_days": -2})
    assert changed.parameter_hash != scenario.parameter_hash
