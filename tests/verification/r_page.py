"""The chunks of docs/r.md, run by R in their order, in a folder of their own.

    python tests/verification/r_page.py [--keep FOLDER]

Needs Rscript and reticulate. The environment that the page calls .venv is this Python. A chunk that
loads a package which is not installed is left out, and said to be. Prints what each chunk did, and
ends with 1 where one failed, with 77 where there is no R.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "r.md"
CHUNK = re.compile(r"^## (.+?)$|^```r\n(.*?)^```$", re.M | re.S)
LOADED = re.compile(r"library\((\w+)\)")
NOT_TRIED = "# not run by our tests"  # the first line of a chunk that is only shown
NO_R = 77
COMMAND = ["run", "interview-and-support", "--people", "5000", "--set", "days=90"]
VERSIONS = 'for (p in c({})) cat(p, format(packageVersion(p)), "\\n")'


def chunks(text: str) -> list[tuple[str, str]]:
    """(heading, lines) of each chunk of R on the page, those that are only shown left out."""
    heading, found = "", []
    for title, code in CHUNK.findall(text):
        heading = title or heading
        if code and not code.startswith(NOT_TRIED):
            found.append((heading, code))
    return found


def installed(packages: set[str]) -> set[str]:
    """Those of the packages that R finds."""
    asked = "".join(f'if (nzchar(system.file(package = "{p}"))) cat("{p} ")\n' for p in packages)
    said = subprocess.run(["Rscript", "-e", asked], capture_output=True, text=True, check=True)
    return set(said.stdout.split())


def script(parts: list[tuple[str, str]], there: set[str]) -> tuple[str, list[str]]:
    """(one R program of all chunks that can be run, headings of those that cannot)."""
    lines, left_out = ["options(warn = 1)"], []
    python = f'use_python("{Path(sys.executable).as_posix()}", required = TRUE)'
    for heading, code in parts:
        if missing := set(LOADED.findall(code)) - there:
            left_out.append(f"{heading} (no {', '.join(sorted(missing))})")
            continue
        own = re.sub(r"^use_virtualenv\(.*\)$", python, code, flags=re.M)
        lines += [f'cat("\\n## {heading}\\n")', own]
    names = ", ".join(f'"{name}"' for name in sorted(there))
    return "\n".join([*lines, VERSIONS.format(names)]), left_out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="a folder for what the chunks write")
    given = parser.parse_args()
    if shutil.which("Rscript") is None:
        print("there is no Rscript here: nothing was run")
        return NO_R
    parts = chunks(PAGE.read_text(encoding="utf-8"))
    there = installed({name for _, code in parts for name in LOADED.findall(code)})
    if "reticulate" not in there:
        print("R has no package reticulate: nothing was run")
        return NO_R
    with tempfile.TemporaryDirectory() as spare:
        folder = given.keep or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        # the page's own command, whose files its chunks read
        words = [*COMMAND, "--tables", "csv", "--quiet", "--out", "out/"]
        program = [sys.executable, "-m", "lazaretto"]
        subprocess.run([*program, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        text, left_out = script(parts, there)
        (folder / "page.R").write_text(text, encoding="utf-8")
        done = subprocess.run(["Rscript", "page.R"], cwd=folder, check=False)
    for heading in left_out:
        print(f"left out: {heading}")
    print(f"{len(parts) - len(left_out)} of {len(parts)} chunks run")
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
