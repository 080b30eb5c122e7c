"""Which policy beats which under any weighting, and the policies that a search found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..analysis.compare import AVERTED
from ..analysis.interval import NORMAL
from ..analysis.search import ERROR
from .alt import with_alt
from .naming import cell_words
from .panels import axis_title
from .style import GRID, ONE, QUIET, SHADES, TEMPLATE


@with_alt
def rank_robustness(
    table: pd.DataFrame, title: str = "Which policy beats which, in per cent of all weightings"
) -> go.Figure:
    """The ("beats", cell) part of `rank_robustness`: line beats column, in per cent of random
    weightings; the components stand beside."""
    share = table["beats"]
    labels = [cell_words(str(c)) for c in share.columns]
    parts = table["component"]
    figure = make_subplots(
        1,
        2,
        column_widths=[0.22 + 0.05 * len(parts.columns), 0.7],
        horizontal_spacing=0.02,
        shared_yaxes=True,
    )
    text = np.array(
        [[f"{v:,.3g}" if abs(v) < 1000 else f"{v:,.0f}" for v in row] for row in parts.to_numpy()]
    )
    figure.add_heatmap(
        z=np.zeros(parts.shape),
        x=[_with_unit(str(c)) for c in parts.columns],
        y=labels,
        text=text,
        texttemplate="%{text}",
        showscale=False,
        colorscale=[[0, "white"], [1, "white"]],
        hoverinfo="skip",
        row=1,
        col=1,
    )
    shown = share.to_numpy(float)
    figure.add_heatmap(
        z=shown,
        x=labels,
        y=labels,
        zmin=0,
        zmax=1,
        colorscale=SHADES,
        text=np.where(np.isnan(shown), "", np.char.mod("%.0f", 100 * np.nan_to_num(shown))),
        texttemplate="%{text}",
        hovertemplate="%{y} beats %{x}: %{z:.1%}<extra></extra>",
        row=1,
        col=2,
        colorbar=dict(
            title="line beats<br>column<br>\u00a0",
            tickformat=".0%",
            thickness=14,
            lenmode="pixels",
            len=260,
        ),
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False, tickangle=-40, row=1, col=2)
    figure.update_xaxes(side="top", tickangle=0, showgrid=False, row=1, col=1)
    figure.update_layout(
        template=TEMPLATE, title=title, height=28 * len(labels) + 380, margin=dict(t=190)
    )
    return figure


def _with_unit(name: str) -> str:
    """A component and its unit, a line per word, for a narrow column."""
    head, _, unit = axis_title(name).partition(" (")
    narrow = unit.rstrip(")").replace(" per 100,000 people", "<br>/100,000")
    return (
        head.replace(" ", "<br>")
        + f"<br><span style='color:{QUIET};font-size:12px'>{narrow}</span>"
    )


@with_alt
def search(
    table: pd.DataFrame, names: list[str] | None = None, title: str = "Policies found"
) -> go.Figure:
    """Two objectives of a policy search, a point per policy with 95 % intervals; those that no
    other found dominates are filled."""
    first, second = names or list(table.attrs["directions"])[:2]
    parameters = list(table.attrs["bounds"])
    figure = go.Figure()
    kinds: list[tuple[bool, str, dict[str, Any]]] = [
        (False, "dominated", dict(color="white", size=7, line=dict(color=QUIET, width=1))),
        (True, "not dominated", dict(color=ONE, size=10)),
    ]
    for kept, name, mark in kinds:
        mine = table[table["non_dominated"] == kept]
        bars = {
            axis: dict(
                type="data",
                array=NORMAL * mine[n + ERROR],
                color=ONE if kept else GRID,
                thickness=1.2,
                width=3,
            )
            for axis, n in (("error_x", second), ("error_y", first))
        }
        said = [
            "<br>".join(f"{p}: {v:.3g}" for p, v in zip(parameters, row, strict=True))
            for row in mine[parameters].to_numpy(float)
        ]
        figure.add_scatter(
            x=mine[second],
            y=mine[first],
            mode="markers",
            marker=mark,
            name=name,
            text=said,
            hovertemplate="%{text}",
            **bars,
        )
    less = " (policy less baseline)"
    figure.update_xaxes(
        title_text=axis_title(second) + ("" if second.endswith(AVERTED) else less), tickformat=","
    )
    figure.update_yaxes(
        title_text=axis_title(first) + ("" if first.endswith(AVERTED) else less), tickformat=","
    )
    figure.update_layout(template=TEMPLATE, title=title, height=560, legend=dict(y=-0.2))
    return figure
