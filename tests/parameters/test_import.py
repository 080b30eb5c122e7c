"""The room is quick to import, and finds its files in a wheel as in a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import lazaretto
from lazaretto.parameters import params_folder

PACKAGE = Path(lazaretto.__file__).parent


def run(code: str, path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(path)},
        cwd=path,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_room_loads_neither_scipy_stats_nor_numba():
    heavy = "scipy.stats", "numba", "pandas", "xarray", "plotly"
    assert (
        run(
            f"import sys, lazaretto.parameters; print([m for m in {heavy} if m in sys.modules])",
            PACKAGE.parent,
        )
        == "[]"
    )


def test_params_inside_the_package_are_found_as_in_a_wheel(tmp_path):
    copy = tmp_path / "lazaretto"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(params_folder(), copy / "params")
    code = "import lazaretto as lz; from lazaretto.parameters import params_folder as f; "
    folder, value = run(
        code + "print(f(), lz.load_scenario('moscow-2020').parameter_hash)", tmp_path
    ).rsplit(" ", 1)
    assert Path(folder) == copy / "params"
    assert value == lazaretto.load_scenario("moscow-2020").parameter_hash
