"""Results of several scenarios: each is a question of its own, so policies are compared within it.

Seeds are common to all of them: seed k has the same draw and the same luck everywhere.
"""

from __future__ import annotations

import json

import xarray as xr

from ..parameters import Sweep
from ..parameters.sweep import SCENARIO
from .errors import AnalysisError


def situations(results: xr.Dataset) -> dict[str, xr.Dataset]:
    """Name of the scenario -> its results, as of a sweep of that scenario alone; of results without
    an axis of scenarios the results themselves."""
    if SCENARIO not in results.dims:
        return {str(results.attrs.get(SCENARIO, "")): results}
    return {str(name): situation(results, str(name)) for name in results[SCENARIO].values}


def situation(results: xr.Dataset, name: str) -> xr.Dataset:
    """The results of one scenario. Raises AnalysisError where there is none of that name."""
    known = [str(one) for one in results[SCENARIO].values] if SCENARIO in results.dims else []
    if name not in known:
        raise AnalysisError(
            f"{name!r}: these results hold no such scenario; there are "
            f"{', '.join(known) or 'no several scenarios: take the results as they are'}"
        )
    chosen = results.sel({SCENARIO: name}, drop=True)
    attrs = dict(results.attrs)
    if "design" in attrs:
        design = Sweep.model_validate_json(attrs["design"])
        axes = {axis: values for axis, values in design.axes.items() if axis != SCENARIO}
        scenario = design.scenario_of({SCENARIO: name})
        alone = design.model_copy(update={"axes": axes, SCENARIO: scenario})
        attrs |= {"design": alone.model_dump_json(), SCENARIO: scenario.title}
    axes_told = json.loads(attrs["axes"])
    axes_told.pop(SCENARIO)
    return chosen.assign_attrs({**attrs, "axes": json.dumps(axes_told)})


def check_one_situation(results: xr.Dataset) -> None:
    """Raise AnalysisError for results of several scenarios, which are no alternatives."""
    if SCENARIO in results.dims:
        raise AnalysisError(
            f"these results hold {results.sizes[SCENARIO]} scenarios, which are not alternatives "
            "to each other; take one of them: lz.situation(results, "
            f"{str(results[SCENARIO].values[0])!r})"
        )
