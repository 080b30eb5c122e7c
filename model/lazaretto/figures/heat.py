"""The panel as a table of colours: every component of every cell, with its number, beside the
baseline."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import xarray as xr

from ..analysis.compare import axes_of, compare, components_in, levels
from ..analysis.errors import AnalysisError
from ..outcomes.panel import BLOCKS, COMPONENTS
from .alt import with_alt
from .style import INK, TEMPLATE, headline, label, number, safe, warn

MOST_CELLS, FEW_CELLS = 30, 12
LEFT, COLUMN = 240, 78  # pixels, where many cells need a figure wider than its page
SCALE = [[0.0, "#5fa8d3"], [0.5, "#ffffff"], [1.0, "#f0903a"]]  # dark text stands out on all of it
NEITHER = 0.0
ROW = 24


@with_alt
def panel_heat(
    results: xr.Dataset, names: Sequence[str] | None = None, title: str | None = None
) -> go.Figure:
    """Every component (names: only these) in every cell of a sweep: the number is the mean over
    seeds; the colour is the change from the baseline as a share of the baseline (of the largest
    value where the baseline has none), blue where it is better and orange where it is worse. White:
    the 95 % interval of the paired difference holds 0, or neither direction is better.

    Raises AnalysisError beyond 30 cells; take a part of the results with
    `results.sel(isolation=["advice"])`."""
    axes = axes_of(results)
    differences = compare(results)
    means = levels(results)["mean"]
    if "listing" in means.dims:
        means, differences = means.sel(listing="targeted"), differences.sel(listing="targeted")
    means, differences = means.stack(cell=axes), differences.stack(cell=axes)
    cells = [dict(zip(axes, values, strict=True)) for values in means["cell"].values.tolist()]
    if len(cells) > MOST_CELLS:
        raise AnalysisError(
            f"{len(cells)} cells are too many for one table of colours (at most {MOST_CELLS}); "
            f"take a part, for example results.sel({axes[-1]}=[...])"
        )
    base = json.loads(differences.attrs["baseline"])
    wanted = [n for n in components_in(results) if names is None or n in names]
    z: list[Any] = []
    text: list[list[str]] = []
    hover: list[list[str]] = []
    heads: list[str] = []
    for block in BLOCKS:
        mine = [n for n in wanted if COMPONENTS[n].block == block]
        if not mine:
            continue
        heads.append(f"<b>{'Health' if block == 'benefit' else headline(block)}</b>")
        z.append([np.nan] * len(cells))
        text.append([""] * len(cells))
        hover.append([""] * len(cells))
        for name in mine:
            one = means.sel(component=name)
            difference = differences.sel(component=name)
            heads.append(COMPONENTS[name].label)
            endless = _endless(results, name, axes)
            shade = _shade(
                name, one.values, difference, float(one.sel(cell=tuple(base[a] for a in axes)))
            )
            at_base = bool(endless[cells.index(base)])
            z.append(np.where(endless, 0.0 if at_base else 1.0, shade))
            text.append(
                [
                    _text_of(name, np.inf if never else v)
                    for v, never in zip(one.values, endless, strict=True)
                ]
            )
            hover.append(
                [
                    _told(name, cell, float(one[at]), difference.isel(cell=at))
                    for at, cell in enumerate(cells)
                ]
            )
    figure = go.Figure(
        go.Heatmap(
            z=z,
            text=text,
            texttemplate="%{text}",
            textfont=dict(color=INK, size=12),
            zmin=-1,
            zmax=1,
            customdata=hover,
            hovertemplate="%{customdata}<extra></extra>",
            x=list(range(len(cells))),
            y=list(range(len(heads))),
            colorscale=SCALE,
            xgap=2,
            ygap=2,
            hoverongaps=False,
            colorbar=dict(
                title=dict(text="change from the baseline", side="top"),
                orientation="h",
                y=-30 / (ROW * len(heads) + 190),
                yanchor="top",
                thickness=12,
                len=0.5,
                x=0,
                xanchor="left",
                tickvals=[-1, -0.5, 0, 0.5, 1],
                ticktext=["100 % better", "50 %", "0", "50 %", "100 % worse, or more"],
            ),
        )
    )
    above = 90 + 14 * max(_head(cell, axes).count("<br>") + 1 for cell in cells)
    where = " + ".join(label(base[a]) for a in axes)
    told = (
        "<br><span style='font-size:13px'>per 100,000 people where counts; baseline: "
        f"{where}</span>"
    )
    figure.update_layout(
        template=TEMPLATE,
        height=ROW * len(heads) + above + 140,
        width=LEFT + COLUMN * len(cells) if len(cells) > FEW_CELLS else None,
        margin=dict(t=above, l=210, r=8),
        title=dict(
            text=warn(safe(title or "The panel, cell by cell") + told, results),
            yref="container",
            y=1,
            yanchor="top",
            pad=dict(t=16, l=8),
        ),
    )
    figure.update_xaxes(
        side="top",
        tickvals=list(range(len(cells))),
        ticktext=[_head(cell, axes) for cell in cells],
        showgrid=False,
        ticks="",
        tickfont=dict(size=11, color=INK),
        tickangle=0,
    )
    figure.update_yaxes(
        autorange="reversed",
        tickvals=list(range(len(heads))),
        ticktext=heads,
        showgrid=False,
        ticks="",
    )
    return figure


def _head(cell: dict[str, object], axes: list[str]) -> str:
    """The name of a column, a word a line."""
    first, *others = ("<br>".join(label(cell[a]).split()) for a in axes)
    return "<br>".join([f"<b>{first}</b>", *others])


def _shade(name: str, means: np.ndarray, difference: xr.Dataset, base: float) -> np.ndarray:
    """(cells,) signed share in [-1, 1], positive = worse; 0 where the interval of the difference
    holds 0 or no direction is better."""
    better = COMPONENTS[name].lower_is_better
    if better is None:
        return np.full(len(means), NEITHER)
    largest = np.nanmax(np.abs(means)) if np.isfinite(means).any() else 0.0
    scale = abs(base) if base else largest
    if not scale:
        return np.full(len(means), NEITHER)
    low, high = difference["low"].values, difference["high"].values
    clear = (low > 0) | (high < 0)
    share = np.clip(difference["mean"].values / scale, -1, 1) * (1 if better else -1)
    return np.where(clear, share, NEITHER)


def _text_of(name: str, value: float) -> str:
    return (
        f"{number(100 * value)} %"
        if COMPONENTS[name].unit == "fraction" and value == value
        else number(value)
    )


def _endless(results: xr.Dataset, name: str, axes: list[str]) -> np.ndarray:
    values = results[name].sel(listing="targeted") if "listing" in results.dims else results[name]
    return np.asarray(values.max("seed").stack(cell=axes).values == np.inf)


def _told(name: str, cell: dict[str, object], mean: float, difference: xr.Dataset) -> str:
    part = COMPONENTS[name]
    low, middle, high = (float(difference[k]) for k in ("low", "mean", "high"))
    return (
        f"<b>{part.label}</b> ({part.unit}): "
        f"{number(mean)}<br>{' + '.join(label(v) for v in cell.values())}"
        f"<br>difference from the baseline: {number(middle)} (95 % {number(low)} to {number(high)})"
    )
