"""Tracing: from a case to a list of people, by each instrument with its own errors.

The diary holds whom the case met within the look-back window: the same contacts through which infection could pass. An instrument
finds each with a probability that depends on layer and minutes, and the operator adds people who merely were in the same place. A
list is delivered at once; each person on it is informed or put under quarantine by what the records say of them.
"""

from __future__ import annotations

import numpy as np

from .._jit import kernel
from ..chance.laws import quantile
from ..chance.philox import draw, unit
from ..chance.streams import LISTING, PHONE, PLACEBO, TRIGGER
from ..contacts.colocation import colocated
from ..contacts.community import area_of, first_stub, is_real, meet, stub_count
from ..contacts.group import CIRCLES, circle_of, day_words, first_turn, group_meeting, member_in_round, rounds_on
from ..contacts.household import mate, mates
from ..contacts.static import degree
from ..contacts.temporal import contacts_on
from ..population.stubs import mixing_group
from .isolation import coin, give_order, recently_confirmed, share_of_day
from .queue import DELIVERY, FULL, push
from .state import (
    COMMUNITY,
    GROUP,
    HOUSEHOLD,
    I_CASES,
    I_CONTACTS,
    I_DELAY,
    I_INFECTED,
    I_INFECTED_CONTACTS,
    I_INFECTEES,
    I_LATENT,
    I_LISTED,
    I_LISTED_INFECTEES,
    I_TRUE,
    I_WAIT,
    INSTRUMENT_LAWS,
    LISTED,
    LISTINGS,
    STATIC,
    TEMPORAL,
    WRONG_LISTINGS,
)

HOUSEHOLD_LIST, INTERVIEW, OPERATOR = range(3)
STATIC_MINUTES = 60.0
PLACEBO_ATTEMPTS = 64


