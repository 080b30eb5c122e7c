"""The matched null scores nothing; and what a run says of its lists, beside the lists
themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import (
    ALL_RECALLED,
    SURE_TESTS,
    constant_delays,
    constant_pathogen,
    stated,
    with_level,
)

import lazaretto as lz
from lazaretto.parameters import ParameterError, list_names, load_tracing
from lazaretto.population.stubs import CHILD_BELOW, ELDERLY_FROM
from lazaretto.world.codes import LISTED

LEVELS = [name for name in list_names("tracing") if name != "none"]
SEEDS = range(1, 41)
NO_DAYS = {**stated([0.0] * 6, "fraction"), "range": [[0.0] * 6, [1.0] * 6]}


def added_value(scenario, population):
    """(mean, standard error) over paired seeds of the infections averted by the lists over their
    matched null of the city."""
    gain = []
    for seed in SEEDS:
        run = lz.simulate(scenario, population, seed)
        null = lz.matched_null(run, "city")
        gain.append(len(null.raw.history.person) - len(run.raw.history.person))
    return np.mean(gain), np.std(gain, ddof=1) / np.sqrt(len(gain))


def test_a_list_of_random_people_adds_nothing_and_a_list_of_contacts_does(small, town):
    """Random: a call list of lasting ties across the city who were not met, eight for each case.
    Both with 40 paired seeds."""
    nobody = stated(0.0, "fraction", 1)
    strangers = {
        "household_probability": nobody,
        "probability_by_days": NO_DAYS,
        "remote_ties": stated(8.0, "person"),
    }
    random_people = with_level(small, "call-list", more={"call-list": strangers})
    mean, error = added_value(random_people, town)
    assert abs(mean) < 4 * error
    contacts = with_level(small, "interview", more={"interview": ALL_RECALLED})
    mean, error = added_value(contacts, town)
    assert mean > 4 * error  # the test above could have failed
    assert error < 100  # of 5,000 people


def ordered(run, days):
    """Person-days newly ordered by tracing, by day."""
    r = run.raw.records
    return np.bincount(r.given_time.astype(int), weights=r.given_days, minlength=days)


@pytest.mark.parametrize("scope", ["area", "city"])
@pytest.mark.parametrize("level", LEVELS)
def test_the_null_orders_the_same_person_days_each_day(small, town, level, scope):
    """Exactly, by instrument; of free people of the same ages, in the same areas, and nobody else
    is traced."""
    tests = "contacts-and-lateral-flow" if load_tracing(level).tests_contacts else "pcr-2020"
    scenario = small.replace(tracing=level, days=60, testing=tests)
    run = lz.simulate(scenario, town, seed=2)
    null = lz.matched_null(run, scope)
    real, other = ordered(run, 60), ordered(null, 60)
    assert real.sum() > 300 and null.null == scope
    np.testing.assert_allclose(other, real, rtol=0, atol=1e-9)
    assert null.instruments["cases"].sum() == 0
    group = np.digitize(town.city.age, [CHILD_BELOW, ELDERLY_FROM])
    area = np.searchsorted(town.city.area_start, np.arange(town.people), side="right")
    mine, theirs = run.raw.records, null.raw.records
    assert np.bincount(mine.given_pathway).tolist() == np.bincount(theirs.given_pathway).tolist()
    single = (
        mine.given_pathway != LISTED + list(run.plan.instruments).index("household")
        if ("household" in run.plan.instruments)
        else np.ones(len(mine.given_time), bool)
    )
    chosen = np.isin(theirs.given_time, mine.given_time[single])
    by_time = sorted(zip(mine.given_time[single], group[mine.given_person[single]]))
    same = sorted(zip(theirs.given_time[chosen], group[theirs.given_person[chosen]]))
    if single.all():
        assert np.mean([a == b for a, b in zip(by_time, same)]) > 0.95  # else nobody was free
        here = sorted(zip(mine.given_time, area[mine.given_person]))
        there = sorted(zip(theirs.given_time, area[theirs.given_person]))
        share = np.mean([a == b for a, b in zip(here, there)])
        assert share > 0.9 if scope == "area" else share < 0.5


def test_what_a_household_list_ordered_goes_to_one_household(small, town):
    run = lz.simulate(small.replace(tracing="household"), town, 3)
    null = lz.matched_null(run)
    c, r = town.city, null.raw.records
    homes = pd.DataFrame({"time": r.given_time, "home": c.household[r.given_person]})
    per_list = homes.groupby("time")["home"].nunique()
    assert len(per_list) > 200 and (per_list == 1).mean() > 0.95
    real = run.raw.records
    mine = set(zip(real.given_time, c.household[real.given_person]))
    same = np.mean([pair in mine for pair in zip(homes["time"], homes["home"])])
    # by chance: the home's share of the people of the area who live with as many others at least
    people = np.diff(c.household_start)[c.household]
    area = np.searchsorted(c.area_start, np.arange(town.people), side="right")
    lists = pd.Series(real.given_person).groupby(real.given_time).agg(["first", "size"])
    chance = np.mean(
        [
            people[one] / ((area == area[one]) & (people >= size)).sum()
            for one, size in zip(lists["first"], lists["size"])
        ]
    )
    assert same < chance + 5 * np.sqrt(chance / len(lists))


def test_the_null_chooses_blind(small, town):
    """Who is ordered is infected by then as often as free people of the age and area are: the
    expected number is met within 5 standard errors."""
    run = lz.simulate(small.replace(tracing="interview", days=60), town, seed=2)
    null = lz.matched_null(run)
    r, city = null.raw.records, town.city
    group = np.digitize(city.age, [CHILD_BELOW, ELDERLY_FROM])
    area = np.searchsorted(city.area_start, np.arange(town.people), side="right")
    infected = np.full(town.people, np.inf)
    np.minimum.at(infected, null.raw.history.person, null.raw.history.time)
    start = np.full(town.people, np.inf)
    np.minimum.at(start, r.order_person, r.order_start)
    excess, variance = 0.0, 0.0
    for person, time in zip(r.given_person, r.given_time):
        free = (area == area[person]) & (group == group[person]) & (start >= time)
        p = (infected[free] <= time).mean()
        excess += (infected[person] <= time) - p
        variance += p * (1 - p)
    assert len(r.given_person) > 500 and abs(excess) <= 5 * np.sqrt(variance)


def test_a_null_of_a_run_whose_policy_changes_keeps_the_other_policies(small, town):
    scenario = small.replace(tracing="interview", days=50)
    state = lz.start(scenario, town, 4).advance(20)
    run = state.branch(isolation="sms-and-police", **{"testing.seek_probability": 0.7}).finish()
    null = lz.matched_null(run)
    np.testing.assert_allclose(ordered(null, 50), ordered(run, 50), rtol=0, atol=1e-9)
    assert null.plan == run.plan
    before = run.raw.records.given_time.min()
    h, g = run.raw.history, null.raw.history
    early = h.time < before
    np.testing.assert_array_equal(h.person[early], g.person[g.time < before])


def test_a_wrong_scope_is_one_clear_message(small, town):
    run = lz.simulate(small.replace(tracing="interview", days=20), town, 1)
    with pytest.raises(ParameterError, match="area, city"):
        lz.matched_null(run, "country")


@pytest.fixture(scope="module")
def path_run(moscow):
    scenario = moscow.replace(pathogen=constant_pathogen(), days=30, **SURE_TESTS)
    level = constant_delays(with_level(scenario, "interview", more={"interview": ALL_RECALLED}))
    return lz.simulate(level, lz.populations.path(5), 1, first=[1], keep_lists=True)


def test_a_tracer_s_view_stands_beside_the_truth(path_run):
    view = path_run.tracer_view(1)
    assert view.columns.tolist() == [
        *(("on the list", name) for name in ("person", "instrument", "day", "minutes")),
        *(("on the list", name) for name in ("first seen", "last seen")),
        *(("in truth", name) for name in ("minutes", "contact", "infected", "latent")),
        ("in truth", "infected by the case"),
    ]
    listed = view["on the list"]
    assert listed["person"].tolist() == [0, 2]
    assert listed["instrument"].unique().tolist() == ["interview"]
    assert listed["day"].tolist() == [4.25, 4.25]
    met = (
        60.0 * 3
        # from two days before onset on day 3; isolated since 3.75, so day 4 is none, and day 3 is
        # only in part
    )
    assert listed["minutes"].tolist() == [met, met]
    assert listed[["first seen", "last seen"]].to_numpy().tolist() == [[1, 3]] * 2
    assert view["in truth"].to_numpy().tolist() == [[met] + [True] * 4] * 2
    with pytest.raises(ParameterError, match="no list of a case 4"):
        path_run.tracer_view(4)


@pytest.fixture(scope="module")
def many(small, town):
    return lz.simulate(small.replace(tracing="integrated"), town, seed=3, keep_lists=True)


def test_of_listed_contacts_the_infected_are_counted_apart(small, town):
    """Positions list people who were only near too, and some of these are infected as well."""
    run = lz.simulate(small.replace(tracing="operator-geolocation"), town, seed=3, keep_lists=True)
    counts, lists = run.instruments.iloc[0], run.lists
    met = lists[lists["true_contact"]]
    assert counts["listed"] == len(lists) and counts["listed_contacts"] == len(met)
    assert counts["listed_infected"] == lists["infected"].sum()
    assert counts["listed_contacts_infected"] == met["infected"].sum() > 0
    assert counts["listed_contacts_latent"] == met["latent"].sum() > 0
    assert counts["listed_infected"] > counts["listed_contacts_infected"]


def test_counts_of_instruments_are_those_of_the_lists(many):
    counts, lists = many.instruments, many.lists
    by = lists.groupby("instrument")
    assert counts["listed_first"].to_dict() == by.size().reindex(counts.index).to_dict()
    assert not lists.duplicated(["index_case", "person", "day"]).any()
    for column, flag in (
        ("listed_contacts", "true_contact"),
        ("listed_infected", "infected"),
        ("listed_latent", "latent"),
        ("listed_infectees", "infected_by_index_case"),
    ):
        assert (by[flag].sum().reindex(counts.index) <= counts[column]).all(), column
    assert (counts["listed"] >= counts["listed_first"]).all()
    assert (counts["listed_latent"] <= counts["listed_infected"]).all()
    assert (counts["listed_contacts"] <= counts["contacts"]).all()
    assert counts.loc["household", "listed"] == counts.loc["household", "listed_contacts"]
    assert (lists["minutes_met"] > 0)[lists["true_contact"]].all()
    sees = ~lists["instrument"].isin(["household", "call-list"])
    assert (lists["minutes"] > 0).eq(sees).all() and lists["first_seen"].notna().eq(sees).all()
    only_met = sees & ~lists["instrument"].isin(["operator-geolocation", "venue-check-in"])
    assert (lists["minutes"] <= lists["minutes_met"] + 1e-9)[only_met].all()
    total = counts.sum()
    panel = many.panel
    assert panel["infected_per_listed"] == pytest.approx(total["listed_infected"] / total["listed"])
    assert panel["latent_when_reached"] == pytest.approx(
        total["listed_latent"] / total["listed_infected"]
    )
    assert panel["contact_recall"] == pytest.approx(total["listed_contacts"] / total["contacts"])
    assert panel["infectee_recall"] == pytest.approx(total["listed_infectees"] / total["infectees"])


def test_delays_and_queues_account_for_every_case(many):
    counts, delays, queues = many.instruments, many.delays, many.queues
    waiting = queues.iloc[-1][counts.index]
    still_out = (
        delays.sum() - counts["cases"]
    )  # asked for and not delivered by the end, or the case owns no phone
    assert (still_out >= 0).all()
    assert delays.loc[:, "household"].sum() == delays.sum().max()
    assert (waiting <= still_out).all()
    middle = (delays.index.to_numpy() + 0.125) @ delays.to_numpy()
    np.testing.assert_allclose(
        middle / delays.sum(), counts["delay_days"] / delays.sum(), atol=0.13
    )


def test_hours_bodies_and_records_follow_from_the_lists(many, town):
    per = 1e5 / town.people
    counts, instruments, panel = (
        many.instruments,
        {i.type: i for i in many.scenario.tracing.instruments},
        many.panel,
    )
    interview = counts.loc["interview"]
    hours = instruments["interview"].hours_per_person.value
    assert panel["interviews"] == pytest.approx(interview["cases"] * per)
    assert panel["tracer_hours"] == pytest.approx(
        hours * (interview["cases"] + interview["listed"]) * per
    )
    assert panel["bodies_with_access"] == max(i.recipients.value for i in instruments.values())
    # bulk: of each day, the records of all who look at it, at most those collected that day
    opened, daily = 0.0, many.raw.tally.instrument_daily
    for row, (name, one) in enumerate(instruments.items()):
        touched = daily[row, :2].sum(axis=0)
        assert touched.sum() == counts.loc[name, "cases"] + counts.loc[name, "listed"]
        if one.collects == "cases":
            opened += touched.sum()
            continue
        collected = next(s.collected for s in many._facts.sources if s.name == name)
        rate, window = one.records_per_person_day.value, int(one.lookback_days.value)
        for day in range(many.raw.days):
            opened += min(rate * touched[day : day + window].sum(), collected[day])
    assert panel["records_opened"] == pytest.approx(opened * per)
    never = np.setdiff1d(np.arange(town.people), many.raw.history.person)
    assert panel["uninfected_opened"] == pytest.approx(
        (many.raw.tally.opened[never] > 0).sum() * per
    )


def test_what_lists_missed_is_estimated_from_a_sample_of_whole_diaries(small):
    """Without kept lists the whole diaries of the first 1,000 cases of an instrument and of one in
    32 of the others are known; the epidemic is the same, and what is estimated lies within five
    standard errors of what is known with all."""
    scenario = small.replace(tracing="operator-geolocation", days=150)
    city = lz.build_population(scenario.population, people=20_000, seed=1)
    exact, sampled = (lz.simulate(scenario, city, 3, keep_lists=keep) for keep in (True, False))
    every, some = (run.instruments.iloc[0] for run in (exact, sampled))
    assert exact.raw.history.time.tolist() == sampled.raw.history.time.tolist()
    assert every["diaries"] == every["cases"] == some["cases"] > 1500
    later = some["cases"] - 1000
    assert abs(some["diaries"] - 1000 - later / 32) < 5 * np.sqrt(later / 32)
    for name in ("contact_recall", "infectee_recall"):
        assert every[f"{name}_se"] == 0.0 < some[f"{name}_se"] < 0.05
        assert abs(some[name] - every[name]) < 5 * some[f"{name}_se"]
    assert every["listed_contacts"] == some["listed_contacts"] == every["diary_listed_contacts"]
