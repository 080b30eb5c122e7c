"""The diary of a tracing question: whom the case met within the window, from the contact layers.

The same contacts through which infection could pass, less those that an order or a measure kept
from happening and those before or after the window: each meeting has a moment. Where an instrument
asks that sees meetings, a meeting's coin is tossed first, and only what it may have seen is looked
up (`places`). Passes over a batch of meetings, so that the cache misses of different meetings
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
    first_turn,
    group_meeting,
    member_in_round,
    most_rounds,
)
from ...contacts.household import mate, mates
from ...contacts.nearness import nearness
from ...contacts.static import degree
from ...contacts.temporal import contacts_on
from ...world.codes import COMMUNITY, GROUP, HOUSEHOLD, NEAR, STATIC, STAYS, TEMPORAL
from ...world.queue import FULL
from ..hospital.care import share_in_hospital_at
from ..isolation.presence import coin_and_moment, share_at
from ..region.measures import open_share
from .calls import call_tie, is_called
from .places import PLACE_OF_NEAR, list_places, look_at_days, toss_coins
from .sighting import (
    APART,
    BEGIN,
    CALLS,
    CLOSE,
    CLOSE_AND_BARE,
    END,
    FAR,
    FIRST,
    INSTRUMENT,
    chance_seen,
    least_minutes,
    note_seen,
)

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
    diary.exposed[rows] = 0.0
    diary.layer[rows] = NEAR
    diary.days[rows] = 0
    diary.seen_last[rows] = -1
    diary.called[rows] = False
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
def order_then(records, order, time):
    """One step back from an order, or -1, towards the one that was in force: -1 where none can
    have been. Without branches."""
    there = max(order, 0)
    until, start = records.order_until[there], records.order_start[there]
    earlier = np.int64(records.order_previous[there]) if start > time else order
    return np.int64(-1) if (order < 0) | (until <= time) else earlier


@kernel
def keep_called(world, met, n, person, i):
    """Keep of the n meetings of the batch those with people whom the person may call: on the user's
    own phone list, or by the lasting coin of the two. Returns how many. i: the instrument that has
    the calls."""
    city, most = world.city, world.policy.most_called
    listed, kept = len(city.call_start) > 1, 0
    for at in range(n):
        other = met.person[at]
        if listed:
            may = met.layer[at] == HOUSEHOLD or is_called(city, person, other)
        else:
            may = call_tie(world.seed, person, other) < most[i, met.layer[at]]
        met.person[kept], met.layer[kept], met.day[kept] = other, met.layer[at], met.day[at]
        met.minutes[kept], met.toss[kept] = met.minutes[at], met.toss[at]
        met.time[kept] = met.time[at]
        kept += may
    return kept


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
    calls, kept = diary.window[CALLS], 0
    if calls >= 0:
        n = keep_called(world, met, n, person, calls)
    for i in range(n):
        met.coin[i], moment = coin_and_moment(seed, person, other[i], day[i])
        time[i] = day[i] + (time[i] if layer[i] == TEMPORAL else moment)
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
def write_diary(world, question, person, first, last, i):
    """Contacts of the person on the days first..last, from the layers, into an open diary that is
    ready for whoever asks (`look_for`), and the places of people only near whose coins fell, into
    lists of `places`. i: instrument that asks, or -1 for a whole diary. Returns (people in the
    diary, the first of the places of people only near, places in all, coins tossed)."""
    city, met, places = world.city, question.meetings, question.places
    question.diary.window[FIRST] = first
    look_at_days(world, question, person, first, last)
    fours = list_places(world, question, person, first, last, i)
    found, every = toss_coins(world, question, person, fours)
    room, rows, n, grouped, at = len(met.day), 0, 0, 0, 0
    usual = city.minutes_mean[HOUSEHOLD]
    while at < found:
        four, toss = places.at[at] >> 2, places.toss[at]
        layer, day = places.layer[four], places.day[four]
        if layer == COMMUNITY or layer >= PLACE_OF_NEAR:
            break
        k, at = places.first[four] + (places.at[at] & 3), at + 1
        if n == room:
            rows = enter_grouped(world, question, n, grouped, rows, person, first)
            n, grouped = 0, 0
        if layer == HOUSEHOLD:
            n = jot(met, n, np.int64(mate(city, person, k)), (HOUSEHOLD, day), (usual, toss))
        elif layer == STATIC:
            other = np.int64(city.link[city.link_start[person] + k])
            n = jot(met, n, other, (STATIC, day), (STATIC_MINUTES, toss))
        elif layer == TEMPORAL:
            contact = places.origin[four] + k
            met.time[n] = city.contact_time[contact]
            meeting = (np.float64(city.contact_minutes[contact]), toss)
            n = jot(met, n, np.int64(city.contact[contact]), (TEMPORAL, day), meeting)
        else:
            number, start, size, _ = circle_of(city, person, 0 if layer == GROUP else 1)
            member = member_in_round(city, person, start, size, k, places.origin[four])
            other = np.int64(city.group_member[member])
            if other != person:
                met.grouped[grouped], met.turn[n] = n, first_turn(number, day) + k
                grouped += 1
                n = jot(met, n, other, (GROUP, day), (0.0, toss))
    rows = enter_grouped(world, question, n, grouped, rows, person, first)
    rows, at = enter_community(world, question, rows, person, first, at, found)
    return rows, at, found, every


@kernel
def enter_community(world, question, rows, person, first, at, found):
    """Enter the meetings of the person's stubs. Returns (number of people, places worked on). rows:
    people in the diary so far; first: day of the window; at, found: of the places, the first one,
    and how many there are."""
    city, stubs, met, diary = world.city, question.stubs, question.meetings, question.diary
    places = question.places
    room, n = len(stubs.day), 0
    if stub_count(city, person) == 0:
        return rows, at
    area = area_of(city, person)
    stub = first_stub(city, area, person)
    while at < found:
        four, toss = places.at[at] >> 2, places.toss[at]
        if places.layer[four] != COMMUNITY:
            break
        k, day, at = places.first[four] + (places.at[at] & 3), places.day[four], at + 1
        if is_open(city, (stub + k) & LAST, day):
            stubs.area[n], stubs.stub[n], stubs.day[n] = area, stub + k, day
            left = places.left[day - first]
            stubs.least[n] = least_minutes(world, diary, COMMUNITY, toss / left)
            met.toss[n] = toss
            n += 1
            if n == room:
                rows = enter_met(world, question, n, rows, person, first)
                n = 0
    return enter_met(world, question, n, rows, person, first), at


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
