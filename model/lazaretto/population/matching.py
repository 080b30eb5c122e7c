"""The passes that prepare the matching of community contacts: how many a day each person has, where
in its area, and how many are matched with the rest of the city.

As in `assembly`, each runs once over people, in memory that is already there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._jit import entry, inlined
from ..chance.permutation import bits_for
from ..chance.philox import below, draw, unit
from ..chance.strata import STRATA
from ..chance.streams import SHUFFLE, STUBS
from .stubs import (
    ACROSS,
    BITS,
    END,
    INDEX_SHIFT,
    KEPT,
    MIXING_GROUPS,
    WIDE_FROM,
    in_lane,
    mixing_group,
    stub_class,
)


class Places(NamedTuple):
    """Where people stand within their area; the columns of `City` of the same names."""

    place: NDArray[np.int32]  # (n,)
    person_at: NDArray[np.int32]  # (n,)
    class_place: NDArray[np.int32]  # (areas, STUB_CLASSES + 1)
    class_stub: NDArray[np.int32]  # (areas, STUB_CLASSES + 1)
    lanes: NDArray[np.int32]  # (areas, STRATA, LANE_COLUMNS)


@entry
def draw_stubs(seed, ages, cdf, stubs):
    """Community contacts a day of each person. cdf: (3, MOST_STUBS) of the three age groups. ages:
    (n,); stubs: (n,), written."""
    for person in range(len(ages)):
        group = mixing_group(ages[person])
        u = unit(draw(seed, STUBS, person, 0, 0)[0])
        count = 0
        while count < cdf.shape[1] and u > cdf[group, count]:
            count += 1
        stubs[person] = count


@entry
def place_people(seed, area_start, ages, stubs, mixing, places, wide, order):
    """Order the people of each area by age group and number of stubs, at random within, those
    without stubs last; number the stubs; split those of each lane.

    ages, stubs: (n,); mixing: (share of contacts kept within the own age group (MIXING_GROUPS,),
    share matched across the city). Written: places, and wide (STRATA, areas), the stubs that are
    matched across the city. order: scratch for one area. area_start: (areas + 1,).
    """
    place, person_at, class_place, class_stub, lanes = places
    own_age_fraction, wide_fraction = mixing
    last = class_place.shape[1] - 1
    for area in range(len(area_start) - 1):
        begin, n = area_start[area], area_start[area + 1] - area_start[area]
        for i in range(n):  # a random order of the area's people
            j = below(draw(seed, SHUFFLE, area, i, 0)[0], i + 1)
            order[i] = order[j]
            order[j] = begin + i
        for i in range(n):
            person = order[i]
            if stubs[person] > 0:
                class_place[
                    area, stub_class(mixing_group(ages[person]), np.int64(stubs[person]))
                ] += 1
        at, stub = np.int64(begin), np.int64(0)
        for c in range(last):
            count = class_place[area, c]
            class_place[area, c] = at
            class_stub[area, c] = stub
            at += count
            stub += count * (c % (last // 3) + 1)
        class_place[area, last] = at
        class_stub[area, last] = stub
        idle = at
        for i in range(n):  # class_place serves as the next free place, and is set back below
            person = order[i]
            if stubs[person] > 0:
                c = stub_class(mixing_group(ages[person]), np.int64(stubs[person]))
                spot = np.int64(class_place[area, c])
                class_place[area, c] += 1
            else:
                spot = idle
                idle += 1
            place[person] = spot
            person_at[spot] = person
        for c in range(last - 1, 0, -1):
            class_place[area, c] = class_place[area, c - 1]
        class_place[area, 0] = begin
        for lane in range(STRATA):
            t, low = lanes[area, lane], np.int64(0)
            for group in range(MIXING_GROUPS):
                end = in_lane(class_stub[area, stub_class(group + 1, 1)], lane)
                size = end - low
                t[END + group] = end
                pairs = split(
                    size * own_age_fraction[group] / 2, seed, area, lane, MIXING_GROUPS + group
                )
                t[KEPT + group] = 2 * min(pairs, size >> 1)
                t[ACROSS + group] = min(
                    size - t[KEPT + group], split(size * wide_fraction, seed, area, lane, group)
                )
                t[BITS + group] = bits_for(size)
                low = end
            wide[lane, area] = t[ACROSS] + t[ACROSS + 1] + t[ACROSS + 2]


@inlined
def split(wanted, seed, area, lane, which):
    """`wanted` rounded up or down at random, so that the mean is kept where numbers are small.
    area, lane, which: key of the draw."""
    whole = np.int64(wanted)
    return whole + np.int64(unit(draw(seed, SHUFFLE, area, lane, 1 + which)[0]) < wanted - whole)


@entry
def place_wide(wide_start, lanes, wide_bits):
    """Enter the first city-wide slot of each area and lane, and `bits_for` the slots of each lane.
    wide_start: (STRATA, areas + 1); lanes: (areas, STRATA, LANE_COLUMNS) and wide_bits (STRATA,),
    written."""
    areas = len(lanes)
    for lane in range(STRATA):
        wide_bits[lane] = bits_for(wide_start[lane, areas])
        for area in range(areas):
            lanes[area, lane, WIDE_FROM] = wide_start[lane, area]


@entry
def index_classes(class_stub, class_at):
    """For every 2^INDEX_SHIFT stubs of each area, the age group and number of stubs of the first
    one's owner: class_at, as in `City`. class_stub: (areas, STUB_CLASSES + 1)."""
    for area in range(len(class_stub)):
        c, last = 0, class_stub.shape[1] - 2
        for block in range(class_at.shape[1]):
            while c < last and class_stub[area, c + 1] <= block << INDEX_SHIFT:
                c += 1
            class_at[area, block] = c
