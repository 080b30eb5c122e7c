"""The events of one bucket, before they are worked on: what they need is read in passes, so that
the waits for memory overlap."""

from __future__ import annotations

import numpy as np

from .._jit import inlined
from ..contacts.household import home_of
from ..world.events import TRANSMISSION
from ..world.queue import NUMBER_BITS, PERSON_BITS, PERSON_MASK


@inlined
def drop_infected(rates, history, scratch, n):
    """Of the n events of a bucket, not yet sorted, drop the transmissions to people who are
    infected already and will be so to the end: most of them at the peak. The states of all are
    asked for in one pass, so that waiting for them overlaps. Returns how many are left."""
    time, word = scratch.time, scratch.word
    kept = 0
    for i in range(n):
        first = word[i, 0]
        infected = history.status[first & PERSON_MASK] != 0
        time[kept], word[kept, 0], word[kept, 1] = time[i], first, word[i, 1]
        kept += rates.waning | (first >> PERSON_BITS != TRANSMISSION) | (not infected)
    return kept


@inlined
def touch_files(world, history, scratch, n):
    """Read what the handlers will ask of the people of the n events, so that it is near: loads that
    do not wait for each other. What it returns is of no use."""
    records, conduct, city, word = world.records, world.conduct, world.city, scratch.word_sorted
    touched = np.int64(0)
    for i in range(n):
        person = word[i, 0] & PERSON_MASK
        touched += np.int64(conduct.own_score[person] > 0.0)
        touched += np.int64(conduct.home_score[home_of(city, person)] > 0.0)
        touched += records.last_order[max(records.file_of[person], 0)]
    for i in range(n):
        if word[i, 0] >> PERSON_BITS == TRANSMISSION:
            source = history.person[word[i, 1] >> NUMBER_BITS]
            touched += records.last_order[max(records.file_of[source], 0)]
    return touched
