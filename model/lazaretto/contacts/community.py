"""The community layer: rewired every day without being stored.

Person i owns `stubs[i]` stubs, numbered within the area by the owner's age group and number of
stubs, owners in random order. The stubs of an area are dealt in turn to eight lanes; each lane is
matched apart, on each day the lanes take the eight strata of minutes in turn, and on quiet weekdays
some lanes rest. On day d the stubs of each age group of a lane are put into another order,
scattered by keyed numbers; the first share of them meets within the group (preferential mixing:
Jacquez et al. 1988, doi 10.1016/0025-5564(88)90031-4), the next across the city, and what is left
of all groups forms the area's pool. Within n stubs, u meets (r - u) mod n for the keyed number r of
that day (`reflect`); across the city a keyed Feistel network says who meets whom. A match with
oneself or one's household is void.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._by_address import by_address
from .._jit import inlined, kernel
from ..chance.laws import ONE_OVER
from ..chance.permutation import gather, permute_rows, round_keys, scatter, unpermute_rows
from ..chance.philox import below, draw
from ..chance.strata import LAST, SHIFT, quantile_within, stratum_at
from ..chance.streams import INVOLUTION, MEETING
from ..population.stubs import (
    ACROSS,
    BITS,
    END,
    INDEX_SHIFT,
    KEPT,
    WIDE_FROM,
    mixing_group,
    stub_class,
    stubs_of_class,
)
from .household import same_household

COMMUNITY_LAYER = 2
AREA, CITY_WIDE, SALT_BITS = 0, 1, 2
ROUNDING = 1e-6  # a quotient of small whole numbers is never nearer than 1/63 to the next one
POOL, WIDE = 3, 4  # beside 0, 1, 2: within an age group


@inlined
def stub_count(city, person):
    """Community contacts that the person owns on a day without rest."""
    return np.int64(city.stubs[person])


@inlined
def area_of(city, person):
    """The area of a person: found from the area starts, which are nearly evenly spaced."""
    areas = len(city.area_start) - 1
    guess = min(areas - 1, np.int64(person * (areas / city.area_start[areas])))
    while guess > 0 and city.area_start[guess] > person:
        guess -= 1
    while guess < areas - 1 and city.area_start[guess + 1] <= person:
        guess += 1
    return guess


@inlined
def first_stub(city, area, person):
    """The number, within the area, of the person's first stub."""
    owned = stub_count(city, person)
    if owned == 0:
        return np.int64(0)
    c = stub_class(mixing_group(city.age[person]), owned)
    return (
        city.class_stub[area, c] + np.int64(city.place[person] - city.class_place[area, c]) * owned
    )


@inlined
def owner(city, area, stub):
    """The place (index in `person_at`) of the person of that area who owns the stub."""
    c = np.int64(city.class_at[area, stub >> INDEX_SHIFT])
    while city.class_stub[area, c + 1] <= stub:  # seldom one step
        c += 1
    nth = (stub - city.class_stub[area, c]) * ONE_OVER[stubs_of_class(c)] + ROUNDING
    return np.int64(city.class_place[area, c]) + np.int64(nth)


@inlined
def is_open(city, lane, day):
    """Whether the lane's stubs meet on that day of the week; which lanes rest changes from week to
    week."""
    return ((lane + 2 * day) & LAST) < city.lanes_open[(day + city.first_weekday) % 7]


@inlined
def turn_by(x, by, n):
    """(x + by) mod n for x in [0, n) and by in (-n, n)."""
    y = x + by
    y += n if y < 0 else np.int64(0)
    return y - n if y >= n else y


@inlined
def reflect(u, r, n):
    """Whom u meets within 0..n-1: (r - u) mod n. Of an even n the two who would meet themselves
    meet each other; of an odd n one, who is returned himself, meets nobody."""
    other = turn_by(r, -u, n)
    return turn_by(u, n >> 1, n) if other == u and n & 1 == 0 else other


@kernel
def area_of_slot(city, lane, slot):
    """The area that a city-wide slot of the lane belongs to: guessed from the nearly even spacing,
    then walked to."""
    areas = city.wide_start.shape[1] - 1
    guess = min(areas - 1, np.int64(slot * (areas / city.wide_start[lane, areas])))
    while city.wide_start[lane, guess] > slot:
        guess -= 1
    while city.wide_start[lane, guess + 1] <= slot:
        guess += 1
    return guess


