"""Figures of what assumptions do: indices, values at which rankings flip, value of information,
robustness of ranks, policy search."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from ..analysis.compare import AVERTED
from ..analysis.decisions import BEST, chance_along
from ..analysis.errors import AnalysisError
from ..analysis.interval import NORMAL
from ..analysis.search import ERROR
from ..outcomes.panel import COMPONENTS
from ..parameters import address
from .panels import axis_title
from .style import GRID, INK, QUIET, TEMPLATE, faint, words

ONE, OTHER = "#0072B2", "#E69F00"
ROOM = 26  # pixels for a parameter
SHADES = [[0.0, "#D55E00"], [0.5, "#ffffff"], [1.0, "#0072B2"]]


def parameter_words(name: str) -> str:
    """An address as people read it: what it is, and where it belongs."""
    what, where = address.words(name)
    return what + (f" <span style='color:{QUIET}'>({where})</span>" if where else "")


def component_words(name: str) -> str:
    """A component, or a ranking, as people read it."""
    plain = name.removesuffix(AVERTED)
    if plain not in COMPONENTS:
        return name
    return COMPONENTS[plain].label + (" averted" if name.endswith(AVERTED) else "")


def cell_words(text: str) -> str:
    """A cell's label with the names that people read."""
    return " + ".join(words(part) for part in text.split(" + "))


