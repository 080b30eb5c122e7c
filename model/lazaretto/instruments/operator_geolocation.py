"""Positions of phones from the operators."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from ..values.quantity import Demand, Fraction, MinuteLaw, Minutes, Quantity
from ..world.codes import PHONE
from .lowering import Ground, by_layer
from .statement import Instrument


class OperatorGeolocation(Instrument):
    """The operator lists every phone in the same place for long enough: contacts with errors, and
    people who were only near.

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


def lower(stated: OperatorGeolocation, ground: Ground) -> dict[str, Any]:
    """What the instrument's row of the policy says other than `EVERY`."""
    both_carried = (stated.carriage_probability.value * ground.carriage) ** 2
    found = both_carried * stated.detection_probability.value
    inside = ground.density_per_km2 * math.pi * (stated.radius_metres.value / 1000.0) ** 2
    return {
        "trait": PHONE,
        "by_layer": by_layer(1.0, near=1.0),
        "seen": by_layer(found, near=found),
        "sampling": stated.sampling_minutes.value,
        "threshold_minutes": stated.dwell_threshold_minutes.value,
        "colocations_per_day": inside * stated.colocation_overlap.value,
    }
