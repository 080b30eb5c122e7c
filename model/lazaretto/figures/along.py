"""What moves along a numeric axis: paired differences from the baseline, with intervals."""

from __future__ import annotations

import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from ..analysis.compare import axes_of, compare
from ..analysis.errors import AnalysisError
from .alt import with_alt
from .naming import parameter_words
from .panels import axis_title
from .style import GRID, INK, SPARE_COLOURS, TEMPLATE, label, warn

SERVED = ("infections", "quarantine_days_served", "isolation_days_served", "dropouts")


@with_alt
def along(results: xr.Dataset, components: tuple[str, ...] = SERVED, title: str = "") -> go.Figure:
    """Each component's paired difference from the baseline cell along the first axis, one line for
    each value of the second if there is one, with 95 % intervals over seeds.

    results: of a sweep of one or two axes, the first with numbers. Raises AnalysisError else.
    """
    axes = axes_of(results)
    if len(axes) not in (1, 2) or results[axes[0]].dtype.kind not in "if":
        raise AnalysisError(
            "this figure needs a sweep of one or two axes of which the first has numbers, as "
            f"support-and-fatigue; this one has {len(axes)}: {', '.join(axes)}"
        )
    found = compare(results)
    if "listing" in found.dims:
        found = found.sel(listing="targeted")
    along_axis, of = axes[0], axes[1] if len(axes) > 1 else None
    figure = make_subplots(1, len(components), horizontal_spacing=0.09)
    for at, name in enumerate(components, start=1):
        one = found.sel(component=name)
        for n, value in enumerate(results[of].values if of else [None]):
            line = one.sel({of: value}) if of else one
            paint = SPARE_COLOURS[n % len(SPARE_COLOURS)]
            figure.add_scatter(
                x=line[along_axis].values,
                y=line["mean"].values,
                error_y=dict(
                    type="data",
                    symmetric=False,
                    array=(line["high"] - line["mean"]).values,
                    arrayminus=(line["mean"] - line["low"]).values,
                    thickness=1,
                ),
                mode="lines+markers",
                line=dict(color=paint),
                name=_series(of, value),
                legendgroup=str(value),
                showlegend=of is not None and at == 1,
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
    told = title or str(results.attrs.get("title", "Change against the baseline"))
    return figure.update_layout(
        template=TEMPLATE,
        title=warn(told, results),
        height=460,
        legend=dict(y=-0.34),
        margin=dict(b=120),
    )


def _series(of: str | None, value: object) -> str:
    """What a line is called: the value of the second axis, a name or a number."""
    if of is None:
        return ""
    return label(value) if isinstance(value, str) else f"{parameter_words(of)} {value:g}"
