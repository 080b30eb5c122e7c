"""The temporal layer: observed contacts with a time stamp, replayed in a loop.

Contacts are stored by person and day of the loop. The hazard of a contact is proportional to its
minutes; what a person emits on one day is spread over that day's contacts, and a contact outside
the infectious period is void.
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined


@inlined
def contacts_on(city, person, day):
    """(first, end) of the person's contacts on a day, as rows of `contact`, `contact_time` and
    `contact_minutes`."""
    cell = person * city.loop_days + day % city.loop_days
    return city.contact_start[cell], city.contact_start[cell + 1]


@inlined
def contact_at(city, person, day, minutes):
    """The contact of that day on which the position `minutes` falls (contacts laid end to end), or
    -1 beyond the last."""
    first, end = contacts_on(city, person, day)
    for row in range(first, end):
        minutes -= city.contact_minutes[row]
        if minutes < 0.0:
            return np.int64(row)
    return np.int64(-1)
