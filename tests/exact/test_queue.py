"""The total order of events, whatever their times."""

from __future__ import annotations

import numpy as np
import pytest

from lazaretto._jit import entry
from lazaretto.engine.room import new_scratch
from lazaretto.world.queue import sort_events


@entry
def _sort(scratch, n, start, span):
    sort_events(scratch, n, start, span)


@pytest.mark.parametrize("moments", [1, 3, 1000, 10**9])
def test_events_are_sorted_by_time_kind_and_the_rest_however_many_share_a_moment(moments):
    """With 40,000 events of one moment an insertion alone would take minutes."""
    n = 40_000
    generator = np.random.default_rng(1)
    time = 5.0 + generator.integers(0, moments, n) / moments
    word = generator.integers(0, 2**50, (n, 2))
    scratch = new_scratch(n)
    scratch.time[:], scratch.word[:] = time, word
    _sort(scratch, n, 5.0, 1.0)
    order = np.lexsort((word[:, 1], word[:, 0], time))
    np.testing.assert_array_equal(scratch.time_sorted, time[order])
    np.testing.assert_array_equal(scratch.word_sorted, word[order])
