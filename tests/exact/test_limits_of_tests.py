"""Judges: tracing, testing, response.

Tests of people on lists, those who refuse them, samples that grow old, tracers who rest at
weekends, contacts of contacts with a delay of their own; and people who are alike in what they do.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pydantic
import pytest
from conftest import ALL_RECALLED, SURE_TESTS, constant_pathogen, stated
from scipy.special import ndtri
from test_instruments import REACHED, RESULT, orders, traced

import lazaretto as lz
from lazaretto._jit import entry
from lazaretto.analysis.theory.idealised import neutral_law
from lazaretto.chance.normal import score_of, share_below
from lazaretto.engine.parts import Start
from lazaretto.engine.simulate import begin_run
from lazaretto.mechanisms.counters import CONTACTS_TESTED, EXPIRED, TESTS
from lazaretto.mechanisms.illness.lowering import lower_pathogen
from lazaretto.mechanisms.response.likeness import app_readiness, is_app_ready, is_ready, readiness
from lazaretto.world.codes import LISTED
from lazaretto.world.stated import Policy

FREE = {"behaviour.kappa_cooperation": 0.0, "behaviour.kappa_phone": 0.0}
AFTER_A_DAY = neutral_law("constant", 1.0).model_dump()
INTERVIEW = {"interview": ALL_RECALLED}


@pytest.fixture(scope="module")
def quiet(moscow):
    """Person 0 of a path is a case; its neighbour comes on a list on day 4.25 and is healthy.
    Samples of people on lists are taken a day later; results come after a quarter of a day."""
    scenario = moscow.replace(
        pathogen=constant_pathogen(hazard=1e-9), days=40, start_date=None, **SURE_TESTS | FREE
    )
    data = scenario.model_dump()
    data["testing"]["listed_to_sample"] = AFTER_A_DAY
    return type(scenario).model_validate(data)


def quarantine(level):
    """(its end, samples taken) of the neighbour's quarantine."""
    run = lz.simulate(level, lz.populations.path(2), 1, first=[0])
    [(person, start, until)] = orders(run, LISTED)
    assert (person, start) == (1, REACHED)
    return until, run.raw.tally.daily[TESTS].sum() - 1


@pytest.mark.parametrize("entry_test", ["none", "finds", "releases"])
@pytest.mark.parametrize("on_a_day", [None, "release_test_day", "finding_test_day"])
def test_tests_in_quarantine_end_it_or_do_not(quiet, entry_test, on_a_day):
    more = {on_a_day: stated(5.0, "day")} if on_a_day else {}
    until, samples = quarantine(
        traced(quiet, "interview", more=INTERVIEW, entry_test=entry_test, **more)
    )
    whole, none = quarantine(traced(quiet, "interview", more=INTERVIEW))
    assert none == 0 and samples == (entry_test != "none") + (on_a_day is not None)
    if entry_test == "releases":
        assert until == REACHED + 1.0 + 0.25
    elif on_a_day == "release_test_day":
        assert until == REACHED + 5.0 + 0.25
    else:
        assert until == whole > REACHED + 6.0


def test_a_positive_test_at_entry_makes_a_case(quiet):
    """The neighbour is infected on the first day."""
    sick = quiet.replace(pathogen=constant_pathogen(hazard=50.0), days=12)
    level = traced(sick, "interview", more=INTERVIEW, entry_test="finds")
    run = lz.simulate(level, lz.populations.path(2), 1, first=[0])
    assert sorted(run.linelist["found_by"].dropna()) == ["contact", "symptoms"]


def test_those_who_refuse_are_not_tested(quiet):
    """Everybody refuses; and 0.3 of many people, of whom the others all are tested."""
    data = quiet.model_dump()
    data["testing"]["listed_refuse"] = stated(1.0, "fraction", 1)
    asks = traced(
        type(quiet).model_validate(data), "interview", more=INTERVIEW, entry_test="releases"
    )
    assert quarantine(asks)[1] == 0
    data["testing"]["listed_refuse"] = stated(0.3, "fraction", 1)
    data["days"] |= {"value": 10}
    some = {"interview": ALL_RECALLED | {"instruction": "test"}}
    level = traced(type(quiet).model_validate(data), "interview", more=some)
    people = lz.populations.random_graph(4000, 2.0, 1)
    run = lz.simulate(level, people, 1, first=range(0, 4000, 8), keep_lists=True)
    times = run.lists["person"].value_counts()  # a neighbour of two cases is asked twice, alike
    tested = run.raw.tally.daily[CONTACTS_TESTED].sum()
    error = np.sqrt(0.21 * (times**2).sum()) / times.sum()
    assert abs(tested / times.sum() - 0.7) < 5 * error


