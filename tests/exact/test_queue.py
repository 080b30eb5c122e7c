"""The total order of events, whatever their times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from lazaretto._jit import entry
from lazaretto.engine.bucket import drop_infected
from lazaretto.engine.room import new_scratch
from lazaretto.world.events import RESULT, TRANSMISSION
from lazaretto.world.queue import LATE, PERSON_BITS, new_queue, push, sort_events


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


class Rates(NamedTuple):
    waning: bool


class History(NamedTuple):
    status: NDArray[np.uint8]


@entry
def _drop(rates, history, scratch, n):
    return drop_infected(rates, history, scratch, n)


@pytest.mark.parametrize("waning", [False, True])
def test_only_transmissions_to_people_infected_for_good_are_dropped(waning):
    """Who may be susceptible again by then keeps them; what else happens to people goes on."""
    n = 1000
    generator = np.random.default_rng(2)
    status = generator.integers(0, 2, 50).astype(np.uint8)
    person, kind = generator.integers(0, 50, n), generator.choice([RESULT, TRANSMISSION], n)
    scratch = new_scratch(n)
    scratch.time[:], scratch.word[:, 1] = generator.random(n), np.arange(n)
    scratch.word[:, 0] = (kind << PERSON_BITS) | person
    time, word = scratch.time.copy(), scratch.word.copy()
    kept = waning | (kind == RESULT) | (status[person] == 0)
    assert _drop(Rates(waning), History(status), scratch, n) == kept.sum()
    np.testing.assert_array_equal(scratch.time[: kept.sum()], time[kept])
    np.testing.assert_array_equal(scratch.word[: kept.sum()], word[kept])
    assert waning == kept.all()


@entry
def _push(queue, time):
    push(queue, time, 1, 0, 0, 0)


@pytest.mark.parametrize("time", [np.inf, np.nan, 1e300, 10.0])
def test_what_comes_at_or_after_the_horizon_or_never_is_dropped(time):
    """A sample that no laboratory ever works on has its result at no time: as a whole number that
    was before the beginning, and was written there."""
    queue = new_queue(10, 4, 16, 4)
    _push(queue, time)
    assert (queue.fill == queue.fill[0]).all() and queue.state[LATE] == 0
    _push(queue, 9.99)
    assert queue.fill[-1] == 1
