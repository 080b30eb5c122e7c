"""Check-in at venues."""

from __future__ import annotations

from typing import Any, Literal

from ..values.quantity import Fraction, MinuteLaw
from ..world.codes import HOUSEHOLD
from .lowering import Ground, at_venues, by_layer
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


def lower(stated: VenueCheckIn, ground: Ground) -> dict[str, Any]:
    """What the instrument's row of the policy says other than `EVERY`."""
    row = by_layer(1.0, near=1.0)
    row[HOUSEHOLD] = 0.0
    both = stated.participation.value**2
    return {
        "by_layer": row,
        "seen": by_layer(both, near=both),
        "near_per_day": at_venues(stated.fellow_visitors_per_day.value),
    }
