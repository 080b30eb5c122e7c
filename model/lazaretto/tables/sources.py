"""Whatever a user has a table in, as one: a file, pandas, polars, Arrow, networkx, NumPy, pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from ..values.errors import PopulationError
from .columns import shown
from .reading import read_table

Table: TypeAlias = Any  # a path, a data frame of any library, a graph, an array, a list of rows


def open_table(table: Table, name: str, columns: list[str]) -> tuple[pd.DataFrame, str]:
    """(the table, what to call it in messages). columns: the names that the call gives, in order:
    what rows without names are taken for. Raises PopulationError for what is no table, or empty."""
    if isinstance(table, str | Path):
        frame = read_table(table)
    elif isinstance(table, pd.DataFrame):
        frame = table
    else:
        frame = _of_object(table, name, columns)
    where = str(frame.attrs.get("file", name))
    if not len(frame):
        raise PopulationError(f"{where}: the table is empty")
    return frame, where


def nodes_of(table: Table) -> list[Any] | None:
    """All people of a networkx graph, those without a link too; None for anything else."""
    return list(table.nodes) if _is_graph(table) else None


def _is_graph(table: Any) -> bool:
    return all(hasattr(table, name) for name in ("nodes", "edges", "is_directed", "is_multigraph"))


def _of_object(table: Any, name: str, columns: list[str]) -> pd.DataFrame:
    if _is_graph(table):
        return _of_graph(table, columns)
    if hasattr(table, "collect") and hasattr(table, "lazy"):  # a lazy frame of polars
        table = table.collect()
    if hasattr(table, "to_pydict"):  # Arrow
        return pd.DataFrame(table.to_pydict())
    if type(table).__module__.partition(".")[0] == "polars" or hasattr(table, "to_native"):
        return pd.DataFrame(table.to_dict(as_series=False))
    if hasattr(table, "__dataframe__"):
        return pd.DataFrame(pd.api.interchange.from_dataframe(table))
    if isinstance(table, Mapping):
        try:
            return pd.DataFrame(dict(table))
        except ValueError as problem:
            raise PopulationError(f"{name}: its columns make no table: {problem}") from problem
    if isinstance(table, np.ndarray):
        return _of_array(table, name, columns)
    if hasattr(table, "tocoo"):
        raise PopulationError(
            f"{name}: a sparse matrix becomes a graph by networkx.from_scipy_sparse_array: give it"
        )
    if hasattr(table, "to_pandas"):
        return pd.DataFrame(table.to_pandas())
    if isinstance(table, Iterable) and not isinstance(table, bytes):
        return _of_rows(list(table), name, columns)
    raise PopulationError(
        f"{name}: a table is needed (a path, a data frame, a networkx graph, an array or a list of "
        f"pairs); got {shown(repr(table))}"
    )


def _of_graph(graph: Any, columns: list[str]) -> pd.DataFrame:
    one, other = columns[:2]
    rows = [(a, b, data) for a, b, data in graph.edges(data=True)]
    frame = pd.DataFrame({one: pd.Series([a for a, _, _ in rows], dtype=object)})
    frame[other] = pd.Series([b for _, b, _ in rows], dtype=object)
    names = {key for _, _, data in rows for key in data} - {one, other}
    for key in sorted(names, key=str):
        frame[key] = [data.get(key) for _, _, data in rows]
    return frame


def _of_array(array: np.ndarray[Any, Any], name: str, columns: list[str]) -> pd.DataFrame:
    if array.dtype.names:
        return pd.DataFrame({key: array[key] for key in array.dtype.names})
    if array.ndim != 2 or (len(array) and not 2 <= array.shape[1] <= len(columns)):
        raise PopulationError(
            f"{name}: an array needs a row for each pair and {_told(columns)} as columns; got the "
            f"shape {array.shape}. An adjacency matrix becomes a graph by "
            "networkx.from_numpy_array"
        )
    if not len(array):
        return pd.DataFrame(columns=columns)
    return pd.DataFrame({columns[i]: array[:, i] for i in range(array.shape[1])})


def _of_rows(rows: list[Any], name: str, columns: list[str]) -> pd.DataFrame:
    if rows and all(isinstance(row, Mapping) for row in rows):
        return pd.DataFrame(rows)
    for number, row in enumerate(rows, 1):
        sized = isinstance(row, tuple | list | np.ndarray)
        if not sized or len(row) != len(rows[0]) or not 2 <= len(row) <= len(columns):
            raise PopulationError(
                f"{name}: row {number}: {_told(columns)} are needed; got {shown(repr(row))}"
            )
    width = len(rows[0]) if rows else len(columns)
    return pd.DataFrame(
        {columns[i]: pd.Series([row[i] for row in rows]) for i in range(width)},
        columns=columns[:width],
    )


def _told(columns: list[str]) -> str:
    return ", ".join(columns[:-1]) + " and " + columns[-1]
