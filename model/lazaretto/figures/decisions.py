"""Which assumption turns a ranking round, and what it would be worth to know it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from ..analysis.compare import AVERTED
from ..analysis.decisions import BEST, chance_along
from ..analysis.errors import AnalysisError
from ..outcomes.panel import COMPONENTS
from .alt import with_alt
from .naming import cell_words, component_words, parameter_words
from .panels import axis_title
from .style import INK, ONE, OTHER, QUIET, TEMPLATE, error_bar, faint


@with_alt
def flips(
    results: xr.Dataset,
    lines: pd.DataFrame,
    *,
    against: str = "each",
    weights: dict[str, float] | None = None,
    title: str = "Where rankings flip",
) -> go.Figure:
    """One panel per line of `flips` (give it a few, `.head(6)`): the chance that one cell beats the
    other along a parameter.

    Curve: fitted; points: shares of samples with 95 % intervals; the value at which the ranking
    flips is marked with its interval.
    """
    if lines.empty:
        raise AnalysisError("there is no line to draw: no ranking flips within the sampled ranges")
    curves = chance_along(results, lines, against=against, weights=weights)
    columns = min(2, len(lines))
    rows = -(-len(lines) // columns)
    heads = [
        f"{component_words(line.ranking)}: <b>{cell_words(line.cell)}</b><br>against "
        + (BEST if line.other == BEST else cell_words(line.other))
        for line in lines.itertuples()
    ]
    figure = make_subplots(
        rows,
        columns,
        subplot_titles=heads,
        shared_yaxes=True,
        horizontal_spacing=0.05,
        vertical_spacing=0.36 / rows,
    )
    for at, line in enumerate(lines.itertuples()):
        row, column = at // columns + 1, at % columns + 1
        mine = curves[curves["line"] == at]
        fitted, bins = mine.dropna(subset=["fitted"]), mine.dropna(subset=["share"])
        figure.add_scatter(
            x=fitted["value"],
            y=fitted["fitted"],
            mode="lines",
            line=dict(color=ONE, width=2.4),
            name="fitted chance",
            showlegend=at == 0,
            row=row,
            col=column,
        )
        figure.add_scatter(
            x=bins["value"],
            y=bins["share"],
            mode="markers",
            marker=dict(color=INK, size=7),
            name="share of samples, 95 % interval",
            error_y=error_bar(bins["share"], bins["low"], bins["high"]),
            showlegend=at == 0,
            row=row,
            col=column,
        )
        # lines after the traces: plotly draws them into panels that hold something
        if np.isfinite(line.flips_at):
            low, high = (
                float(np.clip(v, fitted["value"].min(), fitted["value"].max()))
                for v in (line.flips_low, line.flips_high)
            )
            figure.add_vrect(
                x0=low,
                x1=high,
                fillcolor=faint(OTHER, 0.3),
                line_width=0,
                layer="below",
                row=row,
                col=column,
            )
            figure.add_vline(x=line.flips_at, line=dict(color=OTHER, width=2), row=row, col=column)
            left = line.flips_at < fitted["value"].mean()
            figure.add_annotation(
                x=line.flips_at,
                y=0.03,
                text=f" flips at {line.flips_at:.3g} ",
                showarrow=False,
                xanchor="left" if left else "right",
                yanchor="bottom",
                font=dict(size=13),
                row=row,
                col=column,
            )
        figure.add_hline(y=0.5, line=dict(color=QUIET, width=1, dash="dot"), row=row, col=column)
        unit = results[line.parameter].attrs.get("units", "")
        text = parameter_words(line.parameter) + (
            f", {unit}" if unit and unit != "dimensionless" else ""
        )
        figure.update_xaxes(title_text=text, row=row, col=column)
        if column == 1:
            figure.update_yaxes(title_text="chance to be better", row=row, col=column)
    height = 350 * rows + 150
    figure.update_yaxes(range=[-0.02, 1.02], tickformat=".0%")
    figure.update_annotations(selector=dict(yref="paper"), font_size=13)
    figure.update_layout(
        template=TEMPLATE,
        title=title,
        height=height,
        margin=dict(t=116),
        legend=dict(y=-95 / height),
    )
    return figure


@with_alt
def value_of_information(
    table: pd.DataFrame, title: str = "What it would be worth to know one parameter"
) -> go.Figure:
    """Bars of `value_of_information` with intervals, one panel per ranking; the line on each bar is
    what noise alone would give."""
    rankings = table["ranking"].unique().tolist()
    figure = make_subplots(
        len(rankings),
        1,
        vertical_spacing=0.42 / len(rankings),
        subplot_titles=[_question(table, r) for r in rankings],
    )
    for row, ranking in enumerate(rankings, 1):
        mine = table[table["ranking"] == ranking].iloc[::-1]
        y = [parameter_words(p) for p in mine["parameter"]]
        figure.add_bar(
            y=y,
            x=mine["value"],
            orientation="h",
            marker_color=ONE,
            name="expected value, 95 % interval",
            showlegend=row == 1,
            error_x=error_bar(mine["value"], mine["low"], mine["high"]),
            row=row,
            col=1,
            hovertemplate="%{y}: %{x:.3g}<extra></extra>",
        )
        figure.add_scatter(
            y=y,
            x=mine["chance_level"],
            mode="markers",
            marker=dict(symbol="line-ns", size=20, line=dict(color="#D55E00", width=3)),
            name="what noise alone gives (95 %)",
            showlegend=row == 1,
            row=row,
            col=1,
        )
        figure.update_xaxes(title_text=_worth_title(ranking), rangemode="tozero", row=row, col=1)
    height = len(rankings) * (34 * int(table.groupby("ranking").size().max()) + 160) + 110
    figure.update_layout(
        template=TEMPLATE,
        title=title,
        height=height,
        margin=dict(t=96),
        legend=dict(y=-95 / height),
    )
    figure.update_annotations(font_size=14)
    return figure


def _question(table: pd.DataFrame, ranking: str) -> str:
    now = table.loc[table["ranking"] == ranking, "best_now"].iloc[0]
    return (
        f"chosen by {component_words(ranking).lower()}; best without knowing more: "
        f"{cell_words(now)}"
    )


def _worth_title(ranking: str) -> str:
    if ranking.removesuffix(AVERTED) in COMPONENTS:
        return f"gain in {axis_title(ranking)[:1].lower()}{axis_title(ranking)[1:]}"
    return "gain in the composite (share of the range)"
