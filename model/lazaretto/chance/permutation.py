"""A keyed, unstored permutation of the numbers 0..n-1, and the matching it gives: who is paired
with whom on a given day.

partner(s) = P^-1(P(s) XOR 1), where P is a keyed permutation: symmetric, O(1) in memory, answerable
for any past day. P is a Feistel network over the smallest power of two that holds n, with cycle
walking (Black & Rogaway 2002, doi 10.1007/3-540-45760-7_9), its round keys one Philox draw for
(seed, area, day). Four rounds of a good mixer make a strong permutation (Luby & Rackoff 1988, doi
10.1137/0217022).
"""

from __future__ import annotations

from .._jit import inlined, kernel
from .philox import draw
from .streams import INVOLUTION

LOW_31 = 0x7FFFFFFF
MULTIPLY_A = 0x9E3779B1
MULTIPLY_B = 0x85EBCA6B
WORD = 0xFFFFFFFF
STEPS_AHEAD = 2


@kernel
def round_keys(seed, salt, area, day):
    """Four words that key the permutation of (seed, layer's salt, area, day)."""
    return draw(seed, INVOLUTION, area, day, salt)


@kernel
def bits_for(n):
    """The number of bits of the smallest power of two >= max(n, 4)."""
    bits = 2
    while (1 << bits) < n:
        bits += 1
    return bits


@inlined
def _mix(x, key):
    """A round function: 32 bits in, 32 well-mixed bits out (the final mixer of MurmurHash3 with two
    multiplications). x, key: below 2^32."""
    x = ((x ^ key) * MULTIPLY_A) & WORD
    x ^= x >> 15
    x = (x * MULTIPLY_B) & WORD
    return x ^ (x >> 13)


@inlined
def permute_once(x, bits, k0, k1, k2, k3):
    """Four alternating half rounds: a permutation of the numbers of so many bits. x: below 2^bits;
    k0 to k3: keys, as `round_keys` gives them."""
    low_bits = bits >> 1
    low_mask = (1 << low_bits) - 1
    high_mask = (1 << (bits - low_bits)) - 1
    low = x & low_mask
    high = x >> low_bits
    high ^= _mix(low, k0) & high_mask
    low ^= _mix(high, k1) & low_mask
    high ^= _mix(low, k2) & high_mask
    low ^= _mix(high, k3) & low_mask
    return (high << low_bits) | low


@inlined
def unpermute_once(x, bits, k0, k1, k2, k3):
    """The inverse of `permute_once`: the same half rounds backwards. Arguments as there."""
    low_bits = bits >> 1
    low_mask = (1 << low_bits) - 1
    high_mask = (1 << (bits - low_bits)) - 1
    low = x & low_mask
    high = x >> low_bits
    low ^= _mix(high, k3) & low_mask
    high ^= _mix(low, k2) & high_mask
    low ^= _mix(high, k1) & low_mask
    high ^= _mix(low, k0) & high_mask
    return (high << low_bits) | low


@kernel
def permute(x, n, bits, k0, k1, k2, k3):
    """P(x) for x in [0, n): repeated until the result is below n. bits: `bits_for` n; k0 to k3:
    keys."""
    x = permute_once(x, bits, k0, k1, k2, k3)
    while x >= n:
        x = permute_once(x, bits, k0, k1, k2, k3)
    return x


@kernel
def unpermute(x, n, bits, k0, k1, k2, k3):
    """P^-1(x). Arguments as of `permute`."""
    x = unpermute_once(x, bits, k0, k1, k2, k3)
    while x >= n:
        x = unpermute_once(x, bits, k0, k1, k2, k3)
    return x


@kernel
def permute_rows(x, rows, count, matching):
    """x[i] becomes P(x[i]) for the `count` rows i in `rows`, which are used up. matching: (n, bits,
    and the four keys), each by row. One step for all, then one more for those not yet below n, and
    so on: steps of different rows overlap."""
    n, bits, k0, k1, k2, k3 = matching
    while count > 0:
        left = 0
        for j in range(count):
            i = rows[j]
            x[i] = permute_once(x[i], bits[i], k0[i], k1[i], k2[i], k3[i])
            rows[left] = i
            left += x[i] >= n[i]
        count = left


@kernel
def unpermute_rows(x, rows, count, matching):
    """As `permute_rows`, of P^-1. Arguments as there."""
    n, bits, k0, k1, k2, k3 = matching
    while count > 0:
        left = 0
        for j in range(count):
            i = rows[j]
            x[i] = unpermute_once(x[i], bits[i], k0[i], k1[i], k2[i], k3[i])
            rows[left] = i
            left += x[i] >= n[i]
        count = left


@kernel
def matched(x, n, k0, k1, k2, k3):
    """The partner of x among 0..n-1, or -1 for the odd one out. k0 to k3: keys of the day's
    matching."""
    return partner_of(x, n, bits_for(n), k0, k1, k2, k3)


@kernel
def partner_of(x, n, bits, k0, k1, k2, k3):
    """As `matched`, for whoever knows `bits_for` n. x: below n; k0 to k3: keys."""
    other = permute(x, n, bits, k0, k1, k2, k3) ^ 1
    if other >= n:
        return -1
    return unpermute(other, n, bits, k0, k1, k2, k3)


@inlined
def scatter(x, n, bits, factor, shift):
    """A quicker and weaker permutation of 0..n-1: x -> factor x + shift modulo a power of two,
    repeated until the result is below n. Which numbers fall into a given part of 0..n-1 is well
    mixed, their order is not. bits: `bits_for` n; factor: odd, below 2^31; shift: below 2^31."""
    mask = (1 << bits) - 1
    x = (x * factor + shift) & mask
    for _ in range(
        STEPS_AHEAD
        # hardly anybody needs more, and a choice costs less than a loop whose end cannot be
        # foretold
    ):
        further = (x * factor + shift) & mask
        x = further if x >= n else x
    while x >= n:
        x = (x * factor + shift) & mask
    return x


@inlined
def gather(x, n, bits, factor, shift):
    """The inverse of `scatter`. Arguments as there."""
    mask = (1 << bits) - 1
    inverse = (3 * factor) ^ 2  # right in five bits; each step doubles them (Newton)
    for _ in range(2):
        inverse = (inverse * ((2 - factor * (inverse & mask)) & mask)) & mask
    if bits > 20:
        inverse = (inverse * ((2 - factor * inverse) & mask)) & mask
    x = ((x - shift) * inverse) & mask
    for _ in range(STEPS_AHEAD):
        further = (((x - shift) & mask) * inverse) & mask
        x = further if x >= n else x
    while x >= n:
        x = (((x - shift) & mask) * inverse) & mask
    return x
