"""Quantile rows: of what is stated as a distribution, and of constants."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..values.families import family_quantiles
from .laws import quantile_row

if TYPE_CHECKING:
    from ..values.quantity import Law

Floats = NDArray[np.float64]
EVEN_STRENGTH_FROM = 1e6


def law_row(law: Law) -> Floats:
    """The quantile row of a law, in its own unit."""
    return quantile_row(law.quantile)


def constant_row(value: float) -> Floats:
    """The quantile row of a constant."""
    return quantile_row(lambda p: np.full_like(p, value))


@lru_cache(maxsize=64)
def gamma_row(k: float) -> Floats:
    """The quantile row of individual infectiousness: gamma with mean 1 and dispersion k
    (Lloyd-Smith et al. 2005)."""
    if k >= EVEN_STRENGTH_FROM:
        return constant_row(1.0)
    return quantile_row(
        lambda p: np.asarray(family_quantiles("gamma", (("a", k),), 1.0, p.tobytes()))
    )
