"""Whom an instrument finds among the people of the diary.

Of people whom it sees: whoever it saw long enough (`sighting`), with a probability by layer: that
somebody can be named and reached. Of addresses and calls: with a product of factors by layer,
longest meeting and days met. One entry per instrument in `Policy` (decisions 8 and 20).
"""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import draw, unit
from ...chance.streams import LISTING, PHONE
from ...world.codes import APP, EVERYBODY, HOUSEHOLD, NEAR, REMOTE
from ..response.likeness import is_app_ready, owns_phone
from .calls import call_tie
from .sighting import INSTRUMENT_BITS, adds_up, minutes_bin


@inlined
def takes_part(world, person, trait):
    """Whether the person owns what the instrument needs: a lasting trait, by age."""
    policy = world.policy
    if trait == EVERYBODY:
        return True
    if trait == APP:
        own = unit(draw(world.seed, PHONE, person, trait, 0)[0])
        uses = policy.app[len(policy.app) - 1, min(9, np.int64(world.city.age[person]) // 10)]
        return is_app_ready(world, person, own, uses)
    return owns_phone(world, person)


@inlined
def uses_app_since(world, person):
    """The day from which a user of the app has used it without a break."""
    policy, decade = world.policy, min(9, np.int64(world.city.age[person]) // 10)
    own = unit(draw(world.seed, PHONE, person, APP, 0)[0])
    row = len(policy.app) - 1
    while row > 0 and is_app_ready(world, person, own, policy.app[row - 1, decade]):
        row -= 1
    return policy.app_from[row]


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
def chance_known(policy, diary, row, i):
    """The probability that instrument i, which sees no meetings, has the person of that row on its
    list, if both own what it takes."""
    layer = diary.layer[row]
    if diary.called[row]:
        return policy.by_layer[i, REMOTE]
    probability = policy.by_layer[i, layer] * policy.by_minutes[i, minutes_bin(diary.longest[row])]
    if HOUSEHOLD < layer < NEAR:
        probability *= policy.by_days[i, min(6, days_met(diary.days[row])) - 1]
    return probability


@kernel
def chance_named(world, diary, row, i, index):
    """The probability that instrument i, which sees meetings, has the person of that row on its
    list of `index`: of what it saw of the two."""
    policy = world.policy
    if diary.seen_last[row] < 0:
        return 0.0
    since = 0.0
    if policy.trait[i] == APP and len(policy.app) > 1:  # days on which both already used the app
        mine = uses_app_since(world, index)
        since = max(mine, uses_app_since(world, diary.person[row]))
    counts = adds_up(world, diary, row, index, since)
    return policy.by_layer[i, diary.layer[row]] if counts else 0.0


@kernel
def find(world, diary, rows, i, index, number):
    """Whom of the diary's rows instrument i finds: `chosen` rows, in the order of the diary, each
    with the `word` that decides what comes of it. number: of the report. Returns how many. In
    passes, so that the draws of different people overlap. index: the case."""
    policy, seed = world.policy, world.seed
    by_call = policy.lists_calls[i]
    possible = 0
    for row in range(rows):
        if policy.sees_meetings[i]:
            probability = chance_named(world, diary, row, i, index)
        else:
            probability = chance_known(policy, diary, row, i)
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
            toss = call_tie(seed, index, other)
            diary.word[tied], diary.chosen[tied] = diary.word[at], diary.chosen[at]
            tied += toss < diary.chance[at]
        kept = tied
    if policy.trait[i] == EVERYBODY:
        return kept
    owners = 0
    for at in range(kept):
        other = diary.person[diary.chosen[at]]
        diary.word[owners], diary.chosen[owners] = diary.word[at], diary.chosen[at]
        owners += takes_part(world, other, policy.trait[i])
    return owners
