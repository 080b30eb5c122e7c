"""The places that a case's days have for meetings, and their coins.

In each layer a day has so many places: members of the household, rounds of the group and of the
site, stubs, links, contacts observed. Four of one layer and day share a draw, so a coin costs a
quarter of one, and the draws of a whole window are made in one pass. Nobody has asked yet who was
met, nor whether there was a meeting at all.
"""

from __future__ import annotations

import math

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import draw, unit
from ...chance.streams import SIGHTING
from ...contacts.community import stub_count
from ...contacts.group import CIRCLES, circle_of, day_words, is_weekday, rounds_on
from ...contacts.household import mates
from ...contacts.kinds import NEAR_HOME, NEAR_WORK, NEARBY
from ...contacts.static import degree
from ...contacts.temporal import contacts_on
from ...world.codes import COMMUNITY, GROUP, HOUSEHOLD, NEAR, STATIC, TEMPORAL
from ..isolation.presence import stays_in
from .sighting import END, FORWARD, INSTRUMENT, INSTRUMENT_BITS, SLOT_BITS

PLACE_OF_NEAR = 16  # layers of their own in the key, one for each kind of place of people only near
PLACE_OF_SITE = 8  # a layer of its own in the coin's key: rounds of the site and not of the group


@inlined
def add_places(places, n, layer, day, count, bound, origin):
    """Add `count` places of a layer and day. Returns how many fours there are now. layer:
    PLACE_OF_SITE for rounds of the site; bound: the coin must lie below it; origin: as in
    `Places`."""
    for first in range(0, count if bound > 0.0 else 0, 4):
        places.layer[n], places.day[n], places.first[n] = layer, day, first
        places.size[n], places.origin[n], places.bound[n] = count - first, origin, bound
        n += 1
    return n


@kernel
def look_at_days(world, question, person, first, last):
    """By day of the window: what fading and the way back leave at most of seeing a meeting, and
    whether the person stayed at home all day."""
    policy, records = world.policy, world.records
    places, diary = question.places, question.diary
    asked, i = diary.asked, diary.window[INSTRUMENT]
    own = np.int64(records.last_order[records.file_of[person]])
    for day in range(first, last + 1):
        left = 1.0
        if i >= 0 and policy.fade[i] > 0.0:
            left = math.exp(-policy.fade[i] * max(0.0, asked[END] - (day + 1)))
        if i >= 0 and day + 1 <= asked[FORWARD]:
            left *= policy.backward_factor[i]
        places.left[day - first] = left
        places.stays[day - first] = 1 if stays_in(world, own, day) else 0


@kernel
def list_places(world, question, person, first, last, i):
    """Fill the places of the days first..last, layer after layer, those of people only near last.
    Returns how many fours there are. i: instrument that asks, or -1."""
    city, seed, places, bound = world.city, world.seed, question.places, question.diary.bound
    at_home, links, stubs = mates(city, person), degree(city, person), stub_count(city, person)
    n = 0
    for day in range(first, last + 1):
        left = places.left[day - first]
        n = add_places(places, n, HOUSEHOLD, day, at_home, bound[HOUSEHOLD] * left, 0)
    circles = CIRCLES if city.group[person] >= 0 and bound[GROUP] > 0.0 else 0
    for which in range(circles):
        number, _, size, mean = circle_of(city, person, which)
        for day in range(first, last + 1):
            if places.stays[day - first] == 0 and is_weekday(city, day):
                w0, w1, _, _ = day_words(seed, number, which, day)
                rounds, first_round = rounds_on(city, size, mean, day, w0, w1)
                chance = bound[GROUP] * places.left[day - first]
                layer = GROUP if which == 0 else PLACE_OF_SITE
                n = add_places(places, n, layer, day, rounds, chance, first_round)
    observed = len(city.contact) > 0
    for day in range(first, last + 1 if observed or links > 0 else first):
        if places.stays[day - first] == 0:
            left = places.left[day - first]
            n = add_places(places, n, STATIC, day, links, bound[STATIC] * left, 0)
            begin, end = contacts_on(city, person, day) if observed else (0, 0)
            n = add_places(places, n, TEMPORAL, day, end - begin, bound[TEMPORAL] * left, begin)
    for day in range(first, last + 1):
        if places.stays[day - first] == 0:
            left = places.left[day - first]
            n = add_places(places, n, COMMUNITY, day, stubs, bound[COMMUNITY] * left, 0)
    for kind in range(len(NEARBY) if i >= 0 and stubs > 0 else 0):
        slots = world.policy.near_slots[i, kind]
        if kind == NEAR_WORK and city.group[person] < 0:
            slots = 0
        for day in range(first, last + 1 if slots > 0 else first):
            away = places.stays[day - first] != 0 or (
                kind == NEAR_WORK and not is_weekday(city, day)
            )
            if kind == NEAR_HOME or not away:
                chance = bound[NEAR] * places.left[day - first]
                n = add_places(places, n, PLACE_OF_NEAR + kind, day, slots, chance, 0)
    return n


@kernel
def toss_coins(world, question, person, n):
    """Toss the coins of all places of n fours; the places whose coin lies below the bound come into
    `at` (four, place within it) and `toss`. Returns (how many, of how many places). Without an
    instrument that sees meetings all do."""
    places, i, seed = question.places, question.diary.window[INSTRUMENT], world.seed
    for k in range(n if i >= 0 else 0):
        where = (places.layer[k] << SLOT_BITS) | (places.first[k] >> 2)
        w = draw(seed, SIGHTING, person, where, (places.day[k] << INSTRUMENT_BITS) | i)
        places.word_0[k], places.word_1[k], places.word_2[k], places.word_3[k] = w
    for k in range(n if i < 0 else 0):
        places.word_0[k] = places.word_1[k] = places.word_2[k] = places.word_3[k] = 0
    at, toss, found, every = places.at, places.toss, 0, 0
    for k in range(n):
        bound, count = places.bound[k], places.size[k]
        every += min(count, 4)
        at[found], toss[found] = k << 2, unit(places.word_0[k])
        found += toss[found] < bound
        at[found], toss[found] = (k << 2) | 1, unit(places.word_1[k])
        found += (count > 1) & (toss[found] < bound)
        at[found], toss[found] = (k << 2) | 2, unit(places.word_2[k])
        found += (count > 2) & (toss[found] < bound)
        at[found], toss[found] = (k << 2) | 3, unit(places.word_3[k])
        found += (count > 3) & (toss[found] < bound)
    return found, every
