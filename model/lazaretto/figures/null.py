"""What lists achieve beside as many orders given to random people."""

from __future__ import annotations

import plotly.graph_objects as go
import xarray as xr

from ..analysis.compare import AVERTED, component, describe
from ..analysis.ratios import RATIOS, ratios
from .alt import with_alt
from .panels import axis_title, panels, two_axes
from .style import TEMPLATE, colour, error_bar, label, lines, small, warn

OF_CITY = "null of the city"


@with_alt
def matched_null(results: xr.Dataset, name: str = "infections" + AVERTED) -> go.Figure:
    """What the lists achieve beside as many days of quarantine, newly ordered on the same days, of
    random people of the same ages, of the area and of the city. name: of a component, or of a
    ratio, for example "averted_per_1000_quarantine_days"."""
    levels, regimes = two_axes(results)
    if name in RATIOS:
        spread, question = (
            ratios(results).sel(ratio=name),
            "Does a day of quarantine buy more with the list?",
        )
    else:
        spread = describe(component(results, name))
        question = "Does the list do more than chance?"
    level_names = [n for n in results[levels].values.tolist() if n != "none"]
    kinds = results[regimes].values.tolist()
    figure, cells = panels(level_names)
    for (row, column), level in zip(cells, level_names, strict=True):
        for listing in results["listing"].values.tolist():
            one = spread.sel({levels: level, "listing": listing})
            paints = [colour(k, kinds) for k in kinds]
            mean, low, high = (one[k].sel({regimes: kinds}).values for k in ("mean", "low", "high"))
            figure.add_bar(
                x=[label(k) for k in kinds],
                y=mean,
                name=label(listing),
                marker=dict(
                    color=paints if listing == "targeted" else "white",
                    line=dict(color=paints, width=2),
                    pattern=dict(shape="/", fgcolor=paints) if listing == OF_CITY else None,
                ),
                error_y=error_bar(mean, low, high),
                showlegend=False,
                row=row,
                col=column,
                hovertemplate="%{x}: %{y:,.0f}<extra>" + label(listing) + "</extra>",
            )
    for regime in kinds:  # a key in place of labels that would not fit below the bars
        paint = colour(regime, kinds)
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            name=label(regime),
            marker=dict(color=paint, symbol="square", size=12),
        )
    height = 220 + 300 * cells[-1][0]
    figure.update_layout(
        template=TEMPLATE,
        title=warn(
            f"{question}<br>{small('filled: the list; hollow: as many random people')}", results
        ),
        height=height,
        barmode="group",
        margin=dict(t=124, b=90),
        legend=dict(y=-30 / height, traceorder="normal"),
    )
    figure.update_xaxes(showticklabels=False, ticks="")
    figure.update_xaxes(title=dict(text="by isolation regime", standoff=4), row=cells[-1][0])
    title = lines(axis_title(name)) if name in RATIOS else axis_title(name).replace(" (", "<br>(")
    figure.update_yaxes(title_text=title, col=1)
    figure.update_yaxes(tickformat=",")
    return figure
