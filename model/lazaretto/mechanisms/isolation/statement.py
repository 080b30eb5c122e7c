"""Isolation regimes: orders, adherence, monitoring and the ladder of what follows a breach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import pydantic

from ...values.appeals import Appeals
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
from ...world.codes import RELISTINGS
from .rungs import ACTIONS, RUNGS

MOST_MONITORS = 4
POSITION, SPECIAL_PHONE = "operator-position", "special-phone"
NEEDS_PHONE = ("calls", POSITION, "selfie-app")
if TYPE_CHECKING:
    Action = str
    Relisting = str
else:
    Action = Literal[ACTIONS]
    Relisting = Literal[RELISTINGS]
Place = Literal["home", "facility"]
Hours = Annotated[Quantity, Demand("hour", 0, 1e3)]
PerPeople = Annotated[Quantity, Demand("1/100,000 people", 0, 1e5)]
NotesPerDay = Annotated[Quantity, Demand("1/100,000 people/day", 0, 1e5, above=True)]


class Monitor(Collection):
    """One way of checking people under an order; a regime is the sum of its monitors.

    Calls, positions and selfies need a phone of one's own; a special phone is handed out, where
    another monitor needs one to those who own none, else to all: to the share issued_fraction of
    them (not stated: to all), the others go unwatched by it.

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
    issued_fraction: Fraction | None = None

    @pydantic.model_validator(mode="after")
    def _only_phones_are_issued(self) -> Monitor:
        if self.issued_fraction is not None and self.type != SPECIAL_PHONE:
            raise ValueError(
                f"issued_fraction is the share of people who are handed a {SPECIAL_PHONE}; "
                f"{self.type} has none to hand out"
            )
        return self

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


class Desk(Stated):
    """Who acts on what the monitors noted, each after a delay, one note after the other and at most
    notes_per_day of them; a note that would wait longer than longest_wait is dropped. Not stated in
    a regime: the ladder is climbed as soon as a breach is noted."""

    notes_per_day: NotesPerDay | None = None
    delay: DayLaw
    longest_wait: Days | None = None

    @pydantic.model_validator(mode="after")
    def _waits_for_somebody(self) -> Desk:
        if self.longest_wait is not None and self.notes_per_day is None:
            raise ValueError("longest_wait needs notes_per_day: without it no note ever waits")
        return self


class IsolationRegime(Stated):
    """A regime: isolation of cases and quarantine of listed contacts (model.md, 7.7).

    harshness, in [0, 1], is what people respond to. case_place and contact_place: where orders are
    served; in a facility all contacts, those of the household too, are multiplied by
    facility_contact_factor and nobody goes out. household_quarantine_probability: that a member of
    a confirmed case's household is put under quarantine, without any tracing.
    case_release_test_day: on that day of a case's isolation a test is taken; a negative result ends
    it.

    facility_refusal: share of those ordered to a facility who do not let themselves be taken; the
    order then holds at home. absconding_per_day: hazard with which people leave it, to live as
    those who have dropped out. facility_places: if all are taken, people wait at home.

    relisting: whether another listing prolongs a quarantine in force: "last-exposure" (to the end
    of one that counts from that exposure), "always" (to one that counts from that day), "never".

    refuse_fraction: share that keeps no order from the start and lives as before, of those who do
    not adhere fully; refusers: "at-home", or "to-facility": they are taken to one.
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
    facility_refusal: Fraction | None = None
    absconding_per_day: PerDay | None = None
    facility_places: PerPeople | None = None
    household_quarantine_probability: Fraction | None = None
    relisting: Relisting = "last-exposure"
    refuse_fraction: Fraction | None = None
    refusers: Literal["at-home", "to-facility"] = "at-home"
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
    desk: Desk | None = None
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
        if self.desk is not None and not self.ladder:
            raise ValueError("a desk without a ladder has nothing to do; state both or neither")
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
        ordered = "facility" in (self.case_place, self.contact_place)
        taken = ordered or self.refusers == "to-facility"
        taken |= any(
            rung.to_facility and r.action == rung.name for r in self.ladder for rung in RUNGS
        )
        if self.refusers == "to-facility" and self.refuse_fraction is None:
            raise ValueError("refusers go to a facility, so refuse_fraction must be stated")
        needed = {
            "facility_refusal": ordered,
            "absconding_per_day": taken,
            "facility_places": taken,
        }
        idle = [name for name, of_use in needed.items() if getattr(self, name) and not of_use]
        if idle:
            raise ValueError(
                f"{', '.join(idle)}: nobody is {'taken' if not taken else 'ordered'} to a facility "
                "under this regime, so that would do nothing; leave it out, or state case_place or "
                'contact_place "facility"'
            )
        if taken and self.facility_contact_factor is None:
            raise ValueError(
                "people are taken to a facility, so facility_contact_factor "
                "(contacts kept there) must be stated"
            )
        return self
