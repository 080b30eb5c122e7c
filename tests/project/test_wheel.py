"""Judges: project.

A wheel works outside the repository: in an environment that has nothing of it but the wheel, it
runs, sweeps, reports, copies its notebooks and explores, and type checkers see its types. What is
done there is told once, in `tests/verification/dist.py`, which `make dist` runs with a fetched
environment. Compiling the engine at another path takes some minutes.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "verification"))
import dist  # noqa: E402

pytestmark = [pytest.mark.verify, pytest.mark.processes]

PATIENCE = 1800  # seconds


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    pytest.importorskip("hatchling", reason="no hatchling to build the wheel with (extra dev)")
    made = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*words, "-w", str(made), str(ROOT)], check=True, timeout=PATIENCE)
    (found,) = made.glob("lazaretto-*.whl")
    return found


@pytest.fixture(scope="module")
def program(wheel, tmp_path_factory) -> Path:
    """`lazaretto` in an environment with the wheel, and third parties as they are here."""
    return dist.environment(tmp_path_factory.mktemp("clean"), wheel, here=True)


def test_it_holds_what_it_needs(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert set(dist.IN_WHEEL) <= held
    for folder, ending in (("params", "*.toml"), ("notebooks", "*.ipynb"), ("model", "*.py")):
        there = {
            f"lazaretto/{folder}/{f.relative_to(ROOT / folder).as_posix()}".replace(
                "lazaretto/model/", ""
            )
            for f in (ROOT / folder).rglob(ending)
            if not set(f.parts) & {"__pycache__", ".ipynb_checkpoints"}
        }
        assert there and there <= held, sorted(there - held)[:5]


def test_it_is_used_from_the_outside(program, capsys):
    dist.use(program, program.parents[2])
    told = capsys.readouterr().out
    assert told.count(" s\n") == len(dist.COMMANDS)


def test_type_checkers_see_its_types(program, tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "own.py").write_text(
        "import lazaretto as lz\n"
        'scenario = lz.load_scenario("containment")\n'
        "reveal_type(scenario)\n"
        "reveal_type(lz.simulate)\n"
        "lz.build_population(scenario.population, people='many')\n"
    )
    words = [sys.executable, "-m", "mypy", "--config-file=", "own.py"]
    python = str(program.with_name("python"))
    done = subprocess.run(
        [*words, "--python-executable", python],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env={"PATH": "", "HOME": str(tmp_path)},
    )
    assert "py.typed" not in done.stdout + done.stderr, done.stdout
    assert 'Revealed type is "lazaretto.parameters.scenario.Scenario"' in done.stdout, done.stdout
    assert "lazaretto.outcomes.run.Run" in done.stdout
    assert 'own.py:5: error: Argument "people"' in done.stdout, done.stdout


def test_it_explores(program, tmp_path):
    words = ["explore", "--people", "1000", "--no-browser"]
    server = subprocess.Popen(
        [program.with_name("python"), "-u", "-m", "lazaretto", *words],
        cwd=tmp_path,
        env={"PATH": "", "HOME": str(program.parents[2])},
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
