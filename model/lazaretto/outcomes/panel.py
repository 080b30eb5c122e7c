"""The trade-off panel of one run; `mechanisms/*/components.py` state what each line counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..engine.phases import Plan
from ..mechanisms.components import COMPONENTS
from ..population.city import Population
from ..values.component import BLOCKS, Component
from ..world.state import Raw
from .facts import Facts
from .severity import Severity

__all__ = ["BLOCKS", "COMPONENTS", "Component", "panel"]

PER = 100_000


def panel(
    plan: Plan, population: Population, raw: Raw, severe: Severity, vaccinated: NDArray[np.float64]
) -> pd.Series:
    """The panel of one run, a Series over the names of COMPONENTS, per 100,000 people where
    `per_people`. vaccinated: (n,) day of each person's vaccination, inf for never."""
    facts = Facts(plan, population, raw, severe, vaccinated)
    values = {}
    for name, component in COMPONENTS.items():
        value = float(component.value(facts))
        values[name] = value * PER / population.people if component.per_people else value
    return pd.Series(values, name="panel")
