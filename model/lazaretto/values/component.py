"""What a line of the trade-off panel is: what it counts, in which unit, and whether less is better.

Each mechanism states its own in `mechanisms/*/components.py`; a row there is all that a component
is. Values are per 100,000 people unless `per_people` is False. The benefit block holds levels; what
was averted exists only as a paired difference between runs with the same seed (`analysis.compare`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

BLOCKS = (
    "benefit",
    "liberty",
    "privacy",
    "justice",
    "coercion",
    "effort",
    "precision",
    "attribution",
)


class Component(NamedTuple):
    """One line of the panel. `lower_is_better` is None where a number only informs. value: from the
    facts of a run (`outcomes.facts.Facts`), in units, for all people."""

    block: str
    unit: str
    label: str
    definition: str
    lower_is_better: bool | None = True
    per_people: bool = True
    value: Callable[[Any], float] = lambda facts: float("nan")


def ratio(above: float, below: float) -> float:
    """above / below, nan where there is nothing below."""
    return float(above) / float(below) if below > 0 else float("nan")


def waiting(came: NDArray[np.int64], begun: NDArray[np.int64]) -> NDArray[np.int64]:
    """(days,) how many wait at the end of each day."""
    left: NDArray[np.int64] = np.cumsum(came - begun)
    return left
