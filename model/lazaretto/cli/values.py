"""Stated values in the terminal: an address that can be copied, the value with its unit, its range
and status, where it stands, its source and its note. Readable at 80 columns, and in a file."""

from __future__ import annotations

import textwrap

from rich.text import Text

from ..parameters import ParameterError, Row
from ..parameters.plain import visible
from .printing import screen

INDENT = "    "
LEAST_WIDTH = 40


def with_words(lines: list[Row], words: str | None, name: str) -> list[Row]:
    """The values that have all those words in their address, source, note, status or unit. Raises
    ParameterError where none has."""
    if not words:
        return lines
    wanted = words.casefold().split()
    found = [row for row in lines if all(word in _text_of(row) for word in wanted)]
    if not found:
        raise ParameterError(
            f"show: none of the {len(lines)} values of {name} has {words!r} in its address, "
            f"source, note or status; `lazaretto show {name} --brief` lists them all"
        )
    return found


def _text_of(row: Row) -> str:
    text = f"{row['parameter']} {row['source']} {row['note']} {row['status']} {row['unit']}"
    return f"{text} {row['parameter'].replace('_', ' ')}".casefold()


def print_values(lines: list[Row], files: list[str], brief: bool = False) -> None:
    """Every value; brief: in one line, without range, source and note. What is not confirmed is
    yellow in a terminal."""
    for row, file in zip(lines, files, strict=True):
        address, status = Text(row["parameter"], "bold"), row["status"]
        value = f"{row['value']} {row['unit']}".rstrip()
        paint = "" if status == "confirmed" else "yellow"
        if brief:  # an address is never cut, so that it can be copied
            told = Text.assemble(address, f" = {visible(value)}  ", (status, paint))
            screen.print(told, soft_wrap=True)
            continue
        screen.print(address, soft_wrap=True)
        known = f"{value}, from {row['low']} to {row['high']}; {status}"
        print_wrapped("; ".join(filter(None, (known, file))), paint)
        print_wrapped(row["source"] and f"source: {row['source']}", "dim")
        print_wrapped(row["note"] and f"note: {row['note']}", "dim")


def print_wrapped(text: str, paint: str = "", indent: str = INDENT) -> None:
    """A paragraph wrapped to the width of the terminal, without spaces at the ends of lines."""
    width = max(LEAST_WIDTH, screen.width)
    wrapped = textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    for line in wrapped:
        screen.print(line, style=paint or None, highlight=False, soft_wrap=True)
