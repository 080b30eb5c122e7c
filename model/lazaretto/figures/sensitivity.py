"""Figures of which assumptions move which results: indices by block, and by component."""

from __future__ import annotations

import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from ..analysis.errors import AnalysisError
from .alt import with_alt
from .naming import component_words, parameter_words
from .style import ONE, OTHER, TEMPLATE, error_bar

ROOM = 26  # pixels for a parameter


@with_alt
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
                error_x=error_bar(one, low, high, paints[kind]),
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


@with_alt
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
        error_x=error_bar(one["prcc"], one["prcc_low"], one["prcc_high"]),
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
