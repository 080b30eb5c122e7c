"""What a regime does to people: the ladder's flow, who bears the burden, records held, and where
rankings flip."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..outcomes.orders import went_out
from ..outcomes.run import Run
from .alt import with_alt
from .naming import component_words, parameter_words
from .style import INK, QUIET, TEMPLATE, error_bar, faint, fill_between, safe

HIGHEST = ("nothing", "warning", "fine", "report", "transfer")
SAID = {
    "nothing": "nothing done",
    "warning": "warned",
    "fine": "fined",
    "report": "reported to the police",
    "transfer": "taken to a facility",
}
STAYED, WENT = "#0072B2", "#D55E00"
COUNTS = {
    "futile_days": "days served by people never infected",
    "days_served": "days served under an order",
    "infections": "infections",
    "deaths": "deaths",
    "wrong_sanctions": "wrong reports, fines and transfers",
    "uninfected_opened": "never infected, data opened",
}
GROUPINGS = {
    "age": "age (years)",
    "household": "people in the household",
    "contacts": "contacts a day outside the household",
}


@with_alt
def ladder_flow(run: Run) -> go.Figure:
    """Of the people under an order in one run: who went out, what was done to them, and what
    was overturned (a Sankey diagram).

    The two colours tell who had really gone out, so the flow from "stayed at home" to a sanction is
    the wrongly sanctioned.
    """
    people, out = went_out(run.raw)
    acted = run.sanctions
    rank = acted["action"].map({name: at for at, name in enumerate(HIGHEST)})
    most = rank.groupby(acted["person"]).max().reindex(people).fillna(0).to_numpy().astype(int)
    corrected = (
        np.isfinite(acted["corrected"])
        .groupby(acted["person"])
        .any()
        .reindex(people)
        .fillna(False)
        .to_numpy(bool)
    )
    reached = [name for at, name in enumerate(HIGHEST) if at == 0 or (most == at).any()]
    shares = f"of {len(people):,} people under an order"
    nodes = [
        f"under an order<br>{len(people):,}",
        f"stayed at home<br>{(~out).sum():,}",
        f"went out<br>{out.sum():,}",
    ]
    nodes += [f"{SAID[name]}<br>{(most == HIGHEST.index(name)).sum():,}" for name in reached]
    overturned = len(nodes)
    nodes.append(f"overturned on appeal<br>{corrected.sum():,}")
    links = [(0, 1, int((~out).sum()), STAYED), (0, 2, int(out.sum()), WENT)]
    for side, where, paint in ((1, ~out, STAYED), (2, out, WENT)):
        for node, name in enumerate(reached, 3):
            here = where & (most == HIGHEST.index(name))
            links.append((side, node, int(here.sum()), paint))
            links.append((node, overturned, int((here & corrected).sum()), paint))
    links = [link for link in links if link[2] > 0]
    source, target, value, paints = zip(*links, strict=True) if links else ((), (), (), ())
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            node=dict(
                label=nodes,
                pad=22,
                thickness=16,
                color=[QUIET, STAYED, WENT, *(len(nodes) - 3) * [INK]],
                line=dict(width=0),
            ),
            link=dict(
                source=source, target=target, value=value, color=[faint(p, 0.4) for p in paints]
            ),
            valueformat=",d",
            valuesuffix=" people",
        )
    )
    return figure.update_layout(
        template=TEMPLATE, title=f"What the regime did, {shares}", height=480
    )


@with_alt
def burden(table: pd.DataFrame, count: str = "futile_days") -> go.Figure:
    """Who bears it: one count of `analysis.burden.burden` by age, household size and contacts, with
    95 % intervals."""
    figure = make_subplots(1, len(GROUPINGS), shared_yaxes=True, horizontal_spacing=0.03)
    for column, (by, title) in enumerate(GROUPINGS.items(), 1):
        one = table.xs((by, count), level=("by", "count"))
        one = one[one["people"] > 0]
        figure.add_bar(
            x=[str(g) for g in one.index],
            y=one["mean"],
            marker_color=STAYED,
            showlegend=False,
            row=1,
            col=column,
            error_y=error_bar(one["mean"], one["low"], one["high"]),
            customdata=one["people"],
            hovertemplate="%{x}: %{y:,.3g} per 1,000<br>%{customdata:,} people<extra></extra>",
        )
        figure.update_xaxes(title_text=title, type="category", row=1, col=column)
    figure.update_yaxes(title_text="per 1,000 people of the group", row=1, col=1)
    figure.update_yaxes(rangemode="tozero")
    return figure.update_layout(
        template=TEMPLATE, title=f"Who bears it: {COUNTS.get(count, count)}", height=420
    )


@with_alt
def crossing(
    table: pd.DataFrame, at: pd.Series, one: str, other: str, unit: str = "per 100,000 people"
) -> go.Figure:
    """The paired difference of two policies along an axis (`analysis.crossing.crossing`) and where
    it changes its sign."""
    x, label, one, other = table.index.to_numpy(), safe(table.index.name), safe(one), safe(other)
    figure = go.Figure()
    fill_between(figure, x, table["low"], table["high"], faint(STAYED), showlegend=False)
    figure.add_scatter(
        x=x,
        y=table["mean"],
        mode="lines+markers",
        line=dict(color=STAYED, width=2.2),
        showlegend=False,
    )
    figure.add_hline(y=0, line=dict(color=INK, width=1))
    if np.isfinite(at["at"]):
        figure.add_vrect(x0=at["low"], x1=at["high"], fillcolor=WENT, opacity=0.15, line_width=0)
        told = f"level at {at['at']:.3g} ({at['low']:.3g} to {at['high']:.3g})"
        figure.add_vline(
            x=at["at"],
            line=dict(color=WENT, dash="dash"),
            annotation_text=told,
            annotation_font_color=WENT,
        )
    figure.update_xaxes(title_text=parameter_words(label))
    figure.update_yaxes(title_text=f"{one}<br>less {other}<br>({unit})", tickformat=",")
    return figure.update_layout(
        template=TEMPLATE,
        title=f"{component_words(str(at.name).split(' along ')[0])}: {one} against {other}",
        height=440,
    )


@with_alt
def further_step(table: pd.DataFrame, axis: str, gain: str, sign: float = -1.0) -> go.Figure:
    """What each further step along an axis buys (`analysis.crossing.further_step`); sign -1 shows a
    fall as a gain."""
    low, high = (sign * table[name] for name in (("high", "low") if sign < 0 else ("low", "high")))
    mean = sign * table["mean"]
    names = [f"{a:g} to {b:g}" for a, b in table.index]
    figure = go.Figure(
        go.Bar(x=names, y=mean, marker_color=STAYED, error_y=error_bar(mean, low, high))
    )
    figure.add_hline(y=0, line=dict(color=INK, width=1))
    figure.update_xaxes(title_text=safe(axis), type="category")
    figure.update_yaxes(title_text=safe(gain).replace(" (", "<br>("), tickformat=",")
    return figure.update_layout(
        template=TEMPLATE,
        title=f"What a further step changes: {safe(gain.split(' (')[0])}",
        height=420,
    )
