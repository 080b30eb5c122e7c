"""The race between tracing and the latent period: the integral against the engine, and against
closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import ALL_RECALLED, SURE_TESTS, constant_delays, constant_pathogen, with_level

import lazaretto as lz
from lazaretto.analysis.race import AS_STATED, LAWS, in_time, with_latent
from lazaretto.bench import neutral_law
from lazaretto.parameters import list_names, load_pathogen


@pytest.mark.parametrize("name", list_names("pathogens"))
def test_formula_and_engine_agree_for_every_pathogen_delay_and_law(name):
    table = lz.race(load_pathogen(name), number=200_000)
    assert table["law"].unique().tolist() == (
        list(LAWS) if load_pathogen(name).latent_period is not None else [AS_STATED]
    )
    assert (table["transmissions"] > 2000).all()
    off = (table["simulated"] - table["reached_in_time"]).abs() / table["standard_error"]
    assert (off < 5).all(), table[off >= 5]
    known = table["still_latent"].notna() & table["simulated_latent"].notna()
    off = (
        (table["simulated_latent"] - table["still_latent"]).abs() / table["latent_standard_error"]
    )[known]
    assert (off < 5).all(), table[known][off >= 5]


def test_constant_periods_have_a_sharp_deadline():
    pathogen = constant_pathogen(
        latent=2.0, lead=1.0
    )  # all transmission at onset, so a contact has exactly two days
    reached, still = in_time(pathogen, [0.0, 1.9, 2.1])
    assert reached.tolist() == still.tolist() == [1.0, 1.0, 0.0]


def test_an_exponential_latent_period_is_forgotten():
    pathogen = constant_pathogen(latent=2.0, lead=1.0).model_copy(
        update={"latent_period": neutral_law("expon", 2.0)}
    )
    delays = [0.0, 1.0, 2.0, 5.0]
    reached, _ = in_time(pathogen, delays)
    np.testing.assert_allclose(reached, np.exp(-np.array(delays) / 2.0), atol=5e-4)


def test_other_laws_keep_the_mean_and_the_stated_law_is_not_touched():
    pathogen = load_pathogen("sars-cov-2-ancestral")
    assert with_latent(pathogen, AS_STATED) is pathogen
    for law in LAWS[1:]:
        latent = with_latent(pathogen, law).latent_period
        assert latent.mean == pytest.approx(pathogen.latent_period.mean, rel=1e-3)
    with pytest.raises(ValueError, match="unknown law 'cauchy'"):
        with_latent(pathogen, "cauchy")
    with pytest.raises(ValueError, match="no latent period to exchange"):
        with_latent(load_pathogen("sars-cov-1"), "constant")


def test_lists_of_the_engine_hold_as_many_latent_people_as_the_race_says(moscow):
    """Perfect tracing after a fixed delay, of cases that infect one partner each: the same number
    by a third way."""
    pairs = 200_000
    population = lz.populations.configuration(np.ones(2 * pairs, int))
    first = np.flatnonzero(np.arange(2 * pairs) < population.city.link)
    pathogen = moscow.pathogen.model_dump()
    pathogen["hazard_per_day"] = {
        "value": 0.01,
        "unit": "1/day",
        "range": [0, 1],
        "source": "test",
        "status": "assumption",
    }
    pathogen["individual_variation_k"] |= {"value": 1e9, "range": [0.01, 1e9]}
    scenario = moscow.replace(
        pathogen=type(moscow.pathogen).model_validate(pathogen), days=60, **SURE_TESTS
    )
    scenario = scenario.replace(
        **{
            "behaviour.kappa_cooperation": 0.0,
            "isolation.full_adherence_case": 0.0,
            "isolation.partial_contact_factor": 1.0,
        }
    )
    delay = {"delay": neutral_law("constant", 1.25).model_dump()}
    level = constant_delays(
        with_level(scenario, "interview", more={"interview": ALL_RECALLED | delay})
    )
    run = lz.simulate(level, population, 1, first=first, keep_lists=True)
    mine = run.lists[run.lists["index_case"].isin(first) & run.lists["infected_by_index_case"]]
    _, still = in_time(level.pathogen, [0.5 + 0.25 + 1.25])
    error = np.sqrt(still[0] * (1 - still[0]) / len(mine))
    assert len(mine) > 5000
    assert abs(mine["latent"].mean() - still[0]) < 5 * error
