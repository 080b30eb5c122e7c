"""What share of a contact remains of somebody under an order.

`presence` says it at a moment; `share_of_day` says the most it was on a whole day, for the tracer.
Both are compared with the same coin of the pair and day, so that tracing finds exactly the contacts
through which infection could pass.
"""

from __future__ import annotations

import numpy as np

from ..._jit import kernel
from ...chance.philox import draw, unit
from ...chance.streams import KEPT
from ...world.codes import AT_HOME_TERM, BREACH_TERM, FACILITY_TERM, HOUSEHOLD

LAST_BIT = 62  # of the days of an order on which there was a breach; all later days share it


@kernel
def coin(seed, one, other, day):
    """The number in (0, 1) that decides whether the contact of two people on a day is kept although
    one is under an order."""
    return unit(draw(seed, KEPT, min(one, other), max(one, other), day)[0])


@kernel
def presence(policy, conduct, order, layer, time):
    """The share of a contact of that layer that the person under `order` (or -1) keeps at that
    time."""
    if order < 0:
        return 1.0
    term = conduct.term[order]
    if conduct.facility_from[order] <= time < conduct.facility_until[order]:
        return policy.terms[term, FACILITY_TERM]
    if not conduct.full[order]:
        return 1.0 if layer == HOUSEHOLD else conduct.factor[order] * conduct.tempted[order]
    if layer == HOUSEHOLD:
        return policy.terms[term, AT_HOME_TERM]
    if conduct.breach_start[order] <= time < conduct.breach_until[order]:
        return policy.terms[term, BREACH_TERM]
    return 0.0


@kernel
def share_of_day(world, person, layer, day):
    """The most that `presence` can have been at any moment of a past day."""
    records = world.records
    file = records.file_of[person]
    if file < 0:
        return 1.0
    return share_under(world, np.int64(records.last_order[file]), layer, day)


@kernel
def share_under(world, order, layer, day):
    """As `share_of_day`, of whose last order, or last one that can have covered the day, is `order`
    (-1: none)."""
    policy, records, conduct = world.policy, world.records, world.conduct
    while order >= 0:
        start = records.order_start[order]
        if start <= day and records.order_until[order] >= day + 1:
            term = conduct.term[order]
            if conduct.facility_from[order] <= day and conduct.facility_until[order] >= day + 1:
                return policy.terms[term, FACILITY_TERM]
            if not conduct.full[order]:
                return 1.0 if layer == HOUSEHOLD else conduct.factor[order]
            if layer == HOUSEHOLD:
                return policy.terms[term, AT_HOME_TERM]
            first = min(LAST_BIT, int(day - start))
            last = min(LAST_BIT, int(day + 1 - start))
            seen = (conduct.breach_days[order] >> first) & ((1 << (last - first + 1)) - 1)
            return policy.terms[term, BREACH_TERM] if seen != 0 else 0.0
        if records.order_until[order] <= day:
            return 1.0
        order = np.int64(records.order_previous[order])
    return 1.0
