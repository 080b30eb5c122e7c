"""Every contact layer is symmetric: whoever I meet meets me, on the same day, for the same
minutes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lazaretto as lz
from lazaretto._jit import entry
from lazaretto.chance.permutation import (
    bits_for,
    matched,
    permute,
    permute_rows,
    round_keys,
    unpermute,
    unpermute_rows,
)
from lazaretto.chance.strata import STRATA, TURN
from lazaretto.contacts.colocation import colocation_at
from lazaretto.contacts.community import area_of, first_stub, is_real, meet, owner, stub_count
from lazaretto.contacts.group import (
    CIRCLES,
    circle_of,
    day_words,
    first_turn,
    group_meeting,
    is_weekday,
    member_in_round,
    rounds_on,
)
from lazaretto.contacts.household import mate, mates
from lazaretto.contacts.kinds import NEARBY
from lazaretto.contacts.minutes import most_minutes, pick
from lazaretto.engine.room import new_scratch
from lazaretto.population.stubs import ACROSS, END, KEPT, MIXING_GROUPS
from lazaretto.population.synthetic import lanes_open, mixing_groups


@entry
def community_day(city, seed, stubs, person, day, others, minutes):
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
            if is_real(city, person, other):
                others[met], minutes[met] = other, stubs.minutes[k]
                met += 1
    return met


@entry
def group_day(city, seed, person, day, others, minutes, circles):
    met = 0
    for which in range(CIRCLES if city.group[person] >= 0 else 0):
        number, start, size, mean = circle_of(city, person, which)
        w0, w1, _, _ = day_words(seed, number, which, day)
        rounds, first = rounds_on(city, size, mean, day, w0, w1)
        for k in range(rounds):
            other = city.group_member[member_in_round(city, person, start, size, k, first)]
            if other != person:
                others[met] = other
                minutes[met] = group_meeting(
                    city, seed, person, other, day, first_turn(number, day) + k
                )
                circles[met] = which
                met += 1
    return met


@entry
def household_day(city, person, others):
    for k in range(mates(city, person)):
        others[k] = mate(city, person, k)
    return mates(city, person)


@entry
def colocated_day(city, seed, person, kind, day, slots, mean, others, words):
    met = 0
    for k in range(slots):
        other, word, _ = colocation_at(city, seed, person, kind, k, day, slots, mean)
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
def there_and_back_at_once(n, seed, x, rows, size, bits, k0, k1, k2, k3, out):
    a, b, c, d = round_keys(seed, 0, 1, 2)
    for i in range(n):
        x[i], rows[i], size[i], bits[i], k0[i], k1[i], k2[i], k3[i] = (
            i,
            i,
            n,
            bits_for(n),
            a,
            b,
            c,
            d,
        )
    permute_rows(x, rows, n, (size, bits, k0, k1, k2, k3))
    for i in range(n):
        out[i, 0], rows[i] = x[i], i
    unpermute_rows(x, rows, n, (size, bits, k0, k1, k2, k3))
    for i in range(n):
        out[i, 1] = x[i]


@entry
def owner_of(city, area, stub):
    return city.person_at[owner(city, area, stub)]


@entry
def area_and_stub(city, person, k):
    area = area_of(city, person)
    return area, first_stub(city, area, person) + k


def met_in_community(city, seed, person, day):
    others, minutes = np.empty(64, np.int64), np.empty(64)
    n = community_day(city, seed, new_scratch(8).stubs, person, day, others, minutes)
    return sorted(zip(others[:n].tolist(), minutes[:n].tolist()))


def met_in_group(city, seed, person, day):
    others, minutes, circles = np.empty(1000, np.int64), np.empty(1000), np.empty(1000, np.int64)
    n = group_day(city, seed, person, day, others, minutes, circles)
    return sorted(zip(others[:n].tolist(), minutes[:n].tolist(), circles[:n].tolist()))


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
    at_once, columns = np.empty((n, 2), np.int64), [np.empty(n, np.int64) for _ in range(8)]
    there_and_back_at_once(n, seed, *columns, at_once)
    assert (at_once == out[:, :2]).all()


@given(person=st.integers(0, 4999), day=st.integers(0, 400), seed=st.integers(0, 2**62))
@settings(max_examples=200, deadline=None)
def test_community_meetings_are_mutual(town, person, day, seed):
    mine = met_in_community(town.city, seed, person, day)
    for other, minutes in mine:
        back = met_in_community(town.city, seed, other, day)
        assert back.count((person, minutes)) == mine.count((other, minutes))
        assert other != person
        assert town.city.household[other] != town.city.household[person]
        assert 0 <= minutes <= town.city.ceiling[2].max()


@given(people=st.integers(2, 200), build=st.integers(0, 2**31), seed=st.integers(0, 2**62))
@settings(max_examples=60, deadline=None)
def test_places_of_any_size_deal_their_stubs_soundly(moscow, people, build, seed):
    """No age group keeps or sends off more stubs than it has (the search for a partner would not
    end), and meetings are mutual."""
    city = lz.build_population(moscow.population, people=people, seed=build).city
    ends = city.lanes[:, :, END : END + MIXING_GROUPS]
    sizes = np.diff(ends, axis=2, prepend=0)
    kept = city.lanes[:, :, KEPT : KEPT + MIXING_GROUPS]
    across = city.lanes[:, :, ACROSS : ACROSS + MIXING_GROUPS]
    assert (sizes >= 0).all() and (kept >= 0).all() and (across >= 0).all()
    assert (kept + across <= sizes).all()
    assert (kept % 2 == 0).all()
    assert ends[:, :, -1].sum() == city.stubs.sum()
    met = [
        (p, *meeting)
        for p in range(people)
        for meeting in met_in_community(city, seed, p, seed % 14)
    ]
    assert sorted(met) == sorted((other, person, minutes) for person, other, minutes in met)


@given(person=st.integers(0, 4999), day=st.integers(0, 400), seed=st.integers(0, 2**62))
@settings(max_examples=200, deadline=None)
def test_group_meetings_are_mutual_and_rest_at_weekends(town, person, day, seed):
    met = met_in_group(town.city, seed, person, day)
    if not weekday(town.city, day):
        assert met == []
    for which in range(
        CIRCLES
    ):  # two may meet once in the class or team and once more across the site
        others = [other for other, _, circle in met if circle == which]
        assert len(set(others)) == len(others)
        assert person not in others
    for other, minutes, circle in met:
        assert (person, minutes, circle) in met_in_group(town.city, seed, other, day)


@given(person=st.integers(0, 4999))
@settings(max_examples=100, deadline=None)
def test_households_are_mutual(town, person):
    others = np.empty(64, np.int64)
    mates_of = set(others[: household_day(town.city, person, others)].tolist())
    for other in mates_of:
        back = np.empty(64, np.int64)
        assert person in back[: household_day(town.city, other, back)].tolist()
    assert len(mates_of) == np.count_nonzero(town.city.household == town.city.household[person]) - 1


def near(city, person, kind, day, mean, seed=9):
    """(other, word) of whoever was only near the person that day."""
    others, words = np.empty(8, np.int64), np.empty(8, np.int64)
    n = colocated_day(city, seed, person, kind, day, int(np.ceil(mean)), mean, others, words)
    return list(zip(others[:n].tolist(), words[:n].tolist()))


@given(
    person=st.integers(0, 4999),
    kind=st.sampled_from(range(len(NEARBY))),
    day=st.integers(0, 400),
    mean=st.floats(0.1, 3.0),
)
@settings(max_examples=300, deadline=None)
def test_mere_colocation_is_mutual(town, person, kind, day, mean):
    if town.city.stubs[person] == 0:
        return
    for other, word in near(town.city, person, kind, day, mean):
        assert (person, word) in near(town.city, other, kind, day, mean)


@pytest.mark.parametrize("kind", range(len(NEARBY)))
def test_neighbours_and_colleagues_are_the_same_every_day_and_others_are_not(town, kind):
    """As many as stated on average, less the slots that lead to oneself, to one's household or to
    somebody without such contacts; of those near at work all work there."""
    city, mean, seen, again = town.city, 2.5, 0, 0
    people = [p for p in range(0, 5000, 5) if city.stubs[p] and (kind != 1 or city.group[p] >= 0)]
    expected = []
    for person in people:
        first, second = (sorted(o for o, _ in near(city, person, kind, d, mean)) for d in (3, 4))
        seen, again = seen + len(first), again + len(set(first) & set(second))
        site = city.site_of_group[city.group[person]]
        if kind in (0, 1):
            assert first == second
        if kind == 1:
            assert all(city.site_of_group[city.group[other]] == site for other in first)
        area = np.searchsorted(city.area_start, person, side="right")
        if kind == 1:
            others = city.group_member[city.site_start[site] : city.site_start[site + 1]]
        else:
            others = np.arange(
                *((0, city.reach) if kind == 2 else city.area_start[area - 1 : area + 1])
            )
        able = city.stubs[others] > 0
        real = able & (others != person) & (city.household[others] != city.household[person])
        whole = len(others) if kind in (1, 2) else able.sum()  # an area's slots are of the able
        expected.append(mean * real.sum() / whole)
    assert kind in (0, 1) or again < 0.02 * seen
    error = np.sqrt(2 * mean / len(people))  # lasting or not, a pair is counted from both sides
    assert abs(seen / len(people) - np.mean(expected)) < 5 * error


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
    assert city.link_start[-1] == pytest.approx(
        400 * 6, abs=24
    )  # a few links of people with themselves are dropped


@pytest.fixture(scope="module")
def city(moscow):
    import lazaretto as lz

    return lz.build_population(moscow.population, people=20_000, seed=2).city


@pytest.fixture(scope="module")
def weeks(city):
    """(persons, weekday, partner) of all community meetings of every 13th person in two weeks."""
    rows = [
        (person, day % 7, other)
        for person in range(0, 20_000, 13)
        for day in range(14)
        for other, _ in met_in_community(city, 11, person, day)
    ]
    return np.array(rows)


def test_the_mean_number_of_community_contacts_is_the_stated_one(moscow, city, weeks):
    """Question: do quiet weekdays, odd stubs and households leave the stated mean? Tolerance 5
    standard errors of the sample."""
    asked = np.arange(0, 20_000, 13)
    met = np.bincount(weeks[:, 0], minlength=20_000)[asked] / 14
    group = mixing_groups(city.age)[asked]
    for g, mean in enumerate(moscow.population.community_contacts_per_day.value):
        sample = met[group == g]
        error = sample.std(ddof=1) / np.sqrt(len(sample))
        void = 0.02 * mean  # matches within households are not made up for
        assert abs(sample.mean() - mean) < 5 * error + void, (g, sample.mean(), error)


def test_meetings_within_the_own_age_group_are_preferential(moscow, city, weeks):
    """Own share = kept + (1 - kept) x the group's share of the pool (Jacquez et al. 1988), within 5
    standard errors."""
    groups = mixing_groups(city.age)
    kept = np.asarray(moscow.population.community_own_age_fraction.value)
    stubs = np.bincount(groups, city.stubs, minlength=3)
    pool = (1 - kept) * stubs / ((1 - kept) * stubs).sum()
    for g in range(3):
        of_group = weeks[groups[weeks[:, 0]] == g]
        own = (groups[of_group[:, 2]] == g).mean()
        expected = kept[g] + (1 - kept[g]) * pool[g]
        error = np.sqrt(
            expected * (1 - expected) / (len(of_group) / 4)
        )  # days of one person are not independent
        assert abs(own - expected) < 5 * error + 0.01, (g, own, expected, error)


def test_quiet_weekdays_have_their_share_of_meetings(moscow, weeks):
    by_day = np.bincount(weeks[:, 1], minlength=7)
    wanted = lanes_open(moscow.population)
    assert wanted.tolist() == [6, 6, 6, 6, 6, 8, 6]  # 0.77 and 0.69 in eighths
    expected = wanted / wanted.sum() * by_day.sum()
    assert (np.abs(by_day - expected) < 5 * np.sqrt(2 * expected)).all(), (by_day, expected)


def test_partners_are_drawn_evenly_and_anew_every_day(moscow):
    """Question: are all stubs of a lane equally likely partners, and is a day independent of the
    day before? Chi-square of the partners of one person over 4,000 days in a small town at 5
    standard errors; the same partners on two days running as often as by chance."""
    import lazaretto as lz

    values = {
        "population.community_contacts_per_day": [5.0, 5.0, 5.0],
        "population.community_dispersion_k": 1e6,
    }
    scenario = moscow.replace(
        **values,
        **{
            "population.community_own_age_fraction": [0, 0, 0],
            "population.community_local_fraction": 0.7,
        },
    )
    city = lz.build_population(scenario.population, people=1500, seed=5).city
    person = int(np.flatnonzero(city.stubs == 5)[0])
    days = [[o for o, _ in met_in_community(city, 3, person, d)] for d in range(4000)]
    here = np.searchsorted(city.area_start, person, side="right") - 1
    neighbours = np.arange(city.area_start[here], city.area_start[here + 1])
    neighbours = neighbours[city.household[neighbours] != city.household[person]]
    counts = np.bincount(np.concatenate([np.array(d, int) for d in days]), minlength=1500)[
        neighbours
    ]
    shared = np.array([lanes_of(city, person) @ lanes_of(city, int(n)) for n in neighbours], float)
    expected = counts.sum() * shared / shared.sum()
    assert (counts[shared == 0] == 0).all()
    fine = expected > 0
    chi = float(((counts[fine] - expected[fine]) ** 2 / expected[fine]).sum())
    freedom = int(fine.sum()) - 1
    assert abs(chi - freedom) < 5 * np.sqrt(2 * freedom), (chi, freedom)
    again = np.mean([len(set(a) & set(b)) for a, b in zip(days, days[1:])])
    often = np.bincount(np.concatenate([np.array(d, int) for d in days]), minlength=1500) / 4000
    by_chance = float((often**2).sum())
    assert abs(again - by_chance) < 5 * np.sqrt(by_chance / 4000), (again, by_chance)


def lanes_of(city, person):
    """(STRATA,) how many of the person's stubs lie in each lane."""
    stubs = [area_and_stub(city, person, k)[1] % STRATA for k in range(int(city.stubs[person]))]
    return np.bincount(stubs, minlength=STRATA)


