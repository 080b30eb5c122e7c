"""Quantile tables: the only form in which a distribution enters a kernel.

A law is a row of three times 513 quantiles: the body at p = i/512, the lower tail (p below 1/512)
and the upper tail (p above 511/512) again in 512 steps, linear between. A constant law is exact, so
a degenerate distribution makes a test exact. The mean of a tabulated exponential differs from the
true one by less than 1e-4 of itself (tests/exact/test_laws.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .._jit import inlined, kernel
from .philox import UNIT

CELLS = 512
ROW = 3 * (CELLS + 1)
SMALLEST = 2.0**-33
POISSON_CHUNK = 256.0
MOST_COUNT = 1024
ONE_OVER = 1.0 / np.maximum(
    1, np.arange(MOST_COUNT + 1)
)  # multiplying is several times faster than dividing


def quantile_row(
    quantile: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """(ROW,) float64 from a quantile function of p in (0, 1). The ends are taken at 2^-33 and 1 -
    2^-33, so all is finite."""
    steps = np.arange(CELLS + 1) / CELLS
    p = np.concatenate([steps, steps / CELLS, 1.0 - (1.0 - steps) / CELLS])
    return np.ascontiguousarray(quantile(np.clip(p, SMALLEST, 1.0 - SMALLEST)), dtype=np.float64)


@inlined
def quantile(tables, law, word):
    """The value of law number `law` of the (laws, ROW) tables at the probability word / 2^32."""
    cell = (word >> 23) & (CELLS - 1)
    if 0 < cell < CELLS - 1:
        at = cell
        rest = (word & 0x7FFFFF) * (1.0 / 0x800000)
    else:
        at = CELLS + 1 + ((word >> 14) & (CELLS - 1))
        if cell > 0:
            at += CELLS + 1
        rest = ((word & 0x3FFF) + 0.5) * (1.0 / 0x4000)
    low = tables[law, at]
    return low + rest * (tables[law, at + 1] - low)


@kernel
def poisson(mean, word):
    """A Poisson count by inversion from one word. Means above 256 are served in chunks, each from a
    word scrambled anew. mean: at least 0; word: below 2^32."""
    count = 0
    while mean > POISSON_CHUNK:
        count += _poisson_inverse(POISSON_CHUNK, word)
        mean -= POISSON_CHUNK
        word = (word * 1664525 + 1013904223) & 0xFFFFFFFF
    return count + _poisson_inverse(mean, word)


@kernel
def _poisson_inverse(mean, word):
    """The Poisson count at the probability word / 2^32. mean: at most 256; word: below 2^32."""
    u = (word + 0.5) * UNIT
    term = math.exp(-mean)
    total = term
    count = 0
    while u > total and count < MOST_COUNT:
        count += 1
        term *= mean * ONE_OVER[count]
        total += term
    return count
