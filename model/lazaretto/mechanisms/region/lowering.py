"""Region-wide measures, as numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .statement import INDICATORS, Region


def lower_region(region: Region) -> dict[str, Any]:
    """The fields of Policy that have one entry per region-wide measure, and what they make
    together."""
    measures = region.measures
    starts = [-math.inf if m.start_day is None else float(m.start_day.value) for m in measures]
    ends = [math.inf if m.end_day is None else float(m.end_day.value) for m in measures]
    triggers: list[Any] = [m.trigger for m in measures]
    factors = [
        (m.household_factor, m.school_factor, m.work_factor, m.community_factor) for m in measures
    ]
    passes: list[Any] = [m.passes for m in measures]
    return dict(
        measure_start=np.array(starts, np.float64),
        measure_end=np.array(ends, np.float64),
        measure_indicator=np.array(
            [INDICATORS.index(t.indicator) if t else 0 for t in triggers], np.int64
        ),
        measure_on=np.array([t.on_from.value if t else 0.0 for t in triggers], np.float64),
        measure_off=np.array([t.off_below.value if t else 0.0 for t in triggers], np.float64),
        measure_least=np.array([t.least_days.value if t else 0.0 for t in triggers], np.float64),
        measure_factor=np.array([[f.value for f in row] for row in factors], np.float64).reshape(
            len(measures), 4
        ),
        compliance=np.array([m.compliance.value for m in measures], np.float64),
        home_bounds=np.unique([1.0, most_at_home(region)]),
        pass_fine=np.array(
            [
                [p.fine_per_person_day.value, p.wrong_fine_per_person_day.value]
                if p
                else [0.0, 0.0]
                for p in passes
            ],
            np.float64,
        ).reshape(len(measures), 2),
    )


def most_at_home(region: Region) -> float:
    """The largest multiple of contacts at home that region-wide measures can make together."""
    return math.prod(max(1.0, float(measure.household_factor.value)) for measure in region.measures)
