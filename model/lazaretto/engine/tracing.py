"""Tracing: from a case to a list of people, by each instrument with its own errors.

The diary holds whom the case met within the look-back window: the same contacts through which infection could pass. An instrument
finds each with a probability that depends on layer, minutes and days met, and on who owns what; operators add people who merely were
in the same place, call lists people who were not met at all. A list is delivered at once; each person on it is asked something, by
what the records say of them and by how long they were together with the case.
"""

from __future__ import annotations

import math

import numpy as np

from .._jit import inlined, kernel
from ..chance.laws import quantile
from ..chance.permutation import matched, round_keys
from ..chance.philox import draw, unit
from ..chance.streams import CALL_TIE, LISTING, PHONE, PLACEBO, REMOTE_TIE, TRIGGER
from ..contacts.colocation import colocated
from ..contacts.community import area_of, first_stub, is_real, meet, stub_count
from ..contacts.group import CIRCLES, circle_of, day_words, first_turn, group_meeting, member_in_round, rounds_on
from ..contacts.household import mate, mates
from ..contacts.static import degree
from ..contacts.temporal import contacts_on
from ..population.stubs import mixing_group
from .isolation import coin, give_order, open_file, recently_confirmed, share_of_day, trust
from .queue import DELIVERY, FULL, SAMPLE, TRACE, push
from .region import open_share
from .state import (
    APP,
    COMMUNITY,
    CONTACT,
    CONTACT_SAMPLE_LAW,
    CONTACTS_TESTED,
    DELAY_BINS,
    DELAY_BINS_PER_DAY,
    EVERYBODY,
    GROUP,
    HOUSEHOLD,
    I_CASES,
    I_CONTACTS,
    I_CUT,
    I_DELAY,
    I_DROPPED,
    I_FIRST,
    I_INFECTED,
    I_INFECTED_CONTACTS,
    I_INFECTEES,
    I_LATENT,
    I_LISTED,
    I_LISTED_INFECTEES,
    I_TRUE,
    I_WAIT,
    INFORM,
    INFORMED,
    INSTRUMENT_LAWS,
    LISTED,
    LISTINGS,
    NEAR,
    QUARANTINE,
    REMOTE,
    SELF,
    STATIC,
    TEMPORAL,
    WRONG_LISTINGS,
)

HOUSEHOLD_LIST, INTERVIEW, OPERATOR, CALLS, BLUETOOTH, VENUE, NOTICE = range(7)
STATIC_MINUTES = 60.0
PLACEBO_ATTEMPTS, HOME_ATTEMPTS = 64, 512
LONGEST_WAIT = 30  # days after the reported onset that a diary has room for; older days of the look-back are dropped then
LAST_DAY_BIT = 62
DEPTH_BITS = 8  # in a delivery's `other`: instrument, then generations from the case
DAY_BITS = 12
REMOTE_SALT = 3


