"""Orders, adherence, breaches, checks, the ladder and appeals.

An order (self-isolation, isolation of a case, quarantine of a household or of a listed contact)
withdraws a person until it ends, at home or in a facility. At home the person adheres fully, with
daily breaches, or in part. A lasting adherence trait decides which. `presence` says at a moment
what share of a contact remains; `share_of_day` says the most it was on a whole day, for the tracer;
both are compared with the same coin of the pair and day, so that tracing finds exactly the contacts
through which infection could pass.
"""

from __future__ import annotations

import math

import numpy as np

from .._jit import kernel
from ..chance.laws import quantile
from ..chance.philox import draw, unit
from ..chance.streams import ADHERENCE, APPEAL, BREACH, CHECK, KEPT
from ..contacts.community import area_of
from .queue import APPEAL as APPEAL_EVENT
from .queue import CHECK as CHECK_EVENT
from .queue import FULL, SAMPLE, push
from .state import (
    APPEAL_LAW,
    APPEALS,
    APPEALS_GRANTED,
    BREACH_LAW,
    CASE,
    CONTACT_SAMPLE_LAW,
    DETECTED,
    FALSE_ALARMS,
    HOME,
    HOUSEHOLD,
    LEAVE,
    LISTED,
    ORDERS,
    RELEASE,
    RELEASED,
    SELF,
    TRANSFER,
    WARNING,
    WARNINGS,
    WATCH,
)

LAST_BIT = 62
PER_PEOPLE = 1000.0
ROUNDING = 1e-9


@kernel
def coin(seed, one, other, day):
    """The number in (0, 1) that decides whether the contact of two people on a day is kept although
    one is under an order."""
    return unit(draw(seed, KEPT, min(one, other), max(one, other), day)[0])


@kernel
def active_order(records, person, time):
    """The order in force for the person at that time, or -1."""
    if len(records.file_of) == 0:
        return -1
    file = records.file_of[person]
    if file < 0:
        return -1
    order = records.last_order[file]
    if order >= 0 and records.order_start[order] <= time < records.order_until[order]:
        return np.int64(order)
    return -1


@kernel
def presence(policy, conduct, order, layer, time):
    """The share of a contact of that layer that the person under `order` (or -1) keeps at that
    time."""
    if order < 0:
        return 1.0
    if conduct.facility_from[order] <= time < conduct.facility_until[order]:
        return policy.facility_factor
    if not conduct.full[order]:
        return 1.0 if layer == HOUSEHOLD else conduct.factor[order] * conduct.tempted[order]
    if layer == HOUSEHOLD:
        return policy.household_factor
    if conduct.breach_start[order] <= time < conduct.breach_until[order]:
        return policy.breach_factor
    return 0.0


@kernel
def share_of_day(policy, records, conduct, person, layer, day):
    """The most that `presence` can have been at any moment of a past day."""
    file = records.file_of[person]
    return (
        share_under(policy, records, conduct, np.int64(records.last_order[file]), layer, day)
        if file >= 0
        else 1.0
    )


@kernel
def share_under(policy, records, conduct, order, layer, day):
    """As `share_of_day`, of whose last order, or last one that can have covered the day, is `order`
    (-1: none)."""
    while order >= 0:
        start = records.order_start[order]
        if start <= day and records.order_until[order] >= day + 1:
            if conduct.facility_from[order] <= day and conduct.facility_until[order] >= day + 1:
                return policy.facility_factor
            if not conduct.full[order]:
                return 1.0 if layer == HOUSEHOLD else conduct.factor[order]
            if layer == HOUSEHOLD:
                return policy.household_factor
            first = min(LAST_BIT, int(day - start))
            last = min(LAST_BIT, int(day + 1 - start))
            seen = (conduct.breach_days[order] >> first) & ((1 << (last - first + 1)) - 1)
            return policy.breach_factor if seen != 0 else 0.0
        if records.order_until[order] <= day:
            return 1.0
        order = np.int64(records.order_previous[order])
    return 1.0


@kernel
def trust(city, policy, conduct, person):
    """What wrong sanctions in the person's area have left of the readiness to report, to cooperate
    and to adhere."""
    if policy.tau == 0.0:
        return 1.0
    area = area_of(city, person)
    wrong = conduct.wrong_in_area[area]
    if wrong == 0:
        return 1.0
    return math.exp(
        -policy.tau * PER_PEOPLE * wrong / (city.area_start[area + 1] - city.area_start[area])
    )


@kernel
def recently_confirmed(policy, records, person, time):
    """Whether the records say that the person is a case or a recent one."""
    file = records.file_of[person]
    return (
        file >= 0 and records.confirmed[file] <= time < records.confirmed[file] + policy.immune_days
    )


