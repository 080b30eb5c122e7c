"""What a figure shows, as a table: the numbers behind it, for another program or a check."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

COLUMNS = ("panel", "series", "kind", "x", "y", "value", "low", "high", "text")
TAG = re.compile(r"<br\s*/?>|<[^>]+>")
Values = list[Any]


def data(figure: go.Figure) -> pd.DataFrame:
    """The numbers that a figure shows, one row each, in the order in which they are drawn.

    Columns: panel (its heading, or the titles of its axes), series (as the legend has it), kind
    ("line", "points", "band", "bar", "cell" or "flow"), x and y (of a flow: from and to), value (of
    a cell or a flow), low and high (ends of the interval that is drawn), text (written beside it).
    Marks of the legend alone, and what is only for pointing at, have no numbers and no row.
    """
    parts = [table for trace in figure.data for table in _tables(trace, figure)]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def plain(text: Any) -> str:
    """A text of a figure without its tags, on one line."""
    bare = TAG.sub(lambda tag: " " if tag.group().startswith("<br") else "", str(text or ""))
    return " ".join(html.unescape(bare).split())


def _tables(trace: Any, figure: go.Figure) -> Iterator[pd.DataFrame]:
    if trace.type == "sankey":
        yield _flows(trace)
    elif trace.type == "heatmap":
        yield _cells(trace, figure)
    elif trace.type in ("scatter", "bar"):
        table = _points(trace, figure)
        if len(table):
            yield table


def _flows(trace: Any) -> pd.DataFrame:
    names = [plain(name) for name in trace.node.label]
    link = trace.link
    return _table(
        len(list_of(link.value)),
        kind="flow",
        x=[names[at] for at in list_of(link.source)],
        y=[names[at] for at in list_of(link.target)],
        value=[float(v) for v in list_of(link.value)],
    )


def _cells(trace: Any, figure: go.Figure) -> pd.DataFrame:
    z = np.asarray(array_of(trace.z), dtype=float)
    rows, columns = z.shape
    x = list_of(trace.x) or list(range(columns))
    y = list_of(trace.y) or list(range(rows))
    xaxis, yaxis = axes_of_trace(trace, figure)
    x, y = _labelled(x, xaxis), _labelled(y, yaxis)
    text = np.full((rows, columns), "", object) if trace.text is None else np.asarray(trace.text)
    cells = _table(
        z.size,
        panel=panel_of(trace, figure),
        series=plain(trace.name),
        kind="cell",
        x=list(np.tile(np.asarray(x, object), rows)),
        y=list(np.repeat(np.asarray(y, object), columns)),
        value=list(z.ravel()),
        text=[plain(one) for one in text.ravel()],
    )
    return cells[cells["value"].notna() | (cells["text"] != "")]


def _points(trace: Any, figure: go.Figure) -> pd.DataFrame:
    x, y = list_of(trace.x), list_of(trace.y)
    if _kind(trace) == "band":
        return _band(trace, figure, x, y)
    count = max(len(x), len(y))
    x, y = x or [None] * count, y or [None] * count
    known = [a is not None and b is not None and b == b for a, b in zip(x, y)]
    error, low_of = (trace.error_y, y) if _drawn(trace.error_y) else (trace.error_x, x)
    low, high = _ends(error, low_of)
    xaxis, yaxis = axes_of_trace(trace, figure)
    told = trace.text if isinstance(trace.text, list | tuple | np.ndarray) else [trace.text] * count
    table = _table(
        count,
        panel=panel_of(trace, figure),
        series=plain(trace.name),
        kind=_kind(trace),
        x=_labelled(x, xaxis),
        y=_labelled(y, yaxis),
        low=low,
        high=high,
        text=[plain(one) for one in (*told, *[""] * count)][:count],
    )
    return table[known]


def _band(trace: Any, figure: go.Figure, x: Values, y: Values) -> pd.DataFrame:
    """The two edges of a band, which is drawn forwards along one and back along the other."""
    half = len(x) // 2
    edges = np.array([y[:half], y[half:][::-1]], float)
    return _table(
        half,
        panel=panel_of(trace, figure),
        series=plain(trace.name),
        kind="band",
        x=x[:half],
        low=edges.min(axis=0),
        high=edges.max(axis=0),
    )


def _table(rows: int, **columns: Any) -> pd.DataFrame:
    empty: dict[str, Any] = {"panel": "", "series": "", "text": "", "kind": ""}
    numbers: dict[str, Any] = {"x": None, "y": None, "value": np.nan, "low": np.nan, "high": np.nan}
    return pd.DataFrame({**empty, **numbers, **columns}, index=range(rows))


def _kind(trace: Any) -> str:
    if trace.type == "bar":
        return "bar"
    if trace.fill not in (None, "none"):
        return "band"
    return "line" if "lines" in (trace.mode or "lines") else "points"


def _drawn(error: Any) -> bool:
    return error is not None and error.array is not None


def _ends(error: Any, values: Values) -> tuple[Values, Values]:
    """(low, high) of the error bars of a trace; nan without any."""
    if not _drawn(error):
        return [np.nan] * len(values), [np.nan] * len(values)
    up = np.asarray(list_of(error.array), float)
    down = up if error.arrayminus is None else np.asarray(list_of(error.arrayminus), float)
    middle = np.asarray(values, float)
    return list(middle - down), list(middle + up)


def array_of(values: Any) -> Any:
    """The values of a trace as they are; those that plotly packed (`dtype`, `bdata`, `shape`), as
    it does in the JSON of a figure, as an array."""
    if not isinstance(values, dict) or "bdata" not in values:
        return values
    array = np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])
    shape = [int(size) for size in str(values.get("shape", array.size)).split(",")]
    return array.reshape(shape)


def list_of(values: Any) -> Values:
    """The values of a trace as a list; empty where there are none."""
    return [] if values is None else pd.Series(list(array_of(values)), dtype=object).tolist()


def _labelled(values: Values, axis: Any) -> Values:
    """Positions on an axis as the words that stand at them."""
    if axis is None or axis.ticktext is None or axis.tickvals is None:
        return [plain(v) if isinstance(v, str) else v for v in values]
    words = dict(zip(list_of(axis.tickvals), [plain(t) for t in axis.ticktext], strict=True))
    return [words.get(v, v) for v in values]


def axes_of_trace(trace: Any, figure: go.Figure) -> tuple[Any, Any]:
    """The x axis and the y axis on which a trace is drawn."""
    x, y = (getattr(trace, key, None) or key[0] for key in ("xaxis", "yaxis"))
    return (figure.layout["xaxis" + str(x)[1:]], figure.layout["yaxis" + str(y)[1:]])


def panel_of(trace: Any, figure: go.Figure) -> str:
    """The heading of the panel in which a trace is drawn; without one the title of its y axis."""
    xaxis, yaxis = axes_of_trace(trace, figure)
    left, right = xaxis.domain or (0, 1)
    top = (yaxis.domain or (0, 1))[1]
    middle = (left + right) / 2
    for note in figure.layout.annotations:
        above = note.yref == "paper" and abs((note.y or 0) - top) < 1e-6
        if above and note.xref == "paper" and abs((note.x or 0) - middle) < 1e-6:
            return plain(note.text)
    return plain(yaxis.title.text)
