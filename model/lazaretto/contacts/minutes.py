"""How long the meetings of a person's day can last together, and which of them a candidate falls
on.

A person's meetings of a layer and day take the eight strata of its minutes in turn, starting from
one that changes daily (`chance.strata`); candidates of transmission are drawn at the sum of the
strata's longest minutes.
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined
from ..chance.strata import LAST, SHIFT, STRATA


@inlined
def most_minutes(city, layer, meetings):
    """The longest that so many meetings can last together, whichever turn comes first."""
    return (meetings >> SHIFT) * city.longest[layer, STRATA] + city.longest[layer, meetings & LAST]


@inlined
def pick(city, layer, first, meetings, at):
    """Which of the meetings, whose first has turn `first`, holds the position `at` of
    0..most_minutes; -1 where none does."""
    turn = first & LAST
    cycle = city.longest[layer, STRATA]
    rounds = np.int64(at / cycle)
    rest = at - rounds * cycle
    passed = np.int64(0)
    for i in range(1, STRATA):
        passed += city.window[layer, turn, i] <= rest
    longest = (meetings >> SHIFT) * cycle + city.window[layer, turn, meetings & LAST]
    return min(meetings - 1, rounds * STRATA + passed) if at < longest else np.int64(-1)
