"""Changing a scenario: by component, by dotted name, by text; what is equal hashes alike and
survives a pickle."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from lazaretto.parameters import (
    ParameterError,
    Scenario,
    list_names,
    load_pathogen,
    load_scenario,
    load_sweep,
    load_tracing,
    rows,
)


def test_text_and_numbers_set_the_same(moscow):
    by_text = moscow.with_settings(
        {"people": "20000", "pathogen.latent_period.mean": "5", "testing.specificity": "0.99"}
    )
    assert by_text == moscow.replace(
        **{"people": 20_000, "pathogen.latent_period": 5, "testing.specificity.value": 0.99}
    )
    assert by_text.people.status == by_text.pathogen.latent_period.status == "user"
    assert moscow.people.status == "assumption"
    assert moscow.replace(people=np.int64(20_000)) == moscow.replace(people=20_000)


@pytest.mark.parametrize("name", list_names("scenarios"))
def test_a_scenario_with_another_value_is_what_all_of_it_checked_anew_would_be(name):
    """Components that no setting looks into are not checked again: they are the same objects."""
    old = load_scenario(name)
    new = old.replace(
        **{"testing.seek_probability": 0.31, "pathogen.latent_period.mean": 3.3, "people": 4000}
    )
    assert new == Scenario.model_validate(new.model_dump())
    assert new.population is old.population and new.behaviour is old.behaviour
    assert new.testing.seek_probability.value == 0.31 and new.people.value == 4000
    named = old.replace(isolation="supported", **{"isolation.quarantine_days": 9})
    assert named == Scenario.model_validate(named.model_dump())
    assert named.isolation.quarantine_days.value == 9 and named.tracing is old.tracing


def test_a_component_may_be_a_name_a_path_or_an_object(moscow, tmp_path):
    from lazaretto.parameters import params_folder

    copy = tmp_path / "mine.toml"
    copy.write_bytes((params_folder() / "tracing" / "interview.toml").read_bytes())
    named, at_path, given = (
        moscow.replace(tracing=what) for what in ("interview", copy, load_tracing("interview"))
    )
    assert named.tracing == at_path.tracing == given.tracing
    assert (named.names["tracing"], at_path.names["tracing"], given.names["tracing"]) == (
        "interview",
        "mine",
        "own",
    )
    assert (
        named.parameter_hash
        == at_path.parameter_hash
        == given.parameter_hash
        != moscow.parameter_hash
    )


def test_values_inside_a_component_chosen_in_the_same_call(moscow):
    """The lead is gone and the incubation period is there: the values belong to the new pathogen,
    in whatever order they are given."""
    changed = moscow.replace(**{"pathogen.incubation_period.mean": 6, "pathogen": "sars-cov-1"})
    assert changed.pathogen.incubation_period.mean == 6
    assert changed.pathogen.latent_period is None
    assert changed.names["pathogen"] == "sars-cov-1"


@pytest.mark.parametrize(
    "key",
    [
        "tracing.instruments[interview].delay",
        "tracing.instruments.interview.delay.mean",
        "tracing.instruments.0.delay",
    ],
)
def test_instruments_are_reached_by_number_type_or_as_the_table_writes_them(moscow, key):
    changed = moscow.replace(tracing="interview", **{key: 3.5})
    assert changed.tracing.instruments[0].delay.mean == 3.5
    assert changed.tracing.instruments[0].delay.status == "user"


def test_every_line_of_the_table_can_be_set(moscow):
    scenario = moscow.replace(tracing="operator-geolocation", isolation="sms-and-police")
    table = rows(scenario)
    assert len({row["parameter"] for row in table}) == len(table) > 80
    texts = {}
    for row in table:
        value = row["value"].replace("never", "inf").replace(",", "")
        texts[row["parameter"]] = f"[{value.replace(' / ', ', ')}]" if " / " in value else value
    for before, after in zip(table, rows(scenario.with_settings(texts)), strict=True):
        assert (after["parameter"], after["value"]) == (before["parameter"], before["value"])
        assert (after["status"], after["source"]) == ("user", "stated by the user")


def test_an_exponential_latent_period_can_be_chosen(moscow):
    changed = moscow.with_settings(
        {"pathogen.latent_period.family": "expon", "pathogen.latent_period.parameters": "{}"}
    )
    assert changed.pathogen.latent_period.quantile(np.array([0.5]))[0] == pytest.approx(
        3.202 * np.log(2)
    )
    assert changed.pathogen.latent_period.status == "user"
    narrow = moscow.replace(**{"pathogen.latent_period.parameters.a": 30})
    assert narrow.pathogen.latent_period.frozen().std() == pytest.approx(3.202 / np.sqrt(30))
    assert narrow.pathogen.latent_period.status == "user"


def test_the_own_range_binds_files_and_the_bounds_bind_everybody(moscow):
    assert (
        moscow.replace(**{"pathogen.R0": 12}).pathogen.R0.value == 12
    )  # beyond the plausible range, but the user said so
    with pytest.raises(
        ParameterError, match="-1 is not allowed; allowed: above 0 to 100 infections/case"
    ):
        moscow.replace(**{"pathogen.R0": -1})


REFUSED = [
    ("pathogen.layer_hazard", 1, "whole table"),
    ("isolation.ladder", "[]", "whole table"),
    ("names.tracing", "interview", "there is no 'names'"),
    ("testing.sensitivity_by_day.value.3", 0.5, "give the whole list"),
    ("testing.sensitivity_by_day", "[0.5, 0.6]", "31"),
    ("tracing.instruments.interview.delay", 1, "there is no 'interview' in tracing.instruments"),
    ("pathogen.R0", "much", "a number"),
    ("pathogen.R0", "nan", "nan"),
    ("pathogen.R0", "true", "a number is needed"),
    ("pathogen.R0", None, "a number"),
    ("people", "1e99", "not allowed"),
    ("", 1, "there is no ''"),
    ("population.minutes.household", 400, "maximum"),
    ("pathogen.infectiousness_profile.mean", 0.9, "uniform"),
]


@pytest.mark.parametrize(("key", "value", "message"), REFUSED)
def test_settings_that_cannot_be(moscow, key, value, message):
    with pytest.raises(ParameterError) as caught:
        moscow.with_settings({key: value})
    assert message in str(caught.value)
    assert key.split(".")[0] in str(caught.value)


def test_equal_scenarios_hash_alike_and_different_ones_do_not(moscow):
    assert moscow.replace(people=50_000) == moscow.replace(people=50_000.0)
    assert (
        moscow.replace(people=50_000).parameter_hash
        == moscow.replace(people=50_000.0).parameter_hash
    )
    assert moscow.replace(title="another").parameter_hash == moscow.parameter_hash
    hashes = {moscow.replace(**{"pathogen.R0": r}).parameter_hash for r in (2.0, 2.5, 3.0)}
    assert len(hashes) == 3
    assert (
        moscow.replace(isolation="supported").replace(isolation="advice").parameter_hash
        == moscow.parameter_hash
    )
    assert len(moscow.parameter_hash) == 16 and int(moscow.parameter_hash, 16) >= 0


def test_a_scenario_that_was_used_can_be_sent_to_another_process(moscow):
    moscow.pathogen.latent_period.quantile(np.array([0.5]))
    assert pickle.loads(pickle.dumps(moscow)) == moscow


def test_a_scenario_prints_what_it_is(moscow):
    text = str(moscow)
    assert (
        "No measures" in text
        and "100,000 people" in text
        and "tracing none" in text
        and moscow.parameter_hash in text
    )


def test_scenario_files_may_name_files_beside_them(tmp_path):
    from lazaretto.parameters import params_folder

    source = params_folder()
    (tmp_path / "own.toml").write_bytes((source / "tracing" / "household.toml").read_bytes())
    text = (
        (source / "scenarios" / "no-measures.toml")
        .read_text(encoding="utf-8")
        .replace('tracing = "none"', 'tracing = "own.toml"')
    )
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    scenario = load_scenario(tmp_path / "mine.toml")
    assert scenario.tracing == load_tracing("household")
    assert scenario.names["tracing"] == "own"


def test_sweeps_over_names_and_numbers(tmp_path):
    design = load_sweep("tracing-by-isolation")
    assert len(design.cells()) == 20
    assert design.cells()[1] == {
        "tracing": "none",
        "isolation": "supported",
    }  # the last axis is the fastest
    cell = design.scenario_of({"tracing": "household", "isolation": "supported"})
    assert cell.tracing == load_tracing("household")
    data = design.model_dump() | {
        "axes": {"pathogen.R0": (2.0, 3.0)},
        "baseline": {"pathogen.R0": 2.0},
    }
    assert [
        type(design).model_validate(data).scenario_of(c).pathogen.R0.value
        for c in ({"pathogen.R0": 2.0}, {"pathogen.R0": 3.0})
    ] == [2, 3]


def test_pathogens_are_equal_by_value():
    assert (
        load_pathogen("sars-cov-1")
        == load_pathogen("sars-cov-1")
        != load_pathogen("sars-cov-2-ancestral")
    )
