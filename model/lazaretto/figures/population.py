"""A built city beside its inputs."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from .alt import with_alt
from .style import INK, REGIME_COLOURS, TEMPLATE, safe

BUILT = next(iter(REGIME_COLOURS.values()))
FIVE_ERRORS = 5
COLUMNS = 2


@with_alt
def population_inputs(table: pd.DataFrame, title: str) -> go.Figure:
    """One panel per block of `analysis.population.beside_inputs`: bars as built (with 5 standard
    errors), diamonds as stated."""
    blocks = table["block"].unique().tolist()
    rows = -(-len(blocks) // COLUMNS)
    figure = make_subplots(
        rows,
        COLUMNS,
        subplot_titles=[safe(b[:1].upper() + b[1:]) for b in blocks],
        vertical_spacing=0.14,
    )
    for number, block in enumerate(blocks):
        lines = table[table["block"] == block]
        row, column = number // COLUMNS + 1, number % COLUMNS + 1
        first = number == 0
        error = dict(
            type="data", array=FIVE_ERRORS * lines["standard_error"], color=INK, thickness=1
        )
        figure.add_trace(
            go.Bar(
                x=lines["group"],
                y=lines["built"],
                error_y=error,
                marker_color=BUILT,
                name="as built",
                showlegend=first,
            ),
            row,
            column,
        )
        marker = dict(symbol="diamond-open", size=9, color=INK, line=dict(width=2))
        figure.add_trace(
            go.Scatter(
                x=lines["group"],
                y=lines["stated"],
                mode="markers",
                marker=marker,
                name="as stated",
                showlegend=first,
            ),
            row,
            column,
        )
        figure.update_xaxes(type="category", row=row, col=column)
        figure.update_yaxes(
            title_text=lines["unit"].iloc[0], rangemode="tozero", row=row, col=column
        )
    height = 330 * rows + 60
    legend = dict(y=-130 / (height - 200))  # below slanting words
    figure.update_layout(
        template=TEMPLATE,
        title=safe(title),
        height=height,
        bargap=0.25,
        legend=legend,
        margin=dict(t=84),
    )
    return figure
