"""A figure as a file: SVG, PDF or PNG for a paper, HTML for a page.

Pictures are drawn by an installed Chrome or Chromium, which the package kaleido (extra `report`)
starts without a window.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from .alt import alt_text

PICTURES = (".svg", ".pdf", ".png")
WIDTH, HEIGHT = 1100, 500
PIXELS_PER_INCH, PIXELS_PER_POINT = 96, 96 / 72  # of a browser, which draws the pictures
USUAL_SIZE, USUAL_TITLE = 14, 18  # of text in the template, in pixels
LEAST, MOST = 0.2, 1000  # inches
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
    figure: go.Figure,
    path: str | Path,
    width: int | None = None,
    height: int | None = None,
    dpi: float = PIXELS_PER_INCH,
) -> Path:
    """Write one figure; the ending of the path says how: .svg, .pdf or .png (width x height in
    pixels; default the figure's own, else 1,100 x 500; dpi: of a .png, 96 is one to one), or .html
    (self-contained). For a size in inches and a font see `resize`. Returns the path.

    Raises FigureError for another ending, where kaleido or a Chrome is missing, or where the file
    cannot be written."""
    return save_all([figure], [path], width, height, dpi)[0]


def save_all(
    figures: Sequence[go.Figure],
    paths: Sequence[str | Path],
    width: int | None = None,
    height: int | None = None,
    dpi: float = PIXELS_PER_INCH,
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
                label = html.escape(alt_text(figure), quote=True)
                page = page.replace("<body>", f"<body><div role='group' aria-label='{label}'>", 1)
                page = "</div></body>".join(page.rsplit("</body>", 1))
                file.write_text(page.replace("<head>", "<head>" + PHONE, 1), encoding="utf-8")
        if drawn:
            _draw([figure for figure, _ in drawn], [file for _, file in drawn], width, height, dpi)
    except OSError as problem:
        if isinstance(problem, FigureError):
            raise
        raise FigureError(
            f"{files[0].parent}: cannot be written: {problem.strerror or problem}"
        ) from problem
    return files


def _draw(
    figures: list[go.Figure], files: list[Path], width: int | None, height: int | None, dpi: float
) -> None:
    try:
        import kaleido  # noqa: F401
        import plotly.io
    except ImportError as problem:
        raise FigureError(NO_KALEIDO) from problem
    widths = [width or figure.layout.width or WIDTH for figure in figures]
    heights = [height or figure.layout.height or HEIGHT for figure in figures]
    scales = [dpi / PIXELS_PER_INCH if file.suffix == ".png" else 1 for file in files]
    try:
        names = [str(file) for file in files]
        plotly.io.write_images(figures, names, width=widths, height=heights, scale=scales)
    except (RuntimeError, ValueError) as problem:
        text = str(problem)
        missing = "chrome" in text.lower() or "browser" in text.lower()
        raise FigureError(
            NO_CHROME if missing else f"the picture cannot be drawn: {text}"
        ) from problem


def resize(
    figure: go.Figure,
    inches: tuple[float, float],
    font: str | None = None,
    points: float | None = None,
) -> go.Figure:
    """A copy of a figure for a place in a paper: inches (width, height), as matplotlib's figsize;
    font: its family; points: the size of its text, of which titles and notes keep their ratio.

    In .svg and .pdf an inch is 96 pixels and a point 4/3 of one. Raises FigureError for a size that
    is no size.
    """
    wide_and_high = len(inches) == 2 and all(LEAST <= size < MOST for size in inches)
    if not wide_and_high or not (points is None or 0 < points < MOST):
        raise FigureError(
            f"resize: inches are two positive numbers, width and height, such as (6.7, 4.0), and "
            f"points one, such as 9; got {inches} and {points}"
        )
    copy = go.Figure(figure)
    width, height = (round(size * PIXELS_PER_INCH) for size in inches)
    copy.update_layout(width=width, height=height)
    if font is not None:
        copy.update_layout(font_family=font)
    if points is not None:
        ratio = points * PIXELS_PER_POINT / USUAL_SIZE
        copy.update_layout(font_size=USUAL_SIZE * ratio, title_font_size=USUAL_TITLE * ratio)
        copy.for_each_annotation(lambda note: note.update(font_size=_size(note, ratio)))
    return copy


def _size(note: Any, ratio: float) -> float:
    return (note.font.size or USUAL_SIZE) * ratio


def write_text(path: Path, text: str) -> Path:
    """Write a page. Raises FigureError where it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise FigureError(f"{path}: cannot be written: {problem.strerror or problem}") from problem
    return path
