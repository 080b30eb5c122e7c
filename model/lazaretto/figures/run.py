"""The picture of one run: its epidemic, what the authority saw, R, and the policy day by day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..engine.phases import Plan
from ..outcomes.run import Run
from ..parameters import rows
from ..parameters.address import words
from ..parameters.timeline import CHANGEABLE
from .alt import with_alt
from .changes import policy_in_words
from .style import GRID, INK, QUIET, SPARE_COLOURS, TEMPLATE, colour, faint, label, safe, small

PER, WEEK = 100_000, 7
SHARES = (0.40, 0.26, 0.34)  # of the height: infections, R, strip
LEAST_FOR_R = 5  # infections in seven days, below which R is noise
UNCHANGED = "#bdbdbd"
NOTHING = {("region", "none"): "nothing closed"}
AS_STATED = "as stated"
MOST_TOLD = 2
LEAST_NAMED = 0.2  # of the days; the names of shorter bars do not fit, and are told on hovering
Bars = list[tuple[str, str, int, int]]


@with_alt
def run(one: Run, title: str | None = None) -> go.Figure:
    """One run: infections and positive results a day (mean of seven days), effective R, and below
    them a strip with the policy of each day. Days are dates where the scenario has a start_date."""
    bars = policy_bars(one.plan)
    names = list(dict.fromkeys(bar[0] for bar in bars))
    figure = make_subplots(3, 1, shared_xaxes=True, vertical_spacing=0.06, row_heights=list(SHARES))
    day = one.dates if one.dates is not None else np.arange(one.raw.days)
    scale = PER / one.population.people
    for name, column, paint, dash in (
        ("new infections", "new_infections", INK, "solid"),
        ("positive results", "positive_results", "#D55E00", "dash"),
    ):
        weekly = pd.Series(one.curves[column].values * scale)
        figure.add_scatter(
            x=day,
            y=weekly.rolling(WEEK, center=True, min_periods=1).mean(),
            mode="lines",
            name=name,
            line=dict(color=paint, dash=dash, width=2.2),
            hovertemplate="%{x}: %{y:,.1f}<extra>" + name + "</extra>",
            row=1,
            col=1,
        )
    table = one.effective_r
    recent = table[["infections", "infectiousness"]].rolling(WEEK, center=True, min_periods=1).sum()
    known = recent["infections"] >= LEAST_FOR_R
    figure.add_scatter(
        x=day,
        y=(recent["infections"] / recent["infectiousness"]).where(known),
        mode="lines",
        name="effective R",
        line=dict(color="#0072B2", width=2.2),
        hovertemplate="%{x}: %{y:.2f}<extra>R</extra>",
        row=2,
        col=1,
    )
    figure.add_hline(y=1.0, line=dict(color=QUIET, width=1, dash="dot"), row=2, col=1)
    _add_strip(figure, bars, names, day)
    heading = f"{safe(title or one.scenario.title)}<br>{small(policy_in_words(one))}"
    above = 72 + 24 * heading.count("<br>")  # the legend stands below the last line
    figure.update_layout(
        template=TEMPLATE,
        title=dict(text=heading, y=1.0, yref="container", yanchor="top", pad=dict(t=24)),
        height=440 + above + 34 * len(names),
        legend=dict(orientation="h", y=1.0, yanchor="bottom"),
        margin=dict(t=above, l=110),
        barmode="overlay",
    )
    figure.update_yaxes(title_text="a day per 100,000", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text="R", rangemode="tozero", row=2, col=1)
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[label(name) for name in names],
        range=[len(names) - 0.4, -0.6],
        showgrid=False,
        row=3,
        col=1,
    )
    figure.update_xaxes(title_text="date" if one.dates is not None else "day", row=3, col=1)
    return figure


# parts that have no bar where they are so all along
UNREMARKABLE = {"immunity": "none", "hospitals": "admission-test"}


def policy_bars(plan: Plan) -> Bars:
    """(part of the policy, what it is called, first day, day after the last) of what changes in a
    run; of a run without changes all parts."""
    of_part: dict[str, Bars] = {}
    for part in CHANGEABLE:
        stretches = [(p.scenario.names.get(part, "own"), p.first, p.last) for p in plan.phases]
        named = [(NOTHING.get((part, name), name), first, last) for name, first, last in stretches]
        if {name for name, _, _ in named} != {UNREMARKABLE.get(part)}:
            of_part[part] = _bars(part, named)
    changing = {part: bars for part, bars in of_part.items() if len(bars) > 1}
    stretches = [(_values(plan, n), p.first, p.last) for n, p in enumerate(plan.phases)]
    values = _bars("values", stretches)
    if len(values) > 1:
        changing["values"] = values
    return [bar for bars in (changing or of_part).values() for bar in bars]


def _bars(part: str, stretches: list[tuple[str, int, int]]) -> Bars:
    """Stretches of one name after the other as one bar."""
    found: Bars = []
    for name, first, last in stretches:
        if found and found[-1][1] == name:
            found[-1] = (part, name, found[-1][2], last)
        else:
            found.append((part, name, first, last))
    return found


def _values(plan: Plan, number: int) -> str:
    """Which single values differ from the beginning, of components that are still the same."""
    now, first = plan.phases[number].scenario, plan.phases[0].scenario
    told = []
    for part in CHANGEABLE:
        mine, before = getattr(now, part), getattr(first, part)
        if mine == before or now.names.get(part) != first.names.get(part):
            continue
        known = {row["parameter"]: row["value"] for row in rows(before, part)}
        told += [
            f"{words(row['parameter'])[0]} {row['value']}"
            for row in rows(mine, part)
            if known.get(row["parameter"]) != row["value"]
        ]
    more = f" and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
    return ", ".join(told[:MOST_TOLD]) + more if told else AS_STATED


def _add_strip(figure: go.Figure, bars: Bars, names: list[str], day: Any) -> None:
    """A row of bars for each part of the policy, with the names written in them."""
    regimes = [name for part, name, _, _ in bars if part == "isolation"]
    for part, name, first, last in bars:
        others = [n for p, n, _, _ in bars if p == part]
        at = list(dict.fromkeys(others)).index(name)
        paint = UNCHANGED if at == 0 else SPARE_COLOURS[at % len(SPARE_COLOURS)]
        if part == "isolation":
            paint = colour(name, regimes)
        ends = [day[first], day[min(last, len(day) - 1)]]
        told = f"{label(name)}<br>day {first} to {last - 1}<extra>{label(part)}</extra>"
        figure.add_scatter(
            x=ends,
            y=[names.index(part)] * 2,
            mode="lines+text",
            line=dict(color=faint(paint, 0.5), width=20),
            text=[label(name) if last - first >= LEAST_NAMED * len(day) else "", ""],
            textposition="middle right",
            textfont=dict(size=12, color=INK),
            showlegend=False,
            hovertemplate=told,
            row=3,
            col=1,
        )
    for first in sorted({first for _, _, first, _ in bars if first > 0}):
        for row in (1, 2):
            figure.add_vline(x=day[first], line=dict(color=GRID, width=1.5), row=row, col=1)
