"""Region-wide measures: what is closed for everybody, from when to when, and who complies."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from ...values.governance import Collection
from ...values.numbers import ShortTitle, Stated
from ...values.quantity import Days, Demand, Fraction, Quantity, Ratio

MOST_MEASURES = 16
INDICATORS = ("none", "cases-per-week", "hospital-beds")  # in the order of their codes
Per100k = Annotated[Quantity, Demand("person/100,000 people", 0, 1e5)]
RunDay = Annotated[Quantity, Demand("day", -3650, 3650)]
LastDay = Annotated[Quantity, Demand("day", -3650)]
PerPersonDay = Annotated[Quantity, Demand("1/person/day", 0, 1)]


class Trigger(Stated):
    """Puts a measure in force when the indicator reaches `on_from`, and lifts it when it has fallen
    below `off_below` and the measure has been in force for `least_days`.

    Indicators, as the authority's own records show them: positive results of the last seven days,
    or hospital beds in use.
    """

    indicator: Literal["cases-per-week", "hospital-beds"]
    on_from: Per100k
    off_below: Per100k
    least_days: Days

    @pydantic.model_validator(mode="after")
    def _falls_below(self) -> Trigger:
        if self.off_below.value > self.on_from.value:
            raise ValueError(
                f"off_below ({self.off_below.value}) must not lie above on_from "
                f"({self.on_from.value})"
            )
        return self


class Passes(Collection):
    """Digital passes for leaving home. Fines are per person and day: of people who do not comply,
    and, wrongly, of those who do."""

    fine_per_person_day: PerPersonDay
    wrong_fine_per_person_day: PerPersonDay


class Measure(Stated):
    """A region-wide measure, in force from start_day until before end_day (days of the run), or
    within them when the trigger says so.

    The factors are the share of contacts of each setting that is kept where at least one of the two
    people complies; the household's may exceed 1 (people at home meet more). Observed and stored
    networks count as community. compliance: share of people, a lasting trait: whoever complies with
    a measure of low compliance complies with all others of higher. stringency_points: what it adds
    to the 0-100 index of the day.
    """

    title: str
    start_day: RunDay | None = None
    end_day: LastDay | None = None
    trigger: Trigger | None = None
    school_factor: Fraction
    work_factor: Fraction
    community_factor: Fraction
    household_factor: Ratio
    compliance: Fraction
    stringency_points: Annotated[Quantity, Demand("index point", 0, 100)]
    passes: Passes | None = None

    @pydantic.model_validator(mode="after")
    def _has_dates_or_a_trigger(self) -> Measure:
        if self.start_day is None and self.trigger is None:
            raise ValueError("a measure needs a start_day or a trigger")
        if (
            self.start_day is not None
            and self.end_day is not None
            and self.end_day.value <= self.start_day.value
        ):
            raise ValueError(
                f"end_day ({self.end_day.value}) must come after start_day ({self.start_day.value})"
            )
        if self.household_factor.value > 10:
            raise ValueError(
                "household_factor is a multiple of contacts at home, at most 10; "
                f"got {self.household_factor.value}"
            )
        return self


class Region(Stated):
    """The region-wide measures of a scenario; none means nothing is closed."""

    title: str
    short: ShortTitle = ""
    description: str
    measures: tuple[Measure, ...] = ()

    @pydantic.model_validator(mode="after")
    def _not_too_many(self) -> Region:
        if len(self.measures) > MOST_MEASURES:
            raise ValueError(f"at most {MOST_MEASURES} measures; got {len(self.measures)}")
        return self
