"""The distribution of a value, for sweeps and sensitivity analysis."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pydantic

from .families import check_shapes, median_of, scipy_family, shape_key
from .numbers import Floats, Real, Stated

BY_ENDS = {
    "triangular": ("low", "mode", "high"),
    "uniform": ("low", "high"),
    "loguniform": ("low", "high"),
}


class Prior(Stated):
    """The distribution of a value for sweeps and sensitivity analysis.

    'triangular' (low, mode, high), 'uniform' or 'loguniform' (low, high), or a scipy.stats family
    with its shape parameters by scipy's names and, if need be, loc and scale. Unlike a Law it is
    not scaled to anything.
    """

    family: str
    parameters: dict[str, Real]

    @pydantic.model_validator(mode="after")
    def _is_a_prior(self) -> Prior:
        given = self.parameters
        if not all(math.isfinite(value) for value in given.values()):
            raise ValueError(
                f"the parameters of the distribution must be finite numbers; got {given}"
            )
        if self.family in BY_ENDS:
            wanted = BY_ENDS[self.family]
            if set(given) != set(wanted):
                raise ValueError(
                    f"the distribution {self.family!r} needs the parameters "
                    f"{list(wanted)}; got {sorted(given)}"
                )
            ends = [given[name] for name in wanted]
            if (
                ends != sorted(ends)
                or ends[0] == ends[-1]
                or (self.family == "loguniform" and ends[0] <= 0)
            ):
                above = " from above 0" if self.family == "loguniform" else ""
                raise ValueError(
                    f"the parameters of {self.family!r} must ascend{above}; got {ends}"
                )
        else:
            check_shapes(self.family, set(given) - {"loc", "scale"}, BY_ENDS)
            if not math.isfinite(median_of(self.family, shape_key(given))):
                raise ValueError(
                    f"{self.family} is not a distribution with these parameters: {given}"
                )
        return self

    def quantile(self, p: Any) -> Floats:
        """The quantile function: probabilities in (0, 1) -> values, of the same shape."""
        p, given = np.asarray(p, float), self.parameters
        if self.family not in BY_ENDS:
            return np.asarray(scipy_family(self.family).ppf(p, **given), float)
        low, high = given["low"], given["high"]
        if self.family == "uniform":
            return np.asarray(low + (high - low) * p)
        if self.family == "loguniform":
            return np.asarray(low * (high / low) ** p)
        family, arguments = self.in_scipy()
        return np.asarray(scipy_family(family).ppf(p, **arguments), float)

    def in_scipy(self) -> tuple[str, dict[str, float]]:
        """The scipy.stats family and its arguments, for libraries that want them."""
        p = dict(self.parameters)
        if self.family == "uniform":
            return "uniform", {"loc": p["low"], "scale": p["high"] - p["low"]}
        if self.family == "loguniform":
            return "loguniform", {"a": p["low"], "b": p["high"]}
        if self.family == "triangular":
            span = p["high"] - p["low"]
            return "triang", {"c": (p["mode"] - p["low"]) / span, "loc": p["low"], "scale": span}
        return self.family, p

    def frozen(self) -> Any:
        """The scipy distribution, for its density and moments; values come from `quantile`."""
        family, arguments = self.in_scipy()
        return scipy_family(family)(**arguments)
