"""Values with their unit, range, distribution, source and status; and laws, which are distributions
of a duration.

Each field of a parameter model states the unit and the bounds it demands: `Annotated[Quantity,
Demand("fraction", 0, 1)]`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import pydantic

from .families import (
    check_shapes,
    family_below,
    family_quantiles,
    frozen_family,
    mean_and_lowest,
    shape_key,
)
from .numbers import Floats, Number, Real, Stated, Value
from .prior import Prior

USUAL_CAUSE = {
    "fraction": " (a probability is a fraction between 0 and 1, not per cent)",
    "day": " (a duration cannot be negative)",
}


class Sourced(Stated):
    """What every stated value carries."""

    unit: str
    source: str
    status: Literal["confirmed", "assumption", "user"]
    note: str = ""

    @pydantic.field_validator("source")
    @classmethod
    def _source_is_named(cls, source: str) -> str:
        if not source.strip():
            raise ValueError(
                "the source is empty; name the paper (with DOI), the data set, "
                "or say what the assumption rests on"
            )
        return source


WIDEN = '; for a value of your own write status = "user", or widen the range'


def _usual_cause(unit: str, values: Floats) -> str:
    """What is usually behind a value out of bounds in that unit."""
    impossible = np.any(values < 0) or (unit == "fraction" and np.any(values > 1))
    return USUAL_CAUSE.get(unit, "") if impossible else WIDEN


def _not_a_number(value: Floats) -> str:
    if value.ndim == 0:
        return "the value is not a number (nan)"
    return (
        f"number {int(np.isnan(value).argmax()) + 1} of the list is not a number (nan): a list has "
        "no gaps; fill it, or leave it out"
    )


class Quantity(Sourced):
    """A number, or a list of numbers, with the range in which it plausibly lies."""

    value: Value
    range: tuple[Number, Number] | tuple[tuple[Number, ...], tuple[Number, ...]]
    distribution: Prior | None = None

    @pydantic.model_validator(mode="after")
    def _inside_its_range(self) -> Quantity:
        low, high = np.asarray(self.range[0], float), np.asarray(self.range[1], float)
        value = np.asarray(self.value, float)
        if np.isnan(value).any():
            raise ValueError(_not_a_number(value))
        if np.isnan(low).any() or np.isnan(high).any():
            raise ValueError("an end of the range is not a number (nan); write [low, high]")
        if low.shape != high.shape or (low.ndim and low.shape != value.shape):
            raise ValueError(
                f"the range has {low.size} lows and {high.size} highs for "
                f"{value.size} values; they must agree"
            )
        if np.any(low > high):
            raise ValueError(f"the range {self.range} has its ends exchanged; write [low, high]")
        outside = (value < low) | (value > high)
        if self.status != "user" and np.any(outside):
            first = int(np.argmax(outside))
            shown = (
                self.value
                if value.ndim == 0
                else f"{value[first]:g} (number {first + 1} of the list)"
            )
            ends = [float(np.broadcast_to(end, value.shape).flat[first]) for end in (low, high)]
            cause = _usual_cause(self.unit, value)
            raise ValueError(
                f"the value {shown} lies outside its own range [{ends[0]:g}, {ends[1]:g}]{cause}"
            )
        return self


class Law(Sourced):
    """A random quantity, one draw per person: a scipy.stats family scaled to `mean`, a constant, or
    a table of quantiles.

    `parameters` are the family's shape parameters by scipy's names; scale is whatever gives `mean`.
    With `maximum` the draw is conditioned to lie at or below it, and `mean` is the mean before that
    (so the mean of the draws is smaller). `quantiles` (family "table") are equally spaced from p =
    0 to 1, linear between, and scaled to `mean` too. Nothing is drawn below 0.
    """

    family: str
    mean: Number
    parameters: dict[str, Real] = pydantic.Field(default_factory=dict)
    quantiles: tuple[Real, ...] = ()
    maximum: Number | None = None
    range: tuple[Number, Number]

    @pydantic.model_validator(mode="after")
    def _is_a_law(self) -> Law:
        if not math.isfinite(self.mean):
            raise ValueError(f"the mean must be a finite number; got {self.mean}")
        low, high = self.range
        if math.isnan(low) or math.isnan(high):
            raise ValueError("an end of the range is not a number (nan); write [low, high]")
        if low > high:
            raise ValueError(f"the range {self.range} has its ends exchanged; write [low, high]")
        if self.status != "user" and not low <= self.mean <= high:
            cause = _usual_cause(self.unit, np.array([self.mean]))
            raise ValueError(
                f"the mean {self.mean} lies outside its own range [{low}, {high}]{cause}"
            )
        if self.maximum is not None and not 0 < self.maximum < math.inf:
            raise ValueError(f"maximum must be a finite number above 0; got {self.maximum}")
        if self.family == "table":
            steps = np.asarray(self.quantiles, float)
            if len(steps) < 2 or not np.all(np.isfinite(steps)) or np.any(np.diff(steps) < 0):
                raise ValueError(
                    "a table needs at least two finite quantiles in ascending "
                    f"order; got {steps[:8]}"
                )
            if steps[0] < 0 or (steps[-1] == 0 and self.mean > 0):
                raise ValueError(
                    f"the quantiles must not be negative, and not all 0; got {steps[:8]}"
                )
        elif self.quantiles:
            raise ValueError("quantiles belong to the family 'table' only")
        if self.family in ("constant", "table"):
            if self.parameters:
                raise ValueError(
                    f"the family {self.family!r} takes no shape parameters; got "
                    f"{sorted(self.parameters)}"
                )
        else:
            check_shapes(self.family, set(self.parameters), ("constant", "table"))
            mean, lowest = mean_and_lowest(self.family, shape_key(self.parameters))
            if lowest < 0:
                raise ValueError(
                    f"{self.family} reaches below 0; use a family that does not, "
                    "such as gamma or lognorm"
                )
            if not (math.isfinite(mean) and mean > 0):
                raise ValueError(
                    f"{self.family} with {self.parameters} has no positive finite mean to scale"
                )
        if self.maximum is not None and not self._share_below(float(self.maximum)) > 0:
            raise ValueError(
                f"nothing of this law lies below its maximum of {self.maximum}; "
                "raise it or lower the mean"
            )
        return self

    def quantile(self, p: Floats) -> Floats:
        """The quantile function, for every family: p in (0, 1), any shape -> float64 of the same
        shape, in the law's unit."""
        p = np.asarray(p, np.float64)
        if self.maximum is None:
            return self._without_maximum(p)
        return np.minimum(
            float(self.maximum), self._without_maximum(p * self._share_below(float(self.maximum)))
        )

    @property
    def longest(self) -> float:
        """The largest value that can be drawn; may be infinite."""
        most = math.inf if self.maximum is None else float(self.maximum)
        return min(most, float(self._without_maximum(np.array([1.0]))[0]))

    def _table_to_mean(self) -> Floats:
        steps = np.asarray(self.quantiles, float)
        return steps * (self.mean / float((steps[1:] + steps[:-1]).mean() / 2))

    def _without_maximum(self, p: Floats) -> Floats:
        if self.family == "constant" or self.mean == 0:
            return np.full(np.shape(p), float(self.mean))
        if self.family == "table":
            scaled = self._table_to_mean()
            return np.interp(p, np.linspace(0, 1, len(scaled)), scaled)
        return (
            family_quantiles(self.family, shape_key(self.parameters), float(self.mean), p.tobytes())
            .reshape(p.shape)
            .copy()
        )

    def _share_below(self, most: float) -> float:
        """P(at most `most`) before the maximum acts."""
        if self.family == "constant" or self.mean == 0:
            return float(self.mean <= most)
        if self.family == "table":
            scaled = self._table_to_mean()
            return float(np.interp(most, scaled, np.linspace(0, 1, len(scaled))))
        return family_below(self.family, shape_key(self.parameters), float(self.mean), most)

    def frozen(self) -> Any:
        """The scipy distribution scaled to the mean, without `maximum`.

        Raises ValueError for 'constant', for 'table' and for a mean of 0, which are none.
        """
        if self.family in ("constant", "table") or self.mean == 0:
            raise ValueError(
                f"{self.family!r} with mean {self.mean} is no scaled scipy "
                "distribution; use quantile"
            )
        return frozen_family(self.family, shape_key(self.parameters), float(self.mean))


