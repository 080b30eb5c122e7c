"""Judges: sweeps.

Several hosts without a shared disk, where this machine lets us make them: `hosts.py` says what.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "verification" / "hosts.py"
NOT_HERE = 77


@pytest.mark.verify
@pytest.mark.processes
def test_hosts_give_what_threads_give():
    pytest.importorskip("distributed")
    words = [sys.executable, str(SCRIPT), "--cells", "400"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode == NOT_HERE:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr
