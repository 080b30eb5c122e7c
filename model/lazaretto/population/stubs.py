"""How community contacts are numbered: stubs by age group and number owned, dealt to lanes, a part
of each kept for the own group.

Shared by the builder, which counts them, and the community layer, which matches them
(`contacts.community` tells the whole).
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined
from ..chance.strata import LAST, SHIFT

MOST_STUBS = 63
MIXING_GROUPS = 3
STUB_CLASSES = MIXING_GROUPS * MOST_STUBS
CHILD_BELOW = 18
ELDERLY_FROM = 65
INDEX_SHIFT = 3  # `City.class_at` has an entry for every 2^3 stubs

# columns of `City.lanes`, each for three age groups: where the group's stubs end, how many are kept
# for the own group, how many are matched across the city, bits of their number; then the first slot
# across the city
END, KEPT, ACROSS, BITS = 0, 3, 6, 9
WIDE_FROM = 12
LANE_COLUMNS = 13


@inlined
def mixing_group(age):
    """0 child (below 18), 1 adult, 2 elderly (65 and over). age: years."""
    return np.int64(age >= CHILD_BELOW) + np.int64(age >= ELDERLY_FROM)


@inlined
def stub_class(group, owned):
    """The column of `class_place` and `class_stub` of people of that age group who own so many
    stubs, at least 1. group: of `mixing_group`; owned: stubs."""
    return group * MOST_STUBS + owned - 1


@inlined
def stubs_of_class(c):
    """How many stubs the people of that column own."""
    return c % MOST_STUBS + 1


@inlined
def in_lane(stub, lane):
    """How many of the stubs 0..stub-1 lie in the lane."""
    return (np.int64(stub) + LAST - lane) >> SHIFT
