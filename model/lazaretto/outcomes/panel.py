"""The trade-off panel of one run; `mechanisms/*/components.py` state what each line counts."""

from __future__ import annotations

import pandas as pd

from ..mechanisms.components import COMPONENTS
from ..values.component import BLOCKS, Component
from .facts import Facts

__all__ = ["BLOCKS", "COMPONENTS", "Component", "panel", "panel_values"]

PER = 100_000


def panel_values(facts: Facts) -> dict[str, float]:
    """The panel of one run by the names of COMPONENTS, per 100,000 people where `per_people`."""
    values = {}
    for name, component in COMPONENTS.items():
        value = float(component.value(facts))
        values[name] = value * PER / facts.people if component.per_people else value
    return values


def panel(values: dict[str, float]) -> pd.Series:
    """The panel as a Series. values: of `panel_values`."""
    return pd.Series(values, name="panel")
