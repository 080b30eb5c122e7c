"""Trust in the area: what wrong sanctions have left of it, and how it comes back."""

from __future__ import annotations

import math

from ..._jit import inlined, kernel
from ...contacts.community import area_of

PER_PEOPLE = 1000.0


@inlined
def still_felt(policy, days):
    """The share of a wrong sanction that is still felt so many days after it."""
    return math.exp(-policy.forgotten_per_day * days)


@kernel
def lose_trust(world, area, time, wrong):
    """Enter wrong sanctions of an area, or, below 0, what the correction of one gives back."""
    conduct = world.conduct
    left = still_felt(world.policy, time - conduct.wrong_as_of[area])
    conduct.wrong_in_area[area] = conduct.wrong_in_area[area] * left + wrong
    conduct.wrong_as_of[area] = time


@kernel
def trust(world, person, time):
    """What wrong sanctions in the person's area have left of the readiness to report, to cooperate
    and to adhere."""
    city, policy, conduct = world.city, world.policy, world.conduct
    if policy.tau == 0.0:
        return 1.0
    area = area_of(city, person)
    wrong = conduct.wrong_in_area[area]
    if wrong == 0.0:
        return 1.0
    wrong *= still_felt(policy, time - conduct.wrong_as_of[area])
    people = city.area_start[area + 1] - city.area_start[area]
    return math.exp(-policy.tau * PER_PEOPLE * max(0.0, wrong) / people)
