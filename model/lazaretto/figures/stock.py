"""Records held, day by day."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from .alt import with_alt
from .style import REGIME_COLOURS, SPARE_COLOURS, TEMPLATE, headline, safe

PAINTS = (*REGIME_COLOURS.values(), *SPARE_COLOURS)


@with_alt
def stock(
    table: pd.DataFrame, title: str = "Records held at the end of each day", unit: str = "records"
) -> go.Figure:
    """One column per source of records, one row per day (`Run.records_held`), on a logarithmic
    axis: bulk collection and lists of cases lie many powers of ten apart. No line: nothing is
    held."""
    figure = go.Figure()
    for at, source in enumerate(table.columns):
        figure.add_scatter(
            x=table.index,
            y=table[source].where(table[source] > 0),
            mode="lines",
            name=headline(source),
            line=dict(color=PAINTS[at % len(PAINTS)], width=2.2),
            hovertemplate="day %{x}: %{y:,.3s}<extra>" + safe(source) + "</extra>",
        )
    figure.update_layout(
        template=TEMPLATE, title=safe(title), height=460, showlegend=True, legend=dict(y=-0.24)
    )
    figure.update_xaxes(title_text="day")
    figure.update_yaxes(title_text=safe(unit), type="log", exponentformat="power")
    return figure
