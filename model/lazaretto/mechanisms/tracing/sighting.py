"""What an instrument sees of a case's meetings, and whether that adds up to a contact.

Each meeting is seen or not by a coin of its own, keyed by case, day, instrument and the slot of the
meeting (the n-th place that the case's day has for one in that layer), so that the coin can be
tossed before anybody looks up who was met, and n meetings are seen with 1 - (1 - p)^n. What was
seen of a person on one day is added up and compared with the instrument's rule (decision 20).
"""

from __future__ import annotations

import math

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import draw, unit
from ...chance.streams import BELOW, SIGHTING
from ...world.codes import SEES_DISTANCE, SEES_MINUTES
from ...world.queue import FULL

INSTRUMENT_BITS = 4  # in a key: day or number of the report, then instrument
SLOT_BITS = 24  # in a key: layer, then slot
FAR, CLOSE, CLOSE_AND_BARE = 0, 1, 2  # how near the two were; bare: nobody was protected
# of `Diary.asked`: the window, in days of the run; from when on contacts are asked for, not sources
# alone; what trust has left of carrying a phone or app
BEGIN, END, FORWARD, READY = range(4)


@kernel
def minutes_bin(minutes):
    """0: below 5 minutes, 1: below 15, 2: below 60, 3: an hour or more."""
    return 0 if minutes < 5.0 else (1 if minutes < 15.0 else (2 if minutes < 60.0 else 3))


@inlined
def chance_seen(policy, asked, i, layer, time, minutes):
    """The probability that instrument i sees a meeting of that layer, time and length. asked:
    `Diary.asked`."""
    chance = policy.seen[i, layer] * policy.by_minutes[i, minutes_bin(minutes)] * asked[READY]
    if policy.sampling[i] > 0.0:
        chance *= min(1.0, minutes / policy.sampling[i])
    if policy.fade[i] > 0.0:
        chance *= math.exp(-policy.fade[i] * (asked[END] - time))
    return chance * policy.backward_factor[i] if time < asked[FORWARD] else chance


@inlined
def is_seen(world, diary, case, meeting):
    """Whether the instrument that asks sees the meeting. meeting: (layer, slot, time, minutes)."""
    i, policy = diary.window[2], world.policy
    layer, slot, time, minutes = meeting
    chance = chance_seen(policy, diary.asked, i, layer, time, minutes)
    key = (np.int64(time) << INSTRUMENT_BITS) | i
    w = draw(world.seed, SIGHTING, case, (layer << SLOT_BITS) | slot, key)
    return unit(w[0]) < chance


@inlined
def note_seen(queue, diary, row, time, minutes, nearness):
    """Note a meeting that was seen with the person of the row. What it returns is of no use.
    nearness: FAR, CLOSE or CLOSE_AND_BARE."""
    at = diary.window[3]
    if at == len(diary.seen_time):
        queue.state[FULL] = 1
        return np.int64(0)
    diary.window[3] = at + 1
    diary.seen_time[at], diary.seen_minutes[at], diary.seen_near[at] = time, minutes, nearness
    diary.seen_previous[at] = diary.seen_last[row]
    diary.seen_last[row] = at
    return np.int64(0)


@kernel
def adds_up(world, diary, row, case, since):
    """Whether what was seen of the person of the row makes a contact by the instrument's rule: so
    many minutes of a day, or fewer, which count by mistake. Leaves in the row's `most` the most
    minutes of one day that the instrument takes for close, in `total` all minutes, and the times of
    the first and the last meeting seen. since: day from which both have what it takes."""
    policy, i = world.policy, diary.window[2]
    most, total, first, last = 0.0, 0.0, np.inf, -np.inf
    counts = False
    at = diary.seen_last[row]
    while at >= 0:
        day = np.int64(diary.seen_time[at])
        if day >= since:
            total += diary.seen_minutes[at]
            first, last = min(first, diary.seen_time[at]), max(last, diary.seen_time[at])
            of_day = seen_of_day(diary, row, day, SEES_MINUTES)
            if of_day >= policy.threshold_minutes[i]:
                counts = True
            elif not counts and policy.below_threshold[i] > 0.0:
                key = (day << INSTRUMENT_BITS) | i
                w = draw(world.seed, BELOW, case, diary.person[row], key)
                counts = unit(w[0]) < policy.below_threshold[i]
            most = max(most, seen_of_day(diary, row, day, policy.sees[i]))
        at = diary.seen_previous[at]
    diary.most[row], diary.total[row] = most, total
    diary.since[row], diary.until[row] = first, last
    return counts


@inlined
def seen_of_day(diary, row, day, sees):
    """Minutes seen with the person of the row on that day, of what the instrument takes for close.
    sees: code of EXPOSURES."""
    least = FAR if sees == SEES_MINUTES else (CLOSE if sees == SEES_DISTANCE else CLOSE_AND_BARE)
    minutes = 0.0
    at = diary.seen_last[row]
    while at >= 0:
        if np.int64(diary.seen_time[at]) == day and diary.seen_near[at] >= least:
            minutes += diary.seen_minutes[at]
        at = diary.seen_previous[at]
    return minutes
