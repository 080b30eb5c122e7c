"""Trust in the area: what wrong sanctions have left of it."""

from __future__ import annotations

import math

from ..._jit import kernel
from ...contacts.community import area_of

PER_PEOPLE = 1000.0


@kernel
def trust(world, person):
    """What wrong sanctions in the person's area have left of the readiness to report, to cooperate
    and to adhere."""
    city, policy, conduct = world.city, world.policy, world.conduct
    if policy.tau == 0.0:
        return 1.0
    area = area_of(city, person)
    wrong = conduct.wrong_in_area[area]
    if wrong == 0:
        return 1.0
    return math.exp(
        -policy.tau * PER_PEOPLE * wrong / (city.area_start[area + 1] - city.area_start[area])
    )
