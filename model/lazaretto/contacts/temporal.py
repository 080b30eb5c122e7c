"""The temporal layer: observed contacts with a time stamp, replayed in a loop.

Contacts are stored by person and day of the loop. The hazard of a contact is proportional to its
minutes (and to the hazard of its kind, where kinds are stated). What a person emits on one day is
spread over that day's contacts, and a contact outside the infectious period is void. So that the
first and the last day, of which only parts are infectious, lose nothing, the infectious period is
stretched to the whole days that it touches, and what is emitted grows in proportion: of an even
profile every contact within the period has exactly its hazard.
"""

from __future__ import annotations

import math

import numpy as np

from .._jit import inlined

SHORTEST = 1e-6  # days; a period that is shorter infects nobody


@inlined
def contacts_on(city, person, day):
    """(first, end) of the person's contacts on a day, as rows of `contact`, `contact_time` and
    `contact_minutes`."""
    cell = person * city.loop_days + day % city.loop_days
    return city.contact_start[cell], city.contact_start[cell + 1]


@inlined
def contact_at(city, person, day, minutes):
    """The contact of that day on which the position `minutes` falls (contacts laid end to end,
    those of a kind as long as its hazard makes them), or -1 beyond the last."""
    first, end = contacts_on(city, person, day)
    weighed = len(city.contact_weight) > 0
    for row in range(first, end):
        minutes -= city.contact_minutes[row] * (city.contact_weight[row] if weighed else 1.0)
        if minutes < 0.0:
            return np.int64(row)
    return np.int64(-1)


@inlined
def whole_days(infectious, end):
    """(first of the days that the infectious period touches, how many there are for one of its
    own). infectious, end: days."""
    first = math.floor(infectious)
    if end - infectious < SHORTEST:
        return first, 1.0
    return first, (math.ceil(end) - first) / (end - infectious)
