"""Who was only in the same place: keyed matchings without hazard, that position data cannot tell
from a contact.

People who have community contacts own slots for it, by kind of place: in the cell of the home the
same neighbours every day, in that of the school or workplace the same colleagues on every weekday;
on the way anybody of the city, anew each day; and people of the own area at venues, anew each day.
A matched pair of slots is real with a probability that makes the mean number per person and day
what is stated (model.md, 7.6); of neighbours and colleagues that is settled once.
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined, kernel
from ..chance.permutation import bits_for, matched, partner_of, round_keys
from ..chance.philox import below, draw, unit
from ..chance.streams import CELL, COLOCATION
from .community import area_of, is_real, stub_count
from .group import SITE, circle_of, member_in_round
from .kinds import NEAR_HOME, NEAR_VENUE, NEAR_WAY, NEAR_WORK

SALTS = (4, 0, 5, 2)  # of the matchings' keys, by kind of place
KIND_BITS, DAY_BITS = 28, 14
LASTING = (1 << DAY_BITS) - 1  # instead of a day: what holds on all of them


@inlined
def is_lasting(kind):
    """Whether the same people are near every day."""
    return kind in (NEAR_HOME, NEAR_WORK)


@kernel
def nearby_keys(seed, area, kind, day):
    """The keys of the matching of an area's slots on that day. kind: NEAR_HOME or NEAR_VENUE."""
    return round_keys(seed, SALTS[kind], area, 0 if is_lasting(kind) else day)


@kernel
def slots_of(city, area, person, slots):
    """(the person's first co-location slot, slots of the area, bits of that number), where
    everybody owns so many."""
    first = np.int64(city.class_place[area, 0])
    count = (np.int64(city.class_place[area, city.class_place.shape[1] - 1]) - first) * slots
    return (np.int64(city.place[person]) - first) * slots, count, bits_for(count)


@inlined
def real_pair(seed, kind, low, other, day):
    """(the number that decides whether the pair is real, word for the dwell time, moment as a share
    of the day). low, other: what names the pair: smaller slot and area, or two people."""
    w = draw(seed, COLOCATION, low, other, (kind << KIND_BITS) | day)
    toss = w[0]
    if is_lasting(kind):
        toss = draw(seed, COLOCATION, low, other, (kind << KIND_BITS) | LASTING)[0]
    return unit(toss), w[1], unit(w[2])


@kernel
def colocation_at(city, seed, person, kind, k, day, slots, mean):
    """Who shared the position of the person's k-th slot that day: (other person or -1, word for the
    dwell time, moment as a share of the day).

    kind: code of NEARBY; slots: co-location slots a person owns; mean: their mean number of real
    ones a day, at most `slots`.
    """
    other, low, high = np.int64(-1), np.int64(0), np.int64(0)
    if kind in (NEAR_HOME, NEAR_VENUE):
        area = area_of(city, person)
        own, count, bits = slots_of(city, area, person, slots)
        k0, k1, k2, k3 = nearby_keys(seed, area, kind, day)
        partner = partner_of(own + k, count, bits, k0, k1, k2, k3)
        if partner >= 0:
            other = np.int64(city.person_at[np.int64(city.class_place[area, 0]) + partner // slots])
        low, high = min(own + k, partner), area
    elif kind == NEAR_WAY:
        own = person * slots + k
        k0, k1, k2, k3 = round_keys(seed, SALTS[kind], 0, day)
        partner = matched(own, city.reach * slots, k0, k1, k2, k3)
        other = partner // slots if partner >= 0 else np.int64(-1)
        low = min(own, partner)
    elif city.group[person] >= 0:
        number, start, size, _ = circle_of(city, person, SITE)
        turn = below(draw(seed, CELL, number, k, 0)[0], size)
        other = np.int64(city.group_member[member_in_round(city, person, start, size, 0, turn)])
        low, high = min(person, other), max(person, other)
    if other < 0 or not is_real(city, person, other) or stub_count(city, other) == 0:
        return np.int64(-1), np.int64(0), 0.0
    toss, word, moment = real_pair(seed, kind, low, high, day)
    if toss * slots >= mean:
        return np.int64(-1), np.int64(0), 0.0
    return other, word, moment
