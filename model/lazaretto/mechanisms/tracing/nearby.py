"""People who only were in the same place: positions cannot tell them from contacts.

Each time is seen or not like a meeting, by a coin that is tossed before anybody looks up who it
was, and only people who were seen are entered.
"""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.laws import quantile
from ...chance.permutation import permute_rows, unpermute_rows
from ...contacts.colocation import colocation_at, nearby_keys, real_pair, slots_of
from ...contacts.community import area_of, is_real
from ...contacts.kinds import NEAR_WAY, NEAR_WORK
from ...world.codes import NEAR, NEARBY_LAW
from ...world.queue import FULL
from .diary import diary_row
from .places import PLACE_OF_NEAR
from .sighting import BEGIN, END, FAR, chance_seen, note_seen


@kernel
def add_colocated(world, question, rows, person, i, at, found):
    """Add whoever only shared the person's position, as instrument i sees it. rows: people in the
    diary so far; at, found: of the places, the first one, and how many there are. Returns how many
    people there are now."""
    city, seed, policy = world.city, world.seed, world.policy
    met, places, slots = question.meetings, question.places, question.stubs
    if at == found:
        return rows
    area = area_of(city, person)
    room, n, day, batch = len(slots.day), 0, np.int64(-1), np.int64(-1)
    own, count, bits, k0, k1, k2, k3 = 0, 0, 0, 0, 0, 0, 0
    for place in range(at, found):
        four, toss = places.at[place] >> 2, places.toss[place]
        kind, k = places.layer[four] - PLACE_OF_NEAR, places.first[four] + (places.at[place] & 3)
        owned, mean = policy.near_slots[i, kind], policy.near_per_day[i, kind]
        if kind in (NEAR_WORK, NEAR_WAY):
            when = places.day[four]
            other, word, moment = colocation_at(city, seed, person, kind, k, when, owned, mean)
            if other >= 0:
                rows = enter_one(world, question, rows, other, (i, when + moment, word, toss))
            continue
        if n == room or kind != batch:
            rows = enter_near(world, question, n, rows, person, (i, batch))
            n = 0
        if kind != batch:
            own, count, bits = slots_of(city, area, person, owned)
        if kind != batch or places.day[four] != day:
            batch, day = kind, places.day[four]
            k0, k1, k2, k3 = nearby_keys(seed, area, kind, day)
        slots.area[n], slots.stub[n], slots.day[n] = area, own + k, day
        slots.slots[n], slots.bits[n], met.toss[n] = count, bits, toss
        slots.key_0[n], slots.key_1[n], slots.key_2[n], slots.key_3[n] = k0, k1, k2, k3
        n += 1
    return enter_near(world, question, n, rows, person, (i, batch))


@kernel
def enter_near(world, question, n, rows, person, asking):
    """Enter a batch of n slots of an area (columns `area`, `stub`: own slot, `day`, `slots`, `bits`
    and keys of the day's matching), as far as they are matched and real. Returns the number of
    rows. asking: (instrument, kind of place)."""
    city, policy, (i, kind) = world.city, world.policy, asking
    diary, slots, met = question.diary, question.stubs, question.meetings
    if n == 0:
        return rows
    owned, mean = policy.near_slots[i, kind], policy.near_per_day[i, kind]
    start = np.int64(city.class_place[slots.area[0], 0])
    k0, k1, k2, k3 = slots.key_0, slots.key_1, slots.key_2, slots.key_3
    matching = (slots.slots, slots.bits, k0, k1, k2, k3)
    for j in range(n):
        slots.pair[j], slots.kept[j] = slots.stub[j], j
    permute_rows(slots.pair, slots.kept, n, matching)
    paired = 0
    for j in range(n):
        slots.pair[j] ^= 1
        slots.kept[paired], slots.wide[paired] = j, j
        paired += slots.pair[j] < slots.slots[j]
    unpermute_rows(slots.pair, slots.kept, paired, matching)
    for at in range(paired):
        j = slots.wide[at]
        slots.place[j] = city.person_at[start + slots.pair[j] // owned]
    real = 0
    for at in range(paired):
        j = slots.wide[at]
        slots.kept[real] = j
        low = min(slots.stub[j], slots.pair[j])
        toss, slots.word[j], moment = real_pair(world.seed, kind, low, slots.area[j], slots.day[j])
        slots.minutes[j] = slots.day[j] + moment
        inside = diary.asked[BEGIN] <= slots.minutes[j] < diary.asked[END]
        real += (toss * owned < mean) & inside & is_real(city, person, slots.place[j])
    for at in range(real):
        j = slots.kept[at]
        seen = (i, slots.minutes[j], slots.word[j], met.toss[j])
        rows = enter_one(world, question, rows, slots.place[j], seen)
    return rows


@inlined
def enter_one(world, question, rows, other, seen):
    """Enter somebody who was only near, if the instrument sees it within its window. Returns the
    number of rows. seen: (instrument, when, word for the dwell time, coin)."""
    diary, (i, time, word, toss) = question.diary, seen
    if not diary.asked[BEGIN] <= time < diary.asked[END]:
        return rows
    dwell = quantile(world.rates.tables, NEARBY_LAW + 2 * i, word)
    if toss >= chance_seen(world.policy, diary.asked, i, NEAR, time, dwell):
        return rows
    row, more = diary_row(diary, rows, other)
    if row < 0:
        world.queue.state[FULL] = 1
        return rows
    note_seen(world.queue, diary, row, time, dwell, FAR)
    return more
