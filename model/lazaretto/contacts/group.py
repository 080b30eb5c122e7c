"""The group layer: a stable class or team, some of whom one meets on a given weekday, and now and
then others of the same site.

On a weekday a circle of g people holds n rounds; in round r the member with rank i meets the member
with rank (r - i) mod g (the circle method of tournament schedules; i = its own partner is a free
round). The rounds of a day are n consecutive residues from a keyed start, so a meeting is
symmetric, unstored, known for any past day, and costs one draw for circle and day. A person stands
in two circles: the group (class or team), and the site (school or workplace) that some groups
share, where fewer rounds are held.
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined
from ..chance.philox import below, draw, unit
from ..chance.strata import quantile_within, stratum_at
from ..chance.streams import GROUP_DAY, GROUP_MEETING

GROUP_LAYER = 1
SCHOOL_DAYS = 5
GROUP, SITE = 0, 1  # the circles
CIRCLES = 2


@inlined
def is_weekday(city, day):
    """True from Monday to Friday."""
    return (day + city.first_weekday) % 7 < SCHOOL_DAYS


@inlined
def circle_of(city, person, which):
    """(number, first entry in `group_member`, size, mean rounds a weekday) of the person's group or
    site. which: TEAM (the group) or SITE."""
    group = np.int64(city.group[person])
    if which == GROUP:
        start = np.int64(city.group_start[group])
        return group, start, city.group_start[group + 1] - start, city.group_mean_meetings[group]
    site = np.int64(city.site_of_group[group])
    start = np.int64(city.site_start[site])
    return site, start, city.site_start[site + 1] - start, city.site_mean_meetings[site]


@inlined
def most_rounds(city, person, which):
    """The largest number of rounds of that circle on a day (0 for people without a group). which:
    TEAM or SITE."""
    if city.group[person] < 0:
        return np.int64(0)
    mean = circle_of(city, person, which)[3]
    return np.int64(mean) + 1 if mean > 0.0 else np.int64(0)


@inlined
def day_words(seed, number, which, day):
    """The words that give a circle's day: whether there is one round more, and the first residue.
    number: of the group or site; which: TEAM or SITE."""
    return draw(seed, GROUP_DAY, number, day, which)


@inlined
def first_turn(number, day):
    """The turn of a circle's first round of the day: known without a draw, another one every day.
    number: of the group or site."""
    return number + 3 * day


@inlined
def rounds_on(city, size, mean, day, w0, w1):
    """(number of rounds, first residue) on that day; no rounds at the weekend. w0, w1: of
    `day_words`. size: members; mean: rounds a weekday."""
    if not is_weekday(city, day):
        return np.int64(0), np.int64(0)
    whole = np.int64(mean)
    return min(whole + np.int64(unit(w0) < mean - whole), size), below(w1, size)


@inlined
def rank_in_round(rank, size, k, first):
    """The rank of whom the member of that rank meets in the k-th round of a day that starts at
    residue `first`; in a free round its own. size: members, at least as many as rounds."""
    other = first + k - rank  # between -size and 2 x size
    other += size if other < 0 else np.int64(0)
    return other - size if other >= size else other


@inlined
def member_in_round(city, person, start, size, k, first):
    """Whom the person meets in the k-th round of a day that starts at residue `first`: an index in
    `group_member`, which is the person's own in a free round. start: first entry of the circle in
    `group_member`; size: members."""
    rank = np.int64(city.group_start[city.group[person]]) + city.group_slot[person] - start
    return start + rank_in_round(rank, size, k, first)


@inlined
def minutes_in_round(city, turn, word):
    """Minutes together in a round of that turn. word: the first of the pair's GROUP_MEETING
    draw."""
    return quantile_within(city.minutes, GROUP_LAYER, stratum_at(turn), word)


@inlined
def group_meeting(city, seed, one, other, day, turn):
    """Minutes together in the meeting of two group members on a day, in the round of that turn, the
    same for both."""
    w = draw(seed, GROUP_MEETING, min(one, other), max(one, other), day)
    return minutes_in_round(city, turn, w[0])
