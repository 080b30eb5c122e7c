"""The trade-off panel of one run; `mechanisms/*/components.py` state what each line counts."""

from __future__ import annotations

import pandas as pd

from ..mechanisms.components import COMPONENTS
from ..values.component import BLOCKS, Component
from .facts import Facts

__all__ = ["BLOCKS", "COMPONENTS", "Component", "panel"]

PER = 100_000


def panel(facts: Facts) -> pd.Series:
    """The panel of one run, a Series over the names of COMPONENTS, per 100,000 people where
    `per_people`."""
    values = {}
    for name, component in COMPONENTS.items():
        value = float(component.value(facts))
        values[name] = value * PER / facts.people if component.per_people else value
    return pd.Series(values, name="panel")
