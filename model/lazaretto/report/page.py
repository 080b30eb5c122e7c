"""One self-contained HTML page from the results of a sweep, and beside it figures and tables."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
import plotly.graph_objects as go
import plotly.offline
import xarray as xr

from .. import figures
from ..analysis.compare import (
    AVERTED,
    axes_of,
    baseline_of,
    compare,
    components_in,
    describe,
    levels,
    seeds_gain,
    stack,
)
from ..analysis.frontier import frontier
from ..analysis.race import race
from ..analysis.ratios import RATIOS, ratios
from ..figures.export import CONFIG, FigureError, save_all
from ..figures.heat import MOST_CELLS
from ..figures.style import number, words
from ..outcomes.panel import BLOCKS, COMPONENTS
from ..parameters import Scenario, Sweep, file_of, origins_of, rows
from ..parameters.table import Row
from .around import around
from .assumptions import Rests, what_it_rests_on

FRONTIER = ["infections" + AVERTED, "futile_days"]
BLOCK_TITLES = {
    "benefit": "Health",
    "liberty": "Liberty",
    "privacy": "Privacy",
    "justice": "Justice",
    "coercion": "Coercion",
    "effort": "Effort",
    "precision": "Precision of the lists",
    "attribution": "What stopped transmissions",
}


class ReportError(OSError):
    """A report that cannot be written; the text says why."""


def write_report(
    results: xr.Dataset, out: Path, svg: bool | None = None, assumptions: xr.Dataset | None = None
) -> list[Path]:
    """Write index.html, figures/*.html (and *.svg where a Chrome is found) and tables/*.csv into
    `out`; returns the files.

    svg: True demands SVG files, False leaves them out, None makes them where it can. assumptions:
    results of a sampled sweep, for what the ranking rests on. Raises AnalysisError where they are
    not.
    """
    rests = what_it_rests_on(assumptions) if assumptions is not None else None
    drawn = draw(results) | (rests.figures if rests is not None else {})
    written = tables(results) | ({"flips": rests.table} if rests is not None else {})
    files: list[Path] = []
    try:
        for folder in ("figures", "tables"):
            (out / folder).mkdir(parents=True, exist_ok=True)
        for name, figure in drawn.items():
            file = out / "figures" / f"{name}.html"
            figure.write_html(file, include_plotlyjs="directory", config=CONFIG, full_html=True)
            files.append(file)
        for name, table in written.items():
            file = out / "tables" / f"{name}.csv"
            table.to_csv(file)
            files.append(file)
        page = out / "index.html"
        page.write_text(render(results, drawn, rests), encoding="utf-8")
    except OSError as problem:
        raise ReportError(
            f"{out}: the report cannot be written: {problem.strerror or problem}"
        ) from problem
    return [page, *files, *write_svg(drawn, out / "figures", svg)]


def write_svg(drawn: dict[str, go.Figure], folder: Path, wanted: bool | None) -> list[Path]:
    """SVG files for a paper; they need the package kaleido and an installed Chrome or Chromium."""
    if wanted is False:
        return []
    try:
        return save_all(list(drawn.values()), [folder / f"{name}.svg" for name in drawn])
    except FigureError as problem:
        if wanted:
            raise ReportError(str(problem)) from problem
        return []


def draw(results: xr.Dataset) -> dict[str, go.Figure]:
    """All figures of the report by name."""
    drawn = {
        "frontier": figures.trade_off(
            results, title="Infections averted against days served in vain"
        ),
        "curves": figures.curves(results),
        "quarantined": figures.curves(
            results, "daily_quarantined", "People in quarantine as listed contacts"
        ),
        "precision": figures.precision(results),
        "records": figures.records(results),
    }
    if len(design_of(results).cells()) <= MOST_CELLS:
        drawn["heat"] = figures.panel_heat(results)
    drawn["race"] = figures.race(
        race(design_of(results).scenario.pathogen),
        "Is a contact reached before it becomes infectious?",
    )
    if results.sizes.get("listing", 1) > 1:
        drawn["matched-null"] = figures.matched_null(results)
        drawn["matched-null-per-day"] = figures.matched_null(
            results, "averted_per_1000_quarantine_days"
        )
    return drawn


def tables(results: xr.Dataset) -> dict[str, pd.DataFrame]:
    """The tables of the report: panel (levels), differences from the baseline, ratios, frontier,
    parameters."""
    return {
        "ratios": ratios(results).to_dataframe(),
        "panel": levels(results).to_dataframe(),
        "differences": compare(results).to_dataframe(),
        "frontier": frontier(results, FRONTIER),
        "parameters": pd.DataFrame(parameter_rows(design_of(results))).set_index("parameter"),
    }


def design_of(results: xr.Dataset) -> Sweep:
    """The design that made the results, from their provenance."""
    return Sweep.model_validate_json(results.attrs["design"])


class StatedRow(Row):
    """A line of the table of parameters, with the file that the value came from."""

    file: str


def parameter_rows(design: Sweep) -> list[StatedRow]:
    """Every stated value of the scenario and of each value of its axes, each once, with the file
    that it came from."""
    scenario = design.scenario
    out = [row for row in _rows_of(scenario) if row["parameter"].split(".")[0] not in design.axes]
    for axis, values in design.axes.items():
        if axis not in Scenario.model_fields:
            continue
        for value in values:
            for row in _rows_of(scenario.replace(**{axis: value})):
                part, _, name = row["parameter"].partition(".")
                if part == axis:
                    out.append({**row, "parameter": f"{axis} {value}: {name}"})
    return out


def _rows_of(scenario: Scenario) -> list[StatedRow]:
    known = origins_of(scenario)
    return [
        {**row, "file": "" if row["status"] == "user" else file_of(row["parameter"], known)}
        for row in rows(scenario)
    ]


def interval(mean: float, low: float, high: float) -> str:
    """An interval as people read it; nothing where there is no spread."""
    return "" if mean != mean or low == high else f"{number(low)} to {number(high)}"


def price_interval(mean: float, low: float, high: float) -> str:
    """As `interval`, of a ratio, which has no bound where its denominator may be 0."""
    if math.isinf(low) and math.isinf(high):
        return "not bounded"
    if math.isinf(low) or math.isinf(high):
        return f"up to {number(high)}" if math.isinf(low) else f"{number(low)} or more"
    return interval(mean, low, high)


def cell_label(results: xr.Dataset, cell: dict[str, Any]) -> str:
    """A cell in words."""
    return " + ".join(words(cell[axis]) for axis in axes_of(results))


def panel_table(results: xr.Dataset) -> list[dict[str, Any]]:
    """The panel as blocks of lines: label, unit, definition and one entry (mean, low, high) per
    cell; the matched null is left out."""
    levels_of = components_in(results)
    names = [
        n
        for level in levels_of
        for n in ([level, level + AVERTED] if COMPONENTS[level].block == "benefit" else [level])
    ]
    described = describe(stack(results, names))
    if "listing" in described.dims:
        described = described.sel(listing="targeted")
    axes = axes_of(results)
    flat = described.stack(cell=axes)
    blocks = []
    for block in BLOCKS:
        lines = []
        for name in (n for n in names if COMPONENTS[n.removesuffix(AVERTED)].block == block):
            one = flat.sel(component=name)
            plain = name.removesuffix(AVERTED)
            raw = (
                results[plain].sel(listing="targeted")
                if "listing" in results.dims
                else results[plain]
            )
            endless = raw.max("seed").stack(cell=axes).values == float("inf")
            entries = [
                {"mean": "never", "interval": ""}
                if never
                else {"mean": number(m), "interval": interval(m, a, b)}
                for m, a, b, never in zip(
                    one["mean"].values, one["low"].values, one["high"].values, endless, strict=True
                )
            ]
            part = COMPONENTS[plain]
            label = part.label + (" averted" if name != plain else "")
            lines.append(
                {
                    "label": label,
                    "unit": part.unit,
                    "definition": part.definition
                    + (", less than in the baseline with the same seed" if name != plain else ""),
                    "entries": entries,
                }
            )
        blocks.append({"title": BLOCK_TITLES[block], "lines": lines})
    return blocks


def price_table(results: xr.Dataset) -> list[dict[str, Any]]:
    """What a gain costs: a line per ratio, an entry (mean, interval) per cell."""
    found = ratios(results)
    if "listing" in found.dims:
        found = found.sel(listing="targeted")
    flat = found.stack(cell=axes_of(results))
    lines = []
    for name, one in RATIOS.items():
        row = flat.sel(ratio=name)
        ends = zip(row["mean"].values, row["low"].values, row["high"].values, strict=True)
        entries = [{"mean": number(m), "interval": price_interval(m, a, b)} for m, a, b in ends]
        lines.append({"label": one.label, "unit": one.unit, "entries": entries})
    return lines


def answer(results: xr.Dataset) -> list[str]:
    """Three sentences with numbers, generated from the results."""
    table = frontier(results, FRONTIER)
    base = baseline_of(results)
    axes = axes_of(results)
    level, regime = axes[0], axes[1]
    differences = compare(results)
    if "listing" in differences.dims:
        targeted = differences.sel(listing="targeted")
    else:
        targeted = differences
    most = table[FRONTIER[0]].idxmax()
    chosen = dict(zip(axes, most, strict=True))
    one = targeted.sel(component="infections", **chosen)
    total = float(stack(results, ["infections"]).sel(base | _targeted_lists(results)).mean())
    beaten = table[~table["non_dominated"]]
    best, low, high = (-float(one[k]) for k in ("mean", "high", "low"))
    sentences = [
        f"Of the {len(table)} combinations, {cell_label(results, chosen)} averts "
        f"most infections: {number(best)} per 100,000 people "
        f"(95 % interval {number(low)} to {number(high)}), {best / total:.0%} of "
        f"the {number(total)} under "
        f"{cell_label(results, base)}; people who were never infected serve "
        f"{number(table.loc[most, 'futile_days'])} person-days for it.",
        f"On these two components {len(table) - len(beaten)} of the {len(table)} are not dominated"
        + (
            f"; something else does better on both than {_list_words(results, list(beaten.index))}."
            if len(beaten)
            else "."
        ),
    ]
    if results.sizes.get("listing", 1) > 1 and len(results[level]) > 1:
        shares = []
        for name in [n for n in results[level].values.tolist() if n != base[level]]:
            where = {level: name, regime: base[regime], "component": "infections"}
            real, *nulls = (
                number(-float(differences["mean"].sel(where | {"listing": kind})))
                for kind in results["listing"].values
            )
            shares.append(f"{words(name)} {real} against {' and '.join(nulls)}")
        scopes = " and ".join(words(kind) for kind in results["listing"].values[1:])
        sentences.append(
            f"Under {words(base[regime])}, the lists avert per 100,000 people, beside as many days "
            f"newly ordered on the same days of {scopes}: " + "; ".join(shares) + "."
        )
    return sentences


def _list_words(results: xr.Dataset, cells: list[Any]) -> str:
    axes = axes_of(results)
    *first, last = (cell_label(results, dict(zip(axes, cell, strict=True))) for cell in cells)
    return f"{', '.join(first)} and {last}" if first else last


def _targeted_lists(results: xr.Dataset) -> dict[str, str]:
    return {"listing": "targeted"} if "listing" in results.dims else {}


def render(results: xr.Dataset, drawn: dict[str, go.Figure], rests: Rests | None = None) -> str:
    """The page. All text from outside is escaped by the template engine."""
    design = design_of(results)
    scenario = design.scenario
    axes = axes_of(results)
    cells = design.cells()
    parameters = parameter_rows(design)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    embedded = {
        name: figure.to_html(full_html=False, include_plotlyjs=False, config=CONFIG, div_id=name)
        for name, figure in drawn.items()
    }
    gain = seeds_gain(results).values.ravel()
    gain = gain[gain == gain]
    return environment.get_template("page.html.j2").render(
        title=results.attrs["title"],
        scenario=scenario,
        design=design,
        people=f"{results.attrs['people']:,}",
        days=int(scenario.days.value),
        seeds=results.sizes["seed"],
        axes={axis: [words(v) for v in values] for axis, values in design.axes.items()},
        descriptions={
            axis: [
                (words(v), getattr(scenario.replace(**{axis: v}), axis).description) for v in values
            ]
            for axis, values in design.axes.items()
            if axis in Scenario.model_fields
        },
        baseline=cell_label(results, baseline_of(results)),
        answer=answer(results),
        figures=embedded,
        heads=[[words(cell[axis]) for axis in axes] for cell in cells],
        blocks=panel_table(results),
        prices=price_table(results),
        rests=rests,
        around=around(scenario),
        parameters=parameters,
        assumed=sum(row["status"] == "assumption" for row in parameters),
        confirmed=sum(row["status"] == "confirmed" for row in parameters),
        gain=(min(gain), sorted(gain)[len(gain) // 2], max(gain)) if len(gain) else None,
        avoidance_is_off=scenario.behaviour.avoidance_is_off,
        failures=json.loads(results.attrs.get("failures", "{}")),
        provenance={
            k: results.attrs[k]
            for k in ("package", "sources", "parameter_hash", "population_seed", "python")
        },
        plotly=plotly.offline.get_plotlyjs(),
    )
