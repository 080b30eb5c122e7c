"""The recipes of docs/how-to.md and of the front page of the site run as they stand, each in a
Python of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [(DOCS / name).read_text(encoding="utf-8") for name in ("how-to.md", "index.md")]
RECIPES = [code for page in PAGES for code in re.findall(r"```python\n(.*?)```", page, re.S)]


@pytest.mark.parametrize("number", range(len(RECIPES)))
def test_a_recipe_runs(number, tmp_path):
    code = RECIPES[number]
    if "import lazaretto" not in code:
        code = "import lazaretto as lz\n" + code
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_there_are_recipes():
    assert len(RECIPES) >= 5


def test_every_public_name_has_a_docstring():
    import lazaretto as lz

    for name in lz.__all__:
        thing = getattr(lz, name)
        assert name == "__version__" or (thing.__doc__ and len(thing.__doc__) > 20), name