# lists of rows of a batch: unsigned, since of any other index compiled code asks whether it counts
# from the end
Rows = NDArray[np.uint16]


@by_address
class Stubs(NamedTuple):
    """A batch of stubs asked about one day each. Rows 0..n-1: area, stub and day are given, `least`
    too; the rest is answered."""

    area: NDArray[np.int64]
    stub: NDArray[np.int64]  # number within the area
    day: NDArray[np.int64]
    least: NDArray[np.float64]  # meetings shorter than so many minutes need not be followed up
    place: NDArray[np.int64]  # of the person met (index in person_at), -1 for none
    minutes: NDArray[np.float64]
    word: NDArray[np.int64]  # scratch: of the meeting's minutes, or of a co-location
    key_0: NDArray[np.int64]  # scratch: the day's keys, of the area or of the lane across the city
    key_1: NDArray[np.int64]
    key_2: NDArray[np.int64]
    key_3: NDArray[np.int64]
    pair: NDArray[np.int64]  # scratch: number of the matched pair within its matching
    matching: NDArray[np.int64]  # scratch: which matching of the day
    within: NDArray[np.int64]  # scratch: 0, 1, 2: the age group; POOL; WIDE
    there: NDArray[np.int64]  # scratch: area of the partner
    slots: NDArray[np.int64]  # scratch: how many stubs of the lane are matched across the city
    bits: NDArray[np.int64]  # scratch: `bits_for` them
    kept: Rows  # scratch
    wide: Rows  # scratch


@kernel
def meet(city, seed, stubs, n):
    """Whom each stub meets on its day, for how long: `place` and `minutes` of rows 0..n-1.

    Passes over arrays without branches: keys, positions, minutes, partners; draws and cache misses
    of different rows overlap. stubs: a batch of `Stubs`, read and written; n: rows in use.
    """
    area, stub, day, pair, matching, within = (
        stubs.area,
        stubs.stub,
        stubs.day,
        stubs.pair,
        stubs.matching,
        stubs.within,
    )
    k0, k1, k2, k3 = stubs.key_0, stubs.key_1, stubs.key_2, stubs.key_3
    for i in range(n):
        k0[i], k1[i], k2[i], k3[i] = draw(
            seed, INVOLUTION, area[i], day[i], ((stub[i] & LAST) << SALT_BITS) | AREA
        )
    wide = 0
    for i in range(n):
        stubs.place[i], pair[i], matching[i], within[i] = position_met(
            city, area[i], stub[i], k0[i], k1[i], k2[i], k3[i]
        )
        stubs.there[i] = area[i]
        stubs.wide[wide] = i
        wide += within[i] == WIDE
    for j in range(wide):
        i = stubs.wide[j]
        stubs.kept[j] = i
        lane = stub[i] & LAST
        stubs.slots[i], stubs.bits[i] = (
            city.wide_start[lane, city.wide_start.shape[1] - 1],
            city.wide_bits[lane],
        )
        k0[i], k1[i], k2[i], k3[i] = round_keys(seed, (lane << SALT_BITS) | CITY_WIDE, 0, day[i])
    matching_of = (stubs.slots, stubs.bits, k0, k1, k2, k3)
    permute_rows(pair, stubs.kept, wide, matching_of)
    for j in range(wide):
        i = stubs.wide[j]
        stubs.place[i] = pair[i] ^ 1 if (pair[i] ^ 1) < stubs.slots[i] else np.int64(-1)
        pair[i] >>= 1
    for i in range(n):  # nothing but draws, so that several are made at once
        stubs.word[i], _, _, _ = draw(seed, MEETING, pair[i], day[i], matching[i])
    for i in range(n):
        stubs.minutes[i] = quantile_within(
            city.minutes, COMMUNITY_LAYER, stratum_at((stub[i] & LAST) + day[i]), stubs.word[i]
        )
    wide = 0
    for i in range(n):
        keep = (
            (stubs.place[i] >= 0)
            & (stubs.minutes[i] >= stubs.least[i])
            & is_open(city, stub[i] & LAST, day[i])
        )
        stubs.place[i] = stubs.place[i] if keep else np.int64(-1)
        stubs.kept[wide] = i
        stubs.wide[wide] = i
        wide += keep & (within[i] == WIDE)
    unpermute_rows(stubs.place, stubs.kept, wide, matching_of)
    for j in range(wide):
        i = stubs.wide[j]
        lane, slot = stub[i] & LAST, stubs.place[i]
        there = area_of_slot(city, lane, slot)
        stubs.there[i], stubs.place[i] = there, slot - city.wide_start[lane, there]
        k0[i], _, _, k3[i] = draw(seed, INVOLUTION, there, day[i], (lane << SALT_BITS) | AREA)
    kept = 0
    for i in range(n):
        stubs.kept[kept] = i
        kept += stubs.place[i] >= 0
    for j in range(kept):
        i = stubs.kept[j]
        stubs.place[i] = place_at(
            city, stubs.there[i], stub[i] & LAST, within[i], stubs.place[i], k0[i], k3[i]
        )


