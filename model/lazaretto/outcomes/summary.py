"""A run, a state and a population at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..values.summary import Summary, Table
from .panel import COMPONENTS, panel_table

if TYPE_CHECKING:
    from .run import Run
    from .state import State

# one line of each block that most readers ask for first
SHOWN = (
    "infections",
    "deaths",
    "quarantine_days_served",
    "isolation_days_served",
    "futile_days",
    "records_opened",
    "wrong_fines",
    "transfers",
    "tests",
    "infected_per_listed",
    "latent_when_reached",
)
HEADS = ("block", "line of the panel", "value", "unit")
READ_ON = (
    "run.plot(), run.panel_table, run.curves, run.linelist; lz.figures.curves(run), "
    "lz.figures.case_timeline(run)"
)


def run_summary(run: Run) -> Summary:
    """What a run was and what came of it: some lines of the panel as text, the whole in HTML."""
    table = panel_table(run.panel)
    lines = [(COMPONENTS[n].label, value_text(table.loc[n])) for n in SHOWN if n in table.index]
    null = f", as the matched null of the {run.null}" if run.null else ""
    head = (
        f"Run of {run.scenario.names.get('scenario', 'own')!r}, seed {run.seed}{null}: "
        f"{run.population.people:,} people, {run.raw.days:,} days"
    )
    full = tuple(
        (line.block, line.label, shown_value(line.value), line.unit)
        for line in table.itertuples()
        if np.isfinite(line.value)
    )
    policy = (("tracing", _policy(run, "tracing")), ("isolation", _policy(run, "isolation")))
    return Summary(
        head, (*policy, *lines, ("read on", READ_ON)), Table(HEADS, full, frozenset({2}))
    )


def _policy(run: Run, part: str) -> str:
    names = [phase.scenario.names.get(part, "own") for phase in run.plan.phases]
    told = list(dict.fromkeys(names))
    return ", then ".join(told)


def shown_value(value: float) -> str:
    """A value of the panel as people read it: four digits."""
    if not np.isfinite(value):
        return "never" if value > 0 else "nothing to count"
    return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def value_text(line: pd.Series) -> str:
    """The value of a line of the panel with its unit."""
    value = float(line["value"])
    if line["unit"] == "fraction" and np.isfinite(value):
        return f"{value:.1%}"
    return f"{shown_value(value)} {line['unit']}" if np.isfinite(value) else shown_value(value)


def state_summary(state: State) -> Summary:
    """How far a run has come, and what the authority knows of it."""
    today = state.date
    date = f" ({today.day} {today:%B %Y})" if today is not None else ""
    view, policy = state.view, state.policy
    return Summary(
        f"State of a run of {state.scenario.names.get('scenario', 'own')!r}, seed {state.seed}: "
        f"day {state.day:,} of {state.days:,}{date}, {state.population.people:,} people",
        (
            ("tracing", policy.names.get("tracing", "own")),
            ("isolation", policy.names.get("isolation", "own")),
            ("known cases", f"{int(np.sum(view.cases)):,} so far"),
            ("a branch copies", f"{state.nbytes / 1e6:,.1f} MB"),
            ("go on", "state.advance(day), state.branch(tracing=...), state.finish()"),
        ),
    )
