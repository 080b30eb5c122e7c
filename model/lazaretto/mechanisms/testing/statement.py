"""Testing: who is tested, how long it takes, and how often it errs."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from ...values.numbers import ShortTitle, Stated
from ...values.quantity import DayLaw, Days, Demand, Fraction, PerPersonDay, Quantity

SENSITIVITY_DAYS = 31
Sensitivity = Annotated[Quantity, Demand("fraction", 0, 1, length=SENSITIVITY_DAYS)]


class Assay(Stated):
    """A second kind of test, read without a laboratory (lateral flow)."""

    sample_to_result: DayLaw
    sensitivity_by_day: Sensitivity
    specificity: Fraction


class Testing(Stated):
    """Who is tested and how (model.md, 7.5): people with symptoms, listed contacts, random
    screening.

    sensitivity_by_day: probability of a positive result 0, 1, ..., 30 days after infection, linear
    between; the last value holds for later days. capacity_per_100k: samples that the laboratories
    work on a day; the others queue, and samples older than samples_keep are thrown away unread.
    listed_refuse: share of the people on lists who refuse every test. lateral_flow_for: who is
    tested by lateral flow instead.
    """

    __test__ = False  # the name begins with Test; pytest shall not collect it

    title: str
    short: ShortTitle = ""
    description: str
    seek_probability: Fraction
    onset_to_sample: DayLaw
    sample_to_result: DayLaw
    sensitivity_by_day: Sensitivity
    specificity: Fraction
    background_illness_per_day: PerPersonDay
    capacity_per_100k: Annotated[Quantity, Demand("test/day", 0, 1e6)] | None = None
    listed_to_sample: DayLaw | None = None
    listed_refuse: Fraction | None = None
    samples_keep: Days | None = None
    screening_per_day: PerPersonDay | None = None
    lateral_flow: Assay | None = None
    lateral_flow_for: tuple[Literal["symptoms", "contacts", "release", "screening"], ...] = ()

    @pydantic.model_validator(mode="after")
    def _lateral_flow_is_whole(self) -> Testing:
        if bool(self.lateral_flow_for) != (self.lateral_flow is not None):
            raise ValueError(
                "lateral_flow and lateral_flow_for are stated together: what the "
                "test is like, and who gets it"
            )
        if self.samples_keep is not None and self.capacity_per_100k is None:
            raise ValueError(
                "samples_keep needs capacity_per_100k: where no sample waits, none grows old"
            )
        return self
