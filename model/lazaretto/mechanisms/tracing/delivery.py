"""Tracing: from a case to a list of people, by each instrument with its own errors.

An instrument sees meetings of the diary, each with a probability of its own; operators add people
who only were in the same place, call lists people who were not met at all. A list holds what was
seen; it is delivered at once, and each person on it is asked something, by what the records say of
them and by how long they were seen with the case. Quarantine counts from the last meeting seen.
Everything here decides from records, contacts and phones alone.
"""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.laws import quantile
from ...chance.philox import draw, unit
from ...chance.streams import CONTEST, TRIGGER
from ...contacts.community import stub_count
from ...contacts.group import is_weekday
from ...world.codes import (
    CONTACT,
    CONTACT_SAMPLE_LAW,
    CONTEST_LAW,
    DELAY_LAW,
    EVERYBODY,
    INFORM,
    KNOWN_PAIRS,
    LISTED,
    MONITOR,
    ONWARD_LAW,
    ORDERS_MADE,
    QUARANTINE,
    SEES_MINUTES,
    SELF,
)
from ...world.events import order_and_truth, push_contest, push_delivery, push_sample, push_trace
from ...world.files import open_file, recently_confirmed
from ...world.queue import FULL
from ..counters import (
    CONTACTS_TESTED,
    CONTESTS,
    CONTESTS_GRANTED,
    D_BEGAN,
    D_ENDED,
    DELAY_BINS,
    DELAY_BINS_PER_DAY,
    I_ASKED,
    I_CUT,
    I_DELAY,
    I_DROPPED,
    I_WAIT,
    INFORMED,
)
from ..isolation.orders import give_order, refuses, withdraw_watched
from ..response.likeness import is_ready
from ..response.trust import trust
from .diary import count_observed, most_met, open_diary, slot_of, write_diary
from .finding import find, takes_part
from .nearby import add_colocated
from .sighting import APART, BEGIN, END, FORWARD, READY, look_for
from .ties import add_called, count_called

LONGEST_WAIT = 30  # days after the reported onset that a diary has room for; older days are dropped
DAY_BITS = 12  # in the number of a report of somebody on a list: depth, then day
CONTACT_BITS = 40
CONTACT_MASK = (1 << CONTACT_BITS) - 1
LONGEST_DELAY = 1e6  # days; longer ones are counted in the last bin all the same


@kernel
def on_case(world, person, time, number, depth):
    """Somebody's contacts are asked for: every instrument asks, waits for its tracers' time, and
    will deliver its list after its delay. number: of the report; depth: 0 for a case, 1 for
    somebody on a case's list, and so on."""
    policy, records, tally = world.policy, world.records, world.tally
    file = open_file(records, person)
    records.traced[file] = time
    ready = trust(world, person, time)
    days = tally.instrument_daily.shape[2]
    for i in range(len(policy.ask)):
        if not policy.in_use[i]:
            continue
        w = draw(world.seed, TRIGGER, person, i, number)
        toss = unit(w[0])
        if policy.asked[i]:
            works = is_ready(world, person, toss, policy.ask[i] * ready)
        else:
            works = toss < policy.ask[i]
        if not works:
            continue
        start = time
        if policy.service_days[i] > 0.0:
            start, free = served(world, i, max(time, records.queue_free[i]))
            if start - time > policy.longest_wait[i]:
                tally.instrument[i, I_DROPPED] += 1
                continue
            records.queue_free[i] = free
        law = ONWARD_LAW if policy.onward and depth > 0 else DELAY_LAW + 2 * i
        delivered = start + quantile(world.rates.tables, law, w[1])
        tally.instrument[i, I_WAIT] += start - time
        tally.instrument[i, I_DELAY] += delivered - time
        quarters = np.int64(min(delivered - time, LONGEST_DELAY) * DELAY_BINS_PER_DAY)
        tally.delays[i, min(DELAY_BINS - 1, quarters)] += 1
        tally.instrument_daily[i, D_BEGAN, int(time)] += 1
        if start < days:
            tally.instrument_daily[i, D_ENDED, int(start)] += 1
        push_delivery(world.queue, delivered, person, i, depth, number)


@kernel
def served(world, i, start):
    """(when the tracers of instrument i begin with a case, when they are done with it), if they
    could from `start` on; at weekends only some of them work."""
    city, policy = world.city, world.policy
    left, at_weekends = policy.service_days[i], policy.at_weekends[i]
    if at_weekends >= 1.0 or left == np.inf or start == np.inf:
        return start, start + left
    while at_weekends == 0.0 and not is_weekday(city, int(start)):
        start = np.floor(start) + 1.0
    now = start
    while now - start < LONGEST_DELAY:
        day = np.floor(now)
        pace = 1.0 if is_weekday(city, int(day)) else at_weekends
        rest = day + 1.0 - now
        if rest * pace >= left:
            return start, now + left / pace
        left -= rest * pace
        now = day + 1.0
    return start, np.inf


