"""Whether two people who met are on each other's lists of calls."""

from __future__ import annotations

from ..._jit import inlined
from ...chance.philox import draw, unit
from ...chance.streams import CALL_TIE


@inlined
def call_tie(seed, one, other):
    """The lasting coin of the two, the same for both."""
    return unit(draw(seed, CALL_TIE, min(one, other), max(one, other), 0)[0])


@inlined
def is_called(city, one, other):
    """Whether the two are on the user's own phone list."""
    found = False
    for k in range(city.call_start[one], city.call_start[one + 1]):
        found |= city.call[k] == other
    return found
