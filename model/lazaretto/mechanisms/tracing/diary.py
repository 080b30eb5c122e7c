"""The diary of a tracing question: whom the case met within the window, from the contact layers.

The same contacts through which infection could pass, less those that an order or a measure kept
from happening. Passes over a batch of meetings, so that the cache misses of different meetings
overlap.
"""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.strata import LAST
from ...contacts.community import area_of, first_stub, is_open, is_real, meet, stub_count
from ...contacts.group import (
    CIRCLES,
    circle_of,
    day_words,
    first_turn,
    group_meeting,
    is_weekday,
    member_in_round,
    most_rounds,
    rounds_on,
)
from ...contacts.household import mate, mates
from ...contacts.nearness import nearness
from ...contacts.static import degree
from ...contacts.temporal import contacts_on
from ...world.codes import COMMUNITY, GROUP, HOUSEHOLD, NEAR, STATIC, STAYS, TEMPORAL
from ...world.queue import FULL
from ..hospital.care import share_in_hospital_on
from ..isolation.presence import coin, share_of_day, share_under
from ..region.measures import open_share

STATIC_MINUTES = 60.0
LAST_DAY_BIT = 62
ORDERS_AHEAD = 2  # steps back in people's orders that are taken for a whole batch at once


@inlined
def slot_of(diary, person):
    """The slot of the diary's table that holds the person, or the empty one where it would go."""
    mask = diary.mask[0]
    at = (person * 2654435761) & mask
    while diary.slot[at] >= 0 and diary.person[diary.slot[at]] != person:
        at = (at + 1) & mask
    return at


@inlined
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
    diary.close[rows] = 0.0
    diary.exposed[rows] = 0.0
    diary.dwell[rows] = 0.0
    diary.layer[rows] = NEAR
    diary.days[rows] = 0
    return np.int64(rows), rows + 1


@kernel
def open_diary(diary, most):
    """An empty diary for at most so many people: no more of its table is cleared and used than they
    need."""
    size = np.int64(16)
    while size < 2 * most:
        size <<= 1
    size = min(size, len(diary.slot))
    for at in range(size):
        diary.slot[at] = -1
    diary.mask[0] = size - 1


@inlined
def order_then(records, order, day):
    """One step back from an order, or -1, towards the one that covers the day: -1 where none can.
    Without branches."""
    there = max(order, 0)
    until, start = records.order_until[there], records.order_start[there]
    earlier = np.int64(records.order_previous[there]) if start > day else order
    return np.int64(-1) if (order < 0) | (until <= day) else earlier


@kernel
def enter(world, question, n, rows, person, first):
    """Enter the rows 0..n-1 of the batch of meetings, less those that an order, a measure or
    people's own caution kept from happening that day. first: the window's first day; rows: people
    in the diary so far. Returns how many there are now."""
    policy, seed = world.policy, world.seed
    records, conduct, queue = world.records, world.conduct, world.queue
    diary, met = question.diary, question.meetings
    tells_apart = diary.window[1] != 0
    other, layer, day, order = met.person, met.layer, met.day, met.order
    for i in range(n):
        order[i] = records.file_of[other[i]]
    for i in range(n):
        last = np.int64(records.last_order[max(order[i], 0)])
        order[i] = last if order[i] >= 0 else np.int64(-1)
    for _ in range(ORDERS_AHEAD):
        for i in range(n):
            order[i] = order_then(records, order[i], day[i])
    measured, in_hospitals = len(policy.measure_start) > 0, records.counted[STAYS] > 0
    for i in range(n):
        if met.minutes[i] <= 0.0:
            continue
        at_home = layer[i] == HOUSEHOLD
        share = diary.own[0 if at_home else 1, day[i] - first]
        if not at_home:
            share *= conduct.contacts_kept[day[i]]
        if in_hospitals:
            share *= share_in_hospital_on(records, other[i], day[i])
        if share < 1.0 or order[i] >= 0 or measured:
            if order[i] >= 0:
                share *= share_under(world, order[i], layer[i], day[i])
            if measured:
                share *= open_share(world, person, other[i], layer[i], day[i])
            if share < 1.0 and coin(seed, person, other[i], day[i]) >= share:
                continue
        row, rows = diary_row(diary, rows, other[i])
        if row < 0:
            queue.state[FULL] = 1
            return rows
        if diary.minutes[row] == 0.0 or layer[i] < diary.layer[row]:
            diary.layer[row] = layer[i]
        diary.days[row] |= 1 << min(LAST_DAY_BIT, day[i] - first)
        diary.minutes[row] += met.minutes[i]
        diary.longest[row] = max(diary.longest[row], met.minutes[i])
        if tells_apart:
            near = nearness(
                world.city, seed, conduct.protected[day[i]], person, other[i], layer[i], day[i]
            )
            close = met.minutes[i] if near[0] else 0.0
            diary.close[row] = max(diary.close[row], close)
            diary.exposed[row] = max(diary.exposed[row], 0.0 if near[1] else close)
    return rows


@inlined
def jot(met, n, other, layer, day, minutes):
    """Put a meeting into the batch. Returns how many there are. met: the batch, n its rows so far;
    minutes: of the meeting."""
    met.person[n], met.layer[n], met.day[n], met.minutes[n] = other, layer, day, minutes
    return n + 1


@kernel
def write_diary(world, question, person, first, last):
    """All contacts of the person on the days first..last, from the layers, into an open diary.
    Returns (number of people, meetings asked about)."""
    city = world.city
    question.diary.window[0] = first
    for day in range(first, last + 1):
        kept = question.diary.own
        mine = share_in_hospital_on(world.records, person, day)
        kept[0, day - first] = mine * share_of_day(world, person, HOUSEHOLD, day)
        kept[1, day - first] = mine * share_of_day(world, person, COMMUNITY, day)
    rows, asked = enter_daily(world, question, person, first, last)
    if len(city.contact) > 0:
        rows, more = enter_replayed(world, question, rows, person, first, last)
        asked += more
    owned = stub_count(city, person)
    if owned > 0:
        rows = enter_community(world, question, rows, person, first, last)
        asked += owned * (last + 1 - first)
    return rows, asked


