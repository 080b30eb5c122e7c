"""Call lists of the operators."""

from __future__ import annotations

from typing import Annotated, Literal

from ..values.quantity import Demand, Fraction, Quantity
from .statement import Instrument


class CallList(Instrument):
    """People with whom the case exchanged calls or messages, from the operators' records.

    probability_by_days: that a contact outside the household who was met on 1, 2, 3, 4, 5, 6 or
    more days of the window is on the list: it rises with the strength of the tie. brief_factor: of
    contacts never as long as 15 minutes, relative to the others. remote_ties: mean number of people
    on the list whom the case did not meet. On an observed population with a phone list of its own
    (`Population.with_calls`) that list is used instead of these.
    """

    type: Literal["call-list"]
    household_probability: Fraction
    probability_by_days: Annotated[Quantity, Demand("fraction", 0, 1, length=6)]
    brief_factor: Fraction
    remote_ties: Annotated[Quantity, Demand("person", 0, 1e3)]
