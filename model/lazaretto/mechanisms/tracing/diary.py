"""The diary of a tracing question: whom the case met within the window, from the contact layers.

The same contacts through which infection could pass, less those that an order or a measure kept
from happening and those before or after the window: each meeting has a moment. Where an instrument
asks that sees meetings, a meeting's coin is tossed first, and only what it may have seen is looked
up. Passes over a batch of meetings, so that the cache misses of different meetings overlap.
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
from ..hospital.care import share_in_hospital_at
from ..isolation.presence import coin_and_moment, share_at, stays_in
from ..region.measures import open_share
from .sighting import (
    APART,
    BEGIN,
    CLOSE,
    CLOSE_AND_BARE,
    END,
    FAR,
    FIRST,
    INSTRUMENT,
    chance_seen,
    coin_of,
    four_coins,
    least_minutes,
    left_of_day,
    note_seen,
)

STATIC_MINUTES = 60.0
LAST_DAY_BIT = 62
NO_COINS = (np.int64(0), np.int64(0), np.int64(0), np.int64(0))
TEAM = 0  # the first of the circles
SITE = 8  # in a coin's key, added to the layer: rounds of the site and not of the group
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
    diary.exposed[rows] = 0.0
    diary.layer[rows] = NEAR
    diary.days[rows] = 0
    diary.seen_last[rows] = -1
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
def circle_or_none(city, person, which, there):
    """The person's circle, as `circle_of` has it, or an empty one. there: whether there is one."""
    if there:
        return circle_of(city, person, which)
    return np.int64(0), np.int64(0), np.int64(0), 0.0


@inlined
def order_then(records, order, time):
    """One step back from an order, or -1, towards the one that was in force: -1 where none can
    have been. Without branches."""
    there = max(order, 0)
    until, start = records.order_until[there], records.order_start[there]
    earlier = np.int64(records.order_previous[there]) if start > time else order
    return np.int64(-1) if (order < 0) | (until <= time) else earlier


@kernel
def enter(world, question, n, rows, person, first):
    """Enter the rows 0..n-1 of the batch of meetings, less those outside the window, those that an
    order, a measure or people's own caution kept from happening, and those that the instrument
    which asks does not see. first: the window's first day; rows: people in the diary so far.
    Returns how many there are now."""
    policy, seed = world.policy, world.seed
    records, conduct, queue = world.records, world.conduct, world.queue
    diary, met = question.diary, question.meetings
    tells_apart, asks = diary.window[APART] != 0, diary.window[INSTRUMENT]
    begin, end = diary.asked[BEGIN], diary.asked[END]
    other, layer, day, order, time = met.person, met.layer, met.day, met.order, met.time
    own = np.int64(records.last_order[records.file_of[person]])
    for i in range(n):
        met.coin[i], moment = coin_and_moment(seed, person, other[i], day[i])
        time[i] = day[i] + (time[i] if layer[i] == TEMPORAL else moment)
    kept = 0
    for i in range(n):
        chance = 1.0
        if asks >= 0:
            chance = chance_seen(policy, diary.asked, asks, layer[i], time[i], met.minutes[i])
        met.kept[kept] = i
        inside = (met.minutes[i] > 0.0) & (begin <= time[i]) & (time[i] < end)
        kept += inside & (met.toss[i] < chance)
    for at in range(kept):
        i = met.kept[at]
        order[i] = records.file_of[other[i]]
    for at in range(kept):
        i = met.kept[at]
        last = np.int64(records.last_order[max(order[i], 0)])
        order[i] = last if order[i] >= 0 else np.int64(-1)
    for _ in range(ORDERS_AHEAD):
        for at in range(kept):
            i = met.kept[at]
            order[i] = order_then(records, order[i], time[i])
    measured, in_hospitals = len(policy.measure_start) > 0, records.counted[STAYS] > 0
    for at in range(kept):
        i = met.kept[at]
        share = 1.0 if layer[i] == HOUSEHOLD else conduct.contacts_kept[day[i]]
        if in_hospitals:
            share *= share_in_hospital_at(records, person, time[i])
            share *= share_in_hospital_at(records, other[i], time[i])
        if own >= 0:
            share *= share_at(world, own, layer[i], time[i])
        if order[i] >= 0:
            share *= share_at(world, order[i], layer[i], time[i])
        if measured:
            share *= open_share(world, person, other[i], layer[i], day[i])
        if share < 1.0 and met.coin[i] >= share:
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
        how_near = FAR
        if tells_apart:
            near = nearness(
                world.city, seed, conduct.protected[day[i]], person, other[i], layer[i], day[i]
            )
            close = met.minutes[i] if near[0] else 0.0
            diary.exposed[row] = max(diary.exposed[row], 0.0 if near[1] else close)
            how_near = FAR if not near[0] else (CLOSE if near[1] else CLOSE_AND_BARE)
        if asks >= 0:
            note_seen(queue, diary, row, time[i], met.minutes[i], how_near)
    return rows


