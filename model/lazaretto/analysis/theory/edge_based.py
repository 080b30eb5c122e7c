"""The whole curve on a configuration graph: edge-based compartmental model (Miller, Slim & Volz
2012, doi 10.1098/rsif.2011.0403).

SEIR with m latent and n infectious stages, so gamma periods of whole shapes. theta is the
probability that a random link has not transmitted to a random person by t; S = (1 - seeded)
g0(theta); the share of links whose other end is susceptible, in a latent or in an infectious stage
(and has not transmitted) follows the stages. Exact in the limit of many people and seeds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import integrate

from .networks import Degrees, Periods

Floats = NDArray[np.float64]
TOLERANCE = 1e-10


class Curve(NamedTuple):
    """(times,) each, as shares of the people."""

    day: Floats
    susceptible: Floats
    latent: Floats
    infectious: Floats

    @property
    def infected(self) -> Floats:
        """Ever infected so far, the first ones included."""
        return 1 - self.susceptible


def curve(
    degrees: Degrees,
    hazard: float,
    latent: Periods,
    infectious: Periods,
    seeded: float,
    days: Floats,
) -> Curve:
    """The shares on the given days; the fraction `seeded` of random people is infected on day 0.

    Raises ValueError where a shape is no whole number, for then there are no stages.
    """
    shapes = (latent.shape, infectious.shape)
    if any(not np.isfinite(s) or s != round(s) or s < 1 for s in shapes):
        raise ValueError(
            "the edge-based model needs whole shapes of at least 1, as it is "
            f"built of stages; got {shapes}"
        )
    m, n = (int(s) for s in shapes)
    on, off = m / latent.mean, n / infectious.mean
    k, p = degrees.degree, degrees.probability
    mean = degrees.mean

    def derivatives(_: float, y: Floats) -> Floats:
        theta, link_e, link_i, e, i = (
            y[0],
            y[1 : 1 + m],
            y[1 + m : 1 + m + n],
            y[1 + m + n : 1 + 2 * m + n],
            y[1 + 2 * m + n :],
        )
        lost = hazard * link_i.sum()
        rising = (k * (k - 1)) @ (p * theta ** np.maximum(k - 2, 0)) / mean
        new_link = (1 - seeded) * rising * lost
        new = (1 - seeded) * float(k @ (p * theta ** np.maximum(k - 1, 0))) * lost
        change = [np.array([-lost])]
        for first, latent_stages, infectious_stages, leak in (
            (new_link, link_e, link_i, hazard),
            (new, e, i, 0.0),
        ):
            into_e = np.concatenate([[first], on * latent_stages[:-1]])
            into_i = np.concatenate([[on * latent_stages[-1]], off * infectious_stages[:-1]])
            change += [into_e - on * latent_stages, into_i - (off + leak) * infectious_stages]
        return np.concatenate(change)

    start = np.zeros(1 + 2 * (m + n))
    start[0], start[1], start[1 + m + n] = 1.0, seeded, seeded
    days = np.asarray(days, float)
    solved = integrate.solve_ivp(
        derivatives,
        (0.0, float(days[-1])),
        start,
        method="LSODA",
        t_eval=days,
        rtol=1e-9,
        atol=TOLERANCE,
    )
    y = solved.y
    return Curve(
        days,
        (1 - seeded) * degrees.g0(y[0]),
        y[1 + m + n : 1 + 2 * m + n].sum(axis=0),
        y[1 + 2 * m + n :].sum(axis=0),
    )
