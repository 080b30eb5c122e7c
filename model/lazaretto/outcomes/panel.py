"""The trade-off panel of one run; `mechanisms/*/components.py` state what each line counts."""

from __future__ import annotations

import pandas as pd

from ..mechanisms.components import COMPONENTS
from ..values.component import BLOCKS, Component
from .facts import Facts

__all__ = ["BLOCKS", "COMPONENTS", "Component", "panel", "panel_table", "panel_values", "unit_of"]

PER = 100_000
BETTER = {True: "less", False: "more", None: ""}
AS_THEY_ARE = ("fraction", "day")
PLURALS = {"person": "people", "body": "agencies", "copy": "copies", "breach": "breaches"}


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


def panel_table(values: pd.Series) -> pd.DataFrame:
    """The panel of one run as a table to read: one row per line that has a name in COMPONENTS, with
    block, label, value, unit ("per 100,000 people" where it is so) and better ("less", "more", or
    "" where a number only informs)."""
    known = [name for name in values.index if name in COMPONENTS]
    return pd.DataFrame(
        {
            "block": [COMPONENTS[name].block for name in known],
            "label": [COMPONENTS[name].label for name in known],
            "value": values[known].to_numpy(float),
            "unit": [unit_of(COMPONENTS[name]) for name in known],
            "better": [BETTER[COMPONENTS[name].lower_is_better] for name in known],
        },
        index=pd.Index(known, name="component"),
    )


def unit_of(component: Component) -> str:
    """The unit of a component as people read it, in the plural."""
    unit = component.unit
    if unit not in AS_THEY_ARE:
        unit = PLURALS.get(unit, f"{unit}s")
    return f"{unit} per 100,000 people" if component.per_people else unit
