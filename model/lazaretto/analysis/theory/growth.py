"""Growth rate and generation interval of an SEIR epidemic with gamma periods.

Homogeneous mixing: R = r (1 + r L / m)^m / ((1 / I) (1 - (1 + r I / n)^-n)) for a latent period of
mean L and shape m and an infectious period of mean I and shape n (Wearing, Rohani & Keeling 2005,
doi 10.1371/journal.pmed.0020174; Wallinga & Lipsitch 2007, doi 10.1098/rspb.2006.3754). With
exponential periods R = (1 + r L)(1 + r I).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, optimize, stats

from .networks import Periods

Floats = NDArray[np.float64]


def reproduction_number(r: float, latent: Periods, infectious: Periods) -> float:
    """R that grows at r per day."""
    if r == 0:
        return 1.0
    return r * infectious.mean / (latent.laplace(r) * (1 - infectious.laplace(r)))


def growth_rate(reproduction: float, latent: Periods, infectious: Periods) -> float:
    """r per day of a reproduction number: Euler-Lotka, the inverse of `reproduction_number`."""
    fastest_decay = min(latent.shape / latent.mean, infectious.shape / infectious.mean)
    if np.isinf(fastest_decay):
        fastest_decay = 5.0
    return float(
        optimize.brentq(
            lambda r: reproduction_number(r, latent, infectious) - reproduction,
            -0.999 * fastest_decay,
            20.0,
        )
    )


def generation_interval(
    days: Floats, latent: Periods, infectious: Periods, hazard: float = 0.0
) -> Floats:
    """(times,) P(interval <= day) from infection to the infection of a partner, over all links that
    transmit.

    hazard: per day and link; a link transmits once, so with a large hazard early transmissions are
    likelier. 0: homogeneous mixing.
    """

    def given(x: float) -> float:
        """Of the moment of transmission, counted from the start of infectiousness."""
        return float(
            np.exp(-hazard * x)
            * stats.gamma.sf(x, infectious.shape, scale=infectious.mean / infectious.shape)
        )

    total = integrate.quad(given, 0, np.inf, limit=300)[0]
    latency = stats.gamma(latent.shape, scale=latent.mean / latent.shape)

    def by(day: float) -> float:
        until = integrate.quad(lambda x: given(x) * latency.cdf(day - x), 0, day, limit=300)[0]
        return float(until) / float(total)

    return np.array([by(float(day)) for day in days])


def mean_generation_interval(latent: Periods, infectious: Periods) -> float:
    """Days, homogeneous mixing: L + I (n + 1) / (2 n)."""
    return latent.mean + infectious.mean * (1 + 1 / infectious.shape) / 2
