"""What moves along a numeric axis: paired differences from the baseline, with intervals."""

from __future__ import annotations

import itertools

import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from ..analysis.compare import axes_of, compare
from ..analysis.errors import AnalysisError
from .alt import with_alt
from .naming import parameter_words
from .panels import axis_title
from .style import GRID, INK, SPARE_COLOURS, TEMPLATE, error_bar, label, warn

MOST_LINES = 12
SERVED = ("infections", "quarantine_days_served", "isolation_days_served", "dropouts")


@with_alt
def along(
    results: xr.Dataset,
    components: tuple[str, ...] = SERVED,
    title: str = "",
    axis: str | None = None,
) -> go.Figure:
    """Each component's paired difference from the baseline cell along a numeric axis, one line for
    each combination of the other axes, with 95 % intervals over seeds.

    axis: which; default the first with numbers. Raises AnalysisError where there is none, and
    beyond MOST_LINES lines.
    """
    axes = axes_of(results)
    numeric = [one for one in axes if results[one].dtype.kind in "if"]
    along_axis = axis or (numeric[0] if numeric else "")
    if along_axis not in numeric:
        raise AnalysisError(
            "this figure needs an axis of numbers, as support-and-fatigue has two; "
            f"here are {', '.join(axes)}"
        )
    others = [one for one in axes if one != along_axis]
    combined = [
        dict(zip(others, values, strict=True))
        for values in itertools.product(*(results[one].values.tolist() for one in others))
    ]
    if len(combined) > MOST_LINES:
        raise AnalysisError(
            f"{len(combined)} lines are too many for one figure (at most {MOST_LINES}); take a "
            f"part, for example results.sel({others[0]}=[...])"
        )
    found = compare(results)
    if "listing" in found.dims:
        found = found.sel(listing="targeted")
    figure = make_subplots(1, len(components), horizontal_spacing=0.09)
    for at, name in enumerate(components, start=1):
        one = found.sel(component=name)
        for n, other in enumerate(combined):
            line = one.sel(other)
            paint = SPARE_COLOURS[n % len(SPARE_COLOURS)]
            told = " + ".join(
                label(value) if isinstance(value, str) else f"{parameter_words(of)} {value:g}"
                for of, value in other.items()
            )
            figure.add_scatter(
                x=line[along_axis].values,
                y=line["mean"].values,
                error_y=error_bar(line["mean"], line["low"], line["high"], paint),
                mode="lines+markers",
                line=dict(color=paint),
                name=told,
                legendgroup=str(n),
                showlegend=bool(other) and at == 1,
                row=1,
                col=at,
            )
        figure.add_hline(y=0, line=dict(color=INK, width=1), row=1, col=at)
        figure.update_xaxes(title_text=parameter_words(along_axis), row=1, col=at)
        figure.update_yaxes(
            title_text=axis_title(name).replace(" (", "<br>("),
            tickformat="~s",
            gridcolor=GRID,
            row=1,
            col=at,
        )
    head = title or str(results.attrs.get("title", "Change against the baseline"))
    return figure.update_layout(
        template=TEMPLATE,
        title=warn(head, results),
        height=460,
        legend=dict(y=-0.34),
        margin=dict(b=120),
    )
