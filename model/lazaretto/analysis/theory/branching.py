"""Branching processes with dispersed offspring (Lloyd-Smith et al. 2005, doi 10.1038/nature04153).

Negative binomial offspring of mean R and dispersion k have the generating function (1 + R (1 - s) /
k)^-k; individual reproduction numbers are gamma with mean R and shape k. Generating functions here
take real and complex s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]
Generating = Callable[[Any], Any]
CIRCLE = 1 << 13


def negative_binomial(reproduction: float, k: float) -> Generating:
    """The generating function of negative binomial offspring."""
    return lambda s: (1 + reproduction * (1 - s) / k) ** -k


def over_links(links: int, hazard: float, k: float, points: int = 20_000) -> Generating:
    """That of a person with so many links, each transmitting with probability 1 - exp(-hazard x
    strength), strength gamma with mean 1 and shape k: exact for a finite number of links."""
    strength = stats.gamma.ppf((np.arange(points) + 0.5) / points, k, scale=1 / k)
    transmits = -np.expm1(-hazard * strength)
    return lambda s: ((1 - transmits + transmits * s) ** links).mean()


def extinction(offspring: Generating, generations: int = 100_000) -> float:
    """Probability that the descent of one person has died out by that generation (default:
    ever)."""
    q = 0.0
    for _ in range(generations):
        new = float(offspring(q))
        if new - q < 1e-15:
            return new
        q = new
    return q


def share_of_top(k: float, top: float = 0.2) -> float:
    """Share of expected transmission that comes from the most infectious `top` of people."""
    return float(stats.gamma.sf(stats.gamma.isf(top, k), k + 1))


def chain_sizes(reproduction: float, k: float, largest: int) -> Floats:
    """(largest,) P(the whole chain from one person has size 1, 2, ...), negative binomial
    offspring, in closed form."""
    j = np.arange(1, largest + 1)
    log = special.gammaln(k * j + j - 1) - special.gammaln(k * j) - special.gammaln(j + 1)
    ratio = reproduction / k
    return np.asarray(np.exp(log + (j - 1) * np.log(ratio) - (k * j + j - 1) * np.log1p(ratio)))


def chain_sizes_of(offspring: Generating, largest: int) -> Floats:
    """(largest,) the same for any offspring: P(size j) = P(j people have j - 1 offspring together)
    / j (Dwass 1969, doi 10.2307/3212112), read off the generating function on the unit circle."""
    s = np.exp(2j * np.pi * np.arange(CIRCLE) / CIRCLE)
    f = np.array([offspring(z) for z in s])
    return np.array([(f**j * s ** (1.0 - j)).mean().real / j for j in range(1, largest + 1)])
