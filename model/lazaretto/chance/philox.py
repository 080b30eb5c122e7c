"""Philox4x32-10: four random 32-bit words as a pure function of a key and a counter.

Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3" (doi
10.1145/2063384.2063405).
"""

from __future__ import annotations

import numpy as np

from .._jit import builder, inlined

MULTIPLY_0 = np.uint64(0xD2511F53)
MULTIPLY_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)
WEYL_1 = np.uint64(0xBB67AE85)
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
ROUNDS = 10
UNIT = 2.0**-32


@inlined
def philox(c0, c1, c2, c3, k0, k1):
    """The block cipher itself: counter words c0..c3 and key words k0, k1 (uint64 below 2^32) ->
    four uint64 below 2^32."""
    for _ in range(ROUNDS):
        p0 = MULTIPLY_0 * c0
        p1 = MULTIPLY_1 * c2
        c0 = (p1 >> HALF) ^ c1 ^ k0
        c2 = (p0 >> HALF) ^ c3 ^ k1
        c1 = p1 & LOW
        c3 = p0 & LOW
        k0 = (k0 + WEYL_0) & LOW
        k1 = (k1 + WEYL_1) & LOW
    return c0, c1, c2, c3


@inlined
def draw(seed, purpose, a, b, c):
    """Four words in [0, 2^32) for the number (seed, purpose, a, b, c), as int64.

    seed: int64 >= 0 (all 63 bits count); purpose: see `streams`; a, b, c: int64 in [0, 2^32).
    """
    s = np.uint64(seed)
    w0, w1, w2, w3 = philox(
        np.uint64(a) & LOW,
        np.uint64(b) & LOW,
        np.uint64(c) & LOW,
        np.uint64(purpose) & LOW,
        s & LOW,
        s >> HALF,
    )
    return np.int64(w0), np.int64(w1), np.int64(w2), np.int64(w3)


@inlined
def unit(word):
    """A word as a number in the open interval (0, 1): never 0, never 1."""
    return (word + 0.5) * UNIT


@inlined
def below(word, n):
    """A word as an integer in [0, n), n < 2^31 (multiply and shift: bias below n / 2^32)."""
    return (word * n) >> 32


@builder
def unit_column(seed, purpose, n, b, c):
    """(n,) float64 in (0, 1): the first word of draws (seed, purpose, 0..n-1, b, c)."""
    out = np.empty(n, np.float64)
    for i in range(n):
        out[i] = unit(draw(seed, purpose, i, b, c)[0])
    return out
