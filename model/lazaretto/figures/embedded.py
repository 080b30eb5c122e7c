"""A figure within a page that has other things on it: interactive where scripts run, and a still
picture beside it, for paper and for readers without scripts."""

from __future__ import annotations

import base64
import html
import json
from typing import Any, NamedTuple

import plotly.graph_objects as go

from .alt import alt_text
from .data import array_of
from .export import CONFIG, HEIGHT

NO_STILL = "This figure is drawn by a script; its numbers are in the notebook."
STYLE = """\
.lz-figure { margin: 1em 0 }
.lz-still { display: block; width: 100%; height: auto }
.lz-live { display: none }
.lz-drawn > .lz-live { display: block }
.lz-drawn > .lz-still { display: none }
@media print {
  .lz-figure { break-inside: avoid }
  .lz-with-still > .lz-live { display: none }
  .lz-with-still > .lz-still { display: block }
}"""
# The class comes first: plotly measures the room that it has. Where plotly.js stands at the end of
# a page, drawing waits until the page is loaded.
DRAW = (
    "(f => { const draw = () => { if (!window.Plotly) return; f.classList.add('lz-drawn'); "
    "Plotly.newPlot(f.querySelector('.lz-live'), %s); }; "
    "window.Plotly ? draw() : addEventListener('load', draw); })"
    "(document.currentScript.parentElement)"
)


class Still(NamedTuple):
    """A picture of a figure. data: the bytes of a file of that type (such as image/svg+xml)."""

    data: bytes
    type: str


def figure_of(output: Any) -> go.Figure:
    """The figure of what plotly leaves in a notebook: its JSON, in which arrays of numbers are
    packed (`dtype`, `bdata`, `shape`)."""
    return go.Figure({**_unpacked(output), "config": None}, skip_invalid=True)


def _unpacked(thing: Any) -> Any:
    if isinstance(thing, list):
        return [_unpacked(one) for one in thing]
    if not isinstance(thing, dict):
        return thing
    if "bdata" not in thing:
        return {key: _unpacked(value) for key, value in thing.items()}
    return array_of(thing)


def embedded(figure: go.Figure, still: Still | None) -> str:
    """HTML of one figure, to stand in a page that has loaded plotly.js and `STYLE`. Where it has
    not, the still is shown."""
    label = html.escape(alt_text(figure), quote=True)
    content = json.loads(figure.to_json())
    content["config"] = CONFIG
    # "</" would end the script within a text
    drawn = DRAW % json.dumps(content, separators=(",", ":")).replace("</", "<\\/")
    height = figure.layout.height or HEIGHT
    if still is None:
        classes, picture = "lz-figure", f"<noscript><p>{NO_STILL}</p></noscript>"
    else:
        source = f"data:{still.type};base64,{base64.b64encode(still.data).decode()}"
        classes = "lz-figure lz-with-still"
        picture = f"<img class='lz-still' loading='lazy' alt='{label}' src='{source}'>"
    return (
        f"<figure class='{classes}' role='group' aria-label='{label}'>"
        f"<div class='lz-live' style='height: {height:g}px'></div>{picture}"
        f"<script>{drawn}</script></figure>"
    )
