"""What happens to people who are admitted, and how many beds there are."""

from __future__ import annotations

from typing import Annotated

import pydantic

from ...values.numbers import ShortTitle, Stated
from ...values.quantity import Demand, Fraction, Quantity, Ratio

Beds = Annotated[Quantity, Demand("bed/100,000 people", 0, 1e5)]


class Hospitals(Stated):
    """Whoever is admitted is tested with admission_test_probability (unless a recent case), which
    makes a case and a trigger of tracing like any other; and keeps contacts_kept of all contacts,
    those at home included, until discharge or death.

    beds and intensive_care_beds: how many there are; as many as are needed where they are not
    stated. Who finds none asks again each day while ill enough, and dies with the probability of
    death given admission times death_without_bed (death_without_intensive_care), at most 1.
    """

    title: str
    short: ShortTitle = ""
    description: str
    admission_test_probability: Fraction
    contacts_kept: Fraction
    beds: Beds | None = None
    intensive_care_beds: Beds | None = None
    death_without_bed: Ratio | None = None
    death_without_intensive_care: Ratio | None = None

    @pydantic.model_validator(mode="after")
    def _says_what_follows(self) -> Hospitals:
        for beds, death in (
            ("beds", "death_without_bed"),
            ("intensive_care_beds", "death_without_intensive_care"),
        ):
            if (getattr(self, beds) is None) != (getattr(self, death) is None):
                raise ValueError(f"{beds} and {death} are stated together or not at all")
            worse = getattr(self, death)
            if worse is not None and worse.value < 1:
                raise ValueError(
                    f"{death} is a multiple of the probability of death, at least 1; "
                    f"got {worse.value}"
                )
        return self
