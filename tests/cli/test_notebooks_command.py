"""Judges: shell.

`lazaretto notebooks`: all are copied, nothing of the user's is overwritten, and a page shows each
figure interactive, with a still picture for paper, and loads nothing from a network.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import numpy as np
import plotly.graph_objects as go
import pytest

from lazaretto.cli import main
from lazaretto.figures.alt import alt_text
from lazaretto.report import notebooks

SOURCES = Path(__file__).resolve().parents[2] / "notebooks"
PIXEL = b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"


def call(capsys, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out = capsys.readouterr()
    return int(ended.value.code or 0), out.out, out.err


def test_all_are_copied_and_copies_are_brought_up_to_date(capsys, tmp_path, monkeypatch):
    out = tmp_path / "mine"
    status, said, _ = call(capsys, "notebooks", str(out))
    names = sorted(file.name for file in SOURCES.glob("*.ipynb"))
    assert status == 0 and f"{len(names)} notebooks" in said
    assert sorted(file.name for file in out.glob("*.ipynb")) == names
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / names[0]).write_text("a newer version")
    monkeypatch.setattr(notebooks, "notebooks_folder", lambda: newer)
    assert call(capsys, "notebooks", str(out))[0] == 0
    assert (out / names[0]).read_text() == "a newer version"


def test_what_somebody_has_changed_or_made_is_left_alone(capsys, tmp_path):
    first, second = sorted(SOURCES.glob("*.ipynb"))[:2]
    (tmp_path / first.name).write_text("my own")
    status, _, err = call(capsys, "notebooks", str(tmp_path))
    assert status == 1 and first.name in err and "another folder" in " ".join(err.split())
    assert [file.name for file in tmp_path.iterdir()] == [first.name]
    (tmp_path / first.name).unlink()
    assert call(capsys, "notebooks", str(tmp_path))[0] == 0
    changed = second.read_text() + "\n"
    (tmp_path / second.name).write_text(changed)
    assert call(capsys, "notebooks", str(tmp_path))[0] == 1
    assert (tmp_path / second.name).read_text() == changed


def test_what_cannot_be_written_or_is_no_profile_is_said(capsys, tmp_path):
    file = tmp_path / "file"
    file.touch()
    status, _, err = call(capsys, "notebooks", str(file))
    assert status == 1 and "cannot be written" in " ".join(err.split())
    status, _, err = call(capsys, "notebooks", str(tmp_path), "--render", "--profile", "large")
    assert status == 2 and "smoke, report" in err


@pytest.fixture
def executed():
    """A notebook of one figure, as Jupyter leaves it."""
    numbers = np.array([3.0, 4.0])  # packed in JSON
    figure = go.Figure(go.Scatter(x=[1, 2], y=numbers, name="a</script>b"))
    figure.update_traces(error_y=dict(array=numbers))
    figure.update_layout(title="Two points", xaxis_title="day", yaxis_title="people")
    data = {notebooks.FIGURE: json.loads(figure.to_json()) | {"config": {"plotlyServerURL": "x"}}}
    output = nbformat.v4.new_output("display_data", data=data)
    cells = [
        nbformat.v4.new_markdown_cell("# One figure\n\nSee [another](02-race.ipynb)."),
        nbformat.v4.new_code_cell("figure", outputs=[output]),
    ]
    return figure, nbformat.v4.new_notebook(cells=cells)


def test_a_page_shows_each_figure_twice_and_needs_no_network(executed, tmp_path, monkeypatch):
    figure, notebook = executed
    still = notebooks.Still(PIXEL, notebooks.SVG)
    monkeypatch.setattr(notebooks, "draw_stills", lambda figures: [still] * len(figures))
    files = notebooks.write_pages([("one", notebooks.with_pictures(notebook))], tmp_path)
    assert [file.name for file in files] == ["index.html", "one.html"]
    page = files[1].read_text()
    assert "Plotly.newPlot" in page and "<\\/script>b" in page
    (picture,) = re.findall(r"<img [^>]*lz-still[^>]*data:image/svg[^>]*>", page)
    (words,) = re.findall(r"alt=.([^'\"]*)", picture)
    assert words == alt_text(figure) and "Two points" in words
    assert "bdata" in json.dumps(notebook.cells[1].outputs[0].data[notebooks.FIGURE])
    assert 'href="02-race.html"' in page and "<a href='one.html'>One figure</a>" in (
        files[0].read_text()
    )
    kept = nbformat.read(tmp_path / "one.ipynb", as_version=4).cells[1].outputs[0].data
    assert {notebooks.FIGURE, "text/html"} <= kept.keys()  # for Jupyter, and for nbconvert
    assert (tmp_path / notebooks.SCRIPT).stat().st_size > 1_000_000
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=['\"]https?:", page)


def test_pages_overwrite_pages_and_nothing_else(executed, tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "draw_stills", lambda figures: [None] * len(figures))
    _, notebook = executed
    mine = tmp_path / "one.html"
    mine.write_text("my own")
    with pytest.raises(notebooks.NotebookError, match=r"one\.html.*another folder"):
        notebooks.write_pages([("one", notebooks.with_pictures(notebook))], tmp_path)
    assert mine.read_text() == "my own" and list(tmp_path.iterdir()) == [mine]
    mine.rename(tmp_path / "mine.html")
    for _ in range(2):
        notebooks.write_pages([("one", notebooks.with_pictures(notebook))], tmp_path)
    assert (tmp_path / "mine.html").read_text() == "my own" and "figure" in mine.read_text()
    (tmp_path / notebooks.RECORD).write_text("[]")
    with pytest.raises(notebooks.NotebookError, match="not as it was written"):
        notebooks.write_pages([("one", notebooks.with_pictures(notebook))], tmp_path)


def test_without_a_browser_there_is_no_still_and_the_page_says_so(executed, tmp_path, monkeypatch):
    def none(*_, **__):
        raise notebooks.FigureError("no Chrome")

    monkeypatch.setattr(notebooks, "save_all", none)
    _, notebook = executed
    (page,) = notebooks.write_pages([("one", notebooks.with_pictures(notebook))], tmp_path)[1:]
    assert "<noscript>" in page.read_text() and "lz-with-still" not in (
        re.sub(r"<style>.*?</style>", "", page.read_text(), flags=re.S)
    )


def test_a_cell_that_fails_is_named(tmp_path):
    file = tmp_path / "bad.ipynb"
    cell = nbformat.v4.new_code_cell("1 / 0")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), file)
    with pytest.raises(notebooks.NotebookError, match=r"bad.ipynb: .*ZeroDivisionError"):
        notebooks.run_notebook(file, "smoke")
