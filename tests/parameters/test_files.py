"""Every shipped file is valid and sourced; every kind of bad input is one clear message."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lazaretto as lz
from lazaretto.parameters import (
    KINDS,
    Law,
    ParameterError,
    list_names,
    load,
    params_folder,
    rows,
    validate_file,
)

SHIPPED = [(kind, name) for kind in KINDS for name in list_names(kind)]


@pytest.mark.parametrize(("kind", "name"), SHIPPED)
def test_every_shipped_file_is_valid_and_every_value_has_a_source(kind, name):
    thing = load(kind, name)
    assert thing.title and thing.description
    stated = rows(thing.scenario if kind == "sweeps" else thing)
    for row in stated:
        assert row["source"] and row["unit"] and row["status"] in {"confirmed", "assumption"}
    if name != "none":
        assert stated


def test_what_the_first_release_promises_is_there():
    assert {"sars-cov-2-ancestral", "sars-cov-1"} <= set(list_names("pathogens"))
    assert {"moscow", "generic-city"} <= set(list_names("populations"))
    assert {"none", "household", "interview", "operator-geolocation"} <= set(list_names("tracing"))
    assert {"advice", "supported", "sms-and-police"} <= set(list_names("isolation"))


def changed(tmp_path: Path, kind: str, name: str, old: str, new: str) -> Path:
    full = Path(__file__).parent / "old" / kind / f"{name}.toml"  # written out in full
    text = (full if full.exists() else params_folder() / kind / f"{name}.toml").read_text("utf-8")
    assert text.count(old) >= 1, old
    folder = tmp_path / kind
    folder.mkdir()
    file = folder / "mine.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


BAD = [
    (
        "testing",
        "pcr-2020",
        "value = 0.5\n",
        "value = 1.2\n",
        ["seek_probability", "1.2", "0", "1", "fraction"],
    ),
    (
        "pathogens",
        "sars-cov-2-ancestral",
        "mean = 3.202",
        "mean = -3.202",
        ["latent_period", "-3.202"],
    ),
    (
        "pathogens",
        "sars-cov-2-ancestral",
        'unit = "day"',
        'unit = "hour"',
        ["latent_period", "'day'", "'hour'"],
    ),
    (
        "pathogens",
        "sars-cov-2-ancestral",
        "[infectious_period]",
        "[infectous_period]",
        ["infectous_period", "Did you mean"],
    ),
    ("pathogens", "sars-cov-2-ancestral", "value = 2.8\n", 'value = "much"\n', ["R0", "much"]),
    ("pathogens", "sars-cov-2-ancestral", "value = 2.8\n", "value = nan\n", ["R0", "nan"]),
    (
        "pathogens",
        "sars-cov-2-ancestral",
        'family = "gamma"',
        'family = "gama"',
        ["latent_period", "gama", "Did you mean"],
    ),
    (
        "pathogens",
        "sars-cov-2-ancestral",
        'status = "confirmed"',
        'status = "sure"',
        ["R0", "status", "sure"],
    ),
    (
        "pathogens",
        "sars-cov-2-ancestral",
        "value = 2.8\n",
        "value = 9.0\n",
        ["R0", "outside its own range"],
    ),
    (
        "populations",
        "moscow",
        "0.252, 0.284",
        "0.352, 0.284",
        ["household_size_fractions", "add up to 1"],
    ),
    (
        "isolation",
        "sms-and-police",
        'action = "warning"',
        'action = "prison"',
        ["ladder", "action", "prison"],
    ),
    (
        "tracing",
        "interview",
        'type = "interview"',
        'type = "intervew"',
        ["instruments", "intervew"],
    ),
]


@pytest.mark.parametrize(("kind", "name", "old", "new", "words"), BAD, ids=lambda x: None)
def test_bad_values_name_file_and_key_and_what_is_allowed(tmp_path, kind, name, old, new, words):
    file = changed(tmp_path, kind, name, old, new)
    with pytest.raises(ParameterError) as caught:
        validate_file(file)
    text = str(caught.value)
    assert "mine.toml" in text
    for word in words:
        assert word in text, text
    assert "Traceback" not in text and "pydantic" not in text


def test_a_missing_key_is_named(tmp_path):
    file = changed(tmp_path, "behaviour", "default", "[fatigue_per_day]", "[notes]")
    with pytest.raises(ParameterError, match="fatigue_per_day: this key is missing"):
        validate_file(file)


@pytest.mark.parametrize("content", [b"not toml at all [", b"\xff\xfe\x00", b"a = ", b"[" * 5000])
def test_files_that_are_not_toml(tmp_path, content):
    file = tmp_path / "x.toml"
    file.write_bytes(content)
    with pytest.raises(ParameterError, match=r"x\.toml"):
        validate_file(file)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_refused_clearly(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("fuzz") / "x.toml"
    file.write_bytes(content)
    with pytest.raises(ParameterError):
        validate_file(file)


def test_unknown_names_suggest_the_near_one():
    with pytest.raises(ParameterError, match="Did you mean 'interview'"):
        lz.load_scenario("moscow-2020").replace(tracing="intervew")
    with pytest.raises(ParameterError, match="moscow-2020"):
        lz.load_scenario("moscow-2021")


@pytest.mark.parametrize("people", [0, -5, 2.5, "many", float("nan")])
def test_impossible_numbers_of_people(people):
    with pytest.raises(ParameterError, match="people"):
        lz.load_scenario("moscow-2020").replace(people=people)


def test_replace_is_frozen_equal_by_value_and_hashed(moscow):
    longer = moscow.replace(**{"pathogen.latent_period.mean": 5})
    assert longer.pathogen.latent_period.mean == 5
    assert longer.pathogen.latent_period.status == "user"
    assert moscow.pathogen.latent_period.mean == 3.202
    assert longer != moscow
    assert lz.load_scenario("no-measures") == moscow
    assert longer.parameter_hash != moscow.parameter_hash
    assert lz.load_scenario("no-measures").parameter_hash == moscow.parameter_hash
    assert moscow.with_settings({"pathogen.latent_period.mean": "5"}) == longer
    assert moscow.replace(**{"pathogen.R0": 3.1}).pathogen.R0.value == 3.1
    with pytest.raises(ValueError, match="frozen"):
        moscow.title = "x"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("pathogen.latent_period.mean", -1, ["latent_period", "-1"]),
        ("pathogen.latent_perod.mean", 1, ["latent_perod", "Did you mean"]),
        ("testing.specificity", 1.5, ["specificity", "1.5"]),
        ("isolation", 7, ["isolation", "name"]),
        ("days", 0, ["days"]),
        ("pathogen", "ebol", ["ebol"]),
    ],
)
def test_settings_are_checked_as_files_are(moscow, key, value, words):
    with pytest.raises(ParameterError) as caught:
        moscow.replace(**{key: value})
    assert all(word in str(caught.value) for word in words), caught.value


def law(**more) -> Law:
    return Law(
        **{
            "family": "gamma",
            "mean": 3.0,
            "parameters": {"a": 2.0},
            "unit": "day",
            "range": (0, 10),
            "source": "x",
            "status": "assumption",
        }
        | more
    )


def test_laws_are_scipy_s_scaled_to_their_mean():
    from scipy import stats

    p = np.linspace(0.01, 0.99, 50)
    np.testing.assert_allclose(law().quantile(p), stats.gamma(2.0, scale=1.5).ppf(p))
    lognormal = law(family="lognorm", parameters={"s": 0.5})
    assert lognormal.frozen().mean() == pytest.approx(3.0)
    assert (law(family="constant", parameters={}).quantile(p) == 3.0).all()
    table = law(family="table", parameters={}, quantiles=(0.0, 1.0, 2.0))
    assert table.quantile(np.array([0.5]))[0] == pytest.approx(3.0)
    cut = law(family="expon", parameters={}, maximum=4.0)
    assert cut.quantile(np.array([1 - 1e-12]))[0] <= 4.0
    assert (
        cut.quantile(np.array([0.5]))[0]
        < law(family="expon", parameters={}).quantile(np.array([0.5]))[0]
    )


def test_the_hart_stages_add_up_to_the_published_incubation(moscow):
    total = moscow.pathogen.latent_period.mean + moscow.pathogen.presymptomatic_lead.mean
    assert total == pytest.approx(5.807 * 0.948, rel=1e-3)
