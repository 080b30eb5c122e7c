"""Who merely was in the same place: a second keyed matching, without hazard, that position data cannot tell from a contact.

Every person who has community contacts owns the same number of co-location slots a day within the own area; each matched pair of
slots is real with a probability that makes the mean number per person and day what radius and density say (model.md, 10.5).
"""

from __future__ import annotations

import numpy as np

from .._jit import kernel
from ..chance.permutation import matched, round_keys
from ..chance.philox import draw, unit
from ..chance.streams import COLOCATION

NEARBY = 2


@kernel
def colocated(city, seed, area, person, k, day, slots, mean):
    """Who shared the position of the person's k-th slot that day: (other person or -1, word for the dwell time).

    slots: co-location slots a person owns; mean: their mean number of real ones a day, at most `slots`.
    """
    last = city.class_place.shape[1] - 1
    first = np.int64(city.class_place[area, 0])
    count = (np.int64(city.class_place[area, last]) - first) * slots
    own = (np.int64(city.place[person]) - first) * slots + k
    k0, k1, k2, k3 = round_keys(seed, NEARBY, area, day)
    partner = matched(own, count, k0, k1, k2, k3)
    if partner < 0:
        return -1, np.int64(0)
    other = np.int64(city.person_at[first + partner // slots])
    w = draw(seed, COLOCATION, min(own, partner), day, area)
    if other == person or unit(w[0]) * slots >= mean:
        return -1, np.int64(0)
    return other, w[1]
