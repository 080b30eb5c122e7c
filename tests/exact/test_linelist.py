"""Judges: outcomes.

The line list, its contacts and the effective reproduction number say what the run's own arrays say.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lazaretto as lz
from lazaretto.mechanisms.illness.lowering import lower_pathogen
from lazaretto.outcomes.effective import effective_r, infectiousness

DAYS = 70


@pytest.fixture(scope="module")
def run(moscow) -> lz.Run:
    scenario = moscow.replace(
        people=2500,
        days=DAYS,
        initial_infections=12,
        start_date=None,
        tracing="integrated",
        isolation="supported",
        testing="contacts-and-lateral-flow",
        **{"testing.screening_per_day": 0.01, "testing.seek_probability": 0.9},
    )
    people = lz.build_population(scenario.population, people=2500, seed=2)
    return lz.simulate(scenario, people, 5, keep_lists=True)


def test_the_line_list_says_what_the_run_says(run):
    table, h = run.linelist, run.raw.history
    assert len(table) == len(h.person) > 300
    assert table["id"].tolist() == h.person.tolist()
    has = h.source >= 0
    assert table["from"][has].tolist() == h.person[h.source[has]].tolist()
    assert table["from"][~has].isna().all()
    confirmed = table["case_type"] == "confirmed"
    assert confirmed.sum() > 30 and (table["date_reporting"].notna() == confirmed).all()
    # a sample is taken after infection and before its result; and says why
    found = table[confirmed]
    assert (found["date_sample"] <= found["date_reporting"]).all()
    assert (found["date_sample"] >= 0).all() and (found["found_by"] != "not found").all()
    assert {"symptoms", "screening"} <= set(found["found_by"])
    assert (
        table["date_order"].dropna() >= table["date_infection"][table["date_order"].notna()]
    ).all()
    deaths = int((table["outcome"] == "died").sum())
    assert deaths == round(run.panel["deaths"] * 2500 / 1e5)
    ended = table["date_outcome"].notna()
    assert (ended == table["outcome"].notna()).all()
    assert not (table["date_admission"] > table["date_outcome"]).any()


def test_symptoms_are_reported_before_their_sample(run):
    table = run.linelist
    found = table[table["found_by"] == "symptoms"]
    assert (found["date_onset"] <= found["date_sample"]).mean() > 0.9  # or another illness


def test_contacts_are_the_lists_with_their_exposure(run):
    table, lists = run.contacts, run.lists
    assert len(table) == len(lists) > 100
    assert table["was_contact"].sum() == lists["true_contact"].sum() > 0
    met, seen = table["was_contact"], table["date_first_contact"].notna()
    in_truth = table["minutes_met"] > 0
    assert in_truth[met].all()  # beside these are people seen near who were met unseen
    assert 0 < (in_truth & ~met).sum() < 0.1 * (~met).sum()
    for first, last, of in (
        ("first_met", "last_met", in_truth),
        ("first_contact", "last_contact", seen),
    ):
        assert (table[f"date_{first}"] <= table[f"date_{last}"])[of].all()
        assert (table[f"date_{last}"] <= np.floor(table["date_listed"]))[of].all()
        assert table[f"date_{first}"].notna().eq(of).all()
    assert (table["minutes"] > 0).eq(seen).all()
    assert table["infected_by_case"].sum() == lists["infected_by_index_case"].sum() > 0
    assert (table["date_listed"].diff().dropna() >= 0).all()


def test_contacts_need_lists_that_were_kept(moscow, town):
    scenario = moscow.replace(tracing="household", days=40, people=5000)
    with pytest.raises(lz.ParameterError, match="keep_lists=True"):
        _ = lz.simulate(scenario, town, 1).contacts


def test_a_calendar_gives_dates(moscow, town):
    scenario = moscow.replace(people=5000, days=40, start_date="2020-02-20", tracing="household")
    plain = lz.simulate(scenario.replace(start_date=None), town, 1, keep_lists=True)
    dated = lz.simulate(scenario, town, 1, keep_lists=True)
    days = np.floor(plain.linelist["date_infection"]).astype(int)
    first = pd.Timestamp("2020-02-20")
    assert (dated.linelist["date_infection"] == first + pd.to_timedelta(days, unit="D")).all()
    assert dated.curves["date"].values[9] == np.datetime64("2020-02-29")
    assert dated.contacts["date_listed"].dtype.kind == "M"
    assert "date" not in plain.curves.coords


def test_own_names_stand_in_the_line_list(moscow):
    moscow = moscow.replace(start_date=None)
    ring = [f"p{i}" for i in range(60)]
    table = pd.DataFrame({"one": ring, "other": ring[1:] + ring[:1]})
    own = lz.Population.from_edges(table)
    scenario = moscow.replace(
        days=60, initial_infections=3, tracing="interview", **{"pathogen.hazard_per_day": 0.3}
    )
    run = lz.simulate(scenario, own, 2, keep_lists=True)
    assert set(run.linelist["id"]) <= set(ring) and len(run.linelist) > 3
    assert set(run.linelist["from"].dropna()) <= set(ring)


def test_effective_r_adds_up(run):
    table = run.effective_r
    assert table["infections"].sum() == (run.raw.history.source >= 0).sum()
    # the infectiousness of an infection adds up to 1 in the mean, where it is over in time
    rates = lower_pathogen(run.scenario.pathogen, run.population, run.reproduction.scale)
    history = run.raw.history
    over = (history.end < DAYS).mean()
    total = table["infectiousness"].sum() / len(history.person)
    assert over - 0.02 < total <= 1.0 + 1e-9
    assert table.equals(effective_r(run.raw, rates))
    # the cohort's, weighed by its size, counts every infection once
    h = run.raw.history
    over = table["cohort"].notna()
    counted = (table["cohort"][over] * np.bincount(h.time.astype(int), minlength=DAYS)[over]).sum()
    children = np.isin(h.time[np.maximum(h.source, 0)].astype(int), np.flatnonzero(over))
    assert counted == pytest.approx((children & (h.source >= 0)).sum())


def test_instantaneous_r_is_R0_while_nearly_all_are_susceptible(moscow):
    """With 200 neighbours hardly anybody infects the same one twice, so R is R0 from the first day
    on, less what is depleted: the people infected so far, and of each infector's neighbours those
    it has infected itself (R0 / 200), both below 4 % together."""
    graph = lz.populations.random_graph(30_000, 200.0, seed=3)
    scenario = moscow.replace(people=30_000, days=12, initial_infections=40)
    found, R0 = [], 0.0
    for seed in range(1, 25):
        run = lz.simulate(scenario, graph, seed, policy=False)
        early = run.effective_r.loc[3:10]
        found.append(early["infections"].sum() / early["infectiousness"].sum())
        R0 = run.reproduction.r0
        assert len(run.raw.history.person) < 0.04 * 30_000
    error = np.std(found, ddof=1) / np.sqrt(len(found))
    assert 5 * error < 0.1 * R0  # so it would notice a tenth
    assert R0 * 0.96 - 5 * error < np.mean(found) < R0 + 5 * error


def test_infectiousness_of_one_infection_is_spread_over_its_course(moscow, town):
    """Constant periods: half a day before onset at the stated weight, then evenly to the end."""
    run = lz.simulate(
        moscow.replace(people=5000, days=30, initial_infections=1), town, 1, policy=False
    )
    rates = lower_pathogen(run.scenario.pathogen, town, 1.0)
    h = run.raw.history
    one = h._replace(
        person=h.person[:1],
        infectious=np.array([2.5]),
        onset=np.array([3.0]),
        end=np.array([5.25]),
        strength=np.ones(1, np.float32),
    )
    even = rates._replace(
        even_profile=True, presymptomatic_weight=2.0, lead=0.0, profile_from_start=False
    )
    found = infectiousness(run.raw._replace(history=one), even)
    whole = 0.5 * 2.0 + 2.25
    assert found[:7] == pytest.approx(np.array([0, 0, 1.0, 1.0, 1.0, 0.25, 0]) / whole)
