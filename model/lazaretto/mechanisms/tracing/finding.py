"""Whom an instrument finds among the people of the diary.

The probability is a product of factors, one entry per instrument in `Policy`: by layer, longest
meeting, days met, days since, what the two own (decision 8).
"""

from __future__ import annotations

import math

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import draw, unit
from ...chance.streams import CALL_TIE, LISTING, PHONE
from ...world.codes import APP, EVERYBODY, HOUSEHOLD, NEAR, REMOTE
from .diary import LAST_DAY_BIT
from .ties import is_called

INSTRUMENT_BITS = 4  # in the key of a listing: number of the report, then instrument


@inlined
def takes_part(city, policy, seed, person, trait):
    """Whether the person owns what the instrument needs: a lasting trait, by age."""
    if trait == EVERYBODY:
        return True
    decade = min(9, np.int64(city.age[person]) // 10)
    owned = policy.app[len(policy.app) - 1, decade] if trait == APP else policy.phone[decade]
    return unit(draw(seed, PHONE, person, trait, 0)[0]) < owned


@inlined
def uses_app_since(city, policy, seed, person):
    """The day from which a user of the app has used it without a break."""
    decade = min(9, np.int64(city.age[person]) // 10)
    trait = unit(draw(seed, PHONE, person, APP, 0)[0])
    row = len(policy.app) - 1
    while row > 0 and trait < policy.app[row - 1, decade]:
        row -= 1
    return policy.app_from[row]


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
def first_bit(days):
    """The first day that is marked, counted from the first of the window; there is one. days: bit k
    for the k-th day."""
    first = np.int64(0)
    while days & 1 == 0:
        days >>= 1
        first += 1
    return first


@inlined
def latest_bit(days):
    """The last day that is marked, counted from the first of the window; there is one. days: bit k
    for the k-th day."""
    latest = np.int64(-1)
    while days != 0:
        days >>= 1
        latest += 1
    return latest


@kernel
def chance_found(world, diary, row, i, index, window):
    """The probability that instrument i finds the person of that row, on the list of `index`, if
    both own what it takes.

    window: (first day of the look-back, day of the list, both counted from the first day of the
    window, what trust has left of carrying a phone or app).
    """
    city, policy = world.city, world.policy
    forward_bit, last_bit, ready = window
    other, layer = diary.person[row], diary.layer[row]
    together = max(diary.longest[row], diary.dwell[row])
    probability = policy.by_layer[i, layer]
    if policy.trait[i] != EVERYBODY and layer != REMOTE and not policy.lists_calls[i]:
        probability *= ready
    if layer != REMOTE:
        probability *= policy.by_minutes[i, minutes_bin(together)]
    if layer < NEAR:
        if layer != HOUSEHOLD:
            if policy.lists_calls[i] and len(city.call_start) > 1:
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
def find(world, diary, rows, i, index, number, window):
    """Whom of the diary's rows instrument i finds: `chosen` rows, in the order of the diary, each
    with the `word` that decides what comes of it. number: of the report; window: as for
    `chance_found`. Returns how many. In passes, so that the draws of different people overlap.
    index: the case."""
    city, policy, seed = world.city, world.policy, world.seed
    by_call = policy.lists_calls[i]
    possible = 0
    for row in range(rows):
        probability = chance_found(world, diary, row, i, index, window)
        diary.chosen[possible], diary.chance[possible] = row, probability
        possible += (diary.person[row] != index) & (probability > 0.0)
    kept = 0
    for at in range(possible):
        row = diary.chosen[at]
        w = draw(seed, LISTING, index, diary.person[row], (number << INSTRUMENT_BITS) | i)
        diary.word[kept], diary.chosen[kept] = w[1], row
        kept += (unit(w[0]) < diary.chance[at]) | by_call
    if by_call:  # a lasting tie of the two decides
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
def both_had_app(world, diary, owners, index, first):
    """Keep of the chosen rows, so many, those whom the case met on a day on which both already used
    the app. index: the case; first: day of the window. Returns how many."""
    city, policy, seed = world.city, world.policy, world.seed
    mine = uses_app_since(city, policy, seed, index)
    kept = 0
    for at in range(owners):
        row = diary.chosen[at]
        since = max(mine, uses_app_since(city, policy, seed, diary.person[row]))
        diary.word[kept], diary.chosen[kept] = diary.word[at], row
        kept += diary.days[row] >> min(LAST_DAY_BIT, max(0, np.int64(since) - first)) != 0
    return kept
