"""The members of the case's household."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from ..values.quantity import Fraction
from ..world.codes import HOUSEHOLD, SEES_PROTECTION
from .lowering import Ground, by_layer
from .statement import Instrument


class Household(Instrument):
    """The members of the case's household, from the address."""

    sees_meetings: ClassVar[bool] = False
    type: Literal["household"]
    reach_probability: Fraction


def lower(stated: Household, ground: Ground) -> dict[str, Any]:
    """What the instrument's row of the policy says other than `EVERY`."""
    row = by_layer(0.0)
    row[HOUSEHOLD] = stated.reach_probability.value
    return {"by_layer": row, "lists_homes": True, "sees": SEES_PROTECTION}
