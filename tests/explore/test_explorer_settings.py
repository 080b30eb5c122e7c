"""Choices come from the files that are there; what a page sends is checked before anything is made
of it."""

from __future__ import annotations

import shutil

import pytest

from lazaretto.explore.settings import (
    STATED_REGION,
    Policy,
    choices,
    first_settings,
    nearby,
    read_settings,
    scenarios,
)
from lazaretto.parameters import ParameterError, library, list_names, load_pathogen


@pytest.fixture
def settings(moscow):
    return first_settings(moscow)


def test_every_file_of_a_kind_is_offered(settings):
    offered = choices({}, settings)
    for key, kind in {
        "pathogen": "pathogens",
        "tracing": "tracing",
        "isolation": "isolation",
        "region": "region",
    }.items():
        assert [one["name"] for one in offered[key]] == list_names(kind)
        assert all(one["label"] and one["description"] for one in offered[key])


def test_a_new_file_appears_by_itself(settings, monkeypatch, tmp_path):
    folder = tmp_path / "params"
    shutil.copytree(library.params_folder(), folder)
    text = (
        (folder / "isolation" / "advice.toml").read_text().replace('title = "', 'title = "New: ', 1)
    )
    (folder / "isolation" / "a-new-regime.toml").write_text(text)
    monkeypatch.setattr(library, "params_folder", lambda: folder)
    offered = {one["name"]: one["label"] for one in choices({}, settings)["isolation"]}
    assert offered["a-new-regime"].startswith("New: ")


def test_the_latent_slider_meets_the_stated_mean_on_a_step(settings):
    for one in choices({}, settings)["pathogen"]:
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
    read = read_settings(said, settings)
    assert read.a == Policy("bluetooth-app", "supported") and read.b == settings.b
    a, b = scenarios(moscow, read)
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
    begun = first_settings(own)
    assert begun.region == STATED_REGION == choices({}, begun)["region"][0]["name"]
    assert all(side.region == own.region for side in scenarios(own, begun))
    lifted = read_settings({"region": "none"}, begun)
    assert all(not side.region.measures for side in scenarios(own, lifted))
    assert read_settings({"region": STATED_REGION}, lifted) == begun


def test_nearby_settings_are_one_move_away_and_can_be_said(settings):
    near = nearby(settings)
    assert len(near) == len(set(near)) and settings not in near
    for one in near:
        changed = [key for key in settings._fields if getattr(one, key) != getattr(settings, key)]
        assert len(changed) == 1
        assert read_settings(one._asdict(), settings) == one
    assert settings in nearby(near[0])
    shifted = settings._replace(
        latent_days=load_pathogen(settings.pathogen).latent_period.mean + 0.25
    )
    assert settings in nearby(shifted)


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
        ({"curve": 4}, "curve"),
    ],
)
def test_what_no_control_can_say_is_refused(settings, said, message):
    with pytest.raises(ParameterError, match=message):
        read_settings(said, settings)


def test_both_policies_can_begin_on_a_day(moscow, settings):
    read = read_settings({"from_day": 40}, settings)
    a, b = scenarios(moscow, read)
    for side in (a, b):
        assert side.names["tracing"] == "none" and side.names["isolation"] == "advice"
        assert [change.from_day for change in side.timeline] == [40]
    assert a.timeline[0].names["tracing"] == read.a.tracing
    with pytest.raises(ParameterError, match="from_day must be a number from 0 to 120"):
        read_settings({"from_day": 500}, settings)
