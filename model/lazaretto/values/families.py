"""Families of distributions, by scipy's names, with what scipy is asked often remembered.

Loading scipy.stats takes a quarter of the time until a first run; so what the shipped files state
is asked of scipy.special, by the formulas that scipy.stats itself has, to the last bit (tested).
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def scipy_family(name: str, besides: Iterable[str] = ()) -> Any:
    """The scipy.stats family of that name; raises ValueError naming near ones, and what is allowed
    `besides`."""
    from scipy import stats

    family = getattr(stats, name, None)
    if isinstance(family, stats.rv_continuous):
        return family
    names = [n for n in dir(stats) if isinstance(getattr(stats, n), stats.rv_continuous)]
    near = difflib.get_close_matches(name, [*names, *besides], n=1)
    allowed = ", ".join(repr(other) for other in besides)
    close = f". Did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"unknown family {name!r}; use {allowed} or a scipy.stats distribution{close}")


class Standard(NamedTuple):
    """A family of positive numbers with scale 1. shapes: names of its parameters, all above 0;
    quantile: of p in (0, 1); below: the distribution function, of x above 0. All take
    scipy.special first."""

    shapes: tuple[str, ...]
    mean: Callable[..., float]
    quantile: Callable[..., Floats]
    below: Callable[..., float]


STANDARD = {
    "expon": Standard((), lambda of: 1.0, lambda of, p: -of.log1p(-p), lambda of, x: -of.expm1(-x)),
    "uniform": Standard((), lambda of: 0.5, lambda of, p: p, lambda of, x: min(x, 1.0)),
    "gamma": Standard(
        ("a",),
        lambda of, a: a,
        lambda of, p, a: of.gammaincinv(a, p),
        lambda of, x, a: of.gammainc(a, x),
    ),
    "lognorm": Standard(
        ("s",),
        lambda of, s: np.sqrt(np.exp(s * s)),
        lambda of, p, s: np.exp(s * of.ndtri(p)),
        lambda of, x, s: of.ndtr(np.log(x) / s),
    ),
    "beta": Standard(
        ("a", "b"),
        lambda of, a, b: a / (a + b),
        lambda of, p, a, b: of.betaincinv(a, b, p),
        lambda of, x, a, b: of.betainc(a, b, min(x, 1.0)),
    ),
}


def shape_names(name: str, besides: Iterable[str] = ()) -> list[str]:
    """The shape parameters of a family; raises as `scipy_family`."""
    if name in STANDARD:
        return list(STANDARD[name].shapes)
    shapes = scipy_family(name, besides).shapes
    return [one.strip() for one in shapes.split(",")] if shapes else []


def check_shapes(name: str, given: set[str], besides: Iterable[str] = ()) -> None:
    """Raises ValueError for a family that there is not, and for other shapes than it has."""
    wanted = shape_names(name, besides)
    if set(wanted) != given:
        raise ValueError(
            f"the family {name!r} needs the shape parameters {wanted}; got {sorted(given)}"
        )


Shapes = tuple[tuple[str, float], ...]
REMEMBERED = 512


def shape_key(parameters: dict[str, float]) -> Shapes:
    return tuple(sorted(parameters.items()))


# scipy takes a millisecond for what the same few laws ask in every run and every scenario of a
# sweep


class Known(NamedTuple):
    """A standard family with its shapes."""

    family: Standard
    shapes: dict[str, float]

    def ask(self, what: str, *arguments: Any) -> Any:
        from scipy import special

        return getattr(self.family, what)(special, *arguments, **self.shapes)


def _standard(family: str, shapes: Shapes) -> Known | None:
    """The family where it is a standard one and its shapes are such as it has."""
    found = STANDARD.get(family)
    sane = all(0 < value < math.inf for _, value in shapes)
    fits = found and sane and {name for name, _ in shapes} == {*found.shapes}
    return Known(found, dict(shapes)) if found and fits else None


@lru_cache(maxsize=REMEMBERED)
def median_of(family: str, shapes: Shapes) -> float:
    given = dict(shapes)
    loc, scale = given.pop("loc", 0.0), given.pop("scale", 1.0)
    if scale > 0 and (known := _standard(family, shape_key(given))):
        return float(loc + scale * known.ask("quantile", np.float64(0.5)))
    with np.errstate(all="ignore"):
        return float(scipy_family(family).median(**dict(shapes)))


@lru_cache(maxsize=REMEMBERED)
def mean_and_lowest(family: str, shapes: Shapes) -> tuple[float, float]:
    if known := _standard(family, shapes):
        return float(known.ask("mean")), 0.0
    law = scipy_family(family)
    with np.errstate(all="ignore"):
        return float(law.mean(**dict(shapes))), float(law.support(**dict(shapes))[0])


@lru_cache(maxsize=REMEMBERED)
def frozen_family(family: str, shapes: Shapes, mean: float) -> Any:
    law = scipy_family(family)
    return law(**dict(shapes), scale=mean / float(law.mean(**dict(shapes))))


@lru_cache(maxsize=REMEMBERED)
def family_quantiles(family: str, shapes: Shapes, mean: float, p: bytes) -> Floats:
    """The quantiles of a family scaled to the mean. p: in (0, 1), the bytes of float64."""
    if known := _standard(family, shapes):
        scale = mean / float(known.ask("mean"))
        return np.asarray(known.ask("quantile", np.frombuffer(p)) * scale, np.float64)
    return np.asarray(frozen_family(family, shapes, mean).ppf(np.frombuffer(p)), np.float64)


@lru_cache(maxsize=REMEMBERED)
def family_below(family: str, shapes: Shapes, mean: float, most: float) -> float:
    """P(at most `most`) of a family scaled to the mean; most: above 0."""
    if known := _standard(family, shapes):
        return float(known.ask("below", np.float64(most) / (mean / float(known.ask("mean")))))
    return float(frozen_family(family, shapes, mean).cdf(most))