def indices(found: xr.Dataset, title: str | None = None) -> go.Figure:
    """Sobol indices or partial rank correlations by block of the panel, with intervals; of one
    cell.

    found: from `sobol` or `prcc`, one cell chosen (`.sel(tracing=..., isolation=...)`) where there
    are axes.
    """
    kinds = ["block_total", "block_first"] if "block_total" in found else ["block_prcc"]
    if found[kinds[0]].ndim != 2:
        raise AnalysisError("choose one cell first: found.sel(tracing=..., isolation=...)")
    blocks = [
        b
        for b in found["block"].values.tolist()
        if bool(found[kinds[0]].sel(block=b).notnull().any())
    ]
    order = found[kinds[0]].sel(block=blocks).mean("block").to_series().sort_values().index.tolist()
    columns = min(3, len(blocks))
    rows = -(-len(blocks) // columns)
    figure = make_subplots(
        rows,
        columns,
        subplot_titles=blocks,
        shared_yaxes=True,
        horizontal_spacing=0.03,
        vertical_spacing=0.2 / rows,
    )
    names = {
        "block_total": "total index",
        "block_first": "first-order index",
        "block_prcc": "partial rank correlation (size)",
    }
    paints = {"block_total": ONE, "block_first": OTHER, "block_prcc": ONE}
    for at, block in enumerate(blocks):
        row, column = at // columns + 1, at % columns + 1
        for kind in kinds:
            one, low, high = (
                found[kind + s].sel(block=block, parameter=order).values
                for s in ("", "_low", "_high")
            )
            figure.add_scatter(
                y=[parameter_words(p) for p in order],
                x=one,
                mode="markers",
                name=names[kind],
                legendgroup=kind,
                showlegend=at == 0,
                marker=dict(
                    color=paints[kind],
                    size=9,
                    symbol="circle" if kind != "block_first" else "diamond-open",
                ),
                error_x=dict(
                    type="data",
                    symmetric=False,
                    array=np.maximum(0, high - one),
                    arrayminus=np.maximum(0, one - low),
                    color=paints[kind],
                    thickness=1.4,
                    width=3,
                ),
                row=row,
                col=column,
                hovertemplate="%{y}: %{x:.2f}<extra>" + names[kind] + "</extra>",
            )
    top = 1.05 * max(1.0, float(max(found[kind + "_high"].max() for kind in kinds)))
    what = (
        "share of the variance"
        if "block_total" in found
        else "size of the partial rank correlation"
    )
    height = rows * (ROOM * len(order) + 90) + 130
    for column in range(1, columns + 1):
        last = max(r for r in range(1, rows + 1) if (r - 1) * columns + column <= len(blocks))
        figure.update_xaxes(title_text=what, row=last, col=column)
    figure.update_xaxes(range=[0, top])
    heading = title or (
        "Which parameters move which block of the panel"
        if kinds[0] == "block_total"
        else "Monotonic influence by block"
    )
    figure.update_layout(
        template=TEMPLATE,
        title=heading,
        height=height,
        margin=dict(t=96),
        legend=dict(y=-90 / height),
    )
    return figure


def tornado(found: xr.Dataset, component: str, title: str | None = None) -> go.Figure:
    """Signed partial rank correlations of one component, strongest on top, with intervals; of one
    cell. found: from `prcc`."""
    if "prcc" not in found:
        raise AnalysisError(
            "a tornado shows partial rank correlations, which have signs; take prcc"
        )
    if found["prcc"].ndim != 2:
        raise AnalysisError("choose one cell first: found.sel(tracing=..., isolation=...)")
    one = (
        found[["prcc", "prcc_low", "prcc_high"]]
        .sel(component=component)
        .drop_vars("component_block")
        .to_dataframe()
    )
    if one["prcc"].isna().all():
        raise AnalysisError(
            f"{component!r} does not vary in this cell, so nothing correlates with it"
        )
    one = one.loc[one["prcc"].abs().sort_values().index]
    figure = go.Figure()
    figure.add_bar(
        y=[parameter_words(str(p)) for p in one.index],
        x=one["prcc"],
        orientation="h",
        showlegend=False,
        marker=dict(color=[ONE if v >= 0 else "#D55E00" for v in one["prcc"]]),
        error_x=dict(
            type="data",
            symmetric=False,
            array=one["prcc_high"] - one["prcc"],
            arrayminus=one["prcc"] - one["prcc_low"],
            color=INK,
            thickness=1.2,
            width=4,
        ),
        hovertemplate="%{y}: %{x:.2f}<extra></extra>",
    )
    figure.update_layout(
        template=TEMPLATE,
        title=title or f"{component_words(component)}: what moves it, and which way",
        height=ROOM * len(one) + 190,
    )
    figure.update_xaxes(
        title_text="partial rank correlation (-1 to 1), 95 % interval", range=[-1.05, 1.05]
    )
    return figure


def flips(
    results: xr.Dataset,
    lines: pd.DataFrame,
    *,
    against: str = "each",
    weights: dict[str, float] | None = None,
    title: str = "Where rankings flip",
) -> go.Figure:
    """One panel per line of `flips` (give it a few, `.head(6)`): the chance that one cell beats the
    other along a parameter.

    Curve: fitted; points: shares of samples with 95 % intervals; the value at which the ranking
    flips is marked with its interval.
    """
    if lines.empty:
        raise AnalysisError("there is no line to draw: no ranking flips within the sampled ranges")
    curves = chance_along(results, lines, against=against, weights=weights)
    columns = min(2, len(lines))
    rows = -(-len(lines) // columns)
    heads = [
        f"{component_words(line.ranking)}: <b>{cell_words(line.cell)}</b><br>against "
        + (BEST if line.other == BEST else cell_words(line.other))
        for line in lines.itertuples()
    ]
    figure = make_subplots(
        rows,
        columns,
        subplot_titles=heads,
        shared_yaxes=True,
        horizontal_spacing=0.05,
        vertical_spacing=0.36 / rows,
    )
    for at, line in enumerate(lines.itertuples()):
        row, column = at // columns + 1, at % columns + 1
        mine = curves[curves["line"] == at]
        fitted, bins = mine.dropna(subset=["fitted"]), mine.dropna(subset=["share"])
        figure.add_scatter(
            x=fitted["value"],
            y=fitted["fitted"],
            mode="lines",
            line=dict(color=ONE, width=2.4),
            name="fitted chance",
            showlegend=at == 0,
            row=row,
            col=column,
        )
        figure.add_scatter(
            x=bins["value"],
            y=bins["share"],
            mode="markers",
            marker=dict(color=INK, size=7),
            name="share of samples, 95 % interval",
            error_y=dict(
                type="data",
                symmetric=False,
                array=bins["high"] - bins["share"],
                arrayminus=bins["share"] - bins["low"],
                thickness=1,
                width=3,
            ),
            showlegend=at == 0,
            row=row,
            col=column,
        )
        # lines after the traces: plotly draws them into panels that hold something
        if np.isfinite(line.flips_at):
            low, high = (
                float(np.clip(v, fitted["value"].min(), fitted["value"].max()))
                for v in (line.flips_low, line.flips_high)
            )
            figure.add_vrect(
                x0=low,
                x1=high,
                fillcolor=faint(OTHER, 0.3),
                line_width=0,
                layer="below",
                row=row,
                col=column,
            )
            figure.add_vline(x=line.flips_at, line=dict(color=OTHER, width=2), row=row, col=column)
            left = line.flips_at < fitted["value"].mean()
            figure.add_annotation(
                x=line.flips_at,
                y=0.03,
                text=f" flips at {line.flips_at:.3g} ",
                showarrow=False,
                xanchor="left" if left else "right",
                yanchor="bottom",
                font=dict(size=13),
                row=row,
                col=column,
            )
        figure.add_hline(y=0.5, line=dict(color=QUIET, width=1, dash="dot"), row=row, col=column)
        unit = results[line.parameter].attrs.get("units", "")
        text = parameter_words(line.parameter) + (
            f", {unit}" if unit and unit != "dimensionless" else ""
        )
        figure.update_xaxes(title_text=text, row=row, col=column)
        if column == 1:
            figure.update_yaxes(title_text="chance to be better", row=row, col=column)
    height = 350 * rows + 150
    figure.update_yaxes(range=[-0.02, 1.02], tickformat=".0%")
    figure.update_annotations(selector=dict(yref="paper"), font_size=13)
    figure.update_layout(
        template=TEMPLATE,
        title=title,
        height=height,
        margin=dict(t=116),
        legend=dict(y=-95 / height),
    )
    return figure


def value_of_information(
    table: pd.DataFrame, title: str = "What it would be worth to know one parameter"
) -> go.Figure:
    """Bars of `value_of_information` with intervals, one panel per ranking; the line on each bar is
    what noise alone would give."""
    rankings = table["ranking"].unique().tolist()
    figure = make_subplots(
        len(rankings),
        1,
        vertical_spacing=0.42 / len(rankings),
        subplot_titles=[_asked(table, r) for r in rankings],
    )
    for row, ranking in enumerate(rankings, 1):
        mine = table[table["ranking"] == ranking].iloc[::-1]
        y = [parameter_words(p) for p in mine["parameter"]]
        figure.add_bar(
            y=y,
            x=mine["value"],
            orientation="h",
            marker_color=ONE,
            name="expected value, 95 % interval",
            showlegend=row == 1,
            error_x=dict(
                type="data",
                symmetric=False,
                array=(mine["high"] - mine["value"]).clip(lower=0),
                arrayminus=(mine["value"] - mine["low"]).clip(lower=0),
                color=INK,
                thickness=1.2,
                width=4,
            ),
            row=row,
            col=1,
            hovertemplate="%{y}: %{x:.3g}<extra></extra>",
        )
        figure.add_scatter(
            y=y,
            x=mine["chance_level"],
            mode="markers",
            marker=dict(symbol="line-ns", size=20, line=dict(color="#D55E00", width=3)),
            name="what noise alone gives (95 %)",
            showlegend=row == 1,
            row=row,
            col=1,
        )
        figure.update_xaxes(title_text=_worth_title(ranking), rangemode="tozero", row=row, col=1)
    height = len(rankings) * (34 * int(table.groupby("ranking").size().max()) + 160) + 110
    figure.update_layout(
        template=TEMPLATE,
        title=title,
        height=height,
        margin=dict(t=96),
        legend=dict(y=-95 / height),
    )
    figure.update_annotations(font_size=14)
    return figure


def _asked(table: pd.DataFrame, ranking: str) -> str:
    now = table.loc[table["ranking"] == ranking, "best_now"].iloc[0]
    return (
        f"chosen by {component_words(ranking).lower()}; best without knowing more: "
        f"{cell_words(now)}"
    )


def _worth_title(ranking: str) -> str:
    if ranking.removesuffix(AVERTED) in COMPONENTS:
        return f"gain in {axis_title(ranking)[:1].lower()}{axis_title(ranking)[1:]}"
    return "gain in the composite (share of the range)"


def rank_robustness(
    table: pd.DataFrame, title: str = "Which policy beats which, in per cent of all weightings"
) -> go.Figure:
    """The ("beats", cell) part of `rank_robustness`: line beats column, in per cent of random
    weightings; the components stand beside."""
    share = table["beats"]
    labels = [cell_words(str(c)) for c in share.columns]
    parts = table["component"]
    figure = make_subplots(
        1,
        2,
        column_widths=[0.22 + 0.05 * len(parts.columns), 0.7],
        horizontal_spacing=0.02,
        shared_yaxes=True,
    )
    text = np.array(
        [[f"{v:,.3g}" if abs(v) < 1000 else f"{v:,.0f}" for v in row] for row in parts.to_numpy()]
    )
    figure.add_heatmap(
        z=np.zeros(parts.shape),
        x=[_with_unit(str(c)) for c in parts.columns],
        y=labels,
        text=text,
        texttemplate="%{text}",
        showscale=False,
        colorscale=[[0, "white"], [1, "white"]],
        hoverinfo="skip",
        row=1,
        col=1,
    )
    shown = share.to_numpy(float)
    figure.add_heatmap(
        z=shown,
        x=labels,
        y=labels,
        zmin=0,
        zmax=1,
        colorscale=SHADES,
        text=np.where(np.isnan(shown), "", np.char.mod("%.0f", 100 * np.nan_to_num(shown))),
        texttemplate="%{text}",
        hovertemplate="%{y} beats %{x}: %{z:.1%}<extra></extra>",
        row=1,
        col=2,
        colorbar=dict(
            title="line beats<br>column<br>\u00a0",
            tickformat=".0%",
            thickness=14,
            lenmode="pixels",
            len=260,
        ),
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False, tickangle=-40, row=1, col=2)
    figure.update_xaxes(side="top", tickangle=0, showgrid=False, row=1, col=1)
    figure.update_layout(
        template=TEMPLATE, title=title, height=28 * len(labels) + 380, margin=dict(t=190)
    )
    return figure


def _with_unit(name: str) -> str:
    """A component and its unit, a line per word, for a narrow column."""
    head, _, unit = axis_title(name).partition(" (")
    narrow = unit.rstrip(")").replace(" per 100,000 people", "<br>/100,000")
    return (
        head.replace(" ", "<br>")
        + f"<br><span style='color:{QUIET};font-size:12px'>{narrow}</span>"
    )


def search(
    table: pd.DataFrame, names: list[str] | None = None, title: str = "Policies found"
) -> go.Figure:
    """Two objectives of a policy search, a point per policy with 95 % intervals; those that no
    other found dominates are filled."""
    first, second = names or list(table.attrs["directions"])[:2]
    parameters = list(table.attrs["bounds"])
    figure = go.Figure()
    kinds: list[tuple[bool, str, dict[str, Any]]] = [
        (False, "dominated", dict(color="white", size=7, line=dict(color=QUIET, width=1))),
        (True, "not dominated", dict(color=ONE, size=10)),
    ]
    for kept, name, mark in kinds:
        mine = table[table["non_dominated"] == kept]
        bars = {
            axis: dict(
                type="data",
                array=NORMAL * mine[n + ERROR],
                color=ONE if kept else GRID,
                thickness=1.2,
                width=3,
            )
            for axis, n in (("error_x", second), ("error_y", first))
        }
        said = [
            "<br>".join(f"{p}: {v:.3g}" for p, v in zip(parameters, row, strict=True))
            for row in mine[parameters].to_numpy(float)
        ]
        figure.add_scatter(
            x=mine[second],
            y=mine[first],
            mode="markers",
            marker=mark,
            name=name,
            text=said,
            hovertemplate="%{text}",
            **bars,
        )
    less = " (policy less baseline)"
    figure.update_xaxes(
        title_text=axis_title(second) + ("" if second.endswith(AVERTED) else less), tickformat=","
    )
    figure.update_yaxes(
        title_text=axis_title(first) + ("" if first.endswith(AVERTED) else less), tickformat=","
    )
    figure.update_layout(template=TEMPLATE, title=title, height=560, legend=dict(y=-0.2))
    return figure
