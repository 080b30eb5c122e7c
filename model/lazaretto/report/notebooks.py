"""The notebooks, for users: copied out of the package, run, and written as pages with pictures.

A page of a notebook shows each figure interactive where scripts run, and as a still picture on
paper and where they do not. All pages share one plotly.js beside them and need no network.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from ..figures.embedded import STYLE as STYLE_OF_FIGURES
from ..figures.embedded import Still, embedded, figure_of
from ..figures.export import PHONE, FigureError, save_all, write_text

RECORD = ".lazaretto-notebooks.json"  # what was copied, and as what
FIGURE = "application/vnd.plotly.v1+json"
PATIENCE_SECONDS = 3600  # for one cell
MOST_SVG = 400_000  # bytes; a picture of more marks is smaller as PNG
SVG, PNG = "image/svg+xml", "image/png"
SCRIPT = "plotly.min.js"
NO_JUPYTER = "running notebooks needs Jupyter: pip install 'lazaretto[notebooks]'"
STYLE = """
body { font-family: Inter, 'Helvetica Neue', Arial, sans-serif; color: #1f2430;
       max-width: 1100px; margin: 0 auto; padding: 12px 16px }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
table { border-collapse: collapse; font-size: 0.9em; margin: 1em 0; display: block;
        overflow-x: auto }
th { border-bottom: 1px solid #6b7280 } tr { border-bottom: 1px solid #e5e7eb }
p { max-width: 46em }
@media print { figure { break-inside: avoid } h2 { break-after: avoid } table { display: table }
               .modebar { display: none } }
figure { margin: 1em 0 }
"""
STYLE_OF_CELLS = """
.prompt, .jp-InputPrompt, .jp-OutputPrompt, .jp-InputCollapser, .jp-OutputCollapser,
.jp-Collapser, .anchor-link { display: none }
.highlight pre, .jp-RenderedText pre { background: #f6f7f9; padding: 8px 10px; overflow-x: auto;
  font-size: 0.85em; line-height: 1.4 }
table.dataframe { border: 0 }
td, th { padding: 2px 8px; text-align: right; border: 0 }
.output_text pre, .jp-RenderedText pre { white-space: pre-wrap }
@media print { .highlight pre { white-space: pre-wrap } }
"""


class NotebookError(OSError):
    """Notebooks that cannot be copied, run or written; the text says why."""


@lru_cache(maxsize=1)
def notebooks_folder() -> Path:
    """The folder of the notebooks: in the package, or beside model/ in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "notebooks", package.parents[1] / "notebooks"):
        if folder.is_dir():
            return folder
    raise NotebookError(
        "the notebooks are missing: there is no folder notebooks/ in the package, nor beside model/"
    )


def copy_notebooks(out: Path) -> list[Path]:
    """Copy all notebooks into a folder, and return the copies. A copy that nobody has changed is
    brought up to date; anything else is left alone.

    Raises NotebookError, before anything is written, where the folder has a file of that name
    which is not such a copy, or where it cannot be written.
    """
    stated = {file.name: file.read_bytes() for file in sorted(notebooks_folder().glob("*.ipynb"))}
    record = out / RECORD
    try:
        out.mkdir(parents=True, exist_ok=True)
        copied = _recorded(record)
        known = {name: {copied.get(name), digest(data)} for name, data in stated.items()}
        changed = [
            name
            for name in stated
            if (out / name).exists() and digest((out / name).read_bytes()) not in known[name]
        ]
        if changed:
            raise NotebookError(
                f"{out}: {', '.join(changed)}: not a copy as it was made, and nothing of yours is "
                "overwritten. Name another folder, or give your file another name"
            )
        for name, data in stated.items():
            (out / name).write_bytes(data)
        digests = {name: digest(data) for name, data in stated.items()}
        record.write_text(json.dumps(digests, indent=1), encoding="utf-8")
    except NotebookError:
        raise
    except (OSError, ValueError) as problem:
        said = getattr(problem, "strerror", None) or problem
        raise NotebookError(f"{out}: cannot be written: {said}") from problem
    return [out / name for name in stated]


def _recorded(record: Path) -> dict[str, str]:
    """What a folder's record says: names of files made here, and what was in them. Raises
    ValueError for one that was not written here."""
    found = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    if not isinstance(found, dict):
        raise ValueError(f"{record.name} is not as it was written")
    return found


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def run_notebook(file: Path, profile: str) -> Any:
    """The notebook with its outputs, from a fresh kernel under a profile ("smoke" or "report"); its
    figures as `with_pictures` takes them. What it writes goes into a folder that is removed.

    Raises NotebookError where a cell fails, or without the extra `notebooks`."""
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError
    except ImportError as problem:
        raise NotebookError(NO_JUPYTER) from problem
    notebook = nbformat.read(file, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook, timeout=PATIENCE_SECONDS, resources={"metadata": {"path": folder}}
        )
        try:
            client.execute(env={**os.environ, "LAZARETTO_PROFILE": profile})
        except CellExecutionError as problem:
            raise NotebookError(
                f"{file.name}: a cell failed with {problem.ename}: {problem.evalue}"
            ) from problem
    return notebook


