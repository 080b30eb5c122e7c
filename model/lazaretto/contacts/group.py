"""The group layer: a stable class or team, some of whom one meets on a given weekday.

On a weekday the group of g people holds n rounds; in round r the member with rank i meets the member with rank (r - i) mod g (the
circle method of tournament schedules; i = its own partner is a free round). The rounds of a day are n consecutive residues from a
keyed start, so a meeting is symmetric, unstored, known for any past day, and costs one draw for group and day.
"""

from __future__ import annotations

from .._jit import inlined
from ..chance.laws import quantile
from ..chance.philox import below, draw, unit
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
def rounds_on(city, seed, group, day):
    """(number of rounds, first residue) on that day; no rounds at the weekend."""
    if not is_weekday(city, day):
        return 0, 0
    size = city.group_start[group + 1] - city.group_start[group]
    w = draw(seed, GROUP_DAY, group, day, 0)
    mean = city.group_mean_meetings[group]
    whole = int(mean)
    rounds = whole + (1 if unit(w[0]) < mean - whole else 0)
    return min(rounds, size), below(w[1], size)


@inlined
def partner_in_round(city, person, k, first):
    """Whom the person meets in the k-th round of a day that starts at residue `first`: a person, or -1 for a free round."""
    group = city.group[person]
    start = city.group_start[group]
    size = city.group_start[group + 1] - start
    own = city.group_slot[person]
    rank = (first + k - own) % size
    return -1 if rank == own else city.group_member[start + rank]


@inlined
def group_meeting(city, seed, one, other, day):
    """(minutes together, close and unprotected) of the meeting of two group members on a day, the same for both."""
    w = draw(seed, GROUP_MEETING, min(one, other), max(one, other), day)
    return quantile(city.minutes, GROUP_LAYER, w[0]), unit(w[1]) < city.close_fraction[GROUP_LAYER]
