"""Checks, the ladder of what follows a breach, and appeals."""

from __future__ import annotations

import numpy as np

from ..._jit import kernel
from ...chance.laws import quantile
from ...chance.philox import draw, unit
from ...chance.streams import APPEAL, BREACH, CHECK
from ...contacts.community import area_of
from ...world.codes import ACTIONS_TAKEN, APPEAL_LAW, BREACH_LAW
from ...world.events import push_appeal
from ...world.queue import FULL
from ..counters import (
    APPEALS,
    APPEALS_GRANTED,
    BREACHES,
    DETECTED,
    FALSE_ALARMS,
    TAKEN,
    TAKEN_WRONGLY,
)
from .breaches import adheres, breaches_today, is_noticed, look_ahead
from .presence import LAST_BIT
from .rungs import IS_SANCTION, TO_FACILITY


@kernel
def on_check(world, person, time, order, day):
    """A day of an order on which somebody went out or an alarm was raised: breach, detection, and
    the rungs of the ladder. A check of another day than the one that is waited for was entered
    before the regime changed, and is void."""
    rates, policy, seed, records = world.rates, world.policy, world.seed, world.records
    conduct, tally = world.conduct, world.tally
    if conduct.check_day[order] != day:
        return
    conduct.check_day[order] = -1
    file = records.file_of[person]
    if records.last_order[file] != order or time >= records.order_until[order]:
        return
    if conduct.facility_from[order] <= time < conduct.facility_until[order]:
        return
    w = draw(seed, CHECK, person, records.orders[file], day)
    keeps = adheres(conduct, order, records.order_start[order] + day)
    breach = breaches_today(policy, conduct, order, day, keeps, w[0])
    if breach and keeps:
        tally.daily[BREACHES, int(time)] += 1
        length = quantile(
            rates.tables, BREACH_LAW, draw(seed, BREACH, person, records.orders[file], day)[0]
        )
        until = min(time + length, records.order_until[order])
        conduct.breach_start[order] = time
        conduct.breach_until[order] = until
        conduct.breached[order] += until - time
        for k in range(
            int(time - records.order_start[order]), int(until - records.order_start[order]) + 1
        ):
            conduct.breach_days[order] |= 1 << min(LAST_BIT, k)
    if is_noticed(world, person, order, breach, w[1]):
        tally.daily[DETECTED if breach else FALSE_ALARMS, int(time)] += 1
        climb(world, person, order, time, breach)
    look_ahead(world, person, order)


@kernel
def climb(world, person, order, time, breach):
    """The authority notes a breach, true or not, and takes the rungs that are due; past the last
    rung, the last one again, which deters nobody more than the first time."""
    policy, records, conduct = world.policy, world.records, world.conduct
    file = records.file_of[person]
    records.detections[file] += 1
    noted = records.detections[file]
    rungs = len(policy.rung_at)
    for rung in range(rungs):
        if noted == policy.rung_at[rung] or (rung == rungs - 1 and noted > policy.rung_at[rung]):
            if noted == policy.rung_at[rung]:
                conduct.tempted[order] *= policy.rung_factor[rung]
            act(world, person, order, time, policy.rung_action[rung], not breach)


@kernel
def act(world, person, order, time, action, wrong):
    """Warn, report, fine or transfer, and enter it with its date; who is sanctioned may appeal.
    action: row of RUNGS; wrong: there was no breach."""
    city, rates, policy, seed = world.city, world.rates, world.policy, world.seed
    records, conduct, queue, tally = world.records, world.conduct, world.queue, world.tally
    row = records.counted[ACTIONS_TAKEN]
    if row == len(records.action_person):
        queue.state[FULL] = 1
        return
    records.counted[ACTIONS_TAKEN] += 1
    file = records.file_of[person]
    records.action_person[row] = person
    records.action_order[row] = order
    records.action_kind[row] = action
    records.action_time[row] = time
    records.action_corrected[row] = np.inf
    records.action_number[row] = records.sanctions[file]
    conduct.action_wrong[row] = wrong
    tally.daily[TAKEN[action], int(time)] += 1
    tally.daily[TAKEN_WRONGLY[action], int(time)] += 1 if wrong else 0
    if not IS_SANCTION[action]:
        return
    if TO_FACILITY[action]:
        conduct.facility_from[order], conduct.facility_until[order] = time, np.inf
        if conduct.breach_start[order] <= time < conduct.breach_until[order]:  # taken while outside
            conduct.breached[order] -= conduct.breach_until[order] - time
            conduct.breach_until[order] = time
    if wrong:
        conduct.wrong_in_area[area_of(city, person)] += 1
    w = draw(seed, APPEAL, person, records.sanctions[file], 0)
    records.sanctions[file] += 1
    if unit(w[0]) < policy.appeal[1 if wrong else 0]:
        tally.daily[APPEALS, int(time)] += 1
        push_appeal(queue, time + quantile(rates.tables, APPEAL_LAW, w[1]), person, row)


@kernel
def on_appeal(world, person, time, row):
    """An appeal is decided, the one place where a sanction meets the truth again. If it is granted
    the noted breach is struck off, and who was taken to a facility goes home. row: of the
    action."""
    city, policy, seed, records = world.city, world.policy, world.seed, world.records
    conduct, tally = world.conduct, world.tally
    wrong = conduct.action_wrong[row]
    w = draw(seed, APPEAL, person, records.action_number[row], 0)
    if unit(w[2]) >= policy.granted[1 if wrong else 0]:
        return
    tally.daily[APPEALS_GRANTED, int(time)] += 1
    records.action_corrected[row] = time
    records.detections[records.file_of[person]] -= 1
    if wrong:
        conduct.wrong_in_area[area_of(city, person)] -= 1
    order = np.int64(records.action_order[row])
    if TO_FACILITY[records.action_kind[row]] and time < records.order_until[order]:
        conduct.facility_until[order] = time
        conduct.looked_to[order] = np.int64(np.ceil(time - records.order_start[order]))
        if conduct.check_day[order] < 0:
            look_ahead(world, person, order)
