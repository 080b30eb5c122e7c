"""Daily curves as differences from the baseline, in pairs of runs with the same seed."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import xarray as xr

from ..analysis.compare import baseline_of, describe
from .panels import PER, WEEK, _axes, _panels, _targeted_lists
from .style import INK, QUIET, TEMPLATE, colour, faint, label, safe, small, warn, words

BAND_OF = "supported"


def curve_differences(
    results: xr.Dataset,
    state: str = "daily_new_infections",
    title: str = "New infections a day, beside the baseline",
    band_of: str = BAND_OF,
) -> go.Figure:
    """A daily curve less that of the baseline with the same seed: one panel per tracing level, one
    colour per regime; line = mean over seeds (of the seven days around), band = its 95 % interval,
    drawn for the regime `band_of` alone (else the first), so that bands do not cover each other."""
    levels, regimes = _axes(results)
    base = baseline_of(results)
    values = _targeted_lists(results[state])
    there = values >= 0  # neither failed nor of fewer days than others
    values = values.where(there) * (PER / results.attrs["people"])
    if results[state].attrs.get("units") == "1/day":
        values = values.rolling(day=WEEK, center=True, min_periods=1).mean().where(there)
    found = describe(values - values.sel(base, drop=True))
    kinds = [str(one) for one in values[regimes].values]
    banded = band_of if band_of in kinds else kinds[0]
    names = [n for n in values[levels].values.tolist() if n != base[levels]]
    figure, cells = _panels(names)
    for (row, column), level in zip(cells, names, strict=True):
        for regime in sorted(kinds, key=lambda one: one == banded):
            one, paint = found.sel({levels: level, regimes: regime}), colour(regime, kinds)
            one = one.dropna("day", subset=["mean"])  # a situation of fewer days than others
            day = one["day"].values
            if regime == banded:
                figure.add_scatter(
                    x=[*day, *day[::-1]],
                    y=np.concatenate([one["high"].values, one["low"].values[::-1]]).round(2),
                    fill="toself",
                    fillcolor=faint(paint, 0.22),
                    line=dict(width=0),
                    hoverinfo="skip",
                    showlegend=False,
                    row=row,
                    col=column,
                )
            figure.add_scatter(
                x=day,
                y=one["mean"].values.round(2),
                mode="lines",
                line=dict(color=paint, width=2.6 if regime == banded else 1.2),
                name=label(regime),
                legendgroup=regime,
                showlegend=(row, column) == (1, 1),
                hovertemplate="day %{x}: %{y:,.0f}<extra>" + label(regime) + "</extra>",
                row=row,
                col=column,
            )
        figure.add_hline(y=0, line=dict(color=QUIET, width=1), row=row, col=column)
    height = 220 + 260 * cells[-1][0]
    told = small(
        f"below zero: fewer than {' + '.join(safe(words(v)) for v in base.values())}; "
        f"band: 95 % interval of {safe(words(banded))}"
    )
    figure.update_layout(
        template=TEMPLATE,
        title=warn(f"{safe(title)}<br>{told}", results),
        height=height,
        legend=dict(y=-140 / height),
        margin=dict(t=140, b=110),
    )
    figure.update_xaxes(title_text="day", row=cells[-1][0])
    figure.update_yaxes(title_text="per 100,000 people", col=1)
    figure.update_annotations(font_size=13, font_color=INK)
    return figure
