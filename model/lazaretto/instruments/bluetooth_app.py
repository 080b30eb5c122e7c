"""A Bluetooth app."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np

from ..values.quantity import Demand, Fraction, Minutes, Quantity
from ..world.codes import APP, SEES_DISTANCE
from .lowering import Ground, by_layer
from .statement import ByMinutes, Instrument


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


def lower(stated: BluetoothApp, ground: Ground) -> dict[str, Any]:
    """What the instrument's row of the policy says other than `EVERY`."""
    return {
        "trait": APP,
        "by_layer": by_layer(1.0),
        "seen": by_layer((stated.carriage_probability.value * ground.carriage) ** 2),
        "by_minutes": np.asarray(stated.detection_by_minutes.value, float),
        "threshold_minutes": stated.risk_minutes.value,
        "below_threshold": stated.false_risk_probability.value,
        "sees": SEES_DISTANCE,
    }