@inlined
def jot(met, n, other, place, meeting):
    """Put a meeting into the batch. Returns how many there are. met: the batch, n its rows so far;
    place: (layer, day); meeting: (minutes, coin)."""
    met.person[n] = other
    met.layer[n], met.day[n] = place
    met.minutes[n], met.toss[n] = meeting
    return n + 1


@kernel
def write_diary(world, question, person, first, last):
    """Contacts of the person on the days first..last, from the layers, into an open diary that is
    ready for whoever asks (`look_for`). Returns (number of people, coins tossed or meetings asked
    about)."""
    city, bound = world.city, question.diary.bound
    question.diary.window[FIRST] = first
    rows, asked = enter_daily(world, question, person, first, last)
    if len(city.contact) > 0 and bound[TEMPORAL] > 0.0:
        rows, more = enter_replayed(world, question, rows, person, first, last)
        asked += more
    owned = stub_count(city, person) if bound[COMMUNITY] > 0.0 else np.int64(0)
    if owned > 0:
        rows = enter_community(world, question, rows, person, first, last)
        asked += owned * (last + 1 - first)
    return rows, asked


@kernel
def enter_daily(world, question, person, first, last):
    """Enter the meetings with the household, with group and site, and along links. Returns (number
    of people, coins tossed). first, last: days of the window."""
    city, seed, met, diary = world.city, world.seed, question.meetings, question.diary
    records, bound = world.records, diary.bound
    own = np.int64(records.last_order[records.file_of[person]])
    room = len(met.day)
    rows, n, grouped, asked = 0, 0, 0, 0
    at_home = mates(city, person) if bound[HOUSEHOLD] > 0.0 else np.int64(0)
    links = degree(city, person) if bound[STATIC] > 0.0 else np.int64(0)
    grouped_at_all = city.group[person] >= 0 and bound[GROUP] > 0.0
    circles = CIRCLES if grouped_at_all else 0
    team = circle_or_none(city, person, TEAM, grouped_at_all)
    site = circle_or_none(city, person, 1 - TEAM, grouped_at_all)
    for day in range(first, last + 1):
        four, left = NO_COINS, left_of_day(world, diary, day)
        for k in range(at_home):
            if k & 3 == 0:
                four = four_coins(world, diary, person, HOUSEHOLD, k, day)
            toss = coin_of(four, k)
            if toss < bound[HOUSEHOLD] * left:
                if n == room:
                    rows = enter_grouped(world, question, n, grouped, rows, person, first)
                    n, grouped = 0, 0
                meeting = (city.minutes_mean[HOUSEHOLD], toss)
                n = jot(met, n, np.int64(mate(city, person, k)), (HOUSEHOLD, day), meeting)
        asked += at_home
        if circles + links == 0 or stays_in(world, own, day):
            continue
        for which in range(circles if is_weekday(city, day) else 0):
            number, start, size, mean = team if which == TEAM else site
            w0, w1, _, _ = day_words(seed, number, which, day)
            rounds, first_round = rounds_on(city, size, mean, day, w0, w1)
            asked += rounds
            for k in range(rounds):
                if k & 3 == 0:
                    four = four_coins(world, diary, person, GROUP + which * SITE, k, day)
                toss = coin_of(four, k)
                if toss >= bound[GROUP] * left:
                    continue
                member = member_in_round(city, person, start, size, k, first_round)
                other = np.int64(city.group_member[member])
                if other != person:
                    if n == room:
                        rows = enter_grouped(world, question, n, grouped, rows, person, first)
                        n, grouped = 0, 0
                    met.grouped[grouped], met.turn[n] = n, first_turn(number, day) + k
                    grouped += 1
                    n = jot(met, n, other, (GROUP, day), (0.0, toss))
        for k in range(links):
            if k & 3 == 0:
                four = four_coins(world, diary, person, STATIC, k, day)
            toss = coin_of(four, k)
            if toss < bound[STATIC] * left:
                if n == room:
                    rows = enter_grouped(world, question, n, grouped, rows, person, first)
                    n, grouped = 0, 0
                other = np.int64(city.link[city.link_start[person] + k])
                n = jot(met, n, other, (STATIC, day), (STATIC_MINUTES, toss))
        asked += links
    return enter_grouped(world, question, n, grouped, rows, person, first), asked


