"""What people do about the epidemic of their own accord: they give up contacts outside the home as
reports rise, and protect themselves in those that are left.

The share of contacts kept on a day is floor + (1 - floor) x (1 - depth x weariness), with depth =
x^k / (x^k + h^k) of the reports x of a week (the awareness of Weitz et al 2020, doi
10.1073/pnas.2009911117), and weariness = exp(-fatigue x days of full response so far). A contact
is kept where the coin of the pair and day falls below that share, so tracers find just those that
took place.
"""

from __future__ import annotations

import math

from ..._jit import inlined, kernel
from ...chance.philox import draw, unit
from ...chance.streams import SHIELD
from ...contacts.nearness import nearness
from ...world.codes import HOUSEHOLD
from ...world.files import per_100k_of_week
from .statement import LOOKED_AT

NOTHING, CASES, DEATHS = (LOOKED_AT.index(n) for n in ("nothing", "reported-cases", "deaths"))
CONTACTS = LOOKED_AT.index("contacts")


@kernel
def respond(world, day):
    """Decide what share of contacts outside the home people keep on the day that begins, and what
    share of those that are left is protected."""
    policy, conduct = world.policy, world.conduct
    conduct.protected[day] = policy.protected
    if policy.responds_to == CONTACTS:
        conduct.contacts_kept[day] = stated_on(policy, day)
    elif policy.responds_to != NOTHING and policy.least_kept < 1.0:
        ratio = (looked_at(world, day) / policy.half_at) ** policy.steepness
        depth = ratio / (1.0 + ratio) if ratio < math.inf else 1.0
        room = 1.0 - policy.least_kept
        given_up = 0.0
        for past in range(day if policy.response_fatigue > 0.0 else 0):
            given_up += min(1.0, (1.0 - conduct.contacts_kept[past]) / room)
        conduct.contacts_kept[day] = 1.0 - room * depth * math.exp(
            -policy.response_fatigue * given_up
        )


@inlined
def stated_on(policy, day):
    """The value of the stated series on that day; the last holds afterwards."""
    return policy.series[max(0, min(len(policy.series) - 1, day - int(policy.series_from)))]


@kernel
def looked_at(world, day):
    """What people look at on that day: reports of the week that ended some days ago, per 100,000
    people, or the value of a stated series of it."""
    policy, records = world.policy, world.records
    until = day - int(policy.response_lag)
    if policy.responds_to != CASES and policy.responds_to != DEATHS:
        return stated_on(policy, until) if until >= policy.series_from else 0.0
    by_day = records.cases_by_day if policy.responds_to == CASES else records.deaths_by_day
    return per_100k_of_week(by_day, until, world.city.people)


@kernel
def is_protected(world, infector, other, layer, time, which):
    """Whether protection stops this transmission. which: (infections of the infector before this
    one, number of the candidate)."""
    policy, seed = world.policy, world.seed
    share = world.conduct.protected[int(time)]
    if share <= 0.0 or layer == HOUSEHOLD:
        return False
    if not nearness(world.city, seed, share, infector, other, layer, int(time))[1]:
        return False
    return unit(draw(seed, SHIELD, infector, which[0], which[1])[0]) < policy.protection