@kernel
def open_file(records, person):
    """The person's file, made if there is none."""
    file = np.int64(records.file_of[person])
    if file < 0:
        file = records.counted[0]
        records.counted[0] += 1
        records.file_of[person] = file
        records.person[file] = person
        records.tests[file] = 0
        records.reported_onset[file] = np.inf
        records.confirmed[file] = np.inf
        records.last_order[file] = -1
        records.detections[file] = 0
        records.orders[file] = 0
        records.traced[file] = -np.inf
        records.last_listed[file] = -1
        records.sanctions[file] = 0
        if len(records.watched_until) > 0:
            records.watched_until[file] = -np.inf
            records.watch_order[file] = -1
            records.watch_onset[file] = -np.inf
    return file


@kernel
def give_order(
    city, rates, policy, seed, records, conduct, queue, tally, person, time, until, pathway, index
):
    """Put a person under an order. A case stays a case; a contact's quarantine is prolonged, not
    doubled; anything else replaces what is in force. index: whose list it comes from, or -1."""
    file = open_file(records, person)
    current = active_order(records, person, time)
    if current >= 0:
        held = records.order_pathway[current]
        if pathway == SELF or (held == CASE and pathway >= HOME):
            return
        if held >= HOME and pathway >= HOME:
            if until > records.order_until[current]:
                records.order_until[current] = until
                if not conduct.pending[current]:
                    look_ahead(policy, seed, records, conduct, queue, person, current)
            return
        records.order_until[current] = time
    if until <= time:
        return
    order = records.counted[1]
    if order == len(records.order_person):
        queue.state[FULL] = 1
        return
    records.counted[1] += 1
    previous = records.last_order[file]
    records.order_person[order] = person
    records.order_previous[order] = previous
    records.order_pathway[order] = pathway
    records.order_start[order] = time
    records.order_until[order] = until
    records.order_sibling[order] = -1
    if index >= 0:
        records.order_sibling[order] = records.last_listed[records.file_of[index]]
        records.last_listed[records.file_of[index]] = order
    records.last_order[file] = order
    records.orders[file] += 1
    trait = unit(draw(seed, ADHERENCE, person, 0, 0)[0])
    adherent = (policy.full_case if pathway == CASE else policy.full_contact) * trust(
        city, policy, conduct, person
    )
    conduct.full[order] = pathway != SELF and trait < adherent
    supervised = pathway != SELF and (
        policy.case_in_facility if pathway == CASE else policy.contact_in_facility
    )
    conduct.facility_from[order] = time if supervised else np.inf
    conduct.facility_until[order] = np.inf
    conduct.factor[order] = policy.self_factor if pathway == SELF else policy.partial_factor
    # what the ladder has done to the person lasts; nobody is punished for voluntary isolation
    earlier = previous
    while earlier >= 0 and records.order_pathway[earlier] == SELF:
        earlier = records.order_previous[earlier]
    deterred = policy.deterred if earlier < 0 else conduct.tempted[earlier]
    conduct.tempted[order] = 1.0 if pathway == SELF else deterred
    conduct.breach_start[order] = np.inf
    conduct.breach_until[order] = np.inf
    conduct.breach_days[order] = 0
    conduct.breached[order] = 0.0
    conduct.looked_to[order] = 0
    conduct.pending[order] = False
    if pathway != SELF:
        day = int(time)
        if day < tally.daily.shape[1]:
            tally.daily[ORDERS, day] += 1
        look_ahead(policy, seed, records, conduct, queue, person, order)
        test_day = policy.leave_day if pathway == CASE else policy.release_day
        if test_day > 0.0:
            push(queue, time + test_day, SAMPLE, person, LEAVE if pathway == CASE else RELEASE, 0)


@kernel
def withdraw_watched(city, rates, policy, seed, records, conduct, queue, tally, person, time, word):
    """A monitored person has reported symptoms: isolation at once, and the sample that listed
    people give. word: of its delay."""
    file = records.file_of[person]
    until = time + policy.isolation_days
    records.watch_onset[file] = records.reported_onset[file]
    before = records.last_order[file]
    pathway = LISTED + np.int64(records.watched_by[file])
    give_order(
        city, rates, policy, seed, records, conduct, queue, tally, person, time, until, pathway, -1
    )
    if records.last_order[file] != before:
        records.watch_order[file] = records.last_order[file]
    push(queue, time + quantile(rates.tables, CONTACT_SAMPLE_LAW, word), SAMPLE, person, WATCH, 0)


