"""The community layer: rewired every day without being stored.

Person i owns `stubs[i]` stubs, numbered within the area by how many stubs their owner has. The stubs of an area are dealt in turn
to eight lanes; each lane is matched apart, and on each day the lanes take the eight strata of minutes in turn. On day d the stubs
of an area's lane are permuted by a keyed Feistel network; the first share of positions is matched pairwise within the area, the
rest form the area's slots in one city-wide matching of the same kind. So a stub is local on most days and city-wide on others, for
both partners alike. A match with oneself or one's household is void, and so is one that age affinity refuses.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._jit import inlined, kernel
from ..chance.philox import draw, unit
from ..chance.strata import LAST, SHIFT, quantile_within, stratum_at
from ..chance.streams import MEETING
from .household import same_household
from .involution import bits_for, permute, round_keys, unpermute

COMMUNITY_LAYER = 2
AREA, CITY_WIDE, SALT_BITS = 0, 1, 2
CHILD_BELOW = 18
ELDERLY_FROM = 65


@inlined
def stub_count(city, person):
    """Community contacts a day that the person owns."""
    return np.int64(0) if len(city.stubs) == 0 else np.int64(city.stubs[person])


@inlined
def mixing_group(age):
    """0 child (below 18), 1 adult, 2 elderly (65 and over)."""
    return np.int64(age >= CHILD_BELOW) + np.int64(age >= ELDERLY_FROM)


@inlined
def area_of(city, person):
    """The area of a person: found from the area starts, which are nearly evenly spaced."""
    areas = len(city.area_start) - 1
    guess = min(areas - 1, person * areas // city.area_start[areas])
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
    return city.class_stub[area, owned] + np.int64(city.place[person] - city.class_place[area, owned]) * owned


@inlined
def owner(city, area, stub):
    """The place (index in `person_at`) of the person of that area who owns the stub."""
    owned = np.int64(0)
    for c in range(1, city.class_stub.shape[1] - 1):  # the largest class whose first stub is <= stub, without branches
        owned += city.class_stub[area, c] <= stub
    return np.int64(city.class_place[area, owned] + (stub - city.class_stub[area, owned]) // owned)


@inlined
def lane_size(city, area, lane):
    """Stubs of the area that lie in the lane."""
    return (np.int64(city.class_stub[area, city.class_stub.shape[1] - 1]) + LAST - lane) >> SHIFT


@kernel
def area_of_slot(city, lane, slot):
    """The area that a city-wide slot of the lane belongs to: guessed from the even spacing, then searched."""
    low = 0
    high = city.wide_start.shape[1] - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if city.wide_start[lane, middle] <= slot:
            low = middle
        else:
            high = middle
    return low


class Stubs(NamedTuple):
    """A batch of stubs asked about one day each. Rows 0..n-1: area, stub and day are given, `least` too; the rest is answered."""

    area: NDArray[np.int64]
    stub: NDArray[np.int64]  # number within the area
    day: NDArray[np.int64]
    least: NDArray[np.float64]  # meetings shorter than so many minutes need not be followed up
    place: NDArray[np.int64]  # of the person met (index in person_at), -1 for none
    minutes: NDArray[np.float64]
    close: NDArray[np.int64]  # word for the close flag
    affinity: NDArray[np.int64]  # word for affinity
    key_0: NDArray[np.int64]  # scratch: the area's round keys
    key_1: NDArray[np.int64]
    key_2: NDArray[np.int64]
    key_3: NDArray[np.int64]
    pair: NDArray[np.int64]  # scratch: number of the matched pair within its matching
    matching: NDArray[np.int64]  # scratch: which matching of the day


@kernel
def meet(city, seed, stubs, n):
    """Whom each stub meets on its day, for how long: `place`, `minutes`, `close` and `affinity` of rows 0..n-1.

    Passes over arrays: keys, positions, minutes, partners; draws of different rows overlap.
    """
    area, stub, day, pair, matching = stubs.area, stubs.stub, stubs.day, stubs.pair, stubs.matching
    k0, k1, k2, k3 = stubs.key_0, stubs.key_1, stubs.key_2, stubs.key_3
    for i in range(n):
        k0[i], k1[i], k2[i], k3[i] = round_keys(seed, ((stub[i] & LAST) << SALT_BITS) | AREA, area[i], day[i])
    for i in range(n):
        lane = stub[i] & LAST
        count = lane_size(city, area[i], lane)
        wide_from, wide_to = city.wide_start[lane, area[i]], city.wide_start[lane, area[i] + 1]
        local = count - (wide_to - wide_from)
        position = permute(stub[i] >> SHIFT, count, bits_for(count), k0[i], k1[i], k2[i], k3[i])
        matching[i] = ((area[i] + 1) << SHIFT) | lane
        end = local
        if position >= local:
            end = city.wide_start[lane, city.wide_start.shape[1] - 1]
            b0, b1, b2, b3 = round_keys(seed, (lane << SALT_BITS) | CITY_WIDE, 0, day[i])
            position = permute(wide_from + position - local, end, bits_for(end), b0, b1, b2, b3)
            matching[i] = lane
        pair[i] = position >> 1
        stubs.place[i] = position ^ 1 if (position ^ 1) < end else -1
    for i in range(n):
        minutes_word, stubs.close[i], stubs.affinity[i], _ = draw(seed, MEETING, pair[i], day[i], matching[i])
        stratum = stratum_at((stub[i] & LAST) + day[i])
        stubs.minutes[i] = quantile_within(city.minutes, COMMUNITY_LAYER, stratum, minutes_word)
    for i in range(n):
        position = stubs.place[i]
        if position < 0 or stubs.minutes[i] < stubs.least[i]:
            stubs.place[i] = -1
            continue
        lane = stub[i] & LAST
        there = area[i]
        a0, a1, a2, a3 = k0[i], k1[i], k2[i], k3[i]
        if matching[i] == lane:
            total = city.wide_start[lane, city.wide_start.shape[1] - 1]
            b0, b1, b2, b3 = round_keys(seed, (lane << SALT_BITS) | CITY_WIDE, 0, day[i])
            slot = unpermute(position, total, bits_for(total), b0, b1, b2, b3)
            there = area_of_slot(city, lane, slot)
            position = lane_size(city, there, lane) - city.wide_start[lane, there + 1] + slot
            a0, a1, a2, a3 = round_keys(seed, (lane << SALT_BITS) | AREA, there, day[i])
        count = lane_size(city, there, lane)
        partner = unpermute(position, count, bits_for(count), a0, a1, a2, a3)
        stubs.place[i] = owner(city, there, (partner << SHIFT) | lane)


@inlined
def is_real(city, one, other, word):
    """Whether the two may meet at all: they are different people of different households, and affinity by age does not refuse."""
    if one == other or same_household(city, one, other):
        return False
    return unit(word) < city.affinity[mixing_group(city.age[one]), mixing_group(city.age[other])]


@inlined
def is_close(city, word):
    """Whether a community meeting is close and unprotected."""
    return unit(word) < city.close_fraction[COMMUNITY_LAYER]
