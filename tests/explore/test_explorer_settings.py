"""Choices come from the files that are there; what a page sends is checked before anything is made
of it."""

from __future__ import annotations

import shutil

import pytest

import lazaretto as lz
from lazaretto.explore.nearby import nearby
from lazaretto.explore.presets import preset_of
from lazaretto.explore.settings import STATED, Policy, Then, choices, read_settings
from lazaretto.explore.sides import identity_of, scenarios
from lazaretto.parameters import ParameterError, library, list_names, load_pathogen, load_scenario


@pytest.fixture
def moscow():
    """A scenario that is no preset here: the bare comparison."""
    return load_scenario("no-measures")


@pytest.fixture
def settings(moscow):
    return preset_of("no-measures", moscow).settings


def offered():
    return choices({}, 20_000, 20)


def read(data, before):
    return read_settings(data, before, {before.situation: before})


def test_every_file_of_a_kind_is_offered():
    there = offered()
    for key, kind in {
        "pathogen": "pathogens",
        "tracing": "tracing",
        "isolation": "isolation",
        "region": "region",
    }.items():
        assert [one["name"] for one in there[key]] == list_names(kind)
        assert all(one["label"] and one["description"] for one in there[key])


def test_a_new_file_appears_by_itself(monkeypatch, tmp_path):
    folder = tmp_path / "params"
    shutil.copytree(library.params_folder(), folder)
    text = (
        (folder / "isolation" / "advice.toml").read_text().replace('title = "', 'title = "New: ', 1)
    )
    (folder / "isolation" / "a-new-regime.toml").write_text(text)
    monkeypatch.setattr(library, "params_folder", lambda: folder)
    there = {one["name"]: one["label"] for one in offered()["isolation"]}
    assert there["a-new-regime"].startswith("New: ")


def test_the_latent_slider_meets_the_stated_mean_on_a_step():
    for one in offered()["pathogen"]:
        law, latent = load_pathogen(one["name"]).latent_period, one["latent"]
        assert (law is None) == (latent is None)
        if latent is not None:
            assert 0 < latent["low"] < latent["stated"] == law.mean < latent["high"]
            steps = (latent["stated"] - latent["low"]) / latent["step"]
            assert steps == pytest.approx(round(steps))


def test_the_first_settings_change_nothing_but_the_policy(moscow, settings):
    a, b = scenarios(moscow, settings._replace(people=int(moscow.people.value)))
    assert b.parameter_hash == moscow.parameter_hash
    assert a.parameter_hash == moscow.replace(tracing="interview").parameter_hash


def test_each_setting_reaches_the_scenario(moscow, settings):
    said = {
        "pathogen": "measles",
        "latent_days": 7.5,
        "kappa": 2,
        "region": "by-case-count",
        "people": 5000,
        "a": {"tracing": "bluetooth-app", "isolation": "supported"},
    }
    mine = read(said, settings)
    assert mine.a == Policy("bluetooth-app", "supported") and mine.b == settings.b
    a, b = scenarios(moscow, mine)
    assert (
        a.names["tracing"] == "bluetooth-app"
        and a.names["isolation"] == "supported"
        and b.names["tracing"] == "none"
    )
    for scenario in (a, b):
        assert scenario.pathogen.latent_period.mean == 7.5
        assert scenario.people.value == 5000
        assert (
            scenario.names["region"] == "by-case-count"
            and scenario.region.measures[0].trigger is not None
        )
        for name in ("kappa_reporting", "kappa_cooperation", "kappa_phone"):
            assert getattr(scenario.behaviour, name).value == pytest.approx(
                2 * getattr(moscow.behaviour, name).value
            )
    off, _ = scenarios(moscow, settings._replace(kappa=0.0))
    assert off.behaviour.avoidance_is_off


def test_measures_of_the_scenario_s_own_stay_until_another_file_is_chosen(moscow):
    data = moscow.replace(region="moscow-spring-2020").model_dump()
    data["region"]["measures"][0]["community_factor"]["value"] = 0.111
    data["names"]["region"] = "mine"
    own = type(moscow).model_validate(data)
    begun = preset_of("own", own).settings
    assert begun.region == STATED
    assert all(side.region == own.region for side in scenarios(own, begun))
    lifted = read({"region": "none"}, begun)
    assert all(not side.region.measures for side in scenarios(own, lifted))
    assert read_settings({"region": STATED}, lifted, {"own": begun}) == begun


def test_measures_that_are_no_longer_there_are_not_changed_later():
    moscow = load_scenario("moscow-2020")
    begun = preset_of("moscow-2020", moscow).settings
    a, _ = scenarios(moscow, begun._replace(region="none"))
    addresses = [address for change in a.timeline for address in change.set]
    assert addresses and not [one for one in addresses if one.startswith("region")]


@pytest.mark.parametrize(
    ("name", "imports", "first"),
    [("containment", 0.0, 10), ("managed", 0.2, 20), ("moscow-2020", 0.12, 39)],
)
def test_what_comes_from_outside_keeps_its_number_per_100_000_people(name, imports, first):
    base = load_scenario(name)
    begun = preset_of(name, base).settings
    for side in scenarios(base, begun._replace(people=20_000)):
        assert side.importations_per_day.value == pytest.approx(imports)
        assert side.initial_infections.value == first


