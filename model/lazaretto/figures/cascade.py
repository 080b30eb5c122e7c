"""The tracing cascade: from cases found to contacts in quarantine, step by step."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..analysis.cascade import WRONG
from ..instruments.table import INSTRUMENTS
from .alt import with_alt
from .style import GRID, INK, QUIET, TEMPLATE, faint, headline, number, safe

STEP_COLOUR = {"cases": INK, "people": "#0072B2", "orders": "#009E73"}
UNITS = {
    "cases": "cases",
    "people": "contacts of traced cases",
    "orders": "orders of this instrument",
}
HUNDRED = 100
ABREAST = 2
EMPTY = 100
PALER = 0.45


@with_alt
def cascade(
    table: pd.DataFrame,
    title: str = "From cases found to contacts in quarantine",
    abreast: int = ABREAST,
    paint: str | None = None,
) -> go.Figure:
    """One panel per instrument: bars per 100 cases found, each with
    its number and its share of the step before; people listed without any contact below.

    abreast: panels side by side; paint: the one colour of a policy that has one, for people and,
    paler, for orders."""
    instruments = table["instrument"].unique().tolist()
    if not instruments:
        figure = go.Figure().update_layout(template=TEMPLATE, title=safe(title), height=EMPTY)
        return figure.update_xaxes(visible=False).update_yaxes(visible=False)
    columns = min(abreast, len(instruments))
    rows = -(-len(instruments) // columns)
    figure = make_subplots(
        rows,
        columns,
        subplot_titles=[headline(_name_of(i)) for i in instruments],
        shared_yaxes=True,
        horizontal_spacing=0.04,
        vertical_spacing=0.34 / rows,
    )
    colours = STEP_COLOUR
    if paint is not None:
        colours = {"cases": INK, "people": paint, "orders": faint(paint, PALER)}
    shown: set[str] = set()
    for at, instrument in enumerate(instruments):
        lines = table[table["instrument"] == instrument]
        row, column = at // columns + 1, at % columns + 1
        found = float(lines["count"].iloc[0])
        per = lines["count"] * HUNDRED / found if found else lines["count"] * 0.0
        texts = [
            f"{number(value)}{share}" for value, share in zip(per, _shares(lines), strict=True)
        ]
        wrong = lines["step"] == WRONG
        for unit, fill in colours.items():
            mine = (lines["unit"] == unit) & ~wrong
            _bars(
                figure,
                lines[mine],
                per[mine],
                _pick(texts, mine),
                fill,
                UNITS[unit],
                unit not in shown,
                row,
                column,
            )
            shown.add(unit)
        _bars(
            figure,
            lines[wrong],
            per[wrong],
            _pick(texts, wrong),
            "white",
            "listed wrongly",
            WRONG not in shown,
            row,
            column,
        )
        shown.add(WRONG)
        top = float(per.max()) or 1.0
        figure.update_xaxes(range=[0, 1.42 * top], row=row, col=column)
    height = 190 + 320 * rows
    figure.update_layout(
        template=TEMPLATE,
        title=safe(title),
        height=height,
        barmode="overlay",
        bargap=0.3,
        legend=dict(y=-70 / (320 * rows)),
        margin=dict(t=84, b=110),
    )
    figure.update_yaxes(autorange="reversed", gridcolor=GRID)
    figure.update_xaxes(title_text="per 100 cases found", title_standoff=6, nticks=5, tickangle=0)
    return figure


def _name_of(instrument: str) -> str:
    """An instrument's label; a table from outside may name one that is not in ours."""
    known = INSTRUMENTS.get(instrument)
    return known.label if known is not None else instrument


def _bars(
    figure: go.Figure,
    lines: pd.DataFrame,
    per: pd.Series,
    texts: list[str],
    paint: str,
    name: str,
    first: bool,
    row: int,
    column: int,
) -> None:
    hollow = paint == "white"
    figure.add_bar(
        y=[step[:1].upper() + step[1:] for step in lines["step"]],
        x=per,
        orientation="h",
        text=texts,
        textposition="outside",
        textfont=dict(color=INK, size=12),
        cliponaxis=False,
        name=name,
        legendgroup=name,
        showlegend=first,
        marker=dict(color=paint, line=dict(color=QUIET if hollow else paint, width=1.5)),
        customdata=lines["count"],
        hovertemplate="%{y}: %{customdata:,.0f} in all, %{x:,.3g} per 100 cases "
        "found<extra></extra>",
        row=row,
        col=column,
    )


def _pick(texts: list[str], mine: pd.Series) -> list[str]:
    return [text for text, chosen in zip(texts, mine, strict=True) if chosen]


def _shares(lines: pd.DataFrame) -> list[str]:
    """The share of the step before, where both count the same."""
    out, before, unit = [], float("nan"), ""
    for line in lines.rename(columns={"count": "count_"}).itertuples():
        same = line.unit == unit and line.step != WRONG and before > 0
        out.append(f" ({line.count_ / before:.0%})" if same else "")
        before, unit = line.count_, line.unit
    return out
