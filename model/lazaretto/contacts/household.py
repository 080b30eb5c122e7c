"""The household layer: everybody meets everybody of the household every day."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._jit import inlined


@inlined
def home_of(city, person):
    """The number of the person's household; where there are no households everybody is at home
    alone."""
    return np.int64(city.household[person]) if len(city.household_start) > 1 else np.int64(person)


def homes_of(city: Any) -> int:
    """How many numbers `home_of` gives."""
    return len(city.household_start) - 1 or len(city.household)


@inlined
def mates(city, person):
    """The number of other members of the household (0 where the population has no households)."""
    if len(city.household_start) == 1:
        return 0
    h = city.household[person]
    return city.household_start[h + 1] - city.household_start[h] - 1


@inlined
def mate(city, person, k):
    """The k-th other member, 0 <= k < mates."""
    other = city.household_start[city.household[person]] + k
    return other + 1 if other >= person else other


@inlined
def same_household(city, one, other):
    """True where both live together."""
    return len(city.household_start) > 1 and city.household[one] == city.household[other]