def test_runs_without_harshness_are_the_same_under_any_avoidance(moscow, settings):
    small = moscow.replace(people=2000, days=90, tracing="interview")
    population = lz.build_population(small.population, people=2000)
    never, always = (
        lz.simulate(side, population, 1)
        for kappa in (0.0, 4.0)
        for side in scenarios(small, settings._replace(kappa=kappa, people=2000))[:1]
    )
    assert never.scenario.parameter_hash != always.scenario.parameter_hash
    assert identity_of(never.scenario) == identity_of(always.scenario)
    assert never.panel.equals(always.panel) and never.events.equals(always.events)


def test_another_situation_begins_with_its_own_settings(settings):
    other = preset_of("managed", load_scenario("managed")).settings
    presets = {settings.situation: settings, "managed": other}
    moved = settings._replace(kappa=3.0)
    assert read_settings({"situation": "managed"}, moved, presets) == other
    assert read_settings({"situation": "managed", "seeds": 5}, moved, presets).seeds == 5
    with pytest.raises(ParameterError, match=r"situation: there is no 'elsewhere'"):
        read_settings({"situation": "elsewhere"}, moved, presets)


def test_avoidance_matters_only_where_a_regime_is_harsh(moscow, settings):
    def identities(regime, later=None):
        policy = Policy("interview", regime, later)
        return {
            identity_of(scenarios(moscow, settings._replace(a=policy, kappa=kappa))[0])
            for kappa in (0.0, 1.0, 4.0)
        }

    assert len(identities("advice")) == 1
    assert len(identities("sms-and-police")) == 3
    assert len(identities("advice", Then(30, "interview", "facility"))) == 3


def test_nearby_settings_are_one_move_away_and_can_be_said(settings):
    near = nearby(settings, settings)
    assert len(near) == len(set(near)) and settings not in near
    for one in near:
        changed = [key for key in settings._fields if getattr(one, key) != getattr(settings, key)]
        assert len(changed) == 1
        assert read(one.plain(), settings) == one
    assert settings in nearby(near[0], near[0])
    shifted = settings._replace(
        latent_days=load_pathogen(settings.pathogen).latent_period.mean + 0.25
    )
    assert settings in nearby(shifted, shifted)


def test_a_level_that_tests_contacts_brings_the_testing_for_both(
    moscow, settings, monkeypatch, tmp_path
):
    folder = tmp_path / "params"
    shutil.copytree(library.params_folder(), folder)
    text = (folder / "tracing" / "household.toml").read_text().replace('"quarantine"', '"test"')
    (folder / "tracing" / "household-tests.toml").write_text(text)
    monkeypatch.setattr(library, "params_folder", lambda: folder)
    a, b = scenarios(moscow, settings._replace(a=Policy("household-tests", "advice")))
    assert a.testing == b.testing
    assert a.testing.listed_to_sample is not None
    a, b = scenarios(moscow, settings)
    assert a.testing == b.testing == moscow.testing


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([], "must be an object"),
        (None, "must be an object"),
        ({"colour": 1}, "unknown settings: colour"),
        ({"pathogen": "../../etc/passwd"}, "pathogen: there is no"),
        ({"pathogen": 3}, "pathogen: there is no"),
        ({"a": {"tracing": "interview"}}, "a: a tracing level and an isolation regime"),
        ({"b": {"tracing": "none", "isolation": "../x.toml"}}, "b.isolation: there is no"),
        ({"people": 10**9}, "people must be a number from 1000 to 200000"),
        ({"people": float("nan")}, "people must be a number"),
        ({"seeds": True}, "seeds must be a number from 2 to 100"),
        ({"region": "../none"}, "region: there is no"),
        ({"kappa": -1}, "kappa must be a number from 0 to 4"),
        ({"latent_days": "long"}, "latent_days must be a number"),
        ({"a": {"tracing": "none", "isolation": "advice", "when": 3}}, "a: a tracing level"),
        ({"a": {"tracing": "none", "isolation": "advice", "then": 40}}, "a.then: a change has"),
        ({"b": {"tracing": "none", "isolation": STATED}}, "b.isolation: there is no 'as-stated'"),
        ({"curve": 4}, "curve"),
    ],
)
def test_what_no_control_can_say_is_refused(settings, said, message):
    with pytest.raises(ParameterError, match=message):
        read(said, settings)


def test_a_policy_can_change_on_a_day(moscow, settings):
    later = {"from_day": 40, "tracing": "interview", "isolation": "supported"}
    mine = read({"a": {"tracing": "none", "isolation": "advice", "then": later}}, settings)
    a, b = scenarios(moscow, mine)
    assert a.names["tracing"] == "none" and b.timeline == ()
    assert [change.from_day for change in a.timeline] == [40]
    assert a.timeline[0].names == {"tracing": "interview", "isolation": "supported"}
    same = Policy("interview", "advice", Then(40, "interview", "advice"))
    assert scenarios(moscow, settings._replace(a=same))[0].timeline == ()
    for day in (0, 500, "soon", 1.5e9):
        with pytest.raises(ParameterError, match=r"a\.then\.from_day must be a number from 1"):
            read({"a": {**mine.plain()["a"], "then": later | {"from_day": day}}}, settings)


def test_a_change_stands_among_those_of_the_situation_in_the_order_of_time():
    moscow = load_scenario("moscow-2020")
    begun = preset_of("moscow-2020", moscow).settings
    policy = begun.a._replace(then=Then(60, "none", "advice"))
    a, _ = scenarios(moscow, begun._replace(a=policy))
    days = [change.span(a.start_date)[0] for change in a.timeline]
    assert days == sorted(days) and 60 in days and len(days) == len(moscow.timeline) + 1
    assert a.timeline[days.index(60)].tracing is not None
