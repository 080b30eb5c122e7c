"""The timeline of one case and the people on its list, from a run's own records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..analysis import chains
from ..analysis.case import (
    BY_CASE,
    IN_TIME,
    ISOLATED,
    NEVER,
    QUARANTINED,
    RULE,
    SELF_ISOLATED,
    case_story,
)
from ..outcomes.run import Run
from .alt import with_alt
from .people import ORDER_COLOURS, STATE_COLOURS
from .style import GRID, INK, TEMPLATE, faint, safe, small

ILL, ORDER = -0.14, 0.2  # above and below the middle of a person's row
ILLNESS = (
    ("latent", "infected", "infectious", STATE_COLOURS["latent"]),
    ("infectious", "infectious", "end", STATE_COLOURS["infectious"]),
)
ORDERS = {
    ISOLATED: ORDER_COLOURS[chains.ISOLATED],
    QUARANTINED: ORDER_COLOURS[chains.QUARANTINED],
    SELF_ISOLATED: ORDER_COLOURS[chains.AT_HOME],
}
MARKS = (
    ("symptoms begin", "onset", "diamond"),
    ("sample", "sample", "circle-open"),
    ("positive result", "result", "square"),
    ("put on the list", "listed", "triangle-down"),
)
ROW, AROUND = 40, 290  # pixels of a person, and around all of them
LONGEST = 28.0  # days shown after the list at most
TITLE = "One case and its contacts"
BEFORE, AFTER = 5.0, 1.0  # days shown before the case's infection at most, and after the last end


@with_alt
def case_timeline(run: Run, person: Any = None, title: str | None = None) -> go.Figure:
    """One case and the people on its list: when each was infected, infectious and had symptoms,
    when samples were taken and came back positive, when the list named them, and from when to when
    an order held.

    Needs a run with `keep_lists=True`. person: the id of a case that has a list; without one, of
    the cases with symptoms whose list names 3 to 12 people, the one whose list holds most of the
    people whom it infected, and of equals the first to be confirmed. Days are counted from the
    case's infection. At most 12 contacts are drawn, those infected by the case first, and
    four weeks after the list. Of somebody who was never infected days count from the list. Raises
    AnalysisError where there is no such list.
    """
    story = case_story(run, person)
    people, orders = story.people, story.orders
    zero = float(people["infected"].iloc[0])
    zero = zero if np.isfinite(zero) else float(people["listed"].min())  # a wrong positive result
    rows = {who: at for at, who in enumerate(people["who"])}
    figure = go.Figure()
    for name, start, end, paint in ILLNESS:
        spans = people[["who", start, end]].set_axis(["who", "start", "until"], axis=1).dropna()
        _add_spans(figure, spans, rows, zero, (name, paint, ILL))
    for what, paint in ORDERS.items():
        _add_spans(figure, orders[orders["what"] == what], rows, zero, (what, paint, ORDER))
    _add_infections(figure, people, rows, zero)
    for name, column, shape in MARKS:
        known = people[people[column].notna()]
        figure.add_scatter(
            x=known[column] - zero,
            y=known["who"].map(rows) + (ORDER if column == "listed" else ILL),
            mode="markers",
            name=name,
            marker=dict(symbol=shape, size=10, color=INK, line=dict(color=INK, width=2)),
            hovertemplate="day %{x:.1f}<extra>" + name + "</extra>",
        )
    return _finish(figure, run, story.more, people, orders, zero, (title, person is None))


def _add_spans(
    figure: go.Figure,
    spans: pd.DataFrame,
    rows: dict[Any, int],
    zero: float,
    look: tuple[str, str, float],
) -> None:
    """A bar from start to end for each span, with its ends told on hovering."""
    name, paint, shift = look
    if spans.empty:
        return
    x: list[float | None] = []
    y: list[float | None] = []
    for who, start, until in spans[["who", "start", "until"]].itertuples(index=False):
        x += [start - zero, until - zero, None]
        y += [rows[who] + shift] * 2 + [None]
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        name=name,
        line=dict(color=paint, width=11),
        connectgaps=False,
        hovertemplate="day %{x:.1f}<extra>" + name + "</extra>",
    )


def _add_infections(
    figure: go.Figure, people: pd.DataFrame, rows: dict[Any, int], zero: float
) -> None:
    """A line from the case down to each contact that it infected, at the time of infection."""
    mine = people[people["infected_by"] == BY_CASE]
    x: list[float | None] = []
    y: list[float | None] = []
    for who, when in mine[["who", "infected"]].itertuples(index=False):
        x += [when - zero, when - zero, None]
        y += [ILL, rows[who] + ILL, None]
    if x:
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            name="infected by the case",
            line=dict(color=faint(STATE_COLOURS["infectious"], 0.7), width=1.4, dash="dot"),
            hoverinfo="skip",
        )


def _finish(
    figure: go.Figure,
    run: Run,
    more: int,
    people: pd.DataFrame,
    orders: pd.DataFrame,
    zero: float,
    given: tuple[str | None, bool],
) -> go.Figure:
    title, by_rule = given
    last = np.nanmax([people[["end", "result", "listed"]].max().max(), orders["until"].max()])
    last = min(last, people["listed"].min() + LONGEST)
    first = min(0.0, (people[["infected", "sample"]] - zero).fillna(0.0).min().min())
    infected = bool(people["infected"].notna().iloc[0])
    contacts = len(people) - 1
    names = ["the case", *(f"contact {at}" for at in range(1, contacts + 1))]
    told = "<br>".join((safe(_who(people, run, zero)), *reading(people, more)))
    height = AROUND + ROW * len(people)
    figure.update_layout(
        template=TEMPLATE,
        title=f"{safe(title or TITLE)}<br>{small(told)}",
        height=height,
        legend=dict(y=-70 / (height - 290), traceorder="normal"),
        margin=dict(t=140, l=90, b=150),
    )
    across = f"days from the {'infection' if infected else 'list'} of the case"
    figure.update_xaxes(
        title=dict(text=across, standoff=8), range=[max(first, -BEFORE) - 0.5, last - zero + AFTER]
    )
    figure.update_yaxes(
        title_text="people on the list",
        tickvals=list(range(len(people))),
        ticktext=names,
        range=[len(people) - 0.4, -0.6],
        showgrid=False,
    )
    for at in range(len(people)):
        figure.add_hline(y=at + 0.5, line=dict(color=GRID, width=1))
    return figure.update_layout(meta={"rule": RULE} if by_rule else {})


def _who(people: pd.DataFrame, run: Run, zero: float) -> str:
    who = people["who"].iloc[0]
    named = f"person {who}" if run.population.ids is None else str(who)
    date = ""
    if run.dates is not None and 0 <= zero < len(run.dates):
        day = run.dates[int(zero)]
        date = f" ({day.day} {day:%B %Y})"
    if people["infected"].isna().iloc[0]:
        return f"{named}, never infected, listed contacts on day {zero:.0f}{date}"
    return f"{named}, infected on day {zero:.0f}{date}"


def reading(people: pd.DataFrame, more: int) -> tuple[str, str]:
    """What the figure shows, in two sentences with their numbers."""
    contacts = people.iloc[1:]
    mine = contacts[contacts["infected_by"] == BY_CASE]
    in_time = int((mine["reached"] == IN_TIME).sum())
    infected = int((contacts["reached"] != NEVER).sum())
    drawn = f", {len(contacts)} of them drawn" if more else ""
    return (
        f"{len(contacts) + more} on the list{drawn}; {infected} infected within the run",
        f"{len(mine)} infected by the case, {in_time} of these put on the list while latent",
    )
