"""What a design varies: where each number comes from, and the distribution of its samples."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..values.errors import ParameterError
from ..values.prior import Prior
from ..values.quantity import Law, Quantity

WIDE = 10.0  # a range whose ends differ by this factor or more is even in the logarithm


class Varied(NamedTuple):
    """A parameter that a design varies: where it comes from and the distribution that its samples
    follow.

    declared: False where the file states no distribution, so that the range stands in for it;
    whole: samples are whole numbers.
    """

    unit: str
    source: str
    status: str
    prior: Prior
    declared: bool
    whole: bool


def vary(name: str, stated: Quantity | Law, whole: bool) -> Varied:
    """How a stated number varies: by its declared distribution or, without one, evenly over its
    range (in the logarithm where that spans a factor of ten). name: its address; whole: whether it
    is a whole number. Raises ParameterError for a list of values, and for a range without ends.
    """
    if isinstance(stated, Quantity) and not np.isscalar(stated.value):
        raise ParameterError(
            f"vary: {name}: this is a list of values; a single number or a law can vary"
        )
    declared = stated.distribution if isinstance(stated, Quantity) else None
    return Varied(
        stated.unit,
        stated.source,
        stated.status,
        declared or _over_range(name, stated),
        declared is not None,
        whole,
    )


def _over_range(name: str, stated: Quantity | Law) -> Prior:
    low, high = float(stated.range[0]), float(stated.range[1])  # type: ignore[arg-type]
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ParameterError(
            f"vary: {name}: its range [{low:g}, {high:g}] cannot be sampled; "
            "state a distribution or a finite range"
        )
    family = "loguniform" if low > 0 and high >= WIDE * low else "uniform"
    return Prior(family=family, parameters={"low": low, "high": high})
