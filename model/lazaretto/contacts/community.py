"""The community layer: rewired every day without being stored.

Person i owns `stubs[i]` stubs, numbered by area, then by how many stubs their owner has. On day d an area's stubs are permuted by
a keyed Feistel network; the first share of positions is matched pairwise within the area, the rest form the area's slots in one
city-wide matching of the same kind. So a stub is local on most days and city-wide on others, for both partners alike. A match
with oneself or one's household is void, and so is one that age affinity refuses.
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined, kernel
from ..chance.laws import quantile
from ..chance.philox import draw, unit
from ..chance.streams import MEETING
from .household import same_household
from .involution import bits_for, matched, permute, round_keys, unpermute

COMMUNITY_LAYER = 2
CITY_WIDE = 1
AREA = 0
CHILD_BELOW = 18
ELDERLY_FROM = 65


@inlined
def stub_count(city, person):
    """Community contacts a day that the person owns."""
    return 0 if len(city.stubs) == 0 else np.int64(city.stubs[person])


@kernel
def mixing_group(age):
    """0 child (below 18), 1 adult, 2 elderly (65 and over)."""
    return 0 if age < CHILD_BELOW else (1 if age < ELDERLY_FROM else 2)


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
def stub_number(city, area, person, k):
    """The number of the person's k-th stub."""
    owned = np.int64(city.stubs[person])
    return city.class_stub[area, owned] + np.int64(city.place[person] - city.class_place[area, owned]) * owned + k


@inlined
def owner(city, area, stub):
    """The person of that area who owns the stub."""
    low = 1
    high = city.class_stub.shape[1] - 1
    while high - low > 1:  # largest class whose first stub is <= stub
        middle = (low + high) >> 1
        if city.class_stub[area, middle] <= stub:
            low = middle
        else:
            high = middle
    return city.person_at[city.class_place[area, low] + (stub - city.class_stub[area, low]) // low]


@kernel
def area_of_slot(city, slot):
    """The area that a city-wide slot belongs to."""
    low = 0
    high = len(city.wide_start) - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if city.wide_start[middle] <= slot:
            low = middle
        else:
            high = middle
    return low


@kernel
def partner_stub(city, seed, area, stub, day):
    """(area, stub) matched with `stub` of `area` on `day`; stub -1 for the odd one out."""
    first = city.class_stub[area, 0]
    count = city.class_stub[area, city.class_stub.shape[1] - 1] - first
    slots = city.wide_start[area + 1] - city.wide_start[area]
    bits = bits_for(count)
    a0, a1, a2, a3 = round_keys(seed, AREA, area, day)
    position = permute(stub - first, count, bits, a0, a1, a2, a3)
    local = count - slots
    if position < local:
        other = position ^ 1
        if other >= local:
            return area, np.int64(-1)
        return area, first + unpermute(other, count, bits, a0, a1, a2, a3)
    b0, b1, b2, b3 = round_keys(seed, CITY_WIDE, 0, day)
    total = city.wide_start[len(city.wide_start) - 1]
    slot = matched(city.wide_start[area] + position - local, total, b0, b1, b2, b3)
    if slot < 0:
        return area, np.int64(-1)
    there = area_of_slot(city, slot)
    first = city.class_stub[there, 0]
    count = city.class_stub[there, city.class_stub.shape[1] - 1] - first
    slots = city.wide_start[there + 1] - city.wide_start[there]
    a0, a1, a2, a3 = round_keys(seed, AREA, there, day)
    position = count - slots + slot - city.wide_start[there]
    return there, first + unpermute(position, count, bits_for(count), a0, a1, a2, a3)


@kernel
def community_meeting(city, seed, area, person, k, day):
    """The meeting of the person's k-th stub on `day`: (other person, minutes, close and unprotected); other -1 where there is
    none."""
    stub = stub_number(city, area, person, k)
    there, partner = partner_stub(city, seed, area, stub, day)
    if partner < 0:
        return -1, 0.0, False
    other = np.int64(owner(city, there, partner))
    if other == person or same_household(city, person, other):
        return -1, 0.0, False
    w = draw(seed, MEETING, min(stub, partner), day, 0)
    accepted = city.affinity[mixing_group(city.age[person]), mixing_group(city.age[other])]
    if unit(w[2]) >= accepted:
        return -1, 0.0, False
    return other, quantile(city.minutes, COMMUNITY_LAYER, w[0]), unit(w[1]) < city.close_fraction[COMMUNITY_LAYER]
