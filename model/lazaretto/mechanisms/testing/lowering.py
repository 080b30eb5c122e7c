"""Testing, as numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...chance.rows import constant_row, law_row
from ...instruments.lowering import days_of_service
from ...population.city import Population
from ..response.lowering import Response
from .statement import Testing

# whom `lateral_flow_for` means by each of the codes of reasons
TESTED_AS = ("symptoms", "contacts", "release", "screening", "release", "contacts", "admitted")


def lower_testing(testing: Testing, population: Population, response: Response) -> dict[str, Any]:
    """The fields of Policy that testing fills."""
    quick, capacity = testing.lateral_flow, testing.capacity_per_100k
    per_day = capacity.value * population.city.reach / 1e5 if capacity is not None else None
    screening, keep, refuse = testing.screening_per_day, testing.samples_keep, testing.listed_refuse
    return {
        "seek": testing.seek_probability.value * response.reporting,
        "assay": np.array([int(name in testing.lateral_flow_for) for name in TESTED_AS], np.int64),
        "sensitivity": np.array(
            [(assay or testing).sensitivity_by_day.value for assay in (None, quick)], np.float64
        ),
        "false_positive": np.array(
            [1.0 - (assay or testing).specificity.value for assay in (None, quick)]
        ),
        "lab_days": days_of_service(per_day) if per_day is not None else 0.0,
        "refusal": refuse.value if refuse is not None else 0.0,
        "sample_keeps": keep.value if keep is not None else math.inf,
        "screening_per_day": screening.value if screening is not None else 0.0,
        "illness_per_day": testing.background_illness_per_day.value,
    }


def testing_laws(testing: Testing) -> dict[str, NDArray[np.float64]]:
    """The quantile rows of testing, by the names of `world.codes.POLICY_LAWS`."""
    listed, quick = testing.listed_to_sample, testing.lateral_flow
    return {
        "sample": law_row(testing.onset_to_sample),
        "result": law_row(testing.sample_to_result),
        "contact_sample": law_row(listed) if listed is not None else constant_row(0.0),
        "quick_result": law_row(quick.sample_to_result) if quick is not None else constant_row(0.0),
    }
