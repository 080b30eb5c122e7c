"""What limits tracing: the ladder of improvements."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from .alt import with_alt
from .naming import parameter_words
from .style import ONE, QUIET, TEMPLATE, error_bar, words

ROOM = 44  # pixels for a rung
# What others found for whole programmes, for comparison: DELVE 2020 (5 to 15 per cent) and Grassly
# et al. 2020 (26 per cent, with 80 per cent of contacts within 24 hours)
DELVE, IMPERIAL = (0.05, 0.15), 0.26


def rung_words(changes: dict[str, Any]) -> str:
    """What a rung adds to the one before."""
    if not changes:
        return "as it is"
    parts: dict[str, list[str]] = {}
    for name, value in changes.items():
        told = words(value) if isinstance(value, str) else f"{value:g}"
        parts.setdefault(told, []).append(parameter_words(name))
    return "; ".join(f"{' and '.join(names)}: {told}" for told, names in parts.items())


@with_alt
def limits(rungs: pd.DataFrame, title: str = "What limits tracing") -> go.Figure:
    """Reduction of R by the tracers at each rung of a ladder, with 95 % intervals. rungs: from
    `analysis.limits.ladder`."""
    names = [f"{'+ ' if row else ''}{rung_words(row)}" for row in rungs["changes"]]
    figure = go.Figure()
    figure.add_vrect(*DELVE, fillcolor=QUIET, opacity=0.12, line_width=0, layer="below")
    figure.add_vline(IMPERIAL, line=dict(color=QUIET, dash="dot"))
    figure.add_scatter(
        y=names,
        x=rungs["reduction"],
        mode="markers+text",
        text=[f"{value:.0%}" for value in rungs["reduction"]],
        textposition="top center",
        marker=dict(color=ONE, size=10),
        error_x=error_bar(rungs["reduction"], rungs["low"], rungs["high"], ONE),
        showlegend=False,
        customdata=rungs[["without", "with"]],
        hovertemplate="%{y}<br>R %{customdata[0]:.2f} without, %{customdata[1]:.2f} with tracing"
        "<extra></extra>",
    )
    for at, text in (
        (sum(DELVE) / 2, "DELVE 2020:<br>5 to 15 %"),
        (IMPERIAL, "Imperial 2020:<br>26 %"),
    ):
        figure.add_annotation(
            x=at,
            y=1.0,
            yref="paper",
            yanchor="bottom",
            text=text,
            showarrow=False,
            font=dict(color=QUIET, size=11),
        )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(
        title_text="reduction of the reproduction number by the tracers",
        tickformat=".0%",
        rangemode="tozero",
    )
    figure.update_layout(template=TEMPLATE, title=title, height=ROOM * len(names) + 190)
    return figure
