"""Epidemics on configuration graphs: exact in the limit of many people.

With T the probability that a link transmits, kappa = <k^2>/<k> - 1 the mean excess degree, R* =
kappa T, the threshold is T = 1 / kappa and u = g1(1 - T + T u), attack = 1 - g0(1 - T + T u)
(Newman 2002, doi 10.1103/PhysRevE.66.016128); right for varying infectious periods with the mean T,
while the probability of a major outbreak needs their whole law (Kenah & Robins 2007, doi
10.1103/PhysRevE.76.036113; Miller 2007, doi 10.1103/PhysRevE.76.010101).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, optimize, stats

Floats = NDArray[np.float64]
FAR = 1e-12


class Periods(NamedTuple):
    """A gamma law of a period: mean in days and shape (infinite: constant)."""

    mean: float
    shape: float

    def laplace(self, s: float) -> float:
        """E exp(-s X), for s > -shape / mean."""
        if np.isinf(self.shape):
            return float(np.exp(-s * self.mean))
        return float((1 + s * self.mean / self.shape) ** -self.shape)


class Degrees(NamedTuple):
    """A law of degrees: (m,) degrees and their probabilities."""

    degree: NDArray[np.int64]
    probability: Floats

    @property
    def mean(self) -> float:
        return float(self.degree @ self.probability)

    @property
    def excess(self) -> float:
        """kappa: further links, in the mean, of somebody reached along a link."""
        return float(self.degree**2 @ self.probability) / self.mean - 1

    def g0(self, x: Floats | float) -> Floats:
        """E x^degree; x: any shape."""
        powers = np.power(np.asarray(x, float)[..., None], self.degree)
        return np.asarray(powers @ self.probability)

    def g1(self, x: Floats | float) -> Floats:
        """E x^(excess degree) of somebody reached along a link; x: any shape."""
        some = self.degree > 0
        weight = self.probability[some] * self.degree[some] / self.mean
        powers = np.power(np.asarray(x, float)[..., None], self.degree[some] - 1)
        return np.asarray(powers @ weight)

    def sequence(self, people: int) -> NDArray[np.int64]:
        """(people,) degrees in the law's shares, as near as whole people allow: no chance
        enters."""
        ends = np.rint(np.cumsum(self.probability) / self.probability.sum() * people).astype(
            np.int64
        )
        return np.repeat(self.degree, np.diff(ends, prepend=0))


def poisson(mean: float) -> Degrees:
    """Poisson degrees, as of a random graph."""
    k = np.arange(int(stats.poisson.isf(FAR, mean)) + 1)
    return Degrees(k, stats.poisson.pmf(k, mean))


def negative_binomial(mean: float, size: float) -> Degrees:
    """Negative binomial degrees with variance mean + mean^2 / size."""
    k = np.arange(int(stats.nbinom.isf(FAR, size, size / (size + mean))) + 1)
    return Degrees(k, stats.nbinom.pmf(k, size, size / (size + mean)))


def mix(shares: dict[int, float]) -> Degrees:
    """So many people of each degree: {degree: share}."""
    return Degrees(np.array(list(shares), np.int64), np.array(list(shares.values()), float))


def transmissibility(hazard: float, infectious: Periods) -> float:
    """T: the probability that a link of that hazard per day transmits."""
    return 1 - infectious.laplace(hazard)


def hazard_for(transmits: float, infectious: Periods) -> float:
    """The hazard per day at which a link transmits with that probability."""
    if np.isinf(infectious.shape):
        return float(-np.log1p(-transmits) / infectious.mean)
    return float(
        ((1 - transmits) ** (-1 / infectious.shape) - 1) * infectious.shape / infectious.mean
    )


def attack_fraction(degrees: Degrees, transmits: float, seeded: float = 0.0) -> float:
    """Share of people ever infected, the fraction `seeded` of random people from the start; without
    it the major outbreak's."""

    def step(u: float) -> float:
        return 1 - transmits + transmits * (1 - seeded) * float(degrees.g1(u))

    if seeded == 0 and degrees.excess * transmits <= 1:
        return 0.0
    u = optimize.brentq(lambda u: step(u) - u, 0.0, 1 - FAR if seeded > 0 else 1 - 1e-9, xtol=1e-15)
    return 1 - (1 - seeded) * float(degrees.g0(u))


