"""The trade-off panel of one run; `mechanisms/*/components.py` state what each line counts."""

from __future__ import annotations

import pandas as pd

from ..engine.phases import Plan
from ..mechanisms.components import COMPONENTS
from ..population.city import Population
from ..values.component import BLOCKS, Component
from ..world.state import Raw
from .facts import Facts
from .severity import Severity

__all__ = ["BLOCKS", "COMPONENTS", "Component", "panel"]

PER = 100_000


def panel(plan: Plan, population: Population, raw: Raw, severe: Severity) -> pd.Series:
    """The panel of one run, a Series over the names of COMPONENTS, per 100,000 people where
    `per_people`."""
    facts = Facts(plan, population, raw, severe)
    values = {}
    for name, component in COMPONENTS.items():
        value = float(component.value(facts))
        values[name] = value * PER / population.people if component.per_people else value
    return pd.Series(values, name="panel")
