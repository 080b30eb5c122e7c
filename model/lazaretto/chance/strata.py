"""A law cut into eight equal strata, which successive draws take in turn.

Each draw still follows the law, but the largest sum that n successive draws can have is known
without drawing them: much less than n times the largest value of all. Where candidates are drawn at
a bound (model.md, 7.2), this keeps them few.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._jit import inlined
from .laws import CELLS, quantile

SHIFT = 3
STRATA = 1 << SHIFT
LAST = STRATA - 1
WORD_BITS = 32
TURN = np.array([7, 3, 5, 1, 6, 2, 4, 0])  # the large and the small ones spread out


def ceilings(rows: NDArray[np.float64]) -> dict[str, Any]:
    """For (laws, ROW) quantile tables: ceiling (laws, STRATA), the largest value of each stratum;
    window (laws, STRATA, STRATA + 1), the sum of the ceilings of the first 0, 1, ... draws from
    each turn on; longest (laws, STRATA + 1), the largest such sum."""
    step = CELLS // STRATA
    upper = np.hstack([rows[:, step : CELLS - step + 1 : step], rows.max(axis=1, keepdims=True)])
    turns = TURN[(np.arange(STRATA)[:, None] + np.arange(STRATA)[None, :]) % STRATA]
    window = np.concatenate(
        [np.zeros((len(rows), STRATA, 1)), np.cumsum(upper[:, turns], axis=2)], axis=2
    )
    return dict(
        ceiling=np.ascontiguousarray(upper),
        window=window,
        longest=np.ascontiguousarray(window.max(axis=1)),
    )


@inlined
def stratum_at(turn):
    """The stratum of the draw at that turn."""
    return TURN[turn & LAST]


@inlined
def quantile_within(tables, law, stratum, word):
    """The value of a law at the probability word / 2^32 of its stratum. tables: (laws, ROW)
    quantile rows."""
    return quantile(tables, law, (stratum << (WORD_BITS - SHIFT)) | (word >> SHIFT))
