"""A small network person by person: one day as a picture, one outbreak as an animation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from ..analysis.chains import (
    AT_HOME,
    MOST_PEOPLE,
    ORDERS,
    STATES,
    States,
    chains,
    links,
    small,
    states,
)
from ..outcomes.run import Run
from ..population.city import Population
from .alt import with_alt
from .people import ORDER_SYMBOLS, STATE_COLOURS
from .style import GRID, INK, TEMPLATE, safe

MOST_DRAWN = 1000
MOST_LINKS = 3000
LAYOUT_SEED = 1
NODE = 11
LINK, SPREAD = "#c3c9d3", "#b3123f"
Positions = NDArray[np.float64]


def layout(population: Population, most: int = MOST_DRAWN) -> Positions:
    """(people, 2) places in the plane, near for those who meet much (force-directed, by networkx;
    the same for the same population). Raises AnalysisError beyond `most` people."""
    import networkx as nx

    small(population, most)
    graph = nx.Graph()
    graph.add_nodes_from(range(population.people))
    table = links(population)
    heft = np.log1p(table["weight"] / table["weight"].median()) if len(table) else []
    graph.add_weighted_edges_from(zip(table["one"], table["other"], heft, strict=True))
    spread = 2.2 / np.sqrt(max(population.people, 1))
    found = nx.spring_layout(
        graph, k=spread, iterations=150, seed=LAYOUT_SEED, weight="weight", method="force"
    )
    places = np.array([found[i] for i in range(population.people)])
    middle = np.median(places, axis=0)
    radius = np.quantile(np.linalg.norm(places - middle, axis=1), 0.98) or 1.0
    far = np.linalg.norm(places - middle, axis=1, keepdims=True)
    result: Positions = middle + (places - middle) * np.minimum(
        1.0, 1.15 * radius / np.maximum(far, 1e-12)
    )  # strays at the rim
    return result


@with_alt
def network(
    run: Run, day: int | None = None, places: Positions | None = None, title: str | None = None
) -> go.Figure:
    """Everybody at the end of a day (default: the last): colour = state, symbol = order in force,
    size = how many they have infected; lines = links, red where the infection went.

    places: from `layout`, where several figures should look alike. For up to 1,000 people."""
    shown = _drawable(run, places)
    at = int(run.raw.days) - 1 if day is None else int(day)
    if not 0 <= at < run.raw.days:
        raise ValueError(f"day must be from 0 to {run.raw.days - 1}; got {day}")
    table, now = chains(run), states(run)
    figure = go.Figure(
        [
            _links(run.population, shown),
            _spread(table, shown, at),
            *_people(run, now, table, shown, at),
            *_key(),
        ]
    )
    _finish(figure, title or f"The network at the end of day {at}: {_told(now, at)}")
    return figure


@with_alt
def animation(
    run: Run, places: Positions | None = None, title: str | None = None, last: int | None = None
) -> go.Figure:
    """One outbreak day by day, with a button and a slider; colours and symbols as in `network`.
    last: the last day shown (default: two days after the last infection ends). For up to 1,000
    people."""
    shown = _drawable(run, places)
    table, now = chains(run), states(run)
    over = float(table["end"].fillna(run.raw.days).max()) if len(table) else 0.0
    days = min(int(run.raw.days), int(over) + 3 if last is None else last + 1)
    first = [
        _links(run.population, shown),
        _spread(table, shown, 0),
        *_people(run, now, table, shown, 0),
    ]
    figure = go.Figure([*first, *_key()])
    moving = list(range(1, len(first)))
    frames = []
    for day in range(days):
        data = [_spread(table, shown, day), *_people(run, now, table, shown, day)]
        heading = go.Layout(
            title_text=_head(title or "One outbreak", f"day {day}: {_told(now, day)}")
        )
        frames.append(go.Frame(name=str(day), data=data, traces=moving, layout=heading))
    figure.frames = frames
    _finish(figure, "")
    play = dict(
        frame=dict(duration=300, redraw=True),
        transition=dict(duration=0),
        fromcurrent=True,
        mode="immediate",
    )
    halt = dict(frame=dict(duration=0, redraw=False), mode="immediate")
    jump = play | dict(frame=dict(duration=0, redraw=True))
    steps = [dict(label=str(day), method="animate", args=[[str(day)], jump]) for day in range(days)]
    buttons = [
        dict(label="▶ play", method="animate", args=[None, play]),
        dict(label="pause", method="animate", args=[[None], halt]),
    ]
    left = dict(x=0, xanchor="left", yanchor="top")
    figure.update_layout(
        title_text=_head(title or "One outbreak", f"day 0: {_told(now, 0)}"),
        updatemenus=[
            dict(
                type="buttons",
                direction="right",
                y=-0.02,
                showactive=False,
                pad=dict(t=6),
                buttons=buttons,
                **left,
            )
        ],
        sliders=[
            dict(
                y=-0.1,
                len=1.0,
                pad=dict(t=6, l=6),
                currentvalue=dict(visible=False),
                steps=steps,
                **left,
            )
        ],
        legend=dict(y=-0.24),
        height=780,
    )
    return figure


def _drawable(run: Run, places: Positions | None) -> Positions:
    small(run.population, min(MOST_DRAWN, MOST_PEOPLE))
    return layout(run.population) if places is None else places


def _told(now: States, day: int) -> str:
    latent, infectious = (
        (now.infection[day] == STATES.index(s)).sum() for s in ("latent", "infectious")
    )
    ever = (now.infection[day] > 0).sum()
    under = (now.order[day] > 1).sum()
    return f"{ever} infected, {latent} latent, {infectious} infectious, {under} under an order"


def _head(title: str, told: str) -> str:
    return f"{safe(title)}<br><span style='font-size:12px'>{told}</span>"


def _lines(
    one: NDArray[np.int64], other: NDArray[np.int64], places: Positions
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    gap = np.full(len(one), np.nan)
    return np.c_[places[one, 0], places[other, 0], gap].ravel(), np.c_[
        places[one, 1], places[other, 1], gap
    ].ravel()


def _links(population: Population, places: Positions) -> go.Scatter:
    table = links(population)
    cut = len(table) > MOST_LINKS
    strong = table.nlargest(MOST_LINKS, "weight") if cut else table
    x, y = _lines(strong["one"].to_numpy(), strong["other"].to_numpy(), places)
    name = f"link (the {MOST_LINKS:,} strongest of {len(table):,})" if cut else "link"
    return go.Scatter(
        x=x, y=y, mode="lines", line=dict(color=LINK, width=0.5), hoverinfo="skip", name=name
    )


def _spread(table: pd.DataFrame, places: Positions, day: int) -> go.Scatter:
    so_far = table[(table["day"] < day + 1) & (table["source"] >= 0)]
    by = table["person"].to_numpy()
    x, y = _lines(by[so_far["source"].to_numpy(int)], so_far["person"].to_numpy(int), places)
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        line=dict(color=SPREAD, width=1.6),
        hoverinfo="skip",
        name="infected",
    )


def _people(
    run: Run, now: States, table: pd.DataFrame, places: Positions, day: int
) -> list[go.Scatter]:
    so_far = table[(table["day"] < day + 1) & (table["source"] >= 0)]
    infected = np.bincount(
        table["person"].to_numpy()[so_far["source"].to_numpy(int)], minlength=run.population.people
    )
    ids = (
        run.population.ids
        if run.population.ids is not None
        else pd.RangeIndex(run.population.people)
    )
    state, order = now.infection[day], now.order[day]
    paint = np.array(list(STATE_COLOURS.values()))[state]
    marks = np.array([ORDER_SYMBOLS[code] for code in range(len(ORDERS))])[order]
    text = [
        f"<b>{safe(i)}</b>: {STATES[s]}, {ORDERS[o]}; infected {n}"
        for i, s, o, n in zip(ids, state, order, infected, strict=True)
    ]
    size = np.where(order == AT_HOME, 1.3, 1.0) * NODE * (
        100 / max(100, run.population.people)
    ) ** 0.3 + 3.0 * np.sqrt(infected)
    marker = dict(
        color=paint, symbol=marks, size=size, line=dict(color=INK, width=0.8), opacity=1.0
    )
    return [
        go.Scatter(
            x=places[:, 0],
            y=places[:, 1],
            mode="markers",
            marker=marker,
            hovertext=text,
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )
    ]


def _key() -> list[go.Scatter]:
    line = dict(color=INK, width=0.8)
    marks = [
        (name, dict(color=paint, symbol="circle", size=11, line=line))
        for name, paint in STATE_COLOURS.items()
    ]
    marks += [
        (ORDERS[code], dict(color="white", symbol=mark, size=11, line=line))
        for code, mark in ORDER_SYMBOLS.items()
        if code
    ]
    return [
        go.Scatter(x=[None], y=[None], mode="markers", marker=mark, name=name)
        for name, mark in marks
    ]


def _finish(figure: go.Figure, title: str) -> None:
    figure.update_layout(
        template=TEMPLATE,
        title=safe(title),
        height=720,
        margin=dict(l=10, r=10, t=84, b=10),
        hovermode="closest",
        legend=dict(y=-0.02),
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x", gridcolor=GRID)
