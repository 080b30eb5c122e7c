"""Who keeps records for how long: what is held day by day, and what that costs or brings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from ..analysis.compare import axes_of
from ..analysis.crossing import further_step
from ..parameters.address import words as of_address
from .alt import with_alt
from .style import (
    INK,
    QUIET,
    TEMPLATE,
    error_bar,
    faint,
    fill_between,
    lines,
    number,
    safe,
    small,
    warn,
    words,
)

LOW, HIGH = 0.025, 0.975
FEW, MANY = "#9ecae1", "#08306b"  # of a number that grows: from light to dark
DASHES = ("solid", "dash", "dot", "dashdot")  # lines that lie on each other stay visible
VARIANTS = ("#0072B2", "#009E73", "#E69F00", "#D55E00", "#000000", "#9326ff")
HELD, YEARS, BEYOND = "records_held", "record_years_held", "record_years_beyond_purpose"


@with_alt
def kept(results: xr.Dataset, where: dict[str, Any] | None = None) -> go.Figure:
    """Records held over time by variant, on a logarithmic scale, of `lz.who_keeps`; line = median
    over seeds, band = 95 % of seeds. Beside it: along a numeric axis, what each further unit of it
    brings (infections averted) and costs (record-years); else the record-years of each variant,
    those beyond the purpose apart, and when nothing is left.

    where: axis -> value for the axes that are not drawn (default: the last value of each). Raises
    ValueError for results without records by day.
    """
    if HELD not in results:
        raise ValueError(
            "these results hold no records by day; make them with lz.who_keeps instead of lz.sweep"
        )
    along, names, chosen = _variants(results, where or {})
    numeric = along != "sample" and results[along].dtype.kind in "fiu"
    paints = _paints(len(names), numeric)
    unit = lines(of_address(along)[0]) if numeric else ""
    titles = ["Records held", *(_STEPS if numeric else ("Record-years held",))]
    # one below the other, so that a telephone has room for each
    figure = make_subplots(
        len(titles),
        1,
        subplot_titles=titles,
        row_heights=_HEIGHTS[len(titles)],
        vertical_spacing=0.34 / len(titles),
    )
    _stock_lines(figure, chosen[HELD], along, names, paints)
    _mark_end(figure, int(results.attrs["days"]), chosen[HELD])
    if numeric:
        _steps(figure, results, along, where or {})
    else:
        _years(figure, chosen, names, paints)
    height = 420 + 240 * len(titles)
    figure.update_layout(
        template=TEMPLATE,
        title=warn(f"{safe(results.attrs['title'])}<br>{small(_NOTE)}", results),
        height=height,
        barmode="stack",
        legend=dict(y=-110 / height, title_text=f"{unit}:" if numeric else None),
        margin=dict(t=124),
    )
    figure.update_annotations(font_size=14, font_color=INK)
    return figure


_NOTE = "per 100,000 people; a cross: from then on nothing is left"
_STEPS = ("Infections averted by one more", "Record-years held for one more")
_HEIGHTS = {2: [0.55, 0.45], 3: [0.44, 0.28, 0.28]}  # shares of the panels


def _variants(results: xr.Dataset, where: dict[str, Any]) -> tuple[str, list[str], xr.Dataset]:
    """(the dim of the variants, what each is called, the results along it and the seeds)."""
    axes = axes_of(results)
    along = "sample" if "sample" in results.dims else axes[-1]
    others = {axis: where.get(axis, results[axis].values.tolist()[-1]) for axis in axes}
    others.pop(along, None)
    chosen = results.sel(others) if others else results
    if along == "sample":
        return along, [str(name) for name in chosen["variant"].values], chosen
    return along, [words(value) for value in chosen[along].values.tolist()], chosen


def _paints(count: int, numeric: bool) -> list[str]:
    if not numeric:
        return [VARIANTS[at % len(VARIANTS)] for at in range(count)]
    ends = [tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (FEW, MANY)]
    mixed = [np.round(np.linspace(a, b, count)).astype(int) for a, b in zip(*ends, strict=True)]
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in zip(*mixed, strict=True)]


def _stock_lines(
    figure: go.Figure, held: xr.DataArray, along: str, names: list[str], paints: list[str]
) -> None:
    day = held["day"].values
    for at, (name, paint) in enumerate(zip(names, paints, strict=True)):
        one = held.isel({along: at})
        # a logarithmic axis has no place for nothing: the line ends there
        low, middle, high = (
            pd.Series(one.quantile(q, "seed", method="nearest").values).replace(0.0, np.nan)
            for q in (LOW, 0.5, HIGH)
        )
        some = middle.notna() & low.notna()
        place = dict(legendgroup=name, row=1, col=1)
        ends = day[some], low[some], high[some]
        fill_between(figure, *ends, faint(paint), showlegend=False, **place)
        figure.add_scatter(
            x=day,
            y=middle,
            mode="lines",
            line=dict(
                color=paint, width=2.2, dash=DASHES[at % len(DASHES)] if along == "sample" else None
            ),
            name=safe(name),
            legendgroup=name,
            hovertemplate="day %{x}: %{y:,.3s}<extra>" + safe(name) + "</extra>",
            row=1,
            col=1,
        )
        last = middle.last_valid_index()
        if last is not None and last < len(day) - 1:
            figure.add_scatter(
                x=[day[last]],
                y=[middle[last]],
                mode="markers",
                marker=dict(symbol="x", size=11, color=paint),
                legendgroup=name,
                showlegend=False,
                hovertemplate="nothing is left after day %{x}<extra>" + safe(name) + "</extra>",
                row=1,
                col=1,
            )
    figure.update_xaxes(title_text="day of the run", row=1, col=1)
    figure.update_yaxes(
        title_text="records", type="log", dtick=1, exponentformat="power", row=1, col=1
    )


def _mark_end(figure: go.Figure, days: int, held: xr.DataArray) -> None:
    """A line where the run ends: what comes after it follows from the rules of retention alone."""
    figure.add_vline(x=days, line=dict(color=QUIET, width=1.2, dash="dot"), row=1, col=1)
    figure.add_annotation(
        x=days,
        y=0.02,
        yref="y domain",
        xref="x",
        text="end of the run",
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        font=dict(color=QUIET),
    )


def _steps(figure: go.Figure, results: xr.Dataset, along: str, where: dict[str, Any]) -> None:
    """Infections averted, and record-years, by each further unit of a numeric axis."""
    others = {
        axis: where.get(axis, results[axis].values.tolist()[-1])
        for axis in axes_of(results)
        if axis != along
    }
    what, _ = of_address(along)
    for row, (name, sign, title) in enumerate(
        (("infections", -1.0, "infections averted"), (YEARS, 1.0, "record-years")), start=2
    ):
        table = further_step(results, along, others, name)
        mean, ends = sign * table["mean"], [sign * table["low"], sign * table["high"]]
        low, high = np.minimum(*ends), np.maximum(*ends)
        figure.add_bar(
            x=[f"{first:g}–{last:g}" for first, last in table.index],
            y=mean,
            marker_color=VARIANTS[1] if sign < 0 else VARIANTS[3],
            error_y=error_bar(mean, low, high),
            showlegend=False,
            hovertemplate="%{x}: %{y:,.3s}<extra>" + title + "</extra>",
            row=row,
            col=1,
        )
        figure.update_xaxes(title_text=safe(what), type="category", row=row, col=1)


def _years(figure: go.Figure, chosen: xr.Dataset, names: list[str], paints: list[str]) -> None:
    """Record-years of each variant, within and beyond their purpose, and when nothing is left."""
    total, beyond = (chosen[name].mean("seed").values for name in (YEARS, BEYOND))
    left = chosen["day_stock_is_empty"].median("seed").values
    rows = [lines(name, 18) for name in names]
    for part, values, pattern in (
        ("for the purpose", total - beyond, ""),
        ("beyond the purpose", beyond, "/"),
    ):
        figure.add_bar(
            y=rows,
            x=values,
            orientation="h",
            marker=dict(color=paints, pattern=dict(shape=pattern, fgcolor="white")),
            showlegend=False,
            hovertemplate="%{y}: %{x:,.3s}<extra>" + part + "</extra>",
            row=2,
            col=1,
        )
    for row, at, day in zip(rows, total, left, strict=True):
        told = "never empty" if np.isinf(day) else f"empty on day {number(float(day))}"
        figure.add_annotation(
            x=float(at),
            y=row,
            xref="x2",
            yref="y2",
            text=told,
            showarrow=False,
            xanchor="left",
            xshift=6,
        )
    figure.update_xaxes(
        title_text="record-years (hatched: beyond the purpose)",
        range=[0, 1.5 * float(total.max())],
        row=2,
        col=1,
    )
    figure.update_yaxes(autorange="reversed", row=2, col=1)
