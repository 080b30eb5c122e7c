"""Tracing: from a case to a list of people, by each instrument with its own errors.

The diary holds whom the case met within the look-back window: the same contacts through which
infection could pass. An instrument finds each with a probability that depends on layer, minutes and
days met, and on who owns what; operators add people who merely were in the same place, call lists
people who were not met at all. A list is delivered at once; each person on it is asked something,
by what the records say of them and by how long they were together with the case.
"""

from __future__ import annotations

import math

import numpy as np

from .._jit import inlined, kernel
from ..chance.laws import quantile
from ..chance.permutation import matched, permute_rows, round_keys, unpermute_rows
from ..chance.philox import draw, unit
from ..chance.strata import LAST
from ..chance.streams import CALL_TIE, LISTING, PHONE, PLACEBO, REMOTE_TIE, TRIGGER
from ..contacts.colocation import nearby_keys, real_pair, slots_of
from ..contacts.community import area_of, first_stub, is_open, is_real, meet, stub_count
from ..contacts.group import (
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
from ..contacts.household import mate, mates
from ..contacts.static import degree
from ..contacts.temporal import contacts_on
from ..population.stubs import mixing_group
from .isolation import (
    coin,
    give_order,
    open_file,
    recently_confirmed,
    share_of_day,
    share_under,
    trust,
    withdraw_watched,
)
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
    I_ASKED,
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
    MONITOR,
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
# days after the reported onset that a diary has room for; older days of the look-back are dropped
# then
LONGEST_WAIT = 30
LAST_DAY_BIT = 62
ORDERS_AHEAD = 2  # steps back in people's orders that are taken for a whole batch at once
DEPTH_BITS = 8  # in a delivery's `other`: instrument, then generations from the case
DAY_BITS = 12
CONTACT_BITS = 40
CONTACT_MASK = (1 << CONTACT_BITS) - 1
REMOTE_SALT = 3


@inlined
def takes_part(city, policy, seed, person, trait):
    """Whether the person owns what the instrument needs: a lasting trait, by age."""
    if trait == EVERYBODY:
        return True
    owned = policy.app if trait == APP else policy.phone
    return (
        unit(draw(seed, PHONE, person, trait, 0)[0])
        < owned[min(9, np.int64(city.age[person]) // 10)]
    )


@kernel
def on_case(city, rates, policy, seed, records, conduct, queue, tally, person, time, number, depth):
    """Somebody's contacts are asked for: every instrument asks, waits for its tracers' time, and
    will deliver its list after its delay. depth: 0 for a case, 1 for somebody on a case's list, and
    so on."""
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
        tally.delays[
            i, min(DELAY_BINS - 1, np.int64(min(delivered - time, 1e6) * DELAY_BINS_PER_DAY))
        ] += 1
        days = tally.instrument_daily.shape[2]
        tally.instrument_daily[i, 2, int(time)] += 1
        if start < days:
            tally.instrument_daily[i, 3, int(start)] += 1
        push(queue, delivered, DELIVERY, person, (depth << DEPTH_BITS) | i, number)


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
    until, start, previous = (
        records.order_until[there],
        records.order_start[there],
        np.int64(records.order_previous[there]),
    )
    earlier = previous if start > day else order
    return np.int64(-1) if (order < 0) | (until <= day) else earlier


@kernel
def enter(city, policy, seed, records, conduct, queue, diary, met, n, rows, person, first):
    """Enter a batch of meetings (columns `there`: whom, `within`: layer, `day`, `minutes` of rows
    0..n-1), less those that an order kept from happening that day. Returns the number of people.

    Passes over arrays, so that the cache misses of different meetings overlap.
    """
    other, layer, day, order = met.there, met.within, met.day, met.pair
    for i in range(n):
        order[i] = records.file_of[other[i]]
    for i in range(n):
        last = np.int64(records.last_order[max(order[i], 0)])
        order[i] = last if order[i] >= 0 else np.int64(-1)
    for _ in range(ORDERS_AHEAD):
        for i in range(n):
            order[i] = order_then(records, order[i], day[i])
    measured = len(policy.measure_start) > 0
    for i in range(n):
        if met.minutes[i] <= 0.0:
            continue
        share = diary.own[0 if layer[i] == HOUSEHOLD else 1, day[i] - first]
        if share < 1.0 or order[i] >= 0 or measured:
            share *= (
                share_under(policy, records, conduct, order[i], layer[i], day[i])
                if order[i] >= 0
                else 1.0
            )
            if measured:
                share *= open_share(city, policy, seed, records, person, other[i], layer[i], day[i])
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
    return rows


@inlined
def jot(met, n, other, layer, day, minutes):
    """Put a meeting into the batch. Returns how many there are."""
    met.there[n], met.within[n], met.day[n], met.minutes[n] = other, layer, day, minutes
    return n + 1


@kernel
def write_diary(city, policy, seed, records, conduct, queue, diary, met, person, first, last):
    """All contacts of the person on the days first..last, from the layers, into an open diary. met:
    room for a batch. Returns (number of people, meetings asked about)."""
    room = len(met.day)
    rows, n, grouped, asked = 0, 0, 0, 0
    for day in range(first, last + 1):
        diary.own[0, day - first] = share_of_day(policy, records, conduct, person, HOUSEHOLD, day)
        diary.own[1, day - first] = share_of_day(policy, records, conduct, person, COMMUNITY, day)
    circles = CIRCLES if city.group[person] >= 0 else 0
    for day in range(first, last + 1):
        for k in range(mates(city, person)):
            if n == room:
                rows = enter_grouped(
                    city,
                    policy,
                    seed,
                    records,
                    conduct,
                    queue,
                    diary,
                    met,
                    n,
                    grouped,
                    rows,
                    person,
                    first,
                )
                n, grouped = 0, 0
            n = jot(
                met,
                n,
                np.int64(mate(city, person, k)),
                HOUSEHOLD,
                day,
                city.minutes_mean[HOUSEHOLD],
            )
            asked += 1
        for which in range(circles if is_weekday(city, day) else 0):
            number, start, size, mean = circle_of(city, person, which)
            w0, w1, _, _ = day_words(seed, number, which, day)
            rounds, first_round = rounds_on(city, size, mean, day, w0, w1)
            asked += rounds
            for k in range(rounds):
                other = np.int64(
                    city.group_member[member_in_round(city, person, start, size, k, first_round)]
                )
                if other != person:
                    if n == room:
                        rows = enter_grouped(
                            city,
                            policy,
                            seed,
                            records,
                            conduct,
                            queue,
                            diary,
                            met,
                            n,
                            grouped,
                            rows,
                            person,
                            first,
                        )
                        n, grouped = 0, 0
                    met.kept[grouped], met.matching[n] = n, first_turn(number, day) + k
                    grouped += 1
                    n = jot(met, n, other, GROUP, day, 0.0)
        for k in range(degree(city, person)):
            if n == room:
                rows = enter_grouped(
                    city,
                    policy,
                    seed,
                    records,
                    conduct,
                    queue,
                    diary,
                    met,
                    n,
                    grouped,
                    rows,
                    person,
                    first,
                )
                n, grouped = 0, 0
            n = jot(
                met,
                n,
                np.int64(city.link[city.link_start[person] + k]),
                STATIC,
                day,
                STATIC_MINUTES,
            )
            asked += 1
    rows = enter_grouped(
        city, policy, seed, records, conduct, queue, diary, met, n, grouped, rows, person, first
    )
    n = 0
    if len(city.contact) > 0:
        for day in range(first, last + 1):
            begin, end = contacts_on(city, person, day)
            for k in range(begin, end):
                if n == room:
                    rows = enter(
                        city,
                        policy,
                        seed,
                        records,
                        conduct,
                        queue,
                        diary,
                        met,
                        n,
                        rows,
                        person,
                        first,
                    )
                    n = 0
                n = jot(
                    met,
                    n,
                    np.int64(city.contact[k]),
                    TEMPORAL,
                    day,
                    np.float64(city.contact_minutes[k]),
                )
                asked += 1
        rows = enter(
            city, policy, seed, records, conduct, queue, diary, met, n, rows, person, first
        )
        n = 0
    owned = stub_count(city, person)
    if owned > 0:
        area = area_of(city, person)
        stub = first_stub(city, area, person)
        for day in range(first, last + 1):
            for k in range(owned):
                if is_open(city, (stub + k) & LAST, day):
                    met.area[n], met.stub[n], met.day[n], met.least[n] = area, stub + k, day, 0.0
                    n += 1
                    if n == room:
                        rows = enter_met(
                            city,
                            policy,
                            seed,
                            records,
                            conduct,
                            queue,
                            diary,
                            met,
                            n,
                            rows,
                            person,
                            first,
                        )
                        n = 0
        asked += owned * (last + 1 - first)
        rows = enter_met(
            city, policy, seed, records, conduct, queue, diary, met, n, rows, person, first
        )
    return rows, asked


@kernel
def enter_grouped(
    city, policy, seed, records, conduct, queue, diary, met, n, grouped, rows, person, first
):
    """Enter a batch of meetings whose minutes are known but for the `grouped` ones, at the rows
    `kept`. Returns the number of people."""
    for j in range(grouped):
        i = met.kept[j]
        met.minutes[i] = group_meeting(
            city, seed, person, met.there[i], met.day[i], met.matching[i]
        )[0]
    return enter(city, policy, seed, records, conduct, queue, diary, met, n, rows, person, first)


@kernel
def enter_met(city, policy, seed, records, conduct, queue, diary, met, n, rows, person, first):
    """Enter the community meetings of a batch of the person's stubs. Returns the number of
    people."""
    meet(city, seed, met, n)
    anybody, real = 0, 0
    for i in range(n):
        if met.place[i] >= 0:
            anybody = jot(
                met,
                anybody,
                np.int64(city.person_at[met.place[i]]),
                COMMUNITY,
                met.day[i],
                met.minutes[i],
            )
    for i in range(anybody):
        if is_real(city, person, met.there[i]):
            real = jot(met, real, met.there[i], COMMUNITY, met.day[i], met.minutes[i])
    return enter(city, policy, seed, records, conduct, queue, diary, met, real, rows, person, first)


@inlined
def most_met(city, person):
    """The most people whom the person can meet on a day, but for observed contacts."""
    in_circles = np.int64(0)
    for which in range(CIRCLES):
        in_circles += most_rounds(city, person, which)
    return mates(city, person) + in_circles + degree(city, person) + stub_count(city, person)


@inlined
def observed(city, person, first, last):
    """Observed contacts of the person on the days first..last."""
    count = np.int64(0)
    for day in range(first, last + 1 if len(city.contact) > 0 else first):
        begin, end = contacts_on(city, person, day)
        count += end - begin
    return count


@inlined
def called(city, policy, person, i):
    """Slots of people whom a call list can add."""
    if policy.kind[i] != CALLS:
        return np.int64(0)
    if len(city.call_start) > 1:
        return city.call_start[person + 1] - city.call_start[person]
    return np.int64(np.ceil(policy.remote_ties[i])) if person < city.reach else np.int64(0)


@kernel
def add_colocated(city, rates, policy, seed, queue, diary, met, rows, person, first, last, i):
    """Add whoever merely shared the person's position on the days first..last. Returns the number
    of rows."""
    slots = policy.colocation_slots[i]
    if slots == 0 or stub_count(city, person) == 0:
        return rows
    area = area_of(city, person)
    own, count, bits = slots_of(city, area, person, slots)
    room, n = len(met.day), 0
    for day in range(first, last + 1):
        k0, k1, k2, k3 = nearby_keys(seed, area, day)
        for slot in range(own, own + slots):
            met.stub[n], met.day[n], met.slots[n], met.bits[n] = slot, day, count, bits
            met.key_0[n], met.key_1[n], met.key_2[n], met.key_3[n] = k0, k1, k2, k3
            n += 1
            if n == room:
                rows = enter_near(
                    city, rates, policy, seed, queue, diary, met, n, rows, person, area, slots, i
                )
                n = 0
    return enter_near(city, rates, policy, seed, queue, diary, met, n, rows, person, area, slots, i)


@kernel
def enter_near(city, rates, policy, seed, queue, diary, met, n, rows, person, area, slots, i):
    """Enter a batch of co-location slots (columns `stub`: own slot, `day`, `slots`, `bits` and keys
    of the day's matching), as far as they are matched and real. Returns the number of rows."""
    mean, start = policy.colocations_per_day[i], np.int64(city.class_place[area, 0])
    for j in range(n):
        met.pair[j], met.kept[j] = met.stub[j], j
    permute_rows(
        met.pair, met.kept, n, met.slots, met.bits, met.key_0, met.key_1, met.key_2, met.key_3
    )
    paired = 0
    for j in range(n):
        met.pair[j] ^= 1
        met.kept[paired], met.wide[paired] = j, j
        paired += met.pair[j] < met.slots[j]
    unpermute_rows(
        met.pair, met.kept, paired, met.slots, met.bits, met.key_0, met.key_1, met.key_2, met.key_3
    )
    for at in range(paired):
        j = met.wide[at]
        met.there[j] = city.person_at[start + met.pair[j] // slots]
    real = 0
    for at in range(paired):
        j = met.wide[at]
        met.kept[real] = j
        near, met.close[j] = real_pair(
            seed, area, met.day[j], met.stub[j], met.pair[j], slots, mean
        )
        real += near & (met.there[j] != person)
    for at in range(real):
        j = met.kept[at]
        row, rows = diary_row(diary, rows, met.there[j])
        if row < 0:
            queue.state[FULL] = 1
            return rows
        dwell = quantile(rates.tables, INSTRUMENT_LAWS + 2 * i + 1, met.close[j])
        diary.dwell[row] = max(diary.dwell[row], dwell)
    return rows


@kernel
def add_called(city, policy, seed, queue, diary, rows, person, i):
    """Add people whom the person called without meeting them in the window: of the user's own phone
    list, or lasting ties across the city, a keyed matching of so many slots a person. Returns the
    number of rows."""
    listed, slots = len(city.call_start) > 1, called(city, policy, person, i)
    for k in range(slots):
        other = (
            np.int64(city.call[city.call_start[person] + k])
            if listed
            else remote_tie(city, policy, seed, person, k, slots, i)
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
    """Whom the person's k-th slot of lasting ties leads to, or -1: a slot is real with the
    probability that makes the stated mean."""
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
def chance_found(city, policy, diary, row, i, index, forward_bit, last_bit, ready):
    """The probability that instrument i finds the person of that row, on the list of `index`, if
    both own what it takes. forward_bit, last_bit: the first day of the look-back and the day of the
    list, counted from the first day of the window. ready: what trust has left of carrying a phone
    or app."""
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
    return probability


@kernel
def mark_known(records, diary, rows, index, number):
    """Mark in `diary.first` the people who are on no list of that case and report yet."""
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
def note_known(records, queue, index, contact, number):
    """Note that the contact is on a list of that case and report."""
    if len(records.known_last) == 0:
        return
    at = records.counted[2]
    if at == len(records.known_pair):
        queue.state[FULL] = 1
        return
    records.counted[2] += 1
    records.known_pair[at] = (np.int64(number) << CONTACT_BITS) | contact
    records.known_previous[at] = records.known_last[index]
    records.known_last[index] = at


@kernel
def stand_in(city, seed, index, listed, i):
    """The matched null: a random person of the same area and age group, chosen blind to truth and
    list (the listed person where none is found in 64 attempts)."""
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
    """The matched null of a list of household members: a person of a random household with as many
    members as the case's, or more, of the same area, or else of the city (the case where none is
    found)."""
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
def ask_of(
    city,
    rates,
    policy,
    seed,
    records,
    conduct,
    queue,
    tally,
    index,
    other,
    time,
    i,
    close,
    exposed,
    word,
):
    """What the person on the list is asked: to stay in quarantine, to be tested, to report
    symptoms, or nothing (only told). Symptoms reported within the days of a quarantine before the
    list count as reported to it, once. exposed: the two were really together for as long as makes a
    contact close, which the informed person may judge."""
    asked = policy.instruction[i, 1 if close else 0]
    if asked == INFORM:
        tally.daily[INFORMED, int(time)] += 1
        if unit(word) < policy.heed * (1.0 if exposed else 1.0 - policy.skill):
            until = time + policy.quarantine_days
            give_order(
                city,
                rates,
                policy,
                seed,
                records,
                conduct,
                queue,
                tally,
                other,
                time,
                until,
                SELF,
                -1,
            )
        return
    if recently_confirmed(policy, records, other, time):
        return
    if asked == QUARANTINE:
        until = time + policy.quarantine_days
        give_order(
            city,
            rates,
            policy,
            seed,
            records,
            conduct,
            queue,
            tally,
            other,
            time,
            until,
            LISTED + i,
            index,
        )
    elif asked == MONITOR:
        file = open_file(records, other)
        until = time + policy.quarantine_days
        if until > records.watched_until[file]:
            records.watched_until[file], records.watched_by[file] = until, i
        report = records.reported_onset[file]
        if (
            time - policy.quarantine_days < report <= time and report != records.watch_onset[file]
        ):  # ill already, and it is known
            withdraw_watched(
                city, rates, policy, seed, records, conduct, queue, tally, other, time, word
            )
    else:
        open_file(records, other)
        tally.daily[CONTACTS_TESTED, int(time)] += 1
        push(
            queue,
            time + quantile(rates.tables, CONTACT_SAMPLE_LAW, word),
            SAMPLE,
            other,
            CONTACT,
            0,
        )


@kernel
def on_delivery(
    city,
    rates,
    policy,
    seed,
    records,
    conduct,
    queue,
    tally,
    diary,
    met,
    person,
    time,
    i,
    depth,
    number,
):
    """Instrument i delivers its list for `person`; everybody on it is asked what the instrument
    prescribes.

    Decides from records, contacts and phones alone; the truth about infections is not even passed.
    Returns (contacts in the diary, list entries, written to diary.listed); (-1, 0) where the
    instrument can do nothing.
    """
    file = records.file_of[person]
    begun, report = records.traced[file], records.reported_onset[file]
    known_from = (
        report if begun - LONGEST_WAIT <= report <= begun else begun
    )  # without symptoms: from the result
    last = int(time)
    first = max(
        0, int(known_from - policy.backward[i]), last - int(policy.backward[i]) - LONGEST_WAIT
    )
    if policy.kept_days[i] < last - first:  # the records of older days have been deleted
        first = last - int(policy.kept_days[i])
    forward_bit = max(0, int(known_from - policy.lookback[i]) - first)
    if not takes_part(city, policy, seed, person, policy.trait[i]):
        return -1, 0
    cut = first - max(0, int(known_from - policy.backward[i]))
    tally.instrument[i, I_CUT] += cut
    days = last + 1 - first
    near = policy.colocation_slots[i] if stub_count(city, person) > 0 else np.int64(0)
    open_diary(
        diary,
        days * (most_met(city, person) + near)
        + observed(city, person, first, last)
        + called(city, policy, person, i),
    )
    contacts, asked = write_diary(
        city, policy, seed, records, conduct, queue, diary, met, person, first, last
    )
    tally.instrument[i, I_ASKED] += asked + days * near + called(city, policy, person, i)
    rows = add_colocated(
        city, rates, policy, seed, queue, diary, met, contacts, person, first, last, i
    )
    if policy.kind[i] == CALLS:
        rows = add_called(city, policy, seed, queue, diary, rows, person, i)
    mark_known(records, diary, rows, person, number)
    home = (
        other_home(city, seed, person, i)
        if policy.placebo and policy.kind[i] == HOUSEHOLD_LIST
        else np.int64(person)
    )
    ready = trust(city, policy, conduct, person)
    named = found(
        city, policy, seed, diary, rows, i, person, number, forward_bit, last - first, ready
    )
    if not policy.placebo:
        bring_near(records, diary, named)
    entries = 0
    for entry in range(named):
        row = diary.chosen[entry]
        other, new = diary.person[row], diary.first[row]
        close = max(diary.longest[row], diary.dwell[row]) >= policy.close_minutes
        exposed = (
            diary.minutes[row] > 0.0
            and diary.longest[row] >= policy.close_minutes
            and not policy.placebo
        )
        if new:
            note_known(records, queue, person, other, number)
        if policy.placebo:
            other = (
                stand_in(city, seed, person, other, i)
                if home == person
                else np.int64(mate(city, home, entries))
            )
        diary.listed[entries] = other
        diary.first[entries] = new
        entries += 1
        if new:
            word = diary.word[entry]
            ask_of(
                city,
                rates,
                policy,
                seed,
                records,
                conduct,
                queue,
                tally,
                person,
                other,
                time,
                i,
                close,
                exposed,
                word,
            )
            if (
                depth < policy.recursion
                # an event of its own, so that the order in which they queue does not hang on the
                # diary's
            ):
                push(queue, time, TRACE, other, ((depth + 1) << DEPTH_BITS) | i, 0)
    return contacts, entries


@kernel
def found(city, policy, seed, diary, rows, i, index, number, forward_bit, last_bit, ready):
    """Whom of the diary's rows the instrument finds: `chosen` rows, in the order of the diary, each
    with the `word` that decides what comes of it. Returns how many. In passes, so that the draws of
    different people overlap."""
    possible = 0
    for row in range(rows):
        probability = chance_found(city, policy, diary, row, i, index, forward_bit, last_bit, ready)
        diary.chosen[possible], diary.chance[possible] = row, probability
        possible += (diary.person[row] != index) & (probability > 0.0)
    kept = 0
    for at in range(possible):
        row = diary.chosen[at]
        w = draw(seed, LISTING, index, diary.person[row], (number << 4) | i)
        diary.word[kept], diary.chosen[kept] = w[1], row
        kept += (unit(w[0]) < diary.chance[at]) | (policy.kind[i] == CALLS)
    if policy.kind[i] == CALLS:  # a lasting tie of the two decides
        tied = 0
        for at in range(kept):
            other = diary.person[diary.chosen[at]]
            toss = unit(draw(seed, CALL_TIE, min(index, other), max(index, other), 0)[0])
            diary.word[tied], diary.chosen[tied] = diary.word[at], diary.chosen[at]
            tied += toss < diary.chance[at]
        kept = tied
    if policy.trait[i] == EVERYBODY:
        return kept
    owners = 0
    for at in range(kept):
        other = diary.person[diary.chosen[at]]
        diary.word[owners], diary.chosen[owners] = diary.word[at], diary.chosen[at]
        owners += takes_part(city, policy, seed, other, policy.trait[i])
    return owners


@kernel
def bring_near(records, diary, named):
    """Read what asking the people of the chosen rows will need of the records, so that it is near
    when they are asked in turn: loads that do not wait for each other. What it leaves in
    `diary.chance` is of no use."""
    touched = 0.0
    for at in range(named):
        diary.infection[at] = records.file_of[diary.person[diary.chosen[at]]]
    for at in range(named):
        file = max(diary.infection[at], 0)
        touched += records.confirmed[file]
        diary.infection[at] = records.last_order[file] if diary.infection[at] >= 0 else np.int64(-1)
    for at in range(named):
        order = max(diary.infection[at], 0)
        touched += records.order_start[order] + records.order_until[order]
    diary.chance[0] = touched


@kernel
def on_trace(city, rates, policy, seed, records, conduct, queue, tally, person, time, i, depth):
    """The contacts of somebody on a list are asked for too, unless that was done within the
    look-back."""
    file = open_file(records, person)
    if records.traced[file] + policy.lookback[i] < time:
        on_case(
            city,
            rates,
            policy,
            seed,
            records,
            conduct,
            queue,
            tally,
            person,
            time,
            (depth << DAY_BITS) | int(time),
            depth,
        )


@kernel
def report_list(policy, history, tally, diary, contacts, entries, person, time, i):
    """Reports only: what the contacts and the list of the case `person` were in truth. Nothing of
    it goes back into the model."""
    own = history.infection_of[person]
    tally.instrument[i, I_CASES] += 1
    tally.instrument_daily[i, 0, int(time)] += 1
    tally.instrument[i, I_CONTACTS] += contacts
    infected, infectees = 0, 0
    for row in range(contacts):
        diary.infection[row] = history.infection_of[diary.person[row]]
    for row in range(contacts):  # without branches: who was infected by then is hard to foretell
        infection = max(diary.infection[row], 0)
        by_then = (diary.infection[row] >= 0) & (history.time[infection] <= time)
        infected += by_then
        infectees += by_then & (own >= 0) & (history.source[infection] == own)
    tally.instrument[i, I_INFECTED_CONTACTS] += infected
    tally.instrument[i, I_INFECTEES] += infectees
    for entry in range(entries):
        listed = diary.listed[entry]
        row = diary.slot[slot_of(diary, listed)]
        minutes = diary.minutes[row] if row >= 0 else 0.0
        named = policy.kind[i] != NOTICE
        count_listing(history, tally, time, person, listed, i, minutes, diary.first[entry], named)


@kernel
def count_listing(history, tally, time, index, listed, i, minutes, new, named):
    """Reports only: what the list's entry was in truth. named: whether anybody holds a list with
    the person's name."""
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
        tally.list_rows[at, 3] = (
            (1 if true else 0)
            | (2 if infected else 0)
            | (4 if latent else 0)
            | (8 if infectee else 0)
        )
        tally.list_time[at] = time
        tally.list_minutes[at] = minutes
        tally.counted[0] = at + 1
