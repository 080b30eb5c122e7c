"""Every notebook runs from a fresh kernel under the smoke profile, without an error or a
warning."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import lazaretto as lz

QUICKSTART = "01-quickstart"
PICTURE = "application/vnd.plotly.v1+json"
FOLDER = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.ipynb")), ids=lambda f: f.stem)
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


def test_the_quickstart_is_short_and_leaves_numbers_to_its_cells():
    """A figure in its third cell (above), the whole story in ten, and no number in its prose that
    no cell has computed: but for names of scenarios and other notebooks there is none."""
    cells = nbformat.read(FOLDER / f"{QUICKSTART}.ipynb", as_version=4).cells
    assert len(cells) == 10
    prose = " ".join(c.source for c in cells if c.cell_type == "markdown")
    assert re.findall(r"\d+", re.sub(r"`[^`]*`|notebook \d\d", "", prose)) == []
    for name in re.findall(r"the scenario `([\w-]+)`", prose):
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
