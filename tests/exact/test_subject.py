"""Judges: outcomes, instruments.

What subjects see: all entries about them of instruments that are open to them, nothing of others,
and nobody's name.
"""

from __future__ import annotations

import pytest
from conftest import ALL_RECALLED, with_level

import lazaretto as lz
from lazaretto.parameters import Scenario


@pytest.fixture(scope="module")
def seen(small):
    """A run with interviews that are open and positions that are not, from day 30 on too."""
    scenario = with_level(
        small,
        "interview",
        "operator-geolocation",
        more={"interview": ALL_RECALLED | {"open_to_subject": True}},
    )
    city = lz.build_population(scenario.population, people=2000, seed=1)
    return lz.simulate(scenario, city, seed=1, keep_lists=True)


def test_subjects_see_what_is_open_to_them_with_place_day_and_minutes(seen):
    lists = seen.lists
    person = lists.loc[lists["instrument"] == "interview", "person"].value_counts().index[0]
    mine = lists[(lists["person"] == person) & (lists["instrument"] == "interview")]
    view = seen.subject_view(person)
    assert len(view) == len(mine) > 0 and "index_case" not in view
    assert set(view["instrument"]) == {"interview"}
    assert set(view["place"]) <= {"home", "school or work", "elsewhere"}
    assert sorted(view["minutes"]) == sorted(mine["minutes"])
    assert (lists["instrument"] == "operator-geolocation").any()


def test_places_are_where_the_two_meet(seen):
    city, lists = seen.population.city, seen.lists
    at_home = city.household[lists["person"]] == city.household[lists["index_case"]]
    for person in lists.loc[at_home & (lists["instrument"] == "interview"), "person"].unique()[:5]:
        assert "home" in set(seen.subject_view(person)["place"])


def test_the_panel_counts_what_is_shown(seen, small):
    listed = seen.instruments.loc["interview", "listed"]  # those on other lists of the case too
    people = seen.population.people
    assert seen.panel["listings_shown"] * people / 1e5 == pytest.approx(listed)
    data = seen.scenario.model_dump()
    for one in data["tracing"]["instruments"]:
        one["open_to_subject"] = False
    shut = lz.simulate(Scenario.model_validate(data), seen.population, seed=1, keep_lists=True)
    assert shut.panel["listings_shown"] == 0
    assert all(len(shut.subject_view(p)) == 0 for p in shut.lists["person"].unique()[:20])
