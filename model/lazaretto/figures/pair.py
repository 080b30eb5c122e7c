"""Two policies, A and B, beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from .style import INK, QUIET, TEMPLATE, colour, dash, faint, label, safe

LOW, HIGH = 0.025, 0.975
WEEK = 7
LETTERS = "AB"
HEIGHT = 400
Floats = NDArray[np.float64]


class Side(NamedTuple):
    """A policy and a daily curve under it: (seeds, days), per 100,000 people."""

    tracing: str
    isolation: str
    values: Floats


def pair_curves(a: Side, b: Side, title: str, smooth: bool = False) -> go.Figure:
    """A daily curve under both: line = median over seeds, band = 95 % of seeds; smooth: mean of the
    seven days around."""
    figure = go.Figure()
    regimes, levels = [a.isolation, b.isolation], [a.tracing, b.tracing]
    for letter, side in zip(LETTERS, (a, b), strict=True):
        values = side.values
        if smooth:
            values = (
                pd.DataFrame(values.T).rolling(WEEK, center=True, min_periods=1).mean().to_numpy().T
            )
        low, middle, high = np.quantile(values, [LOW, 0.5, HIGH], axis=0)
        day = np.arange(values.shape[1])
        paint = colour(side.isolation, regimes)
        name = f"{letter}: {label(side.tracing)}, {label(side.isolation)}"
        figure.add_scatter(
            x=np.r_[day, day[::-1]],
            y=np.r_[high, low[::-1]],
            fill="toself",
            fillcolor=faint(paint),
            line=dict(width=0),
            hoverinfo="skip",
            showlegend=False,
            legendgroup=letter,
        )
        figure.add_scatter(
            x=day,
            y=middle,
            mode="lines",
            line=dict(color=paint, dash=dash(side.tracing, levels), width=2.6),
            name=name,
            legendgroup=letter,
            hovertemplate="day %{x}: %{y:,.0f}<extra>" + letter + "</extra>",
        )
        peak = int(np.argmax(middle))
        figure.add_annotation(
            x=peak,
            y=float(middle[peak]),
            text=f"<b>{letter}</b>",
            showarrow=True,
            arrowhead=0,
            arrowcolor=paint,
            arrowwidth=1,
            ax=22 if letter == "A" else -22,
            ay=-16,
            font=dict(color=paint, size=15),
            bgcolor="rgba(255,255,255,0.8)",
        )
    _finish(figure, title)
    figure.update_xaxes(title_text="day", range=[0, _interesting(a, b)])
    figure.update_yaxes(title_text="per 100,000 people", rangemode="tozero", tickformat=",")
    return figure


def _interesting(a: Side, b: Side) -> int:
    """The last day worth showing: ten after the curve has last been above a hundredth of its
    peak."""
    both = np.maximum(a.values.max(axis=0), b.values.max(axis=0))
    busy = np.flatnonzero(both > both.max() / 100)
    return min(len(both) - 1, int(busy[-1]) + 10) if len(busy) else len(both) - 1


def pair_race(
    delays: Floats, share: Floats, marked: Sequence[tuple[str, str, float]], pathogen: str
) -> go.Figure:
    """Share of transmissions whose contact is reached before being infectious, by days from the
    case's onset; marks at the mean delay of each policy (tracing, isolation, days; nan: nobody is
    listed)."""
    figure = go.Figure()
    figure.add_scatter(
        x=delays,
        y=share,
        mode="lines",
        line=dict(color=INK, width=2.4),
        showlegend=False,
        hovertemplate="after %{x} days: %{y:.0%}<extra></extra>",
    )
    regimes = [isolation for _, isolation, _ in marked]
    for letter, (tracing, isolation, delay) in zip(LETTERS, marked, strict=True):
        name = f"{letter}: {label(tracing)}"
        if delay != delay:
            figure.add_scatter(
                x=[None],
                y=[None],
                mode="markers",
                marker=dict(color=QUIET),
                name=f"{name}: nobody is listed",
            )
            continue
        paint = colour(isolation, regimes)
        here = float(np.interp(delay, delays, share))
        figure.add_scatter(
            x=[delay, delay],
            y=[0, here],
            mode="lines",
            line=dict(color=paint, dash="dot", width=1.6),
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=[delay],
            y=[here],
            mode="markers+text",
            marker=dict(color=paint, size=11, line=dict(color="white", width=1)),
            text=[f"<b>{letter}</b> {here:.0%}"],
            textposition="top right",
            textfont=dict(color=paint, size=14),
            cliponaxis=False,
            name=f"{name}: reached after {delay:.1f} days",
            hovertemplate=f"{name}<br>%{{x:.1f}} days: %{{y:.0%}}<extra></extra>",
        )
    _finish(figure, "Reached before infectious?")
    figure.update_layout(
        title_text="Reached before infectious?<br><span "
        f"style='font-size:13px'>{safe(pathogen)}</span>"
    )
    figure.update_xaxes(
        title_text="days from the case's onset to the contact",
        range=[float(delays[0]), float(delays[-1])],
    )
    figure.update_yaxes(title_text="share of transmissions", range=[0, 1.04], tickformat=".0%")
    return figure


def _finish(figure: go.Figure, title: str) -> None:
    figure.update_layout(
        template=TEMPLATE,
        title=safe(title),
        height=HEIGHT,
        margin=dict(t=56, b=96),
        hovermode="closest",
        legend=dict(y=-0.28, yanchor="top"),
    )