@kernel
def enter_replayed(world, question, rows, person, first, last):
    """Enter the observed contacts with a time stamp. Returns (number of people, coins tossed).
    rows: people in the diary so far; first, last: days of the window."""
    city, met, diary = world.city, question.meetings, question.diary
    bound = diary.bound[TEMPORAL]
    room, n, asked = len(met.day), 0, 0
    for day in range(first, last + 1):
        begin, end = contacts_on(city, person, day)
        four, left = NO_COINS, left_of_day(world, diary, day)
        for k in range(end - begin):
            if k & 3 == 0:
                four = four_coins(world, diary, person, TEMPORAL, k, day)
            toss = coin_of(four, k)
            if toss < bound * left:
                if n == room:
                    rows = enter(world, question, n, rows, person, first)
                    n = 0
                met.time[n] = city.contact_time[begin + k]
                meeting = (np.float64(city.contact_minutes[begin + k]), toss)
                n = jot(met, n, np.int64(city.contact[begin + k]), (TEMPORAL, day), meeting)
        asked += end - begin
    return enter(world, question, n, rows, person, first), asked


@kernel
def enter_community(world, question, rows, person, first, last):
    """Enter the meetings of the person's stubs. Returns the number of people. rows: people in the
    diary so far; first, last: days of the window."""
    city, stubs, met, diary = world.city, question.stubs, question.meetings, question.diary
    records, bound = world.records, diary.bound[COMMUNITY]
    own = np.int64(records.last_order[records.file_of[person]])
    room, n, owned = len(stubs.day), 0, stub_count(city, person)
    area = area_of(city, person)
    stub = first_stub(city, area, person)
    for day in range(first, last + 1):
        if stays_in(world, own, day):
            continue
        four, left = NO_COINS, left_of_day(world, diary, day)
        for k in range(owned):
            if k & 3 == 0:
                four = four_coins(world, diary, person, COMMUNITY, k, day)
            toss = coin_of(four, k)
            if toss < bound * left and is_open(city, (stub + k) & LAST, day):
                stubs.area[n], stubs.stub[n], stubs.day[n] = area, stub + k, day
                stubs.least[n] = least_minutes(world, diary, COMMUNITY, toss / left)
                met.toss[n] = toss
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
            place = (COMMUNITY, stubs.day[i])
            anybody = jot(met, anybody, other, place, (stubs.minutes[i], met.toss[i]))
    for i in range(anybody):
        if is_real(city, person, met.person[i]):
            place = (COMMUNITY, met.day[i])
            real = jot(met, real, met.person[i], place, (met.minutes[i], met.toss[i]))
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
