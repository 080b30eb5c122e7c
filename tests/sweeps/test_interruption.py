"""A sweep that is killed, stopped or disturbed loses nothing; see `rough.py`, which runs once, in a
process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lazaretto as lz

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture(scope="module")
def happened(tmp_path_factory):
    """What `rough.py` tells."""
    folder = tmp_path_factory.mktemp("rough")
    script = Path(__file__).parent / "rough.py"
    done = subprocess.run(
        [sys.executable, str(script), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_killed_at_ten_random_moments_and_resumed_equals_the_undisturbed_byte_for_byte(happened):
    killed = happened["killed"]
    assert killed["kills"] == 10 and set(killed["status"]) == {0}
    assert killed["same"] and killed["files"] == 10
    assert all(cells == sorted(cells) for cells in killed["cells"])  # none is lost
    assert (
        len({count for cells in killed["cells"] for count in cells}) > 2
    )  # the kills fell into the work
    assert not killed["left"]


def test_a_second_sweep_is_refused_and_the_lock_of_a_killed_one_is_no_obstacle(happened):
    two = happened["two"]
    assert (two["second"], two["first"], two["after"]) == (3, -9, 0)
    assert two["same"]


@pytest.mark.parametrize("by", ["SIGINT", "SIGTERM"])
def test_ctrl_c_or_a_request_to_end_says_how_to_go_on_and_nothing_is_repeated(happened, by):
    stopped = happened[by]
    assert stopped["status"] == 1
    assert (
        "stopped; a sweep goes on with --resume" in stopped["said"]
        and "Traceback" not in stopped["said"]
    )
    cells = len(lz.load_sweep("tracing-by-isolation").cells())
    assert 0 < stopped["kept"] < cells
    assert stopped["again"] == 0 and not stopped["repeated"] and stopped["files"] == cells + 1