@dataclass(frozen=True)
class Demand:
    """What a field demands of its Quantity or Law: unit, bounds, and whether it is one number, a
    list of `length` or of any length, or whole."""

    unit: str
    low: float = -math.inf
    high: float = math.inf
    length: int | None = None
    listed: bool = False  # a list of any length
    whole: bool = False
    above: bool = False  # low itself is excluded

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def check(self, stated: Any) -> Any:
        if stated is None:
            return stated
        if stated.unit != self.unit:
            raise ValueError(f"the unit must be {self.unit!r}; got {stated.unit!r}")
        given = stated.mean if isinstance(stated, Law) else stated.value
        values = np.atleast_1d(np.asarray(given, float))
        one = self.length is None and not self.listed
        if isinstance(stated, Quantity) and one and not np.isscalar(given):
            raise ValueError("one number is needed here, not a list")
        if self.length is not None and (np.isscalar(given) or len(values) != self.length):
            raise ValueError(
                f"a list of {self.length} numbers is needed here; got {np.size(values)}"
            )
        if self.listed and (np.isscalar(given) or len(values) == 0):
            raise ValueError(f"a list of numbers is needed here, one a day; got {given}")
        if self.whole and np.any(values != np.floor(values)):
            raise ValueError(f"a whole number is needed here; got {given}")
        wrong = (
            (values < self.low)
            | (values > self.high)
            | ((values <= self.low) if self.above else False)
        )
        if np.any(wrong):
            bounds = (
                f"{'above' if self.above else 'from'} {self.low:g} to {self.high:g} {self.unit}"
            )
            raise ValueError(
                f"{values[wrong][0]:g} is not allowed; allowed: "
                f"{bounds}{_usual_cause(self.unit, values)}"
            )
        return stated


ENDLESS = 1e6
Fraction = Annotated[Quantity, Demand("fraction", 0, 1)]
Ratio = Annotated[Quantity, Demand("ratio", 0, 1e6)]
Days = Annotated[Quantity, Demand("day", 0, ENDLESS)]
DaysOrNever = Annotated[Quantity, Demand("day", 0)]
Persons = Annotated[Quantity, Demand("person", 1, 2**31 - 1, whole=True)]
Count = Annotated[Quantity, Demand("count", 0, 1e6, whole=True)]
Dimensionless = Annotated[Quantity, Demand("dimensionless", 0, 1e9)]
Positive = Annotated[Quantity, Demand("dimensionless", 0, 1e9, above=True)]
PerDay = Annotated[Quantity, Demand("1/day", 0, 1e3)]
PerPersonDay = Annotated[Quantity, Demand("1/person/day", 0, 1e4)]
Minutes = Annotated[Quantity, Demand("minute", 0, 1440)]
DayLaw = Annotated[Law, Demand("day", 0, ENDLESS)]
MinuteLaw = Annotated[Law, Demand("minute", 0, 1440)]


def by_decade(unit: str, low: float = 0.0, high: float = 1.0) -> Demand:
    """Ten values, for ages 0-9, 10-19, ..., 90 and over."""
    return Demand(unit, low, high, length=10)
