"""Random people, drawn by key; and what their own luck is keyed by."""

from __future__ import annotations

import numpy as np

from .._jit import inlined, kernel
from ..chance.philox import draw

ATTEMPTS = 64


@inlined
def episode_of(history, person):
    """How many infections of the person have waned: the key of the luck of the next."""
    return np.int64(history.episode[person]) if len(history.episode) > 0 else np.int64(0)


@kernel
def keyed_person(seed, purpose, reach, a, b):
    """A person of 0..reach-1 with equal probability, by rejection from the next power of two:
    independent of anybody after `reach`. purpose: stream; a, b: the rest of the key."""
    bits = 0
    while (1 << bits) < reach:
        bits += 1
    for attempt in range(ATTEMPTS):
        for word in draw(seed, purpose, a, b, attempt):
            person = word >> (32 - bits) if bits > 0 else np.int64(0)
            if person < reach:
                return person
    return np.int64(0)
