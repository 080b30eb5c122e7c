"""The members of the case's household."""

from __future__ import annotations

from typing import Literal

from ..values.quantity import Fraction
from .statement import Instrument


class Household(Instrument):
    """The members of the case's household, from the address."""

    type: Literal["household"]
    reach_probability: Fraction