@kernel
def release_listed(records, tally, index, time):
    """End the quarantines that came of the person's lists: the reason for them has gone."""
    order = records.last_listed[records.file_of[index]]
    while order >= 0:
        if records.order_start[order] <= time < records.order_until[order]:
            records.order_until[order] = time
            tally.daily[RELEASED, int(time)] += 1
        order = records.order_sibling[order]
    records.last_listed[records.file_of[index]] = -1


@kernel
def breaches_today(policy, conduct, order, day, word):
    """Whether the person goes out on that day of the order. Those who do not fully adhere go out
    daily until the ladder deters them."""
    if not conduct.full[order]:
        return unit(word) < conduct.tempted[order]
    hazard = policy.breach_per_day * math.exp(policy.breach_growth * day) * conduct.tempted[order]
    if unit(word) > hazard + ROUNDING:  # 1 - exp(-hazard) is less
        return False
    return unit(word) < 1.0 - math.exp(-hazard)


@kernel
def look_ahead(policy, seed, records, conduct, queue, person, order):
    """Find the next day of the order on which something happens (a breach, or an alarm) and enter
    it as an event."""
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
            conduct.pending[order] = True
            conduct.looked_to[order] = day + 1
            push(queue, moment, CHECK_EVENT, person, order, day)
            return
        day += 1
    conduct.looked_to[order] = day


@kernel
def on_check(city, rates, policy, seed, records, conduct, queue, tally, person, time, order, day):
    """A day of an order on which somebody went out or an alarm was raised: breach, detection, and
    the rungs of the ladder."""
    conduct.pending[order] = False
    file = records.file_of[person]
    if records.last_order[file] != order or time >= records.order_until[order]:
        return
    if conduct.facility_from[order] <= time < conduct.facility_until[order]:
        return
    w = draw(seed, CHECK, person, records.orders[file], day)
    breach = breaches_today(policy, conduct, order, day, w[0])
    if breach and conduct.full[order]:
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
    if policy.monitored and unit(w[1]) < (policy.detection if breach else policy.false_alarm):
        tally.daily[DETECTED if breach else FALSE_ALARMS, int(time)] += 1
        climb(
            city, rates, policy, seed, records, conduct, queue, tally, person, order, time, breach
        )
    look_ahead(policy, seed, records, conduct, queue, person, order)


@kernel
def climb(city, rates, policy, seed, records, conduct, queue, tally, person, order, time, breach):
    """The authority notes a breach, true or not, and takes the rungs that are due; past the last
    rung, the last one again."""
    file = records.file_of[person]
    records.detections[file] += 1
    noted = records.detections[file]
    rungs = len(policy.rung_at)
    for rung in range(rungs):
        if noted == policy.rung_at[rung] or (rung == rungs - 1 and noted > policy.rung_at[rung]):
            conduct.tempted[order] *= policy.rung_factor[rung]
            act(
                city,
                rates,
                policy,
                seed,
                records,
                conduct,
                queue,
                tally,
                person,
                order,
                time,
                policy.rung_action[rung],
                not breach,
            )


@kernel
def act(
    city, rates, policy, seed, records, conduct, queue, tally, person, order, time, action, wrong
):
    """Warn, report, fine or transfer, and enter it with its date; who is sanctioned may appeal."""
    row = records.counted[3]
    if row == len(records.action_person):
        queue.state[FULL] = 1
        return
    records.counted[3] += 1
    file = records.file_of[person]
    records.action_person[row] = person
    records.action_order[row] = order
    records.action_kind[row] = action
    records.action_time[row] = time
    records.action_corrected[row] = np.inf
    records.action_number[row] = records.sanctions[file]
    conduct.action_wrong[row] = wrong
    tally.daily[WARNINGS + 2 * action, int(time)] += 1
    tally.daily[WARNINGS + 2 * action + 1, int(time)] += 1 if wrong else 0
    if action == WARNING:
        return
    if action == TRANSFER:
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
        push(queue, time + quantile(rates.tables, APPEAL_LAW, w[1]), APPEAL_EVENT, person, row, 0)


@kernel
def on_appeal(city, policy, seed, records, conduct, queue, tally, person, time, row):
    """An appeal is decided, the one place where a sanction meets the truth again. If it is granted
    the noted breach is struck off, and who was taken to a facility goes home."""
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
    if records.action_kind[row] == TRANSFER and time < records.order_until[order]:
        conduct.facility_until[order] = time
        conduct.looked_to[order] = np.int64(np.ceil(time - records.order_start[order]))
        if not conduct.pending[order]:
            look_ahead(policy, seed, records, conduct, queue, person, order)
