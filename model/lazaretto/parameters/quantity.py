"""Values with their unit, range, distribution, source and status; and laws, which are distributions of a duration.

Each field of a parameter model states the unit and the bounds it demands: `Annotated[Quantity, Demand("fraction", 0, 1)]`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
import pydantic
from numpy.typing import NDArray

Number = float | int
Floats = NDArray[np.float64]
USUAL_CAUSE = {
    "fraction": " (a probability is a fraction between 0 and 1, not per cent)",
    "day": " (a duration cannot be negative)",
}


class Stated(pydantic.BaseModel):
    """Base of all parameter models: frozen, no unknown keys, equal by value."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", allow_inf_nan=True)


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
            raise ValueError("the source is empty; name the paper (with DOI), the data set, or say what the assumption rests on")
        return source


class Prior(Stated):
    """The distribution of a value for sweeps and sensitivity analysis, by scipy's name or 'triangular', 'uniform', 'loguniform'."""

    family: str
    parameters: dict[str, float]


class Quantity(Sourced):
    """A number, or a list of numbers, with the range in which it plausibly lies."""

    value: Number | tuple[Number, ...]
    range: tuple[Number, Number] | tuple[tuple[Number, ...], tuple[Number, ...]]
    distribution: Prior | None = None

    @pydantic.model_validator(mode="after")
    def _inside_its_range(self) -> Quantity:
        low, high = np.asarray(self.range[0], float), np.asarray(self.range[1], float)
        value = np.asarray(self.value, float)
        if np.isnan(value).any():
            raise ValueError("the value is not a number (nan)")
        if np.any(low > high):
            raise ValueError(f"the range {self.range} has its ends exchanged; write [low, high]")
        if low.ndim and low.shape != value.shape:
            raise ValueError(f"the range has {low.size} entries and the value {value.size}; they must agree")
        if self.status != "user" and (np.any(value < low) or np.any(value > high)):
            raise ValueError(f"the value {self.value} lies outside its own range {list(self.range)}")
        return self


class Law(Sourced):
    """A random quantity, one draw per person: a scipy.stats family scaled to `mean`, a constant, or a table of quantiles.

    `parameters` are the family's shape parameters by scipy's names; scale is whatever gives `mean`. With `maximum` the draw is
    conditioned to lie below it, and `mean` is the mean before that. `quantiles` (family "table") are equally spaced from p = 0 to 1 and
    are scaled to `mean` too.
    """

    family: str
    mean: Number
    parameters: dict[str, float] = {}
    quantiles: tuple[float, ...] = ()
    maximum: Number | None = None
    range: tuple[Number, Number]

    @pydantic.model_validator(mode="after")
    def _is_a_law(self) -> Law:
        if not math.isfinite(self.mean):
            raise ValueError(f"the mean must be a finite number; got {self.mean}")
        low, high = self.range
        if low > high:
            raise ValueError(f"the range {self.range} has its ends exchanged; write [low, high]")
        if self.status != "user" and not low <= self.mean <= high:
            raise ValueError(f"the mean {self.mean} lies outside its own range [{low}, {high}]")
        if self.maximum is not None and self.maximum < 0:
            raise ValueError(f"maximum must not be negative; got {self.maximum}")
        if self.family == "table":
            if len(self.quantiles) < 2 or any(b < a for a, b in zip(self.quantiles, self.quantiles[1:], strict=False)):
                raise ValueError("a table needs at least two quantiles in ascending order")
        elif self.quantiles:
            raise ValueError("quantiles belong to the family 'table' only")
        if self.family in ("constant", "table"):
            if self.parameters:
                raise ValueError(f"the family {self.family!r} takes no shape parameters; got {sorted(self.parameters)}")
        else:
            self._check_family()
        return self

    def _check_family(self) -> None:
        from scipy import stats

        family = getattr(stats, self.family, None)
        if not isinstance(family, stats.rv_continuous):
            names = [n for n in dir(stats) if isinstance(getattr(stats, n), stats.rv_continuous)]
            from .errors import suggestion

            close = suggestion(self.family, names) if len(self.family) > 2 else ""
            close = close if "Did you" in close else ""
            raise ValueError(f"unknown family {self.family!r}; use 'constant', 'table' or a scipy.stats distribution.{close}")
        wanted = [s.strip() for s in family.shapes.split(",")] if family.shapes else []
        if sorted(wanted) != sorted(self.parameters):
            raise ValueError(f"the family {self.family!r} needs the shape parameters {wanted}; got {sorted(self.parameters)}")
        mean = float(family(**self.parameters).mean())
        if not (math.isfinite(mean) and mean > 0):
            raise ValueError(f"{self.family} with {self.parameters} has no positive finite mean, so it cannot be scaled to one")

    @cached_property
    def quantile(self) -> Callable[[Floats], Floats]:
        """The quantile function: p in (0, 1), any shape -> the same shape, in the law's unit."""
        if self.family == "constant" or self.mean == 0:
            return lambda p: np.full(np.shape(p), float(self.mean))
        if self.family == "table":
            steps = np.asarray(self.quantiles, float)
            mean = float((steps[1:] + steps[:-1]).mean() / 2)
            scaled = steps * (self.mean / mean if mean > 0 else 1.0)
            return self._conditioned(
                lambda p: np.interp(p, np.linspace(0, 1, len(scaled)), scaled),
                lambda x: float(np.interp(x, scaled, np.linspace(0, 1, len(scaled)))),
            )
        frozen = self.frozen()
        return self._conditioned(lambda p: np.asarray(frozen.ppf(p), float), lambda x: float(frozen.cdf(x)))

    def _conditioned(self, ppf: Callable[[Floats], Floats], cdf: Callable[[float], float]) -> Callable[[Floats], Floats]:
        if self.maximum is None:
            return ppf
        top, most = cdf(float(self.maximum)), float(self.maximum)
        return lambda p: np.minimum(most, ppf(np.asarray(p) * top))

    def frozen(self) -> Any:
        """The scipy distribution scaled to the mean (not for 'constant' and 'table'; without `maximum`)."""
        from scipy import stats

        family = getattr(stats, self.family)
        return family(**self.parameters, scale=self.mean / float(family(**self.parameters).mean()))


@dataclass(frozen=True)
class Demand:
    """What a field demands of its Quantity or Law: unit, bounds, and whether it is one number, a list of `length`, or whole."""

    unit: str
    low: float = -math.inf
    high: float = math.inf
    length: int | None = None
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
        if isinstance(stated, Quantity) and self.length is None and not np.isscalar(given):
            raise ValueError("one number is needed here, not a list")
        if self.length is not None and (np.isscalar(given) or len(values) != self.length):
            raise ValueError(f"a list of {self.length} numbers is needed here; got {np.size(values)}")
        if self.whole and np.any(values != np.floor(values)):
            raise ValueError(f"a whole number is needed here; got {given}")
        wrong = (values < self.low) | (values > self.high) | ((values <= self.low) if self.above else False)
        if np.any(wrong):
            bounds = f"{'above' if self.above else 'from'} {self.low:g} to {self.high:g} {self.unit}"
            raise ValueError(f"{values[wrong][0]:g} is not allowed; allowed: {bounds}{USUAL_CAUSE.get(self.unit, '')}")
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
