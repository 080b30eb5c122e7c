"""The group layer: a stable class or team, some of whom one meets on a given weekday.

On a weekday the group of g people holds n rounds; in round r the member with rank i meets the member with rank (r - i) mod g (the
circle method of tournament schedules; i = its own partner is a free round). The rounds of a day are n consecutive residues from a
keyed start, so a meeting is symmetric, unstored, known for any past day, and costs one draw for group and day.
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined
from ..chance.philox import below, draw, unit
from ..chance.strata import quantile_within, stratum_at
from ..chance.streams import GROUP_DAY, GROUP_MEETING

GROUP_LAYER = 1
SCHOOL_DAYS = 5


@inlined
def is_weekday(city, day):
    """True from Monday to Friday."""
    return (day + city.first_weekday) % 7 < SCHOOL_DAYS


@inlined
def most_rounds(city, person):
    """The largest number of rounds the person's group can hold on a day (0 without a group)."""
    if len(city.group) == 0 or city.group[person] < 0:
        return 0
    return int(city.group_mean_meetings[city.group[person]]) + 1


@inlined
def day_words(seed, group, day):
    """The words that give a group's day: whether there is one round more, the first residue, and the turn of the first round."""
    return draw(seed, GROUP_DAY, group, day, 0)


@inlined
def rounds_on(city, group, day, w0, w1):
    """(number of rounds, first residue) on that day; no rounds at the weekend. w0, w1: of `day_words`."""
    if not is_weekday(city, day):
        return np.int64(0), np.int64(0)
    size = np.int64(city.group_start[group + 1] - city.group_start[group])
    mean = city.group_mean_meetings[group]
    whole = np.int64(mean)
    return min(whole + np.int64(unit(w0) < mean - whole), size), below(w1, size)


@inlined
def member_in_round(city, person, k, first):
    """Whom the person meets in the k-th round of a day that starts at residue `first`: an index in `group_member`, which is the
    person's own in a free round."""
    group = city.group[person]
    start = city.group_start[group]
    size = city.group_start[group + 1] - start
    return np.int64(start) + (first + k - city.group_slot[person]) % size


@inlined
def group_meeting(city, seed, one, other, day, turn):
    """(minutes together, close and unprotected) of the meeting of two group members on a day, in the round of that turn, the same
    for both."""
    w = draw(seed, GROUP_MEETING, min(one, other), max(one, other), day)
    minutes = quantile_within(city.minutes, GROUP_LAYER, stratum_at(turn), w[0])
    return minutes, unit(w[1]) < city.close_fraction[GROUP_LAYER]
