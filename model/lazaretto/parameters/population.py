"""A synthetic city: who lives with whom, where people meet, and what an operator's antennas see of it."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pydantic

from .quantity import Demand, Fraction, Law, MinuteLaw, Persons, Positive, Quantity, Stated, by_decade

PYRAMID_GROUPS = 18


class MeetingProbability(Stated):
    """Probability that a pair of the same class or team meets on a given weekday."""

    school: Fraction
    work: Fraction


class ByLayerMinutes(Stated):
    """Minutes of one contact on one day."""

    household: MinuteLaw
    group: MinuteLaw
    community: MinuteLaw


class ByLayerFraction(Stated):
    """A fraction for each layer."""

    household: Fraction
    group: Fraction
    community: Fraction


class City(Stated):
    """A synthetic population (model.md, sections 1 and 2)."""

    title: str
    description: str
    people: Persons
    age_pyramid: Annotated[Quantity, Demand("person", 0, 1e10, length=PYRAMID_GROUPS)]
    household_size_fractions: Annotated[Quantity, Demand("fraction", 0, 1, length=6)]
    parent_age_gap: Annotated[Law, Demand("year", 0, 60)]
    school_ages: Annotated[Quantity, Demand("year", 0, 120, length=2, whole=True)]
    school_enrolment_fraction: Fraction
    class_size: Annotated[Quantity, Demand("person", 1, 1000, whole=True)]
    work_ages: Annotated[Quantity, Demand("year", 0, 120, length=2, whole=True)]
    employment_fraction: Fraction
    team_size: Annotated[Law, Demand("person", 1, 1000)]
    meeting_probability: MeetingProbability
    community_contacts_per_day: Annotated[Quantity, Demand("contacts/day", 0, 40, length=3)]
    community_dispersion_k: Positive
    community_local_fraction: Fraction
    community_age_affinity: Annotated[Quantity, Demand("fraction", 0, 1, length=6)]
    minutes: ByLayerMinutes
    close_fraction: ByLayerFraction
    area_people: Persons
    density: Annotated[Quantity, Demand("person/km2", 0, 1e6)]
    phone_ownership_by_age: Annotated[Quantity, by_decade("fraction")]
    remaining_life_by_age: Annotated[Quantity, by_decade("year", 0, 120)]
    first_weekday: Annotated[Quantity, Demand("weekday", 0, 6, whole=True)]

    @pydantic.model_validator(mode="after")
    def _adds_up(self) -> City:
        total = float(np.sum(self.household_size_fractions.value))
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"household_size_fractions must add up to 1; they add up to {total:g}")
        if float(np.sum(self.age_pyramid.value)) <= 0:
            raise ValueError("age_pyramid holds nobody")
        if float(np.max(self.community_age_affinity.value)) != 1.0:
            raise ValueError("community_age_affinity must be scaled so that its largest value is 1")
        for name in ("school_ages", "work_ages"):
            first, last = getattr(self, name).value
            if first > last:
                raise ValueError(f"{name} must be [first, last]; got {[first, last]}")
        if self.team_size.family != "constant" and self.team_size.maximum is None:
            raise ValueError("team_size needs a maximum: one endless team would hold everybody")
        for name, law in self.minutes:
            if law.family != "constant" and law.maximum is None:
                raise ValueError(f"minutes.{name} needs a maximum: hazards are bounded by the longest contact")
        return self
