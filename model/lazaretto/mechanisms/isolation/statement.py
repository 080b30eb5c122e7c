"""Isolation regimes: orders, adherence, monitoring and the ladder of what follows a breach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import pydantic

from ...values.governance import Collection
from ...values.numbers import ShortTitle, Stated
from ...values.quantity import (
    DayLaw,
    Days,
    Demand,
    Fraction,
    PerDay,
    PerPersonDay,
    Positive,
    Quantity,
    Ratio,
)
from .rungs import ACTIONS, RUNGS

MOST_MONITORS = 4
POSITION, SPECIAL_PHONE = "operator-position", "special-phone"
NEEDS_PHONE = ("calls", POSITION, "selfie-app")
if TYPE_CHECKING:
    Action = str
else:
    Action = Literal[ACTIONS]
Place = Literal["home", "facility"]
Hours = Annotated[Quantity, Demand("hour", 0, 1e3)]


class Monitor(Collection):
    """One way of checking people under an order; a regime is the sum of its monitors.

    Calls, positions and selfies need a phone of one's own; a special phone is handed out, where
    another monitor needs one to those who own none, else to all.

    detection_probability: that a day's breach is noticed; false_alarm_per_person_day: on days
    without one. Of the checks a day, night_checks_per_day come at night. hours_per_check: of staff.
    phone_left_at_home: share of breaches on which the phone whose position is watched stays at home
    (not of a selfie, which needs a face).
    """

    type: Literal[
        "calls",
        "visits",
        "operator-position",
        "selfie-app",
        "special-phone",
        "wristband",
        "fence",
        "guard",
    ]
    checks_per_day: PerPersonDay
    night_checks_per_day: PerPersonDay | None = None
    detection_probability: Fraction
    false_alarm_per_person_day: Annotated[Quantity, Demand("1/person/day", 0, 1)]
    hours_per_check: Hours
    phone_left_at_home: Fraction | None = None

    @pydantic.model_validator(mode="after")
    def _a_phone_can_stay_at_home(self) -> Monitor:
        if self.phone_left_at_home is not None and self.type not in (POSITION, SPECIAL_PHONE):
            raise ValueError(
                f"phone_left_at_home belongs to monitors that watch where a phone is; {self.type} "
                "does not"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _nights_are_among_the_checks(self) -> Monitor:
        if (
            self.night_checks_per_day is not None
            and self.night_checks_per_day.value > self.checks_per_day.value
        ):
            raise ValueError(
                "night_checks_per_day are among checks_per_day, so they cannot be more"
            )
        return self


class Rung(Stated):
    """One rung of the ladder: acts when so many breaches have been noted, true or not
    ("systematic").

    The last rung acts again on each further breach. A transfer takes the person to a facility until
    the order ends.
    """

    action: Action
    after_detections: Annotated[Quantity, Demand("count", 1, 1e6, whole=True)]
    breach_factor: Ratio
    hours_per_action: Hours


class Appeals(Stated):
    """Appeals against reports, fines and transfers: who appeals, how often it is granted, after
    what delay.

    A granted appeal strikes the noted breach off and, of a transfer, lets the person go home.
    """

    probability_when_wrong: Fraction
    probability_when_right: Fraction
    granted_when_wrong: Fraction
    granted_when_right: Fraction
    delay: DayLaw


class IsolationRegime(Stated):
    """A regime: isolation of cases and quarantine of listed contacts (model.md, 7.7).

    harshness, in [0, 1], is what people respond to. case_place and contact_place: where orders are
    served; in a facility all contacts, those of the household too, are multiplied by
    facility_contact_factor and nobody goes out. household_quarantine_probability: that a member of
    a confirmed case's household is put under quarantine, without any tracing.
    case_release_test_day: on that day of a case's isolation a test is taken; a negative result ends
    it.

    full_adherence_*: share that means to stay at home when the order begins; dropout_per_day:
    hazard with which these give up for the rest of the order. false_alarm_k: shape of the gamma law
    of false alarms between people (not stated: all get as many); a few get most of them where it
    is small.
    """

    title: str
    short: ShortTitle = ""
    description: str
    harshness: Fraction
    isolation_days: Days
    quarantine_days: Days
    case_release_test_day: Days | None = None
    case_place: Place = "home"
    contact_place: Place = "home"
    facility_contact_factor: Fraction | None = None
    household_quarantine_probability: Fraction | None = None
    full_adherence_case: Fraction
    full_adherence_contact: Fraction
    partial_contact_factor: Fraction
    household_contact_factor: Fraction
    support_fraction: Fraction
    breach_per_day: PerDay
    dropout_per_day: PerDay
    breach_duration: DayLaw
    breach_contact_factor: Fraction
    fine_daily_incomes: Annotated[Quantity, Demand("daily income", 0, 1e4)]
    monitoring: tuple[Monitor, ...] = ()
    false_alarm_k: Positive | None = None
    ladder: tuple[Rung, ...] = ()
    appeals: Appeals | None = None

    @pydantic.model_validator(mode="after")
    def _rungs_ascend(self) -> IsolationRegime:
        at = [float(rung.after_detections.value) for rung in self.ladder]
        if at != sorted(at):
            raise ValueError(
                f"the rungs of the ladder must be in order of after_detections; got {at}"
            )
        if self.ladder and not self.monitoring:
            raise ValueError(
                "a ladder without monitoring never acts; state monitoring or leave the ladder out"
            )
        if self.appeals is not None and not self.ladder:
            raise ValueError("appeals without a ladder: there is nothing to appeal against")
        return self

    @pydantic.model_validator(mode="after")
    def _monitors_differ(self) -> IsolationRegime:
        types = [monitor.type for monitor in self.monitoring]
        if len(set(types)) < len(types) or len(types) > MOST_MONITORS:
            raise ValueError(
                f"at most {MOST_MONITORS} monitors, each type once; got {', '.join(types)}"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _facility_is_stated(self) -> IsolationRegime:
        taken = "facility" in (self.case_place, self.contact_place) or any(
            rung.to_facility and r.action == rung.name for r in self.ladder for rung in RUNGS
        )
        if taken and self.facility_contact_factor is None:
            raise ValueError(
                "people are taken to a facility, so facility_contact_factor "
                "(contacts kept there) must be stated"
            )
        return self
