"""Judges: project.

Every reference to a section or a page exists: of docs/model.md by number, of decisions, of pages
and files by relative link or by path in code marks.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "model" / "lazaretto"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("benchmarks/*.md")])
CODE = sorted([*PACKAGE.rglob("*.py"), *(ROOT / "params").rglob("*.toml")])
SECTIONS = set(re.findall(r"^#+ (\d[\d.]*?)\.? ", (ROOT / "docs" / "model.md").read_text(), re.M))
OF_MODEL = re.compile(
    r"model\.md,?\s+(?:sections?\s+)?(\d[\d.]*\d|\d)(?:\s+and\s+(\d[\d.]*\d|\d))?"
)
DECISION = re.compile(r"\(?[Dd]ecisions? (\d{1,2})\b")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
GENERATED = {"report/index.html"}  # by `make report`
PATH = re.compile(r"`((?:docs|tests|benchmarks|notebooks|params|model)/[\w./*-]+)`")
ROOM = re.compile(
    r"`((?:values|chance|population|contacts|world|instruments|mechanisms|parameters|engine|outcomes"
    r"|sweeps|analysis|figures|report|explore)/[\w./*-]*)`"
)


def text_of(file: Path) -> str:
    if file.suffix == ".ipynb":
        cells = json.loads(file.read_text())["cells"]
        return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return (
        re.sub(r"\n\s*#?\s*", " ", file.read_text()) if file.suffix != ".md" else file.read_text()
    )


def test_there_are_sections_to_refer_to():
    assert {"1", "7.2", "7.7"} <= SECTIONS


@pytest.mark.parametrize(
    "file",
    [*PAGES, *CODE, *sorted((ROOT / "notebooks").glob("*.ipynb"))],
    ids=lambda f: f.relative_to(ROOT).as_posix(),
)
def test_what_is_referred_to_exists(file):
    text = text_of(file)
    decisions = {int(page.name[:4]) for page in (ROOT / "docs" / "decisions").glob("0*.md")}
    for numbers in OF_MODEL.findall(text):
        assert {n for n in numbers if n} <= SECTIONS, f"{file.name}: model.md has no {numbers}"
    if file.parent.name != "decisions":
        for number in DECISION.findall(text):
            assert int(number) in decisions, f"{file.name}: there is no decision {number}"
    if file.suffix == ".md":
        for link in LINK.findall(text):
            assert (file.parent / link).exists(), f"{file.name}: {link} does not exist"
    if file.suffix in (".md", ".ipynb"):
        for path in set(PATH.findall(text)) - GENERATED:
            assert list(ROOT.glob(path.rstrip("/."))), f"{file.name}: {path} does not exist"
        for path in set(ROOM.findall(text)) - GENERATED:
            assert list(PACKAGE.glob(path.rstrip("/"))), f"{file.name}: {path} does not exist"
