"""The normal distribution, for traits that are alike among people who belong together."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from .._jit import inlined, kernel

# the rational approximations of Wichura (1988), Algorithm AS 241, PPND16: relative error 1e-16
NEAR_ABOVE = (
    2.5090809287301226727e3,
    3.3430575583588128105e4,
    6.7265770927008700853e4,
    4.5921953931549871457e4,
    1.3731693765509461125e4,
    1.9715909503065514427e3,
    1.3314166789178437745e2,
    3.3871328727963666080e0,
)
NEAR_BELOW = (
    5.2264952788528545610e3,
    2.8729085735721942674e4,
    3.9307895800092710610e4,
    2.1213794301586595867e4,
    5.3941960214247511077e3,
    6.8718700749205790830e2,
    4.2313330701600911252e1,
    1.0,
)
MIDDLE_ABOVE = (
    7.74545014278341407640e-4,
    2.27238449892691845833e-2,
    2.41780725177450611770e-1,
    1.27045825245236838258e0,
    3.64784832476320460504e0,
    5.76949722146069140550e0,
    4.63033784615654529590e0,
    1.42343711074968357734e0,
)
MIDDLE_BELOW = (
    1.05075007164441684324e-9,
    5.47593808499534494600e-4,
    1.51986665636164571966e-2,
    1.48103976427480074590e-1,
    6.89767334985100004550e-1,
    1.67638483018380384940e0,
    2.05319162663775882187e0,
    1.0,
)
FAR_ABOVE = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    1.24266094738807843860e-3,
    2.65321895265761230930e-2,
    2.96560571828504891230e-1,
    1.78482653991729133580e0,
    5.46378491116411436990e0,
    6.65790464350110377720e0,
)
FAR_BELOW = (
    2.04426310338993978564e-15,
    1.42151175831644588870e-7,
    1.84631831751005468180e-5,
    7.86869131145613259100e-4,
    1.48753612908506148525e-2,
    1.36929880922735805310e-1,
    5.99832206555887937690e-1,
    1.0,
)
CENTRAL, MIDDLE = 0.425, 5.0


@inlined
def polynomial(coefficients, x):
    """The polynomial of degree 7 by Horner's rule. coefficients: the highest power first."""
    value = coefficients[0]
    for k in range(1, 8):
        value = value * x + coefficients[k]
    return value


@kernel
def score_of(share):
    """The normal quantile: the z below which a standard normal number lies with that probability.
    share: in (0, 1)."""
    q = share - 0.5
    if abs(q) <= CENTRAL:
        r = CENTRAL * CENTRAL - q * q
        return q * polynomial(NEAR_ABOVE, r) / polynomial(NEAR_BELOW, r)
    r = math.sqrt(-math.log(min(share, 1.0 - share)))
    if r <= MIDDLE:
        z = polynomial(MIDDLE_ABOVE, r - 1.6) / polynomial(MIDDLE_BELOW, r - 1.6)
    else:
        z = polynomial(FAR_ABOVE, r - MIDDLE) / polynomial(FAR_BELOW, r - MIDDLE)
    return -z if q < 0.0 else z


@inlined
def share_below(score):
    """The standard normal distribution function."""
    return 0.5 * math.erfc(-score / math.sqrt(2.0))


# tables of both functions, to tell without them what is far from the edge
CELLS, STEPS, REACH = 512, 32, 8
FAR = 64.0  # a score beyond all that a number of 32 bits gives
_NORMAL = NormalDist()
SCORES = np.array([-FAR, *(_NORMAL.inv_cdf(cell / CELLS) for cell in range(1, CELLS)), FAR])
SHARES = np.array(
    [0.0, *(_NORMAL.cdf(step / STEPS - REACH) for step in range(1, 2 * REACH * STEPS)), 1.0]
)
MARGIN = 1e-9  # more than rounding, of the tables and of what they stand for


@inlined
def step_below(score):
    """The entry of `SHARES` at or before a score."""
    return np.int64(min(max((score + REACH) * STEPS, 0.0), 2.0 * REACH * STEPS - 1.0))


@inlined
def is_share_below(shared, weight, own, probability):
    """Whether share_below(shared + weight * score_of(own)) lies below a probability. Both are
    bounded by tables first, and worked out where these do not tell: one time in sixty. own: in (0,
    1); weight: at least 0."""
    cell = np.int64(own * CELLS)
    if SHARES[step_below(shared + weight * SCORES[cell + 1]) + 1] + MARGIN < probability:
        return True
    if SHARES[step_below(shared + weight * SCORES[cell])] - MARGIN > probability:
        return False
    return share_below(shared + weight * score_of(own)) < probability