def small_outbreak(degrees: Degrees, transmits: float) -> float:
    """Mean size of an outbreak from one random person, below the threshold: 1 + <k> T / (1 - kappa
    T)."""
    return 1 + degrees.mean * transmits / (1 - degrees.excess * transmits)


def major_outbreak(degrees: Degrees, transmits: Floats, weight: Floats) -> float:
    """Probability that one random person starts a major outbreak; (m,) T of infectors and their
    weights, summing to 1."""
    v = 0.0
    for _ in range(100_000):
        new = float(weight @ degrees.g1(1 - transmits + transmits * v))
        if abs(new - v) < 1e-15:
            break
        v = new
    return 1 - float(weight @ degrees.g0(1 - transmits + transmits * v))


def spread_of(hazard: float, infectious: Periods, points: int = 20_000) -> tuple[Floats, Floats]:
    """(points,) T of infectors with gamma infectious periods, and their weights, for
    `major_outbreak`."""
    p = (np.arange(points) + 0.5) / points
    days = stats.gamma.ppf(p, infectious.shape, scale=infectious.mean / infectious.shape)
    return 1 - np.exp(-hazard * days), np.full(points, 1 / points)


def growth_rate(degrees: Degrees, hazard: float, latent: Periods, infectious: Periods) -> float:
    """r per day in the early phase: kappa L(r) h / (h + r) (1 - I(h + r)) = 1 with Laplace
    transforms L and I of the periods."""

    def excess(r: float) -> float:
        return (
            degrees.excess
            * latent.laplace(r)
            * hazard
            / (hazard + r)
            * (1 - infectious.laplace(hazard + r))
            - 1
        )

    lowest = -0.999 * min(
        latent.shape / latent.mean, hazard + infectious.shape / infectious.mean, hazard
    )
    return float(optimize.brentq(excess, lowest, 10.0, xtol=1e-13))


def transmissibility_isolated(
    hazard: float,
    presymptomatic: Periods,
    symptomatic: Periods,
    delay: float,
    efficacy: float,
    isolated: float,
    by_day: bool = False,
) -> float:
    """T where the share `isolated` of people loses the fraction `efficacy` of its contacts from
    `delay` days after onset.

    As stated, the hazard itself is lowered. With by_day, a contact of two people is kept or not for
    a whole calendar day, as the engine has it (`isolation.coin`); onset falls evenly over the day.
    """
    free = symptomatic.laplace(hazard)
    after = integrate.quad(
        lambda x: (
            _kept(hazard, x, delay, efficacy, by_day)
            * stats.gamma.pdf(x, symptomatic.shape, scale=symptomatic.mean / symptomatic.shape)
        ),
        0,
        np.inf,
        limit=400,
    )[0]
    return float(1 - presymptomatic.laplace(hazard) * ((1 - isolated) * free + isolated * after))


def _kept(hazard: float, days: float, delay: float, efficacy: float, by_day: bool) -> float:
    """Probability of no transmission within so many symptomatic days."""
    if days <= delay:
        return float(np.exp(-hazard * days))
    before, length = float(np.exp(-hazard * delay)), days - delay
    if not by_day:
        return before * float(np.exp(-hazard * (1 - efficacy) * length))
    start = (np.arange(32) + 0.5) / 32  # hour of the day at which isolation begins
    first = np.minimum(1 - start, length)
    whole = np.floor(length - first)
    last = length - first - whole

    def escaped(x: Floats | float) -> Floats:
        return efficacy + (1 - efficacy) * np.exp(-hazard * np.asarray(x))

    return before * float((escaped(first) * escaped(1.0) ** whole * escaped(last)).mean())
