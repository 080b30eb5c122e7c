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


@pytest.mark.parametrize("day", [0, 25])
def test_pauses_change_nothing_and_can_end_a_run(day, small, town):
    cell = small.replace(timeline=[{"from_day": day, "tracing": "interview"}])
    pauses = []

    def pause():
        pauses.append(None)

    run = run_from_past(cell, town, 1, pasts=Pasts(), pause=pause, stride=7)
    assert run.curves.equals(lz.simulate(cell, town, 1).curves)
    assert len(pauses) >= run.raw.days // 7 - 2

    def enough():
        raise TimeoutError

    with pytest.raises(TimeoutError):
        run_from_past(cell, town, 1, pasts=Pasts(), pause=enough, stride=7)


def test_a_change_is_put_together_once_and_of_its_own_scenario(small, town):
    """Question: what a change makes is kept by identity; does a scenario ever get another's?"""
    for level in ("interview", "household", "call-list"):
        cell = small.replace(timeline=[{"from_day": 10, "tracing": level}])
        for seed in (1, 2):
            run = run_from_past(cell, town, seed, pasts=Pasts())
            assert run.plan.phases[1].scenario == cell.with_changes([0])
            assert run.plan.phases[0].scenario == cell.with_changes([])
