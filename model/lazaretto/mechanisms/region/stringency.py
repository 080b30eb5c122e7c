"""The 0-100 index of what is closed for everybody."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .statement import Measure

Floats = NDArray[np.float64]


def stringency(measures: Sequence[Measure], in_force: NDArray[np.uint8]) -> Floats:
    """(days,) the 0-100 index by day: the points of the measures in force, at most 100. in_force:
    (measures, days)."""
    points = np.array([float(measure.stringency_points.value) for measure in measures])
    index: Floats = (
        np.minimum(100.0, points @ in_force) if len(points) else np.zeros(in_force.shape[1])
    )
    return index
