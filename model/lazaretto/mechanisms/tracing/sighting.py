"""What an instrument sees of a case's meetings, and whether that adds up to a contact.

Each meeting is seen or not by a coin of its own, keyed by case, day, instrument and the slot of the
meeting (the n-th place that the case's day has for one in that layer), so that n meetings are seen
with 1 - (1 - p)^n. The coin is tossed before anybody looks up who was met: only what can have been
seen, by the instrument's largest probability in that layer, is looked up and then compared with the
probability itself. What was seen of a person on one day is added up and compared with the
instrument's rule (decision 20).
"""

from __future__ import annotations

import math

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import draw, unit
from ...chance.streams import BELOW
from ...world.codes import NEAR, SEES_DISTANCE, SEES_MINUTES
from ...world.queue import FULL
from ...world.stated import ALL

INSTRUMENT_BITS = 4  # in a key: day or number of the report, then instrument
SLOT_BITS = 24  # in a key: layer, then slot / 4: one draw has coins for four slots
BIN_FROM = (0.0, 5.0, 15.0, 60.0)  # minutes
ROUNDING = 1e-9
FAR, CLOSE, CLOSE_AND_BARE = 0, 1, 2  # how near the two were; bare: nobody was protected
# of `Diary.asked`: the window, in days of the run; from when on contacts are asked for, not sources
# alone; what trust has left of carrying a phone or app
BEGIN, END, FORWARD, READY = range(4)
# of `Diary.window`: first day; 1 where it matters which meetings were close and unprotected;
# instrument that asks, or -1 where all meetings are entered; meetings seen so far; instrument that
# has the calls, or -1
FIRST, APART, INSTRUMENT, SIGHTINGS, CALLS = range(5)


@inlined
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


@kernel
def look_for(policy, diary, i):
    """Ready the diary for instrument i, or for all meetings (-1): by layer, below what number a
    coin must lie for its meeting to be looked up."""
    tosses = i >= 0 and policy.sees_meetings[i]
    for layer in range(NEAR + 1):
        most = ALL if layer < NEAR else 0.0
        if i >= 0:
            most = policy.most_seen[i, layer]
        diary.bound[layer] = most * diary.asked[READY] if tosses else most
    diary.window[INSTRUMENT] = i if tosses else -1
    diary.window[SIGHTINGS] = 0
    diary.window[CALLS] = i if i >= 0 and policy.lists_calls[i] else -1


@inlined
def least_minutes(world, diary, layer, toss):
    """Shorter meetings with that coin are not seen, whatever else holds. layer: of the meeting."""
    policy, i = world.policy, diary.window[INSTRUMENT]
    if i < 0:
        return 0.0
    sure = policy.seen[i, layer] * diary.asked[READY]
    least, longest = np.inf, np.inf
    for at in range(len(BIN_FROM) - 1, -1, -1):
        chance = sure * policy.by_minutes[i, at]
        if chance > toss:
            needs = max(BIN_FROM[at], policy.sampling[i] * (toss / chance))
            least = needs if needs < longest else least
        longest = BIN_FROM[at]
    return least * (1.0 - ROUNDING)


@inlined
def note_seen(queue, diary, row, time, minutes, nearness):
    """Note a meeting that was seen with the person of the row. What it returns is of no use.
    nearness: FAR, CLOSE or CLOSE_AND_BARE."""
    at = diary.window[SIGHTINGS]
    if at == len(diary.seen_time):
        queue.state[FULL] = 1
        return np.int64(0)
    diary.window[SIGHTINGS] = at + 1
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
    policy, i = world.policy, diary.window[INSTRUMENT]
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
