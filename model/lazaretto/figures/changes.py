"""What the policy is and where it changes, below the titles of figures."""

from __future__ import annotations

import plotly.graph_objects as go
import xarray as xr

from ..outcomes.run import Run
from ..parameters import Sweep
from ..parameters.scenario import TIMELINE
from .style import INK, QUIET, label, safe, small


def mark_changes(figure: go.Figure, results: xr.Dataset) -> None:
    """A line on each day on which the timeline of all cells changes the policy, with its number;
    what changes is told below the title. Timelines that differ between cells are not drawn."""
    if "design" not in results.attrs or any(str(a).startswith(TIMELINE) for a in results.dims):
        return
    scenario = Sweep.model_validate_json(results.attrs["design"]).scenario
    told = []
    for number, change in enumerate(scenario.timeline, 1):
        told.append(f"{number}: {safe(change)}")
        for day in change.span(scenario.start_date):
            if day is not None and 0 < day < results.sizes["day"]:
                figure.add_vline(
                    x=day,
                    line=dict(color=QUIET, width=1.2, dash="dot"),
                    annotation=dict(text=str(number), font=dict(size=11, color=INK)),
                )
    if told:
        text = figure.layout.title.text
        figure.update_layout(title=dict(text=f"{text}<br>{small('; '.join(told))}"))


def policy_in_words(run: Run) -> str:
    """Tracing and isolation, for below a title: a scenario keeps its title when others are
    chosen."""
    phases = [
        f"{label(p.scenario.names.get('tracing', 'own'))}, "
        f"{label(p.scenario.names.get('isolation', 'own'))}"
        for p in run.plan.phases
    ]
    told = list(dict.fromkeys(phases))
    return "<br>then ".join(told[:2]) + (f"; and {len(told) - 2} more" if len(told) > 2 else "")
