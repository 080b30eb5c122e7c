"""People whom a case calls: lasting ties, whether or not the two meet."""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.permutation import matched, round_keys
from ...chance.philox import draw, unit
from ...chance.streams import REMOTE_TIE
from ...world.codes import REMOTE
from ...world.queue import FULL
from .diary import diary_row

REMOTE_SALT = 3


@inlined
def count_called(city, policy, person, i):
    """Slots of people whom instrument i can add from the person's calls."""
    if not policy.lists_calls[i]:
        return np.int64(0)
    if len(city.call_start) > 1:
        return city.call_start[person + 1] - city.call_start[person]
    return np.int64(np.ceil(policy.remote_ties[i])) if person < city.reach else np.int64(0)


@kernel
def add_called(world, diary, rows, person, i):
    """Add people whom the person called without meeting them in the window: of the user's own phone
    list, or lasting ties across the city, a keyed matching of so many slots a person. Returns the
    number of rows."""
    city, policy = world.city, world.policy
    listed, slots = len(city.call_start) > 1, count_called(city, policy, person, i)
    for k in range(slots):
        if listed:
            other = np.int64(city.call[city.call_start[person] + k])
        else:
            other = remote_tie(city, world.seed, person, k, slots, policy.remote_ties[i])
        if other < 0:
            continue
        row, rows = diary_row(diary, rows, other)
        if row < 0:
            world.queue.state[FULL] = 1
            return rows
        diary.called[row] = True
        if diary.minutes[row] == 0.0:
            diary.layer[row] = REMOTE
    return rows


@kernel
def remote_tie(city, seed, person, k, slots, mean):
    """Whom the person's k-th of so many slots of lasting ties leads to, or -1: a slot is real with
    the probability that makes the stated mean."""
    k0, k1, k2, k3 = round_keys(seed, REMOTE_SALT, 0, 0)
    own = person * slots + k
    partner = matched(own, city.reach * slots, k0, k1, k2, k3)
    if partner < 0 or partner // slots == person:
        return np.int64(-1)
    w = draw(seed, REMOTE_TIE, min(own, partner) & 0xFFFFFFFF, min(own, partner) >> 32, 0)
    return partner // slots if unit(w[0]) * slots < mean else np.int64(-1)
