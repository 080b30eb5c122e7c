"""Where the package deletes, moves or writes: found by walking its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import lazaretto

PACKAGE = Path(lazaretto.__file__).parent
ROOT = Path(__file__).resolve().parents[2]
BESIDE = ("docs/extension", "benchmarks")  # of a checkout
ALWAYS = {  # names of functions and methods that write, move or delete, whatever they are given
    "unlink",
    "rmtree",
    "rmdir",
    "removedirs",
    "write_text",
    "write_bytes",
    "to_netcdf",
    "to_zarr",
    "to_parquet",
    "to_excel",
    "to_pickle",
    "to_feather",
    "savez",
    "savetxt",
    "savefig",
    "tofile",
    "write_html",
    "write_image",
    "write_images",
    "truncate",
    "symlink_to",
    "hardlink_to",
    "copyfile",
    "copytree",
    "copy2",
    "move",
    "extractall",
    "urlretrieve",
    "retrieve",
    "NamedTemporaryFile",
    "TemporaryDirectory",
    "mkstemp",
    "mkdtemp",
    "memmap",
}
BY_MODE = {"open", "ZipFile", "File", "GzipFile", "TarFile"}  # where the second argument says so
OF_OS = {"remove", "replace", "rename", "renames", "truncate", "system"}
PROGRAMS = {"run", "Popen", "check_call", "check_output", "call"}  # of subprocess


def writes(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """(function, call) of every call in a module that writes, moves or deletes, or may."""
    for function, call in _calls(tree, "module"):
        name = _name(call.func)
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        module = owner.id if isinstance(owner, ast.Name) else ""
        if (
            name in ALWAYS
            or (name in {"to_html", "to_json", "to_csv"} and call.args)
            or (name in BY_MODE and _writes_by_mode(call))
            or (name in OF_OS and module == "os")
            or (name in PROGRAMS and module == "subprocess")
            or (name in {"replace", "rename"} and _moves(call))
            or (name == "touch" and owner is not None)
            or (name in {"save", "savez_compressed"} and module in {"np", "numpy"})
        ):
            yield function, name


def _calls(node: ast.AST, function: str) -> Iterator[tuple[str, ast.Call]]:
    for inner in ast.iter_child_nodes(node):
        here = function
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            here = inner.name if function == "module" else f"{function}.{inner.name}"
        if isinstance(inner, ast.Call):
            yield here, inner
        yield from _calls(inner, here)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _writes_by_mode(call: ast.Call) -> bool:
    """Whether the mode says that it writes. A method `open` of a path has the mode first."""
    modes = [word.value for word in call.keywords if word.arg == "mode"]
    modes += call.args[:2]
    said = [one.value for one in modes if isinstance(one, ast.Constant)]
    return any(isinstance(one, str) and len(one) < 4 and set(one) & set("wax+") for one in said)


def _moves(call: ast.Call) -> bool:
    """Whether a method replace or rename can be a path's: one argument, which is no text."""
    alone = len(call.args) == 1 and not call.keywords
    return alone and not isinstance(call.args[0], ast.Constant)


def places() -> dict[str, set[str]]:
    """The functions that write, and their calls, by "module: function"."""
    found: dict[str, set[str]] = {}
    files = [(file, PACKAGE) for file in sorted(PACKAGE.rglob("*.py"))]
    files += [(file, ROOT) for folder in BESIDE for file in sorted((ROOT / folder).glob("*.py"))]
    for file, root in files:
        module = file.relative_to(root).as_posix()
        for function, call in writes(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(f"{module}: {function}", set()).add(call)
    return found


if __name__ == "__main__":
    for where, calls in places().items():
        print(f"{where}: {', '.join(sorted(calls))}")
