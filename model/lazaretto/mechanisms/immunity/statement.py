"""Who is immune when the run begins, and who is vaccinated when, with what."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from ...values.numbers import ShortTitle, Stated
from ...values.quantity import DayLaw, Days, Demand, Fraction, Quantity, by_decade

MOST_CAMPAIGNS = 16
PEOPLE = 100_000
FirstDay = Annotated[Quantity, Demand("day", -3650, 3650, whole=True)]
LastDay = Annotated[Quantity, Demand("day", -3650, 3650, whole=True)]
Age = Annotated[Quantity, Demand("year", 0, 120, whole=True)]
Doses = Annotated[Quantity, Demand("dose/100,000 people/day", 0)]


class Campaign(Stated):
    """Vaccinations from start_day until before end_day (days of the run, negative before it).

    doses_per_day go to willing people of the ages youngest to oldest, in whole years, who are not
    yet vaccinated: from the oldest down (oldest_first), or to all ages alike; a course counts as
    one dose. willingness: the share of these ages that takes it, a lasting trait of a person.

    From protected_after days after the dose until protection_lasts days later (absent: for good)
    the vaccinated are protected: against infection, of each exposure ("leaky") or of people for
    good ("all-or-nothing"), with efficacy_infection; the infected then transmit less often by
    efficacy_transmission, and their probabilities of hospital, intensive care and death are lower
    by efficacy_severe, which does not wane.
    """

    title: str
    start_day: FirstDay
    end_day: LastDay | None = None
    doses_per_day: Doses
    youngest: Age
    oldest: Age
    oldest_first: bool = False
    willingness: Fraction
    protected_after: Days
    protection: Literal["leaky", "all-or-nothing"]
    efficacy_infection: Fraction
    efficacy_transmission: Fraction
    efficacy_severe: Fraction
    protection_lasts: DayLaw | None = None

    @pydantic.model_validator(mode="after")
    def _gives_what_there_is(self) -> Campaign:
        if self.doses_per_day.value > PEOPLE:
            raise ValueError(
                f"doses_per_day ({self.doses_per_day.value:g} per 100,000 people) are more doses "
                "than people; allowed: 0 to 100,000 a day (doses are per 100,000 people, not in "
                "all)"
            )
        if self.oldest.value < self.youngest.value:
            raise ValueError(
                f"oldest ({self.oldest.value}) must not lie below youngest ({self.youngest.value})"
            )
        if self.end_day is not None and self.end_day.value <= self.start_day.value:
            raise ValueError(
                f"end_day ({self.end_day.value}) must come after start_day ({self.start_day.value})"
            )
        return self


class Immunity(Stated):
    """Who cannot be infected, or less easily.

    immune_by_age: share of people of each decade of age who are immune when the run begins, of
    infection or vaccination long ago; immunity_lasts: for how long from then on (absent: for good).
    campaigns: vaccinations, of which everybody takes one. against: names of the pathogens that it
    is stated for; the model does not read them.
    """

    title: str
    short: ShortTitle = ""
    description: str
    against: tuple[str, ...] = ()
    immune_by_age: Annotated[Quantity, by_decade("fraction")] | None = None
    immunity_lasts: DayLaw | None = None
    campaigns: tuple[Campaign, ...] = ()

    @pydantic.model_validator(mode="after")
    def _is_whole(self) -> Immunity:
        if len(self.campaigns) > MOST_CAMPAIGNS:
            raise ValueError(f"at most {MOST_CAMPAIGNS} campaigns; got {len(self.campaigns)}")
        if self.immunity_lasts is not None and self.immune_by_age is None:
            raise ValueError("immunity_lasts needs immune_by_age: whose immunity it is")
        return self
