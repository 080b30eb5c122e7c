"""A figure as a file: SVG, PDF or PNG for a paper, HTML for a page.

Pictures are drawn by an installed Chrome or Chromium, which the package kaleido (extra `report`)
starts without a window.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import plotly.graph_objects as go

PICTURES = (".svg", ".pdf", ".png")
WIDTH, HEIGHT = 1100, 500
CONFIG = {
    "displaylogo": False,
    "responsive": True,
    "modeBarButtonsToRemove": ["lasso2d", "select2d"],
}
PHONE = '<meta name="viewport" content="width=device-width, initial-scale=1">'
NO_KALEIDO = (
    "pictures need the extra 'report': pip install 'lazaretto[report]', and an "
    "installed Chrome or Chromium"
)
NO_CHROME = (
    "pictures are drawn by Chrome or Chromium, and none was found. On Debian and "
    "Ubuntu: apt install chromium; elsewhere name the program "
    "in the environment variable BROWSER_PATH. Without one, save as .html"
)


class FigureError(OSError):
    """A figure that cannot be saved; the text says why."""


def save(
    figure: go.Figure, path: str | Path, width: int = WIDTH, height: int | None = None
) -> Path:
    """Write one figure; the ending of the path says how: .svg, .pdf or .png (width x height in
    pixels; height: the figure's own, else 500), or .html (self-contained). Returns the path.

    Raises FigureError for another ending, where kaleido or a Chrome is missing, or where the file
    cannot be written."""
    return save_all([figure], [path], width, height)[0]


def save_all(
    figures: Sequence[go.Figure],
    paths: Sequence[str | Path],
    width: int = WIDTH,
    height: int | None = None,
) -> list[Path]:
    """As `save`, many figures by one browser."""
    files = [Path(path) for path in paths]
    for file in files:
        if file.suffix not in (*PICTURES, ".html"):
            raise FigureError(
                f"{file}: the ending must be one of {', '.join(PICTURES)}, .html; "
                f"got {file.suffix!r}"
            )
        if not file.parent.is_dir():
            raise FigureError(f"{file}: there is no folder {file.parent}")
    drawn = [
        (figure, file)
        for figure, file in zip(figures, files, strict=True)
        if file.suffix in PICTURES
    ]
    try:
        for figure, file in zip(figures, files, strict=True):
            if file.suffix == ".html":
                page = figure.to_html(include_plotlyjs=True, config=CONFIG)
                file.write_text(page.replace("<head>", "<head>" + PHONE, 1), encoding="utf-8")
        if drawn:
            _draw([figure for figure, _ in drawn], [file for _, file in drawn], width, height)
    except OSError as problem:
        if isinstance(problem, FigureError):
            raise
        raise FigureError(
            f"{files[0].parent}: cannot be written: {problem.strerror or problem}"
        ) from problem
    return files


def _draw(figures: list[go.Figure], files: list[Path], width: int, height: int | None) -> None:
    try:
        import kaleido  # noqa: F401
        import plotly.io
    except ImportError as problem:
        raise FigureError(NO_KALEIDO) from problem
    heights = [height or figure.layout.height or HEIGHT for figure in figures]
    try:
        plotly.io.write_images(figures, [str(file) for file in files], width=width, height=heights)
    except (RuntimeError, ValueError) as problem:
        text = str(problem)
        missing = "chrome" in text.lower() or "browser" in text.lower()
        raise FigureError(
            NO_CHROME if missing else f"the picture cannot be drawn: {text}"
        ) from problem
