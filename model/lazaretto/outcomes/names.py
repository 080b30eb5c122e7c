"""People by the user's own ids, in and out: kernels know numbers, tables and calls know ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..parameters import ParameterError
from ..population.city import Population
from ..population.layers import EVERY_DAY
from ..world.codes import LAYERS, STATIC, TEMPORAL
from ..world.state import History

SHOWN = 3


def with_ids(table: pd.DataFrame, population: Population, *columns: str) -> pd.DataFrame:
    """The table with ids in place of numbers in those columns. Nobody (-1) stays -1 among numbers
    and is missing among names."""
    if population.ids is None:
        return table
    own = np.asarray(population.ids)
    for column in columns:
        number = table[column].to_numpy(np.int64)
        if not len(own):
            continue
        if own.dtype.kind in "iu":
            table[column] = np.where(number >= 0, own[np.maximum(number, 0)], -1)
        else:
            names = own.astype(object)[np.maximum(number, 0)]
            table[column] = pd.Series(np.where(number >= 0, names, None), dtype=object)
    return table


def layer_names(population: Population, history: History) -> NDArray[np.object_]:
    """(infections,) the layer of each: by the user's own names where the contacts of the population
    have them (joined by " + " where two people meet in several on that day), else as the model
    calls it."""
    names = np.array([*LAYERS, "importation", "seed"], dtype=object)[history.layer]
    own = population.own_layers
    of_user = np.flatnonzero(np.isin(history.layer, (STATIC, TEMPORAL)))
    if own is not None and len(of_user):
        infector = history.person[history.source[of_user]]
        day = history.time[of_user].astype(np.int64) % population.city.loop_days
        day = np.where(history.layer[of_user] == STATIC, EVERY_DAY, day)
        found = own.between(infector, history.person[of_user], day)
        names[of_user] = np.where(pd.isna(found), names[of_user], found)
    return names


def number_of(population: Population, ids: Sequence[Any] | None, what: str) -> NDArray[np.int64]:
    """The numbers of people whom the user names by id (by number where they have none).

    what: the argument, for messages. Raises ParameterError for somebody who is not there.
    """
    if ids is None:
        return np.zeros(0, np.int64)
    if isinstance(ids, str | bytes | int | float) or not hasattr(ids, "__iter__"):
        raise ParameterError(f"{what}: a list of people is needed, such as [{ids!r}]")
    given = list(ids)
    found = population.numbers_of(given)
    if (found < 0).any():
        stranger = given[int(np.argmax(found < 0))]
        if population.ids is None:
            known = f"people are numbered 0 to {population.people - 1:,}"
        else:
            some = ", ".join(repr(one) for one in population.ids[:SHOWN].tolist())
            known = f"the {population.people:,} people have ids such as {some}"
        raise ParameterError(f"{what}: there is nobody {stranger!r}; {known}")
    return found
