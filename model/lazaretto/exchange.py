"""What other programs read: cases and contacts in the columns of R's outbreak packages, the
transmission tree as a graph and in Newick's notation, curves and panels as long tables, and how all
of them become files: `lz.exchange.cases(run)`, `lz.exchange.save(table, "cases.parquet")`."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .outcomes.cases import cases, contacts, pairs
from .outcomes.tidy import tidy_curves, tidy_panel
from .outcomes.tree import newick, tree
from .tables.spreadsheets import for_spreadsheets
from .values.errors import ParameterError

if TYPE_CHECKING:
    import networkx

__all__ = ["cases", "contacts", "newick", "pairs", "save", "tidy_curves", "tidy_panel", "tree"]


def save(thing: pd.DataFrame | networkx.DiGraph | str, path: str | Path) -> Path:
    """Write a table (.csv, .parquet, .arrow), a tree (.graphml) or Newick text (.nwk); the ending
    says which. Returns the path.

    Parquet and Arrow (pandas' Feather) need pyarrow, the extra `parquet`; they keep the types of
    columns, and package, parameters and seed beside them. Raises ParameterError for an ending that
    does not fit, and where pyarrow is missing.
    """
    path = Path(path)
    kind, offered = next(
        (name, endings) for name, (fits, endings) in WRITTEN.items() if fits(thing)
    )
    if path.suffix not in offered:
        raise ParameterError(
            f"{path}: {kind} is written as {' or '.join(offered)}; the ending {path.suffix!r} is "
            "none of these"
        )
    check_ending(path)
    offered[path.suffix](thing, path)
    return path


def check_ending(path: str | Path) -> None:
    """Raise ParameterError where a file of that ending needs pyarrow and there is none."""
    ending = Path(path).suffix
    if ending in BY_PYARROW and importlib.util.find_spec("pyarrow") is None:
        raise ParameterError(
            f"{path}: writing {ending} needs pyarrow, which is not installed: "
            "pip install 'lazaretto[parquet]', or save it as .csv"
        )


def _csv(table: pd.DataFrame, path: Path) -> None:
    for_spreadsheets(table).to_csv(path, index=False)


def _parquet(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path, engine="pyarrow", index=False)


def _arrow(table: pd.DataFrame, path: Path) -> None:
    table.to_feather(path)


def _graphml(graph: networkx.DiGraph, path: Path) -> None:
    import networkx

    networkx.write_graphml(graph, path)


def _text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


BY_PYARROW = (".parquet", ".arrow")
Write = Callable[[Any, Path], None]
WRITTEN: dict[str, tuple[Callable[[Any], bool], dict[str, Write]]] = {
    "a table": (
        lambda thing: isinstance(thing, pd.DataFrame),
        {".csv": _csv, ".parquet": _parquet, ".arrow": _arrow},
    ),
    "a tree in Newick's notation": (lambda thing: isinstance(thing, str), {".nwk": _text}),
    "a graph": (lambda thing: True, {".graphml": _graphml}),
}
