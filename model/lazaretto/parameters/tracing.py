"""Tracing levels: a level is a list of instruments, each with exactly its own fields."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from .population import ByLayerFraction
from .quantity import Count, DayLaw, Days, DaysOrNever, Demand, Fraction, MinuteLaw, Minutes, Quantity, Stated

MOST_INSTRUMENTS = 8


class Instrument(Stated):
    """What all instruments share: look-back before the reported onset, delay from the result until people are reached, what the
    listed are asked to do, and what happens to the data."""

    lookback_days: Days
    delay: DayLaw
    instruction: Literal["quarantine", "inform"]
    recipients: Count
    records_per_person_day: Annotated[Quantity, Demand("record/person-day", 0, 1e5)]
    collects: Literal["everyone-with-phone", "cases"]
    retention_days: DaysOrNever


class Household(Instrument):
    """The members of the case's household, from the address."""

    type: Literal["household"]
    reach_probability: Fraction


class Interview(Instrument):
    """A tracer asks the case. recall_by_minutes: contacts of below 5, 5-15, 15-60 minutes and an hour or more."""

    type: Literal["interview"]
    cooperation_probability: Fraction
    recall_by_minutes: Annotated[Quantity, Demand("fraction", 0, 1, length=4)]
    recall_by_layer: ByLayerFraction
    reach_probability: Fraction
    tracers_per_100k: Annotated[Quantity, Demand("person", 0, 1e5)]
    interviews_per_tracer_day: Annotated[Quantity, Demand("interview/day", 0, 1e4)]
    hours_per_person: Annotated[Quantity, Demand("hour/person", 0, 1e3)]


class OperatorGeolocation(Instrument):
    """The operator lists every phone in the same place for long enough: contacts with errors, and people who were merely near."""

    type: Literal["operator-geolocation"]
    carriage_probability: Fraction
    detection_probability: Fraction
    dwell_threshold_minutes: Minutes
    radius_metres: Annotated[Quantity, Demand("metre", 0, 1e5)]
    colocation_overlap: Fraction
    colocation_minutes: MinuteLaw


AnyInstrument = Annotated[Household | Interview | OperatorGeolocation, pydantic.Field(discriminator="type")]


class TracingLevel(Stated):
    """A tracing level; no instruments is no tracing."""

    title: str
    description: str
    instruments: tuple[AnyInstrument, ...] = ()

    @pydantic.model_validator(mode="after")
    def _not_too_many(self) -> TracingLevel:
        if len(self.instruments) > MOST_INSTRUMENTS:
            raise ValueError(f"a level has at most {MOST_INSTRUMENTS} instruments; got {len(self.instruments)}")
        return self
