"""Judges: time.

Rules and conditions see the authority's records and nothing else; they begin and end as stated; and
what is wrong with them is said in one sentence, with day and key, and nothing is lost.
"""

from __future__ import annotations

import datetime
import gc
from typing import Any

import numpy as np
import pytest

import lazaretto as lz
from lazaretto.engine.view import COUNTED, View
from lazaretto.mechanisms.counters import DAILY
from lazaretto.outcomes.state import State
from lazaretto.parameters.timeline import INDICATORS

DAYS, SEED = 60, 3


@pytest.fixture(scope="module")
def people() -> lz.Population:
    place = lz.load_scenario("no-measures").population
    return lz.build_population(place, people=2500, seed=2)


@pytest.fixture(scope="module")
def scenario() -> lz.Scenario:
    return lz.load_scenario("no-measures").replace(
        people=2500, days=DAYS, initial_infections=12, tracing="interview", isolation="supported"
    )


def test_a_rule_is_asked_once_as_each_day_begins(scenario, people):
    seen: list[View] = []
    run = lz.simulate(scenario, people, SEED, each_day=seen.append)
    assert [view.day for view in seen] == list(range(DAYS))
    last = seen[-1]
    assert last.cases.tolist() == run.raw.records.cases_by_day[: DAYS - 1].tolist()
    assert last.tests.sum() == run.curves["tests"].values[: DAYS - 1].sum() > 0
    assert len(last.table) == DAYS - 1 and list(last.table.index) == list(range(DAYS - 1))
    beds = run.curves["H"].values[: DAYS - 1]  # less those kept longer by intensive care
    assert np.abs(last.beds - beds).max() <= np.abs(beds).max() and last.beds.max() > 0
    assert last.deaths.sum() <= run.curves["deaths"].values.sum()


def test_the_days_deaths_are_those_of_the_run(scenario, people):
    seen: list[View] = []
    grim = scenario.replace(**{"pathogen.death_fraction_by_age": [0.3] * 10})
    run = lz.simulate(grim, people, SEED, each_day=seen.append)
    assert seen[-1].deaths.tolist() == run.curves["deaths"].values[: DAYS - 1].tolist()
    assert seen[-1].deaths.sum() > 20


def test_no_way_leads_from_a_view_to_the_truth(scenario, people):
    """Nothing that a view holds is an array, or an object, of the run."""
    seen: list[View] = []
    state = lz.start(scenario, people, SEED, each_day=seen.append).advance(40)
    truths = {"history", "world", "records", "conduct", "tally"}
    waiting: list[Any] = [seen[-1]]
    known: set[int] = set()
    arrays = []
    while waiting:
        thing = waiting.pop()
        if id(thing) in known or isinstance(thing, type):
            continue
        known.add(id(thing))
        assert not isinstance(thing, State | lz.Run | lz.Population)
        if isinstance(thing, np.ndarray):
            arrays.append(thing)
            assert (thing.shape == (39,) and thing.base is None) or thing.base.shape == (39,)
        elif isinstance(thing, View | dict | list | tuple):
            waiting += gc.get_referents(thing)
    assert len(arrays) == len(COUNTED) + 4
    assert not truths & set(dir(seen[-1]))
    wrong = {name for name in DAILY if name.startswith("wrong_") or name.endswith("_wrongly")}
    told = {row for rows in COUNTED.values() for row in rows}
    assert wrong and not wrong & told and "blocked" not in told
    assert set(COUNTED["noted_breaches"]) == {"detected_breaches", "false_alarms"}
    assert state.day == 40


def test_a_rule_that_writes_into_its_view_changes_nothing(scenario, people):
    def vandal(view: View) -> None:
        for values in view.counts.values():
            values[:] = 999
        view.beds[:] = view.deaths[:] = 999

    assert lz.simulate(scenario, people, SEED, each_day=vandal).panel.equals(
        lz.simulate(scenario, people, SEED, each_day=lambda view: None).panel
    )


def test_a_condition_begins_and_ends_when_the_records_say_so(scenario, people):
    change = {
        "when": "cases_7d_per_100k >= 400",
        "until": "cases_7d_per_100k < 200",
        "isolation": "facility",
        "set": {"testing.seek_probability": 0.9},
    }
    timed = scenario.replace(timeline=[change])
    seen: list[View] = []
    run = lz.simulate(timed, people, SEED, each_day=seen.append)
    on, expected = False, []
    for view in seen:
        value = view.per_100k("cases", 7)
        on = value >= 200 if on else value >= 400
        expected.append(on)
    held = np.zeros(DAYS, bool)
    for phase in run.plan.phases:
        held[phase.first : phase.last] = phase.scenario.names["isolation"] == "facility"
    assert held.tolist() == expected and 0 < held.sum() < DAYS


