"""A built city reproduces its inputs."""

from __future__ import annotations

import numpy as np
import pytest

import lazaretto as lz


@pytest.fixture(scope="module")
def city(moscow):
    return lz.build_population(moscow.population, people=30_000, seed=4)


def test_the_age_pyramid_is_exact(city, moscow):
    pyramid = np.asarray(moscow.population.age_pyramid.value, float)
    counts = np.bincount(city.city.age // 5, minlength=18)[:18]
    np.testing.assert_allclose(counts / 30_000, pyramid / pyramid.sum(), atol=6 / 30_000)


def test_household_sizes_follow_their_distribution(city, moscow):
    sizes = np.diff(city.city.household_start)
    shares = np.bincount(sizes, minlength=7)[1:7] / len(sizes)
    stated = np.asarray(moscow.population.household_size_fractions.value)
    error = np.sqrt(stated * (1 - stated) / len(sizes))
    assert (np.abs(shares - stated) < 5 * error + 1e-4).all()
    assert sizes.mean() == pytest.approx(2.58, abs=0.05)  # UN 2019: 2.584
    assert sizes.sum() == 30_000


def test_children_live_with_adults_of_parents_age(city):
    c = city.city
    children = np.flatnonzero(c.age < 18)
    oldest = np.maximum.reduceat(c.age, c.household_start[:-1])
    assert (oldest[c.household[children]] >= 18).all()
    gap = oldest[c.household[children]] - c.age[children].astype(int)
    assert 22 < np.median(gap) < 38


def test_groups_are_schools_of_one_age_and_teams_of_workers(city, moscow):
    c = city.city
    starts, members = c.group_start, c.group_member
    per_head = c.group_mean_meetings / np.diff(
        starts
    )  # schools come first, and have a rate of their own
    classes = int(np.flatnonzero(np.isclose(per_head, per_head[0], rtol=1e-4))[-1]) + 1
    for g in range(0, len(starts) - 1, 17):
        ages = c.age[members[starts[g] : starts[g + 1]]]
        pupils = ages[ages < 25]
        if g < classes:  # of one age, with teachers
            assert len(np.unique(pupils)) <= 1
            assert len(ages) <= moscow.population.class_size.value
        else:
            assert ages.min() >= 15
            assert len(ages) <= 41
    for site in range(len(c.site_start) - 1):
        assert (
            len(
                np.unique(
                    c.site_of_group[c.group[members[c.site_start[site] : c.site_start[site + 1]]]]
                )
            )
            == 1
        )
    at_school = (c.group >= 0) & (c.group < classes)
    for people, stated in (
        (at_school, moscow.population.at_school_by_age),
        ((c.group >= classes), moscow.population.at_work_by_age),
    ):
        here = np.bincount(c.age[people] // 5, minlength=18)[:18]
        of = np.bincount(c.age // 5, minlength=18)[:18]
        wanted = np.asarray(stated.value) * of
        assert (np.abs(here - wanted) <= 5 * np.sqrt(wanted + 1)).all(), (here, wanted)
    for person in range(0, 30_000, 501):
        if c.group[person] >= 0:
            assert members[starts[c.group[person]] + c.group_slot[person]] == person


def test_areas_hold_whole_households_of_about_the_stated_number(city, moscow):
    c = city.city
    assert np.isin(c.area_start, c.household_start).all()
    assert np.diff(c.area_start).mean() == pytest.approx(
        moscow.population.area_people.value, rel=0.05
    )


def test_stubs_are_overdispersed_as_stated(city, moscow):
    adults = (city.city.age >= 18) & (city.city.age < 65)
    stubs = city.city.stubs[adults].astype(float)
    k = moscow.population.community_dispersion_k.value
    expected = np.sqrt(1 / stubs.mean() + 1 / k)
    assert stubs.std() / stubs.mean() == pytest.approx(expected, rel=0.05)


def test_the_same_arguments_give_the_same_city_and_others_another(moscow):
    one, two = (lz.build_population(moscow.population, people=3000, seed=1) for _ in range(2))
    assert one.key == two.key
    assert lz.build_population(moscow.population, people=3000, seed=2).key != one.key


@pytest.mark.parametrize("people", [2, 3, 7, 50, 999])
def test_small_places_can_be_built_and_run(moscow, people):
    population = lz.build_population(moscow.population, people=people, seed=1)
    assert population.people == people
    pathogen = moscow.pathogen.model_dump()
    pathogen["hazard_per_day"] = {
        "value": 0.05,
        "unit": "1/day",
        "range": [0, 1],
        "source": "test",
        "status": "assumption",
    }
    scenario = moscow.replace(
        pathogen=type(moscow.pathogen).model_validate(pathogen),
        tracing="operator-geolocation",
        isolation="sms-and-police",
        initial_infections=1,
        days=40,
    )
    run = lz.simulate(scenario, population, seed=1)
    assert 0 <= len(run.raw.history.person) <= people


def test_a_tiny_place_has_the_hazard_of_its_city(moscow):
    """R0 is of the place: twelve people run out sooner, and no contact of theirs is another."""
    hazard = [
        lz.simulate(
            moscow.replace(initial_infections=1, days=2),
            lz.build_population(moscow.population, people=people, seed=1),
            seed=1,
        ).reproduction.scale
        for people in (12, 30_000)
    ]
    assert hazard[0] == hazard[1] > 0


@pytest.mark.parametrize("people", [0, 1, -4, 2.5, "many", None, True])
def test_impossible_sizes_are_refused(moscow, people):
    if people is None:
        return
    with pytest.raises(ValueError, match="people must be a whole number"):
        lz.build_population(moscow.population, people=people, seed=1)


def test_idealised_doors_check_what_they_are_given():
    for wrong in (0, -1, 1.5, True):
        with pytest.raises(ValueError, match="people must be"):
            lz.populations.path(wrong)
    with pytest.raises(ValueError, match="mean_degree"):
        lz.populations.random_graph(10, 20)
    with pytest.raises(ValueError, match="at most 5,000"):
        lz.populations.complete(6000)
    with pytest.raises(ValueError, match="degrees"):
        lz.populations.configuration(np.array([1.5, 2.0]))
    assert (
        np.diff(lz.populations.configuration(np.array([2, 2, 2, 2]), seed=3).city.link_start).max()
        <= 2
    )
    assert len(lz.populations.tree(7, 2).city.link) == 12
    assert len(lz.populations.complete(4).city.link) == 12
