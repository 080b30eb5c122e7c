"""Kinds of links and contacts in one table: a column that names the kind of each row, and what
hazard a link or a minute of each kind has, relative to the pathogen's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..tables.columns import need_columns, shown
from ..values.errors import PopulationError, suggestion
from .own_people import labels


class Kinds(NamedTuple):
    """Of each row of a table: its kind, as a number, and the hazard of that kind."""

    kind: NDArray[np.int64]
    hazard: NDArray[np.float64]
    notes: tuple[str, ...]


def kinds_of(frame: pd.DataFrame, layer: str | None, stated: Any, where: str) -> Kinds:
    """The kinds of a table's rows. layer: the column that names them, or None: all of one kind and
    of hazard 1. stated: hazard by name, for every name in the column and no other. Raises
    PopulationError where one is given without the other, a name has no hazard, or a hazard is not
    above 0."""
    rows = len(frame)
    if layer is None:
        if stated is not None:
            raise PopulationError(
                f"{where}: layer_hazard needs a column that names the layer of each row: say layer="
            )
        return Kinds(np.zeros(rows, np.int64), np.ones(rows), ())
    need_columns(frame, [layer], where)
    names = [str(name) for name in labels(frame[layer])]
    there = sorted(set(names))
    if not isinstance(stated, Mapping):
        raise PopulationError(
            f"{where}: the column {layer!r} names {len(there)} layers ({_few(there)}); state the "
            "hazard of each, relative to the pathogen's, as layer_hazard={name: number}"
        )
    hazard = {str(name).strip(): value for name, value in stated.items()}
    for name in there:
        if name not in hazard:
            raise PopulationError(
                f"{where}: layer_hazard says nothing of the layer {name!r}; the column {layer!r} "
                f"names {_few(there)}"
            )
    for name, value in hazard.items():
        if name not in there:
            near = suggestion(name, there)
            raise PopulationError(
                f"{where}: layer_hazard: no row of the column {layer!r} is of {name!r}.{near}"
            )
        fits = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not fits or not np.isfinite(value) or value <= 0:
            raise PopulationError(
                f"{where}: layer_hazard of {name!r} must be a number above 0; got {value!r}. Leave "
                "the rows of a layer without hazard out"
            )
    code = {name: number for number, name in enumerate(there)}
    kind = np.array([code[name] for name in names], np.int64)
    each = np.array([float(hazard[name]) for name in there])
    said = ", ".join(f"{name} {value:g}" for name, value in zip(there, each, strict=True))
    return Kinds(kind, each[kind], (f"hazard of layers, relative to the pathogen's: {said}",))


def _few(names: list[str]) -> str:
    return ", ".join(shown(name) for name in names[:8]) + (", ..." if len(names) > 8 else "")
