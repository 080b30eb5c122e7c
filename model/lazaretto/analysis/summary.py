"""Anything at a glance: a scenario, a sweep, a population, a run, a state, or the results of a
sweep.

Results are xarray's own Datasets, with nothing hung on to them; this function is the way to look at
them shortly.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from ..outcomes.run import Run
from ..outcomes.state import State
from ..outcomes.summary import run_summary, shown_value, state_summary
from ..parameters import Scenario, Sweep
from ..parameters.summary import scenario_summary, sweep_summary
from ..population.city import Population
from ..population.summary import population_summary
from ..values.summary import Summary, Table, some
from .compare import axes_of, components_in
from .errors import AnalysisError
from .panel import panel_table

NAMED, CELLS_SHOWN = 6, 60
SHOWN = ("infections", "deaths", "quarantine_days_served", "futile_days", "wrong_fines", "tests")
OF: tuple[tuple[type, Callable[[Any], Summary]], ...] = (
    (Scenario, scenario_summary),
    (Sweep, sweep_summary),
    (Population, population_summary),
    (Run, run_summary),
    (State, state_summary),
)


def summary(thing: Any) -> Summary:
    """What something is, in at most 30 lines of text; in a notebook with a table: of a scenario its
    values, of a run the whole panel, of results some lines of the panel in every cell, with 95 %
    intervals over seeds.

    thing: Scenario, Sweep, Population, Run, State, or the Dataset that `lz.sweep` returns. Raises
    AnalysisError for anything else.
    """
    for kind, summarise in OF:
        if isinstance(thing, kind):
            return summarise(thing)
    if isinstance(thing, xr.Dataset) and "axes" in thing.attrs:
        return results_summary(thing)
    raise AnalysisError(
        "summary: a scenario, a sweep, a population, a run, a state or the results of lz.sweep "
        f"is needed; got {type(thing).__name__}"
    )


def results_summary(results: xr.Dataset) -> Summary:
    """The design of a sweep, what its results hold, and what failed."""
    attrs = results.attrs
    axes = [axis for axis in axes_of(results) if axis in results.dims]  # a cell may be chosen
    rows = [
        (f"axis {axis}", some([str(v) for v in results[axis].values.tolist()], NAMED))
        for axis in axes
    ]
    baseline = json.loads(attrs.get("baseline", "{}"))
    others = {
        "baseline": some([f"{axis} {value}" for axis, value in baseline.items()], NAMED),
        "samples": f"{results.sizes.get('sample', 0):,}" if "sample" in results.dims else "",
        "lists": some([str(v) for v in results["listing"].values.tolist()], NAMED)
        if "listing" in results.dims
        else "",
        "seeds": f"{results.sizes['seed']:,} in every cell",
        "people": f"{int(attrs['people']):,}",
        "panel": f"{len(components_in(results))} lines, per 100,000 people where they count",
        "curves": _curves(results),
        "failed runs": f"{sum(len(v) for v in _failures(attrs)):,}",
        "made by": f"{attrs['package']} [{attrs['parameter_hash']}]",
        "read on": ", ".join(_read_on(results, axes)),
    }
    rows += [(what, text) for what, text in others.items() if text]
    return Summary(f"Results of: {attrs.get('title', 'a sweep')}", tuple(rows), _table(results))


def _read_on(results: xr.Dataset, axes: list[str]) -> list[str]:
    """What these results can be asked."""
    asked = ["lz.panel_table(results)"]
    asked += ["lz.compare(results)", "lz.frontier(results, [...])"] if axes else []
    drawn = len(axes) == 2 and "sample" not in results.dims and _curves(results)
    return [*asked, "lz.figures.curves(results)"] if drawn else asked


def _curves(results: xr.Dataset) -> str:
    count = sum(str(name).startswith("daily_") for name in results.data_vars)
    return f"{count} by day, {results.sizes['day']:,} days" if count else ""


def _failures(attrs: dict[str, Any]) -> list[Any]:
    return [one for one in json.loads(attrs.get("failures", "{}")).values() if one]


def _table(results: xr.Dataset) -> Table | None:
    """Some lines of the panel in every cell, where these are few."""
    names = [name for name in SHOWN if name in results]
    if not names or _cells(results) > CELLS_SHOWN:
        return None
    table = panel_table(results, names)
    cells = list(dict.fromkeys(key[:-1] for key in table.index))
    heads = [f"{table.xs(n, level='component')['label'].iloc[0]} (95 %)" for n in names]
    lines = [
        (*map(str, cell), *(_interval(table.loc[(*cell, name)]) for name in names))
        for cell in cells
    ]
    places = tuple(str(level) for level in table.index.names[:-1])
    numbers = frozenset(range(len(places), len(places) + len(names)))
    return Table((*places, *heads), tuple(lines), numbers)


def _cells(results: xr.Dataset) -> int:
    return math.prod(size for dim, size in results.sizes.items() if dim not in ("seed", "day"))


def _interval(line: Any) -> str:
    """A mean with its interval; the mean alone of one seed."""
    mean, low, high = (float(line[key]) for key in ("mean", "low", "high"))
    if not np.isfinite(low):
        return shown_value(mean)
    return f"{shown_value(mean)} ({shown_value(low)} to {shown_value(high)})"