@kernel
def on_trace(world, person, time, i, depth):
    """The contacts of somebody on a list are asked for too, unless that was done within the
    look-back. depth: of the list on which the person stood, 1 for the contact of a case."""
    file = open_file(world.records, person)
    if world.records.traced[file] + world.policy.lookback[i] < time:
        on_case(world, person, time, (depth << DAY_BITS) | int(time), depth)


@kernel
def on_delivery(world, question, person, time, i, depth, number):
    """Instrument i delivers its list for `person`; everybody on it is asked what the instrument
    prescribes.

    The truth about infections is not even passed. Returns the number of list entries, written to
    diary.listed; -1 where the instrument can do nothing. depth, number: as for `on_case`.
    """
    city, policy = world.city, world.policy
    records, tally, diary = world.records, world.tally, question.diary
    if not takes_part(world, person, policy.trait[i]):
        return np.int64(-1)
    begin, forward, cut = ask_for_days(world, person, time, i)
    first, last = int(begin), int(time)
    tally.instrument[i, I_CUT] += cut
    days = last + 1 - first
    near = policy.near_slots[i].sum() if stub_count(city, person) > 0 else np.int64(0)
    ties = count_called(city, policy, person, i)
    most = days * (most_met(city, person) + near) + count_observed(city, person, first, last) + ties
    open_diary(diary, most)
    diary.window[APART] = 1 if tells_apart(policy, i) else 0
    ready = trust(world, person, time) if policy.trait[i] != EVERYBODY else 1.0
    diary.asked[BEGIN], diary.asked[END] = begin, time
    diary.asked[FORWARD], diary.asked[READY] = forward, ready
    look_for(policy, diary, i)
    rows, at, found, asked = write_diary(world, question, person, first, last, i)
    tally.instrument[i, I_ASKED] += asked + ties
    rows = add_colocated(world, question, rows, person, i, at, found)
    rows = add_called(world, diary, rows, person, i)
    if policy.names_people[i]:  # what a notice reaches is on no list that anybody could compare
        mark_known(records, diary, rows, person, number)
    else:
        diary.first[:rows] = True
    named = find(world, diary, rows, i, person, number)
    bring_near(records, diary, named)
    for entry in range(named):
        row = diary.chosen[entry]
        other, new = diary.person[row], diary.first[row]
        seen = diary.seen_last[row] >= 0
        close = not seen or diary.most[row] >= policy.close_minutes
        since = diary.until[row] if seen else time
        exposed = diary.exposed[row] > 0.0 and diary.exposed[row] >= policy.close_minutes
        if new and policy.names_people[i]:
            note_known(world, person, other, number)
        diary.listed[entry] = other
        diary.first[entry] = new
        if new:
            exposure = (close, exposed, diary.word[entry], since)
            met = diary.minutes[row] > 0.0 and not diary.called[row]
            ask(world, (person, np.int64(other)), time, i, exposure, met)
            if depth < policy.recursion:
                # an event of its own, so that the order in which they queue does not hang on the
                # diary's
                push_trace(world.queue, time, np.int64(other), i, depth + 1)
    return named


@inlined
def tells_apart(policy, i):
    """Whether it matters to instrument i, or to those whom it informs, which meetings were close
    and unprotected."""
    brief, long = policy.instruction[i, 0], policy.instruction[i, 1]
    return (brief != long and policy.sees[i] != SEES_MINUTES) or brief == INFORM or long == INFORM


@inlined
def ask_for_days(world, person, time, i):
    """(beginning of the window, of the look-back, days of the window that are lost) of instrument i
    for a case, whose list comes at that time."""
    policy, records = world.policy, world.records
    file = records.file_of[person]
    begun, report = records.traced[file], records.reported_onset[file]
    # without symptoms: from the result
    known_from = report if begun - LONGEST_WAIT <= report <= begun else begun
    wanted = max(0.0, known_from - policy.backward[i])
    begin = max(wanted, time - policy.backward[i] - LONGEST_WAIT)
    begin = max(begin, time - policy.kept_days[i])  # the records of older days have been deleted
    begin = max(begin, min(policy.since[i], time))  # nothing was recorded before
    return begin, known_from - policy.lookback[i], begin - wanted


