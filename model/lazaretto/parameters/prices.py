"""Prices of what a policy costs in work, time and money. What nobody can buy back has none: privacy
and justice are counted in their own units and never priced."""

from __future__ import annotations

import math
from typing import Annotated

import pydantic

from ..values.component import Component
from ..values.errors import suggestion
from ..values.numbers import ShortTitle, Stated
from ..values.quantity import Fraction, Quantity

NEVER_PRICED = ("privacy", "justice")
HAVE_PRICES = ("effort", "liberty")


def components() -> dict[str, Component]:
    """All components of the panel, with the rooms that count them: imported where a price is read,
    so that other parameters are read without the compiler."""
    from ..mechanisms.components import COMPONENTS

    return COMPONENTS


def priced() -> dict[str, Component]:
    """The components that may have a price."""
    return {
        name: part
        for name, part in components().items()
        if part.block in HAVE_PRICES and part.per_people and not name.endswith("_waiting")
    }


def _refusal(name: str) -> str | None:
    """Why a component has no price; None where it may have one."""
    known, may = components(), priced()
    block = known[name].block if name in known else ""
    own_units = {part.unit for part in known.values() if part.block == "privacy"}
    if block in NEVER_PRICED or name in own_units:
        return (
            f"{name} is never priced: {block or 'privacy'} is counted in its own unit and not "
            f"turned into money; leave the price out and show the count beside the costs"
        )
    if name not in may:
        return (
            f"{name!r} has no price; prices are for effort and liberty, in a unit of work, time or "
            f"tests.{suggestion(name, may)}"
        )
    return None


class Prices(Stated):
    """Prices of one country and year: component -> price of its unit, central with a range.

    disability_weight: of a day under an order, from 0 (as in health) to 1; no established value
    exists, so what follows from it is told in years, apart from the money.
    """

    title: str
    short: ShortTitle = ""
    description: str
    currency: Annotated[str, pydantic.Field(min_length=1, max_length=60)]
    year: Annotated[int, pydantic.Field(ge=1900, le=2100)]
    prices: dict[str, Quantity]
    disability_weight: Fraction | None = None

    @pydantic.model_validator(mode="after")
    def _prices_are_of_what_has_one(self) -> Prices:
        for name, price in self.prices.items():
            if refusal := _refusal(name):
                raise ValueError(refusal)
            unit = f"{self.currency}/{components()[name].unit}"
            if price.unit != unit:
                raise ValueError(f"the price of {name} has the unit {unit!r}; got {price.unit!r}")
            ends = (price.value, *price.range)
            if not all(isinstance(end, int | float) and 0 <= end < math.inf for end in ends):
                raise ValueError(
                    f"the price of {name} and the ends of its range are finite and not negative; "
                    f"got {price.value} in {price.range}. For money that comes in price "
                    "fines_collected, which is told apart"
                )
        return self
