"""Situations to start from: each says what it is in its own words, and its first settings are what
its scenario states."""

from __future__ import annotations

import pytest

import lazaretto as lz
from lazaretto.explore.presets import (
    AS_THEY_WERE,
    SITUATIONS,
    default_sizes,
    first_sentence,
    load_presets,
    preset_of,
)
from lazaretto.explore.settings import STATED, Policy, Then
from lazaretto.explore.sides import scenarios


@pytest.fixture(scope="module")
def presets():
    return load_presets()


def test_the_situations_of_the_report_come_first(presets):
    assert list(presets)[:3] == ["containment", "managed", "open-wave"]
    assert list(presets) == [*SITUATIONS, *AS_THEY_WERE]


def test_each_is_told_in_one_sentence_of_its_own_text(presets):
    for name, preset in presets.items():
        told = preset.told()
        assert told["name"] == name and told["label"] == preset.scenario.title
        assert preset.scenario.description.startswith(told["sentence"])
        assert told["sentence"][-1] in ".?!" and len(told["sentence"]) < 320
    assert first_sentence("One city. Another.") == "One city."
    assert (
        first_sentence("R of 1.4 at first: will it end? Or not.")
        == "R of 1.4 at first: will it end?"
    )
    assert first_sentence("no end") == "no end"


@pytest.mark.parametrize("name", [*SITUATIONS, *AS_THEY_WERE])
def test_the_first_settings_of_a_situation_change_nothing_but_the_policies(presets, name):
    preset = presets[name]
    people = int(preset.scenario.people.value)
    settings = preset.settings._replace(people=people)
    for side in scenarios(preset.scenario, settings):
        assert side.parameter_hash == side.replace(people=people).parameter_hash
        for part in ("pathogen", "population", "testing", "behaviour", "region", "immunity"):
            assert getattr(side, part) == getattr(preset.scenario, part), part
    a, _ = scenarios(preset.scenario, settings)
    if preset.scenario.names["tracing"] != "none" and not preset.scenario.timeline:
        assert a.parameter_hash == preset.scenario.parameter_hash


def test_a_situation_whose_policy_begins_late_is_a_policy_that_changes(presets):
    begins = presets["tracing-begins"]
    assert begins.settings.a == Policy(
        "none", "supported", Then(30, "interview-resourced", "supported")
    )
    assert begins.settings.b == Policy("none", "supported")
    a, _ = scenarios(begins.scenario, begins.settings._replace(people=100_000))
    assert a.parameter_hash == begins.scenario.parameter_hash


def test_moscow_keeps_its_tests_and_masks_and_changes_its_regime_in_mid_april(presets):
    moscow = presets["moscow-2020"]
    assert moscow.settings.a.then == Then(31, "interview-overloaded", "moscow-social-monitoring")
    assert moscow.settings.b.then == Then(31, "none", "moscow-social-monitoring")
    people = int(moscow.scenario.people.value)
    a, b = scenarios(moscow.scenario, moscow.settings._replace(people=people))
    stated = [change.set for change in moscow.scenario.timeline if change.set]
    for side in (a, b):
        assert [change.set for change in side.timeline if change.set] == stated
    population = lz.build_population(a.population, people=1000)
    small = {"people": 1000}
    mine, theirs = (
        lz.simulate(one.replace(**small), population, 1) for one in (a, moscow.scenario)
    )
    assert mine.panel.equals(theirs.panel)


def test_a_scenario_of_one_s_own_comes_first_with_its_own_parts(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'title = "Mine"\ndescription = "Of my own. More."\nbased_on = "no-measures"\n'
        'tracing = "own-level.toml"\n'
    )
    (tmp_path / "own-level.toml").write_text(
        'title = "My level"\ndescription = "Own."\nbased_on = "interview"\n'
    )
    presets = load_presets(str(file), people=3000, seeds=4)
    assert next(iter(presets)) == "mine"
    mine = presets["mine"]
    assert mine.settings.a.tracing == STATED and mine.told()["stated"] == ["tracing"]
    assert (mine.settings.people, mine.settings.seeds) == (3000, 4)
    a, _ = scenarios(mine.scenario, mine.settings)
    assert a.tracing == mine.scenario.tracing


def test_several_changes_of_policy_are_said_to_be_left_out():
    twice = lz.load_scenario("no-measures").replace(
        timeline=[
            {"from_day": 10, "tracing": "interview"},
            {"from_day": 20, "isolation": "supported"},
        ]
    )
    preset = preset_of("twice", twice)
    assert preset.left_out and preset.told()["note"]
    assert preset.settings.a.then == Then(10, "interview", "advice")
    assert not preset_of("once", twice.replace(timeline=[twice.timeline[0]])).left_out


def test_sizes_of_an_address_are_those_of_an_explorer_that_is_told_nothing(presets):
    small = load_presets(people=1000, seeds=2)["managed"].settings
    assert default_sizes(small) == presets["managed"].settings
