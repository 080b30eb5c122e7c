"""Testing: who seeks a test, how long it takes, and how often it errs."""

from __future__ import annotations

from typing import Annotated

from .quantity import DayLaw, Demand, Fraction, PerPersonDay, Quantity, Stated

SENSITIVITY_DAYS = 31


class Testing(Stated):
    """Symptom-driven tests (model.md, section 4).

    sensitivity_by_day: probability of a positive result 0, 1, ..., 30 days after infection, linear between; the last value holds
    for later days.
    """

    __test__ = False  # the name begins with Test; pytest shall not collect it

    title: str
    description: str
    seek_probability: Fraction
    onset_to_sample: DayLaw
    sample_to_result: DayLaw
    sensitivity_by_day: Annotated[Quantity, Demand("fraction", 0, 1, length=SENSITIVITY_DAYS)]
    specificity: Fraction
    background_illness_per_day: PerPersonDay
