"""The race between tracing and the latent period."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..analysis.interval import NORMAL
from .alt import with_alt
from .style import INK, TEMPLATE, lines, safe

COLUMNS = 3
LAW_COLOURS = {
    "as stated": INK,
    "constant": "#0072B2",
    "gamma": "#009E73",
    "exponential": "#D55E00",
}
LAW_DASHES = {"as stated": "solid", "constant": "dot", "gamma": "dash", "exponential": "dashdot"}


@with_alt
def race(
    table: pd.DataFrame, title: str = "Contacts reached before they become infectious"
) -> go.Figure:
    """One panel per pathogen of `analysis.race.race` tables: lines by formula, markers simulated
    with 95 % intervals."""
    pathogens = table["pathogen"].unique().tolist()
    columns = min(COLUMNS, len(pathogens))
    rows = -(-len(pathogens) // columns)
    narrow = len(pathogens) > 1
    figure = make_subplots(
        rows,
        columns,
        subplot_titles=[lines(str(name)) if narrow else safe(name) for name in pathogens],
        shared_yaxes=True,
        horizontal_spacing=0.03,
        vertical_spacing=0.3 / rows,
    )
    shown = set()
    for number, pathogen in enumerate(pathogens):
        row, column = number // columns + 1, number % columns + 1
        for law, one in table[table["pathogen"] == pathogen].groupby("law", sort=False):
            paint = LAW_COLOURS.get(str(law), INK)
            figure.add_scatter(
                x=one["delay_days"],
                y=one["reached_in_time"],
                mode="lines",
                name=f"latent period {law}",
                legendgroup=str(law),
                line=dict(color=paint, dash=LAW_DASHES.get(str(law), "solid")),
                showlegend=law not in shown,
                row=row,
                col=column,
            )
            figure.add_scatter(
                x=one["delay_days"],
                y=one["simulated"],
                mode="markers",
                name="simulated",
                legendgroup=str(law),
                marker=dict(color=paint, size=5),
                error_y=dict(array=NORMAL * one["standard_error"], width=2, thickness=1),
                showlegend=False,
                row=row,
                col=column,
            )
            shown.add(law)
        if row == rows or number + columns >= len(pathogens):
            figure.update_xaxes(
                title_text=f"days from the case's{'<br>' if narrow else ' '}onset to the contact",
                row=row,
                col=column,
            )
        if column == 1:
            figure.update_yaxes(title_text="share of transmissions", row=row, col=column)
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    legend = dict(y=-105 / (290 * rows))
    figure.update_layout(
        template=TEMPLATE, title=title, height=290 * rows + 180, legend=legend, margin=dict(t=104)
    )
    return figure
