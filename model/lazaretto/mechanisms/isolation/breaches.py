"""Breaches: on which days of an order somebody goes out.

At home a person adheres fully, with daily breaches, or in part; a lasting adherence trait decides
which.
"""

from __future__ import annotations

import math

import numpy as np

from ..._jit import kernel
from ...chance.philox import draw, unit
from ...chance.streams import CHECK
from ...world.codes import FILES, SELF
from ...world.events import push_check

ROUNDING = 1e-9


@kernel
def breaches_today(policy, conduct, order, day, word):
    """Whether the person goes out on that day of the order. Those who do not fully adhere go out
    daily until the ladder deters them. order: its row; day: of the order; word: decides."""
    if not conduct.full[order]:
        return unit(word) < conduct.tempted[order]
    hazard = policy.breach_per_day * math.exp(policy.breach_growth * day) * conduct.tempted[order]
    if unit(word) > hazard + ROUNDING:  # 1 - exp(-hazard) is less
        return False
    return unit(word) < 1.0 - math.exp(-hazard)


@kernel
def look_ahead(world, person, order):
    """Find the next day of the order on which something happens (a breach, or an alarm) and enter
    it as an event."""
    policy, seed, records, conduct = world.policy, world.seed, world.records, world.conduct
    queue = world.queue
    start = records.order_start[order]
    until = records.order_until[order]
    number = records.orders[records.file_of[person]]
    day = np.int64(conduct.looked_to[order])
    full = conduct.full[order]
    until = min(until, conduct.facility_from[order])  # nobody goes out from a facility
    if conduct.facility_until[order] <= start + day:  # back at home
        until = records.order_until[order]
    uneventful = not policy.monitored and (
        not full or policy.breach_per_day == 0.0
    )  # nobody sees, or nobody goes, out
    while start + day < until:
        if uneventful:
            day += 1
            continue
        w = draw(seed, CHECK, person, number, day)
        breach = breaches_today(policy, conduct, order, day, w[0])
        seen = policy.monitored and unit(w[1]) < (
            policy.detection if breach else policy.false_alarm
        )
        if (breach and full) or seen:
            moment = start + day + unit(w[3]) * min(1.0, until - start - day)
            conduct.check_day[order] = day
            conduct.looked_to[order] = day + 1
            push_check(queue, moment, person, order, day)
            return
        day += 1
    conduct.looked_to[order] = day


@kernel
def look_again(world, time):
    """Look ahead anew for all orders in force at the beginning of a day on which the regime
    changes. The day of the order that is under way stays as it was entered; from the next on the
    new regime monitors, and decides how often people go out. time: that day."""
    records, conduct = world.records, world.conduct
    for file in range(records.counted[FILES]):
        order = np.int64(records.last_order[file])
        if order < 0 or records.order_pathway[order] == SELF:
            continue
        start = records.order_start[order]
        if time >= records.order_until[order]:
            continue
        first = np.int64(np.ceil(time - start))
        if first > conduct.check_day[order] >= 0:
            continue  # the check of the day under way looks ahead when it is done
        if conduct.facility_until[order] < np.inf:
            first = max(first, np.int64(np.ceil(conduct.facility_until[order] - start)))
        conduct.check_day[order] = -1
        conduct.looked_to[order] = first
        look_ahead(world, np.int64(records.person[file]), order)
