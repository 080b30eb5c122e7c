"""Check-in at venues."""

from __future__ import annotations

from typing import Literal

from ..values.quantity import Fraction, MinuteLaw
from .statement import Instrument, PerDayMean


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
