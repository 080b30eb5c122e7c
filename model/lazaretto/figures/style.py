"""The one template, and what each colour, dash and symbol means. Colours after Okabe & Ito, safe
for colour-blind readers."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
import xarray as xr

from ..parameters import COMPONENTS, kinds_with, list_names, load

INK = "#1f2430"
QUIET = "#6b7280"
GRID = "#e5e7eb"
REGIME_COLOURS = {"advice": "#0072B2", "supported": "#009E73", "sms-and-police": "#D55E00"}
# then in the order of the shipped files: each at least 3:1 against white, and apart from all others
# for readers without red, green or blue cones too (tests/figures/test_style.py computes it)
SPARE_COLOURS = (
    "#000000",
    "#9326ff",
    "#662c0f",
    "#ff0055",
    "#00178c",
    "#cc66ff",
    "#664266",
    "#350040",
    "#CC79A7",
)
LEVEL_DASHES = {
    "none": "solid",
    "household": "dot",
    "interview": "dash",
    "interview-overloaded": "4px,4px",
    "interview-resourced": "longdash",
    "call-list": "longdashdot",
    "operator-geolocation": "dashdot",
    "russia-2020-order": "9px,3px,2px,3px,2px,3px",
    "bluetooth-app": "1px,4px",
    "app-and-interviews": "12px,3px,1px,3px,1px,3px,1px,3px",
    "venue-check-in": "2px,2px,2px,8px",
    "transparent-notice": "18px,3px,5px,3px",
    "integrated": "24px,4px",
}
LEVEL_SYMBOLS = {
    "none": "circle",
    "household": "square",
    "interview": "diamond",
    "interview-overloaded": "diamond-tall",
    "interview-resourced": "diamond-wide",
    "call-list": "cross",
    "operator-geolocation": "triangle-up",
    "russia-2020-order": "triangle-down",
    "bluetooth-app": "x",
    "app-and-interviews": "star",
    "venue-check-in": "bowtie",
    "transparent-notice": "hourglass",
    "integrated": "star-triangle-up",
}
SPARE_DASHES = ("6px,2px", "14px,2px,2px,2px", "3px,6px", "20px,8px", "8px,2px,8px,2px,2px,2px")
SPARE_SYMBOLS = (
    "pentagon",
    "triangle-left",
    "triangle-right",
    "star-square",
    "hexagram",
    "octagon",
)
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
    "legal-duty": "legal duty",
    "russia-2020": "position, texts, police (Russia 2020)",
    "calls-and-app": "daily calls and an app",
    "selfie-app": "selfie app with fines",
    "moscow-social-monitoring": "Social Monitoring (Moscow)",
    "electronic-fence": "electronic fence",
    "facility": "state facility",
    "targeted": "the list",
    "null of the area": "random people of the area",
    "null of the city": "random people of the city",
}

ONE, OTHER = "#0072B2", "#E69F00"  # of things that are neither levels nor regimes
# two policies beside each other, whatever they are: far from all other colours here and from each
# other, also for readers without some cones (tests/figures/test_style.py computes it)
SIDES = {"A": "#6c48d8", "B": "#a84818"}
SHADES = [[0.0, "#D55E00"], [0.5, "#ffffff"], [1.0, "#0072B2"]]
TEMPLATE = go.layout.Template(
    layout=go.Layout(
        font=dict(family="Inter, 'Helvetica Neue', Arial, sans-serif", size=14, color=INK),
        title=dict(font=dict(size=18), x=0, xanchor="left", pad=dict(l=8)),
        paper_bgcolor="white",
        plot_bgcolor="white",
        colorway=[*REGIME_COLOURS.values(), *SPARE_COLOURS],
        margin=dict(l=70, r=24, t=64, b=60),
        xaxis=dict(
            showgrid=True,
            gridcolor=GRID,
            zeroline=False,
            ticks="outside",
            tickcolor=GRID,
            automargin=True,
        ),
        yaxis=dict(
            showgrid=True,
            gridcolor=GRID,
            zeroline=False,
            ticks="outside",
            tickcolor=GRID,
            automargin=True,
        ),
        legend=dict(orientation="h", yanchor="top", y=-0.18, x=0, bgcolor="rgba(255,255,255,0)"),
        hoverlabel=dict(font=dict(size=13)),
    )
)


def colour(regime: object, among: Iterable[object] = ()) -> str:
    """The colour of an isolation regime, the same in every figure: its own, else a spare one by its
    place among the shipped files, else (the user's own regimes) one of the spare ones left, in
    their order in `among`."""
    return _own_or_spare(str(regime), REGIME_COLOURS, SPARE_COLOURS, "isolation", among, INK)


def dash(level: object, among: Iterable[object] = ()) -> str:
    """The dash of a tracing level, the same in every figure; see `colour`."""
    return _own_or_spare(str(level), LEVEL_DASHES, SPARE_DASHES, "tracing", among, "solid")


def symbol(level: object, among: Iterable[object] = ()) -> str:
    """The symbol of a tracing level, the same in every figure; see `colour`."""
    return _own_or_spare(str(level), LEVEL_SYMBOLS, SPARE_SYMBOLS, "tracing", among, "circle")


def _own_or_spare(
    name: str,
    own: dict[str, str],
    spare: tuple[str, ...],
    kind: str,
    among: Iterable[object],
    default: str,
) -> str:
    if name in own:
        return own[name]
    others = [shipped for shipped in list_names(kind) if shipped not in own]
    others += [str(o) for o in among if str(o) not in own and str(o) not in others]
    return spare[others.index(name) % len(spare)] if name in others else default


def safe(text: object) -> str:
    """A text from outside (a name in a file, an id) as figures may show it: plotly reads a few HTML
    tags, links among them, in every text."""
    return html.escape(str(text), quote=False)


def words(name: object) -> str:
    """A name as people read it, as plain text: that of NAMES, else the short title of the file."""
    known = NAMES.get(str(name))
    return known if known is not None else _short_title(str(name)) or str(name)


@lru_cache(maxsize=256)
def _short_title(name: str) -> str:
    """The short title of the parameter file of that name; "" where there is none."""
    kinds = [kind for kind in kinds_with(name) if kind in COMPONENTS]
    return str(getattr(load(kinds[0], name), "short", "")) if kinds else ""


def label(name: object) -> str:
    """A name as people read it, for a figure."""
    return safe(words(name))


def headline(name: object) -> str:
    """A name as people read it, at the head of something."""
    text = label(name)
    return text[:1].upper() + text[1:]


def lines(text: str, width: int = 21) -> str:
    """A text on lines of at most that many letters, for the head of a small panel: several of them
    stand side by side on a telephone."""
    return "<br>".join(safe(line) for line in textwrap.wrap(text, width, break_long_words=False))


def small(text: str) -> str:
    """A second line of a title."""
    return f"<span style='font-size:13px'>{text}</span>"


def warn(title: str, results: xr.Dataset) -> str:
    """A title, with the warning below it that the results carry (test avoidance is off)."""
    warning = results.attrs.get("warning")
    return (
        f"{title}<br><span style='font-size:13px;color:#a3470a'>{safe(warning)}</span>"
        if warning
        else title
    )


def faint(hex_colour: str, opacity: float = 0.16) -> str:
    """The colour as a see-through fill."""
    r, g, b = (int(hex_colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({r},{g},{b},{opacity})"


def fill_between(
    figure: go.Figure,
    x: Iterable[Any],
    low: Iterable[Any],
    high: Iterable[Any],
    fill: str,
    /,
    **more: Any,
) -> None:
    """Fill what lies between two lines over the same x; nothing is said on pointing. more: of the
    trace, such as name, row and col."""
    x, low, high = list(x), list(low), list(high)
    figure.add_scatter(
        x=[*x, *x[::-1]],
        y=[*high, *low[::-1]],
        fill="toself",
        fillcolor=fill,
        mode="none",
        hoverinfo="skip",
        **more,
    )


def error_bar(middle: Any, low: Any, high: Any, paint: str = INK) -> dict[str, Any]:
    """Error bars from `low` to `high` about the middle, arrays of one length; an end that lies on
    the wrong side of the middle, by rounding or by the kind of interval, lies on it."""
    middle, low, high = (np.asarray(one, float) for one in (middle, low, high))
    return dict(
        type="data",
        symmetric=False,
        array=np.maximum(high - middle, 0),
        arrayminus=np.maximum(middle - low, 0),
        color=paint,
        thickness=1.3,
        width=4,
    )


def number(value: float) -> str:
    """A number as people read it: three significant digits, thousands apart, millions and billions
    in words."""
    if value != value:
        return "–"
    if value in (float("inf"), float("-inf")):
        return "never"
    size = abs(value)
    for limit, unit in ((1e9, " billion"), (1e6, " million")):
        if size >= limit:
            return (
                f"{value / limit:,.3g}{unit}"
                if size < 1e3 * limit
                else f"{value / limit:,.0f}{unit}"
            )
    if size >= 1000:
        return f"{round(value, 2 - len(str(int(size))) + 1):,.0f}"
    return "0" if value == 0 else f"{value:.3g}"
