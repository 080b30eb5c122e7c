"""Importations, seasons and waning immunity, with constant periods or against their Poisson
numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import QUIET, constant_pathogen

import lazaretto as lz
from lazaretto.bench import neutral_law
from lazaretto.parameters import Pathogen


def quantity(value: float, unit: str, high: float = 1e6) -> dict:
    return {
        "value": value,
        "unit": unit,
        "range": [0.0, high],
        "source": "test",
        "status": "assumption",
    }


def pathogen(**changes) -> Pathogen:
    return Pathogen.model_validate(constant_pathogen().model_dump() | changes)


def scenario_of(moscow, one: Pathogen, days: int, **stated):
    data = moscow.replace(days=days, **QUIET).model_dump() | {"pathogen": one.model_dump()} | stated
    return type(moscow).model_validate(data)


def ping_pong(immunity: float) -> Pathogen:
    """Infectious from day 2 on, onset 3, end 8; all candidates fall nine tenths through the
    symptomatic stage, at 7.5."""
    return pathogen(
        infectiousness_profile=neutral_law("constant", 0.9, "fraction").model_dump(),
        immunity_duration=neutral_law("constant", immunity).model_dump(),
    )


def test_two_people_infect_each_other_in_turn_when_immunity_wanes_in_time(moscow):
    run = lz.simulate(
        scenario_of(moscow, ping_pong(6.0), 40), lz.populations.path(2), seed=1, first=[0]
    )
    table = run.transmissions
    assert table["infectee"].tolist() == [0, 1, 0, 1, 0, 1]
    assert table["infector"].tolist() == [-1, 0, 1, 0, 1, 0]
    assert table["day"].to_numpy() == pytest.approx([0, 7.5, 15, 22.5, 30, 37.5])
    assert table["generation"].tolist() == [0, 1, 2, 3, 4, 5]
    curves = run.curves
    assert (
        curves["S"]
        + curves["E"]
        + curves["I_presymptomatic"]
        + curves["I_symptomatic"]
        + curves["R"]
        == 2
    ).all()
    assert (
        curves["S"].values[14] == 1
    )  # person 0 is free of immunity on day 14, infected again on day 15


def test_immunity_that_lasts_a_little_longer_stops_them(moscow):
    run = lz.simulate(
        scenario_of(moscow, ping_pong(7.5), 40), lz.populations.path(2), seed=1, first=[0]
    )
    assert run.transmissions["infectee"].tolist() == [0, 1]


def test_the_dead_are_not_infected_again(moscow):
    one = ping_pong(6.0).model_dump()
    one["death_fraction_by_age"] |= {"value": [1.0] * 10, "range": [[0.0] * 10, [1.0] * 10]}
    one["onset_to_death"] = neutral_law("constant", 4.8).model_dump()  # after the transmission
    run = lz.simulate(
        scenario_of(moscow.replace(hospitals="uncoupled"), Pathogen.model_validate(one), 60),
        lz.populations.path(2),
        seed=1,
        first=[0],
    )
    assert run.transmissions["infectee"].tolist() == [0, 1]
    assert run.curves["D"].values[-1] == 2


@pytest.mark.parametrize(("days_to_death", "infected"), [(4.4, 1), (4.6, 2)])
def test_the_dead_infect_nobody(moscow, days_to_death, infected):
    """All candidates fall at day 7.5, onset is on day 3."""
    one = ping_pong(100.0).model_dump()
    one["death_fraction_by_age"] |= {"value": [1.0] * 10, "range": [[0.0] * 10, [1.0] * 10]}
    one["onset_to_death"] = neutral_law("constant", days_to_death).model_dump()
    scenario = scenario_of(moscow.replace(hospitals="uncoupled"), Pathogen.model_validate(one), 40)
    run = lz.simulate(scenario, lz.populations.path(2), seed=1, first=[0])
    assert len(run.transmissions) == infected
    assert run.raw.history.end[0] == min(8.0, 3.0 + days_to_death)
    assert run.curves["D"].values[-1] == infected


def test_another_episode_has_luck_of_its_own(moscow, town):
    waning = moscow.pathogen.model_dump() | {
        "immunity_duration": neutral_law("constant", 5.0).model_dump()
    }
    scenario = moscow.replace(
        pathogen=Pathogen.model_validate(waning),
        days=150,
        initial_infections=20,
        tracing="interview",
    )
    run = lz.simulate(scenario, town, seed=1)
    h = run.raw.history
    latent = h.infectious - h.time
    again = {}
    for person, days in zip(h.person.tolist(), latent.tolist()):
        again.setdefault(person, []).append(round(days, 9))
    twice = [v for v in again.values() if len(v) > 1]
    assert len(twice) > 1000
    assert np.mean([len(set(v)) == len(v) for v in twice]) > 0.99
    assert len(h.person) > town.people  # more infections than people: the run made room for them
    order = np.lexsort((h.time, h.person))
    same = h.person[order][1:] == h.person[order][:-1]
    assert (h.time[order][1:][same] >= h.again[order][:-1][same]).all()
    c = run.curves
    total = (
        c["S"]
        + c["E"]
        + c["I_presymptomatic"]
        + c["I_symptomatic"]
        + c["I_asymptomatic"]
        + c["R"]
        + c["D"]
    )
    assert (total == town.people).all()


def test_importations_are_poisson_and_have_no_infector(moscow, town):
    still = pathogen(hazard_per_day=quantity(0.0, "1/day"))
    scenario = scenario_of(
        moscow,
        still,
        100,
        importations_per_day=quantity(4.0, "person/day"),
        initial_infections=quantity(0, "person"),
    )
    run = lz.simulate(scenario, town, seed=1)
    table = run.transmissions
    assert set(table["layer"]) == {"importation"}
    assert (table["infector"] == -1).all()
    expected = town.city.reach * (
        1 - math.exp(-400 / town.city.reach)
    )  # whoever is drawn twice is infected once
    assert abs(len(table) - expected) < 5 * math.sqrt(expected)
    assert table["day"].to_numpy() == pytest.approx(np.sort(table["day"]))
    longer = type(moscow).model_validate(
        scenario.model_dump() | {"days": moscow.days.model_dump() | {"value": 50}}
    )
    first = lz.simulate(longer, town, seed=1).transmissions
    assert first["infectee"].tolist() == table["infectee"].tolist()[: len(first)]


def season_run(moscow, graph, amplitude: float, start: int):
    one = pathogen(
        hazard_per_day=quantity(0.02, "1/day"),
        seasonal_amplitude=quantity(amplitude, "fraction", 1.0),
        seasonal_peak_day_of_year=quantity(1.0, "day", 366.0),
    )
    scenario = scenario_of(
        moscow,
        one,
        14,
        start_day_of_year=quantity(start, "day", 366.0),
        initial_infections=quantity(300, "person"),
    )
    return lz.simulate(scenario, graph, seed=1)


def test_the_season_multiplies_the_hazard(moscow):
    """Question: how many do 300 people infect at the peak, at the trough, and without a season? All
    candidates fall at onset."""
    graph = lz.populations.random_graph(30_000, 10, seed=2)
    infected = {}
    for name, amplitude, start in (("none", 0.0, 1), ("peak", 1.0, 1), ("trough", 1.0, 184)):
        run = season_run(moscow, graph, amplitude, start)
        source = run.raw.history.source
        infected[name] = int(((source >= 0) & (source < 300)).sum())
    per_link = 1 - math.exp(-0.02 * 5)
    assert (
        abs(infected["none"] - 3000 * per_link)
        < 5 * math.sqrt(3000 * per_link) + 0.02 * infected["none"]
    )
    per_link = 1 - math.exp(-2 * 0.02 * 5)
    assert (
        abs(infected["peak"] - 3000 * per_link)
        < 5 * math.sqrt(3000 * per_link) + 0.02 * infected["peak"]
    )
    assert infected["trough"] < 5


def test_a_season_needs_a_date_and_both_its_values(moscow):
    seasonal = pathogen(
        seasonal_amplitude=quantity(0.1, "fraction", 1.0),
        seasonal_peak_day_of_year=quantity(1.0, "day", 366.0),
    )
    with pytest.raises(ValueError, match="start_day_of_year"):
        scenario_of(moscow.replace(start_date=None), seasonal, 10, start_day_of_year=None)
    with pytest.raises(ValueError, match="both seasonal_amplitude and seasonal_peak"):
        pathogen(seasonal_amplitude=quantity(0.1, "fraction", 1.0))
