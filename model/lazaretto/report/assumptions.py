"""What the ranking rests on: the part of the report that comes of a second sweep, over the
assumptions."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go
import xarray as xr

from .. import figures
from ..analysis.band import band
from ..analysis.compare import AVERTED, axes_of
from ..analysis.contrast import draws_of
from ..analysis.decisions import flips
from ..analysis.errors import AnalysisError
from ..analysis.sensitivity import prcc
from ..figures.naming import cell_words, component_words, plain_parameter
from ..figures.style import number, words

RANKED = ["infections", "futile_days"]
SHOWN = 4


class Rests(NamedTuple):
    """Sentences, figures by name, and the table of flips."""

    sentences: list[str]
    figures: dict[str, go.Figure]
    table: pd.DataFrame
    samples: int
    varied: list[str]


def what_it_rests_on(results: xr.Dataset) -> Rests:
    """From a sampled sweep: in which share of the band each policy is ahead, which assumption turns
    which ranking round and where, and what moves infections most.

    Raises AnalysisError where the sweep is not sampled or has no policies to rank."""
    varied = json.loads(results.attrs.get("varied", "[]"))
    if not varied or "sample" not in results.dims:
        raise AnalysisError(
            "the sweep over assumptions must be sampled (latin-hypercube, sobol or list)"
        )
    table = flips(results, RANKED)
    turned = table[table["flips"]]
    sentences = [
        _told({str(key): value for key, value in line.items()})
        for line in turned.head(SHOWN).to_dict("records")
    ]
    if not sentences:
        sentences = [
            "No ranking of these policies flips within the ranges of what was varied one at a time."
        ]
    over = band(results, RANKED)
    sentences = [*(_ahead(over, name) for name in RANKED), *sentences]
    drawn = {"band": figures.band(over)}
    if len(turned):
        drawn["flips"] = figures.flips(results, turned.head(SHOWN))
    found = prcc(results, RANKED)
    axes = axes_of(results)
    last = {axis: results[axis].values.tolist()[-1] for axis in axes}
    drawn["tornado"] = figures.tornado(
        found.sel(last),
        RANKED[0],
        f"What moves infections under {' + '.join(words(v) for v in last.values())}",
    )
    return Rests(sentences, drawn, table, results.sizes["sample"], varied)


def turned(results: xr.Dataset, level: str, regime: str) -> Rests:
    """From draws by seed, of the regimes under one tracing level: in which share of draws each is
    ahead, and which assumption turns the ranking of one beside `regime` round."""
    cells = [{"tracing": level, "isolation": str(regime)} for regime in results["isolation"].values]
    bearing = list(draws_of(results, cells).columns)
    told = {
        "axes": json.dumps({"isolation": [cell["isolation"] for cell in cells]}),
        "varied": json.dumps(bearing),
    }
    others = set(json.loads(results.attrs["varied"])) - set(bearing)
    mine = results[RANKED].drop_vars(others).sel(tracing=level)
    mine = mine.assign_attrs({**results.attrs, **told})
    table = flips(mine, RANKED[:1], against=regime)
    own = {
        cell["isolation"]: set(draws_of(results, [cell, {**cell, "isolation": regime}]))
        for cell in cells
    }  # a draw of a third regime turns no ranking of these two, whatever chance says
    bears = [one in own[cell] for one, cell in zip(table["parameter"], table["cell"], strict=True)]
    table = table[bears].reset_index(drop=True)
    lines = table[table["flips"]].head(SHOWN)
    over = band(mine, RANKED)
    sentences = [_ahead(over, name) for name in RANKED]
    sentences += [_told({str(k): v for k, v in one.items()}) for one in lines.to_dict("records")]
    drawn = {"band": figures.band(over)}
    if len(lines):
        drawn["flips"] = figures.flips(mine, lines, against=regime)
    return Rests(sentences, drawn, table, mine.sizes["seed"], bearing)


def _ahead(over: pd.DataFrame, name: str) -> str:
    """In which share of the band each policy is ahead, in a sentence."""
    shares = over.loc[name]["ahead", ""].sort_values(ascending=False, kind="stable")
    told = [f"{cell_words(str(cell))} in {share:.0%}" for cell, share in shares.items()]
    return (
        f"On {component_words(name).lower()}, of all sets of assumptions, the best is {told[0]}"
        f"{''.join(', ' + one for one in told[1:])} of them."
    )


def _told(line: dict[str, Any]) -> str:
    """One flip in a sentence."""
    one, other = cell_words(line["cell"]), cell_words(line["other"])
    ranking = component_words(line["ranking"].removesuffix(AVERTED)).lower()
    better = "falls short" if line["chance_low"] > line["chance_high"] else "draws ahead"
    return (
        f"On {ranking}, {one} against {other} turns at {plain_parameter(line['parameter'])} = "
        f"{number(line['flips_at'])} ({_where(line)}): above it, {one} "
        f"{better} (better in {line['chance_low']:.0%} of cases at the lowest "
        f"value, {line['chance_high']:.0%} at the highest)."
    )


def _where(line: dict[str, Any]) -> str:
    """The interval of the value at which a ranking turns, cut at the sampled range: beyond it
    nothing was tried, and the straight line that the interval rests on may lead to values that no
    parameter can have."""
    low, high = line["sampled_low"], line["sampled_high"]
    below, above = line["flips_low"] < low, line["flips_high"] > high
    if below and above:
        return f"95 % interval: all of the sampled {number(low)} to {number(high)}"
    start, end = number(max(low, line["flips_low"])), number(min(high, line["flips_high"]))
    if below:
        return f"95 % interval from {start}, the lowest value sampled, or less, to {end}"
    if above:
        return f"95 % interval from {start} to {end}, the highest value sampled, or more"
    return f"95 % interval {start} to {end}"
