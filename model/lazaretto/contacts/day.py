"""Everybody whom somebody would meet on a day, from all layers of a city: for looking at a
population, not for the engine."""

from __future__ import annotations

import numpy as np

from .._jit import entry
from .community import area_of, first_stub, is_real, meet, stub_count
from .group import (
    CIRCLES,
    circle_of,
    day_words,
    first_turn,
    group_meeting,
    member_in_round,
    rounds_on,
)
from .household import mate, mates

HOUSEHOLD, GROUP, COMMUNITY = range(3)


@entry
def meetings_on(city, seed, stubs, person, day, others, layers, minutes):
    """Write the person's meetings of that day to others, layers (HOUSEHOLD, GROUP, COMMUNITY) and
    minutes; returns how many. stubs: a batch with room for the person's stubs."""
    met = 0
    for k in range(mates(city, person)):
        others[met], layers[met], minutes[met] = (
            mate(city, person, k),
            HOUSEHOLD,
            city.minutes_mean[HOUSEHOLD],
        )
        met += 1
    for which in range(CIRCLES if city.group[person] >= 0 else 0):
        number, start, size, mean = circle_of(city, person, which)
        w0, w1, _, _ = day_words(seed, number, which, day)
        rounds, first = rounds_on(city, size, mean, day, w0, w1)
        for k in range(rounds):
            other = city.group_member[member_in_round(city, person, start, size, k, first)]
            if other != person:
                others[met], layers[met] = other, GROUP
                minutes[met] = group_meeting(
                    city, seed, person, other, day, first_turn(number, day) + k
                )
                met += 1
    owned = stub_count(city, person)
    if owned > 0:
        area = area_of(city, person)
        stub = first_stub(city, area, person)
        for k in range(owned):
            stubs.area[k], stubs.stub[k], stubs.day[k], stubs.least[k] = area, stub + k, day, 0.0
        meet(city, seed, stubs, owned)
        for k in range(owned):
            if stubs.place[k] >= 0:
                other = np.int64(city.person_at[stubs.place[k]])
                if is_real(city, person, other):
                    others[met], layers[met], minutes[met] = other, COMMUNITY, stubs.minutes[k]
                    met += 1
    return met
