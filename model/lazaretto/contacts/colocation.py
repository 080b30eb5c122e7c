"""Who was only in the same place: a second keyed matching, without hazard, that position data
cannot tell from a contact.

Every person who has community contacts owns the same number of co-location slots a day within the
own area; each matched pair of slots is real with a probability that makes the mean number per
person and day what radius and density say (model.md, 7.6).
"""

from __future__ import annotations

import numpy as np

from .._jit import kernel
from ..chance.permutation import bits_for, partner_of, round_keys
from ..chance.philox import draw, unit
from ..chance.streams import COLOCATION
from .community import is_real

NEARBY = 2


@kernel
def nearby_keys(seed, area, day):
    """The keys of the area's matching of co-location slots on that day."""
    return round_keys(seed, NEARBY, area, day)


@kernel
def slots_of(city, area, person, slots):
    """(the person's first co-location slot, slots of the area, bits of that number), where
    everybody owns so many."""
    first = np.int64(city.class_place[area, 0])
    count = (np.int64(city.class_place[area, city.class_place.shape[1] - 1]) - first) * slots
    return (np.int64(city.place[person]) - first) * slots, count, bits_for(count)


@kernel
def real_pair(seed, area, day, own, partner, slots, mean):
    """(whether the matched pair of slots is real, word for the dwell time, moment as a share of the
    day). own, partner: the two slots within the area; slots: that a person owns; mean: real ones a
    day."""
    w = draw(seed, COLOCATION, min(own, partner), day, area)
    return unit(w[0]) * slots < mean, w[1], unit(w[2])


@kernel
def colocation_at(city, seed, area, person, k, day, slots, mean):
    """Who shared the position of the person's k-th slot that day: (other person or -1, word for the
    dwell time, moment as a share of the day).

    slots: co-location slots a person owns; mean: their mean number of real ones a day, at most
    `slots`. area: the person's.
    """
    own, count, bits = slots_of(city, area, person, slots)
    k0, k1, k2, k3 = nearby_keys(seed, area, day)
    partner = partner_of(own + k, count, bits, k0, k1, k2, k3)
    if partner < 0:
        return -1, np.int64(0), 0.0
    other = np.int64(city.person_at[np.int64(city.class_place[area, 0]) + partner // slots])
    real, word, moment = real_pair(seed, area, day, own + k, partner, slots, mean)
    if not (real and is_real(city, person, other)):
        return -1, np.int64(0), 0.0
    return other, word, moment
