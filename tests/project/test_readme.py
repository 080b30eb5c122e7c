"""Judges: project, shell.

README's blocks run as they are printed: Python line by line in a new process (in `make verify`; in
the quick tests with fewer people and seeds), the shell's commands one by one.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)
SHELL = re.search(r"## From the shell\n+```\n(.*?)```", README, re.S)[1]
SMALL = {r"people=[\d_]+": "people=1_000", r"seeds=\d+": "seeds=2"}
# a server that waits, a minute of measuring, and a change of the user's own shell
NOT_RUN = ("explore", "bench", "--install-completion")

pytestmark = pytest.mark.processes


def run_python(code: str, folder: Path) -> None:
    program = [sys.executable, "-W", "error::DeprecationWarning", "-c", code]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def commands() -> list[list[str]]:
    return [shlex.split(line, comments=True)[1:] for line in SHELL.splitlines() if line.strip()]


def test_there_is_something_to_run():
    assert len(PYTHON) == 2
    assert {words[0] for words in commands()} >= {"list", "show", "run", "sweep", "report"}
    assert "..." not in "".join(PYTHON)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_runs_with_fewer_people(number, tmp_path):
    code = PYTHON[number]
    for size, small in SMALL.items():
        code = re.sub(size, small, code)
    run_python(code, tmp_path)


@pytest.mark.verify
@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_runs_as_printed(number, tmp_path):
    run_python(PYTHON[number], tmp_path)


@pytest.mark.slow
def test_the_shell_s_commands_run(tmp_path, monkeypatch):
    """In order, as a reader would type them; with fewer people and seeds."""
    from lazaretto.cli import main

    monkeypatch.chdir(tmp_path)
    shipped = ROOT / "params" / "scenarios" / "no-measures.toml"
    (tmp_path / "my-scenario.toml").write_bytes(shipped.read_bytes())
    for words in commands():
        if words[0] in NOT_RUN:
            continue
        more = {"run": ["--quiet"], "sweep": ["--quiet", "--people", "1000", "--seeds", "2"]}
        given = [re.sub(r"^20000$", "1000", word) for word in words] + more.get(words[0], [])
        with pytest.raises(SystemExit) as ended:
            main([*given, *(["--no-svg"] if words[0] == "report" else [])])
        assert not ended.value.code, words
    assert (tmp_path / "out" / "run.html").is_file()
    assert (tmp_path / "report" / "index.html").is_file()