@kernel
def ask(world, pair, time, i, exposure, met):
    """What the person on the list is asked: to stay in quarantine, to be tested, to report
    symptoms, or nothing (only told). Symptoms reported within the days of a quarantine before the
    list count as reported to it, once.

    exposure: (close by the list, close in truth, word that decides, from when a quarantine counts).
    That the two were really together, near and unprotected, for as long as makes a contact close is
    read only of an informed person, who may judge it. pair: the case, or whoever was traced, and
    the person; met: whether a meeting was seen, read only of who contests the listing.
    """
    policy, records = world.policy, world.records
    index, other = pair
    close, exposed, word, since = exposure
    asked = policy.instruction[i, 1 if close else 0]
    until = since + policy.quarantine_days
    if asked == INFORM:
        world.tally.daily[INFORMED, int(time)] += 1
        if unit(word) < policy.heed * (1.0 if exposed else 1.0 - policy.skill):
            give_order(world, other, time, until, SELF, -1)
        return
    if recently_confirmed(policy, records, other, time):
        return
    if asked == QUARANTINE:
        given = records.counted[ORDERS_MADE]
        give_order(world, other, time, until, LISTED + i, index)
        if records.counted[ORDERS_MADE] > given:
            contest(world, other, given, time, met)
    elif asked == MONITOR:
        if until <= time:
            return
        file = open_file(records, other)
        if until > records.watched_until[file]:
            records.watched_until[file], records.watched_by[file] = until, i
        report = records.reported_onset[file]
        is_recent = time - policy.quarantine_days < report <= time
        if is_recent and report != records.watch_onset[file]:  # ill already, and it is known
            withdraw_watched(world, other, time, word)
    elif not refuses(world, other):
        open_file(records, other)
        world.tally.daily[CONTACTS_TESTED, int(time)] += 1
        sampled = time + quantile(world.rates.tables, CONTACT_SAMPLE_LAW, word)
        push_sample(world.queue, sampled, other, CONTACT)


@kernel
def contest(world, person, order, time, met):
    """Whoever is put under quarantine by a list may contest that. met: whether a meeting was seen;
    the one place where a listing meets that truth."""
    policy = world.policy
    wrong = 0 if met else 1
    if policy.contest[wrong] == 0.0:
        return
    number = np.int64(world.records.orders[world.records.file_of[person]])
    w = draw(world.seed, CONTEST, person, number, 0)
    if unit(w[0]) < policy.contest[wrong]:
        world.tally.daily[CONTESTS, int(time)] += 1
        decided = time + quantile(world.rates.tables, CONTEST_LAW, w[1])
        push_contest(world.queue, decided, person, order, number, wrong)


@kernel
def on_contest(world, person, time, order, number):
    """It is decided whether somebody was rightly listed; if not, the quarantine ends. number: as
    `push_contest` packs it."""
    records = world.records
    number, wrong = order_and_truth(number)
    word = draw(world.seed, CONTEST, person, number, 0)[2]
    if unit(word) >= world.policy.released[wrong]:
        return
    world.tally.daily[CONTESTS_GRANTED, int(time)] += 1
    records.order_until[order] = min(records.order_until[order], time)


@kernel
def mark_known(records, diary, rows, index, number):
    """Mark in `diary.first` the people who are on no list of that case and report yet. rows: of the
    diary; index: the case; number: of the report."""
    for row in range(rows):
        diary.first[row] = True
    if len(records.known_last) == 0:
        return
    at = records.known_last[index]
    while at >= 0:
        if records.known_pair[at] >> CONTACT_BITS == number:
            row = diary.slot[slot_of(diary, records.known_pair[at] & CONTACT_MASK)]
            if row >= 0:
                diary.first[row] = False
        at = records.known_previous[at]


@inlined
def note_known(world, index, contact, number):
    """Note that the contact is on a list of that case and report. index: the case; number: of the
    report."""
    records = world.records
    if len(records.known_last) == 0:
        return
    at = records.counted[KNOWN_PAIRS]
    if at == len(records.known_pair):
        world.queue.state[FULL] = 1
        return
    records.counted[KNOWN_PAIRS] += 1
    records.known_pair[at] = (np.int64(number) << CONTACT_BITS) | contact
    records.known_previous[at] = records.known_last[index]
    records.known_last[index] = at


@kernel
def bring_near(records, diary, named):
    """Read what asking the people of the chosen rows will need of the records, so that it is near
    when they are asked in turn: loads that do not wait for each other. What it leaves in
    `diary.chance` is of no use. named: how many rows are chosen."""
    touched = 0.0
    for at in range(named):
        diary.infection[at] = records.file_of[diary.person[diary.chosen[at]]]
    for at in range(named):
        file = max(diary.infection[at], 0)
        touched += records.confirmed[file]
        known = diary.infection[at] >= 0
        diary.infection[at] = records.last_order[file] if known else np.int64(-1)
    for at in range(named):
        order = max(diary.infection[at], 0)
        touched += records.order_start[order] + records.order_until[order]
    diary.chance[0] = touched
