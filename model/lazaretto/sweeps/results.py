"""Put cells together: one Dataset in memory, or one NetCDF file written piece by piece, so that
memory does not grow with the cells.

Dims: the axes of the design in order, then "sample" (unless it is a grid), "listing" (targeted;
matched null where the design asks for it), "seed", and "day" for the daily curves. A run that
failed is nan in the panel and -1 in the curves.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import h5netcdf
import h5py
import numpy as np
import xarray as xr

from .._jit import source_key
from .._version import __version__
from ..outcomes.fold import NO_AVOIDANCE
from ..outcomes.panel import COMPONENTS
from ..parameters import Sweep
from ..population.build import POPULATION_SEED
from ..values.own_files import replacing
from .cells import CellData
from .designs import Plan
from .writing import Guarded, StoreError, cannot_write

DAILY_PREFIX = "daily_"
FAILED_DAY = -1
BYTES_AT_ONCE, CELLS_AT_ONCE = 1 << 25, 256
CHUNK_BYTES = 1 << 20
CURVES = 32  # about so many, where no run says
Read = Callable[[int], CellData]


def listings(design: Sweep) -> list[str]:
    """The coordinate "listing"."""
    return ["targeted", *(f"null of the {scope}" for scope in design.null)]


def in_memory(plan: Plan, cells: Iterable[tuple[int, CellData]]) -> xr.Dataset:
    """The results of cells that come in any order."""
    variables: dict[str, xr.Variable] = {}
    failures: dict[int, dict[str, str]] = {}
    inner = {
        "listing": len(listings(plan.design)),
        "seed": int(plan.design.seeds.value),
        "day": plan.days,
    }
    for index, cell in cells:
        failures[index] = cell.failures
        for name, values, attributes in _variables(cell, inner["listing"], plan.days):
            if name not in variables:
                dims = ("listing", "seed", "day")[: values.ndim]
                empty = np.full(
                    (*plan.shape, *(inner[d] for d in dims)), _filler(values.dtype), values.dtype
                )
                variables[name] = xr.Variable((*plan.dims, *dims), empty, attributes)
            variables[name].values[np.unravel_index(index, plan.shape)] = values
    attributes = provenance(plan, _told_failures(plan, failures))
    data = {name: variables[name] for name in sorted(variables, key=_rank)}
    return xr.Dataset(data, coords=_coordinates(plan, plan.design.keeps_daily), attrs=attributes)


def to_file(plan: Plan, read: Read, file: Path) -> None:
    """Write the results of stored cells, a few cells at a time. Equal cells give equal bytes.
    Raises StoreError."""
    try:
        with replacing(file) as partial, Guarded(partial) as guarded:
            with h5netcdf.File(guarded, "w") as f:
                _write_pieces(plan, read, f, guarded.check)
            guarded.check()
    except OSError as problem:
        raise (
            problem if isinstance(problem, StoreError) else cannot_write(file.parent, problem)
        ) from problem


def _write_pieces(plan: Plan, read: Read, f: Any, check: Callable[[], None]) -> None:
    """Coordinates first, then the cells in order; the attributes come last, when all failures are
    known."""
    failures: dict[int, dict[str, str]] = {}
    _write_coordinates(f, plan)
    inner = {
        "listing": len(listings(plan.design)),
        "seed": int(plan.design.seeds.value),
        "day": plan.days,
    }
    curves = (len(read(0).curves) or CURVES) if plan.design.keeps_daily else 0
    bytes_a_cell = inner["listing"] * inner["seed"] * (8 * len(COMPONENTS) + 4 * curves * plan.days)
    at_once = _power_of_two_below(min(CELLS_AT_ONCE, BYTES_AT_ONCE // bytes_a_cell))
    made: dict[str, Any] = {}
    written: dict[str, set[int]] = {}
    for piece, (place, numbers) in enumerate(pieces(plan.shape, at_once)):
        stacked: dict[str, Any] = {}
        for row, index in enumerate(numbers):
            cell = read(index)
            if cell.failures:
                failures[index] = cell.failures
            for name, values, attributes in _variables(cell, inner["listing"], plan.days):
                if name not in stacked:
                    stacked[name] = np.full(
                        (len(numbers), *values.shape), _filler(values.dtype), values.dtype
                    )
                stacked[name][row] = values
                if name not in made:
                    made[name] = _new_variable(f, plan, inner, at_once, name, values, attributes)
        for name, values in stacked.items():
            made[name][place] = values
            written.setdefault(name, set()).add(piece)
        check()
    for name, variable in made.items():  # where all runs failed, nobody knew of the curves
        for piece, (place, numbers) in enumerate(pieces(plan.shape, at_once)):
            if piece not in written[name]:
                rest = variable.shape[len(plan.shape) :]
                variable[place] = np.full(
                    (len(numbers), *rest), _filler(variable.dtype), variable.dtype
                )
    for key, value in provenance(plan, _told_failures(plan, failures)).items():
        f.attrs[key] = value


def _write_coordinates(f: Any, plan: Plan) -> None:
    """As xarray writes them: those that are no dims are named in the attribute "coordinates"."""
    coords = xr.Dataset(coords=_coordinates(plan, plan.design.keeps_daily)).coords
    f.dimensions = {str(name): size for name, size in coords.sizes.items()}
    for name, coord in coords.items():
        text = coord.dtype.kind in "UO"
        values = np.asarray(coord.values, object) if text else coord.values
        made = f.create_variable(
            str(name), coord.dims, h5py.string_dtype() if text else coord.dtype, data=values
        )
        for key, value in coord.attrs.items():
            made.attrs[key] = value
    if others := [str(name) for name in coords if name not in coords.dims]:
        f.attrs["coordinates"] = " ".join(others)


def _new_variable(
    f: Any,
    plan: Plan,
    inner: dict[str, int],
    at_once: int,
    name: str,
    values: Any,
    attributes: dict[str, Any],
) -> Any:
    dims = ("listing", "seed", "day")[: values.ndim]
    shape = (*plan.shape, *(inner[d] for d in dims))
    rows = min(at_once, shape[len(plan.shape) - 1]) if plan.shape else 1
    rows = min(rows, _power_of_two_below(CHUNK_BYTES // max(1, values.nbytes)))
    chunks = (*([1] * (len(plan.shape) - 1)), *([rows] if plan.shape else []), *values.shape)
    made = f.create_variable(
        name,
        (*plan.dims, *dims),
        values.dtype,
        chunks=chunks,
        compression="gzip",
        compression_opts=3,
        shuffle=True,
    )
    for key, value in attributes.items():
        made.attrs[key] = value
    return made


def pieces(shape: tuple[int, ...], at_once: int) -> Iterator[tuple[tuple[Any, ...], range]]:
    """(where, cell numbers) of pieces of at most `at_once` cells along the last of the dims
    `shape`, in the order of the cells."""
    if not shape:
        yield (), range(1)
        return
    for before in np.ndindex(*shape[:-1]):
        begin = int(np.ravel_multi_index((*before, 0), shape))
        for low in range(0, shape[-1], at_once):
            high = min(low + at_once, shape[-1])
            yield (*before, slice(low, high)), range(begin + low, begin + high)


def _power_of_two_below(limit: int) -> int:
    return 1 << max(0, int(limit).bit_length() - 1)


def _variables(
    cell: CellData, listings: int, days: int
) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """(name, (listings, seeds) or (listings, seeds, days) values, attributes) of all of a cell.
    Without tracing the matched null is the run itself; a cell of fewer days than others ends with
    -1."""
    copies = listings // cell.panel.shape[1]
    for name, values in zip(cell.components, cell.panel, strict=True):
        yield name, np.repeat(values, copies, axis=0), panel_attributes(name)
    for (name, units), curve in zip(cell.curves, cell.daily, strict=True):
        longer = np.pad(
            curve, ((0, 0), (0, 0), (0, days - curve.shape[2])), constant_values=FAILED_DAY
        )
        yield DAILY_PREFIX + name, np.repeat(longer, copies, axis=0), {"units": units}


def _filler(dtype: Any) -> Any:
    return np.nan if dtype.kind == "f" else FAILED_DAY


def _rank(name: str) -> tuple[bool, int]:
    """The panel in its order, then the curves as they came."""
    return (name not in COMPONENTS, list(COMPONENTS).index(name) if name in COMPONENTS else 0)


def _coordinates(plan: Plan, with_days: bool) -> dict[str, Any]:
    coords = plan.coordinates()
    coords |= {
        "listing": listings(plan.design),
        "seed": np.arange(1, int(plan.design.seeds.value) + 1),
    }
    return coords | ({"day": np.arange(plan.days)} if with_days else {})


def panel_attributes(name: str) -> dict[str, Any]:
    """Unit, label, definition and block of a component."""
    part = COMPONENTS[name]
    per = " per 100,000 people" if part.per_people else ""
    return {
        "units": part.unit + per,
        "long_name": part.label,
        "definition": part.definition,
        "block": part.block,
    }


def _told_failures(plan: Plan, failures: dict[int, dict[str, str]]) -> dict[str, str]:
    told: dict[str, str] = {}
    for index in sorted(number for number, texts in failures.items() if texts):
        policy, _ = plan.settings(index)
        cell = policy if plan.is_grid else {**policy, "sample": index % plan.design.sample_count}
        told |= {f"{cell}: {key}": text for key, text in failures[index].items()}
    return told


def provenance(plan: Plan, failures: dict[str, str]) -> dict[str, Any]:
    """Who made this from what: enough to make it again."""
    design = plan.design
    told: dict[str, Any] = {
        "title": design.title,
        "description": design.description,
        "package": f"lazaretto {__version__}",
        "sources": source_key(),
        "parameter_hash": design.parameter_hash,
        "population_seed": POPULATION_SEED,
        "people": int((design.people or design.scenario.people).value),
        "python": platform.python_version(),
        "axes": json.dumps({name: list(values) for name, values in design.axes.items()}),
        "baseline": json.dumps(dict(design.baseline)),
        "design_kind": design.design,
        "varied": json.dumps(list(design.varied_names)),
        "scenario": design.scenario.title,
        "design": design.model_dump_json(),
        "failures": json.dumps(failures),
    }
    if design.scenario.behaviour.avoidance_is_off:
        told["warning"] = NO_AVOIDANCE
    if plan.varied:
        told["fallback"] = json.dumps(
            [name for name, varied in plan.varied.items() if not varied.declared]
        )
    if design.design == "sobol":
        told |= {"problem": json.dumps(plan.problem()), "second_order": int(design.second_order)}
    return told
