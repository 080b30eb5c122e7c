"""Tracing levels: a level is a list of instruments, each with exactly its own fields."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from .governance import Collection
from .population import ByLayerFraction
from .quantity import DayLaw, Days, Demand, Fraction, MinuteLaw, Minutes, Quantity, Stated

MOST_INSTRUMENTS = 8
Instruction = Literal["quarantine", "test", "inform", "monitor"]
ByMinutes = Annotated[Quantity, Demand("fraction", 0, 1, length=4)]
PerDayMean = Annotated[Quantity, Demand("person/day", 0, 1e3)]


class Instrument(Collection):
    """What all instruments share: look-back before the reported onset, delay from the result (or
    report) until people are reached, what the listed are asked to do, and what happens to the data.

    instruction: "quarantine" (stay at home), "test" (be tested), "inform" (are told), or "monitor":
    go about, and report symptoms for the days of a quarantine; whoever reports them (with the
    probability of seeking a test) isolates at once and is tested after `listed_to_sample`; a
    negative result ends that, a positive one makes a case. Whoever has reported them before the
    list isolates at the list.

    brief_instruction: what people are asked who were together with the case for less than the
    level's `close_minutes`; as `instruction` where it is not stated. Records of everybody with a
    phone, or of users, older than retention_days are gone, so days of the look-back before that
    cannot be asked about.
    """

    lookback_days: Days
    delay: DayLaw
    instruction: Instruction
    brief_instruction: Instruction | None = None
    collects: Literal["everyone-with-phone", "users", "cases"]


class Household(Instrument):
    """The members of the case's household, from the address."""

    type: Literal["household"]
    reach_probability: Fraction


class Interview(Instrument):
    """A tracer asks the case. recall_by_minutes: contacts of below 5, 5-15, 15-60 minutes and an
    hour or more; it fades by the factor exp(-recall_loss_per_day x days between the last meeting
    and the interview).

    Cases queue for a tracer in the order in which they come; who would wait for more than
    longest_wait_days is never interviewed.

    Backward tracing: with backward_days, the case is also asked about the days before the
    look-back, to find the source; contacts met only then are recalled with backward_recall_factor
    times the probability.
    """

    type: Literal["interview"]
    cooperation_probability: Fraction
    recall_by_minutes: ByMinutes
    recall_by_layer: ByLayerFraction
    reach_probability: Fraction
    recall_loss_per_day: Annotated[Quantity, Demand("1/day", 0, 10)]
    backward_days: Days | None = None
    backward_recall_factor: Fraction | None = None
    tracers_per_100k: Annotated[Quantity, Demand("person", 0, 1e5)]
    interviews_per_tracer_day: Annotated[Quantity, Demand("interview/day", 0, 1e4)]
    longest_wait_days: Days
    hours_per_person: Annotated[Quantity, Demand("hour/person", 0, 1e3)]

    @pydantic.model_validator(mode="after")
    def _backward_is_whole(self) -> Interview:
        if (self.backward_days is None) != (self.backward_recall_factor is None):
            raise ValueError(
                "backward_days and backward_recall_factor are stated together or not at all"
            )
        if self.backward_days is not None and self.backward_days.value < self.lookback_days.value:
            raise ValueError(
                "backward_days counts from the onset too, so it must be at least lookback_days"
            )
        return self


class CallList(Instrument):
    """People with whom the case exchanged calls or messages, from the operators' records.

    probability_by_days: that a contact outside the household who was met on 1, 2, 3, 4, 5, 6 or
    more days of the window is on the list: it rises with the strength of the tie. brief_factor: of
    contacts never as long as 15 minutes, relative to the others. remote_ties: mean number of people
    on the list whom the case did not meet. On an observed population with a phone list of its own
    (`Population.with_calls`) that list is used instead of these.
    """

    type: Literal["call-list"]
    household_probability: Fraction
    probability_by_days: Annotated[Quantity, Demand("fraction", 0, 1, length=6)]
    brief_factor: Fraction
    remote_ties: Annotated[Quantity, Demand("person", 0, 1e3)]


