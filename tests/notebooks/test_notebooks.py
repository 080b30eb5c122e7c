"""Every notebook runs from a fresh kernel under the smoke profile, without an error or a
warning."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

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
        if "application/vnd.plotly.v1+json" in o.get("data", {})
    ]
    assert len(drawn) >= 3