@kernel
def owns_phone(city, policy, seed, person):
    """Whether the person owns a phone: a lasting trait, by age."""
    return unit(draw(seed, PHONE, person, 0, 0)[0]) < policy.phone[min(9, np.int64(city.age[person]) // 10)]


@kernel
def on_case(rates, policy, seed, records, queue, tally, person, time, number):
    """A new case: every instrument asks, waits for its tracers' time, and will deliver its list after its delay."""
    for i in range(len(policy.kind)):
        w = draw(seed, TRIGGER, person, i, number)
        if unit(w[0]) >= policy.ask[i]:
            continue
        start = time
        if policy.service_days[i] > 0.0:
            start = max(time, records.queue_free[i])
            records.queue_free[i] = start + policy.service_days[i]
        delivered = start + quantile(rates.tables, INSTRUMENT_LAWS + 2 * i, w[1])
        tally.instrument[i, I_WAIT] += start - time
        tally.instrument[i, I_DELAY] += delivered - time
        push(queue, delivered, DELIVERY, person, i, number)


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
    diary.layer[rows] = STATIC
    return np.int64(rows), rows + 1


@kernel
def note(city, policy, seed, records, conduct, queue, diary, rows, person, other, layer, day, minutes):
    """Enter one meeting, unless an order kept the two apart that day. Returns the number of rows."""
    if minutes <= 0.0:
        return rows
    share = share_of_day(policy, records, conduct, person, layer, day)
    share *= share_of_day(policy, records, conduct, other, layer, day)
    if share < 1.0 and coin(seed, person, other, day) >= share:
        return rows
    row, rows = diary_row(diary, rows, other)
    if row < 0:
        queue.state[FULL] = 1
        return rows
    if diary.minutes[row] == 0.0 or layer < diary.layer[row]:
        diary.layer[row] = layer
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
            rows = note(city, policy, seed, records, conduct, queue, diary, rows, person, other, HOUSEHOLD, day, minutes)
        for which in range(CIRCLES if grouped else 0):
            number, start, size, mean = circle_of(city, person, which)
            w0, w1, _, _ = day_words(seed, number, which, day)
            rounds, first_round = rounds_on(city, size, mean, day, w0, w1)
            for k in range(rounds):
                other = np.int64(city.group_member[member_in_round(city, person, start, size, k, first_round)])
                if other != person:
                    minutes = group_meeting(city, seed, person, other, day, first_turn(number, day) + k)[0]
                    rows = note(city, policy, seed, records, conduct, queue, diary, rows, person, other, GROUP, day, minutes)
        for k in range(degree(city, person)):
            other = np.int64(city.link[city.link_start[person] + k])
            rows = note(city, policy, seed, records, conduct, queue, diary, rows, person, other, STATIC, day, STATIC_MINUTES)
    if len(city.contact) > 0:
        for day in range(first, last + 1):
            begin, end = contacts_on(city, person, day)
            for k in range(begin, end):
                other, minutes = np.int64(city.contact[k]), np.float64(city.contact_minutes[k])
                rows = note(city, policy, seed, records, conduct, queue, diary, rows, person, other, TEMPORAL, day, minutes)
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
                    rows = note_met(city, policy, seed, records, conduct, queue, diary, stubs, asked, rows, person)
                    asked = 0
    return rows


@kernel
def note_met(city, policy, seed, records, conduct, queue, diary, stubs, asked, rows, person):
    """Enter the community meetings of a batch of the person's stubs. Returns the number of rows."""
    meet(city, seed, stubs, asked)
    for i in range(asked):
        if stubs.place[i] >= 0:
            other = np.int64(city.person_at[stubs.place[i]])
            if is_real(city, person, other):
                day, minutes = stubs.day[i], stubs.minutes[i]
                rows = note(city, policy, seed, records, conduct, queue, diary, rows, person, other, COMMUNITY, day, minutes)
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
def minutes_bin(minutes):
    """0: below 5 minutes, 1: below 15, 2: below 60, 3: an hour or more."""
    return 0 if minutes < 5.0 else (1 if minutes < 15.0 else (2 if minutes < 60.0 else 3))


@kernel
def found(city, policy, seed, diary, row, i, word):
    """Whether instrument i finds the person of that row."""
    if policy.kind[i] == HOUSEHOLD_LIST:
        probability = policy.reach[i] if diary.minutes[row] > 0.0 and diary.layer[row] == HOUSEHOLD else 0.0
    elif policy.kind[i] == INTERVIEW:
        if diary.minutes[row] <= 0.0:
            return False
        recall = policy.recall_by_minutes[i, minutes_bin(diary.longest[row])]
        probability = recall * policy.recall_by_layer[i, diary.layer[row]] * policy.reach[i]
    else:
        together = max(diary.longest[row], diary.dwell[row])
        if together < policy.threshold_minutes[i] or not owns_phone(city, policy, seed, diary.person[row]):
            return False
        probability = policy.sees[i]
    return unit(word) < probability


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
def on_delivery(city, rates, policy, seed, records, conduct, queue, tally, diary, stubs, person, time, i, number):
    """Instrument i delivers its list for the case `person`; everybody on it is told what the instrument prescribes.

    Decides from records, contacts and phones alone; the truth about infections is not even passed. Returns (contacts in the
    diary, list entries, written to diary.listed); (-1, 0) where the instrument can do nothing.
    """
    file = records.file_of[person]
    first = max(0, int(min(records.reported_onset[file], time) - policy.lookback[i]))
    last = int(time)
    if policy.kind[i] == OPERATOR and not owns_phone(city, policy, seed, person):
        return -1, 0
    contacts = write_diary(city, policy, seed, records, conduct, queue, diary, stubs, person, first, last)
    rows = contacts
    if policy.kind[i] == OPERATOR:
        rows = add_colocated(city, rates, policy, seed, queue, diary, rows, person, first, last, i)
    entries = 0
    for row in range(rows):
        other = diary.person[row]
        w = draw(seed, LISTING, person, other, (number << 4) | i)
        if other == person or not found(city, policy, seed, diary, row, i, w[0]):
            continue
        if policy.placebo:
            other = stand_in(city, seed, person, other, i)
        diary.listed[entries] = other
        entries += 1
        if policy.quarantines[i] and not recently_confirmed(policy, records, other, time):
            until = time + policy.quarantine_days
            give_order(city, rates, policy, seed, records, conduct, queue, tally, other, time, until, LISTED + i)
    return contacts, entries


@kernel
def report_list(history, tally, diary, contacts, entries, person, time, i):
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
        count_listing(history, tally, time, person, listed, i, minutes)


@kernel
def count_listing(history, tally, time, index, listed, i, minutes):
    """Reports only: what the list's entry was in truth."""
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
    tally.daily[LISTINGS, int(time)] += 1
    tally.daily[WRONG_LISTINGS, int(time)] += 0 if true else 1
    tally.opened[listed] |= 1 << min(i, 7)
    at = tally.counted[0]
    if at < len(tally.list_time):
        tally.list_rows[at, 0] = index
        tally.list_rows[at, 1] = listed
        tally.list_rows[at, 2] = i
        tally.list_rows[at, 3] = (1 if true else 0) | (2 if infected else 0) | (4 if latent else 0) | (8 if infectee else 0)
        tally.list_time[at] = time
        tally.list_minutes[at] = minutes
        tally.counted[0] = at + 1
