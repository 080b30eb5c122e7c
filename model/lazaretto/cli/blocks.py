"""What `run` prints: the panel block by block, the lines that most readers ask for first."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.table import Table
from rich.text import Text

from ..outcomes.panel import BLOCKS, COMPONENTS, unit_of
from .printing import screen

MAIN = {
    "benefit": ("infections", "deaths", "hospital_days", "early_reproduction"),
    "liberty": (
        "quarantine_days_served",
        "isolation_days_served",
        "futile_days",
        "restriction_days",
    ),
    "privacy": ("records_opened", "uninfected_opened", "record_years_held"),
    "justice": ("uninfected_quarantined", "wrongly_listed", "wrong_fines"),
    "coercion": ("breaches", "dropouts", "fines", "transfers"),
    "effort": ("tests", "cases_found", "interviews", "work_days_lost"),
    "precision": ("infected_per_listed", "infectee_recall", "latent_when_reached"),
    "attribution": ("blocked_by_isolation", "blocked_by_household", "blocked_by_tracing"),
}
PER = " per 100,000 people"
NOTHING = "nothing"


def print_summary(panel: Any, whole: bool = False) -> None:
    """Print the panel block by block. panel: lines by seeds; whole: every line that has a value,
    not only the main ones, and also those that are 0."""
    seeds = panel.shape[1]
    table = Table(box=None, pad_edge=False, show_header=seeds > 1)
    table.add_column("", overflow="fold")
    table.add_column("mean", justify="right", no_wrap=True)
    table.add_column("lowest to highest" if seeds > 1 else "", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for block in BLOCKS:
        names = [n for n, part in COMPONENTS.items() if part.block == block]
        chosen = [n for n in names if _shown(panel.loc[n], n in MAIN[block], whole)]
        table.add_row(Text(block, "bold"), "" if chosen else NOTHING, "", "")
        for name in chosen:
            table.add_row(*_cells(name, panel.loc[name]))
    which = "every line with a value" if whole else "the main lines that are not 0"
    screen.print(f"Per 100,000 people where the unit counts things; {which}:", highlight=False)
    screen.print(table)


def _shown(values: Any, main: bool, whole: bool) -> bool:
    known = values[np.isfinite(values)]
    return len(known) > 0 and (whole or (main and bool((known != 0).any())))


def _cells(name: str, values: Any) -> tuple[str, str, str, str]:
    from ..figures.style import number

    part = COMPONENTS[name]
    known = values[np.isfinite(values)]
    spread = f"{number(known.min())} to {number(known.max())}" if len(values) > 1 else ""
    return f"  {part.label}", number(known.mean()), spread, unit_of(part).removesuffix(PER)
