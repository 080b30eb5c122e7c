"""The shipped numbers against the papers they cite. Everything here can be worked out from the
sources without running the model."""

from __future__ import annotations

import numpy as np
import pytest

from lazaretto.parameters import (
    KINDS,
    list_names,
    load,
    load_pathogen,
    load_population,
    load_testing,
    load_tracing,
    rows,
)

DRAWS = 200_000


def uniforms(columns: int) -> np.ndarray:
    """(columns, DRAWS) numbers in (0, 1) from a fixed seed."""
    return np.random.default_rng(20200401).uniform(1e-12, 1 - 1e-12, (columns, DRAWS))


def mean_and_error(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """A weighted mean and five of its standard errors."""
    mean = float(np.average(values, weights=weights))
    error = float(np.sqrt(np.sum((weights * (values - mean)) ** 2)) / weights.sum())
    return mean, 5 * error


def test_hart_2021_stages_give_the_published_incubation_generation_time_and_theta():
    covid = load_pathogen("sars-cov-2-ancestral")
    latent, lead, after = covid.latent_period, covid.presymptomatic_lead, covid.infectious_period
    assert latent.mean / latent.parameters["a"] == pytest.approx(0.948, rel=1e-3)
    assert lead.mean / lead.parameters["a"] == pytest.approx(
        0.948, rel=1e-3
    )  # one scale, so the sum is a gamma
    assert latent.mean + lead.mean == pytest.approx(5.807 * 0.948, rel=1e-3)
    assert 5.0 <= latent.mean + lead.mean <= 6.0
    u = uniforms(5)
    e, p, i = latent.quantile(u[0]), lead.quantile(u[1]), after.quantile(u[2])
    before = covid.presymptomatic_relative_infectiousness.value * p
    early = u[3] < before / (before + i)
    moment = e + np.where(early, p * u[4], p + i * u[4])
    generation, error = mean_and_error(moment, before + i)
    assert error < 0.08  # smaller than the difference to the 5.7 days of Lau et al. 2021
    assert generation == pytest.approx(5.96, abs=error)
    theta, error = mean_and_error(early.astype(float), before + i)
    assert theta == pytest.approx(0.66, abs=error + 0.005)  # published to two digits
    low, high = covid.published["theta"].range
    assert low <= theta <= high


def test_sars_2003_incubation_and_serial_interval():
    sars = load_pathogen("sars-cov-1")
    incubation = sars.incubation_period
    assert incubation.quantile(np.array([0.5]))[0] == pytest.approx(
        4.0, rel=1e-3
    )  # median of Lessler 2009
    assert incubation.mean == pytest.approx(np.exp(1.386 + 0.593**2 / 2), rel=1e-3)
    assert sars.infectious_period.frozen().std() == pytest.approx(2.3, rel=1e-3)
    profile = sars.infectiousness_profile
    assert profile.mean == pytest.approx(2 / 3.5, rel=1e-3) and profile.longest <= 1.001
    assert (sars.latent_period, sars.presymptomatic_lead) == (
        None,
        None,
    )  # nobody is infectious before onset
    u = uniforms(3)
    onset, period = sars.onset_to_infectious.quantile(u[0]), sars.infectious_period.quantile(u[1])
    moment, error = mean_and_error(onset + period * profile.quantile(u[2]), period)
    serial = moment + incubation.mean
    assert serial == pytest.approx(10.9, abs=error + 0.05)  # as the note of the profile says
    assert (
        abs(serial - 10.0) < 2.8
    )  # within one published standard deviation of the value before controls; no better


def test_onset_to_death_has_the_published_spread():
    assert load_pathogen("sars-cov-2-ancestral").onset_to_death.frozen().std() == pytest.approx(
        11.6, rel=2e-3
    )


def test_the_sensitivity_of_pcr_is_hellewell_2021():
    stated = load_testing("pcr-2020").sensitivity_by_day
    day, b1, b2, b3, turn = np.arange(31), 1.566, 2.150, -1.105, 3.261
    late = np.where(day > turn, day - turn, 0.0)
    np.testing.assert_allclose(
        stated.value, 1 / (1 + np.exp(-(b1 + b2 * (day - turn) + b2 * b3 * late))), atol=6e-5
    )
    published = {
        1: 0.04,
        2: 0.25,
        3: 0.71,
        4: 0.79,
        5: 0.77,
        7: 0.68,
        10: 0.52,
        14: 0.30,
        21: 0.08,
    }  # medians of 4,000 draws
    for at, median in published.items():
        assert stated.value[at] == pytest.approx(median, abs=0.025)
    assert [stated.range[0][3], stated.range[1][3]] == [0.23, 0.88]


def test_ages_of_severity_and_susceptibility():
    covid = load_pathogen("sars-cov-2-ancestral")
    assert list(covid.death_fraction_by_age.value) == sorted(covid.death_fraction_by_age.value)
    assert list(covid.hospital_fraction_by_age.value) == sorted(
        covid.hospital_fraction_by_age.value
    )
    assert covid.death_fraction_by_age.value[8:] == (0.08292, 0.1619)
    assert (
        covid.hospital_fraction_by_age.value[8] == covid.hospital_fraction_by_age.value[9] == 0.2457
    )
    assert covid.relative_susceptibility_by_age.value == (
        0.34,
        0.67,
        1,
        1,
        1,
        1,
        1.24,
        1.47,
        1.47,
        1.47,
    )
    for stated in (covid.death_fraction_by_age, covid.hospital_fraction_by_age):
        assert max(stated.value) <= 0.25


def test_moscow():
    city = load_population("moscow")
    assert sum(city.age_pyramid.value) == 11_503_501  # all ages of the file of Mistry et al. 2021
    assert city.age_pyramid.value[17] == 144_657  # 84 and over, the last group of the data
    mean = np.dot(city.household_size_fractions.value, np.arange(1, 7))
    assert mean == pytest.approx(2.584, abs=0.01)  # UN 2019, Russia
    assert city.area_people.value == pytest.approx(0.15 * city.density.value, rel=0.01)
    assert (
        city.group_contacts_per_day.school.value == 11.41
    )  # weights of the matrices of Mistry et al. 2021
    assert city.group_contacts_per_day.work.value == 8.07
    assert city.at_school_by_age.value[2] == pytest.approx(
        0.956, abs=0.001
    )  # ages 10-14, row sum of the school matrix
    assert city.at_work_by_age.value[8] == pytest.approx(
        0.866, abs=0.001
    )  # ages 40-44, row sum of the work matrix
    k, adults = city.community_dispersion_k.value, city.community_contacts_per_day.value[1]
    assert np.sqrt(adults + adults**2 / k) == pytest.approx(adults, rel=0.01)  # SD = mean
    for law in (city.minutes.household, city.minutes.group, city.minutes.community):
        assert law.maximum / law.mean <= 6  # the engine draws candidates at the longest contact


def test_operator_and_regimes_as_ordered_in_russia_2020():
    operator = load_tracing("operator-geolocation").instruments[0]
    assert (
        operator.lookback_days.value,
        operator.dwell_threshold_minutes.value,
        operator.recipients.value,
    ) == (14, 5, 4)
    assert operator.collects == "everyone-with-phone"
    assert operator.retention_days.value == np.inf
    assert operator.radius_metres.value == pytest.approx(np.sqrt(0.15e6 / np.pi), abs=1)
    police = load("isolation", "sms-and-police")
    assert [rung.action for rung in police.ladder] == ["warning", "report", "fine"]
    harshness = {name: load("isolation", name).harshness.value for name in list_names("isolation")}
    assert harshness["advice"] < harshness["supported"] < harshness["sms-and-police"]
    behaviour = load("behaviour", "default")
    assert not behaviour.avoidance_is_off
    kept = np.exp(-behaviour.kappa_reporting.value * harshness["sms-and-police"])
    assert kept == pytest.approx(
        0.85, abs=0.005
    )  # 15 % of those who avoided a test named quarantine


UNCERTAIN = (
    "memory",
    "general knowledge",
    "no source",
    "no estimate",
    "no rule",
    "no published",
    "judgement",
    "by analogy",
    "drawn by hand",
)
ORDERS_AND_SURVEYS = ("20", "NACCHO", "GWU", "OpenABM")  # a year, or a body known by its letters
FILES = [
    (kind, name)
    for kind in KINDS
    if kind not in ("scenarios", "sweeps")
    for name in list_names(kind)
]


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_what_is_guessed_is_not_called_confirmed(kind, name):
    for row in rows(load(kind, name)):
        assert row["low"] and row["high"]
        if row["status"] == "confirmed":
            assert not any(word in row["source"].lower() for word in UNCERTAIN), row
            assert any(word in row["source"] for word in ORDERS_AND_SURVEYS), row
        else:
            assert row["status"] == "assumption", row


def test_calls_by_days_met_are_differences_of_the_cumulated_recalls_of_copenhagen():
    """Pairs with a contact of 15 minutes on so many days or more, of 14, and the share of them that
    exchanged a call or message."""
    days = [1, 2, 3, 5, 6]
    pairs = np.array([12_214, 4_642, 2_467, 979, 614])
    recall = np.array([0.040, 0.085, 0.129, 0.206, 0.250])
    called = pairs * recall
    exactly = np.append((called[:-1] - called[1:]) / (pairs[:-1] - pairs[1:]), recall[-1])
    by_days = dict(zip(days, exactly))
    calls = load_tracing("call-list").instruments[0]
    stated = calls.probability_by_days.value
    assert stated == pytest.approx(
        [by_days[1], by_days[2], by_days[3], by_days[3], by_days[5], by_days[6]], abs=0.001
    )
    assert list(stated) == sorted(stated), "the more often met, the likelier called"
