"""Conduct at home: on which days of an order somebody goes out, and when somebody gives up.

A person adheres fully, with breaches now and then, until it drops out for the rest of the order; or
in part from the start. A lasting adherence trait decides which.
"""

from __future__ import annotations

import math

import numpy as np

from ..._jit import inlined, kernel
from ...chance.laws import quantile
from ...chance.philox import draw, unit
from ...chance.streams import ADHERENCE, CHECK
from ...world.codes import ALARMS_LAW, FILES, SELF
from ...world.events import push_check
from ..response.likeness import owns_phone

ROUNDING = 1e-9
DAYS_AT_ONCE = 8  # of an order, whose draws the compiler makes together
SPECIAL = 2  # the device handed out; 0: none, 1: a phone of one's own


@inlined
def adheres(conduct, order, time):
    """Whether the person means to stay at home at that time of the order."""
    return conduct.full[order] and time < conduct.dropped[order]


@kernel
def days_to_dropout(policy, tempted, word):
    """Days of an order after which somebody who adhered fully gives up, inf for never: the hazard
    grows with the days under the order, so its integral h (exp(f t) - 1) / f is exponential (a
    Gompertz law). tempted: what deterrence leaves of the hazard; word: decides."""
    hazard = policy.dropout_per_day * tempted
    if hazard == 0.0:
        return np.inf
    spent = -math.log(unit(word)) / hazard
    return math.log1p(policy.fatigue * spent) / policy.fatigue if policy.fatigue > 0.0 else spent


@kernel
def breaches_today(policy, conduct, order, day, keeps, word):
    """Whether the person goes out on that day of the order. Those who do not fully adhere go out
    daily until the ladder deters them. order: its row; day: of the order; keeps: `adheres` as the
    day begins; word: decides."""
    if not keeps:
        return unit(word) < conduct.tempted[order]
    hazard = policy.breach_per_day * math.exp(policy.fatigue * day) * conduct.tempted[order]
    if unit(word) > hazard + ROUNDING:  # 1 - exp(-hazard) is less
        return False
    return unit(word) < 1.0 - math.exp(-hazard)


@kernel
def is_noticed(world, person, order, breach, word):
    """Whether the monitors raise an alarm on a day. breach: whether it is a true one."""
    policy, conduct = world.policy, world.conduct
    if not policy.monitored:
        return False
    if conduct.alarms[order] < 0.0:
        begin_to_watch(world, person, order)
    device = conduct.device[order]
    if breach:
        return unit(word) < policy.detection[device]
    return unit(word) < -math.expm1(-policy.alarm_hazard[device] * conduct.alarms[order])


@kernel
def begin_to_watch(world, person, order):
    """Find out what devices the monitors have to do with, when they first look at an order."""
    word = draw(world.seed, ADHERENCE, person, 0, 3)
    world.conduct.alarms[order] = quantile(world.rates.tables, ALARMS_LAW, word[0])
    has_phone = np.int64(owns_phone(world, person))
    is_issued = unit(word[1]) < world.policy.issued[has_phone]
    world.conduct.device[order] = SPECIAL if is_issued else has_phone


@inlined
def possible_days(world, person, order, day):
    """Of the next DAYS_AT_ONCE days of the order those, as bits, on which a breach or an alarm is
    not excluded: all draws at once, beside the largest chances that the days have. day: of the
    order, the first."""
    policy, records, conduct = world.policy, world.records, world.conduct
    number, start = records.orders[records.file_of[person]], records.order_start[order]
    full, dropped = conduct.full[order], conduct.dropped[order]
    growth = math.exp(policy.fatigue * (day + DAYS_AT_ONCE))
    most = policy.breach_per_day * growth * conduct.tempted[order] + ROUNDING
    false_alarm, any_alarm = 0.0, 0.0
    if policy.monitored:
        device = conduct.device[order]
        false_alarm = -math.expm1(-policy.alarm_hazard[device] * conduct.alarms[order])
        any_alarm = max(false_alarm, policy.detection[device])
    possible = np.int64(0)
    for k in range(DAYS_AT_ONCE):
        w = draw(world.seed, CHECK, person, number, day + k)
        keeps = full & (start + (day + k) < dropped)
        alarm = unit(w[1]) < (false_alarm if keeps else any_alarm)
        possible |= np.int64((keeps & (unit(w[0]) <= most)) | alarm) << k
    return possible


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
    # else nobody sees, or nobody goes, out
    eventful = policy.monitored or (conduct.full[order] and policy.breach_per_day > 0.0)
    possible, first, last = np.int64(0), day, day
    while start + day < until:
        if conduct.facility_from[order] <= start + day < conduct.facility_until[order]:
            back = min(until, conduct.facility_until[order])  # nobody goes out from a facility
            day = max(day + 1, np.int64(np.ceil(back - start)))
            continue
        if not eventful:
            day += 1
            continue
        if day >= last:
            if policy.monitored and conduct.alarms[order] < 0.0:
                begin_to_watch(world, person, order)
            possible = possible_days(world, person, order, day)
            first, last = day, day + DAYS_AT_ONCE
        if (possible >> (day - first)) & 1:
            w = draw(seed, CHECK, person, number, day)
            keeps = adheres(conduct, order, start + day)
            breach = breaches_today(policy, conduct, order, day, keeps, w[0])
            if (breach and keeps) or is_noticed(world, person, order, breach, w[1]):
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
