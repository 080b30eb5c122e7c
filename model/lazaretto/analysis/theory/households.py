"""Attack rates in closed groups of people who all meet (Ball 1986, doi 10.2307/1427301).

With n susceptible and a infected people, hazard b per pair and day, and phi the Laplace transform
of the infectious period, the probabilities P_j that j of the n are infected in the end solve, for k
= 0 .. n, sum over j <= k of C(n - j, k - j) P_j / phi(b (n - k))^(j + a) = C(n, k). A constant
period gives Reed-Frost's final sizes.
"""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

from .networks import Periods

Floats = NDArray[np.float64]


def final_sizes(susceptible: int, infected: int, hazard: float, infectious: Periods) -> Floats:
    """(susceptible + 1,) probability that 0, 1, ... of the susceptible are infected in the end."""
    n = susceptible
    p = np.zeros(n + 1)
    for k in range(n + 1):
        escape = infectious.laplace(hazard * (n - k))
        before = sum(comb(n - j, k - j) * p[j] / escape ** (j + infected) for j in range(k))
        p[k] = (comb(n, k) - before) * escape ** (k + infected)
    return p


def attack_rate(size: int, hazard: float, infectious: Periods) -> float:
    """Share of the other members infected in the end, of a household of that size with one infected
    from outside."""
    sizes = final_sizes(size - 1, 1, hazard, infectious)
    return float(np.arange(size) @ sizes) / (size - 1)