def test_samples_that_grow_old_are_thrown_away(quiet):
    """One sample a day, five on the same day; they keep for two days and a half."""
    data = quiet.model_dump()
    data["testing"]["capacity_per_100k"] = stated(1e5 / 5, "test/day")
    data["testing"]["samples_keep"] = stated(2.5, "day", 30)
    people = lz.populations.path(5)
    level = traced(type(quiet).model_validate(data), "none")
    run = lz.simulate(level, people, 1, first=range(5))
    assert sorted(run.raw.records.confirmed)[:3] == [RESULT + k for k in range(3)]
    assert run.raw.tally.daily[EXPIRED].sum() == run.panel["samples_expired"] * 5 / 1e5 == 2
    assert run.curves["positive_results"].sum() == 3


@pytest.mark.parametrize(
    ("share", "days"),
    [
        (1.0, (0.75, 1.75, 2.75, 3.75)),
        (0.5, (0.75, 2.5, 3.75, 4.75)),
        (0.0, (0.75, 3.75, 4.75, 5.75)),
    ],
)
def test_tracers_rest_at_weekends(quiet, share, days):
    """An interview takes a working day; four cases with results on Friday at 0.75. With half of the
    tracers at weekends the first takes a quarter of Friday and a day and a half of the weekend."""
    friday = (4 - 3) % 7  # of day 3 of the run
    one_a_day = {
        "tracers_per_100k": stated(1e5 / 4, "person"),
        "interviews_per_tracer_day": stated(1.0, "interview/day"),
        "longest_wait_days": stated(20.0, "day", 60),
        "weekend_share": stated(share, "fraction", 1),
        "delay": neutral_law("constant", 0.0).model_dump(),
    }
    level = traced(quiet, "interview", more={"interview": ALL_RECALLED | one_a_day})
    people = lz.populations.configuration(np.full(4, 3))
    people = replace(people, city=people.city._replace(first_weekday=friday))
    run = lz.simulate(level, people, 1, first=range(4), keep_lists=True)
    begun = np.unique(run.lists["day"]) - np.floor(RESULT)
    assert begun == pytest.approx(np.array(days), abs=1e-3)


