"""Judges: time, outcomes.

A run in pieces, saved, branched, on another thread, is the run in one go, array for array; a
timeline that changes nothing is the constant scenario; what came before a change is the same with
and without it.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazaretto as lz
from lazaretto.engine.phases import BY_INSTRUMENT, BY_MEASURE
from lazaretto.parameters import list_names
from lazaretto.world.codes import CASE, LISTED
from lazaretto.world.stated import Policy

DAYS, SEED = 60, 3
PARTS = ("history", "records", "conduct", "tally")


def arrays(run: lz.Run) -> dict[str, np.ndarray]:
    """All that a run leaves behind."""
    return {
        f"{part}.{name}": array
        for part in PARTS
        for name, array in getattr(run.raw, part)._asdict().items()
        if isinstance(array, np.ndarray)
    }


def assert_same(one: lz.Run, other: lz.Run) -> None:
    mine, theirs = arrays(one), arrays(other)
    assert mine.keys() == theirs.keys()
    for name, array in mine.items():
        assert array.dtype == theirs[name].dtype, name
        np.testing.assert_array_equal(array, theirs[name], err_msg=name)
    assert one.panel.equals(other.panel) and one.curves.equals(other.curves)
    assert one.events.equals(other.events)


@pytest.fixture(scope="module")
def people() -> lz.Population:
    place = lz.load_scenario("no-measures").population
    return lz.build_population(place, people=2500, seed=2)


def shipped(name: str) -> lz.Scenario:
    scenario = lz.load_scenario(name).replace(people=2500, days=DAYS, initial_infections=12)
    if scenario.pathogen.R0.value > 6:  # no hazard reaches it in so small a town
        return scenario.replace(**{"pathogen.hazard_per_day": 0.3})
    return scenario


CHANGES: dict[str, Any] = {
    "tracing": "app-and-interviews",
    "isolation": "moscow-social-monitoring",
    "region": "by-case-count",
}


@pytest.mark.filterwarnings("ignore:timeline")
@pytest.mark.parametrize("name", list_names("scenarios"))
def test_in_daily_pieces_saved_and_on_another_thread_it_is_the_same(name, people, tmp_path):
    scenario = shipped(name)
    whole = lz.simulate(scenario, people, SEED, keep_lists=True)
    state = lz.start(scenario, people, SEED, keep_lists=True)
    for day in range(1, DAYS):
        state.advance(day)
        if day == 25:
            state = lz.load_state(state.save(tmp_path / "a.lz"), people)
        if day == 40:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(state.advance, day).result()
    assert_same(state.finish(), whole)


def test_another_process_goes_on_with_a_saved_state(people, tmp_path):
    scenario = shipped("korea-like")
    whole = lz.simulate(scenario, people, SEED)
    file = lz.start(scenario, people, SEED).advance(31).save(tmp_path / "day31.lz")
    code = (
        "import sys, hashlib, lazaretto as lz\n"
        "run = lz.load_state(sys.argv[1]).finish()\n"
        "print(run.panel.to_json(double_precision=15), run.raw.history.time.tobytes().hex()[:4000])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
    )
    expected = whole.panel.to_json(double_precision=15), whole.raw.history.time.tobytes().hex()
    assert done.stdout.split() == [expected[0], expected[1][:4000]]


def test_on_own_networks_too():
    links = np.random.default_rng(1).integers(0, 400, (1500, 2))
    links = np.unique(np.sort(links[links[:, 0] != links[:, 1]], axis=1), axis=0)
    table = pd.DataFrame({"one": links[:, 0], "other": links[:, 1]})
    own = lz.Population.from_edges(table)
    scenario = shipped("interview-and-support").replace(
        initial_infections=5, **{"pathogen.hazard_per_day": 0.1}
    )
    whole = lz.simulate(scenario, own, SEED)
    state = lz.start(scenario, own, SEED)
    for day in (1, 2, 30, 31, 59):
        state.advance(day)
    assert_same(state.finish(), whole)
    assert whole.panel["infections"] > 0


def test_a_state_with_the_users_own_names_is_saved_with_them(tmp_path):
    table = pd.DataFrame({"one": list("abcdeabcd"), "other": list("bcdefdeff")})
    own = lz.Population.from_edges(table)
    scenario = shipped("interview-and-support").replace(
        initial_infections=1, **{"pathogen.hazard_per_day": 0.2}
    )
    state = lz.start(scenario, own, SEED).advance(9)
    again = lz.load_state(state.save(tmp_path / "own.lz"))
    assert list(again.population.ids) == list(own.ids) and again.population.key == own.key
    assert_same(again.finish(), state.finish())


def test_a_branch_without_changes_is_the_undivided_run_and_leaves_it_alone(people):
    scenario = shipped("korea-like")
    whole = lz.simulate(scenario, people, SEED)
    state = lz.start(scenario, people, SEED).advance(20)
    same, other = state.branch(), state.branch(**CHANGES)
    changed = other.finish()
    assert_same(same.finish(), whole)
    assert_same(state.finish(), whole)
    assert changed.panel["infections"] != whole.panel["infections"]


def test_a_branch_is_the_timeline_of_the_same_changes(people, tmp_path):
    scenario = shipped("korea-like")
    timed = scenario.replace(timeline=[{"from_day": 20, **CHANGES}])
    by_timeline = lz.simulate(timed, people, SEED)
    branch = lz.start(scenario, people, SEED).advance(20).branch(**CHANGES)
    saved = lz.load_state(branch.advance(33).save(tmp_path / "b.lz"))
    assert_same(saved.finish(), by_timeline)
    assert_same(branch.finish(), by_timeline)
    ruled = lz.simulate(
        scenario, people, SEED, each_day=lambda view: CHANGES if view.day == 20 else None
    )
    counted = ("records.beds_change", "records.deaths_by_day")  # a rule may look at them
    for name, array in arrays(ruled).items():
        if name not in counted:
            np.testing.assert_array_equal(array, arrays(by_timeline)[name], err_msg=name)


def test_a_change_on_day_0_is_the_scenario_with_it(people):
    scenario = shipped("no-measures")
    constant = lz.simulate(scenario.replace(**CHANGES), people, SEED)
    timed = scenario.replace(timeline=[{"from_day": 0, **CHANGES}])
    assert_same(lz.simulate(timed, people, SEED), constant)
    assert_same(lz.start(scenario, people, SEED).branch(**CHANGES).finish(), constant)


@pytest.mark.parametrize(
    "change",
    [
        {"tracing": "interview"},
        {"set": {"testing.seek_probability": 0.4}},
        {"when": "cases_7d_per_100k >= 1", "isolation": "sms-and-police"},
        {"when": "tests_7d_per_100k > 1e9", "isolation": "facility"},
        {"when": "beds_per_100k > 0", "until": "beds_per_100k <= 0", "region": "none"},
    ],
    ids=str,
)
def test_a_timeline_that_changes_nothing_is_the_constant_scenario(change, people):
    scenario = shipped("no-measures").replace(tracing="interview", isolation="sms-and-police")
    scenario = scenario.replace(**{"testing.seek_probability": 0.4})
    begins = {} if "when" in change else {"from_day": 13}
    timed = lz.simulate(scenario.replace(timeline=[{**begins, **change}]), people, SEED)
    constant = lz.simulate(scenario, people, SEED)
    for name, array in arrays(timed).items():
        if name not in ("records.beds_change", "records.deaths_by_day"):
            np.testing.assert_array_equal(array, arrays(constant)[name], err_msg=name)


@pytest.mark.parametrize(
    "change",
    [
        {"tracing": "integrated"},
        {"isolation": "facility"},
        {"isolation": "advice"},
        {"testing": "contacts-and-lateral-flow"},
        {"region": "moscow-spring-2020"},
        {"region": "by-case-count"},
        {"set": {"behaviour.self_isolation_probability": 0.9}},
        {"set": {"importations_per_day": 30.0}},
    ],
    ids=str,
)
def test_what_came_before_a_change_is_the_same_without_it(change, people):
    scenario = shipped("no-measures").replace(
        tracing="app-and-interviews", isolation="moscow-social-monitoring"
    )
    without = lz.simulate(scenario, people, SEED, keep_lists=True)
    timed = scenario.replace(timeline=[{"from_day": 30, **change}])
    with_it = lz.simulate(timed, people, SEED, keep_lists=True)
    before = [run.events[run.events["day"] < 30] for run in (without, with_it)]
    # an order is told with its end, which may lie after the change
    begun = [table[~table["event"].str.startswith("release")] for table in before]
    assert begun[0].reset_index(drop=True).equals(begun[1].reset_index(drop=True))
    assert without.curves.isel(day=slice(30)).equals(with_it.curves.isel(day=slice(30)))
    lists = [run.lists[run.lists["day"] < 30] for run in (without, with_it)]
    assert lists[0].equals(lists[1])
    assert not without.curves.equals(with_it.curves)


def test_a_run_whose_rooms_are_too_small_is_the_same_in_pieces(people):
    scenario = shipped("korea-like").replace(**CHANGES)
    whole = lz.simulate(scenario, people, SEED, keep_lists=True)
    state = lz.start(scenario, people, SEED, keep_lists=True)
    small = state._run.room
    state._run.room = small._replace(
        events=300, late=1, bucket=40, list_rows=3, sizes=small.sizes._replace(orders=50, known=9)
    )
    state._begin = None  # only the rooms of the engine are made again
    from lazaretto.engine import simulate as engine

    made = engine._make_arrays(
        people.city, SEED, DAYS, state._run.per_day, state._run.settings[0], state._run.room
    )
    state._run.history, state._run.world, state._run.scratch, state._run.question = made
    for day in range(1, DAYS, 7):
        state.advance(day)
    assert_same(state.finish(), whole)
    assert state._run.room.events > 300


def test_orders_in_force_keep_their_end_and_place(people):
    scenario = shipped("no-measures").replace(tracing="interview", isolation="facility")
    state = lz.start(scenario, people, SEED).advance(30)
    records, conduct = state._run.world.records, state._run.world.conduct
    orders = int(records.counted[1])
    open_now = np.flatnonzero(
        (records.order_until[:orders] > 30) & (records.order_pathway[:orders] >= CASE)
    )
    until, place = records.order_until[open_now].copy(), conduct.facility_from[open_now].copy()
    after = state.branch(isolation="advice").finish().raw
    assert len(open_now) > 20 and np.isfinite(place).any()
    np.testing.assert_array_equal(after.conduct.facility_from[open_now], place)
    # a new case may end the quarantine of a contact, and death any order; nothing else does
    died = after.records.died[after.records.file_of[after.records.order_person[open_now]]]
    until = np.minimum(until, died)
    kept = (after.records.order_until[open_now] >= until) | (
        after.records.order_pathway[open_now] >= LISTED
    )
    assert kept.all()
    later = after.records.order_start >= 30
    assert np.isinf(after.conduct.facility_from[later]).all()


def test_orders_in_force_are_monitored_by_the_new_regime(people):
    scenario = shipped("no-measures").replace(tracing="interview", isolation="supported")
    # nobody goes out and nobody looks, so that no check of an order given before waits
    scenario = scenario.replace(**{"isolation.breach_per_day": 0.0})
    state = lz.start(scenario, people, SEED).advance(30)
    harder = state.branch(
        isolation="selfie-app",
        **{"isolation.monitoring.selfie-app.false_alarm_per_person_day": 1.0},
    ).finish()
    given_before = harder.raw.records.order_start[harder.raw.records.action_order] < 30
    assert not state.finish().sanctions["day"].lt(np.inf).any()
    assert harder.sanctions["day"].min() >= 30 and given_before.any()


def test_lists_under_way_are_delivered_and_none_is_begun(people):
    scenario = shipped("no-measures").replace(
        tracing="interview", **{"tracing.instruments.interview.delay": "constant(mean=3)"}
    )
    run = lz.simulate(
        scenario.replace(timeline=[{"from_day": 30, "tracing": "household"}]),
        people,
        SEED,
        keep_lists=True,
    )
    interviews = run.lists[run.lists["instrument"] == "interview"]
    assert 30 < interviews["day"].max() < 34 + 7  # some cases had waited for a tracer
    assert run.lists[run.lists["instrument"] == "household"]["day"].min() >= 30
    assert list(run.instruments.index) == ["interview", "household"]


def entries_a_case(run: lz.Run) -> float:
    """People listed per case on days 30 and 31."""
    rows = run.lists[(run.lists["day"] >= 30) & (run.lists["day"] < 32)]
    return len(rows) / max(1, rows["index_case"].nunique())


def test_records_of_before_an_instrument_began_are_not_asked_for(people):
    scenario = shipped("no-measures").replace(isolation="supported")
    level = {"tracing": "operator-geolocation"}
    late = lz.simulate(
        scenario.replace(timeline=[{"from_day": 30, **level}]), people, SEED, keep_lists=True
    )
    always = lz.simulate(scenario.replace(**level), people, SEED, keep_lists=True)

    assert 0 < entries_a_case(late) < 0.5 * entries_a_case(always)


def test_who_takes_up_the_app_later_has_no_records_of_before(people):
    uptake = "tracing.instruments.bluetooth-app.uptake_by_age"
    base = shipped("no-measures").replace(tracing="bluetooth-app", isolation="supported")
    none, all_of = base.replace(**{uptake: [0.0] * 10}), {uptake: [1.0] * 10}
    late = lz.simulate(
        none.replace(timeline=[{"from_day": 30, "set": all_of}]), people, SEED, keep_lists=True
    )
    always = lz.simulate(none.replace(**all_of), people, SEED, keep_lists=True)
    assert 0 < entries_a_case(late) < 0.6 * entries_a_case(always)


def test_every_field_by_instrument_and_measure_is_carried_over():
    plain = {n: d for n, d in Policy._field_defaults.items() if n != "stand_ins"}  # as it is
    rows = {name for name, default in plain.items() if np.ndim(default)}
    by_other = {"assay", "sensitivity", "false_positive", "phone", "app", "app_from", "terms"}
    by_other |= {"home_bounds", "rung_at", "rung_action", "rung_factor", "appeal", "granted"}
    by_other |= {"series", "detection", "alarm_hazard", "issued", "contest", "released"}
    assert set(BY_INSTRUMENT) | set(BY_MEASURE) | by_other == rows


def test_costs_are_counted_for_the_days_of_each_policy(people):
    scenario = shipped("no-measures").replace(isolation="legal-duty")
    level = {"tracing": "operator-geolocation", "isolation": "sms-and-police"}
    run = lz.simulate(
        scenario.replace(timeline=[{"from_day": 20, "until": 40, **level}]), people, SEED
    )
    held = run.records_by_agency["operator-geolocation"]["who collects"]  # for ever
    assert held[:20].max() == 0 and (held[20:40].diff().dropna() > 0).all()
    assert (held[40:].diff().dropna() <= 0).all()
    monitored = [c for c in run.records_held.columns if c.startswith("monitoring")]
    assert monitored and run.panel["checks"] > 0
    always = lz.simulate(scenario.replace(**level), people, SEED)
    assert 0 < run.panel["records_collected"] < 0.5 * always.panel["records_collected"]
    assert [phase.first for phase in run.plan.phases] == [0, 20, 40]
