"""Daily curves: of one run, of the policies of a sweep, and how they differ from the baseline."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import xarray as xr
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from ..analysis.chains import ISOLATED, QUARANTINED
from ..analysis.compare import baseline_of, describe
from ..analysis.errors import AnalysisError
from ..outcomes.run import Run
from ..values.errors import suggestion
from .alt import with_alt
from .changes import mark_changes, policy_in_words
from .panels import panels, targeted, two_axes
from .people import IN_HOSPITAL, IN_VAIN, ORDER_COLOURS, STATE_COLOURS
from .style import INK, QUIET, TEMPLATE, colour, dash, faint, fill_between, label, safe, small, warn

LOW, HIGH = 0.025, 0.975
PER, WEEK = 100_000, 7
DAILY = "daily_"  # what results of a sweep put before the name of a curve
NEW = "new_infections"
FOUND = "#D55E00"  # what the authority has found, as in the picture of a run
A_DAY, PEOPLE = "a day per 100,000", "people per 100,000"


class Line(NamedTuple):
    """A curve of a run: the columns of `run.curves` that are added up, and how it looks."""

    name: str
    columns: tuple[str, ...]
    colour: str
    dash: str


INFECTIOUS = ("I_presymptomatic", "I_symptomatic", "I_asymptomatic")
OF_RUN: tuple[tuple[str, str, tuple[Line, ...]], ...] = (
    (
        "What happens",
        A_DAY,
        (
            Line("new infections", (NEW,), INK, "solid"),
            Line("positive results", ("positive_results",), FOUND, "dash"),
        ),
    ),
    (
        "Who is infected",
        PEOPLE,
        (
            Line("latent", ("E",), STATE_COLOURS["latent"], "dot"),
            Line("infectious", INFECTIOUS, STATE_COLOURS["infectious"], "solid"),
            Line("in hospital", ("H",), IN_HOSPITAL, "dashdot"),
        ),
    ),
    (
        "Who is under an order",
        PEOPLE,
        (
            Line("isolated as cases", ("isolated",), ORDER_COLOURS[ISOLATED], "solid"),
            Line("in quarantine", ("quarantined",), ORDER_COLOURS[QUARANTINED], "dash"),
            Line("of these not infected so far", ("wrongly_quarantined",), IN_VAIN, "dot"),
        ),
    ),
)


@with_alt
def curves(of: Run | xr.Dataset, state: str | None = None, title: str | None = None) -> go.Figure:
    """Daily curves per 100,000 people.

    Of a run: what happened each day (mean of seven days), who was latent, infectious and in
    hospital, and who was under an order; with `state` that curve of `run.curves` alone. Of the
    results of a sweep over two axes: one curve (`state`, default the new infections), a panel per
    tracing level and a colour per regime; line = median over seeds, band = 95 % of seeds. Counts
    per day are the mean of the seven days around, since schools and work rest at weekends.

    Raises AnalysisError for a curve that is not there.
    """
    if isinstance(of, Run):
        return _of_run(of, state, title)
    return _of_results(of, state or NEW, title)


def _of_run(run: Run, state: str | None, title: str | None) -> go.Figure:
    shown = OF_RUN
    if state is not None:
        name = state.removeprefix(DAILY)
        one = _known(name, [str(n) for n in run.curves.data_vars])
        words = name.replace("_", " ")
        unit = A_DAY if run.curves[one].attrs["units"] == "1/day" else PEOPLE
        shown = ((_titled(name), unit, (Line(words, (one,), INK, "solid"),)),)
    heads = [head for head, _, _ in shown]
    figure = make_subplots(
        len(shown), 1, shared_xaxes=True, vertical_spacing=0.1, subplot_titles=heads
    )
    day: Any = run.dates if run.dates is not None else np.arange(run.raw.days)
    for row, (_, unit, lines) in enumerate(shown, 1):
        for line in lines:
            values = sum(run.curves[name].values for name in line.columns) * (
                PER / run.population.people
            )
            figure.add_scatter(
                x=day,
                y=weekly(values) if unit == A_DAY else values,
                mode="lines",
                name=line.name,
                line=dict(color=line.colour, dash=line.dash, width=2.2),
                hovertemplate="%{x}: %{y:,.1f}<extra>" + line.name + "</extra>",
                row=row,
                col=1,
            )
        figure.update_yaxes(
            title_text=unit.replace(" per", "<br>per"), rangemode="tozero", row=row, col=1
        )
    height = 200 + 190 * max(len(shown), 2)
    figure.update_layout(
        template=TEMPLATE,
        title=f"{safe(title or run.scenario.title)}<br>{small(policy_in_words(run))}",
        height=height,
        legend=dict(y=-70 / (height - 234), traceorder="normal"),
        margin=dict(t=104, b=130),
    )
    figure.update_annotations(font_size=14, font_color=INK)
    across = "day" if run.dates is None else "date"
    figure.update_xaxes(title=dict(text=across, standoff=6), row=len(shown))
    _mark_phases(figure, run, day)
    return figure


def _mark_phases(figure: go.Figure, run: Run, day: Any) -> None:
    for phase in run.plan.phases[1:]:
        figure.add_vline(x=day[phase.first], line=dict(color=QUIET, width=1.2, dash="dot"))


def weekly(values: Any) -> NDArray[np.float64]:
    """The mean of the seven days around each day."""
    mean = pd.Series(values, dtype=float).rolling(WEEK, center=True, min_periods=1).mean()
    found: NDArray[np.float64] = mean.to_numpy()
    return found


def _known(name: str, there: list[str]) -> str:
    """The name of a curve. Raises AnalysisError where there is none."""
    if name not in there:
        raise AnalysisError(f"there is no daily curve {name!r}.{suggestion(name, there)}")
    return name


def _values(results: xr.Dataset, state: str) -> tuple[xr.DataArray, str]:
    """(a daily curve of all cells per 100,000 people, its unit)."""
    names = [str(name) for name in results.data_vars if str(name).startswith(DAILY)]
    if not names:
        raise AnalysisError(
            "these results hold no daily curves; state `daily = true` in the sweep's file"
        )
    plain = _known(state.removeprefix(DAILY), [name.removeprefix(DAILY) for name in names])
    one = results[DAILY + plain]
    there = targeted(one) >= 0  # neither failed nor of fewer days than others
    values = targeted(one).where(there) * (PER / results.attrs["people"])
    if one.attrs.get("units") == "1/day":
        return values.rolling(day=WEEK, center=True, min_periods=1).mean().where(there), A_DAY
    return values, PEOPLE


def _titled(state: str, what: str = "") -> str:
    words = state.removeprefix(DAILY).replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}{what}"


def _of_results(results: xr.Dataset, state: str, title: str | None) -> go.Figure:
    levels, regimes = two_axes(results)
    values, unit = _values(results, state)
    bands = [values.quantile(q, "seed") for q in (LOW, 0.5, HIGH)]
    after = " a day (mean of seven days)" if unit == A_DAY else ""
    figure = _bands(bands[1], bands[0], bands[2], (levels, regimes), unit)
    return _finish(figure, results, title or _titled(state, after))


@with_alt
def curve_differences(
    results: xr.Dataset,
    state: str = NEW,
    baseline: dict[str, Any] | None = None,
    title: str | None = None,
    band_of: str | None = None,
) -> go.Figure:
    """How a daily curve differs from the baseline's, seed by seed: a panel per tracing level and a
    colour per regime; line = mean of the paired differences, band = its 95 % t interval over seeds.
    Where the band lies wholly below 0 there are fewer on that day.

    Two policies whose own bands overlap can still differ surely, because the same people have the
    same luck under both. baseline: axis -> value; default the design's. band_of: the one regime
    that has a band, where several would cover each other. Raises AnalysisError.
    """
    levels, regimes = two_axes(results)
    values, unit = _values(results, state)
    here = baseline_of(results, baseline)
    found = describe(values - values.sel(here, drop=True))
    shown = (found["mean"], found["low"], found["high"])
    figure = _bands(*shown, (levels, regimes), unit, band_of)
    figure.add_hline(y=0, line=dict(color=QUIET, width=1.2))
    told = " + ".join(label(value) for value in here.values())
    head = title or _titled(state, ": difference from the baseline")
    _finish(figure, results, head)
    told += f"; band: 95 % interval of {label(band_of)}" if band_of is not None else ""
    text = f"{figure.layout.title.text}<br>{small(f'paired by seed; baseline: {told}')}"
    return figure.update_layout(title=dict(text=text), margin=dict(t=140))


def _bands(
    middle: xr.DataArray,
    low: xr.DataArray,
    high: xr.DataArray,
    axes: tuple[str, str],
    unit: str,
    band_of: str | None = None,
) -> go.Figure:
    """A line with a band for each cell: a panel per tracing level, a colour per regime. band_of:
    the one regime that has a band; default all."""
    levels, regimes = axes
    names, kinds = middle[levels].values.tolist(), middle[regimes].values.tolist()
    figure, cells = panels(names)
    known = middle.notnull().any([dim for dim in middle.dims if dim != "day"])
    middle, low, high = (one.sel(day=known) for one in (middle, low, high))
    day = middle["day"].values
    for (row, column), level in zip(cells, names, strict=True):
        place = dict(row=row, col=column)
        for regime in kinds:
            paint, cell = colour(regime, kinds), {levels: level, regimes: regime}
            if band_of in (None, regime):
                below, above = low.sel(cell).values, high.sel(cell).values
                told = dict(name=label(regime), legendgroup=str(regime), showlegend=False)
                fill_between(figure, day, below, above, faint(paint), **told, **place)
            figure.add_scatter(
                x=day,
                y=middle.sel(cell).values,
                mode="lines",
                line=dict(color=paint, dash=dash(level, names), width=2.2),
                name=label(regime),
                legendgroup=str(regime),
                showlegend=(row, column) == (1, 1),
                hovertemplate="day %{x}: %{y:,.0f}<extra>" + label(regime) + "</extra>",
                **place,
            )
    figure.update_xaxes(title_text="day", row=cells[-1][0])
    figure.update_yaxes(title_text=unit, col=1)
    figure.update_layout(height=190 + 280 * cells[-1][0])
    return figure


def _finish(figure: go.Figure, results: xr.Dataset, title: str) -> go.Figure:
    height = figure.layout.height
    figure.update_layout(
        template=TEMPLATE,
        title=warn(safe(title), results),
        legend=dict(y=-125 / height),
        margin=dict(t=104),
    )
    figure.update_yaxes(rangemode="tozero")
    figure.update_annotations(font_size=14, font_color=INK)
    mark_changes(figure, results)
    return figure
