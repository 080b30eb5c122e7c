"""Notebooks and the gallery with their figures: run once for each version of the package, under the
smoke profile, and kept in site/, so that a second build takes seconds.

Without pictures (`-D lazaretto_run=0`) notebooks and gallery stand as they are in the repository.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
from sphinx.application import Sphinx
from sphinx.util import logging

import gallery
from lazaretto._jit import source_key
from lazaretto.figures.embedded import embedded
from lazaretto.report import notebooks

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "site"
PROFILE = "smoke"
LIVE = "lz-live"  # a page with this class has figures
say = logging.getLogger(__name__)
running = True  # one build, one setting: notebooks' reader is given nothing but their text


def read_notebook(text: str) -> Any:
    """The notebook of this text, with outputs and pictures where these are wanted."""
    notebook = nbformat.reads(text, as_version=4)
    return _with_outputs(notebook, text) if running else notebook


def _with_outputs(notebook: Any, text: str) -> Any:
    from jupyter_cache import get_cache
    from jupyter_cache.base import CacheBundleIn

    (file,) = (f for f in (ROOT / "notebooks").glob("*.ipynb") if f.read_text("utf-8") == text)
    cache = get_cache(SITE / "notebooks" / source_key())
    try:
        return cache.merge_match_into_notebook(notebook)[1]
    except KeyError:
        say.info("running %s", file.name)
    finished = notebooks.with_pictures(notebooks.run_notebook(file, PROFILE))
    for cell in finished.cells:
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(notebooks.FIGURE, None)  # its HTML says all that it does
    cache.cache_notebook_bundle(CacheBundleIn(finished, str(file)), overwrite=True)
    return finished


def drawn(name: str) -> Path:
    """The file with the HTML of a figure of the gallery."""
    file = SITE / "figures" / source_key() / f"{name}.html"
    lead, lines = gallery.FIGURES[name]
    stamp = f"<!-- {notebooks.digest((lead + lines).encode())} -->\n"
    if not (file.is_file() and file.read_text("utf-8").startswith(stamp)):
        say.info("drawing %s", name)
        figure = gallery.draw(name)
        (still,) = notebooks.draw_stills([figure])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(stamp + embedded(figure, still), encoding="utf-8")
    return file


def show_gallery(app: Sphinx, page: str, source: list[str]) -> None:
    """Below the lines of each figure, the figure."""
    if page != "docs/gallery" or not app.config.lazaretto_run:
        return
    parts = re.split(r"^### (\w+)$", source[0], flags=re.M)
    for at in range(1, len(parts), 2):
        picture = f"```\n\n```{{raw}} html\n:file: {drawn(parts[at])}\n```\n"
        parts[at + 1] = re.sub(r"^```$", lambda _, p=picture: p, parts[at + 1], count=1, flags=re.M)
        parts[at] = f"### {parts[at]}"
    source[0] = "".join(parts)


def load_plotly(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """One copy of plotly.js for the site, and only on pages with figures."""
    if LIVE in context.get("body", ""):
        app.add_js_file(notebooks.SCRIPT)


def begin(app: Sphinx) -> None:
    global running
    running = bool(app.config.lazaretto_run)
    from plotly.offline import get_plotlyjs

    from lazaretto.figures.embedded import STYLE

    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    (static / notebooks.SCRIPT).write_text(get_plotlyjs(), encoding="utf-8")
    (static / "figures.css").write_text(STYLE, encoding="utf-8")
    app.add_css_file("figures.css")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("lazaretto_run", True, "env", bool)
    app.connect("builder-inited", begin)
    app.connect("source-read", show_gallery)
    app.connect("html-page-context", load_plotly)
    return {"parallel_read_safe": False}