def with_pictures(notebook: Any, stills: bool = True) -> Any:
    """The notebook whose figures have HTML (interactive, with a still) beside what plotly says of
    them, so that whatever reads it can show them. stills: False: without; they are drawn by an
    installed Chrome or Chromium, and left out where there is none."""
    outputs = [
        output["data"]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if FIGURE in output.get("data", {})
    ]
    figures = [figure_of(data[FIGURE]) for data in outputs]
    pictures = draw_stills(figures) if stills else [None] * len(figures)
    for data, figure, still in zip(outputs, figures, pictures, strict=True):
        data["text/html"] = f"<style>{STYLE_OF_FIGURES}</style>{embedded(figure, still)}"
    return notebook


def draw_stills(figures: Sequence[go.Figure]) -> list[Still | None]:
    """A picture of each figure, by one browser: SVG, or PNG where it has very many marks. None for
    each where no picture can be drawn."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.svg" for number in range(len(figures))]
        try:
            save_all(figures, files)
            large = [n for n, file in enumerate(files) if file.stat().st_size > MOST_SVG]
            files = [f.with_suffix(".png") if n in large else f for n, f in enumerate(files)]
            save_all([figures[n] for n in large], [files[n] for n in large], dpi=144)
        except FigureError:
            return [None] * len(figures)
        kinds = {".svg": SVG, ".png": PNG}
        return [Still(file.read_bytes(), kinds[file.suffix]) for file in files]


def title_of(notebook: Any) -> str:
    """Its first heading."""
    return str(notebook.cells[0].source.split("\n")[0].lstrip("# "))


def write_pages(notebooks: Iterable[tuple[str, Any]], out: Path) -> list[Path]:
    """Write (name, notebook with pictures) as HTML, an index and their plotly.js into a folder, and
    beside each page the notebook itself, with its outputs. Returns the pages, the index first.

    Raises NotebookError where it cannot be written, where a file of one of these names was not
    written here before, or without the extra `notebooks`."""
    try:
        import nbformat
        from nbconvert import HTMLExporter
        from pygments.formatters import HtmlFormatter
    except ImportError as problem:
        raise NotebookError(NO_JUPYTER) from problem
    from plotly.offline import get_plotlyjs

    code = HtmlFormatter().get_style_defs(".highlight")
    notebooks = list(notebooks)
    own = [f"{name}.{end}" for name, _ in notebooks for end in ("html", "ipynb")]
    own += [SCRIPT, "index.html"]
    try:
        out.mkdir(parents=True, exist_ok=True)
        made = _recorded(out / RECORD)
        if foreign := [name for name in own if (out / name).exists() and name not in made]:
            raise NotebookError(
                f"{out}: {', '.join(foreign)}: not written by this command, and nothing of yours "
                "is overwritten. Name another folder, or give your file another name"
            )
        write_text(out / RECORD, json.dumps(made | dict.fromkeys(own, ""), indent=1))
    except NotebookError:
        raise
    except (OSError, ValueError) as problem:
        said = getattr(problem, "strerror", None) or problem
        raise NotebookError(f"{out}: cannot be written: {said}") from problem
    write_text(out / SCRIPT, get_plotlyjs())
    pages, links = [], []
    for name, notebook in notebooks:
        body, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
        # links to other notebooks lead to their pages
        body = re.sub(r"href=\"([\w.-]+)\.ipynb", r'href="\1.html', body)
        title = html.escape(title_of(notebook))
        write_text(out / f"{name}.ipynb", nbformat.writes(notebook))
        pages.append(
            write_text(
                out / f"{name}.html",
                _page(title, f"<script src='{SCRIPT}'></script><style>{code}</style>", body),
            )
        )
        links.append(f"<li><a href='{name}.html'>{title}</a></li>")
    index = f"<h1>Notebooks</h1><ul>{''.join(links)}</ul>"
    return [write_text(out / "index.html", _page("Notebooks", "", index)), *pages]


def _page(title: str, head: str, body: str) -> str:
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>{PHONE}<title>{title}</title>"
        f"<style>{STYLE}{STYLE_OF_CELLS}</style>{head}</head><body>{body}</body></html>"
    )
