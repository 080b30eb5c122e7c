"""People who only were in the same place: positions cannot tell them from contacts.

Each time is seen or not like a meeting, by a coin that is tossed before anybody looks up who it
was, and only people who were seen are entered.
"""

from __future__ import annotations

import numpy as np

from ..._jit import kernel
from ...chance.laws import quantile
from ...chance.permutation import permute_rows, unpermute_rows
from ...contacts.colocation import nearby_keys, real_pair, slots_of
from ...contacts.community import area_of, is_real
from ...world.codes import NEAR, NEARBY_LAW
from ...world.queue import FULL
from .diary import diary_row
from .sighting import BEGIN, END, FAR, chance_seen, note_seen


@kernel
def add_colocated(world, question, rows, person, i, at, found):
    """Add whoever only shared the person's position, as instrument i sees it. rows: people in the
    diary so far; at, found: of the places, the first one, and how many there are. Returns how many
    people there are now."""
    city, policy, slots = world.city, world.policy, question.stubs
    met, places, owned = question.meetings, question.places, policy.colocation_slots[i]
    if at == found:
        return rows
    area = area_of(city, person)
    own, count, bits = slots_of(city, area, person, owned)
    room, n, day = len(slots.day), 0, np.int64(-1)
    k0, k1, k2, k3 = nearby_keys(world.seed, area, 0)
    while at < found:
        four = places.at[at] >> 2
        if places.day[four] != day:
            day = places.day[four]
            k0, k1, k2, k3 = nearby_keys(world.seed, area, day)
        slot = own + places.first[four] + (places.at[at] & 3)
        slots.area[n], slots.stub[n], slots.day[n] = area, slot, day
        slots.slots[n], slots.bits[n], met.toss[n] = count, bits, places.toss[at]
        slots.key_0[n], slots.key_1[n], slots.key_2[n], slots.key_3[n] = k0, k1, k2, k3
        n, at = n + 1, at + 1
        if n == room:
            rows = enter_near(world, question, n, rows, person, i)
            n = 0
    return enter_near(world, question, n, rows, person, i)


@kernel
def enter_near(world, question, n, rows, person, i):
    """Enter a batch of n co-location slots (columns `area`, `stub`: own slot, `day`, `slots`,
    `bits` and keys of the day's matching), as far as they are matched and real. Returns the number
    of rows."""
    city, policy = world.city, world.policy
    diary, slots, met = question.diary, question.stubs, question.meetings
    if n == 0:
        return rows
    owned, mean = policy.colocation_slots[i], policy.colocations_per_day[i]
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
        near, slots.word[j], moment = real_pair(
            world.seed, slots.area[j], slots.day[j], slots.stub[j], slots.pair[j], owned, mean
        )
        slots.minutes[j] = slots.day[j] + moment
        inside = diary.asked[BEGIN] <= slots.minutes[j] < diary.asked[END]
        real += near & inside & is_real(city, person, slots.place[j])
    for at in range(real):
        j = slots.kept[at]
        time = slots.minutes[j]
        dwell = quantile(world.rates.tables, NEARBY_LAW + 2 * i, slots.word[j])
        if met.toss[j] >= chance_seen(policy, diary.asked, i, NEAR, time, dwell):
            continue
        row, rows = diary_row(diary, rows, slots.place[j])
        if row < 0:
            world.queue.state[FULL] = 1
            return rows
        note_seen(world.queue, diary, row, time, dwell, FAR)
    return rows
