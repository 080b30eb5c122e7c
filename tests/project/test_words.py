"""Judges: project.

Pages, docstrings and labels speak plain English in the terms of the field: one glossary, and no
word that only we would use.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lazaretto.instruments.table import INSTRUMENTS
from lazaretto.mechanisms.components import COMPONENTS

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = (
    "of another making",
    "so many a ",
    "goes about",
    "go about",
    "merely",
    "unasked",
    "put right",
    "odies with access",
    "people opened",
)
WHERE = ("model/**/*.py", "model/**/*.j2", "model/**/*.js", "docs/**/*.md", "*.md")
READ = sorted({f for pattern in (*WHERE, "notebooks/*.ipynb") for f in ROOT.glob(pattern)})
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", READ, ids=lambda f: f.relative_to(ROOT).as_posix())
def test_words_are_those_of_the_field(file):
    text = " ".join(file.read_text(encoding="utf-8").split())
    assert not [words for words in NOT_OURS if words in text]


def test_each_line_of_the_panel_stands_in_the_glossary_as_the_panel_has_it():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", GLOSSARY, re.M))
    assert rows.keys() == COMPONENTS.keys()
    for name, component in COMPONENTS.items():
        label, definition, unit, block = (cell.strip() for cell in rows[name].split(" | "))
        assert (label, definition, block) == (
            component.label,
            component.definition,
            component.block,
        ), name
        assert unit.removesuffix(" (not per people)") == component.unit
        assert unit.endswith("(not per people)") == (not component.per_people)


def test_terms_ascend_and_each_instrument_has_a_label():
    terms = re.findall(r"^\| ([^`|]+) \|", GLOSSARY.split("## Lines")[0], re.M)[2:]
    assert terms == sorted(terms) and len(terms) > 20
    assert all(kind.label[0].isupper() for kind in INSTRUMENTS.values())