def test_contacts_at_school_and_work_are_the_stated_ones(moscow, city):
    """Mean contacts on a weekday of those at school and at work, teams and sites together, within 5
    standard errors."""
    stated = moscow.population.group_contacts_per_day
    at = {True: [], False: []}
    oldest = np.maximum.reduceat(city.age[city.group_member], city.group_start[:-1])
    youngest = np.minimum.reduceat(city.age[city.group_member], city.group_start[:-1])
    for person in range(0, 20_000, 7):
        group = city.group[person]
        if group >= 0:
            pupil = youngest[group] < 15
            if pupil or (youngest[group] >= 15 and oldest[group] > 30 and youngest[group] >= 18):
                at[bool(pupil)].append(
                    np.mean([len(met_in_group(city, 5, person, d)) for d in range(5)])
                )
    for pupil, mean in ((True, stated.school.value), (False, stated.work.value)):
        sample = np.array(at[pupil])
        error = sample.std(ddof=1) / np.sqrt(len(sample))
        assert abs(sample.mean() - mean) < 5 * error + 0.05 * mean, (
            pupil,
            sample.mean(),
            mean,
            error,
        )


@entry
def picked(city, layer, first, meetings, at):
    return pick(city, layer, first, meetings, at), most_minutes(city, layer, meetings)


