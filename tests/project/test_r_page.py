"""Judges: project, data.

docs/r.md: the names of the package that it uses exist, and its chunks run where there is R.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import lazaretto as lz

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "verification"))
import r_page  # noqa: E402

TEXT = r_page.PAGE.read_text(encoding="utf-8")
CHUNKS = r_page.chunks(TEXT)
USED = sorted(set(re.findall(r"\blz\$(\w+)(?:\$(\w+))?", TEXT)))


def test_names_of_the_package_exist():
    assert len(CHUNKS) > 6 and len(USED) > 6
    for name, inner in USED:
        thing = getattr(lz, name)
        assert name in lz.__all__ and (not inner or inner in dir(thing)), (name, inner)


def test_each_chunk_that_is_shown_is_run_or_says_that_it_is_not():
    shown = re.findall(r"^```r\n(.*?)^```$", TEXT, re.M | re.S)
    only_shown = [code for code in shown if code.startswith(r_page.NOT_TRIED)]
    assert len(shown) == len(CHUNKS) + len(only_shown)
    program, left_out = r_page.script(CHUNKS, {"reticulate"})
    assert "use_virtualenv" not in program and f'use_python("{sys.executable}"' in program
    assert [one for one in left_out if "linelist" in one]


@pytest.mark.verify
@pytest.mark.processes
def test_its_chunks_run_in_r():
    script = ROOT / "tests" / "verification" / "r_page.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    if done.returncode == r_page.NO_R:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
