"""What a figure shows, in words: for those who cannot see it, and for what indexes a page.

Each public function of `lazaretto.figures` that draws is marked with `with_alt`; the words stand in
`figure.layout.meta["alt"]`, escaped, which plotly keeps in every file that it writes.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Callable
from typing import ParamSpec

import plotly.graph_objects as go

from ..values.summary import some
from .data import axes_of_trace, data, plain
from .style import safe

P = ParamSpec("P")
NAMED, PANELS = 8, 4
ON_AXES = ("scatter", "bar", "heatmap")


def with_alt(draw: Callable[P, go.Figure]) -> Callable[P, go.Figure]:
    """The same function, whose figures say in words what they show."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> go.Figure:
        figure = draw(*args, **kwargs)
        told = figure.layout.meta if isinstance(figure.layout.meta, dict) else {}
        first = " ".join((draw.__doc__ or "").split("\n\n")[0].split())
        figure.update_layout(meta={**told, "alt": safe(words_of(figure, first))})
        return figure

    return drawn


def alt_text(figure: go.Figure) -> str:
    """What a figure shows, in words; of one that was made elsewhere, from what is drawn."""
    meta = figure.layout.meta
    if isinstance(meta, dict) and "alt" in meta:
        return html.unescape(str(meta["alt"]))
    return words_of(figure)


def words_of(figure: go.Figure, about: str = "") -> str:
    """The title, what the figure is about, its axes, series, and the range of what is drawn."""
    table = data(figure)
    parts = [plain(figure.layout.title.text), plain(about)]
    axes = [
        axes_of_trace(t, figure) for t in figure.data if t.type in ("scatter", "bar", "heatmap")
    ]
    for which, name in ((0, "Across"), (1, "Upwards")):
        titles = list(dict.fromkeys(plain(pair[which].title.text) for pair in axes))
        if told := [title for title in titles if title]:
            parts.append(f"{name}: {some(told, PANELS)}")
    series = [name for name in dict.fromkeys(plain(t.name) for t in figure.data) if name]
    if series:
        parts.append(f"Shown: {some(series, NAMED)}")
    parts.append(f"{len(table):,} numbers" if len(table) else "Nothing is drawn")
    return " ".join(part if part.endswith((".", "?")) else f"{part}." for part in parts if part)
