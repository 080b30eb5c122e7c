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

EVERY_DAY = -1  # the day of a link


class OwnLayers(NamedTuple):
    """Who meets whom in which of the user's own layers.

    names: of the layers; met: (rows, 4) numbers of the two people, the lower first, day of the loop
    or EVERY_DAY, row of names; sorted, each once."""

    names: tuple[str, ...]
    met: NDArray[np.int32]

    def between(
        self, one: NDArray[Any], other: NDArray[Any], day: NDArray[np.int64]
    ) -> NDArray[np.object_]:
        """(pairs,) the layers in which the two meet on the day of the loop, joined by " + " where
        there are several; None where they meet in none."""
        found = np.full(len(one), None, dtype=object)
        keys = pd.MultiIndex.from_arrays([np.minimum(one, other), np.maximum(one, other), day])
        named = pd.Series(np.array(self.names, dtype=object)[self.met[:, 3]])
        joined = named.groupby([self.met[:, at] for at in range(3)]).agg(" + ".join)
        at = joined.index.get_indexer(keys)
        found[at >= 0] = joined.to_numpy(object)[at[at >= 0]]
        return found


class Kinds(NamedTuple):
    """Of each row of a table: its kind, as a number, and the hazard of that kind; and what the
    kinds are called, where the user names them."""

    kind: NDArray[np.int64]
    hazard: NDArray[np.float64]
    notes: tuple[str, ...]
    names: tuple[str, ...] = ()

    def layers(
        self, one: NDArray[Any], other: NDArray[Any], day: NDArray[Any], kind: NDArray[Any]
    ) -> OwnLayers | None:
        """The user's own layers of those contacts; None where none are named."""
        if not self.names:
            return None
        rows = np.stack([np.minimum(one, other), np.maximum(one, other), day, kind], axis=1)
        return OwnLayers(self.names, np.unique(rows.astype(np.int32), axis=0))


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
    note = f"hazard of layers, relative to the pathogen's: {said}"
    return Kinds(kind, each[kind], (note,), tuple(there))


def _few(names: list[str]) -> str:
    return ", ".join(shown(name) for name in names[:8]) + (", ..." if len(names) > 8 else "")
