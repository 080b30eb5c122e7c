"""Figures of a calibration. Every title says that it is a fit."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from ..analysis.calibration import posterior_table
from ..parameters import Prior
from .alt import with_alt
from .naming import parameter_words
from .style import INK, QUIET, TEMPLATE, error_bar, faint, fill_between

FITTED = "#0072B2"
BINS = 24
COLUMNS = 3


@with_alt
def fit(
    posterior: xr.Dataset, title: str = "A fit, not a check: the series and the runs fitted to it"
) -> go.Figure:
    """Observed counts and the accepted runs: median, 50 and 90 % bands over weighted particles."""
    curves = posterior["curve"].values if "curve" in posterior.coords else np.array([""])
    names = list(dict.fromkeys(map(str, curves)))
    figure = make_subplots(len(names), 1, shared_xaxes=True, vertical_spacing=0.08)
    for row, name in enumerate(names, 1):
        one = posterior.isel(period=np.flatnonzero(curves == name)) if name else posterior
        _add_fit(figure, one, row)
        told = {"": "number", "positive_results": "cases"}.get(name, name.replace("_", " "))
        figure.update_yaxes(
            title_text=f"{told} per 100,000 people and period" if name else told,
            rangemode="tozero",
            tickformat=",",
            row=row,
            col=1,
        )
    days = posterior.attrs.get("period_days")
    height = 480 if len(names) == 1 else 300 * len(names) + 120
    below = dict(y=-0.22 * 480 / height)
    figure.update_layout(template=TEMPLATE, title=title, height=height, legend=below)
    first = f"first day of the period of {days} days" if days else "period"
    figure.update_xaxes(title_text=first, row=len(names), col=1)
    return figure


def _add_fit(figure: go.Figure, posterior: xr.Dataset, row: int) -> None:
    """The observed counts of one series and the accepted runs."""
    weight, runs = posterior["weight"].values, posterior["predicted"].values
    dated = "period_start" in posterior.coords
    x = posterior["period_start" if dated else "period"].values
    place = dict(row=row, col=1)

    def at(share: float) -> list[float]:
        return [
            float(np.quantile(column, share, weights=weight, method="inverted_cdf"))
            for column in runs.T
        ]

    for low, high, opacity, name in (
        (0.05, 0.95, 0.16, "90 % of accepted runs"),
        (0.25, 0.75, 0.32, "half of them"),
    ):
        told = dict(name=name, legendgroup=name, showlegend=row == 1)
        fill_between(figure, x, at(low), at(high), faint(FITTED, opacity), **told, **place)
    figure.add_scatter(
        x=x,
        y=at(0.5),
        mode="lines",
        line=dict(color=FITTED, width=2.4),
        name="their median",
        legendgroup="median",
        showlegend=row == 1,
        **place,
    )
    figure.add_scatter(
        x=x,
        y=posterior["observed"].values,
        mode="markers",
        marker=dict(color=INK, size=8),
        name="observed",
        legendgroup="observed",
        showlegend=row == 1,
        **place,
    )


@with_alt
def reported_and_simulated(
    reported: pd.Series,
    simulated: pd.DataFrame,
    fitted_until: str | None = None,
    title: str = "Reported and simulated",
    unit: str = "cases per 100,000 people and week",
) -> go.Figure:
    """A reported series beside runs of draws of a fit: their median and 90 % of them.

    reported: by date; simulated: a column per run, with the same index; fitted_until: date from
    which on the series was not used for the fit, so that it checks it.
    """
    low, middle, high = (simulated.quantile(q, axis=1) for q in (0.05, 0.5, 0.95))
    x = list(reported.index)
    figure = go.Figure()
    fill_between(figure, x, low, high, faint(FITTED, 0.2), name="90 % of the draws")
    figure.add_scatter(
        x=x, y=middle, mode="lines", line=dict(color=FITTED, width=2.4), name="their median"
    )
    figure.add_scatter(
        x=x, y=reported, mode="markers", marker=dict(color=INK, size=8), name="reported"
    )
    if fitted_until is not None:
        figure.add_vline(x=pd.Timestamp(fitted_until), line=dict(color=QUIET, dash="dot"))
        for where, text in (("right", "fitted "), ("left", " checked")):
            figure.add_annotation(
                x=pd.Timestamp(fitted_until),
                y=1,
                yref="paper",
                text=text,
                showarrow=False,
                xanchor=where,
                font=dict(color=QUIET),
            )
    figure.update_layout(template=TEMPLATE, title=title, height=480)
    figure.update_xaxes(title_text="first day of the week")
    figure.update_yaxes(title_text=unit, rangemode="tozero")
    return figure


@with_alt
def posterior(
    found: xr.Dataset, title: str = "What the series says about the parameters (a fit, not a check)"
) -> go.Figure:
    """Posterior of each parameter (bars) with its 90 % interval, beside the prior (line)."""
    priors = {n: Prior.model_validate(p) for n, p in json.loads(found.attrs["priors"]).items()}
    table = posterior_table(found)
    columns = min(COLUMNS, len(priors))
    rows = -(-len(priors) // columns)
    figure = make_subplots(rows, columns, horizontal_spacing=0.09, vertical_spacing=0.3 / rows)
    for at, (name, prior) in enumerate(priors.items()):
        row, column = at // columns + 1, at % columns + 1
        low, high = (float(v) for v in prior.quantile([0.001, 0.999]))
        density, edges = np.histogram(
            found[name].values,
            bins=BINS,
            range=(low, high),
            weights=found["weight"].values,
            density=True,
        )
        middle = (edges[1:] + edges[:-1]) / 2
        figure.add_bar(
            x=middle,
            y=density,
            width=np.diff(edges),
            marker=dict(color=faint(FITTED, 0.55), line_width=0),
            name="posterior",
            showlegend=at == 0,
            row=row,
            col=column,
        )
        grid = np.linspace(low, high, 200)
        figure.add_scatter(
            x=grid,
            y=prior.frozen().pdf(grid),
            mode="lines",
            line=dict(color=QUIET, width=2, dash="dash"),
            name="prior",
            showlegend=at == 0,
            row=row,
            col=column,
        )
        line, top = table.loc[name], float(density.max()) * 1.12
        figure.add_scatter(
            x=[line["median"]],
            y=[top],
            mode="markers",
            marker=dict(color=INK, size=9),
            name="median and 90 % interval",
            error_x=error_bar([line["median"]], [line["low"]], [line["high"]]),
            showlegend=at == 0,
            row=row,
            col=column,
        )
        unit = found[name].attrs.get("units", "")
        figure.update_xaxes(
            title_text=parameter_words(name) + (f", {unit}" if unit else ""), row=row, col=column
        )
        figure.update_yaxes(
            title_text="density" if column == 1 else None, rangemode="tozero", row=row, col=column
        )
    height = 310 * rows + 170
    figure.update_layout(
        template=TEMPLATE,
        title=title,
        height=height,
        bargap=0,
        legend=dict(y=-110 / height),
        margin=dict(b=110),
    )
    return figure