@pytest.mark.parametrize("days", [0.0, 2.0])
def test_the_contacts_of_contacts_have_a_delay_of_their_own(quiet, days):
    """0 days: both steps at once."""
    level = traced(
        quiet,
        "interview",
        more=INTERVIEW,
        recursion_depth=stated(2, "generation", 5),
        onward_delay=neutral_law("constant", days).model_dump(),
    )
    run = lz.simulate(level, lz.populations.path(5), 1, first=[0], keep_lists=True)
    first = run.lists.groupby(["index_case", "person"])["day"].min()
    assert first[0, 1] == REACHED
    assert first[1, 2] == pytest.approx(REACHED + days, abs=1e-3)
    assert first[2, 3] == pytest.approx(REACHED + 2 * days, abs=1e-3)
    assert 3 not in set(run.lists["index_case"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"onward_delay": neutral_law("constant", 1.0).model_dump()}, "needs recursion_depth"),
        (
            {"release_test_day": stated(5.0, "day"), "finding_test_day": stated(5.0, "day")},
            "not both",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(quiet, change, said):
    with pytest.raises(pydantic.ValidationError, match=said):
        traced(quiet, "interview", more=INTERVIEW, **change)


def test_samples_grow_old_only_where_they_wait(quiet):
    data = quiet.model_dump()
    data["testing"] |= {"samples_keep": stated(2.5, "day", 30), "capacity_per_100k": None}
    with pytest.raises(pydantic.ValidationError, match="needs capacity_per_100k"):
        type(quiet).model_validate(data)


def test_tests_at_entry_need_the_days_until_a_sample(moscow):
    with pytest.raises(pydantic.ValidationError, match="listed_to_sample"):
        traced(moscow, "interview", more=INTERVIEW, entry_test="finds")


# likeness


@entry
def normal(share):
    z = score_of(share)
    return z, share_below(z)


def test_normal_scores_are_those_of_scipy():
    for share in (2.0**-33, 1e-6, 0.07, 0.075, 0.3, 0.5, 0.92, 1 - 2.0**-33):
        z, back = normal(share)
        assert z == pytest.approx(ndtri(share), rel=1e-13) and back == pytest.approx(
            share, rel=1e-12
        )


@entry
def decide(world, own, out, of_app):
    for person in range(len(own)):
        if of_app:
            out[person] = app_readiness(world, person, own[person])
        else:
            out[person] = readiness(world, person, own[person])


NOBODY = np.zeros(0, np.int64)


def world_of(population, policy, seed):
    """The world of a run that has not begun."""
    rates = lower_pathogen(lz.load_scenario("no-measures").pathogen, population, 1.0)
    return begin_run(population.city, rates, policy, seed, Start(1, NOBODY), 1).world


@pytest.mark.parametrize(
    "shares", [(0.0, 0.0, 0.0), (0.3, 0.2, 0.1), (0.5, 0.4, 0.1), (0.0, 1.0, 0.0)]
)
def test_alike_as_stated_and_as_many_as_before(town, shares):
    """Uniform whatever the shares are, within five standard errors; the scores of two members of a
    household, of one person twice, and of two colleagues correlate as stated."""
    household, person, circle = shares
    policy = Policy(active=True, like_household=household, like_person=person, like_circle=circle)
    city, rng, scores = town.city, np.random.default_rng(1), []
    n, seeds = len(city.household), 4
    pairs = {"members": [], "twice": [], "colleagues": []}
    starts = city.household_start
    members = np.array([(a, a + 1) for a, b in itertools.pairwise(starts) if b - a > 1])
    group = city.group_start
    mates = np.array(
        [city.group_member[[a, b - 1]] for a, b in itertools.pairwise(group) if b - a > 5]
    )
    for seed in range(seeds):
        out, world = np.empty(n), world_of(town, policy, seed)
        both = []
        for of_app in (False, True):
            decide(world, rng.random(n), out, of_app)
            scores.append(ndtri(out))
            both.append(ndtri(out.copy()))
        pairs["twice"].append((both[0], both[1]))
        pairs["members"].append((both[0][members[:, 0]], both[0][members[:, 1]]))
        pairs["colleagues"].append((both[1][mates[:, 0]], both[1][mates[:, 1]]))
    every = np.concatenate(scores)
    for share in (0.05, 0.5, 0.9):
        clustered = 5 * np.sqrt(share * (1 - share) * 8 / len(every))
        assert abs((every < ndtri(share)).mean() - share) < clustered
    expected = {"twice": household + person, "members": household, "colleagues": circle}
    for name, of in pairs.items():
        a, b = (np.concatenate(x) for x in zip(*of))
        error = 5 * 1.5 / np.sqrt(len(a))
        assert abs(np.corrcoef(a, b)[0, 1] - expected[name]) < error, name


def test_scores_that_are_kept_are_those_that_are_drawn(town):
    policy = Policy(active=True, like_household=0.3, like_person=0.2)
    own = np.random.default_rng(2).random(town.city.people)
    first, again, other = (np.empty(len(own)) for _ in range(3))
    world = world_of(town, policy, 1)
    assert np.isnan(world.conduct.own_score).all() and np.isnan(world.conduct.home_score).all()
    decide(world, own, first, False)
    assert np.isfinite(world.conduct.own_score).all()
    decide(world, own, again, False)
    decide(world_of(town, policy, 2), own, other, False)
    np.testing.assert_array_equal(again, first)
    assert (other != first).all()  # nothing is kept from one run for the next


@entry
def decide_twice(world, own, probabilities, out):
    for i in range(len(own)):
        person = i % len(world.city.household)
        out[i, 0] = is_ready(world, person, own[i], probabilities[i])
        out[i, 1] = readiness(world, person, own[i]) < probabilities[i]
        out[i, 2] = is_app_ready(world, person, own[i], probabilities[i])
        out[i, 3] = app_readiness(world, person, own[i]) < probabilities[i]


@pytest.mark.parametrize("shares", [(0.0, 0.0, 0.0), (0.3, 0.2, 0.1), (0.5, 0.5, 0.0)])
def test_what_tables_decide_is_what_the_number_decides(town, shares):
    """Also at the ends and a hair beside the edge, where the tables must not tell."""
    household, person, circle = shares
    policy = Policy(active=True, like_household=household, like_person=person, like_circle=circle)
    world, rng = world_of(town, policy, 3), np.random.default_rng(4)
    n = 40_000
    own, numbers = rng.random(n), np.empty(n)
    own[:100], own[100:200] = 2.0**-33, 1 - 2.0**-33
    probabilities = rng.choice([0.0, 1e-4, 0.05, 0.5, 0.93, 1.0], n)
    probabilities[20_000:30_000] = rng.random(10_000)
    decide(world, own[: town.city.people], numbers[: town.city.people], False)
    hair = slice(30_000, 30_000 + town.city.people)
    at = np.arange(hair.start, hair.stop) % town.city.people
    own[hair] = own[at]
    probabilities[hair] = numbers[at] + rng.choice([-1e-12, 0.0, 1e-12], len(at))
    out = np.empty((n, 4), np.bool_)
    decide_twice(world, own, probabilities, out)
    np.testing.assert_array_equal(out[:, 0], out[:, 1])
    np.testing.assert_array_equal(out[:, 2], out[:, 3])
    assert 0.2 < out[:, 0].mean() < 0.8


def test_people_without_households_are_alike_with_nobody():
    """Where there are no households nobody shares one: numbers of different people do not hang
    together, whatever the household's share is."""
    people = lz.populations.random_graph(2_000, 4.0, seed=1)
    policy = Policy(active=True, like_household=0.9, like_person=0.05)
    own = np.random.default_rng(5).random(2_000)
    means = []
    for seed in range(20):
        out = np.empty(2_000)
        decide(world_of(people, policy, seed), own, out, False)
        means.append(out.mean())
    assert np.std(means) < 5 * np.sqrt(1 / 12 / 2_000)


def test_shares_of_more_than_the_whole_are_refused(moscow):
    with pytest.raises((lz.ParameterError, pydantic.ValidationError), match="add up to at most 1"):
        moscow.replace(
            **{"behaviour.likeness.household": 0.5, "behaviour.likeness.person": 0.4}
        ).replace(**{"behaviour.likeness.circle_of_app": 0.1001})
