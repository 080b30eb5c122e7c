"""Judges: project.

Every notebook runs from a fresh kernel under the smoke profile, without an error or a warning; and
no number stands in its prose that no cell computes and nobody looks up.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import lazaretto as lz
from lazaretto.analysis import population, told, validation
from lazaretto.analysis.interval import LEVEL
from lazaretto.figures.population import FIVE_ERRORS

QUICKSTART = "01-quickstart"
PICTURE = "application/vnd.plotly.v1+json"
FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
FILES = sorted(FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_notebook_runs_clean(file, monkeypatch, tmp_path):
    monkeypatch.setenv("LAZARETTO_PROFILE", os.environ.get("LAZARETTO_PROFILE", "smoke"))
    monkeypatch.setenv("PYTHONWARNINGS", "default")
    notebook = nbformat.read(file, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    said = [
        output.text
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
    ]
    ours = [text for text in said if "lazaretto" in text or "Warning" in text]
    assert not ours, ours
    drawn = [
        o
        for c in notebook.cells
        if c.cell_type == "code"
        for o in c.outputs
        if PICTURE in o.get("data", {})
    ]
    assert len(drawn) >= 3
    if file.stem == QUICKSTART:
        assert PICTURE in [kind for o in notebook.cells[2].outputs for kind in o.get("data", {})]


def prose(file: Path) -> str:
    cells = nbformat.read(file, as_version=4).cells
    return "\n\n".join(c.source for c in cells if c.cell_type == "markdown")


# What may have a number in it though no cell computes it: code, references, links, names such as
# InVS13 and SARS-CoV-2, dates and years.
NO_CLAIMS = (
    r"`[^`]*`",
    r"notebooks? \d\d",
    r"\]\([^)]*\)",
    r"\w*[A-Za-z]-?\d+\w*",
    r"\b\d{1,2} (?:April|May|June|July|August)\b",
    r"\b20[12]\d\b",
)
WORDS = (
    "three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|twenty|fifty|hundred|thousands?"
    "|millions?|half|halves|quarter|sevenths|twice|double|per cent|times as|one in"
)
NUMBER = re.compile(rf"\d[\d.,]*\d|\d|\b(?:{WORDS})\b", re.IGNORECASE)
# Values that a notebook states in words: each is looked up.
STATED = {
    "02-race": {"95 % intervals": LEVEL == 0.95},
    "09-calibration": {"intervals of 95 % over draws": LEVEL == 0.95},
    "11-validation": {
        "latent period gamma (mean 3 d, shape 2)": validation.LATENT == (3, 2),
        "infectious period gamma (7 d, 3)": validation.INFECTIOUS == (7, 3),
        "one person in a hundred infected at the start": validation.SEEDED == 0.01,
        "four degree laws": len(validation.DEGREES) == 4,
        "below the threshold to 3": min(validation.REPRODUCTION) < 1
        and max(validation.REPRODUCTION) == 3,
        "at five standard errors": told.STANDARD_ERRORS == 5,
    },
    "13-populations": {
        "Seven places": len(lz.list_names("populations")) == 7,
        "five standard errors": FIVE_ERRORS == 5,
        "five sevenths": population.SCHOOL_DAYS == 5,
        "below 18": population.AGES[0] == "below 18",
    },
}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_numbers_in_prose_are_computed_by_cells_or_looked_up(file):
    text = prose(file)
    for words, holds in STATED.get(file.stem, {}).items():
        assert words in text and holds, words
        text = text.replace(words, "")
    for pattern in NO_CLAIMS:
        text = re.sub(pattern, "", text)
    assert NUMBER.findall(text) == []


def test_the_quickstart_is_short():
    """A figure in its third cell (above), the whole story in ten; it names scenarios that are."""
    file = FOLDER / f"{QUICKSTART}.ipynb"
    assert len(nbformat.read(file, as_version=4).cells) == 10
    for name in re.findall(r"the scenario `([\w-]+)`", prose(file)):
        assert name in lz.list_names("scenarios")


def test_what_the_quickstart_says_of_its_scenario_is_so():
    """Nothing else holds the epidemic back; the assumptions that it names are assumptions."""
    scenario = lz.load_scenario("no-measures")
    assert not scenario.region.measures and not scenario.timeline
    assert scenario.behaviour.response is None and scenario.behaviour.protection is None
    regime = lz.load_isolation("moscow-social-monitoring")
    rows = [*lz.parameter_rows(scenario.behaviour), *lz.parameter_rows(regime)]
    named = [row for row in rows if re.search("kappa|false_alarm", row["parameter"])]
    assert len(named) >= 5 and {row["status"] for row in named} == {"assumption"}
