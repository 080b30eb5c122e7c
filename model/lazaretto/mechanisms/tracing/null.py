"""The matched null: whom a list holds that is drawn blind."""

from __future__ import annotations

import numpy as np

from ..._jit import kernel
from ...chance.philox import draw
from ...chance.streams import PLACEBO
from ...contacts.community import area_of
from ...contacts.household import mates
from ...population.stubs import mixing_group

PLACEBO_ATTEMPTS, HOME_ATTEMPTS = 64, 512


@kernel
def stand_in(city, seed, index, listed, i):
    """A random person of the same area and age group as the listed one, chosen blind to truth and
    list (the listed person where none is found in 64 attempts). index: the case; i: instrument."""
    area = area_of(city, listed)
    start = np.int64(city.area_start[area])
    size = min(city.area_start[area + 1], city.reach) - start
    group = mixing_group(city.age[listed])
    for attempt in range(PLACEBO_ATTEMPTS):
        w = draw(seed, PLACEBO, index, listed, i * PLACEBO_ATTEMPTS + attempt)
        other = start + ((w[0] * size) >> 32)
        if other != index and mixing_group(city.age[other]) == group:
            return other
    return np.int64(listed)


@kernel
def other_home(city, seed, index, i):
    """For a list of household members: a person of a random household with as many members as the
    case's, or more, of the same area, or else of the city (the case where none is found). index:
    the case; i: instrument."""
    area = area_of(city, index)
    start = np.int64(city.area_start[area])
    size = min(city.area_start[area + 1], city.reach) - start
    wanted = mates(city, index)
    for attempt in range(HOME_ATTEMPTS):
        w = draw(seed, PLACEBO, index, index, i * HOME_ATTEMPTS + attempt)
        near = attempt < PLACEBO_ATTEMPTS
        other = start + ((w[0] * size) >> 32) if near else (w[0] * city.reach) >> 32
        if city.household[other] != city.household[index] and mates(city, other) >= wanted:
            return other
    return np.int64(index)
