"""A synthetic city: who lives with whom, where people meet, and what an operator's antennas see of
it."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pydantic

from ..values.numbers import ShortTitle, Stated
from ..values.quantity import (
    Demand,
    Fraction,
    Law,
    MinuteLaw,
    Persons,
    Positive,
    Quantity,
    by_decade,
)

PYRAMID_GROUPS = 18


class AtSchoolAndWork(Stated):
    """One number for school classes and one for workplace teams."""

    school: Annotated[Quantity, Demand("contacts/day", 0, 200)]
    work: Annotated[Quantity, Demand("contacts/day", 0, 200)]


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


class Place(Stated):
    """A synthetic population (model.md, 7.1)."""

    title: str
    short: ShortTitle = ""
    description: str
    people: Persons
    age_pyramid: Annotated[Quantity, Demand("person", 0, 1e10, length=PYRAMID_GROUPS)]
    household_size_fractions: Annotated[Quantity, Demand("fraction", 0, 1, length=6)]
    parent_age_gap: Annotated[Law, Demand("year", 0, 60)]
    at_school_by_age: Annotated[Quantity, Demand("fraction", 0, 1, length=PYRAMID_GROUPS)]
    at_work_by_age: Annotated[Quantity, Demand("fraction", 0, 1, length=PYRAMID_GROUPS)]
    class_size: Annotated[Quantity, Demand("person", 1, 1000, whole=True)]
    team_size: Annotated[Law, Demand("person", 1, 1000)]
    groups_per_site: Annotated[Quantity, Demand("count", 1, 1000, whole=True)]
    group_contacts_per_day: AtSchoolAndWork
    occasional_fraction: Fraction
    commuting_zone_people: Persons
    commuting_outside_fraction: Fraction
    community_contacts_per_day: Annotated[Quantity, Demand("contacts/day", 0, 40, length=3)]
    community_dispersion_k: Positive
    community_local_fraction: Fraction
    community_own_age_fraction: Annotated[Quantity, Demand("fraction", 0, 1, length=3)]
    community_weekday_fraction: Annotated[Quantity, Demand("fraction", 0, 1, length=7)]
    minutes: ByLayerMinutes
    close_fraction: ByLayerFraction
    area_people: Persons
    density: Annotated[Quantity, Demand("person/km2", 0, 1e6)]
    phone_ownership_by_age: Annotated[Quantity, by_decade("fraction")]
    remaining_life_by_age: Annotated[Quantity, by_decade("year", 0, 120)]
    first_weekday: Annotated[Quantity, Demand("weekday", 0, 6, whole=True)]

    @pydantic.model_validator(mode="after")
    def _adds_up(self) -> Place:
        total = float(np.sum(self.household_size_fractions.value))
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"household_size_fractions must add up to 1; they add up to {total:g}")
        if float(np.sum(self.age_pyramid.value)) <= 0:
            raise ValueError("age_pyramid holds nobody")
        both = np.add(self.at_school_by_age.value, self.at_work_by_age.value)
        if float(both.max()) > 1.0 + 1e-9:
            raise ValueError(
                f"at_school_by_age and at_work_by_age add up to {both.max():g} in "
                f"age group {int(both.argmax()) + 1}; a person is at one "
                "of them at most, so the sum may not exceed 1"
            )
        if float(np.max(self.community_weekday_fraction.value)) <= 0:
            raise ValueError("community_weekday_fraction must be above 0 on some day of the week")
        for share in self.community_own_age_fraction.value:
            if share > self.community_local_fraction.value:
                raise ValueError(
                    f"community_own_age_fraction ({share:g}) cannot exceed "
                    "community_local_fraction "
                    f"({self.community_local_fraction.value:g}): contacts kept "
                    "for the own age group are met within the area"
                )
        if self.team_size.family != "constant" and self.team_size.maximum is None:
            raise ValueError("team_size needs a maximum: one endless team would hold everybody")
        for name, law in self.minutes:
            if law.family != "constant" and law.maximum is None:
                raise ValueError(
                    f"minutes.{name} needs a maximum: hazards are bounded by the longest contact"
                )
        return self
