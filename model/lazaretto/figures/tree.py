"""The transmission tree: who infected whom, and who was stopped by what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..analysis.chains import NEVER
from .alt import with_alt
from .people import CAUGHT_COLOURS, CAUGHT_NAMES, ORDER_SYMBOLS, STATE_COLOURS, order_of
from .style import INK, QUIET, TEMPLATE, number, safe

MOST_SHOWN = 150
LABELLED = 60
ROW = 13
PATHWAYS = {"self-isolation": "in voluntary self-isolation", "case": "isolated as a case"}
LATENT_LINE, INFECTIOUS_LINE = STATE_COLOURS["latent"], STATE_COLOURS["infectious"]


@with_alt
def tree(
    table: pd.DataFrame,
    title: str = "Who infected whom",
    ids: pd.Index | None = None,
    most: int = MOST_SHOWN,
) -> go.Figure:
    """The table of `analysis.chains.chains` as a tree in time: a line per infection from the day of
    infection to the end of infectiousness (thin: latent; thick: infectious; dotted: withdrawn), a
    mark where the person was withdrawn.

    ids: the user's own names of the people. Only the first `most` infections are drawn, and the
    title says so.
    """
    chosen = table.iloc[:most]
    last = float(np.nanmax([chosen["end"].max(), chosen["day"].max() + 1, 1.0]))
    place = _places(chosen)
    figure = go.Figure()
    spans = _spans(chosen, last)
    drawn = {
        "latent": (spans["latent"], dict(color=LATENT_LINE, width=2)),
        "infectious": (spans["infectious"], dict(color=INFECTIOUS_LINE, width=4)),
        "infectious, but withdrawn": (
            spans["withdrawn"],
            dict(color=INFECTIOUS_LINE, width=2, dash="2px,3px"),
        ),
    }
    joints: list[float | None] = []
    heights: list[float | None] = []
    for row, source in enumerate(chosen["source"]):
        if source >= 0:
            joints += [chosen["day"].iloc[row]] * 2 + [None]
            heights += [place[source], place[row], None]
    figure.add_scatter(
        x=joints,
        y=heights,
        mode="lines",
        line=dict(color=QUIET, width=0.8),
        name="infects",
        hoverinfo="skip",
    )
    for name, (parts, line) in drawn.items():
        x, y = _segments(parts, place)
        figure.add_scatter(x=x, y=y, mode="lines", line=line, name=name, hoverinfo="skip")
    figure.add_scatter(
        x=chosen["day"],
        y=place,
        mode="markers",
        marker=dict(size=5, color=INK),
        showlegend=False,
        hovertext=[_told(line, ids) for line in chosen.itertuples()],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    _marks(figure, chosen, place, ids)
    if len(chosen) <= LABELLED:
        figure.add_scatter(
            x=chosen["day"],
            y=place,
            mode="text",
            text=[_name(p, ids) + " " for p in chosen["person"]],
            textposition="middle left",
            textfont=dict(size=10, color=QUIET),
            hoverinfo="skip",
            showlegend=False,
        )
    cut = (
        f" (the first {len(chosen):,} of {len(table):,} infections)"
        if len(table) > len(chosen)
        else ""
    )
    height = 220 + ROW * max(len(chosen), 10)
    figure.update_layout(
        template=TEMPLATE,
        title=safe(title) + cut,
        height=height,
        legend=dict(y=-70 / height, itemwidth=40),
        hovermode="closest",
    )
    figure.update_xaxes(title_text="day", range=[-0.05 * last, last * 1.02])
    figure.update_yaxes(visible=False, range=[len(chosen), -1])
    return figure


def _places(table: pd.DataFrame) -> np.ndarray:
    """(rows,) each infection's row in the picture: below its infector, the latest of siblings
    first, so that no lines cross."""
    children: dict[int, list[int]] = {}
    for row, source in enumerate(table["source"]):
        children.setdefault(int(source), []).append(row)
    place = np.zeros(len(table))
    waiting = list(reversed(children.get(-1, [])))
    at = 0
    while waiting:
        row = waiting.pop()
        place[row] = at
        at += 1
        waiting += children.get(row, [])  # in the order of time, so the latest comes out first
    return place


def _spans(table: pd.DataFrame, last: float) -> dict[str, list[tuple[int, float, float]]]:
    parts: dict[str, list[tuple[int, float, float]]] = {
        "latent": [],
        "infectious": [],
        "withdrawn": [],
    }
    for row, line in enumerate(table.itertuples()):
        begins = min(line.infectious, last) if line.infectious == line.infectious else last
        ends = min(line.end, last) if line.end == line.end else last
        parts["latent"].append((row, line.day, begins))
        out = line.withdrawn if line.pathway != NEVER else np.inf
        if begins < min(ends, out):
            parts["infectious"].append((row, begins, min(ends, out)))
        back = min(ends, line.until) if line.pathway != NEVER else ends
        if max(begins, out) < back:
            parts["withdrawn"].append((row, max(begins, out), back))
        if line.pathway != NEVER and max(begins, back) < ends:
            parts["infectious"].append((row, max(begins, back), ends))
    return parts


def _segments(
    parts: list[tuple[int, float, float]], place: np.ndarray
) -> tuple[list[float | None], list[float | None]]:
    x: list[float | None] = []
    y: list[float | None] = []
    for row, start, end in parts:
        x += [start, end, None]
        y += [place[row], place[row], None]
    return x, y


def _marks(figure: go.Figure, table: pd.DataFrame, place: np.ndarray, ids: pd.Index | None) -> None:
    for (pathway, caught), rows in table[table["pathway"] != NEVER].groupby(
        ["pathway", "caught"], sort=True
    ):
        at = table.index.get_indexer(rows.index)
        symbol = ORDER_SYMBOLS[order_of(str(pathway))]
        figure.add_scatter(
            x=rows["withdrawn"],
            y=place[at],
            mode="markers",
            showlegend=False,
            marker=dict(
                symbol=symbol,
                size=9,
                color=CAUGHT_COLOURS[str(caught)],
                line=dict(color=INK, width=1),
            ),
            hovertext=[_told(line, ids) for line in rows.itertuples()],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    for caught, name in CAUGHT_NAMES.items():
        mark = dict(
            symbol="circle", size=9, color=CAUGHT_COLOURS[caught], line=dict(color=INK, width=1)
        )
        figure.add_scatter(
            x=[None], y=[None], mode="markers", marker=mark, name=f"withdrawn {name}"
        )
    for pathway in dict.fromkeys(table.loc[table["pathway"] != NEVER, "pathway"]):
        mark = dict(symbol=ORDER_SYMBOLS[order_of(pathway)], size=9, color=QUIET)
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            marker=mark,
            name=PATHWAYS.get(pathway, safe(pathway)),
        )


def _name(person: int, ids: pd.Index | None) -> str:
    return safe(ids[person]) if ids is not None else str(person)


def _told(line: Any, ids: pd.Index | None) -> str:
    by = (
        f"<br>withdrawn on day {line.withdrawn:.1f}: {safe(line.pathway)}, {line.caught}"
        if line.pathway != NEVER
        else ""
    )
    return (
        f"<b>{_name(line.person, ids)}</b> infected on day {line.day:.1f} ({line.layer})"
        f"<br>infectious from {number(line.infectious)} to {number(line.end)}; "
        f"infected {line.infected}{by}"
    )
