"""Families of distributions, by scipy's names, with what scipy is asked often remembered."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

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


def check_shapes(family: Any, name: str, given: set[str]) -> None:
    wanted = [s.strip() for s in family.shapes.split(",")] if family.shapes else []
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


@lru_cache(maxsize=REMEMBERED)
def median_of(family: str, shapes: Shapes) -> float:
    return float(scipy_family(family).median(**dict(shapes)))


@lru_cache(maxsize=REMEMBERED)
def mean_and_lowest(family: str, shapes: Shapes) -> tuple[float, float]:
    law = scipy_family(family)
    with np.errstate(all="ignore"):
        return float(law.mean(**dict(shapes))), float(law.support(**dict(shapes))[0])


@lru_cache(maxsize=REMEMBERED)
def frozen_family(family: str, shapes: Shapes, mean: float) -> Any:
    law = scipy_family(family)
    return law(**dict(shapes), scale=mean / float(law.mean(**dict(shapes))))


@lru_cache(maxsize=REMEMBERED)
def family_quantiles(family: str, shapes: Shapes, mean: float, p: bytes) -> Floats:
    return np.asarray(frozen_family(family, shapes, mean).ppf(np.frombuffer(p)), np.float64)
