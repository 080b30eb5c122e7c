"""The house: rooms import only from rooms above them, numba has one door, notebooks are thin,
nothing points at one machine."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "model" / "lazaretto"
ROOMS = [
    "values",
    "tables",
    "chance",
    "population",
    "contacts",
    "world",
    "instruments",
    "mechanisms",
    "parameters",
    "datasets",
    "engine",
    "outcomes",
    "sweeps",
    "analysis",
    "figures",
    "report",
    "explore",
]
EVERYWHERE = {"_by_address", "_jit", "_passing", "_version"}
COMPILER = {"_jit.py", "_passing.py"}
TOP = {
    "bench",
    "cli",
    "exchange",
    "populations",
    "__init__",
    "__main__",
}  # may import from any room


def modules_imported(file: Path) -> set[str]:
    """First parts, within lazaretto, of what a file imports; 'numba', 'model' and '*' as they
    are."""
    found = set()
    depth = len(file.relative_to(PACKAGE).parts) - 1
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert all(a.name != "*" for a in node.names), f"{file}: import *"
            if node.level == 0:
                found.add((node.module or "").split(".")[0])
            elif node.level == depth + 1:
                parts = (
                    (node.module or "").split(".") if node.module else [a.name for a in node.names]
                )
                found |= {f"lazaretto.{p}" for p in (parts[:1] if node.module else parts)}
    return found


@pytest.mark.parametrize(
    "file", sorted(PACKAGE.rglob("*.py")), ids=lambda f: str(f.relative_to(PACKAGE))
)
def test_imports_point_upwards(file):
    imported = modules_imported(file)
    assert "model" not in imported
    if file.name not in COMPILER:
        assert "numba" not in imported, "only _jit.py and _passing.py know the compiler"
    parts = file.relative_to(PACKAGE).parts
    room = parts[0].removesuffix(".py")
    if room in TOP or room in EVERYWHERE:
        return
    above = {f"lazaretto.{r}" for r in ROOMS[: ROOMS.index(room)]} | {
        f"lazaretto.{e}" for e in EVERYWHERE
    }
    inside = {i for i in imported if i.startswith("lazaretto.")}
    assert inside <= above | {f"lazaretto.{room}"}, f"{room} imports {sorted(inside - above)}"


def test_the_user_s_top_level_is_there():
    for name in (
        "notebooks",
        "model",
        "params",
        "tests",
        "environment.yml",
        "README.md",
        "LICENSE",
        "CITATION.cff",
        "Makefile",
    ):
        assert (ROOT / name).exists(), name


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def test_nothing_points_at_one_machine():
    forbidden = re.compile(
        r"(^|[^\w.])/("
        + "|".join(["wo" + "rk", "ho" + "me/[a-z]", "ro" + "ot", "Us" + "ers"])
        + r")/"
    )
    for file in tracked():
        if file.suffix in {".py", ".md", ".toml", ".yml", ".ipynb", ".cff", ".j2", ""}:
            text = file.read_text(encoding="utf-8")
            assert not forbidden.search(text), file


def test_notebooks_are_thin_and_stripped():
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert notebooks
    for file in notebooks:
        content = json.loads(file.read_text())
        heads = []
        for cell in content["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                heads += re.findall(r"^## (.+)$", source, re.M)
                continue
            assert not cell["outputs"] and cell["execution_count"] is None, (
                f"{file.name}: outputs must be stripped"
            )
            tree = ast.parse(source)
            bad = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.AsyncFunctionDef)
            assert not any(isinstance(node, bad) for node in ast.walk(tree)), (
                f"{file.name}: no def, class or loop"
            )
        assert heads == ["Question", "Scenarios", "Result", "Reading", "Limits", "Provenance"], (
            file.name
        )
