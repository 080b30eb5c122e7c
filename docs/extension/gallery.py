"""The figures of docs/gallery.md: the page is the one source of the lines that make them, for the
site and for `tests/figures/test_gallery.py`."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "gallery.md"
HEAD, SECTION, FIGURE = "# ", "## ", "### "
BLOCK = re.compile(r"^(#{1,3} [^\n]+)$|^```python\n(.*?)^```$", re.M | re.S)


def parse(text: str) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """(names of figures in order, each with the lines that lead to it and its own lines): what
    stands at the head of the page and of its section leads to a figure."""
    names: list[str] = []
    figures: dict[str, tuple[str, str]] = {}
    leads = {HEAD: "", SECTION: ""}
    level, title = HEAD, ""
    for heading, code in BLOCK.findall(text):
        if heading:
            marks, title = heading.split(" ", 1)
            level = f"{marks} "
            if level == SECTION:
                leads[SECTION] = ""
        elif level == FIGURE:
            figures[title] = (leads[HEAD] + leads[SECTION], code)
            names.append(title)
        else:
            leads[level] += code
    return names, figures


NAMES, FIGURES = parse(PAGE.read_text(encoding="utf-8"))
_prepared: dict[str, dict[str, Any]] = {}


def prepared(name: str) -> dict[str, Any]:
    """What stands ready for a figure: the names that lead to it, made once."""
    lead = FIGURES[name][0]
    if lead not in _prepared:
        known: dict[str, Any] = {}
        exec(compile(lead, str(PAGE), "exec"), known)
        _prepared[lead] = known
    return _prepared[lead]


def draw(name: str) -> Any:
    """The figure that the last line of its block gives."""
    known = dict(prepared(name))
    *before, last = ast.parse(FIGURES[name][1]).body
    if not isinstance(last, ast.Expr):
        raise ValueError(f"{PAGE.name}: {name}: the last line of its block must be the figure")
    exec(compile(ast.Module(before, []), str(PAGE), "exec"), known)
    return eval(compile(ast.Expression(last.value), str(PAGE), "eval"), known)