def test_a_change_lasts_its_least_days_and_can_come_again(scenario, people):
    change = {
        "when": "cases_1d_per_100k > 40",
        "until": "cases_1d_per_100k <= 40",
        "least_days": 5,
        "tracing": "household",
    }
    run = lz.simulate(scenario.replace(timeline=[change]), people, SEED)
    phases = [p for p in run.plan.phases if p.scenario.names["tracing"] == "household"]
    assert len(phases) > 1 and min(p.last - p.first for p in phases[:-1]) >= 5
    with_delay = scenario.replace(timeline=[{**change, "least_days": 500}])
    for_good = lz.simulate(with_delay, people, SEED)
    assert [p.scenario.names["tracing"] for p in for_good.plan.phases][-1] == "household"
    assert len(for_good.plan.phases) == 2


@pytest.mark.parametrize("name", INDICATORS)
def test_every_indicator_can_begin_a_change(name, scenario, people):
    one = INDICATORS[name]
    spelling = f"{name}{'_7d' if one.days else ''}{'_per_100k' if one.per_100k else ''}"
    timed = scenario.replace(
        timeline=[{"when": f"{spelling} > 0", "tracing": "household"}],
        **{"pathogen.death_fraction_by_age": [0.05] * 10},
    )
    run = lz.simulate(timed, people, SEED)
    assert len(run.plan.phases) == 2 and run.plan.phases[1].first > 0


def test_dates_count_from_the_start(scenario, people):
    dated = scenario.replace(
        start_date="2020-02-27",
        timeline=[{"date": "2020-03-02", "until": "2020-03-05", "tracing": "household"}],
    )
    run = lz.simulate(dated, people, SEED)
    assert [p.first for p in run.plan.phases] == [0, 4, 7]
    state = lz.start(dated, people, SEED).advance(4)
    assert state.date == state.view.date == datetime.date(2020, 3, 2)


def test_later_changes_come_on_top_and_what_ends_gives_back(scenario, people):
    timed = scenario.replace(
        timeline=[
            {"from_day": 5, "until": 30, "tracing": "household", "isolation": "facility"},
            {"from_day": 10, "until": 20, "tracing": "none"},
        ]
    )
    run = lz.simulate(timed, people, SEED)
    found = [
        (p.first, p.scenario.names["tracing"], p.scenario.names["isolation"])
        for p in run.plan.phases
    ]
    assert found == [
        (0, "interview", "supported"),
        (5, "household", "facility"),
        (10, "none", "facility"),
        (20, "household", "facility"),
        (30, "interview", "supported"),
    ]


def test_a_rule_that_raises_is_named_with_its_day_and_the_run_so_far_is_kept(
    scenario, people, tmp_path
):
    def rule(view: View) -> None:
        if view.day == 17:
            raise KeyError("oops")

    with pytest.raises(
        lz.RuleError, match=r"each_day, day 17: the rule raised KeyError: 'oops'"
    ) as e:
        lz.simulate(scenario, people, SEED, each_day=rule)
    state = e.value.state
    assert state.day == 17
    saved = lz.load_state(state.save(tmp_path / "kept.lz"))
    whole = lz.simulate(scenario, people, SEED)
    assert saved.finish().curves.equals(whole.curves)


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ([1], "a rule returns None, or a dict of changes"),
        ("interview", "a rule returns None, or a dict of changes"),
        ({3: 4}, "a rule returns None, or a dict of changes"),
        ({"people": 5}, "day 9: people cannot change within a run; what can: tracing, isolation"),
        ({"pathogen.R0": 5}, "pathogen.R0 cannot change within a run"),
        ({"tracing": "intervew"}, "day 9: tracing: .*Did you mean 'interview'"),
        ({"testing.seek_probablity": 0.5}, "seek_probablity"),
        ({"testing.seek_probability": 7}, "day 9: .*seek_probability"),
        ({"testing.seek_probability": "often"}, "day 9: .*a number"),
    ],
    ids=str,
)
def test_nonsense_from_a_rule_is_one_clear_sentence(returned, said, scenario, people):
    with pytest.raises(lz.RuleError, match=said) as e:
        lz.simulate(
            scenario, people, SEED, each_day=lambda view: returned if view.day == 9 else None
        )
    assert e.value.state.day == 9 and "\n" not in str(e.value)


@pytest.mark.parametrize(
    ("to_day", "said"),
    [
        (5, "day 5 is not within days 10"),
        (61, "day 61 is not within"),
        (12.0, "a whole day"),
        (True, "a whole day"),
    ],
)
def test_a_state_only_goes_forward(to_day, said, scenario, people):
    state = lz.start(scenario, people, SEED).advance(10)
    with pytest.raises(lz.ParameterError, match=said):
        state.advance(to_day)
    assert state.day == 10 and state.advance(10) is state


