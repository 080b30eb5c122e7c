"""How near two people who meet are, and whether one of them is protected.

Both hang on the pair and the day alone, like the meeting itself, so that infection, tracers and the
two people agree on what it was.
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined, kernel
from ..chance.philox import draw, unit
from ..chance.streams import NEARNESS

HOUSEHOLD, LAST_WITH_DISTANCE = 0, 2  # the layers up to the community; observed contacts are close


@inlined
def close_share(city, layer):
    """The share of meetings of that layer that are close."""
    return city.close_fraction[layer] if layer <= LAST_WITH_DISTANCE else 1.0


@inlined
def is_close(city, layer, word):
    """Whether a meeting of that layer is close. word: the first of the pair's NEARNESS draw."""
    return unit(word) < close_share(city, layer)


@kernel
def nearness(city, seed, protected, one, other, layer, day):
    """(close, protected): whether the two are close on that day, and whether one of them is
    protected, which nobody is at home. protected: share of meetings outside the home."""
    w = draw(seed, NEARNESS, min(one, other), max(one, other), day)
    return is_close(city, layer, w[0]), layer != HOUSEHOLD and unit(w[1]) < protected


@inlined
def is_near(city, seed, one, other, layer, time):
    """Whether the two are close in their meeting of that layer at that time."""
    if close_share(city, layer) >= 1.0:
        return True
    return nearness(city, seed, 0.0, one, other, layer, np.int64(time))[0]
