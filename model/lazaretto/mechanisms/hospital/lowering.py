"""Hospitals, as numbers."""

from __future__ import annotations

import math
from typing import Any

from .statement import Hospitals

PEOPLE = 100_000


def lower_hospitals(hospitals: Hospitals, people: int) -> dict[str, Any]:
    """The fields of Policy that hospitals fill. people: of the city."""
    ordinary, intensive = hospitals.beds, hospitals.intensive_care_beds
    worse, worst = hospitals.death_without_bed, hospitals.death_without_intensive_care
    return {
        "admission_test": hospitals.admission_test_probability.value,
        "hospital_kept": hospitals.contacts_kept.value,
        "beds": math.inf if ordinary is None else ordinary.value * people / PEOPLE,
        "care_beds": math.inf if intensive is None else intensive.value * people / PEOPLE,
        "without_bed": 1.0 if worse is None else worse.value,
        "without_care": 1.0 if worst is None else worst.value,
    }
