"""The tables of a report: what the page shows, and what stands beside it as CSV."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from ..analysis.compare import AVERTED, axes_of, baseline_of, compare, components_in, levels
from ..analysis.contrast import CONTROL, WRONG_SANCTIONS, contrast, values_of
from ..analysis.errors import AnalysisError
from ..analysis.frontier import frontier
from ..analysis.ratios import RATIOS, ratios
from ..analysis.samples import cells_of
from ..figures.naming import policy_words
from ..figures.style import number
from ..outcomes.panel import BLOCKS, COMPONENTS
from ..parameters import Scenario, Sweep, file_of, origins_of, rows
from ..parameters.sweep import SCENARIO
from ..parameters.table import Row

FRONTIER = ["infections" + AVERTED, "futile_days"]
MAIN = (  # of the panel, in the order of its blocks: what the table of the page shows
    "infections",
    "deaths",
    CONTROL,
    "quarantine_days_served",
    "futile_days",
    "uninfected_opened",
    "record_years_held",
    WRONG_SANCTIONS,
    "fines",
    "tracer_hours",
    "enforcement_hours",
    "support_paid",
)
LABELS = {CONTROL: "Brought under control", WRONG_SANCTIONS: "Wrong sanctions"}
HIGHER_IS_BETTER = {CONTROL}
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
Entry = dict[str, str]


def csv_tables(results: xr.Dataset) -> dict[str, pd.DataFrame]:
    """Tables of one situation by name: panel (levels), differences from the baseline, ratios and,
    where there are cells to compare, the frontier."""
    found = {
        "ratios": ratios(results).to_dataframe(),
        "panel": levels(results).to_dataframe(),
        "differences": compare(results).to_dataframe(),
    }
    with contextlib.suppress(AnalysisError):  # a run failed, so that nothing can be compared
        found["frontier"] = frontier(results, FRONTIER)
    return found


def interval(mean: float, low: float, high: float) -> str:
    """An interval as people read it; nothing where there is no spread."""
    return "" if mean != mean or low != low or low == high else f"{number(low)} to {number(high)}"


def price_interval(mean: float, low: float, high: float) -> str:
    """As `interval`, of a ratio, which has no bound where its denominator may be 0."""
    if math.isinf(low) and math.isinf(high):
        return "not bounded"
    if math.isinf(low) or math.isinf(high):
        return f"up to {number(high)}" if math.isinf(low) else f"{number(low)} or more"
    return interval(mean, low, high)


def main_table(results: xr.Dataset) -> dict[str, Any]:
    """A row per policy, a column per main component: the mean, below it the paired difference from
    the baseline with its interval, and whether that is surely better or worse. `best`: the lowest
    mean of a column (the highest, of control)."""
    axes, base = axes_of(results), baseline_of(results)
    cells = cells_of(results)
    names = [name for name in MAIN if _shown(results, name)]
    columns = []
    for name in names:
        reference = values_of(results, name, base)
        values = [values_of(results, name, cell) for cell in cells]
        means = [float(one.where(np.isfinite(one)).mean()) for one in values]
        known = [mean for mean in means if mean == mean]
        best = (max if name in HIGHER_IS_BETTER else min)(known) if known else math.nan
        apart = len({number(mean) for mean in known}) > 1
        columns.append(
            [
                _entry(name, mean, one - reference, apart and mean == best)
                for mean, one in zip(means, values, strict=True)
            ]
        )
    heads = [
        (LABELS.get(name, "") or COMPONENTS[name].label, _unit_of(name), _defined(name))
        for name in names
    ]
    lines = [
        {"label": policy_words(axes, cell), "base": cell == base, "entries": list(entries)}
        for cell, entries in zip(cells, zip(*columns, strict=True), strict=True)
    ]
    return {"heads": heads, "lines": lines, "baseline": policy_words(axes, base)}


def _shown(results: xr.Dataset, name: str) -> bool:
    """Whether a component is there and not 0 everywhere."""
    if name == CONTROL:
        return "daily_new_infections" in results
    wanted = results["wrong_fines"] if name == WRONG_SANCTIONS else results.get(name)
    return wanted is not None and bool((wanted.fillna(0) != 0).any())


def _entry(name: str, mean: float, difference: xr.DataArray, best: bool) -> Entry:
    found = contrast(difference)
    share = name == CONTROL
    told = f"{mean:.0%}" if share and mean == mean else number(mean)
    if found.pairs < 2 or found.low == found.high == 0:
        return {"mean": told, "difference": "", "kind": "", "best": "best" if best else ""}
    ends = f"{found.low:+.0%} to {found.high:+.0%}" if share else interval(found.mean, *found[1:3])
    better = (found.low > 0) if name in HIGHER_IS_BETTER else (found.high < 0)
    kind = ("better" if better else "worse") if found.sure else ""
    return {"mean": told, "difference": ends, "kind": kind, "best": "best" if best else ""}


def _unit_of(name: str) -> str:
    if name == CONTROL:
        return "share of runs"
    part = COMPONENTS["wrong_fines" if name == WRONG_SANCTIONS else name]
    unit = "sanction" if name == WRONG_SANCTIONS else part.unit
    return f"{unit} per 100,000" if part.per_people else unit


def _defined(name: str) -> str:
    if name == CONTROL:
        return (
            "no new infection in the last 28 days, and fewer than 1 in 100 people infected in all"
        )
    if name == WRONG_SANCTIONS:
        return "wrong warnings, police reports, fines and transfers together"
    return COMPONENTS[name].definition


def price_table(results: xr.Dataset) -> list[dict[str, Any]]:
    """What a gain costs: a row per policy, an entry (mean, interval) per ratio."""
    found = ratios(results)
    if "listing" in found.dims:
        found = found.sel(listing="targeted")
    axes, base = axes_of(results), baseline_of(results)
    lines = []
    for cell in cells_of(results):
        if cell == base:
            continue
        one = found.sel(cell)
        ends = [[float(one[key].sel(ratio=n)) for key in ("mean", "low", "high")] for n in RATIOS]
        entries = [{"mean": number(m), "interval": price_interval(m, a, b)} for m, a, b in ends]
        lines.append({"label": policy_words(axes, cell), "entries": entries})
    return lines


def frontier_table(results: xr.Dataset) -> list[dict[str, str]]:
    """Policies by the probability of not being dominated in infections averted and futile days,
    the likeliest first, with the two components."""
    axes = axes_of(results)
    table = frontier(results, FRONTIER).sort_values("probability", ascending=False, kind="stable")
    lines = []
    for key, row in table.iterrows():
        values = key if isinstance(key, tuple) else (key,)
        cell = dict(zip(axes, values, strict=True))
        lines.append(
            {
                "label": policy_words(axes, cell),
                "averted": number(row[FRONTIER[0]]),
                "futile": number(row[FRONTIER[1]]),
                "probability": f"{row['probability']:.0%}",
            }
        )
    return lines


def panel_blocks(results: xr.Dataset) -> list[dict[str, Any]]:
    """The whole panel, block by block: a row per policy, an entry (mean, interval) per component
    that is not 0 in every policy; the matched nulls are left out."""
    axes = axes_of(results)
    described = levels(results)
    if "listing" in described.dims:
        described = described.sel(listing="targeted")
    endless = {name: bool((results[name] == np.inf).any()) for name in components_in(results)}
    blocks = []
    for block in BLOCKS:
        names = [
            name
            for name in components_in(results)
            if COMPONENTS[name].block == block and bool((results[name].fillna(0) != 0).any())
        ]
        if not names:
            continue
        lines = []
        for cell in cells_of(results):
            here = described.sel(cell)
            entries = []
            for name in names:
                mean, low, high = (
                    float(here[key].sel(component=name)) for key in ("mean", "low", "high")
                )
                never = endless[name] and float(values_of(results, name, cell).max()) == np.inf
                entries.append(
                    {
                        "mean": "never" if never else number(mean),
                        "interval": "" if never else interval(mean, low, high),
                    }
                )
            lines.append({"label": policy_words(axes, cell), "entries": entries})
        heads = [(COMPONENTS[n].label, COMPONENTS[n].unit, COMPONENTS[n].definition) for n in names]
        blocks.append({"title": BLOCK_TITLES[block], "heads": heads, "lines": lines})
    return blocks


class StatedRow(Row):
    """A line of the table of parameters, with the file that the value came from."""

    file: str


def parameter_rows(design: Sweep) -> list[StatedRow]:
    """Every stated value of the scenarios and of each value of their axes, each once, with the file
    that it came from. Of further scenarios only what they state otherwise."""
    scenario = design.scenario
    out = [row for row in _rows_of(scenario) if row["parameter"].split(".")[0] not in design.axes]
    known = {(row["parameter"], row["value"]) for row in out}
    for name in design.axes.get(SCENARIO, ())[1:]:
        for row in _rows_of(design.scenario_of({SCENARIO: name})):
            if row["parameter"].split(".")[0] in design.axes:
                continue
            if (row["parameter"], row["value"]) not in known:
                out.append({**row, "parameter": f"{name}: {row['parameter']}"})
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
