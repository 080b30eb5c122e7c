"""Public notices of places and times."""

from __future__ import annotations

from typing import Literal

from ..values.quantity import Fraction, MinuteLaw
from .statement import Instrument, PerDayMean


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
