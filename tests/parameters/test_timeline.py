"""Judges: time, parameters.

Timelines in files, `replace` and `--set`; and one sentence with key and way out where they are
wrong.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import lazaretto as lz
from lazaretto.parameters.timeline import INDICATORS, read_condition

FILE = """
title = "Own"
description = "own"
based_on = "no-measures"
start_date = 2020-03-15

[[timeline]]
date = "2020-04-01"
tracing = "own-level.toml"
set = { "testing.seek_probability" = 0.7 }

[[timeline]]
when = "beds_per_100k >= 20"
until = 2020-06-01
region = "moscow-spring-2020"
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own-level.toml").write_text(
        'title = "Mine"\ndescription = "mine"\nbased_on = "interview"\n'
    )
    (tmp_path / "own.toml").write_text(FILE)
    return tmp_path / "own.toml"


def test_a_file_states_its_timeline_with_components_beside_it(own):
    scenario = lz.load_scenario(own)
    first, second = scenario.timeline
    assert first.span(scenario.start_date) == (17, None)
    assert first.tracing.title == "Mine" and first.names["tracing"] == "own-level"
    assert second.span(scenario.start_date) == (None, 78)
    assert second.begins_when == read_condition("beds_per_100k >= 20")
    changed = scenario.with_changes([0, 1])
    assert changed.testing.seek_probability.value == 0.7 and changed.region.measures
    assert changed.timeline == () and changed.names["region"] == "moscow-spring-2020"
    again = lz.Scenario.model_validate_json(scenario.model_dump_json())
    assert again == scenario and again.parameter_hash == scenario.parameter_hash


def test_a_scenario_without_a_timeline_hashes_as_ever(moscow):
    plain = moscow.replace(start_date=None)
    assert plain.timeline == () and plain.parameter_hash != moscow.parameter_hash
    assert "timeline" not in plain.model_dump(exclude_defaults=True)


def test_settings_reach_a_timeline(own):
    scenario = lz.load_scenario(own)
    day = scenario.replace(**{"timeline.0.from_day": 40})
    assert day.timeline[0].from_day == 40 and day.timeline[0].date is None
    told = scenario.with_settings({"timeline.0.date": "2020-05-01", "timeline.1.until": "none"})
    assert told.timeline[0].date == datetime.date(2020, 5, 1) and told.timeline[1].until is None
    level = scenario.replace(**{"timeline.0.tracing": "household"})
    assert level.timeline[0].names["tracing"] == "household"
    inside = scenario.replace(**{"timeline.0.tracing.instruments.interview.delay.mean": 3})
    assert inside.timeline[0].tracing.instruments[-1].delay.mean == 3
    single = scenario.replace(**{"timeline.1.isolation.quarantine_days": 5})
    assert single.timeline[1].set == {"isolation.quarantine_days": 5}
    assert scenario.replace(timeline=[]).timeline == ()
    assert scenario.replace(start_date=None, timeline=[]).start_date is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"from_day": 3, "when": "cases_7d_per_100k > 1", "tracing": "none"}, "exactly one of"),
        ({"tracing": "none"}, "exactly one of from_day, date and when"),
        ({"from_day": 3}, "nothing changes"),
        ({"from_day": -1, "tracing": "none"}, "from_day"),
        ({"from_day": 3, "tracing": "nonne"}, "timeline.0.tracing: .*Did you mean 'none'"),
        ({"from_day": 3, "tracing": 7}, "timeline.0.tracing"),
        ({"from_dy": 3, "tracing": "none"}, "Did you mean 'from_day'"),
        ({"from_day": 9, "until": 9, "tracing": "none"}, "must come after from_day"),
        ({"date": "2020-03-01", "tracing": "none"}, "lies before start_date"),
        ({"date": "2020-03-20", "until": "2020-03-16", "tracing": "none"}, "not after day"),
        ({"from_day": 9, "least_days": 3, "tracing": "none"}, "least_days is for changes"),
        ({"from_day": 3, "set": {"pathogen.R0": 2}}, "pathogen.R0 cannot change within a run"),
        ({"from_day": 3, "set": {"people": 2}}, "people cannot change within a run"),
        ({"from_day": 3, "set": {"tracing": "interview"}}, "tracing is a whole component"),
        ({"from_day": 3, "set": {"testing.seek": 2}}, "timeline.0 .*there is no 'seek'"),
        ({"from_day": 3, "set": {"testing.seek_probability": 2}}, "timeline.0 .*2 is not allowed"),
        ({"when": "infections_7d_per_100k > 3", "tracing": "none"}, "only its own records"),
        ({"when": "latent > 3", "tracing": "none"}, "an authority cannot look at 'latent'"),
        ({"when": "R > 1", "tracing": "none"}, "an authority cannot look at 'R'"),
        ({"when": "cases_per_100k > 3", "tracing": "none"}, "is written cases_7d_per_100k"),
        ({"when": "beds_7d_per_100k > 3", "tracing": "none"}, "is written beds_per_100k"),
        ({"when": "cases_7d_per_100k = 3", "tracing": "none"}, "a condition is an indicator"),
        ({"when": "cases_7d_per_100k > many", "tracing": "none"}, "a number is needed after >"),
        ({"when": "cases_0d_per_100k > 3", "tracing": "none"}, "from 1 to 3,650 days"),
        ({"when": "cases_7d_per_100k > -3", "tracing": "none"}, "at least 0 and finite"),
        (
            {
                "when": "cases_7d_per_100k > 10",
                "until": "cases_7d_per_100k < 20",
                "tracing": "none",
            },
            "begin and end every day",
        ),
        (
            {"when": "cases_7d_per_100k > 10", "until": "cases_7d_per_100k > 5", "tracing": "none"},
            "the comparison must go the other way",
        ),
    ],
    ids=str,
)
def test_bad_changes_are_one_clear_sentence(change, said, moscow):
    with pytest.raises(lz.ParameterError, match=said) as error:
        moscow.replace(timeline=[change])
    assert "timeline" in str(error.value) and "\n" not in str(error.value)


def test_changes_stand_in_the_order_of_time_and_dates_need_a_start(moscow):
    two = [{"from_day": 30, "tracing": "none"}, {"from_day": 20, "tracing": "interview"}]
    with pytest.raises(lz.ParameterError, match=r"day 20 comes before day 30 of timeline\.0"):
        moscow.replace(timeline=two)
    with pytest.raises(lz.ParameterError, match="the scenario needs start_date"):
        moscow.replace(start_date=None, timeline=[{"date": "2020-04-01", "tracing": "none"}])
    with pytest.raises(lz.ParameterError, match="a list of changes is needed"):
        moscow.replace(timeline="tomorrow")
    with pytest.raises(lz.ParameterError, match="a change is a table"):
        moscow.replace(timeline=["tomorrow"])
    with pytest.raises(lz.ParameterError, match=r"write timeline\.NUMBER\.KEY.*numbers here: none"):
        moscow.replace(**{"timeline.0.from_day": 3})


@pytest.mark.parametrize("name", INDICATORS)
def test_every_indicator_is_read_as_it_is_spelled(name):
    one = INDICATORS[name]
    days = 10 if one.days else 0
    spelling = f"{name}{'_10d' if one.days else ''}{'_per_100k' if one.per_100k else ''}"
    found = read_condition(f" {spelling}<= 2.5 ")
    assert found == (name, days, "<=", 2.5)
    assert found.holds(2.5) and not found.holds(2.6) and not found.holds(float("nan"))
    assert read_condition(f"{spelling} < 2.5").holds(2.4)
    assert not read_condition(f"{spelling} > 2.5").holds(2.5)
