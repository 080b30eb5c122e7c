"""Saved states: a run under way as a file, to go on with later or elsewhere, bit for bit.

A zip of plain NumPy arrays and one JSON text; nothing in it is executed. It holds the population
too, and a digest of everything. A state is read by the version that wrote it only: another version
may draw other numbers.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pydantic
from numpy.typing import NDArray

from .._version import __version__
from ..engine.parts import Start
from ..engine.simulate import arrays_of, with_arrays
from ..parameters import ParameterError, Scenario
from ..population.city import City, Population, people_columns
from ..population.layers import OwnLayers
from ..values.own_files import replacing
from .free_chains import Reproduction
from .state import Rule, State

FORMAT = "lazaretto-state-1"
META, DIGEST = "state.json", "digest"
MODEL = "model"  # marks the data of a component
LEVEL = 1  # of compression: quick
OF_PEOPLE = "people."  # arrays of the city
OF_LAYERS = "layers.met"


def save_state(state: State, path: str | Path) -> Path:
    """See `State.save`."""
    path = Path(path)
    if os.path.lexists(path) and not _is_state(path):
        raise ParameterError(
            f"{path}: this file is no saved state, so it is not overwritten; choose another name"
        )
    digest = hashlib.sha256()
    try:
        with (
            replacing(path) as beside,
            zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as file,
        ):
            for name, data in _members(state):
                file.writestr(name, data)
                digest.update(name.encode() + data)
            file.writestr(DIGEST, digest.hexdigest())
    except OSError as problem:
        raise ParameterError(
            f"{path}: cannot be written: {problem.strerror or problem}"
        ) from problem
    return path


def _members(state: State) -> Any:
    run = state._run
    sizes: dict[str, int] = {}
    arrays: list[tuple[str, NDArray[Any]]] = []
    for part, name, array, rows in arrays_of(run):
        sizes[f"{part}.{name}"] = len(array)
        arrays.append((f"{part}.{name}", array[:rows]))
    city, numbers = state.population.city, {}
    for name, array in city._asdict().items():
        if isinstance(array, np.ndarray):
            arrays.append((OF_PEOPLE + name, array))
        else:
            numbers[name] = array
    place = state.population
    if place.own_layers is not None:
        arrays.append((OF_LAYERS, place.own_layers.met))
    meta = {
        "format": FORMAT,
        "version": __version__,
        "scenario": state.scenario.model_dump(mode="json"),
        "seed": state.seed,
        "keep_lists": run.keep_lists,
        "initial": run.start.initial,
        "first": run.start.first.tolist(),
        "day": state.day,
        "since": state._since,
        "over": state._over,
        "own": [[day, _plain(settings), names] for day, settings, names in state._own],
        "reproduction": state._solved._asdict(),
        "decided": state._decided,
        "policies": [[day, one.model_dump(mode="json")] for day, one in state._policies],
        "sizes": sizes,
        "rooms": run.room._asdict() | {"sizes": run.room.sizes._asdict()},
        "city": numbers,
        "population": {
            "name": place.name,
            "seed": place.seed,
            "parameter_hash": place.parameter_hash,
            "built_from": place.built_from,
            "phone_ownership": place.phone_ownership.tolist(),
            "density_per_km2": place.density_per_km2,
            "ids": None if place.ids is None else [_plain(i) for i in place.ids],
            "notes": list(place.notes),
            "own_layers": None if place.own_layers is None else place.own_layers.names,
            "key": place.key,
        },
    }
    yield META, json.dumps(meta, allow_nan=True).encode()
    for name, array in arrays:
        data = io.BytesIO()
        np.lib.format.write_array(data, np.ascontiguousarray(array), allow_pickle=False)
        yield name, data.getvalue()


def load_state(
    path: str | Path, population: Population | None = None, *, each_day: Rule | None = None
) -> State:
    """The state that `State.save` wrote, to go on with.

    population: the same as the file holds, to share its memory; not given, the file's own.
    each_day: the rule, which is not saved. Raises ParameterError for a file that is no saved state,
    is damaged, or comes from another version or place.
    """
    path = Path(path)
    meta, arrays = _read(path)
    if meta["version"] != __version__:
        raise ParameterError(
            f"{path}: this state was saved by version {meta['version']}, and this is "
            f"{__version__}: other versions may draw other numbers. Run the scenario again, or "
            "install that version"
        )
    if population is None:
        population = _population(meta, arrays)
    elif population.key != meta["population"]["key"]:
        raise ParameterError(
            f"{path}: this state is of other people ({meta['population']['name']}, "
            f"{meta['city']['people']:,}) than the population given ({population.name}, "
            f"{population.people:,}). Leave population out: the file holds its own"
        )
    scenario = Scenario.model_validate(meta["scenario"])
    solved = meta["reproduction"]
    state = State(
        scenario,
        population,
        meta["seed"],
        Start(meta["initial"], np.asarray(meta["first"], np.int64)),
        keep_lists=meta["keep_lists"],
        each_day=each_day,
        solved=Reproduction(**{**solved, "by_generation": tuple(solved["by_generation"])}),
    )
    state._restore(meta, [(day, Scenario.model_validate(one)) for day, one in meta["policies"]])
    rows = {}
    for name, length in meta["sizes"].items():
        part, _, field = name.partition(".")
        held = arrays[name]
        array = np.zeros((length, *held.shape[1:]), held.dtype)
        array[: len(held)] = held
        rows[part, field] = array
    state._run = with_arrays(state._run, rows)
    return state


def _read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The text and the arrays of a file, whose digest is right."""
    digest = hashlib.sha256()
    arrays, meta, found = {}, {}, ""
    try:
        with zipfile.ZipFile(path) as file:
            for name in file.namelist():
                data = file.read(name)
                if name == DIGEST:
                    found = data.decode()
                    continue
                digest.update(name.encode() + data)
                if name == META:
                    meta = json.loads(data)
                else:
                    arrays[name] = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    except FileNotFoundError as problem:
        raise ParameterError(f"{path}: there is no such file") from problem
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as problem:
        raise ParameterError(
            f"{path}: this is no saved state, or it is damaged ({problem})"
        ) from problem
    if meta.get("format") != FORMAT:
        raise ParameterError(f"{path}: this is no state saved by `save` ({FORMAT})")
    if found != digest.hexdigest():
        raise ParameterError(
            f"{path}: this state is damaged: its digest is not that of its content"
        )
    return meta, arrays


def _population(meta: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Population:
    """The population that the file holds. Columns of people lie in one table, as compiled code
    expects them."""
    parts = {name: arrays[OF_PEOPLE + name] for name in City._fields if OF_PEOPLE + name in arrays}
    columns = people_columns(meta["city"]["people"])
    for name, column in columns.items():
        column[:] = parts[name]
    told = dict(meta["population"])
    told.pop("key")
    told["phone_ownership"] = np.asarray(told["phone_ownership"], float)
    told["ids"] = None if told["ids"] is None else pd.Index(told["ids"])
    told["notes"] = tuple(told["notes"])
    if told["own_layers"] is not None:
        told["own_layers"] = OwnLayers(tuple(told["own_layers"]), arrays[OF_LAYERS])
    return Population(city=City(**{**parts, **columns, **meta["city"]}), **told)


def _is_state(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as file:
            return bool(json.loads(file.read(META))["format"] == FORMAT)
    except (OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile):
        return False


def _plain(value: Any) -> Any:
    """A value of a user as JSON has it; a component or stated value as its data."""
    if isinstance(value, pydantic.BaseModel):
        return {MODEL: type(value).__name__, "data": value.model_dump(mode="json")}
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return value