@given(
    layer=st.integers(1, 2),
    first=st.integers(0, 2**32),
    meetings=st.integers(0, 63),
    share=st.floats(0, 1, exclude_max=True),
)
@settings(max_examples=300, deadline=None)
def test_a_candidate_falls_on_a_meeting_in_proportion_to_the_meeting_s_longest_minutes(
    town, layer, first, meetings, share
):
    city = town.city
    ceilings = [city.ceiling[layer, TURN[(first + k) % STRATA]] for k in range(meetings)]
    most = max(
        (
            sum(np.roll(city.ceiling[layer, TURN], -turn)[np.arange(meetings) % STRATA])
            for turn in range(STRATA)
        ),
        default=0,
    )
    chosen, bound = picked(city, layer, first, meetings, share * most)
    assert bound == pytest.approx(most)
    if share * most >= sum(ceilings) * (1 + 1e-12):
        assert chosen == -1
    elif chosen >= 0:
        ends = np.cumsum([0.0, *ceilings])
        assert ends[chosen] - 1e-6 <= share * most <= ends[chosen + 1] + 1e-6


def test_minutes_follow_their_law_whatever_the_stratum(moscow, city):
    """Question: do the strata, taken in turn, leave the distribution of minutes? Quartiles within 5
    standard errors."""
    met = [
        m
        for p in range(0, 20_000, 11)
        for d in range(7)
        for _, m in met_in_community(city, 3, p, d)
    ]
    law = moscow.population.minutes.community
    for quantile in (0.25, 0.5, 0.75):
        below = np.mean(np.array(met) <= law.quantile(np.array([quantile]))[0])
        assert abs(below - quantile) < 5 * np.sqrt(quantile * (1 - quantile) / (len(met) / 2)), (
            quantile,
            below,
            len(met),
        )
