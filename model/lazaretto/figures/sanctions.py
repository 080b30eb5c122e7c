"""What a regime does to people who went out, and to people who had not."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import xarray as xr

from ..analysis.compare import describe
from ..analysis.contrast import SANCTIONS
from .alt import with_alt
from .style import INK, TEMPLATE, error_bar, headline, lines, warn, words

RIGHT, PARTLY, WRONG = "#9aa5b1", "#E69F00", "#D55E00"
PARTS = (("right", RIGHT), ("partly wrong", PARTLY), ("wrong", WRONG))


@with_alt
def sanctions(results: xr.Dataset, where: dict[str, Any], title: str = "") -> go.Figure:
    """Warnings, police reports, fines and transfers by regime, per 100,000 people, mean over seeds:
    right, partly wrong and wrong ones, with the 95 % interval of all together. where: the cell but
    for the regime. Kinds that a regime does not take have no bar."""
    chosen = results.sel({key: one for key, one in where.items() if key in results.dims})
    if "listing" in chosen.dims:
        chosen = chosen.sel(listing="targeted")
    regimes = [str(one) for one in chosen["isolation"].values]
    rows, shares = [], []
    for regime in regimes:
        one = chosen.sel(isolation=regime)
        for kind in SANCTIONS:
            spread = describe(one[kind])
            total = float(spread["mean"])
            if not total > 0:
                continue
            wrong, partly = (float(one[f"{k}_{kind}"].mean()) for k in ("wrong", "partly_wrong"))
            rows.append(lines(f"{words(regime)}: {kind}", 40))
            ends = [float(spread["low"]), float(spread["high"])]
            shares.append(({"right": total - wrong - partly, "partly wrong": partly}, wrong, ends))
    figure = go.Figure()
    for name, paint in PARTS:
        values = [wrong if name == "wrong" else parts[name] for parts, wrong, _ in shares]
        figure.add_bar(
            y=rows,
            x=values,
            orientation="h",
            name=headline(name),
            marker_color=paint,
            hovertemplate="%{y}: %{x:,.3g} " + name + "<extra></extra>",
        )
    totals = [sum(parts.values()) + wrong for parts, wrong, _ in shares]
    low, high = ([ends[at] for _, _, ends in shares] for at in (0, 1))
    figure.add_scatter(
        x=totals,
        y=rows,
        mode="markers",
        marker=dict(color=INK, size=1),
        error_x=error_bar(totals, low, high),
        name="95 % interval of all",
        hoverinfo="skip",
    )
    figure.update_layout(
        template=TEMPLATE,
        title=warn(title or "Sanctions, right and wrong", results),
        barmode="stack",
        height=190 + 30 * max(1, len(rows)),
        margin=dict(t=56, b=100, l=150),
        legend=dict(y=-70 / (60 + 30 * max(1, len(rows)))),
    )
    told = "sanctions per 100,000 people"
    figure.update_xaxes(title_text=told, tickformat="~s", rangemode="tozero")
    return figure.update_yaxes(autorange="reversed", tickfont=dict(size=11), ticks="")
