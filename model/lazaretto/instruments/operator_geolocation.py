"""Positions of phones from the operators."""

from __future__ import annotations

from typing import Annotated, Literal

from ..values.quantity import Demand, Fraction, MinuteLaw, Minutes, Quantity
from .statement import Instrument


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
