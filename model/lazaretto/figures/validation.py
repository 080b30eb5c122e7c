"""The engine beside theory and published results: tables of `analysis.validation`."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ..analysis.interval import NORMAL
from .style import GRID, INK, REGIME_COLOURS, SPARE_COLOURS, SPARE_SYMBOLS, TEMPLATE

COLOURS = (*REGIME_COLOURS.values(), *SPARE_COLOURS)


def agreement(table: pd.DataFrame, title: str, axis: str = "value") -> go.Figure:
    """Stated value (horizontal) against the engine's with 95 % intervals (vertical), by source; on
    the line both are equal."""
    figure = go.Figure()
    ends = [0.0, 1.05 * float(max(table["stated"].max(), table["engine"].max()))]
    figure.add_scatter(
        x=ends, y=ends, mode="lines", line=dict(color=GRID), name="equal", hoverinfo="skip"
    )
    for number, (source, lines) in enumerate(table.groupby("source", sort=False)):
        figure.add_scatter(
            x=lines["stated"],
            y=lines["engine"],
            mode="markers",
            name=str(source),
            text=lines["quantity"],
            marker=dict(
                color=COLOURS[number % len(COLOURS)],
                symbol=SPARE_SYMBOLS[number % len(SPARE_SYMBOLS)],
                size=9,
            ),
            error_y=dict(array=NORMAL * lines["standard_error"], width=3, thickness=1),
        )
    figure.update_xaxes(title_text=f"{axis}, stated")
    figure.update_yaxes(title_text=f"{axis}, engine")
    return figure.update_layout(template=TEMPLATE, title=title, height=560, legend=dict(y=-0.2))


def curves(table: pd.DataFrame, title: str) -> go.Figure:
    """Lines by theory, markers from the engine with 95 % intervals, by compartment and day."""
    figure = go.Figure()
    for number, (source, lines) in enumerate(table.groupby("source", sort=False)):
        paint = COLOURS[number % len(COLOURS)]
        figure.add_scatter(
            x=lines["quantity"],
            y=lines["stated"],
            mode="lines",
            name=str(source),
            line=dict(color=paint),
        )
        figure.add_scatter(
            x=lines["quantity"],
            y=lines["engine"],
            mode="markers",
            name=f"{source}, engine",
            marker=dict(color=paint or INK, size=6),
            error_y=dict(array=NORMAL * lines["standard_error"], width=3, thickness=1),
            showlegend=False,
        )
    figure.update_xaxes(title_text="day")
    figure.update_yaxes(title_text="share of people", tickformat=".0%")
    return figure.update_layout(template=TEMPLATE, title=title, height=480)
