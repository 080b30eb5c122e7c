"""The figures of a sweep over tracing levels and isolation regimes."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from ..analysis.compare import AVERTED, axes_of, component, describe
from ..analysis.frontier import frontier
from ..analysis.ratios import RATIOS
from ..outcomes.panel import COMPONENTS, unit_of
from .alt import with_alt
from .style import (
    INK,
    QUIET,
    TEMPLATE,
    colour,
    error_bar,
    faint,
    headline,
    label,
    lines,
    symbol,
    warn,
    words,
)

LOW, HIGH = 0.025, 0.975
PER = 100_000
WEEK = 7
PANELS_ABREAST = 4
HALF = 0.5


def two_axes(results: xr.Dataset) -> tuple[str, str]:
    """The axis drawn by dash and symbol (tracing) and the axis drawn by colour (isolation)."""
    axes = axes_of(results)
    if len(axes) != 2:
        raise ValueError(
            f"these figures need a sweep over two axes; this one has {len(axes)}: {', '.join(axes)}"
        )
    return axes[0], axes[1]


def targeted(data: xr.DataArray) -> xr.DataArray:
    return data.sel(listing="targeted", drop=True) if "listing" in data.dims else data


def axis_title(name: str) -> str:
    """A component's label with its unit; a ratio's label."""
    if name in RATIOS:
        return RATIOS[name].label
    part = COMPONENTS[name.removesuffix(AVERTED)]
    verb = " averted" if name.endswith(AVERTED) else ""
    return f"{part.label}{verb} ({unit_of(part)})"


def panels(names: list[str]) -> tuple[go.Figure, list[tuple[int, int]]]:
    """A panel per name, all with one scale, at most PANELS_ABREAST side by side; and (row, column)
    of each."""
    columns = min(PANELS_ABREAST, len(names))
    rows = -(-len(names) // columns)
    titles = [lines(words(n)[:1].upper() + words(n)[1:], 15) for n in names]
    figure = make_subplots(
        rows,
        columns,
        shared_yaxes="all",
        horizontal_spacing=0.02,
        vertical_spacing=0.36 / max(rows, 2),
        subplot_titles=titles,
    )
    return figure, [(at // columns + 1, at % columns + 1) for at in range(len(names))]


@with_alt
def trade_off(
    results: xr.Dataset, names: list[str] | None = None, title: str | None = None
) -> go.Figure:
    """Two components against each other, a point per cell with its 95 % intervals; cells that are
    not dominated in the means are joined and named. Filled: not dominated in at least half of the
    resampled seeds; the probability of each is told under the pointer.

    names: [gain, cost]; default infections averted against futile days.
    """
    gain, cost = names or ["infections" + AVERTED, "futile_days"]
    levels, regimes = two_axes(results)
    table = frontier(results, [gain, cost])
    spread = {n: describe(targeted(component(results, n))) for n in (gain, cost)}
    level_names, kinds = results[levels].values.tolist(), results[regimes].values.tolist()
    figure = go.Figure()
    best = table[table["non_dominated"]].sort_values(cost)
    figure.add_scatter(
        x=best[cost],
        y=best[gain],
        mode="lines",
        line=dict(color=QUIET, width=1.4, dash="dot"),
        name="not dominated",
        hoverinfo="skip",
    )
    heights = itertools.cycle(("top", "bottom"))
    middle = float(table[cost].min() + table[cost].max()) / 2
    for level in level_names:
        for regime in kinds:
            here = {levels: level, regimes: regime}
            x, y = (spread[n].sel(here) for n in (cost, gain))
            paint, row = colour(regime, kinds), table.loc[(level, regime)]
            named = bool(row["non_dominated"])
            figure.add_scatter(
                x=[float(x["mean"])],
                y=[float(y["mean"])],
                error_x=_bar(x, paint),
                error_y=_bar(y, paint),
                mode="markers+text" if named else "markers",
                text=[lines(f"{words(level)}, {words(regime)}", 26)] if named else None,
                textposition=_beside(next(heights), row[cost] < middle) if named else None,
                textfont=dict(size=11, color=INK),
                cliponaxis=False,
                marker=dict(
                    size=12,
                    symbol=symbol(level, level_names),
                    color=paint if row["probability"] >= HALF else "white",
                    line=dict(color=paint, width=2),
                ),
                name=f"{label(level)} + {label(regime)}",
                hovertemplate=f"<b>{label(level)} + {label(regime)}</b><br>%{{x:,.0f}} for "
                f"%{{y:,.0f}}<br>not dominated in {row['probability']:.0%}<extra></extra>",
                showlegend=False,
            )
    for level in level_names:
        mark = dict(symbol=symbol(level, level_names), size=11, color=INK)
        figure.add_scatter(x=[None], y=[None], mode="markers", marker=mark, name=label(level))
    for regime in kinds:
        mark = dict(symbol="circle", size=11, color=colour(regime, kinds))
        figure.add_scatter(x=[None], y=[None], mode="markers", marker=mark, name=label(regime))
    figure.update_layout(
        template=TEMPLATE,
        title=warn(title or "What is gained, and what it costs", results),
        height=600,
        legend=dict(y=-0.2),
        margin=dict(l=105),
    )
    figure.update_xaxes(title_text=axis_title(cost), tickformat=",")
    told = axis_title(gain).replace(" (", "<br>(")
    figure.update_yaxes(title_text=told, title_font_size=13, tickformat=",")
    return figure


def _beside(height: str, left: bool) -> str:
    """Where a point is named: inward, so that names stay within the figure."""
    return f"{height} {'right' if left else 'left'}"


def _bar(one: xr.Dataset, paint: str) -> dict[str, Any]:
    return error_bar(
        [float(one["mean"])], [float(one["low"])], [float(one["high"])], faint(paint, 0.55)
    )


SHARES = {  # what tells how good a list is, and of what it is a share
    "infected_per_listed": "share of all entries",
    "infectees_per_listed": "share of all entries",
    "infectee_recall": "share of people infected by traced cases",
    "latent_when_reached": "share of infected entries",
}


@with_alt
def precision(results: xr.Dataset) -> go.Figure:
    """Four shares that tell how good a list is, by tracing level and regime."""
    levels, regimes = two_axes(results)
    names = list(SHARES)
    kinds = results[regimes].values.tolist()
    level_names = [n for n in results[levels].values.tolist() if n != "none"]
    height = 370 + 2 * len(level_names) * (14 + 13 * len(kinds))
    figure = make_subplots(
        2,
        2,
        subplot_titles=[lines(COMPONENTS[n].label) for n in names],
        shared_yaxes=True,
        vertical_spacing=105 / (height - 160),
        horizontal_spacing=0.05,
    )
    for at, name in enumerate(names):
        spread = describe(targeted(results[name]))
        for regime in kinds:
            one = spread.sel({regimes: regime, levels: level_names})
            mean = one["mean"].values
            figure.add_bar(
                y=[headline(n) for n in level_names],
                x=mean,
                marker_color=colour(regime, kinds),
                name=label(regime),
                orientation="h",
                error_x=error_bar(mean, one["low"], one["high"]),
                legendgroup=str(regime),
                showlegend=at == 0,
                row=at // 2 + 1,
                col=at % 2 + 1,
                hovertemplate="%{y}: %{x:.1%}<extra>" + label(regime) + "</extra>",
            )
    legend = dict(y=-75 / (height - 160))
    figure.update_layout(
        template=TEMPLATE,
        title="How good are the lists?",
        height=height,
        barmode="group",
        legend=legend,
        margin=dict(t=84, b=76),
    )
    figure.update_yaxes(autorange="reversed")
    for at, name in enumerate(names):  # an interval may reach below 0, the axis does not
        top = float(describe(targeted(results[name]))["high"].max())
        figure.update_xaxes(
            range=[0, min(1.0, top * 1.05) if top > 0 else 1.0],
            tickformat=".0%",
            title=dict(text=SHARES[name], standoff=6, font=dict(size=13)),
            row=at // 2 + 1,
            col=at % 2 + 1,
        )
    figure.update_annotations(font_size=14)
    return figure


@with_alt
def records(results: xr.Dataset) -> go.Figure:
    """Records opened and record-years held, on a logarithmic scale, by tracing level and regime."""
    levels, regimes = two_axes(results)
    names = ["records_opened", "record_years_held"]
    level_names, kinds = results[levels].values.tolist(), results[regimes].values.tolist()
    figure = make_subplots(
        1, 2, subplot_titles=[COMPONENTS[n].label for n in names], horizontal_spacing=0.16
    )
    for at, name in enumerate(names):
        mean = targeted(results[name]).mean("seed")
        for regime in kinds:
            one = mean.sel({regimes: regime, levels: level_names}).values
            shown = pd.Series(one).where(one > 0)
            figure.add_bar(
                x=[lines(words(n), 11) for n in level_names],
                y=shown,
                marker_color=colour(regime, kinds),
                name=label(regime),
                legendgroup=str(regime),
                showlegend=at == 0,
                row=1,
                col=at + 1,
                hovertemplate="%{x}: %{y:.3s}<extra>" + label(regime) + "</extra>",
            )
    figure.update_layout(
        template=TEMPLATE,
        title="Records opened and held (no bar: none)",
        height=480,
        barmode="group",
        legend=dict(y=-0.34),
    )
    figure.update_yaxes(type="log", dtick=1, exponentformat="power")
    figure.update_yaxes(title_text="records per 100,000 people", row=1, col=1)
    figure.update_yaxes(title_text="record-years per 100,000 people", row=1, col=2)
    return figure
