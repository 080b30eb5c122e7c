"""How an object shows itself: a headline and a few lines of what and how much, as text for a
terminal and as HTML for a notebook."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

MOST_LINES = 30
UNFOLDED = 40  # lines of a table that stand open; longer ones open with a click
WIDTH = 100
CELL = "padding:2px 12px 2px 0;text-align:left;vertical-align:top"
NUMBER = "padding:2px 12px 2px 0;text-align:right;vertical-align:top;white-space:nowrap"


@dataclass(frozen=True)
class Table:
    """A table below a summary, in HTML only: heads, lines of text, and the columns whose cells are
    numbers (set to the right)."""

    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()

    def as_html(self) -> str:
        """The table, with everything in it escaped."""
        styles = [NUMBER if at in self.numbers else CELL for at in range(len(self.heads))]
        return (
            "<table><thead>"
            + _row("th", self.heads, styles)
            + "</thead><tbody>"
            + "".join(_row("td", line, styles) for line in self.lines)
            + "</tbody></table>"
        )


@dataclass(frozen=True, repr=False)
class Summary:
    """What something is, at a glance: at most 30 lines of text, or HTML with a table.

    head: one sentence; rows: (what, how much or which); table: shown in HTML only.
    """

    head: str
    rows: tuple[tuple[str, str], ...] = ()
    table: Table | None = None

    def __repr__(self) -> str:
        """The text, at most 100 columns wide and 30 lines long."""
        indent = max((len(what) for what, _ in self.rows), default=0) + 4
        lines = textwrap.wrap(self.head, WIDTH)
        for what, text in self.rows:
            first = f"  {what}".ljust(indent)
            lines += textwrap.wrap(
                text, WIDTH, initial_indent=first, subsequent_indent=" " * indent
            ) or [first.rstrip()]
        if len(lines) > MOST_LINES:
            lines = [*lines[: MOST_LINES - 1], "  ..."]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        told = "".join(_row("td", row, (CELL, CELL)) for row in self.rows)
        rows = f"<table><tbody>{told}</tbody></table>" if told else ""
        more = self.table.as_html() if self.table is not None else ""
        if self.table is not None and len(self.table.lines) > UNFOLDED:
            more = f"<details><summary>{len(self.table.lines)} lines</summary>{more}</details>"
        return f"<div><strong>{html.escape(self.head)}</strong>{rows}{more}</div>"


def _row(tag: str, cells: Sequence[str], styles: Sequence[str]) -> str:
    parts = (
        f"<{tag} style='{style}'>{html.escape(cell)}</{tag}>"
        for cell, style in zip(cells, styles, strict=True)
    )
    return f"<tr>{''.join(parts)}</tr>"


def some(things: Sequence[str], most: int) -> str:
    """The first few of several, and how many more there are."""
    more = f" and {len(things) - most:,} more" if len(things) > most else ""
    return ", ".join(things[:most]) + more
