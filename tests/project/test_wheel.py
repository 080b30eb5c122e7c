"""Judges: project.

A wheel works outside the repository: in an environment that has nothing of it but the wheel, it
runs, sweeps, reports and explores. Compiling the engine at another path takes some minutes.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

import pytest

pytestmark = [pytest.mark.verify, pytest.mark.processes]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 1800  # seconds


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """(a Python with the wheel and third parties, a folder to work in, its environment)."""
    pytest.importorskip("hatchling", reason="no hatchling to build the wheel with (extra dev)")
    made = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip"]
    build = [*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(made), str(ROOT)]
    subprocess.run(build, check=True, timeout=PATIENCE)
    (wheel,) = made.glob("lazaretto-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made / "env")], check=True)
    (packages,) = (made / "env").rglob("site-packages")
    # third parties as they are here; .pth files within are not followed, so no editable install is
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run([*pip, "install", "-q", "--no-deps", "--target", packages, wheel], check=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(made)}
    return made / "env" / "bin" / "python", made, environment


def lazaretto(clean, *words: str) -> str:
    python, where, environment = clean
    done = subprocess.run(
        [python, "-m", "lazaretto", *words],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_it_is_the_wheel_that_is_used(clean):
    python, where, environment = clean
    code = "import lazaretto; print(lazaretto.__file__)"
    done = subprocess.run([python, "-c", code], cwd=where, env=environment, stdout=subprocess.PIPE)
    assert done.stdout.decode().startswith(str(where))
    assert "no-measures" in lazaretto(clean, "list")


def test_it_runs_sweeps_and_reports(clean):
    where = clean[1]
    lazaretto(clean, "run", "no-measures", "--people", "1000", "--out", "run", "--quiet")
    lazaretto(
        clean, "sweep", "regimes", "--seeds", "2", "--people", "1000", "--out", "swept", "--quiet"
    )
    lazaretto(clean, "report", "swept", "--out", "report", "--no-svg")
    assert (where / "run" / "scenario.json").is_file()
    assert "<html" in (where / "report" / "index.html").read_text()


def test_it_explores(clean):
    python, where, environment = clean
    words = ["explore", "--people", "1000", "--no-browser"]
    server = subprocess.Popen(
        [python, "-u", "-m", "lazaretto", *words],
        cwd=where,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for line in server.stdout:
            if address := re.search(r"http://127\.0\.0\.1:\d+/\S*", line):
                with urllib.request.urlopen(address.group(), timeout=60) as page:
                    assert b"<html" in page.read()
                return
        pytest.fail("it ended without an address")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)
