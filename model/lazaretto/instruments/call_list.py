"""Call lists of the operators."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np

from ..population.place import ByLayerFraction
from ..values.quantity import Demand, Fraction, Quantity
from ..world.codes import COMMUNITY, GROUP, HOUSEHOLD, NEAR, PHONE
from .lowering import Ground, by_layer
from .statement import Instrument


class CallList(Instrument):
    """People with whom the case exchanged calls or messages, from the operators' records.

    probability_by_days: that a contact outside the household who was met on 1, 2, 3, 4, 5, 6 or
    more days of the window is on the list: it rises with the strength of the tie. brief_factor: of
    contacts never as long as 15 minutes, relative to the others. remote_ties: mean number of people
    on the list whom the case did not meet. factor_by_setting: relative to these, of contacts at
    home, of school or work, and others (default: 1). On an observed population with a phone list of
    its own (`Population.with_calls`) that list is used instead of these.
    """

    sees_meetings: ClassVar[bool] = False
    type: Literal["call-list"]
    household_probability: Fraction
    probability_by_days: Annotated[Quantity, Demand("fraction", 0, 1, length=6)]
    brief_factor: Fraction
    factor_by_setting: ByLayerFraction | None = None
    remote_ties: Annotated[Quantity, Demand("person", 0, 1e3)]


def lower(stated: CallList, ground: Ground) -> dict[str, Any]:
    """What the instrument's row of the policy says other than `EVERY`."""
    row = by_layer(1.0, remote=1.0)
    row[HOUSEHOLD] = stated.household_probability.value
    if stated.factor_by_setting is not None:
        factor = stated.factor_by_setting
        row[HOUSEHOLD] *= factor.household.value
        row[GROUP] *= factor.group.value
        row[COMMUNITY:NEAR] *= factor.community.value
    brief = stated.brief_factor.value
    return {
        "trait": PHONE,
        "by_layer": row,
        "by_minutes": np.array([brief, brief, 1.0, 1.0]),
        "by_days": np.asarray(stated.probability_by_days.value, float),
        "remote_ties": stated.remote_ties.value,
        "lists_calls": True,
    }
