"""The compiler's wrapper: one version of an inner function whatever constants it gets, and errors that still come out."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np

from lazaretto._jit import JOINTLY, entry, inlined, kernel


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


def test_an_inner_function_is_compiled_once_for_all_constants_and_serves_two_entries():
    values = np.array([1.0, 2.0, 4.0])
    assert total(values) == 3.0 * (1.0 + 2.0 + 4.0) + 5 + 7 - 1
    assert total_of_more(values, 11) == 3.0 * 4.0 + 11 + 3.0
    if JOINTLY:
        assert len(shifted.overloads) == 1
        assert len(thrice.overloads) == 1


def test_with_bounds_checked_an_index_out_of_range_in_an_inner_function_is_an_error(tmp_path):
    script = "import sys; sys.path.insert(0, sys.argv[1]); import numpy, test_jit; test_jit.total_of_more(numpy.zeros(2), 1)"
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "LAZARETTO_CACHE": str(tmp_path)}
    command = [sys.executable, "-W", "ignore", "-c", script, os.path.dirname(__file__)]
    for _ in range(2):  # compiled, and read from disk
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert "IndexError" in done.stderr, done.stderr[-500:]
