"""Checks, the ladder of what follows a breach, and appeals."""

from __future__ import annotations

import numpy as np

from ..._jit import kernel
from ...chance.laws import quantile
from ...chance.philox import draw, unit
from ...chance.streams import APPEAL, BREACH, CHECK
from ...chance.streams import NOTE as NOTE_OF
from ...contacts.community import area_of
from ...world.codes import (
    ACTIONS_TAKEN,
    APPEAL_LAW,
    BREACH_LAW,
    NOTE_LAW,
    PARTLY_WRONG,
    RIGHT,
    SELF,
    WRONG,
)
from ...world.events import push_appeal, push_note
from ...world.queue import FULL
from ..counters import (
    APPEALS,
    APPEALS_GRANTED,
    BREACHES,
    DETECTED,
    FALSE_ALARMS,
    NOTES_DROPPED,
    TAKEN,
    TAKEN_PARTLY,
    TAKEN_WRONGLY,
)
from ..response.trust import lose_trust, still_felt
from .breaches import adheres, breaches_today, is_noticed, look_ahead
from .facility import let_go, take_in
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
        note(world, person, order, time, (day, breach))
    look_ahead(world, person, order)


@kernel
def note(world, person, order, time, noted):
    """The monitors note a breach: the ladder is climbed at once, or when the desk gets to it.
    noted: (day of the order, whether the breach is true)."""
    policy, records = world.policy, world.records
    day, breach = noted
    if not policy.desk:
        climb(world, person, order, time, breach)
        return
    begun = max(time, records.desk_free[0])
    if begun - time > policy.desk_waits:
        world.tally.daily[NOTES_DROPPED, int(time)] += 1
        return
    records.desk_free[0] = begun + policy.desk_days
    word = draw(world.seed, NOTE_OF, person, records.orders[records.file_of[person]], day)[0]
    acts = begun + quantile(world.rates.tables, NOTE_LAW, word)
    push_note(world.queue, acts, person, order, 1 if breach else 0)


@kernel
def on_note(world, person, time, order, breach):
    """The desk acts on a noted breach, be the order over or not."""
    records, conduct = world.records, world.conduct
    if records.died[records.file_of[person]] <= time:
        return
    climb(world, person, order, time, breach == 1)
    if conduct.check_day[order] < 0 and time < records.order_until[order]:
        look_ahead(world, person, order)


@kernel
def climb(world, person, order, time, breach):
    """The authority enters a noted breach, true or not, and takes the rungs that are due; past the
    last rung, the last one again, which deters nobody more than the first time. The truth about
    notes is only kept to be counted."""
    policy, records, conduct = world.policy, world.records, world.conduct
    file = records.file_of[person]
    records.detections[file] += 1
    conduct.false_notes[person] += 0 if breach else 1
    noted, false = records.detections[file], conduct.false_notes[person]
    wrong = RIGHT if false == 0 else (WRONG if false == noted else PARTLY_WRONG)
    latest = np.int64(records.last_order[file])
    while records.order_pathway[latest] == SELF:
        latest = np.int64(records.order_previous[latest])
    rungs = len(policy.rung_at)
    for rung in range(rungs):
        if noted == policy.rung_at[rung] or (rung == rungs - 1 and noted > policy.rung_at[rung]):
            action = policy.rung_action[rung]
            if TO_FACILITY[action] and time >= records.order_until[order]:
                continue  # there is nothing left to be served
            if noted == policy.rung_at[rung]:
                conduct.tempted[latest] *= policy.rung_factor[rung]
            act(world, person, order, time, action, (wrong, not breach))


@kernel
def act(world, person, order, time, action, truth):
    """Warn, report, fine or transfer, and enter it with its date; who is sanctioned may appeal.
    action: row of RUNGS; truth: (code of what it rests on, whether its own note was false)."""
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
    conduct.action_wrong[row], conduct.action_false[row] = truth
    wrong = truth[0] == WRONG
    tally.daily[TAKEN[action], int(time)] += 1
    if wrong:
        tally.daily[TAKEN_WRONGLY[action], int(time)] += 1
    elif truth[0] == PARTLY_WRONG:
        tally.daily[TAKEN_PARTLY[action], int(time)] += 1
    if not IS_SANCTION[action]:
        return
    if TO_FACILITY[action]:
        take_in(world, person, order, time)
    if wrong:
        lose_trust(world, area_of(city, person), time, 1.0)
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
    wrong = conduct.action_wrong[row] == WRONG
    w = draw(seed, APPEAL, person, records.action_number[row], 0)
    if unit(w[2]) >= policy.granted[1 if wrong else 0]:
        return
    tally.daily[APPEALS_GRANTED, int(time)] += 1
    records.action_corrected[row] = time
    records.detections[records.file_of[person]] -= 1
    conduct.false_notes[person] -= 1 if conduct.action_false[row] else 0
    if wrong:
        left = still_felt(policy, time - records.action_time[row])
        lose_trust(world, area_of(city, person), time, -policy.restored * left)
    order = np.int64(records.action_order[row])
    if TO_FACILITY[records.action_kind[row]] and time < records.order_until[order]:
        let_go(world, person, order, time)
