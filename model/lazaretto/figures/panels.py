"""The figures of a sweep over tracing levels and isolation regimes."""

from __future__ import annotations

import itertools

import pandas as pd
import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from ..analysis.compare import AVERTED, axes_of, component, describe
from ..analysis.frontier import frontier
from ..analysis.ratios import RATIOS
from ..outcomes.panel import COMPONENTS
from .changes import mark_changes
from .style import (
    INK,
    QUIET,
    TEMPLATE,
    colour,
    dash,
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


def _axes(results: xr.Dataset) -> tuple[str, str]:
    """The axis drawn by dash and symbol (tracing) and the axis drawn by colour (isolation)."""
    axes = axes_of(results)
    if len(axes) != 2:
        raise ValueError(
            f"these figures need a sweep over two axes; this one has {len(axes)}: {', '.join(axes)}"
        )
    return axes[0], axes[1]


def _targeted_lists(data: xr.DataArray) -> xr.DataArray:
    return data.sel(listing="targeted", drop=True) if "listing" in data.dims else data


def axis_title(name: str) -> str:
    """A component's label with its unit; a ratio's label."""
    if name in RATIOS:
        return RATIOS[name].label
    part = COMPONENTS[name.removesuffix(AVERTED)]
    per = " per 100,000 people" if part.per_people else ""
    verb = " averted" if name.endswith(AVERTED) else ""
    unit = {"person": "people", "person-day": "person-days"}.get(part.unit, part.unit)
    return f"{part.label}{verb} ({unit}{per})"


def _panels(names: list[str]) -> tuple[go.Figure, list[tuple[int, int]]]:
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


def curves(
    results: xr.Dataset,
    state: str = "daily_new_infections",
    title: str = "New infections a day (mean of seven days)",
) -> go.Figure:
    """A daily curve: one panel per tracing level, one colour per regime; line = median over seeds,
    band = 95 % of seeds.

    New infections and other counts per day are shown as the mean of the seven days around, since
    schools and work rest at weekends.
    """
    levels, regimes = _axes(results)
    values = _targeted_lists(results[state]) * (PER / results.attrs["people"])
    if results[state].attrs.get("units") == "1/day":
        values = values.rolling(day=WEEK, center=True, min_periods=1).mean()
    names = values[levels].values.tolist()
    figure, cells = _panels(names)
    kinds = values[regimes].values.tolist()
    for (row, column), level in zip(cells, names, strict=True):
        for regime in kinds:
            one = values.sel({levels: level, regimes: regime})
            paint = colour(regime, kinds)
            low, middle, high = (one.quantile(q, "seed").values for q in (LOW, 0.5, HIGH))
            day = one["day"].values
            figure.add_scatter(
                x=[*day, *day[::-1]],
                y=[*high, *low[::-1]],
                fill="toself",
                fillcolor=faint(paint),
                line=dict(width=0),
                hoverinfo="skip",
                showlegend=False,
                legendgroup=str(regime),
                row=row,
                col=column,
            )
            figure.add_scatter(
                x=day,
                y=middle,
                mode="lines",
                line=dict(color=paint, dash=dash(level, names), width=2.2),
                name=label(regime),
                legendgroup=str(regime),
                showlegend=(row, column) == (1, 1),
                row=row,
                col=column,
                hovertemplate="day %{x}: %{y:,.0f}<extra>" + label(regime) + "</extra>",
            )
    rows = cells[-1][0]
    height = 190 + 280 * rows
    figure.update_layout(
        template=TEMPLATE,
        title=warn(title, results),
        height=height,
        legend=dict(y=-125 / height),
        margin=dict(t=104),
    )
    figure.update_xaxes(title_text="day", row=rows)
    figure.update_yaxes(title_text="per 100,000 people", col=1)
    figure.update_yaxes(rangemode="tozero")
    figure.update_annotations(font_size=14, font_color=INK)
    mark_changes(figure, results)
    return figure


def trade_off(
    results: xr.Dataset, names: list[str] | None = None, title: str | None = None
) -> go.Figure:
    """Two components against each other, a point per cell with its 95 % intervals; cells that are
    not dominated in the means are joined and named. Filled: not dominated in at least half of the
    resampled seeds; the probability of each is told under the pointer.

    names: [gain, cost]; default infections averted against futile days.
    """
    gain, cost = names or ["infections" + AVERTED, "futile_days"]
    levels, regimes = _axes(results)
    table = frontier(results, [gain, cost])
    spread = {n: describe(_targeted_lists(component(results, n))) for n in (gain, cost)}
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
                error_x=_bars(x, paint),
                error_y=_bars(y, paint),
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


def _bars(one: xr.Dataset, paint: str) -> dict[str, object]:
    mean = float(one["mean"])
    return dict(
        type="data",
        symmetric=False,
        array=[float(one["high"]) - mean],
        arrayminus=[mean - float(one["low"])],
        color=faint(paint, 0.55),
        thickness=1.2,
        width=3,
    )


def precision(results: xr.Dataset) -> go.Figure:
    """Four shares that tell how good a list is, by tracing level and regime."""
    levels, regimes = _axes(results)
    names = [
        "infected_per_listed",
        "infectees_per_listed",
        "infectee_recall",
        "latent_when_reached",
    ]
    kinds = results[regimes].values.tolist()
    level_names = [n for n in results[levels].values.tolist() if n != "none"]
    figure = make_subplots(
        2,
        2,
        subplot_titles=[lines(COMPONENTS[n].label) for n in names],
        shared_yaxes=True,
        vertical_spacing=0.14,
        horizontal_spacing=0.05,
    )
    for at, name in enumerate(names):
        spread = describe(_targeted_lists(results[name]))
        for regime in kinds:
            one = spread.sel({regimes: regime, levels: level_names})
            mean = one["mean"].values
            figure.add_bar(
                y=[headline(n) for n in level_names],
                x=mean,
                marker_color=colour(regime, kinds),
                name=label(regime),
                orientation="h",
                error_x=dict(
                    type="data",
                    array=one["high"].values - mean,
                    arrayminus=mean - one["low"].values,
                    color=INK,
                    width=2,
                    thickness=1.2,
                ),
                legendgroup=str(regime),
                showlegend=at == 0,
                row=at // 2 + 1,
                col=at % 2 + 1,
                hovertemplate="%{y}: %{x:.1%}<extra>" + label(regime) + "</extra>",
            )
    height = 280 + 2 * len(level_names) * (14 + 13 * len(kinds))
    legend = dict(y=-60 / height)
    figure.update_layout(
        template=TEMPLATE,
        title="How good are the lists?",
        height=height,
        barmode="group",
        legend=legend,
        margin=dict(t=84),
    )
    figure.update_yaxes(autorange="reversed")
    for at, name in enumerate(names):  # an interval may reach below 0, the axis does not
        top = float(describe(_targeted_lists(results[name]))["high"].max())
        figure.update_xaxes(
            range=[0, min(1.0, top * 1.05) if top > 0 else 1.0],
            tickformat=".0%",
            row=at // 2 + 1,
            col=at % 2 + 1,
        )
    figure.update_annotations(font_size=14)
    return figure


def records(results: xr.Dataset) -> go.Figure:
    """Records opened and record-years held, on a logarithmic scale, by tracing level and regime."""
    levels, regimes = _axes(results)
    names = ["records_opened", "record_years_held"]
    level_names, kinds = results[levels].values.tolist(), results[regimes].values.tolist()
    figure = make_subplots(
        1, 2, subplot_titles=[COMPONENTS[n].label for n in names], horizontal_spacing=0.16
    )
    for at, name in enumerate(names):
        mean = _targeted_lists(results[name]).mean("seed")
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
