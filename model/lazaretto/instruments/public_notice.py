"""Public notices of places and times."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from ..values.quantity import Fraction, MinuteLaw
from ..world.codes import HOUSEHOLD
from .lowering import Ground, at_venues, by_layer
from .statement import Instrument, PerDayMean


class PublicNotice(Instrument):
    """Places and times are made public and those who were there are asked to act; nobody is named,
    and the list is what happened, not a file that anybody keeps.

    notice_probability: that a person who was there sees the notice.
    """

    names_people: ClassVar[bool] = False
    type: Literal["public-notice"]
    consent_probability: Fraction
    notice_probability: Fraction
    fellow_visitors_per_day: PerDayMean
    visit_minutes: MinuteLaw


def lower(stated: PublicNotice, ground: Ground) -> dict[str, Any]:
    """What the instrument's row of the policy says other than `EVERY`."""
    row = by_layer(stated.notice_probability.value, near=stated.notice_probability.value)
    row[HOUSEHOLD] = 0.0
    return {"by_layer": row, "near_per_day": at_venues(stated.fellow_visitors_per_day.value)}