@inlined
def chosen(which, zero, one, two):
    """The value of age group 0, 1 or 2. which: 0, 1 or 2; zero, one, two: the three values."""
    least = zero if which == 0 else one
    return two if which == 2 else least


@inlined
def position_met(city, area, stub, k0, k1, k2, k3):
    """(position of the partner or -1, number of the pair, which matching, within what) of one stub
    on one day; of a stub that is matched across the city, its slot stands for the pair. area: of
    the stub; k0 to k3: keys of the day's matching."""
    lane = stub & LAST
    own = stub >> SHIFT
    t = city.lanes[area, lane]
    group = np.int64(own >= t[END]) + np.int64(own >= t[END + 1])
    low = chosen(group, np.int64(0), np.int64(t[END]), np.int64(t[END + 1]))
    size = t[END + group] - low
    kept, across = np.int64(t[KEPT + group]), np.int64(t[ACROSS + group])
    u = scatter(own - low, size, t[BITS + group], (k0 >> 1) | 1, k3 >> 1)
    partner_in_group = reflect(u, below(k1, kept), kept)
    pool = np.int64(
        t[END + 2] - t[KEPT] - t[KEPT + 1] - t[KEPT + 2] - t[ACROSS] - t[ACROSS + 1] - t[ACROSS + 2]
    )
    v = before(t, group) + u - kept - across
    partner_in_pool = reflect(v, below(k2, pool), pool)
    slot = (
        t[WIDE_FROM]
        + chosen(group, np.int64(0), np.int64(t[ACROSS]), np.int64(t[ACROSS] + t[ACROSS + 1]))
        + u
        - kept
    )
    in_group, in_pool = u < kept, u >= kept + across
    mine = u if in_group else v
    partner = partner_in_group if in_group else partner_in_pool
    within = group if in_group else (np.int64(POOL) if in_pool else np.int64(WIDE))
    pair = min(mine, partner) if within != WIDE else slot
    matching = (((area + 1) << (SHIFT + 3)) | (lane << 3) | within) if within != WIDE else lane
    return partner if partner != mine else np.int64(-1), pair, matching, within


@inlined
def before(t, group):
    """Where in the area's pool the stubs of an age group begin. t: the lane's row."""
    first = np.int64(t[END] - t[KEPT] - t[ACROSS])
    return chosen(
        group, np.int64(0), first, first + t[END + 1] - t[END] - t[KEPT + 1] - t[ACROSS + 1]
    )


@inlined
def place_at(city, area, lane, within, position, k0, k3):
    """The place of the owner of the stub at a position (across the city: counted from the area's
    first slot): the inverse of `position_met`. lane, within: which matching, as `position_met`
    returns them; k0 to k3: keys."""
    t = city.lanes[area, lane]
    of_pool = np.int64(position >= before(t, 1)) + np.int64(position >= before(t, 2))
    of_wide = np.int64(position >= t[ACROSS]) + np.int64(position >= t[ACROSS] + t[ACROSS + 1])
    group = of_pool if within == POOL else (of_wide if within == WIDE else within)
    kept, across = np.int64(t[KEPT + group]), np.int64(t[ACROSS + group])
    in_pool = position - before(t, group) + kept + across
    in_wide = (
        position
        - chosen(group, np.int64(0), np.int64(t[ACROSS]), np.int64(t[ACROSS] + t[ACROSS + 1]))
        + kept
    )
    u = in_pool if within == POOL else (in_wide if within == WIDE else position)
    low = chosen(group, np.int64(0), np.int64(t[END]), np.int64(t[END + 1]))
    size = t[END + group] - low
    own = low + gather(u, size, t[BITS + group], (k0 >> 1) | 1, k3 >> 1)
    return owner(city, area, (own << SHIFT) | lane)


@inlined
def is_real(city, one, other):
    """Whether the two may meet at all: they are different people of different households."""
    return (one != other) & (not same_household(city, one, other))