class OperatorGeolocation(Instrument):
    """The operator lists every phone in the same place for long enough: contacts with errors, and
    people who were merely near.

    sampling_minutes: between two positions of a phone; a meeting of m minutes holds one with
    probability min(1, m / sampling). detection_probability: that two carried phones with a position
    in the meeting are matched. consent_probability: the case's consent, where the law asks for it.
    """

    type: Literal["operator-geolocation"]
    consent_probability: Fraction | None = None
    carriage_probability: Fraction
    sampling_minutes: Minutes
    detection_probability: Fraction
    dwell_threshold_minutes: Minutes
    radius_metres: Annotated[Quantity, Demand("metre", 0, 1e5)]
    colocation_overlap: Fraction
    colocation_minutes: MinuteLaw


class BluetoothApp(Instrument):
    """An app on both phones notes that they were near; a case who consents has its contacts
    notified. No place is stored.

    uptake_by_age: share of the people of each decade who use it. detection_by_minutes: that a
    meeting of below 5, 5-15, 15-60 minutes or an hour and more is measured. Meetings shorter than
    risk_minutes are notified wrongly with false_risk_probability.
    """

    type: Literal["bluetooth-app"]
    uptake_by_age: Annotated[Quantity, Demand("fraction", 0, 1, length=10)]
    consent_probability: Fraction
    carriage_probability: Fraction
    detection_by_minutes: ByMinutes
    risk_minutes: Minutes
    false_risk_probability: Fraction


class VenueCheckIn(Instrument):
    """People who checked in at the same place at the same time; of those met, outside the household
    only.

    participation: share of visits for which a person checks in. fellow_visitors_per_day: mean
    number of people who were in a venue with somebody on a day without meeting them.
    """

    type: Literal["venue-check-in"]
    participation: Fraction
    fellow_visitors_per_day: PerDayMean
    visit_minutes: MinuteLaw


class PublicNotice(Instrument):
    """Places and times are made public and those who were there are asked to act; nobody is named,
    and the list is what happened, not a file that anybody keeps.

    notice_probability: that a person who was there sees the notice.
    """

    type: Literal["public-notice"]
    consent_probability: Fraction
    notice_probability: Fraction
    fellow_visitors_per_day: PerDayMean
    visit_minutes: MinuteLaw


AnyInstrument = Annotated[
    Household
    | Interview
    | CallList
    | OperatorGeolocation
    | BluetoothApp
    | VenueCheckIn
    | PublicNotice,
    pydantic.Field(discriminator="type"),
]


class TracingLevel(Stated):
    """A tracing level; no instruments is no tracing. Lists of several instruments are united:
    whoever is on two lists for the same case is asked once, by the fastest.

    trigger: a positive result, or already the report of symptoms (a negative result then ends the
    quarantine of those listed). recursion_depth: 1 also traces the contacts of listed people, and
    so on. close_minutes: below it `brief_instruction` holds. release_test_day: on that day of a
    quarantine a test is taken; a negative result ends it.
    """

    title: str
    description: str
    trigger: Literal["result", "symptoms"] = "result"
    recursion_depth: Annotated[Quantity, Demand("generation", 0, 5, whole=True)] | None = None
    close_minutes: Minutes | None = None
    release_test_day: Days | None = None
    instruments: tuple[AnyInstrument, ...] = ()

    @pydantic.model_validator(mode="after")
    def _not_too_many(self) -> TracingLevel:
        if len(self.instruments) > MOST_INSTRUMENTS:
            raise ValueError(
                f"a level has at most {MOST_INSTRUMENTS} instruments; got {len(self.instruments)}"
            )
        types = [i.type for i in self.instruments]
        if twice := sorted({t for t in types if types.count(t) > 1}):
            raise ValueError(f"each type of instrument once in a level; twice: {', '.join(twice)}")
        if self.close_minutes is None and any(
            i.brief_instruction is not None for i in self.instruments
        ):
            raise ValueError(
                "brief_instruction needs the level's close_minutes: below how "
                "many minutes a meeting is brief"
            )
        return self

    @property
    def instructions(self) -> set[str]:
        """All that listed people may be asked."""
        return {i.instruction for i in self.instruments} | {
            i.brief_instruction for i in self.instruments if i.brief_instruction is not None
        }
