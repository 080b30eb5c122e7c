"""The quick tests under each Python from 3.11 to 3.14 that is found: `make matrix`.

Each has an environment of its own below .matrix/. Says which interpreters were not there, and ends
with 1 where the tests fail under one of those that were.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
QUICK = ("tests/project", "tests/parameters", "tests/exact", "tests/regression")


def interpreter(version: str) -> str | None:
    """A Python of that version: on the path, or among those of pyenv."""
    candidates = [shutil.which(f"python{version}")]
    candidates += sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))
    for path in filter(None, candidates):
        asked = [path, "-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"]
        said = subprocess.run(asked, capture_output=True, text=True, check=False)
        if said.returncode == 0 and said.stdout.strip() == version:
            return path
    return None


def passes(version: str, python: str) -> bool:
    """Whether the quick tests pass under that interpreter."""
    folder = ROOT / ".matrix" / version
    own = folder / "bin" / "python"
    if not own.exists():
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
    install = [own, "-m", "pip", "install", "--quiet", "--editable", f"{ROOT}[dev,analysis]"]
    subprocess.run(install, check=True)
    tests = [own, "-m", "pytest", "-q", "-m", "not slow and not verify", *QUICK]
    return subprocess.run(tests, cwd=ROOT, check=False).returncode == 0


def main() -> int:
    found = {version: interpreter(version) for version in VERSIONS}
    told = {v: "skipped: no such interpreter here" for v, path in found.items() if path is None}
    for version, path in found.items():
        if path is not None:
            told[version] = "passed" if passes(version, path) else "FAILED"
    for version in VERSIONS:
        print(f"Python {version}: {told[version]}")
    return int("FAILED" in told.values())


if __name__ == "__main__":
    sys.exit(main())
