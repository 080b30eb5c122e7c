"""Kernels and the files that hold them: what is compiled says what it takes, and everything else is
typed."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "model" / "lazaretto"
KERNEL = {"kernel", "inlined", "entry", "builder"}
MOST_ARGUMENTS = 10
MANY_ARGUMENTS, SHARE_WITH_MANY = 8, 0.05
ROOMS = ("world", "mechanisms", "engine", "contacts", "chance", "population")
FILES = sorted(PACKAGE.rglob("*.py"))


def functions(file: Path) -> Iterator[tuple[ast.FunctionDef, bool]]:
    """(function, whether it is a kernel) of a file, at any depth but inside kernels."""
    waiting: list[ast.AST] = [ast.parse(file.read_text())]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            is_kernel = isinstance(node, ast.FunctionDef) and any(
                isinstance(d, ast.Name) and d.id in KERNEL for d in node.decorator_list
            )
            if isinstance(node, ast.FunctionDef):
                yield node, is_kernel
            if not is_kernel:
                waiting.append(node)


def kernels() -> Iterator[tuple[str, ast.FunctionDef]]:
    for file in FILES:
        for function, is_kernel in functions(file):
            if is_kernel:
                yield f"{file.relative_to(PACKAGE)}:{function.name}", function


KERNELS = dict(kernels())


def is_typed(function: ast.FunctionDef) -> bool:
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    named = [a for a in arguments if a.arg not in ("self", "cls")]
    return function.returns is not None and all(a.annotation is not None for a in named)


def test_files_with_kernels_are_those_that_mypy_is_told_of() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert settings["strict"]
    told = next(o["module"] for o in settings["overrides"] if "check_untyped_defs" in o)
    patterns = [re.compile(re.escape(one).replace(r"\*", r"\w+")) for one in told]
    with_kernels = {
        ".".join(("lazaretto", *f.relative_to(PACKAGE).with_suffix("").parts))
        for f in FILES
        if any(is_kernel for _, is_kernel in functions(f))
    }
    left = {name for name in with_kernels if not any(p.fullmatch(name) for p in patterns)}
    assert not left
    assert all(any(p.fullmatch(name) for name in with_kernels) for p in patterns)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_what_is_no_kernel_is_typed(file: Path) -> None:
    untyped = [f.name for f, is_kernel in functions(file) if not is_kernel and not is_typed(f)]
    assert not untyped


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_say_what_they_do(name: str) -> None:
    told = ast.get_docstring(KERNELS[name])
    assert told and told.rstrip().endswith("."), "a docstring of whole sentences is needed"


def test_few_kernels_have_long_lists_of_arguments() -> None:
    counts = {name: len(k.args.args) for name, k in KERNELS.items() if name.split("/")[0] in ROOMS}
    assert not {name: n for name, n in counts.items() if n > MOST_ARGUMENTS}
    many = {name: n for name, n in counts.items() if n >= MANY_ARGUMENTS}
    assert len(many) <= SHARE_WITH_MANY * len(counts), many
