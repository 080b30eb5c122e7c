"""The package from the outside: build sdist and wheel, check them, install the wheel into a clean
environment outside the repository, and use it there. `make dist` runs this.

    python tests/verification/dist.py [--out dist] [--here] [--only-build]

1. `python -m build`: an sdist, and a wheel made from it;
2. `twine check --strict`: the description can be shown, the metadata are whole;
3. what must be in both is there: parameters, templates, notebooks, py.typed;
4. a virtual environment in a temporary folder, with the wheel and what it depends on (--here: what
   it depends on is taken from this Python, so that nothing is fetched but for the build);
5. there: version, list, a run, a small sweep, its report, the notebooks, the schema.

Says what it did, step by step, with times; ends at the first failure with its output, status 1.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = "1000"
IN_WHEEL = (
    "lazaretto/py.typed",
    "lazaretto/params/scenarios/containment.toml",
    "lazaretto/params/sources.toml",
    "lazaretto/report/page.html.j2",
    "lazaretto/explore/static/page.html",
    "lazaretto/notebooks/01-quickstart.ipynb",
)
IN_SDIST = ("README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "codemeta.json", "Makefile")
COMMANDS = (
    (["--version"], None),
    (["list", "scenarios"], None),
    (["schema"], None),
    (["notebooks", "mine"], "mine/01-quickstart.ipynb"),
    (
        ["run", "containment", "--people", PEOPLE, "--set", "days=40", "--tables", "csv", "--quiet"]
        + ["--out", "run"],
        "run/run.html",
    ),
    (
        ["sweep", "regimes", "--people", PEOPLE, "--seeds", "2", "--quiet", "--out", "swept"],
        "swept/results.nc",
    ),
    (["report", "swept", "--no-svg", "--no-pdf", "--out", "report"], "report/index.html"),
)


# of this environment: programs, a proxy, how pip is set up; nothing that leads to the repository
KEPT = ("PATH", "HOME", "TMPDIR", "LANG")
KEPT_LIKE = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
Made = TypeVar("Made")


class Failed(RuntimeError):
    """A step that did not do what it should; the text is its output."""


def command(words: list[str | Path], where: Path, **more: str) -> str:
    """Run it in a folder, with hardly anything of this environment. Raises Failed."""
    kept = {k: v for k, v in os.environ.items() if k in KEPT or k.upper().startswith(KEPT_LIKE)}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=where,
        env=kept | more,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, words))}\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout.strip()


def build(out: Path) -> tuple[Path, Path]:
    """(sdist, wheel), the only ones in the folder."""
    for old in (*out.glob("lazaretto-*.tar.gz"), *out.glob("lazaretto-*.whl")):
        old.unlink()
    command([sys.executable, "-m", "build", "--outdir", out, ROOT], ROOT)
    (sdist,), (wheel,) = out.glob("lazaretto-*.tar.gz"), out.glob("lazaretto-*.whl")
    return sdist, wheel


def check(sdist: Path, wheel: Path) -> str:
    """Metadata and content. Raises Failed."""
    command([sys.executable, "-m", "twine", "check", "--strict", sdist, wheel], ROOT)
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    missing = [name for name in IN_WHEEL if name not in held]
    missing += [name for name in IN_SDIST if name not in packed]
    if missing:
        raise Failed(f"not in the package: {', '.join(missing)}")
    return f"{len(held)} files in the wheel, {wheel.stat().st_size / 1e6:.1f} MB"


def environment(folder: Path, wheel: Path, here: bool) -> Path:
    """The `lazaretto` program of a new environment with the wheel."""
    made = folder / "env"
    words: list[str | Path] = [sys.executable, "-m", "venv", made]
    command(words + (["--without-pip"] if here else []), folder)
    program = made / ("Scripts" if os.name == "nt" else "bin")
    if not here:
        python = program / "python"
        command([python, "-m", "pip", "install", "--quiet", wheel], folder)
        return program / "lazaretto"
    (packages,) = made.rglob("site-packages")
    # .pth files within are not followed, so no editable install is
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip: list[str | Path] = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    command([*pip, "--target", packages, wheel], folder)
    starts = f"#!{program / 'python'}\nfrom lazaretto.cli import main\nmain()\n"
    (program / "lazaretto").write_text(starts)
    (program / "lazaretto").chmod(0o755)
    return program / "lazaretto"


def use(program: Path, folder: Path) -> None:
    """Each command, in a folder that has nothing else, with a cache of its own. Raises Failed."""
    work, cache = folder / "work", str(folder / "cache")
    work.mkdir()
    python = program.with_name("python")
    where = command([python, "-c", "import lazaretto; print(lazaretto.__file__)"], work)
    if not where.startswith(str(folder)):
        raise Failed(f"another lazaretto is used: {where}")
    for words, made in COMMANDS:
        told = step(
            f"lazaretto {' '.join(words)}",
            lambda words=words: command([program, *words], work, LAZARETTO_CACHE=cache),
        )
        if made is not None and not (work / made).is_file():
            raise Failed(f"lazaretto {' '.join(words)} wrote no {made}\n{told}")


def step(what: str, do: Callable[[], Made]) -> Made:
    """Do it and say so, with its time."""
    began = time.monotonic()
    print(f"{what} ...", end=" ", flush=True)
    made = do()
    print(f"{time.monotonic() - began:.0f} s", flush=True)
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--here", action="store_true", help="use this Python's third parties")
    parser.add_argument("--only-build", action="store_true", help="build and check, use nothing")
    given = parser.parse_args()
    out = given.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="lazaretto-dist-"))
    try:
        sdist, wheel = step("python -m build", lambda: build(out))
        print(step("twine check --strict, and what is inside", lambda: check(sdist, wheel)))
        if not given.only_build:
            of = "third parties of this Python" if given.here else "all that it depends on"
            what = f"a clean environment with the wheel and {of}"
            use(step(what, lambda: environment(folder, wheel, given.here)), folder)
    except Failed as problem:
        print(f"failed\n{problem}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{sdist}\n{wheel}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
