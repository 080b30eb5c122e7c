"""A pathogen: how long its periods last, when and how much people infect, and how severe it is by
age."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from ...values.errors import suggestion
from ...values.numbers import ShortTitle, Stated
from ...values.quantity import (
    ENDLESS,
    DayLaw,
    Demand,
    Fraction,
    Law,
    Positive,
    Quantity,
    Ratio,
    by_decade,
)

PROFILE_TOLERANCE = 1e-3  # means are written with few digits
PUBLISHED_UNITS = {
    "generation_interval_mean": "day",
    "serial_interval_mean": "day",
    "incubation_mean": "day",
    "latent_mean": "day",
    "theta": "fraction",
    "growth_rate": "1/day",
    "dispersion_k": "dimensionless",
}


def _known_checks(published: dict[str, Quantity]) -> dict[str, Quantity]:
    for name, stated in published.items():
        if name not in PUBLISHED_UNITS:
            raise ValueError(f"{name!r} is no check value.{suggestion(name, PUBLISHED_UNITS)}")
        if stated.unit != PUBLISHED_UNITS[name]:
            raise ValueError(
                f"the unit of {name} must be {PUBLISHED_UNITS[name]!r}; got {stated.unit!r}"
            )
    return published


Published = Annotated[dict[str, Quantity], pydantic.AfterValidator(_known_checks)]


class LayerHazard(Stated):
    """Hazard of a contact-day of mean duration, and as often close as stated, by layer, relative to
    a community contact-day."""

    household: Ratio
    group: Ratio
    community: Ratio


class Pathogen(Stated):
    """Natural history (model.md, 7.4).

    Either latent period and presymptomatic lead are stated, and incubation is their sum; or the
    incubation period and the delay from onset to infectiousness, and the latent period is their
    sum; or the incubation period and `infectious_before_onset`: people are infectious from so many
    days before onset, or from infection where that comes later. The infectious period is counted
    from whichever comes last of onset and infectious start. infectiousness_profile is the law of a
    transmission's moment, as a share of the time from `profile_from` to the end: "onset" (before it
    infectiousness is even, `presymptomatic_relative_infectiousness` times the mean after it), or
    "infectious-start" (one profile over all of it; with `infectious_before_onset` from so long
    before onset, where what would fall before infection is lost; R0 is what is left).
    `not_close_relative_hazard`: of a meeting that is not close (`close_fraction` of the
    population), relative to one of the same length that is; 1 where it is not stated.
    `hazard_per_day` replaces the search for R0 (theory only). immunity_duration: from the end of
    infectiousness until the person can be infected again; absent: for good. Seasonality multiplies
    the hazard by 1 + amplitude x cos(2 pi (day of the year - peak) / 365.25); R0 holds where that
    is 1.
    """

    title: str
    short: ShortTitle = ""
    description: str
    R0: Annotated[Quantity, Demand("infections/case", 0, 100, above=True)]
    hazard_per_day: Annotated[Quantity, Demand("1/day", 0, 1e3)] | None = None
    latent_period: DayLaw | None = None
    presymptomatic_lead: DayLaw | None = None
    incubation_period: DayLaw | None = None
    onset_to_infectious: DayLaw | None = None
    infectious_before_onset: Annotated[Quantity, Demand("day", 0, ENDLESS, above=True)] | None = (
        None
    )
    infectious_period: DayLaw
    infectiousness_profile: Annotated[Law, Demand("fraction", 0, 1)]
    profile_from: Literal["onset", "infectious-start"] = "onset"
    presymptomatic_relative_infectiousness: Ratio
    never_symptomatic_fraction: Fraction
    never_symptomatic_relative_infectiousness: Ratio
    individual_variation_k: Positive
    relative_susceptibility_by_age: Annotated[Quantity, by_decade("ratio", 0, 1e3)]
    layer_hazard: LayerHazard
    not_close_relative_hazard: Fraction | None = None
    hospital_fraction_by_age: Annotated[Quantity, by_decade("fraction")]
    death_fraction_by_age: Annotated[Quantity, by_decade("fraction")]
    onset_to_hospital: DayLaw
    hospital_stay: DayLaw
    onset_to_death: DayLaw
    intensive_care_fraction_by_age: Annotated[Quantity, by_decade("fraction")] | None = None
    admission_to_intensive_care: DayLaw | None = None
    intensive_care_stay: DayLaw | None = None
    immunity_duration: DayLaw | None = None
    seasonal_amplitude: Fraction | None = None
    seasonal_peak_day_of_year: Annotated[Quantity, Demand("day", 0, 366)] | None = None
    published: Published = pydantic.Field(default_factory=dict)

    @pydantic.model_validator(mode="after")
    def _one_clock(self) -> Pathogen:
        lead = (self.latent_period is not None, self.presymptomatic_lead is not None)
        second = (self.onset_to_infectious is not None, self.infectious_before_onset is not None)
        late = (self.incubation_period is not None, sum(second) == 1)
        if not ((all(lead) and not any((*late, *second))) or (all(late) and not any(lead))):
            raise ValueError(
                "state either latent_period and presymptomatic_lead (incubation "
                "is their sum), or incubation_period and "
                "onset_to_infectious (the latent period is their sum) or "
                "infectious_before_onset, and not more"
            )
        if self.infectious_before_onset is not None and self.profile_from != "infectious-start":
            raise ValueError(
                "infectious_before_onset needs profile_from = "
                "'infectious-start': one profile from before onset to the end"
            )
        care = (
            self.intensive_care_fraction_by_age,
            self.admission_to_intensive_care,
            self.intensive_care_stay,
        )
        if len({part is None for part in care}) > 1:
            raise ValueError(
                "state all three of intensive_care_fraction_by_age, "
                "admission_to_intensive_care and intensive_care_stay, or none"
            )
        if (
            self.profile_from == "infectious-start"
            and self.presymptomatic_relative_infectiousness.value != 1
        ):
            raise ValueError(
                "presymptomatic_relative_infectiousness must be 1 where "
                "profile_from is 'infectious-start': the profile itself says "
                "how infectious people are before onset"
            )
        if (self.seasonal_amplitude is None) != (self.seasonal_peak_day_of_year is None):
            raise ValueError(
                "state both seasonal_amplitude and seasonal_peak_day_of_year, or neither"
            )
        if max(self.relative_susceptibility_by_age.value) <= 0:
            raise ValueError("relative_susceptibility_by_age must be above 0 at some age")
        profile = self.infectiousness_profile
        if profile.family == "uniform" and (profile.mean != 0.5 or profile.maximum is not None):
            raise ValueError(
                "infectiousness_profile: 'uniform' is even over the whole "
                "infectious period, mean 0.5; use 'beta' to shift it"
            )
        if profile.longest > 1 + PROFILE_TOLERANCE:
            raise ValueError(
                f"infectiousness_profile reaches {profile.longest:.4g}, beyond "
                "the end of the infectious period (1); use a "
                "family on [0, 1], such as beta with the mean that its "
                "parameters give, or state maximum = 1"
            )
        return self
