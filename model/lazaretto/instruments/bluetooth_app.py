"""A Bluetooth app."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import pydantic

from ..values.quantity import Demand, Fraction, MinuteLaw, Minutes, Quantity
from ..world.codes import APP, SEES_DISTANCE
from .lowering import Ground, by_layer, on_the_way
from .statement import ByMinutes, Instrument, PerDayMean


class BluetoothApp(Instrument):
    """An app on both phones notes that they were near; a case who consents has its contacts
    notified. No place is stored.

    uptake_by_age: share of the people of each decade who use it. detection_by_minutes: that a
    meeting of below 5, 5-15, 15-60 minutes or an hour and more is measured. Meetings shorter than
    risk_minutes are notified wrongly with false_risk_probability.

    strangers_per_day: people a day whose phones are near for colocation_minutes, in a train, a
    queue or behind a wall, and whom one does not meet (default: none); anybody of the city who goes
    out, anew each day. The app cannot tell them from contacts; brief_instruction takes them for
    brief.
    """

    type: Literal["bluetooth-app"]
    uptake_by_age: Annotated[Quantity, Demand("fraction", 0, 1, length=10)]
    consent_probability: Fraction
    carriage_probability: Fraction
    detection_by_minutes: ByMinutes
    risk_minutes: Minutes
    false_risk_probability: Fraction
    strangers_per_day: PerDayMean | None = None
    colocation_minutes: MinuteLaw | None = None

    @property
    def minutes_rule(self) -> tuple[str, float]:
        """As for all instruments; none where shorter meetings count by mistake."""
        mistaken = self.false_risk_probability.value > 0.0
        return ("", 0.0) if mistaken else ("risk_minutes", float(self.risk_minutes.value))

    @pydantic.model_validator(mode="after")
    def _strangers_are_whole(self) -> BluetoothApp:
        if (self.strangers_per_day is None) != (self.colocation_minutes is None):
            raise ValueError(
                "strangers_per_day and colocation_minutes (for how long they are near) are stated "
                "together or not at all"
            )
        return self


def lower(stated: BluetoothApp, ground: Ground) -> dict[str, Any]:
    """What the instrument's row of the policy says other than `EVERY`."""
    both = (stated.carriage_probability.value * ground.carriage) ** 2
    strangers = 0.0 if stated.strangers_per_day is None else stated.strangers_per_day.value
    near = float(strangers > 0)
    return {
        "trait": APP,
        "by_layer": by_layer(1.0, near=near),
        "seen": by_layer(both, near=both * near),
        "near_per_day": on_the_way(strangers),
        "by_minutes": np.asarray(stated.detection_by_minutes.value, float),
        "threshold_minutes": stated.risk_minutes.value,
        "below_threshold": stated.false_risk_probability.value,
        "sees": SEES_DISTANCE,
    }
