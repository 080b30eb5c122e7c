"""Every contact layer is symmetric: whoever I meet meets me, on the same day, for the same minutes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazaretto._jit import entry
from lazaretto.chance.strata import STRATA, TURN
from lazaretto.contacts.colocation import colocated
from lazaretto.contacts.community import area_of, first_stub, is_close, is_real, meet, owner, stub_count
from lazaretto.contacts.group import day_words, group_meeting, is_weekday, member_in_round, rounds_on
from lazaretto.contacts.household import mate, mates
from lazaretto.contacts.involution import bits_for, matched, permute, round_keys, unpermute
from lazaretto.contacts.minutes import most_minutes, pick
from lazaretto.engine.simulate import new_scratch


@entry
def community_day(city, seed, stubs, person, day, others, minutes, close):
    area = area_of(city, person)
    owned = stub_count(city, person)
    for k in range(owned):
        stubs.area[k], stubs.stub[k] = area, first_stub(city, area, person) + k
        stubs.day[k], stubs.least[k] = day, 0.0
    meet(city, seed, stubs, owned)
    met = 0
    for k in range(owned):
        if stubs.place[k] >= 0:
            other = city.person_at[stubs.place[k]]
            if is_real(city, person, other, stubs.affinity[k]):
                others[met], minutes[met], close[met] = other, stubs.minutes[k], is_close(city, stubs.close[k])
                met += 1
    return met


@entry
def group_day(city, seed, person, day, others, minutes):
    group = city.group[person]
    if group < 0:
        return 0
    w0, w1, turn, _ = day_words(seed, group, day)
    rounds, first = rounds_on(city, group, day, w0, w1)
    met = 0
    for k in range(rounds):
        other = city.group_member[member_in_round(city, person, k, first)]
        if other != person:
            others[met] = other
            minutes[met] = group_meeting(city, seed, person, other, day, turn + k)[0]
            met += 1
    return met


@entry
def household_day(city, person, others):
    for k in range(mates(city, person)):
        others[k] = mate(city, person, k)
    return mates(city, person)


@entry
def colocated_day(city, seed, person, day, slots, mean, others, words):
    area = area_of(city, person)
    met = 0
    for k in range(slots):
        other, word = colocated(city, seed, area, person, k, day, slots, mean)
        if other >= 0:
            others[met], words[met] = other, word
            met += 1
    return met


@entry
def weekday(city, day):
    return is_weekday(city, day)


@entry
def there_and_back(n, seed, out):
    k0, k1, k2, k3 = round_keys(seed, 0, 1, 2)
    bits = bits_for(n)
    for x in range(n):
        y = permute(x, n, bits, k0, k1, k2, k3)
        out[x, 0] = y
        out[x, 1] = unpermute(y, n, bits, k0, k1, k2, k3)
        out[x, 2] = matched(x, n, k0, k1, k2, k3)


@entry
def owner_of(city, area, stub):
    return city.person_at[owner(city, area, stub)]


@entry
def area_and_stub(city, person, k):
    area = area_of(city, person)
    return area, first_stub(city, area, person) + k


def met_in_community(city, seed, person, day):
    others, minutes, close = np.empty(64, np.int64), np.empty(64), np.empty(64, np.bool_)
    n = community_day(city, seed, new_scratch(8).stubs, person, day, others, minutes, close)
    return sorted(zip(others[:n].tolist(), minutes[:n].tolist(), close[:n].tolist()))


def met_in_group(city, seed, person, day):
    others, minutes = np.empty(1000, np.int64), np.empty(1000)
    n = group_day(city, seed, person, day, others, minutes)
    return sorted(zip(others[:n].tolist(), minutes[:n].tolist()))


@given(n=st.integers(1, 3000), seed=st.integers(0, 2**62))
@settings(max_examples=60, deadline=None)
def test_the_matching_is_an_involution_of_exactly_the_numbers_below_n(n, seed):
    out = np.empty((n, 3), np.int64)
    there_and_back(n, seed, out)
    assert sorted(out[:, 0]) == list(range(n))
    assert (out[:, 1] == np.arange(n)).all()
    partner = out[:, 2]
    assert (partner == -1).sum() == n % 2
    has = partner >= 0
    assert (partner[partner[has]] == np.flatnonzero(has)).all()
    assert (partner[has] != np.flatnonzero(has)).all()


@given(person=st.integers(0, 4999), day=st.integers(0, 400), seed=st.integers(0, 2**62))
@settings(max_examples=200, deadline=None)
def test_community_meetings_are_mutual(town, person, day, seed):
    for other, minutes, close in met_in_community(town.city, seed, person, day):
        back = met_in_community(town.city, seed, other, day)
        assert back.count((person, minutes, close)) == met_in_community(town.city, seed, person, day).count(
            (other, minutes, close)
        )
        assert other != person
        assert town.city.household[other] != town.city.household[person]
        assert 0 <= minutes <= town.city.ceiling[2].max()


@given(person=st.integers(0, 4999), day=st.integers(0, 400), seed=st.integers(0, 2**62))
@settings(max_examples=200, deadline=None)
def test_group_meetings_are_mutual_and_rest_at_weekends(town, person, day, seed):
    met = met_in_group(town.city, seed, person, day)
    if not weekday(town.city, day):
        assert met == []
    others = [other for other, _ in met]
    assert len(set(others)) == len(others)
    assert person not in others
    for other, minutes in met:
        assert (person, minutes) in met_in_group(town.city, seed, other, day)


@given(person=st.integers(0, 4999))
@settings(max_examples=100, deadline=None)
def test_households_are_mutual(town, person):
    others = np.empty(64, np.int64)
    mates_of = set(others[: household_day(town.city, person, others)].tolist())
    for other in mates_of:
        back = np.empty(64, np.int64)
        assert person in back[: household_day(town.city, other, back)].tolist()
    assert len(mates_of) == np.count_nonzero(town.city.household == town.city.household[person]) - 1


@given(person=st.integers(0, 4999), day=st.integers(0, 400), mean=st.floats(0.1, 3.0))
@settings(max_examples=150, deadline=None)
def test_mere_colocation_is_mutual(town, person, day, mean):
    if town.city.stubs[person] == 0:
        return
    slots = int(np.ceil(mean))
    others, words = np.empty(8, np.int64), np.empty(8, np.int64)
    n = colocated_day(town.city, 9, person, day, slots, mean, others, words)
    for other, word in zip(others[:n].tolist(), words[:n].tolist()):
        back, back_words = np.empty(8, np.int64), np.empty(8, np.int64)
        m = colocated_day(town.city, 9, other, day, slots, mean, back, back_words)
        assert (person, word) in list(zip(back[:m].tolist(), back_words[:m].tolist()))


def test_every_stub_has_its_owner(town):
    city = town.city
    for person in range(0, 5000, 7):
        for k in range(int(city.stubs[person])):
            area, stub = area_and_stub(city, person, k)
            assert owner_of(city, area, stub) == person
            assert city.area_start[area] <= person < city.area_start[area + 1]


def test_a_static_graph_holds_each_link_both_ways():
    import lazaretto as lz

    city = lz.populations.random_graph(400, 6, seed=3).city
    pairs = {}
    for person in range(400):
        for other in city.link[city.link_start[person] : city.link_start[person + 1]]:
            pairs[person, int(other)] = pairs.get((person, int(other)), 0) + 1
    assert all(pairs[b, a] == n for (a, b), n in pairs.items())
    assert city.link_start[-1] == pytest.approx(400 * 6, abs=24)  # a few links of people with themselves are dropped


def test_the_mean_number_of_community_contacts_is_the_stated_one(moscow):
    """Question: do affinity, odd stubs and households leave the stated mean? Tolerance 5 standard errors of the sample."""
    import lazaretto as lz

    population = lz.build_population(moscow.population, people=20_000, seed=2)
    city = population.city
    generator = np.random.Generator(np.random.Philox(5))
    ages = city.age
    wished = moscow.population.community_contacts_per_day.value
    for group, mean in enumerate(wished):
        here = np.flatnonzero((ages >= (0, 18, 65)[group]) & (ages < (18, 65, 200)[group]))
        sample = generator.choice(here, 1500, replace=False)
        met = np.array([np.mean([len(met_in_community(city, 11, int(p), d)) for d in range(6)]) for p in sample])
        error = met.std(ddof=1) / np.sqrt(len(met))
        own_household = 0.02 * mean  # void matches within households are not made up for
        assert abs(met.mean() - mean) < 5 * error + own_household, (group, met.mean(), error)


@entry
def picked(city, layer, first, meetings, at):
    return pick(city, layer, first, meetings, at), most_minutes(city, layer, meetings)


@given(layer=st.integers(1, 2), first=st.integers(0, 2**32), meetings=st.integers(0, 63), share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=300, deadline=None)
def test_a_candidate_falls_on_a_meeting_in_proportion_to_the_meeting_s_longest_minutes(town, layer, first, meetings, share):
    city = town.city
    ceilings = [city.ceiling[layer, TURN[(first + k) % STRATA]] for k in range(meetings)]
    most = max(
        (sum(np.roll(city.ceiling[layer, TURN], -turn)[np.arange(meetings) % STRATA]) for turn in range(STRATA)), default=0
    )
    chosen, bound = picked(city, layer, first, meetings, share * most)
    assert bound == pytest.approx(most)
    if share * most >= sum(ceilings) * (1 + 1e-12):
        assert chosen == -1
    elif chosen >= 0:
        ends = np.cumsum([0.0, *ceilings])
        assert ends[chosen] - 1e-6 <= share * most <= ends[chosen + 1] + 1e-6


def test_minutes_follow_their_law_whatever_the_stratum(moscow):
    """Question: do the strata, taken in turn, leave the distribution of minutes? Quartiles within 5 standard errors."""
    import lazaretto as lz

    population = lz.build_population(moscow.population, people=20_000, seed=2)
    met = [m for p in range(0, 20_000, 11) for d in range(7) for _, m, _ in met_in_community(population.city, 3, p, d)]
    law = moscow.population.minutes.community
    for quantile in (0.25, 0.5, 0.75):
        below = np.mean(np.array(met) <= law.quantile(np.array([quantile]))[0])
        assert abs(below - quantile) < 5 * np.sqrt(quantile * (1 - quantile) / (len(met) / 2)), (quantile, below, len(met))
