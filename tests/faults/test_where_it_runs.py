"""Judges: project, data.

Where Lazaretto runs: containers without HOME, users without a name, caches that cannot be written,
scripts without a main guard, joblib, processes that are spawned, no network. It works, or one
sentence says why not; never a traceback.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from lazaretto import _jit

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]
SOURCES = str(ROOT / "model")
STRANGER = 54_321  # a user without a name
KEY = "0123456789abcdef"
CACHE = "from lazaretto import _jit; print(_jit.CACHE_FOLDER, _jit.CACHED)"
RUN = (
    "import lazaretto as lz; s = lz.load_scenario('no-measures').replace(people=500, days=3, "
    "initial_infections=1); p = lz.build_population(s.population, people=500, seed=1); "
)


def python(
    code: str, where: Path, stranger: bool = False, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run code in a Python that has nothing in its environment but what is given."""
    who = ["setpriv", "--reuid", str(STRANGER), "--regid", str(STRANGER), "--clear-groups"]
    if stranger and (os.name == "nt" or os.getuid() != 0 or not shutil.which("setpriv")):
        pytest.skip("only root can become somebody else, and setpriv is needed for it")
    return subprocess.run(
        [*(who if stranger else []), sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": SOURCES, **environment},
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What was said, if it is no traceback."""
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    return done.stderr


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that everybody can reach and write."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_without_home_and_without_a_name_compiled_code_is_kept_with_temporary_files(open_to_all):
    done = python(CACHE, open_to_all, stranger=True, TMPDIR=str(open_to_all))
    assert one_sentence(done) == ""
    folder, kept = done.stdout.split()
    assert kept == "True" and folder.startswith(f"{open_to_all}/lazaretto-{STRANGER}/")
    assert Path(folder).stat().st_uid == STRANGER
    assert (open_to_all / f"lazaretto-{STRANGER}").stat().st_mode & 0o077 == 0


def test_a_cache_that_cannot_be_written_is_read(open_to_all):
    made = open_to_all / "made" / _jit.OURS / _jit.kernel_key()
    (made / "engine").mkdir(parents=True)
    (made / "engine" / "loop.nbi").write_text("an index")
    more = {"TMPDIR": str(open_to_all), "LAZARETTO_CACHE": str(open_to_all / "made")}
    done = python(CACHE, open_to_all, stranger=True, **more)
    assert one_sentence(done) == ""
    folder, kept = done.stdout.split()
    assert kept == "True"
    assert (Path(folder) / "engine" / "loop.nbi").read_text() == "an index"
    assert list((made / "engine").iterdir()) == [made / "engine" / "loop.nbi"]


def test_where_nothing_can_be_written_it_is_said(tmp_path):
    (tmp_path / "file").write_text("no folder")
    wanted, spare = (tmp_path / "file" / name / _jit.OURS / KEY for name in ("wanted", "spare"))
    with pytest.warns(UserWarning, match="compiled code cannot be kept.*Set LAZARETTO_CACHE"):
        assert _jit.choose_folder(wanted, spare) == (wanted, False)


def test_a_folder_that_others_can_write_is_not_taken(tmp_path):
    """Compiled code is run as it lies there."""
    spare = tmp_path / "lazaretto-1" / _jit.OURS / KEY
    spare.parent.parent.mkdir()
    spare.parent.parent.chmod(0o777)
    with pytest.warns(UserWarning, match="cannot be kept"):
        assert not _jit.choose_folder(spare, spare)[1]
    spare.parent.parent.chmod(0o700)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _jit.choose_folder(spare, spare) == (spare, True)


def shared_cache() -> dict[str, str]:
    return {"LAZARETTO_CACHE": str(_jit.CACHE_FOLDER.parent.parent)}


def test_the_command_line_runs_with_a_cache_that_cannot_be_written_and_no_home(open_to_all):
    """As a stranger, who reads what was compiled here and compiles nothing."""
    made = _jit.CACHE_FOLDER
    if not _jit.is_compiled() or any(not p.stat().st_mode & 0o005 for p in (made, *made.parents)):
        pytest.skip("the compiled code here is not there, or not for others to read")
    words = ["run", "no-measures", "--people", "500", "--json", "--out", "out"]
    code = f"import sys; from lazaretto.cli import main; sys.argv[1:] = {words!r}; main()"
    done = python(code, open_to_all, stranger=True, TMPDIR=str(open_to_all), **shared_cache())
    assert "Compiling" not in one_sentence(done)
    assert done.returncode == 0 and json.loads(done.stdout)
    kept = open_to_all / f"lazaretto-{STRANGER}" / _jit.OURS / made.name
    assert any(kept.rglob("*.nbi"))


@pytest.mark.parametrize(
    ("workers", "guarded"), [("workers=2", False), ("workers=2", True), ("threads=2", False)]
)
def test_a_script_without_a_main_guard_is_told_so_once(tmp_path, workers, guarded):
    pytest.importorskip("distributed")
    script = tmp_path / "mine.py"
    work = f"print(lz.sweep('regimes', seeds=1, people=500, {workers}).sizes['seed'])"
    guard = "if __name__ == '__main__':\n    " if guarded else ""
    script.write_text(f"import lazaretto as lz\n{guard}{work}\n")
    done = subprocess.run(
        [sys.executable, str(script)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": SOURCES, **shared_cache()},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    if guarded or "threads" in workers:
        one_sentence(done)
        assert done.stdout.strip() == "1"
        return
    assert done.stderr.count("Traceback") == 1  # Python's own, of the error that ends the script
    last = done.stderr.strip().splitlines()[-1]
    assert "mine.py: workers are new processes" in last and "__main__" in last


def test_joblib_runs_seeds_in_processes(tmp_path):
    pytest.importorskip("joblib")
    code = (
        RUN + "from joblib import Parallel, delayed; "
        "found = Parallel(n_jobs=2)(delayed(lz.simulate)(s, p, k) for k in (1, 2)); "
        "print(all((a.transmissions.day.to_numpy() == lz.simulate(s, p, k).transmissions.day"
        ".to_numpy()).all() for k, a in zip((1, 2), found)))"
    )
    done = python(code, tmp_path, **shared_cache(), HOME=str(tmp_path))
    one_sentence(done)
    assert done.stdout.strip() == "True"


def test_without_a_network_one_sentence_says_how_to_get_data_by_hand(tmp_path):
    code = (
        "import lazaretto as lz\n"
        "try:\n    lz.datasets.get('sfhh')\n"
        "except OSError as problem:\n    print(problem)\n"
    )
    nowhere = "http://127.0.0.1:9"
    done = python(code, tmp_path, LAZARETTO_DATA=str(tmp_path), https_proxy=nowhere)
    one_sentence(done)
    assert "cannot be reached" in done.stdout and "Fetch it by hand from https://" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory as Linux has them")
def test_too_little_memory_is_said_before_any_work(tmp_path):
    """As much as the program has by then, and a tenth of a gigabyte; it had hung for minutes."""
    words = ["run", "no-measures", "--people", "500", "--out", "out"]
    code = (
        "import resource, sys, psutil; from lazaretto.cli import main; "
        "most = psutil.Process().memory_info().vms + 100_000_000; "
        "resource.setrlimit(resource.RLIMIT_AS, (most, most)); "
        f"sys.argv[1:] = {words!r}; main()"
    )
    done = python(code, tmp_path, **shared_cache(), HOME=str(tmp_path))
    said = one_sentence(done)
    assert done.returncode == 1 and not (tmp_path / "out").exists()
    assert "the engine takes about" in said and "GB are free" in said
