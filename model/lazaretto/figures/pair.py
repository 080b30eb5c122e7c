"""Two policies, A and B, beside each other, each in its own colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from ..engine.phases import Plan
from .alt import with_alt
from .run import Bars, policy_bars
from .style import INK, QUIET, SIDES, TEMPLATE, faint, fill_between, label, safe, small, words

LOW, HIGH = 0.025, 0.975
WEEK = 7
HEIGHT, OF_CURVES, OF_A_ROW = 430, 236, 24  # pixels
ABOVE, BELOW = 46, 84
ENDS = ("top", "bottom")  # where the number stands at the mark of the upper and the lower line
POLICY = "policy"
ROOM = 120  # characters across the strip: names longer than their stretch are told on pointing
Floats = NDArray[np.float64]


class Side(NamedTuple):
    """A policy in words, a daily curve under it, (seeds, days) per 100,000 people, and its strip
    (`strip_of`)."""

    name: str
    values: Floats
    strip: Bars


def strip_of(plan: Plan) -> Bars:
    """(what, its name, first day, day after the last) of the policy of a run: of tracing and
    isolation together, and of each other part that changes."""
    found: Bars = []
    for phase in plan.phases:
        names = (phase.scenario.names.get(part, "own") for part in ("tracing", "isolation"))
        name = ", ".join(words(one) for one in names)
        if found and found[-1][1] == name:
            found[-1] = (POLICY, name, found[-1][2], phase.last)
        else:
            found.append((POLICY, name, phase.first, phase.last))
    if len(plan.phases) == 1:
        return found
    others = [bar for bar in policy_bars(plan) if bar[0] not in ("tracing", "isolation")]
    parts = [part for part, _, _, _ in others]
    return found + [bar for bar in others if parts.count(bar[0]) > 1]


@with_alt
def pair_curves(a: Side, b: Side, title: str, smooth: bool = False) -> go.Figure:
    """A daily curve under policies A and B: line = median over seeds, band = 95 % of seeds; below
    it, on the same days, a strip with the policy of each day.

    smooth: mean of the seven days around."""
    rows = _rows(a.strip, b.strip)
    below = OF_A_ROW * len(rows)
    figure = make_subplots(
        2,
        1,
        shared_xaxes=True,
        vertical_spacing=0.02,
        row_heights=[OF_CURVES / (OF_CURVES + below), below / (OF_CURVES + below)],
    )
    for letter, side in zip(SIDES, (a, b), strict=True):
        _curve(figure, letter, side, smooth)
    _strip(figure, rows)
    _finish(figure, title, ABOVE + OF_CURVES + below + BELOW)
    figure.update_layout(margin=dict(t=ABOVE, b=BELOW), legend=dict(y=-56 / (OF_CURVES + below)))
    days = a.values.shape[1]
    changes = [first for bars in (a.strip, b.strip) for _, _, first, _ in bars]
    figure.update_xaxes(range=[0, min(days - 1, max(_interesting(a, b), *changes, 0) + 10)])
    figure.update_xaxes(title=dict(text="day", standoff=4), row=2, col=1)
    figure.update_yaxes(
        title_text="per 100,000 people", rangemode="tozero", tickformat=",", row=1, col=1
    )
    return figure


def _curve(figure: go.Figure, letter: str, side: Side, smooth: bool) -> None:
    values, paint = side.values, SIDES[letter]
    if smooth:
        table = pd.DataFrame(values.T).rolling(WEEK, center=True, min_periods=1).mean()
        values = table.to_numpy().T
    low, middle, high = np.quantile(values, [LOW, 0.5, HIGH], axis=0)
    day = np.arange(values.shape[1])
    name = f"{letter}: {safe(side.name)}"
    place = dict(name=name, legendgroup=letter, row=1, col=1)
    fill_between(figure, day, low, high, faint(paint), showlegend=False, **place)
    figure.add_scatter(
        x=day,
        y=middle,
        mode="lines",
        line=dict(color=paint, width=2.6),
        hovertemplate="day %{x}: %{y:,.0f}<extra>" + letter + "</extra>",
        **place,
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
        row=1,
        col=1,
    )


def _rows(a: Bars, b: Bars) -> list[tuple[str, str, Bars]]:
    """(name, colour, bars) of each row of the strip: A, B, and what changes under both alike."""
    rows = [
        (letter, SIDES[letter], [bar for bar in bars if bar[0] == POLICY])
        for letter, bars in zip(SIDES, (a, b), strict=True)
    ]
    others = dict.fromkeys(part for part, _, _, _ in a if part != POLICY)
    return rows + [(part, QUIET, [bar for bar in a if bar[0] == part]) for part in others]


def _strip(figure: go.Figure, rows: Sequence[tuple[str, str, Bars]]) -> None:
    """A row of bars for each policy, with its names written in them, and a line through the curves
    on each day on which it changes."""
    days = max((last for _, _, bars in rows for _, _, _, last in bars), default=1)
    for row, (what, paint, bars) in enumerate(rows):
        for at, (_, name, first, last) in enumerate(bars):
            fits = len(name) <= ROOM * (last - first) / days
            figure.add_scatter(
                x=[first, last],
                y=[row, row],
                mode="lines+text",
                line=dict(color=faint(paint, 0.42 if at % 2 else 0.2), width=18),
                text=[label(name) if fits else "", ""],
                textposition="middle right",
                textfont=dict(size=12, color=INK),
                name=f"{label(what)}: {label(name)}",
                showlegend=False,
                hovertemplate=f"{label(name)}<br>day {first} to {last - 1}"
                f"<extra>{label(what)}</extra>",
                row=2,
                col=1,
            )
            if first > 0:
                figure.add_vline(
                    x=first, line=dict(color=paint, width=1.2, dash="dot"), row=1, col=1
                )
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[f"<b>{what}</b>" if what in SIDES else label(what) for what, _, _ in rows],
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
        fixedrange=True,
        row=2,
        col=1,
    )


def _interesting(a: Side, b: Side) -> int:
    """The last day worth showing: the last on which a curve is above a hundredth of its peak."""
    both = np.maximum(a.values.max(axis=0), b.values.max(axis=0))
    busy = np.flatnonzero(both > both.max() / 100)
    return int(busy[-1]) if len(busy) else len(both) - 1


@with_alt
def pair_race(
    delays: Floats,
    shares: tuple[Floats, Floats],
    marked: Sequence[tuple[str, float]],
    pathogen: str,
) -> go.Figure:
    """Share of those whom a case infects that is reached before being infectious, by days from the
    case's onset: of all, and of those infected by then; marks at the mean delay of A and B.

    shares: of all, of those infected by then; marked: of A and B name and days (nan: nobody is
    listed)."""
    figure = go.Figure()
    told = ("of all whom a case infects", "of those infected by then")
    for share, name, dash in zip(shares, told, ("solid", "dash"), strict=True):
        figure.add_scatter(
            x=delays,
            y=share,
            mode="lines",
            line=dict(color=INK, width=2.2, dash=dash),
            name=name,
            hovertemplate="after %{x} days: %{y:.0%} " + name + "<extra></extra>",
        )
    for (letter, paint), (name, delay) in zip(SIDES.items(), marked, strict=True):
        if delay != delay:
            figure.add_scatter(
                x=[None],
                y=[None],
                mode="markers",
                marker=dict(color=QUIET),
                name=f"{letter}: nobody is listed",
            )
            continue
        here = [float(np.interp(delay, delays, share)) for share in shares]
        figure.add_scatter(
            x=[delay, delay],
            y=[0, here[0]],
            mode="lines",
            line=dict(color=paint, dash="dot", width=1.6),
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=[delay, delay],
            y=here,
            mode="markers+text",
            marker=dict(color=paint, size=11, line=dict(color="white", width=1)),
            text=[f"<b>{letter}</b> {one:.0%}" for one in here],
            textposition=[f"{end} {'right' if letter == 'A' else 'left'}" for end in ENDS],
            textfont=dict(color=paint, size=14),
            cliponaxis=False,
            name=f"{letter}: reached after {delay:.1f} days",
            hovertemplate=f"{letter}: {safe(name)}<br>%{{x:.1f}} days: %{{y:.0%}}<extra></extra>",
        )
    _finish(figure, "Reached before infectious?", HEIGHT)
    figure.update_layout(
        title_text=f"Reached before infectious?<br>{small(safe(pathogen))}",
        legend=dict(y=-0.32),
        margin=dict(b=150),
    )
    figure.update_xaxes(
        title=dict(text="days from the case's onset to the contact", standoff=6),
        range=[float(delays[0]), float(delays[-1])],
    )
    figure.update_yaxes(title_text="share of transmissions", range=[0, 1.04], tickformat=".0%")
    return figure


def _finish(figure: go.Figure, title: str, height: int) -> None:
    figure.update_layout(
        template=TEMPLATE,
        title=safe(title),
        height=height,
        margin=dict(t=56, b=96),
        hovermode="closest",
        legend=dict(y=-0.28, yanchor="top"),
    )
