"""Generated pages, in site/made: the parameters, from the models and the files, and the API, from
the docstrings. A page is written only where it has changed."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

import api
import reference

MADE = Path(__file__).resolve().parents[2] / "site" / "made"


def write_all(app: Sphinx) -> None:
    pages = {**reference.pages(), **api.pages()}
    for name, text in pages.items():
        file = MADE / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    for file in MADE.rglob("*.*"):
        if file.relative_to(MADE).as_posix() not in pages:
            file.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", write_all)
    app.connect("autodoc-process-docstring", api.mark_arguments)
    return {"parallel_read_safe": True}