@inlined
def takes_part(city, policy, seed, person, trait):
    """Whether the person owns what the instrument needs: a lasting trait, by age."""
    if trait == EVERYBODY:
        return True
    owned = policy.app if trait == APP else policy.phone
    return unit(draw(seed, PHONE, person, trait, 0)[0]) < owned[min(9, np.int64(city.age[person]) // 10)]


@kernel
def on_case(city, rates, policy, seed, records, conduct, queue, tally, person, time, number, depth):
    """Somebody's contacts are asked for: every instrument asks, waits for its tracers' time, and will deliver its list after its
    delay. depth: 0 for a case, 1 for somebody on a case's list, and so on."""
    file = open_file(records, person)
    records.traced[file] = time
    ready = trust(city, policy, conduct, person)
    for i in range(len(policy.kind)):
        w = draw(seed, TRIGGER, person, i, number)
        if unit(w[0]) >= policy.ask[i] * (ready if policy.asked[i] else 1.0):
            continue
        start = time
        if policy.service_days[i] > 0.0:
            start = max(time, records.queue_free[i])
            if start - time > policy.longest_wait[i]:
                tally.instrument[i, I_DROPPED] += 1
                continue
            records.queue_free[i] = start + policy.service_days[i]
        delivered = start + quantile(rates.tables, INSTRUMENT_LAWS + 2 * i, w[1])
        tally.instrument[i, I_WAIT] += start - time
        tally.instrument[i, I_DELAY] += delivered - time
        tally.delays[i, min(DELAY_BINS - 1, np.int64(min(delivered - time, 1e6) * DELAY_BINS_PER_DAY))] += 1
        days = tally.instrument_daily.shape[2]
        tally.instrument_daily[i, 2, int(time)] += 1
        if start < days:
            tally.instrument_daily[i, 3, int(start)] += 1
        push(queue, delivered, DELIVERY, person, (depth << DEPTH_BITS) | i, number)


@kernel
def slot_of(diary, person):
    """The slot of the diary's table that holds the person, or the empty one where it would go."""
    mask = len(diary.slot) - 1
    at = (person * 2654435761) & mask
    while diary.slot[at] >= 0 and diary.person[diary.slot[at]] != person:
        at = (at + 1) & mask
    return at


@kernel
def diary_row(diary, rows, person):
    """(row of the person in the diary or -1 when full, rows so far): a new row is zero."""
    at = slot_of(diary, person)
    if diary.slot[at] >= 0:
        return np.int64(diary.slot[at]), rows
    if rows == len(diary.person):
        return np.int64(-1), rows
    diary.slot[at] = rows
    diary.person[rows] = person
    diary.minutes[rows] = 0.0
    diary.longest[rows] = 0.0
    diary.dwell[rows] = 0.0
    diary.layer[rows] = NEAR
    diary.days[rows] = 0
    return np.int64(rows), rows + 1


@kernel
def note(city, policy, seed, records, conduct, queue, diary, rows, person, other, layer, day, first, minutes):
    """Enter one meeting, unless an order kept the two apart that day. Returns the number of rows."""
    if minutes <= 0.0:
        return rows
    share = share_of_day(policy, records, conduct, person, layer, day)
    share *= share_of_day(policy, records, conduct, other, layer, day)
    share *= open_share(city, policy, seed, records, person, other, layer, day)
    if share < 1.0 and coin(seed, person, other, day) >= share:
        return rows
    row, rows = diary_row(diary, rows, other)
    if row < 0:
        queue.state[FULL] = 1
        return rows
    if diary.minutes[row] == 0.0 or layer < diary.layer[row]:
        diary.layer[row] = layer
    diary.days[row] |= 1 << min(LAST_DAY_BIT, day - first)
    diary.minutes[row] += minutes
    diary.longest[row] = max(diary.longest[row], minutes)
    return rows


@kernel
def write_diary(city, policy, seed, records, conduct, queue, diary, stubs, person, first, last):
    """All contacts of the person on the days first..last, from the layers. Returns the number of people."""
    for at in range(len(diary.slot)):
        diary.slot[at] = -1
    rows = 0
    grouped = city.group[person] >= 0
    for day in range(first, last + 1):
        for k in range(mates(city, person)):
            other = np.int64(mate(city, person, k))
            minutes = city.minutes_mean[HOUSEHOLD]
            rows = note(city, policy, seed, records, conduct, queue, diary, rows, person, other, HOUSEHOLD, day, first, minutes)
        for which in range(CIRCLES if grouped else 0):
            number, start, size, mean = circle_of(city, person, which)
            w0, w1, _, _ = day_words(seed, number, which, day)
            rounds, first_round = rounds_on(city, size, mean, day, w0, w1)
            for k in range(rounds):
                other = np.int64(city.group_member[member_in_round(city, person, start, size, k, first_round)])
                if other != person:
                    minutes = group_meeting(city, seed, person, other, day, first_turn(number, day) + k)[0]
                    rows = note(
                        city, policy, seed, records, conduct, queue, diary, rows, person, other, GROUP, day, first, minutes
                    )
        for k in range(degree(city, person)):
            other = np.int64(city.link[city.link_start[person] + k])
            rows = note(
                city, policy, seed, records, conduct, queue, diary, rows, person, other, STATIC, day, first, STATIC_MINUTES
            )
    if len(city.contact) > 0:
        for day in range(first, last + 1):
            begin, end = contacts_on(city, person, day)
            for k in range(begin, end):
                other, minutes = np.int64(city.contact[k]), np.float64(city.contact_minutes[k])
                rows = note(
                    city, policy, seed, records, conduct, queue, diary, rows, person, other, TEMPORAL, day, first, minutes
                )
    owned = stub_count(city, person)
    if owned > 0:
        area = area_of(city, person)
        stub = first_stub(city, area, person)
        asked = 0
        for day in range(first, last + 1):
            for k in range(owned):
                stubs.area[asked], stubs.stub[asked], stubs.day[asked], stubs.least[asked] = area, stub + k, day, 0.0
                asked += 1
                if asked == len(stubs.area) or (day == last and k == owned - 1):
                    rows = note_met(city, policy, seed, records, conduct, queue, diary, stubs, asked, rows, person, first)
                    asked = 0
    return rows


@kernel
def note_met(city, policy, seed, records, conduct, queue, diary, stubs, asked, rows, person, first):
    """Enter the community meetings of a batch of the person's stubs. Returns the number of rows."""
    meet(city, seed, stubs, asked)
    for i in range(asked):
        if stubs.place[i] >= 0:
            other = np.int64(city.person_at[stubs.place[i]])
            if is_real(city, person, other):
                day, minutes = stubs.day[i], stubs.minutes[i]
                rows = note(
                    city, policy, seed, records, conduct, queue, diary, rows, person, other, COMMUNITY, day, first, minutes
                )
    return rows


@kernel
def add_colocated(city, rates, policy, seed, queue, diary, rows, person, first, last, i):
    """Add whoever merely shared the person's position on the days first..last. Returns the number of rows."""
    slots = policy.colocation_slots[i]
    if slots == 0 or stub_count(city, person) == 0:
        return rows
    area = area_of(city, person)
    for day in range(first, last + 1):
        for k in range(slots):
            other, word = colocated(city, seed, area, person, k, day, slots, policy.colocations_per_day[i])
            if other < 0:
                continue
            row, rows = diary_row(diary, rows, other)
            if row < 0:
                queue.state[FULL] = 1
                return rows
            dwell = quantile(rates.tables, INSTRUMENT_LAWS + 2 * i + 1, word)
            diary.dwell[row] = max(diary.dwell[row], dwell)
    return rows


@kernel
def add_called(city, policy, seed, queue, diary, rows, person, i):
    """Add people whom the person called without meeting them in the window: of the user's own phone list, or lasting ties across the
    city, a keyed matching of so many slots a person. Returns the number of rows."""
    listed = len(city.call_start) > 1
    if listed:
        slots = city.call_start[person + 1] - city.call_start[person]
    else:
        slots = np.int64(np.ceil(policy.remote_ties[i])) if person < city.reach else np.int64(0)
    for k in range(slots):
        other = (
            np.int64(city.call[city.call_start[person] + k]) if listed else remote_tie(city, policy, seed, person, k, slots, i)
        )
        if other < 0:
            continue
        row, rows = diary_row(diary, rows, other)
        if row < 0:
            queue.state[FULL] = 1
            return rows
        if diary.minutes[row] == 0.0:
            diary.layer[row] = REMOTE
    return rows


@kernel
def remote_tie(city, policy, seed, person, k, slots, i):
    """Whom the person's k-th slot of lasting ties leads to, or -1: a slot is real with the probability that makes the stated mean."""
    k0, k1, k2, k3 = round_keys(seed, REMOTE_SALT, 0, 0)
    own = person * slots + k
    partner = matched(own, city.reach * slots, k0, k1, k2, k3)
    if partner < 0 or partner // slots == person:
        return np.int64(-1)
    w = draw(seed, REMOTE_TIE, min(own, partner) & 0xFFFFFFFF, min(own, partner) >> 32, 0)
    return partner // slots if unit(w[0]) * slots < policy.remote_ties[i] else np.int64(-1)


@inlined
def is_called(city, one, other):
    """Whether the two are on the user's own phone list."""
    called = False
    for k in range(city.call_start[one], city.call_start[one + 1]):
        called |= city.call[k] == other
    return called


@kernel
def minutes_bin(minutes):
    """0: below 5 minutes, 1: below 15, 2: below 60, 3: an hour or more."""
    return 0 if minutes < 5.0 else (1 if minutes < 15.0 else (2 if minutes < 60.0 else 3))


@inlined
def days_met(days):
    """How many days of the window are marked."""
    count = 0
    while days != 0:
        days &= days - 1
        count += 1
    return count


@inlined
def latest_bit(days):
    """The last day that is marked, counted from the first of the window; there is one."""
    latest = np.int64(-1)
    while days != 0:
        days >>= 1
        latest += 1
    return latest


@kernel
def found(city, policy, seed, diary, row, i, index, forward_bit, last_bit, ready, word):
    """Whether instrument i finds the person of that row, on the list of `index`. forward_bit, last_bit: the first day of the look-back
    and the day of the list, counted from the first day of the window. ready: what trust has left of carrying a phone or app."""
    other, layer = diary.person[row], diary.layer[row]
    together = max(diary.longest[row], diary.dwell[row])
    probability = policy.by_layer[i, layer]
    if policy.trait[i] != EVERYBODY and layer != REMOTE and policy.kind[i] != CALLS:
        probability *= ready
    if layer != REMOTE:
        probability *= policy.by_minutes[i, minutes_bin(together)]
    if layer < NEAR:
        if layer != HOUSEHOLD:
            if policy.kind[i] == CALLS and len(city.call_start) > 1:
                probability = 1.0 if is_called(city, index, other) else 0.0
            else:
                probability *= policy.by_days[i, min(6, days_met(diary.days[row])) - 1]
        if diary.days[row] >> min(LAST_DAY_BIT, forward_bit) == 0:
            probability *= policy.backward_factor[i]
        if policy.fade[i] > 0.0:
            probability *= math.exp(-policy.fade[i] * (last_bit - latest_bit(diary.days[row])))
    if policy.sampling[i] > 0.0:
        probability *= min(1.0, together / policy.sampling[i])
    if together < policy.threshold_minutes[i]:
        probability *= policy.below_threshold[i]
    if probability <= 0.0 or not takes_part(city, policy, seed, other, policy.trait[i]):
        return False
    return unit(word) < probability


@kernel
def is_known(records, queue, index, contact, number):
    """Whether the contact is already on a list of that case; if not, it is noted."""
    table = records.known_pair
    if len(table) == 0:
        return False
    mask = len(table) - 1
    key = (index << 31) | contact
    at = (key * 0x9E3779B97F4A7C1 ^ (key >> 29) ^ (number << 7)) & mask
    while table[at] >= 0 and (table[at] != key or records.known_number[at] != number):
        at = (at + 1) & mask
    if table[at] >= 0:
        return True
    if 2 * records.counted[2] >= len(table):
        queue.state[FULL] = 1
        return False
    records.counted[2] += 1
    table[at] = key
    records.known_number[at] = number
    return False


@kernel
def stand_in(city, seed, index, listed, i):
    """The matched null: a random person of the same area and age group, chosen blind to truth and list (the listed person where
    none is found in 64 attempts)."""
    area = area_of(city, listed)
    start = np.int64(city.area_start[area])
    size = min(city.area_start[area + 1], city.reach) - start
    group = mixing_group(city.age[listed])
    for attempt in range(PLACEBO_ATTEMPTS):
        w = draw(seed, PLACEBO, index, listed, i * PLACEBO_ATTEMPTS + attempt)
        other = start + ((w[0] * size) >> 32)
        if other != index and mixing_group(city.age[other]) == group:
            return other
    return np.int64(listed)


@kernel
def other_home(city, seed, index, i):
    """The matched null of a list of household members: a person of a random household with as many members as the case's, or more, of the
    same area, or else of the city (the case where none is found)."""
    area = area_of(city, index)
    start = np.int64(city.area_start[area])
    size = min(city.area_start[area + 1], city.reach) - start
    wanted = mates(city, index)
    for attempt in range(HOME_ATTEMPTS):
        w = draw(seed, PLACEBO, index, index, i * HOME_ATTEMPTS + attempt)
        near = attempt < PLACEBO_ATTEMPTS
        other = start + ((w[0] * size) >> 32) if near else (w[0] * city.reach) >> 32
        if city.household[other] != city.household[index] and mates(city, other) >= wanted:
            return other
    return np.int64(index)


@kernel
def ask_of(city, rates, policy, seed, records, conduct, queue, tally, index, other, time, i, close, exposed, word):
    """What the person on the list is asked: to stay in quarantine, to be tested, or nothing (only told). exposed: the two were really
    together for as long as makes a contact close, which the informed person may judge."""
    asked = policy.instruction[i, 1 if close else 0]
    if asked == INFORM:
        tally.daily[INFORMED, int(time)] += 1
        if unit(word) < policy.heed * (1.0 if exposed else 1.0 - policy.skill):
            until = time + policy.quarantine_days
            give_order(city, rates, policy, seed, records, conduct, queue, tally, other, time, until, SELF, -1)
        return
    if recently_confirmed(policy, records, other, time):
        return
    if asked == QUARANTINE:
        until = time + policy.quarantine_days
        give_order(city, rates, policy, seed, records, conduct, queue, tally, other, time, until, LISTED + i, index)
    else:
        open_file(records, other)
        tally.daily[CONTACTS_TESTED, int(time)] += 1
        push(queue, time + quantile(rates.tables, CONTACT_SAMPLE_LAW, word), SAMPLE, other, CONTACT, 0)


@kernel
def on_delivery(city, rates, policy, seed, records, conduct, queue, tally, diary, stubs, person, time, i, depth, number):
    """Instrument i delivers its list for `person`; everybody on it is asked what the instrument prescribes.

    Decides from records, contacts and phones alone; the truth about infections is not even passed. Returns (contacts in the
    diary, list entries, written to diary.listed); (-1, 0) where the instrument can do nothing.
    """
    file = records.file_of[person]
    begun, report = records.traced[file], records.reported_onset[file]
    known_from = report if begun - LONGEST_WAIT <= report <= begun else begun  # without symptoms: from the result
    last = int(time)
    first = max(0, int(known_from - policy.backward[i]), last - int(policy.backward[i]) - LONGEST_WAIT)
    if policy.kept_days[i] < last - first:  # the records of older days have been deleted
        first = last - int(policy.kept_days[i])
    forward_bit = max(0, int(known_from - policy.lookback[i]) - first)
    if not takes_part(city, policy, seed, person, policy.trait[i]):
        return -1, 0
    cut = first - max(0, int(known_from - policy.backward[i]))
    tally.instrument[i, I_CUT] += cut
    contacts = write_diary(city, policy, seed, records, conduct, queue, diary, stubs, person, first, last)
    rows = add_colocated(city, rates, policy, seed, queue, diary, contacts, person, first, last, i)
    if policy.kind[i] == CALLS:
        rows = add_called(city, policy, seed, queue, diary, rows, person, i)
    home = other_home(city, seed, person, i) if policy.placebo and policy.kind[i] == HOUSEHOLD_LIST else np.int64(person)
    ready = trust(city, policy, conduct, person)
    entries = 0
    for row in range(rows):
        other = diary.person[row]
        w = draw(seed, LISTING, person, other, (number << 4) | i)
        word = w[0]
        if policy.kind[i] == CALLS:  # a lasting tie of the two
            word = draw(seed, CALL_TIE, min(person, other), max(person, other), 0)[0]
        if other == person or not found(city, policy, seed, diary, row, i, person, forward_bit, last - first, ready, word):
            continue
        new = not is_known(records, queue, person, other, number)
        close = max(diary.longest[row], diary.dwell[row]) >= policy.close_minutes
        exposed = diary.minutes[row] > 0.0 and diary.longest[row] >= policy.close_minutes and not policy.placebo
        if policy.placebo:
            other = stand_in(city, seed, person, other, i) if home == person else np.int64(mate(city, home, entries))
        diary.listed[entries] = other
        diary.first[entries] = new
        entries += 1
        if new:
            ask_of(city, rates, policy, seed, records, conduct, queue, tally, person, other, time, i, close, exposed, w[1])
            if (
                depth < policy.recursion
            ):  # an event of its own, so that the order in which they queue does not hang on the diary's
                push(queue, time, TRACE, other, ((depth + 1) << DEPTH_BITS) | i, 0)
    return contacts, entries


@kernel
def on_trace(city, rates, policy, seed, records, conduct, queue, tally, person, time, i, depth):
    """The contacts of somebody on a list are asked for too, unless that was done within the look-back."""
    file = open_file(records, person)
    if records.traced[file] + policy.lookback[i] < time:
        on_case(city, rates, policy, seed, records, conduct, queue, tally, person, time, (depth << DAY_BITS) | int(time), depth)


@kernel
def report_list(policy, history, tally, diary, contacts, entries, person, time, i):
    """Reports only: what the contacts and the list of the case `person` were in truth. Nothing of it goes back into the model."""
    own = history.infection_of[person]
    tally.instrument[i, I_CASES] += 1
    tally.instrument_daily[i, 0, int(time)] += 1
    for row in range(contacts):
        infection = history.infection_of[diary.person[row]]
        tally.instrument[i, I_CONTACTS] += 1
        if infection >= 0 and history.time[infection] <= time:
            tally.instrument[i, I_INFECTED_CONTACTS] += 1
            if own >= 0 and history.source[infection] == own:
                tally.instrument[i, I_INFECTEES] += 1
    for entry in range(entries):
        listed = diary.listed[entry]
        row = diary.slot[slot_of(diary, listed)]
        minutes = diary.minutes[row] if row >= 0 else 0.0
        named = policy.kind[i] != NOTICE
        count_listing(history, tally, time, person, listed, i, minutes, diary.first[entry], named)


@kernel
def count_listing(history, tally, time, index, listed, i, minutes, new, named):
    """Reports only: what the list's entry was in truth. named: whether anybody holds a list with the person's name."""
    true = minutes > 0.0
    infection = history.infection_of[listed]
    infected = infection >= 0 and history.time[infection] <= time
    latent = infected and time < history.infectious[infection]
    own = history.infection_of[index]
    infectee = infected and own >= 0 and history.source[infection] == own
    tally.instrument[i, I_LISTED] += 1
    tally.instrument[i, I_TRUE] += 1 if true else 0
    tally.instrument[i, I_INFECTED] += 1 if infected else 0
    tally.instrument[i, I_LATENT] += 1 if latent else 0
    tally.instrument[i, I_LISTED_INFECTEES] += 1 if infectee else 0
    tally.instrument_daily[i, 1, int(time)] += 1
    if named:
        tally.opened[listed] |= 1 << min(i, 7)
    if not new:
        return  # one record per case and person
    tally.instrument[i, I_FIRST] += 1
    if named:
        tally.daily[LISTINGS, int(time)] += 1
        tally.daily[WRONG_LISTINGS, int(time)] += 0 if true else 1
    at = tally.counted[0]
    if at < len(tally.list_time):
        tally.list_rows[at, 0] = index
        tally.list_rows[at, 1] = listed
        tally.list_rows[at, 2] = i
        tally.list_rows[at, 3] = (1 if true else 0) | (2 if infected else 0) | (4 if latent else 0) | (8 if infectee else 0)
        tally.list_time[at] = time
        tally.list_minutes[at] = minutes
        tally.counted[0] = at + 1
