"""One line per policy: means with their intervals, named where they stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from ..analysis.compare import axes_of, baseline_of, describe
from ..analysis.contrast import CONTROL, values_of
from ..analysis.samples import cells_of
from .alt import with_alt
from .naming import policy_words
from .panels import axis_title
from .style import INK, ONE, QUIET, TEMPLATE, colour, error_bar, lines, safe, small, warn

ROOM = 19  # pixels for a line
CONTROL_TITLE = "Outbreaks brought under control (share of runs)"


@with_alt
def forest(
    results: xr.Dataset, names: Sequence[str], title: str = "", levels: bool = False
) -> go.Figure:
    """Each component's paired difference from the baseline in every cell, with 95 % intervals over
    seeds, a panel each; hollow where the interval holds zero. levels: the values themselves
    instead. "controlled" is the share of runs in which the outbreak was brought under control.
    Colours are those of the isolation regimes where there are several."""
    axes, base = axes_of(results), baseline_of(results)
    cells = [cell for cell in cells_of(results) if levels or cell != base]
    rows = [policy_words(axes, cell) for cell in cells]
    regimes = results["isolation"].values.tolist() if "isolation" in axes else []
    figure = make_subplots(1, len(names), shared_yaxes=True, horizontal_spacing=0.04)
    for at, name in enumerate(names, 1):
        reference = values_of(results, name, base)
        drawn = [values_of(results, name, cell) for cell in cells]
        joined = xr.concat([one if levels else one - reference for one in drawn], "cell")
        spread = describe(joined.where(np.isfinite(joined)))
        for row, cell in enumerate(cells):
            mean, low, high = (float(spread[key][row]) for key in ("mean", "low", "high"))
            if name == CONTROL and levels:
                low, high = max(0.0, low), min(1.0, high)
            paint = colour(cell["isolation"], regimes) if regimes else ONE
            sure = levels or low > 0 or high < 0
            figure.add_scatter(
                x=[mean],
                y=[rows[row]],
                error_x=error_bar([mean], [low], [high], paint),
                mode="markers",
                marker=dict(
                    size=8, color=paint if sure else "white", line=dict(color=paint, width=1.8)
                ),
                showlegend=False,
                hovertemplate=f"<b>{safe(rows[row])}</b><br>%{{x:,.3g}}<extra></extra>",
                row=1,
                col=at,
            )
        if not levels:
            figure.add_vline(x=0, line=dict(color=QUIET, width=1), row=1, col=at)
        told = CONTROL_TITLE if name == CONTROL else axis_title(name)
        figure.update_xaxes(
            title_text=lines(told.replace(" per 100,000 people", " per 100,000"), 26),
            title_font_size=12,
            tickformat=".0%" if name == CONTROL else "~s",
            nticks=6,
            row=1,
            col=at,
        )
    what = "" if levels else f"<br>{small('differences from ' + safe(policy_words(axes, base)))}"
    figure.update_layout(
        template=TEMPLATE,
        title=warn(safe(title) + what, results),
        height=170 + ROOM * len(rows),
        margin=dict(t=80, b=80, l=150),
    )
    figure.update_yaxes(
        autorange="reversed",
        tickfont=dict(size=11, color=INK),
        categoryorder="array",
        categoryarray=rows,
        ticks="",
    )
    return figure
