"""The transmission tree of a run: as a directed graph, for whatever reads GraphML, and in Newick's
notation, for whatever draws trees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from .cases import case_ids, cases, pairs, provenance
from .run import Run

if TYPE_CHECKING:
    import networkx

PLAIN = re.compile(r"[A-Za-z0-9.-]+")  # a label that needs no quotation marks
OF_A_NODE = ("id",)


def tree(run: Run) -> networkx.DiGraph:
    """The tree as a networkx graph: a node per infection (ids of `cases`, whose columns are its
    attributes, those that are missing left out; dates as text), an edge from infector to infectee
    with days (between the two infections) and layer. First and imported infections have no edge
    towards them."""
    import networkx

    graph = networkx.DiGraph(**provenance(run))
    for line in cases(run).to_dict("records"):
        graph.add_node(line["id"], **_plain({k: v for k, v in line.items() if k not in OF_A_NODE}))
    for line in pairs(run).to_dict("records"):
        graph.add_edge(line["from"], line["to"], days=line["days"], layer=line["layer"])
    return graph


def _plain(line: dict[str, Any]) -> dict[str, Any]:
    """What GraphML can hold of a row: text and numbers."""
    found = {}
    for name, value in line.items():
        if pd.isna(value):
            continue
        if isinstance(value, pd.Timestamp):
            value = value.date().isoformat()
        found[name] = value.item() if hasattr(value, "item") else value
    return found


def newick(run: Run) -> str:
    """The tree in Newick's notation, one line per first or imported infection, in order of time.

    Every infection is a node with its id as label and, behind the colon, the days from the
    infector's infection to its own (0 for the first of a tree): `(b:2.5,(d:3)c:4.25)a:0;`.
    Infectors are inner nodes, also those with a single infectee. Labels with other signs than
    letters, digits, points and hyphens stand in quotation marks.
    """
    history = run.raw.history
    labels = [_label(one) for one in case_ids(run)]
    below: dict[int, list[str]] = {}
    lines = []
    for row in range(len(labels) - 1, -1, -1):  # an infection comes after its infector's
        source = int(history.source[row])
        length = history.time[row] - history.time[source] if source >= 0 else 0.0
        infected = below.pop(row, None)
        inner = f"({','.join(reversed(infected))})" if infected else ""
        text = f"{inner}{labels[row]}:{length:.6g}"
        if source >= 0:
            below.setdefault(source, []).append(text)
        else:
            lines.append(f"{text};")
    return "\n".join(reversed(lines)) + "\n" if lines else ""


def _label(name: str) -> str:
    doubled = name.replace("'", "''")
    return name if PLAIN.fullmatch(name) else f"'{doubled}'"
