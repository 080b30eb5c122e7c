"""The compiler's wrapper: one version of an inner function whatever constants it gets, and errors
that still come out."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from lazaretto import _jit
from lazaretto._jit import GENERATIONS_KEPT, JOINTLY, MARK, OURS, entry, inlined, kernel


@inlined
def thrice(x):
    return 3 * x


@kernel
def shifted(values, at, by):
    return thrice(values[at]) + by


@entry
def total(values):
    return shifted(values, 0, 5) + shifted(values, 1, 7) + shifted(values, len(values) - 1, -1)


@entry
def total_of_more(values, by):
    return shifted(values, 2, by) + thrice(values[0])


def _in_another_process(script, cache, **more):
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        f"import sys; sys.path.insert(0, sys.argv[1])\n{script}",
    ]
    environment = os.environ | {"LAZARETTO_CACHE": str(cache)} | more
    return subprocess.run(
        [*command, os.path.dirname(__file__)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_inner_function_serves_two_entries_whatever_constants_it_gets():
    values = np.array([1.0, 2.0, 4.0])
    assert total(values) == 3.0 * (1.0 + 2.0 + 4.0) + 5 + 7 - 1
    assert total_of_more(values, 11) == 3.0 * 4.0 + 11 + 3.0


def test_an_inner_function_is_compiled_once_for_all_constants(tmp_path):
    if not JOINTLY:
        pytest.skip("this numba lacks the classes for joint compilation")
    script = """
import numpy, test_jit as t
t.total(numpy.ones(3)), t.total_of_more(numpy.ones(3), 11)
print(len(t.shifted.overloads), len(t.thrice.overloads))
"""
    done = _in_another_process(script, tmp_path)  # with an empty cache, else nothing is compiled
    assert done.stdout.split() == ["1", "1"], done.stderr[-500:]


def test_with_bounds_checked_an_index_out_of_range_in_an_inner_function_is_an_error(tmp_path):
    for _ in range(2):  # compiled, and read from disk
        done = _in_another_process(
            "import numpy, test_jit; test_jit.total_of_more(numpy.zeros(2), 1)",
            tmp_path,
            NUMBA_BOUNDSCHECK="1",
        )
        assert "IndexError" in done.stderr, done.stderr[-500:]


def _tree(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_importing_the_package_removes_nothing_that_it_did_not_make(tmp_path):
    """`LAZARETTO_CACHE` may name a folder that holds the user's own things, some with names like
    ours."""
    own = [
        "thesis",
        "data",
        "0123456789abcdef",
        "a/b",
        f"{OURS}/notes",
        f"{OURS}/fedcba9876543210",
        f"{OURS}/thesis",
    ]
    for age, name in enumerate(own):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "text.txt").write_text("years of work")
        os.utime(folder, (age, age))
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "deep").mkdir(parents=True)
    (elsewhere / MARK).write_text(_jit.MARK_TEXT)
    (tmp_path / OURS / "00000000000000ff").symlink_to(elsewhere, target_is_directory=True)
    forged = (
        tmp_path / OURS / "00000000000000aa"
    )  # another's folder with a file that happens to be called as our mark
    forged.mkdir()
    (forged / MARK).write_text("mine")
    before = _tree(tmp_path)
    for _ in range(2):
        environment = os.environ | {"LAZARETTO_CACHE": str(tmp_path)}
        subprocess.run([sys.executable, "-c", "import lazaretto._jit"], env=environment, check=True)
    assert before <= _tree(tmp_path)
    assert (elsewhere / "deep").is_dir()


def test_of_our_own_versions_the_newest_are_kept(tmp_path):
    for age in range(GENERATIONS_KEPT + 3):
        folder = tmp_path / OURS / f"{age:016x}"
        _jit._prepare(folder)
        for old in range(age + 1):  # as if each had been used a day after the one before
            if (tmp_path / OURS / f"{old:016x}").is_dir():
                os.utime(tmp_path / OURS / f"{old:016x}", (old, old))
    kept = sorted(folder.name for folder in (tmp_path / OURS).iterdir())
    assert kept == [f"{age:016x}" for age in range(3, GENERATIONS_KEPT + 3)]


def test_a_version_used_within_the_last_day_is_never_removed(tmp_path):
    names = [f"{age:016x}" for age in range(GENERATIONS_KEPT + 3)]
    for name in names:
        _jit._prepare(tmp_path / OURS / name)
    assert sorted(folder.name for folder in (tmp_path / OURS).iterdir()) == names