def test_a_branch_that_cannot_be_is_refused_and_changes_nothing(scenario, people):
    state = lz.start(scenario, people, SEED).advance(10)
    with pytest.raises(lz.ParameterError, match="branch on day 10: days cannot change"):
        state.branch(days=90)
    with pytest.raises(lz.ParameterError, match=r"branch on day 10: tracing: .*no 'x'"):
        state.branch(tracing="x")
    assert state.finish().curves.equals(lz.simulate(scenario, people, SEED).curves)


def test_saved_states_are_refused_where_they_do_not_fit(scenario, people, tmp_path):
    file = lz.start(scenario, people, SEED).advance(5).save(tmp_path / "a.lz")
    other = lz.build_population(scenario.population, people=2500, seed=9)
    with pytest.raises(lz.ParameterError, match="of other people"):
        lz.load_state(file, other)
    with pytest.raises(lz.ParameterError, match="there is no such file"):
        lz.load_state(tmp_path / "b.lz")
    text = tmp_path / "notes.txt"
    text.write_text("mine")
    with pytest.raises(lz.ParameterError, match="no saved state"):
        lz.load_state(text)
    with pytest.raises(lz.ParameterError, match="not overwritten"):
        lz.start(scenario, people, SEED).save(text)
    assert text.read_text() == "mine"
    assert not list(tmp_path.glob(".*"))
    assert lz.start(scenario, people, SEED).advance(6).save(file) == file  # a state may be
    with pytest.raises(lz.ParameterError, match="cannot be written"):
        lz.start(scenario, people, SEED).save(tmp_path / "no" / "folder.lz")


def test_a_damaged_state_or_one_of_another_version_is_refused(scenario, people, tmp_path):
    import json
    import zipfile

    file = lz.start(scenario, people, SEED).advance(5).save(tmp_path / "a.lz")

    def rewrite(change) -> None:
        with zipfile.ZipFile(file) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        change(parts)
        with zipfile.ZipFile(tmp_path / "b.lz", "w") as new:
            for name, data in parts.items():
                new.writestr(name, data)

    def flip(parts) -> None:
        data = bytearray(parts["history.time"])
        data[-1] ^= 1
        parts["history.time"] = bytes(data)

    rewrite(flip)
    with pytest.raises(lz.ParameterError, match="damaged"):
        lz.load_state(tmp_path / "b.lz")

    def age(parts) -> None:
        meta = json.loads(parts["state.json"]) | {"version": "0.0.1"}
        parts["state.json"] = json.dumps(meta).encode()

    rewrite(age)
    with pytest.raises(lz.ParameterError, match=r"(version 0\.0\.1|damaged)"):
        lz.load_state(tmp_path / "b.lz")
    whole = file.read_bytes()
    (tmp_path / "c.lz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(lz.ParameterError, match="no saved state, or it is damaged"):
        lz.load_state(tmp_path / "c.lz")


def test_a_change_after_the_end_is_said(scenario, people):
    late = scenario.replace(timeline=[{"from_day": 90, "tracing": "none"}])
    with pytest.warns(UserWarning, match=r"timeline\.0 begins on day 90, after the run's 60 days"):
        lz.simulate(late, people, SEED)


def test_progress_is_told_between_days(scenario, people):
    told: list[tuple[int, int]] = []
    lz.simulate(
        scenario,
        people,
        SEED,
        each_day=lambda view: None,
        progress=lambda day, days: told.append((day, days)),
    )
    assert told == [(day, DAYS) for day in range(1, DAYS + 1)]


def test_an_interrupt_between_days_loses_nothing(scenario, people):
    def stop(day: int, days: int) -> None:
        if day == 21:
            raise KeyboardInterrupt

    state = lz.start(scenario, people, SEED, each_day=lambda view: None)
    with pytest.raises(KeyboardInterrupt):
        state.finish(stop)
    assert state.day == 21
    assert state.finish().curves.equals(lz.simulate(scenario, people, SEED).curves)


def test_a_rule_that_says_the_same_every_day_changes_the_policy_once(scenario, people):
    always = lz.simulate(scenario, people, SEED, each_day=lambda view: {"isolation": "facility"})
    assert len(always.plan.phases) == 1
    state = lz.start(scenario, people, SEED, each_day=lambda view: {"isolation": "facility"})
    state.advance(20)
    assert len(state._own) == 1


def test_a_rule_may_change_its_mind_every_day(scenario, people):
    levels = ("household", "none")
    run = lz.simulate(
        scenario, people, SEED, each_day=lambda view: {"tracing": levels[view.day % 2]}
    )
    found = [phase.scenario.names["tracing"] for phase in run.plan.phases]
    assert found == [levels[day % 2] for day in range(DAYS)]
