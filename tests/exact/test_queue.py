"""The total order of events, whatever their times."""

from __future__ import annotations

import numpy as np
import pytest

from lazaretto._jit import entry
from lazaretto.world.queue import sort_events


@entry
def _sort(time, word, n, start, span, time_out, word_out, rank):
    sort_events(time, word, n, start, span, time_out, word_out, rank)


@pytest.mark.parametrize("moments", [1, 3, 1000, 10**9])
def test_events_are_sorted_by_time_kind_and_the_rest_however_many_share_a_moment(moments):
    """With 40,000 events of one moment an insertion alone would take minutes."""
    n = 40_000
    generator = np.random.default_rng(1)
    time = 5.0 + generator.integers(0, moments, n) / moments
    word = generator.integers(0, 2**50, (n, 2))
    out, words = np.empty(n), np.empty((n, 2), np.int64)
    _sort(time, word, n, 5.0, 1.0, out, words, np.empty(n + 1, np.int64))
    order = np.lexsort((word[:, 1], word[:, 0], time))
    np.testing.assert_array_equal(out, time[order])
    np.testing.assert_array_equal(words, word[order])