@kernel
def enter_daily(world, question, person, first, last):
    """Enter the meetings with the household, with group and site, and along links. Returns (number
    of people, meetings asked about). first, last: days of the window."""
    city, seed, met = world.city, world.seed, question.meetings
    room = len(met.day)
    rows, n, grouped, asked = 0, 0, 0, 0
    circles = CIRCLES if city.group[person] >= 0 else 0
    for day in range(first, last + 1):
        for k in range(mates(city, person)):
            if n == room:
                rows = enter_grouped(world, question, n, grouped, rows, person, first)
                n, grouped = 0, 0
            minutes = city.minutes_mean[HOUSEHOLD]
            n = jot(met, n, np.int64(mate(city, person, k)), HOUSEHOLD, day, minutes)
            asked += 1
        for which in range(circles if is_weekday(city, day) else 0):
            number, start, size, mean = circle_of(city, person, which)
            w0, w1, _, _ = day_words(seed, number, which, day)
            rounds, first_round = rounds_on(city, size, mean, day, w0, w1)
            asked += rounds
            for k in range(rounds):
                member = member_in_round(city, person, start, size, k, first_round)
                other = np.int64(city.group_member[member])
                if other != person:
                    if n == room:
                        rows = enter_grouped(world, question, n, grouped, rows, person, first)
                        n, grouped = 0, 0
                    met.grouped[grouped], met.turn[n] = n, first_turn(number, day) + k
                    grouped += 1
                    n = jot(met, n, other, GROUP, day, 0.0)
        for k in range(degree(city, person)):
            if n == room:
                rows = enter_grouped(world, question, n, grouped, rows, person, first)
                n, grouped = 0, 0
            other = np.int64(city.link[city.link_start[person] + k])
            n = jot(met, n, other, STATIC, day, STATIC_MINUTES)
            asked += 1
    return enter_grouped(world, question, n, grouped, rows, person, first), asked


@kernel
def enter_replayed(world, question, rows, person, first, last):
    """Enter the observed contacts with a time stamp. Returns (number of people, meetings asked
    about). rows: people in the diary so far; first, last: days of the window."""
    city, met = world.city, question.meetings
    room, n, asked = len(met.day), 0, 0
    for day in range(first, last + 1):
        begin, end = contacts_on(city, person, day)
        for k in range(begin, end):
            if n == room:
                rows = enter(world, question, n, rows, person, first)
                n = 0
            minutes = np.float64(city.contact_minutes[k])
            n = jot(met, n, np.int64(city.contact[k]), TEMPORAL, day, minutes)
            asked += 1
    return enter(world, question, n, rows, person, first), asked


@kernel
def enter_community(world, question, rows, person, first, last):
    """Enter the meetings of the person's stubs. Returns the number of people. rows: people in the
    diary so far; first, last: days of the window."""
    city, stubs = world.city, question.stubs
    room, n = len(stubs.day), 0
    area = area_of(city, person)
    stub = first_stub(city, area, person)
    for day in range(first, last + 1):
        for k in range(stub_count(city, person)):
            if is_open(city, (stub + k) & LAST, day):
                stubs.area[n], stubs.stub[n] = area, stub + k
                stubs.day[n], stubs.least[n] = day, 0.0
                n += 1
                if n == room:
                    rows = enter_met(world, question, n, rows, person, first)
                    n = 0
    return enter_met(world, question, n, rows, person, first)


@kernel
def enter_grouped(world, question, n, grouped, rows, person, first):
    """Enter a batch of meetings whose minutes are known but for the rows in `grouped`, so many.
    Returns the number of people. n: rows of the batch; rows: people in the diary so far; first: day
    of the window."""
    met = question.meetings
    for j in range(grouped):
        i = met.grouped[j]
        met.minutes[i] = group_meeting(
            world.city, world.seed, person, met.person[i], met.day[i], met.turn[i]
        )
    return enter(world, question, n, rows, person, first)


@kernel
def enter_met(world, question, n, rows, person, first):
    """Enter the community meetings of a batch of the person's stubs. Returns the number of people.
    n: stubs of the batch; rows: people in the diary so far; first: day of the window."""
    city, met, stubs = world.city, question.meetings, question.stubs
    meet(city, world.seed, stubs, n)
    anybody, real = 0, 0
    for i in range(n):
        if stubs.place[i] >= 0:
            other = np.int64(city.person_at[stubs.place[i]])
            anybody = jot(met, anybody, other, COMMUNITY, stubs.day[i], stubs.minutes[i])
    for i in range(anybody):
        if is_real(city, person, met.person[i]):
            real = jot(met, real, met.person[i], COMMUNITY, met.day[i], met.minutes[i])
    return enter(world, question, real, rows, person, first)


@inlined
def most_met(city, person):
    """The most people whom the person can meet on a day, but for observed contacts."""
    in_circles = np.int64(0)
    for which in range(CIRCLES):
        in_circles += most_rounds(city, person, which)
    return mates(city, person) + in_circles + degree(city, person) + stub_count(city, person)


@inlined
def count_observed(city, person, first, last):
    """Observed contacts of the person on the days first..last."""
    count = np.int64(0)
    for day in range(first, last + 1 if len(city.contact) > 0 else first):
        begin, end = contacts_on(city, person, day)
        count += end - begin
    return count
