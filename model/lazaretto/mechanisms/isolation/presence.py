"""What share of a contact remains of somebody under an order.

`presence` says it now, `share_at` of a moment that is past, for the tracer. Both are compared with
the same coin of the pair and day, so that tracing finds the contacts through which infection could
pass. A meeting has a moment of its own, by the pair and day as well; what can pass in it is spread
over the day.
"""

from __future__ import annotations

import math

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import draw, unit
from ...chance.streams import KEPT
from ...world.codes import AT_HOME_TERM, BREACH_TERM, COMMUNITY, FACILITY_TERM, HOUSEHOLD
from ...world.files import active_order
from ..hospital.care import share_in_hospital
from .breaches import adheres

LAST_BIT = 62  # of the days of an order on which there was a breach; all later days share it


@inlined
def coin_and_moment(seed, one, other, day):
    """(the coin of the pair and day, when on that day the two meet as a share of it)."""
    w = draw(seed, KEPT, min(one, other), max(one, other), day)
    return unit(w[0]), unit(w[1])


@kernel
def coin(seed, one, other, day):
    """The number in (0, 1) that decides whether the contact of two people on a day is kept although
    one is under an order."""
    return coin_and_moment(seed, one, other, day)[0]


@inlined
def kept_in_part(world, order, time):
    """The share of contacts outside the home that somebody keeps who adheres in part, from the
    start or since giving up: 1 - (1 - factor) exp(-fatigue x days under the order at the last
    midnight), so that it is one and the same all day."""
    conduct = world.conduct
    days = max(0.0, int(time) - world.records.order_start[order])
    return 1.0 - (1.0 - conduct.factor[order]) * math.exp(-conduct.tires[order] * days)


@kernel
def presence(world, order, layer, time):
    """The share of a contact of that layer that the person under `order` (or -1) keeps at that
    time."""
    if order < 0:
        return 1.0
    policy, conduct = world.policy, world.conduct
    term = conduct.term[order]
    if conduct.facility_from[order] <= time < conduct.facility_until[order]:
        return policy.terms[term, FACILITY_TERM]
    if not adheres(conduct, order, time):
        if layer == HOUSEHOLD:
            return 1.0
        return kept_in_part(world, order, time) * conduct.tempted[order]
    if layer == HOUSEHOLD:
        return policy.terms[term, AT_HOME_TERM]
    if conduct.breach_start[order] <= time < conduct.breach_until[order]:
        return policy.terms[term, BREACH_TERM]
    return 0.0


@kernel
def can_be_met(world, person, time):
    """Whether somebody from outside can meet the person: an order or a hospital may keep them
    apart."""
    records = world.records
    order = active_order(records, person, time)
    share = share_in_hospital(records, person, time)
    share *= presence(world, order, COMMUNITY, time)
    return share >= 1.0 or coin(world.seed, person, person, int(time)) < share


@inlined
def stays_in(world, order, day):
    """Whether `share_at` is 0 on the whole of a past day for all contacts outside the household.
    order: the person's last. False where it would take longer to tell."""
    records, conduct = world.records, world.conduct
    while order >= 0 and records.order_start[order] >= day + 1:
        order = np.int64(records.order_previous[order])
    if order < 0:
        return False
    start = records.order_start[order]
    whole = (start <= day) & (records.order_until[order] >= day + 1)
    housed = (conduct.facility_from[order] < day + 1) & (conduct.facility_until[order] > day)
    if not whole or housed or not adheres(conduct, order, day + 1):
        return False
    first, last = min(LAST_BIT, int(day - start)), min(LAST_BIT, int(day + 1 - start))
    return ((conduct.breach_days[order] >> first) | (conduct.breach_days[order] >> last)) & 1 == 0


@kernel
def share_at(world, order, layer, time):
    """What `presence` was at a past time, to the day of a breach. order: the person's last, or the
    last that can have been in force then (-1: none)."""
    policy, records, conduct = world.policy, world.records, world.conduct
    while order >= 0 and records.order_start[order] > time:
        order = np.int64(records.order_previous[order])
    if order < 0 or records.order_until[order] <= time:
        return 1.0
    term = conduct.term[order]
    if conduct.facility_from[order] <= time < conduct.facility_until[order]:
        return policy.terms[term, FACILITY_TERM]
    if not adheres(conduct, order, time):
        return 1.0 if layer == HOUSEHOLD else kept_in_part(world, order, time)
    if layer == HOUSEHOLD:
        return policy.terms[term, AT_HOME_TERM]
    day = min(LAST_BIT, int(time - records.order_start[order]))
    return policy.terms[term, BREACH_TERM] if (conduct.breach_days[order] >> day) & 1 else 0.0
