"""Plain numbers, and the base of all that is stated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pydantic
from numpy.typing import NDArray

LARGEST = 1e300


def plain_number(value: Any) -> Any:
    """A number as Python has it. Text and true/false are no numbers, and what overflows a float is
    refused."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | str | bytes):
        raise ValueError(f"a number is needed; got {str(value)[:80]!r}")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError("this number is too large")
    return value


Number = Annotated[float | int, pydantic.BeforeValidator(plain_number)]
if TYPE_CHECKING:
    Value = Any  # a field's `Demand` says whether one number or a list is meant
else:
    Value = Number | tuple[Number, ...]
Real = Annotated[float, pydantic.BeforeValidator(plain_number)]
Floats = NDArray[np.float64]


class Stated(pydantic.BaseModel):
    """Base of all parameter models: frozen, no unknown keys, equal by value."""

    # an endless retention must come back from JSON as it went
    model_config = pydantic.ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=True, ser_json_inf_nan="constants"
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """What a part with a title is called stands for its hundreds of values."""
        if is_titled(self):
            return iter([("title", self.__dict__["title"])])
        return iter(super().__repr_args__())


def is_titled(thing: Any) -> bool:
    """Whether it is a whole file's worth of values, which has a title of its own."""
    return isinstance(thing, Stated) and bool(getattr(thing, "title", ""))


# what figures and tables call a file where its title is too long; "" where the title serves
ShortTitle = Annotated[str, pydantic.Field(max_length=24)]
