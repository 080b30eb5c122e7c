"""Generated pages, in site/made: the parameters, from the models and the files, and the API, from
the docstrings. A page is written only where it has changed, and only pages of an earlier build are
removed."""

from __future__ import annotations

import json
from pathlib import Path

from sphinx.application import Sphinx

import api
import reference

MADE = Path(__file__).resolve().parents[2] / "site" / "made"
RECORD = MADE / ".pages.json"


def write_all(app: Sphinx) -> None:
    pages = {**reference.pages(), **api.pages()}
    for name, text in pages.items():
        file = MADE / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    before = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else []
    for name in set(before) - set(pages):
        (MADE / name).unlink(missing_ok=True)
    RECORD.write_text(json.dumps(sorted(pages)), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", write_all)
    app.connect("autodoc-process-docstring", api.mark_arguments)
    return {"parallel_read_safe": True}
