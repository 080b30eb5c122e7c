"""Isolation regimes: orders, adherence, monitoring and the ladder of what follows a breach."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from .quantity import Count, DayLaw, Days, DaysOrNever, Demand, Fraction, PerDay, PerPersonDay, Quantity, Ratio, Stated


class NoMonitoring(Stated):
    """Nobody checks."""

    type: Literal["none"]


class Monitoring(Stated):
    """Checks of people under an order.

    detection_probability: that a day's breach is noticed; false_alarm_per_person_day: on days without one.
    """

    type: Literal["visits", "operator-position"]
    checks_per_day: PerPersonDay
    detection_probability: Fraction
    false_alarm_per_person_day: Annotated[Quantity, Demand("1/person/day", 0, 1)]
    records_per_person_day: Annotated[Quantity, Demand("record/person-day", 0, 1e5)]
    retention_days: DaysOrNever
    recipients: Count


class Rung(Stated):
    """One rung of the ladder: acts when so many breaches have been noted, true or not.

    The last rung acts again on each further breach.
    """

    action: Literal["warning", "report", "fine"]
    after_detections: Annotated[Quantity, Demand("count", 1, 1e6, whole=True)]
    breach_factor: Ratio


class IsolationRegime(Stated):
    """A regime: isolation of cases and quarantine of listed contacts (model.md, section 6).

    harshness, in [0, 1], is what people respond to.
    """

    title: str
    description: str
    harshness: Fraction
    isolation_days: Days
    quarantine_days: Days
    full_adherence_case: Fraction
    full_adherence_contact: Fraction
    partial_contact_factor: Fraction
    household_contact_factor: Fraction
    support_fraction: Fraction
    breach_per_day: PerDay
    breach_duration: DayLaw
    breach_contact_factor: Fraction
    fine_daily_incomes: Annotated[Quantity, Demand("daily income", 0, 1e4)]
    monitoring: Annotated[NoMonitoring | Monitoring, pydantic.Field(discriminator="type")]
    ladder: tuple[Rung, ...] = ()

    @pydantic.model_validator(mode="after")
    def _rungs_ascend(self) -> IsolationRegime:
        at = [float(rung.after_detections.value) for rung in self.ladder]
        if at != sorted(at):
            raise ValueError(f"the rungs of the ladder must be in order of after_detections; got {at}")
        if self.ladder and self.monitoring.type == "none":
            raise ValueError("a ladder without monitoring never acts; state monitoring or leave the ladder out")
        return self
