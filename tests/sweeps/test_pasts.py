"""Judges: sweeps, time.

Cells that share a past are what they are alone, in whatever order they are done.
"""

from __future__ import annotations

import pytest

import lazaretto as lz
from lazaretto.sweeps.pasts import Pasts, first_change, run_from_past


@pytest.mark.parametrize("days", [(10, 25, 40), (40, 10, 25), (0, 30, 30)])
@pytest.mark.parametrize("most_bytes", [1, 1 << 30])
def test_a_cell_from_a_past_is_the_cell_alone(days, most_bytes, small, town):
    pasts = Pasts(most_bytes)
    for day in days:
        for seed in (1, 2):
            cell = small.replace(timeline=[{"from_day": day, "tracing": "interview"}])
            alone = lz.simulate(cell, town, seed)
            shared = run_from_past(cell, town, seed, pasts=pasts)
            assert shared.panel.equals(alone.panel) and shared.curves.equals(alone.curves)
            assert shared.plan == alone.plan
    assert len(pasts.held) == (1 if most_bytes == 1 else 2)


def test_what_looks_at_records_has_no_common_past(small, town):
    looks = small.replace(timeline=[{"when": "cases_7d_per_100k > 50", "tracing": "interview"}])
    pasts = Pasts()
    run = run_from_past(looks, town, 1, pasts=pasts)
    assert first_change(looks) == 0 and not pasts.held
    assert run.curves.equals(lz.simulate(looks, town, 1).curves)
