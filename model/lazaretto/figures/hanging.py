"""What differences hang on, over all cells."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from .alt import with_alt
from .naming import plain_parameter
from .style import ONE, QUIET, TEMPLATE, error_bar, lines, safe

ROOM, MOST = 34, 12
OPPOSITE = "#D55E00"


@with_alt
def hanging(table: pd.DataFrame, title: str = "What it hangs on", most: int = MOST) -> go.Figure:
    """Rank correlations with draws of the assumptions (`analysis.contrast.over_all_cells` or
    `hangs_on`), strongest on top, with 95 % intervals; hollow where the interval holds zero."""
    shown = table.head(most).iloc[::-1]
    names = [lines(plain_parameter(str(name)), 42) for name in shown.index]
    sure = (shown["low"] > 0) | (shown["high"] < 0)
    paints = [ONE if value >= 0 else OPPOSITE for value in shown["correlation"]]
    figure = go.Figure()
    figure.add_scatter(
        x=shown["correlation"],
        y=names,
        mode="markers",
        marker=dict(
            size=11,
            color=[paint if one else "white" for paint, one in zip(paints, sure, strict=True)],
            line=dict(color=paints, width=2),
        ),
        error_x=error_bar(shown["correlation"], shown["low"], shown["high"]),
        hovertemplate="%{y}: %{x:.2f}<extra></extra>",
        showlegend=False,
    )
    figure.add_vline(x=0, line=dict(color=QUIET, width=1))
    figure.update_xaxes(
        title_text="rank correlation over draws (-1 to 1), 95 % interval", range=[-1.02, 1.02]
    )
    figure.update_yaxes(tickfont=dict(size=11), ticks="")
    return figure.update_layout(
        template=TEMPLATE,
        title=safe(title),
        height=150 + ROOM * max(1, len(shown)),
        margin=dict(l=170),
    )
