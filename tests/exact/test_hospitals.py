"""Judges: hospital, illness, outcomes.

Hospitals: admission finds cases, keeps them apart and triggers tracing; beds run out.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import (
    ALL_RECALLED,
    PAIRS,
    QUIET,
    SURE_TESTS,
    constant_delays,
    constant_pathogen,
    stated,
    with_level,
)

import lazaretto as lz
from lazaretto.bench import neutral_law
from lazaretto.mechanisms.counters import BED_WAITING, CARE_WAITING, DEATHS_FOR_WANT
from lazaretto.parameters import ParameterError, Pathogen, Scenario
from lazaretto.world.codes import ADMITTED, CASE, HOSPITAL, LISTED


def ill(
    hospital=1.0, care=0.0, death=0.0, admitted=1.0, stay=5.0, dies=9.0, into=0.5, **more
) -> Pathogen:
    """Onset on day 3; constant delays to a bed, to intensive care and to death."""
    data = constant_pathogen(**more).model_dump()
    every = {"hospital": hospital, "intensive_care": care, "death": death}
    for name, share in every.items():
        data[f"{name}_fraction_by_age"] = stated([share] * 10, "fraction", 1)
    laws = {"onset_to_hospital": admitted, "hospital_stay": stay, "onset_to_death": dies}
    laws |= {"admission_to_intensive_care": into, "intensive_care_stay": 2.0}
    data |= {name: neutral_law("constant", days).model_dump() for name, days in laws.items()}
    return Pathogen.model_validate(data)


def hospitals(scenario: Scenario, test=0.0, kept=1.0, **beds) -> Scenario:
    """beds: beds, intensive_care_beds (per 100,000 people) and what follows where there are
    none."""
    units = {"beds": "bed/100,000 people", "death": "ratio", "intensive": "bed/100,000 people"}
    data = scenario.model_dump()
    data["hospitals"] = {
        "title": "test",
        "description": "test",
        "admission_test_probability": stated(test, "fraction", 1),
        "contacts_kept": stated(kept, "fraction", 1),
        **{name: stated(n, units[name.split("_")[0]]) for name, n in beds.items()},
    }
    return Scenario.model_validate(data)


@pytest.fixture(scope="module")
def quiet(moscow) -> Scenario:
    return moscow.replace(days=30, **QUIET)


def late(**fields) -> Pathogen:
    """As `ill`, with all transmissions at the end of the five days: day 7.5."""
    data = ill(**fields).model_dump()
    data["infectiousness_profile"] = neutral_law("constant", 0.9, "fraction").model_dump()
    return Pathogen.model_validate(data)


@pytest.mark.parametrize(
    ("admitted", "stay", "kept", "share"),
    [
        (1.0, 6.0, 0.0, 0.0),  # in bed from day 4 to day 10
        (1.0, 6.0, 0.3, 0.3),
        (1.0, 2.0, 0.0, 1.0),  # home on day 6
        (4.7, 6.0, 0.0, 1.0),  # admitted on day 7.7
        (1.0, 6.0, 1.0, 1.0),
    ],
)
def test_somebody_in_hospital_keeps_the_stated_share_of_contacts(
    quiet, pairs, admitted, stay, kept, share
):
    people, first = pairs
    scenario = hospitals(quiet.replace(pathogen=late(admitted=admitted, stay=stay)), kept=kept)
    run = lz.simulate(scenario, people, seed=1, first=first)
    given = int((run.raw.history.source >= 0).sum())
    of_first = int((run.raw.history.source < len(first)).sum()) - len(first)
    assert given == of_first  # the partners have nobody else
    assert abs(given - PAIRS * share) <= 5 * math.sqrt(PAIRS * share * (1 - share))
    assert (run.raw.tally.blocked_by[HOSPITAL] > 0) == (share < 1)


def test_without_any_test_seeking_the_admitted_are_found_and_their_contacts_traced(quiet):
    """Nobody asks for a test. The hospital does on day 4, the result is there a quarter of a day
    later, and the interview half a day after that."""
    sure = quiet.replace(pathogen=ill(), **SURE_TESTS).replace(
        **{"testing.seek_probability": 0.0, "behaviour.kappa_cooperation": 0.0}
    )
    level = constant_delays(with_level(sure, "interview", more={"interview": ALL_RECALLED}))
    people = lz.populations.path(3)
    none = lz.simulate(hospitals(level), people, seed=1, first=[0], keep_lists=True)
    assert len(none.lists) == 0 and not (none.raw.records.order_pathway == CASE).any()
    run = lz.simulate(hospitals(level, test=1.0), people, seed=1, first=[0], keep_lists=True)
    r = run.raw.records
    found = dict(zip(r.person.tolist(), zip(r.confirmed.tolist(), r.found_by.tolist())))
    assert found[0] == (4.25, ADMITTED)
    mine = run.lists[run.lists["index_case"] == 0]
    assert mine["person"].tolist() == [1] and mine["day"].tolist() == [4.75]
    assert (r.order_pathway >= LISTED).any()
    # the patient told when symptoms began
    assert r.reported_onset[r.file_of[0]] == 3.0


def test_hospital_days_are_those_of_the_stays_and_beds_are_free_again(quiet, pairs):
    people, first = pairs
    run = lz.simulate(
        hospitals(quiet.replace(pathogen=ill(stay=5.0, hazard=1e-9))), people, seed=1, first=first
    )
    assert run.panel["hospital_days"] * people.people / 1e5 == pytest.approx(5.0 * len(first))
    assert run.raw.records.in_bed.tolist() == [0, 0]
    assert run.raw.records.beds_change.sum() == 0
    assert run.raw.records.beds_change[4] == len(first) == -run.raw.records.beds_change[9]


@pytest.mark.parametrize("factor", [1.0, 2.0, 5.0])
def test_who_finds_no_bed_waits_and_dies_more_often(quiet, pairs, factor):
    """A quarter of those who need a bed on day 4 find one, until day 9: the others ask on each of
    five days. Of them a share of 0.2 x factor dies, and is in no bed."""
    people, first = pairs
    share, beds = 0.2, PAIRS // 4
    scenario = hospitals(
        quiet.replace(pathogen=ill(death=share, stay=5.0, dies=4.5, hazard=1e-9)),
        beds=beds * 1e5 / people.people,
        death_without_bed=factor,
    )
    run = lz.simulate(scenario, people, seed=1, first=first)
    h, daily = run.raw.history, run.raw.tally.daily
    assert run.raw.records.beds_change[4] == beds
    turned_away = PAIRS - beds
    assert daily[BED_WAITING, 4] == turned_away
    died = np.isfinite(run.severity.died)
    dies = min(1.0, share * factor)
    expected = beds * share + turned_away * dies
    spread = math.sqrt(beds * share * (1 - share) + turned_away * dies * (1 - dies))
    assert abs(died.sum() - expected) <= 5 * spread
    extra = dies - share
    spread = math.sqrt(turned_away * extra * (1 - extra))
    assert abs(daily[DEATHS_FOR_WANT].sum() - turned_away * extra) <= 5 * spread
    assert (daily[DEATHS_FOR_WANT].sum() > 0) == (factor > 1)
    assert (run.severity.died[died] == 7.5).all()
    # the same people die where there are beds for all, and some besides
    enough = lz.simulate(
        hospitals(scenario.replace(hospitals="uncoupled")), people, seed=1, first=first
    )
    assert not (np.isfinite(enough.severity.died) & ~died).any()
    assert len(h.severe_row) == PAIRS


def test_intensive_care_runs_out_apart_from_beds(quiet, pairs):
    people, first = pairs
    places = 500
    scenario = hospitals(
        quiet.replace(pathogen=ill(care=0.5, stay=6.0, hazard=1e-9)),
        beds=1e5,
        death_without_bed=1.0,
        intensive_care_beds=places * 1e5 / people.people,
        death_without_intensive_care=3.0,
    )
    run = lz.simulate(scenario, people, seed=1, first=first)
    daily = run.raw.tally.daily
    wanted = 0.5 * PAIRS
    assert daily[BED_WAITING].sum() == 0
    assert abs(daily[CARE_WAITING, 4] - (wanted - places)) <= 5 * math.sqrt(PAIRS * 0.25)
    assert np.isfinite(run.severity.into_care).sum() == places
    assert not np.isfinite(run.severity.died).any()  # nobody dies of this pathogen


def test_the_tracer_does_not_ask_about_contacts_that_hospital_prevented(quiet):
    """Admitted from day 4 to day 12 and seen by nobody: the list of day 14 with a look-back of two
    days before onset holds the contacts of days 1 to 4 and 12 on."""
    sure = quiet.replace(pathogen=ill(stay=8.0, hazard=1e-9), **SURE_TESTS).replace(
        **{"testing.onset_to_sample.mean": 10.0, "behaviour.kappa_cooperation": 0.0}
    )
    level = constant_delays(with_level(sure, "interview", more={"interview": ALL_RECALLED}))
    people = lz.populations.path(2)
    days = {}
    for kept in (0.0, 1.0):
        run = lz.simulate(hospitals(level, kept=kept), people, 1, first=[0], keep_lists=True)
        mine = run.lists[run.lists["index_case"] == 0]
        days[kept] = float(mine["minutes"].iloc[0]) / 60.0  # an hour each day
    assert days[1.0] - days[0.0] == 8.0


BAD = [
    ({"beds": 10.0}, "beds and death_without_bed are stated together"),
    ({"beds": 10.0, "death_without_bed": 0.5}, "at least 1"),
]


@pytest.mark.parametrize(("beds", "said"), BAD)
def test_hospitals_that_cannot_be_are_refused_in_one_sentence(moscow, beds, said):
    with pytest.raises((ParameterError, ValueError), match=said):
        hospitals(moscow, **beds)
    with pytest.raises((ParameterError, ValueError), match="not per cent"):
        hospitals(moscow, kept=1.5)
