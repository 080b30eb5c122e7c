"""The one template, and what each colour, dash and symbol means. Colours after Okabe & Ito, safe for colour-blind readers."""

from __future__ import annotations

from collections.abc import Iterable

import plotly.graph_objects as go

INK = "#1f2430"
QUIET = "#6b7280"
GRID = "#e5e7eb"
REGIME_COLOURS = {
    "advice": "#0072B2",
    "supported": "#009E73",
    "sms-and-police": "#D55E00",
}
SPARE_COLOURS = ("#CC79A7", "#E69F00", "#56B4E9", "#8c6d31", "#7f3c8d", "#000000")
LEVEL_DASHES = {"none": "solid", "household": "dot", "interview": "dash", "operator-geolocation": "dashdot"}
LEVEL_SYMBOLS = {"none": "circle", "household": "square", "interview": "diamond", "operator-geolocation": "triangle-up"}
SPARE_DASHES = ("longdash", "longdashdot", "dot", "dash", "dashdot")
SPARE_SYMBOLS = ("cross", "x", "star", "pentagon", "hexagon", "triangle-down", "bowtie", "hourglass", "star-diamond", "octagon")
NAMES = {
    "none": "no tracing",
    "household": "household",
    "interview": "interviews",
    "interview-overloaded": "interviews, overloaded",
    "interview-resourced": "interviews, resourced",
    "call-list": "call lists",
    "operator-geolocation": "operator geolocation",
    "russia-2020-order": "positions and calls (Russia 2020)",
    "bluetooth-app": "Bluetooth app",
    "app-and-interviews": "app and interviews",
    "venue-check-in": "venue check-in",
    "transparent-notice": "notice and consent",
    "integrated": "everything at once",
    "advice": "advice",
    "supported": "duty with support",
    "sms-and-police": "warning texts and police",
    "targeted": "the list",
    "matched null": "random people instead",
}

TEMPLATE = go.layout.Template(
    layout=go.Layout(
        font=dict(family="Inter, 'Helvetica Neue', Arial, sans-serif", size=14, color=INK),
        title=dict(font=dict(size=18), x=0, xanchor="left"),
        paper_bgcolor="white",
        plot_bgcolor="white",
        colorway=[*REGIME_COLOURS.values(), *SPARE_COLOURS],
        margin=dict(l=70, r=24, t=64, b=60),
        xaxis=dict(showgrid=True, gridcolor=GRID, zeroline=False, ticks="outside", tickcolor=GRID, automargin=True),
        yaxis=dict(showgrid=True, gridcolor=GRID, zeroline=False, ticks="outside", tickcolor=GRID, automargin=True),
        legend=dict(orientation="h", yanchor="top", y=-0.18, x=0, bgcolor="rgba(255,255,255,0)"),
        hoverlabel=dict(font=dict(size=13)),
    )
)


def colour(regime: object, among: Iterable[object] = ()) -> str:
    """The colour of an isolation regime; regimes without one of their own take spare colours in their order."""
    name = str(regime)
    if name in REGIME_COLOURS:
        return REGIME_COLOURS[name]
    others = [str(o) for o in among if str(o) not in REGIME_COLOURS]
    return SPARE_COLOURS[others.index(name) % len(SPARE_COLOURS)] if name in others else INK


def dash(level: object, among: Iterable[object] = ()) -> str:
    """The dash of a tracing level."""
    return _own_or_spare(str(level), LEVEL_DASHES, SPARE_DASHES, among)


def symbol(level: object, among: Iterable[object] = ()) -> str:
    """The symbol of a tracing level."""
    return _own_or_spare(str(level), LEVEL_SYMBOLS, SPARE_SYMBOLS, among)


def _own_or_spare(name: str, own: dict[str, str], spare: tuple[str, ...], among: Iterable[object]) -> str:
    if name in own:
        return own[name]
    others = [str(o) for o in among if str(o) not in own]
    return spare[others.index(name) % len(spare)] if name in others else next(iter(own.values()))


def words(name: object) -> str:
    """A name as people read it."""
    return NAMES.get(str(name), str(name))


def headline(name: object) -> str:
    """A name as people read it, at the head of something."""
    text = words(name)
    return text[:1].upper() + text[1:]


def broken(name: object) -> str:
    """A name as people read it, a line per two words, for narrow axes."""
    parts = words(name).split()
    return "<br>".join(" ".join(parts[i : i + 2]) for i in range(0, len(parts), 2))


def faint(hex_colour: str, opacity: float = 0.16) -> str:
    """The colour as a see-through fill."""
    r, g, b = (int(hex_colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({r},{g},{b},{opacity})"
