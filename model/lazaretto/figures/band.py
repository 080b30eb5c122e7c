"""Bands over what nobody has measured, and in which share of them each policy is ahead."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from .alt import with_alt
from .naming import cell_words
from .panels import axis_title
from .style import ONE, TEMPLATE, error_bar

ROOM = 40  # pixels for a cell


@with_alt
def band(
    table: pd.DataFrame, title: str = "Over the band of what nobody has measured"
) -> go.Figure:
    """Median and band of each component by cell, with the share of the band in which the cell is
    ahead of all others. table: from `analysis.band.band`."""
    names = list(dict.fromkeys(table.index.get_level_values("component")))
    figure = make_subplots(1, len(names), shared_yaxes=True, horizontal_spacing=0.06)
    for at, name in enumerate(names, start=1):
        one = table.loc[name]
        middle = one["median", ""]
        figure.add_scatter(
            x=middle,
            y=[cell_words(str(cell)) for cell in one.index],
            error_x=error_bar(middle, one["low", ""], one["high", ""], ONE),
            mode="markers+text",
            marker=dict(color=ONE, size=10),
            text=[f"ahead in {share:.0%}" for share in one["ahead", ""]],
            textposition="top center",
            showlegend=False,
            row=1,
            col=at,
        )
        figure.update_xaxes(
            title_text=axis_title(name).replace(" (", "<br>("), tickformat="~s", row=1, col=at
        )
    cells = table.index.get_level_values("cell").nunique()
    figure.update_yaxes(range=[cells - 0.5, -0.8])  # room for the words above the first
    return figure.update_layout(template=TEMPLATE, title=title, height=180 + ROOM * cells)
