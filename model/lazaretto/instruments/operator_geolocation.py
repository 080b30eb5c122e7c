"""Positions of phones from the operators."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
import pydantic

from ..values.quantity import Demand, Fraction, MinuteLaw, Minutes, Quantity
from ..world.codes import HOUSEHOLD, PHONE
from .lowering import Ground, by_layer
from .statement import Instrument


class OperatorGeolocation(Instrument):
    """The operator lists every phone in the same place for long enough: contacts with errors, and
    people who were only near.

    sampling_minutes: between two positions of a phone; a meeting of m minutes holds one with
    probability min(1, m / sampling). detection_probability: that two carried phones with a position
    in the meeting are matched. consent_probability: the case's consent, where the law asks for it.
    lists_households: whether what is seen in the case's home counts; if not, those who live with
    the case are left to others, unless they are met elsewhere too.

    People only near: of those who live within radius_metres, colocation_overlap share at least some
    time with a person on a day; colocation_places: of these times, the shares in the cell of the
    home (always the same neighbours), in that of the school or workplace (always the same
    colleagues, on weekdays) and on the way (anybody); they add up to 1.
    """

    type: Literal["operator-geolocation"]
    consent_probability: Fraction | None = None
    carriage_probability: Fraction
    sampling_minutes: Minutes
    detection_probability: Fraction
    dwell_threshold_minutes: Minutes
    radius_metres: Annotated[Quantity, Demand("metre", 0, 1e5)]
    colocation_overlap: Fraction
    colocation_places: Annotated[Quantity, Demand("fraction", 0, 1, length=3)]
    colocation_minutes: MinuteLaw
    lists_households: bool = True

    @property
    def minutes_rule(self) -> tuple[str, float]:
        """As for all instruments."""
        return "dwell_threshold_minutes", float(self.dwell_threshold_minutes.value)

    @pydantic.model_validator(mode="after")
    def _places_are_shares(self) -> OperatorGeolocation:
        total = float(np.sum(self.colocation_places.value))
        if abs(total - 1.0) > 1e-6:
            raise ValueError(
                "colocation_places are the shares of home, school or work, and the way, "
                f"so they add up to 1; got {total:.6g}"
            )
        return self


def lower(stated: OperatorGeolocation, ground: Ground) -> dict[str, Any]:
    """What the instrument's row of the policy says other than `EVERY`."""
    both_carried = (stated.carriage_probability.value * ground.carriage) ** 2
    found = both_carried * stated.detection_probability.value
    places = np.array([*np.asarray(stated.colocation_places.value, float), 0.0])
    layers = by_layer(1.0, near=1.0)
    if not stated.lists_households:
        layers[HOUSEHOLD] = 0.0
    inside = ground.density_per_km2 * math.pi * (stated.radius_metres.value / 1000.0) ** 2
    return {
        "trait": PHONE,
        "by_layer": layers,
        "seen": by_layer(found, near=found),
        "sampling": stated.sampling_minutes.value,
        "threshold_minutes": stated.dwell_threshold_minutes.value,
        "near_per_day": inside * stated.colocation_overlap.value * places,
    }
