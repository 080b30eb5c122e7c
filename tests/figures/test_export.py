"""Figures as files: SVG and PDF by an installed Chrome; one clear message where that cannot be."""

from __future__ import annotations

import sys

import plotly.graph_objects as go
import pytest
from browser_here import chromium, need_chromium

import lazaretto as lz
from lazaretto.figures.export import FigureError


@pytest.fixture
def figure():
    return go.Figure(go.Scatter(x=[1, 2], y=[1, 3], name="a line")).update_layout(title="A title")


def test_html_needs_nothing(figure, tmp_path):
    file = lz.figures.save(figure, tmp_path / "one.html")
    text = file.read_text(encoding="utf-8")
    assert (
        "A title" in text
        and 'name="viewport"' in text
        and "https://cdn" not in text.partition("<body>")[0]
    )


@pytest.mark.parametrize("name", ["one.jpeg", "one", "one.svg.txt"])
def test_other_endings_are_refused(figure, tmp_path, name):
    with pytest.raises(FigureError, match=r"the ending must be one of .svg, .pdf, .png, .html"):
        lz.figures.save(figure, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_named(figure, tmp_path):
    with pytest.raises(FigureError, match="there is no folder"):
        lz.figures.save(figure, tmp_path / "nowhere" / "one.svg")


def test_without_kaleido_the_message_says_what_to_install(figure, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "kaleido", None)
    with pytest.raises(FigureError, match=r"pip install 'lazaretto\[report\]'"):
        lz.figures.save(figure, tmp_path / "one.svg")


def test_without_a_chrome_the_message_says_how_to_get_one(figure, tmp_path, monkeypatch):
    pytest.importorskip("kaleido", reason="the package kaleido is not installed (extra dev)")
    monkeypatch.setattr(
        "choreographer.browsers.chromium.Chromium.find_browser", classmethod(lambda *_, **__: None)
    )
    with pytest.raises(FigureError, match="apt install chromium"):
        lz.figures.save(figure, tmp_path / "one.svg")


@pytest.mark.parametrize(
    ("ending", "begins"), [(".svg", b"<svg"), (".pdf", b"%PDF"), (".png", b"\x89PNG")]
)
def test_pictures_are_what_their_ending_says(figure, tmp_path, ending, begins):
    pytest.importorskip("kaleido", reason="the package kaleido is not installed (extra dev)")
    need_chromium()
    assert chromium()
    file = lz.figures.save(figure, tmp_path / f"one{ending}")
    assert file.read_bytes().startswith(begins)
    if ending == ".svg":
        assert "A title" in file.read_text()
