"""Records held, day by day."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from .style import REGIME_COLOURS, SPARE_COLOURS, TEMPLATE, faint, headline, safe

PAINTS = (*REGIME_COLOURS.values(), *SPARE_COLOURS)


def stock(table: pd.DataFrame, title: str = "Records held", per: str = "records per 100,000 people") -> go.Figure:
    """One column per source of records, one row per day (the index): what is held at the end of the day, stacked."""
    figure = go.Figure()
    for at, source in enumerate(table.columns):
        paint = PAINTS[at % len(PAINTS)]
        figure.add_scatter(
            x=table.index, y=table[source], mode="lines", stackgroup="held", line=dict(color=paint, width=2), fillcolor=faint(paint, 0.3),
            name=headline(source), hovertemplate="day %{x}: %{y:,.3s}<extra>" + safe(source) + "</extra>",
        )  # fmt: skip
    figure.update_layout(template=TEMPLATE, title=safe(title), height=460, showlegend=True)
    figure.update_xaxes(title_text="day")
    figure.update_yaxes(title_text=safe(per), rangemode="tozero", tickformat=",.3s")
    return figure
