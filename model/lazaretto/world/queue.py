"""A calendar queue: buckets of about an hour, events in linked blocks, one total order.

An event is (time, kind, person, other, number). At equal times the smaller kind comes first, then
the smaller person, other and number; so the order of work never depends on the order of pushing.
Events pushed into the bucket that is being worked on go to a small heap. Nothing is raised here: a
full queue sets a flag, and `run` starts again with a larger one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._by_address import by_address
from .._jit import inlined, kernel

BLOCK = 32
MOST_MOVES = 64  # of insertion, per event, before a heap sorts
NUMBER_BITS = 20
PERSON_BITS = 40
NUMBER_MASK = (1 << NUMBER_BITS) - 1
PERSON_MASK = (1 << PERSON_BITS) - 1

FREE, USED, CURRENT, LATE, FULL = range(5)  # of Queue.state
NO_EVENT, FROM_LATE = -2, -1


@by_address
class Queue(NamedTuple):
    """time and word are two views of the same memory: (slots, 3), column 0 the time, columns 1 and
    2 packed integers."""

    time: NDArray[np.float64]
    word: NDArray[np.int64]
    follow: NDArray[np.int32]  # next block
    head: NDArray[np.int32]  # (buckets,) block being filled
    fill: NDArray[np.int32]  # (buckets,) events in it
    late_time: NDArray[np.float64]
    late_word: NDArray[np.int64]
    state: NDArray[np.int64]
    per_day: float  # buckets a day


def new_queue(days: float, per_day: int, events: int, late: int, make: Any = np) -> Queue:
    """A queue for times in [0, days) with room for about `events` waiting events. make: numpy, or a
    `Shelf`."""
    buckets = int(np.ceil(days * per_day))
    blocks = events // BLOCK + buckets + 1
    word = make.empty((blocks * BLOCK, 3), np.int64)
    state = make.zeros(5, np.int64)
    state[CURRENT], state[FREE] = -1, -1
    return Queue(
        time=word.view(np.float64),
        word=word,
        follow=make.empty(blocks, np.int32),
        head=make.full(buckets, -1, np.int32),
        fill=make.full(buckets, BLOCK, np.int32),
        late_time=make.empty(late, np.float64),
        late_word=make.empty((late, 2), np.int64),
        state=state,
        per_day=float(per_day),
    )


@inlined
def push(queue, time, kind, person, other, number):
    """Enter an event; times at or after the horizon are dropped. time: days; kind: of KINDS; other,
    number: whole numbers below 2^44 and 2^20."""
    scaled = time * queue.per_day
    if not scaled < len(queue.head):  # nor what never comes: infinity is no whole number
        return
    bucket = int(scaled)
    state = queue.state
    first = (np.int64(kind) << PERSON_BITS) | np.int64(person)
    second = (np.int64(other) << NUMBER_BITS) | np.int64(number)
    if bucket <= state[CURRENT]:
        _push_late(queue, time, first, second)
        return
    if queue.fill[bucket] == BLOCK:
        block = state[FREE]
        if block >= 0:
            state[FREE] = queue.follow[block]
        elif state[USED] < len(queue.follow):
            block = state[USED]
            state[USED] += 1
        else:
            state[FULL] = 1
            return
        queue.follow[block] = queue.head[bucket]
        queue.head[bucket] = block
        queue.fill[bucket] = 0
    at = queue.head[bucket] * BLOCK + queue.fill[bucket]
    queue.fill[bucket] += 1
    queue.time[at, 0] = time
    queue.word[at, 1] = first
    queue.word[at, 2] = second


@kernel
def empty(queue):
    """Throw all waiting events away."""
    queue.state[FULL] = 0
    queue.state[FREE] = -1
    queue.state[USED] = 0
    queue.state[LATE] = 0
    for bucket in range(len(queue.head)):
        queue.head[bucket] = -1
        queue.fill[bucket] = BLOCK


@kernel
def waiting(queue, bucket):
    """How many events wait in a bucket."""
    block = queue.head[bucket]
    if block < 0:
        return 0
    count = queue.fill[bucket]
    block = queue.follow[block]
    while block >= 0:
        count += BLOCK
        block = queue.follow[block]
    return count


@kernel
def take(queue, bucket, time, word):
    """Move all events of a bucket, unsorted, into time (n,) and word (n, 2); its blocks are free
    again. Returns n."""
    count = 0
    block = queue.head[bucket]
    held = queue.fill[bucket]
    while block >= 0:
        base = block * BLOCK
        for at in range(base, base + held):
            time[count] = queue.time[at, 0]
            word[count, 0] = queue.word[at, 1]
            word[count, 1] = queue.word[at, 2]
            count += 1
        following = queue.follow[block]
        queue.follow[block] = queue.state[FREE]
        queue.state[FREE] = block
        block = following
        held = BLOCK
    queue.head[bucket] = -1
    queue.fill[bucket] = BLOCK
    return count


@inlined
def before(t0, a0, b0, t1, a1, b1):
    """The total order of events. Whether the event (t0, a0, b0) comes before (t1, a1, b1): time,
    first word, second word."""
    if t0 != t1:
        return t0 < t1
    if a0 != a1:
        return a0 < a1
    return b0 < b1


@kernel
def sort_events(scratch, n, start, span):
    """Sort the first n events of scratch.time and word, with times in [start, start + span), into
    time_sorted and word_sorted.

    One pass of counting into as many cells as events (the times in a bucket are nearly uniform),
    then insertion; where many events share one time (constant periods) a heap sorts the rest.
    """
    time, word, rank = scratch.time, scratch.word, scratch.rank
    time_out, word_out = scratch.time_sorted, scratch.word_sorted
    for i in range(n + 1):
        rank[i] = 0
    scale = n / span
    for i in range(n):
        rank[min(n - 1, max(0, int((time[i] - start) * scale))) + 1] += 1
    for i in range(n):
        rank[i + 1] += rank[i]
    for i in range(n):
        cell = min(n - 1, max(0, int((time[i] - start) * scale)))
        at = rank[cell]
        rank[cell] += 1
        time_out[at] = time[i]
        word_out[at, 0] = word[i, 0]
        word_out[at, 1] = word[i, 1]
    moves = 0
    for i in range(1, n):
        t, a, b = time_out[i], word_out[i, 0], word_out[i, 1]
        j = i - 1
        while j >= 0 and before(t, a, b, time_out[j], word_out[j, 0], word_out[j, 1]):
            time_out[j + 1] = time_out[j]
            word_out[j + 1, 0] = word_out[j, 0]
            word_out[j + 1, 1] = word_out[j, 1]
            j -= 1
        time_out[j + 1] = t
        word_out[j + 1, 0] = a
        word_out[j + 1, 1] = b
        moves += i - 1 - j
        if moves > MOST_MOVES * n:
            heap_sort(time_out, word_out, n)
            return


@kernel
def heap_sort(time, word, n):
    """Sort the first n events in place, whatever their times. time: (n,) days; word: (n, 2)."""
    for root in range(n // 2 - 1, -1, -1):
        _sift(time, word, root, n)
    for last in range(n - 1, 0, -1):
        time[0], time[last] = time[last], time[0]
        word[0, 0], word[last, 0] = word[last, 0], word[0, 0]
        word[0, 1], word[last, 1] = word[last, 1], word[0, 1]
        _sift(time, word, 0, last)


@kernel
def _sift(time, word, at, n):
    """Let the event at `at` sink until no later one stands below it (the latest is on top). time,
    word: as for `heap_sort`."""
    t, a, b = time[at], word[at, 0], word[at, 1]
    while True:
        down = 2 * at + 1
        if down >= n:
            break
        if down + 1 < n and before(
            time[down],
            word[down, 0],
            word[down, 1],
            time[down + 1],
            word[down + 1, 0],
            word[down + 1, 1],
        ):
            down += 1
        if not before(t, a, b, time[down], word[down, 0], word[down, 1]):
            break
        time[at], word[at, 0], word[at, 1] = time[down], word[down, 0], word[down, 1]
        at = down
    time[at], word[at, 0], word[at, 1] = t, a, b


@kernel
def _push_late(queue, time, first, second):
    """Enter an event into the heap of those that fall into the bucket at work. first, second: its
    two words."""
    at = queue.state[LATE]
    if at == len(queue.late_time):
        queue.state[FULL] = 1
        return
    queue.state[LATE] = at + 1
    while at > 0:
        up = (at - 1) >> 1
        if not before(
            time, first, second, queue.late_time[up], queue.late_word[up, 0], queue.late_word[up, 1]
        ):
            break
        queue.late_time[at] = queue.late_time[up]
        queue.late_word[at, 0] = queue.late_word[up, 0]
        queue.late_word[at, 1] = queue.late_word[up, 1]
        at = up
    queue.late_time[at] = time
    queue.late_word[at, 0] = first
    queue.late_word[at, 1] = second


@kernel
def pop_late(queue):
    """Remove and return the earliest late event (time, first word, second word)."""
    time, first, second = queue.late_time[0], queue.late_word[0, 0], queue.late_word[0, 1]
    n = queue.state[LATE] - 1
    queue.state[LATE] = n
    t, a, b = queue.late_time[n], queue.late_word[n, 0], queue.late_word[n, 1]
    at = 0
    while True:
        down = 2 * at + 1
        if down >= n:
            break
        if down + 1 < n and before(
            queue.late_time[down + 1],
            queue.late_word[down + 1, 0],
            queue.late_word[down + 1, 1],
            queue.late_time[down],
            queue.late_word[down, 0],
            queue.late_word[down, 1],
        ):
            down += 1
        if not before(
            queue.late_time[down], queue.late_word[down, 0], queue.late_word[down, 1], t, a, b
        ):
            break
        queue.late_time[at] = queue.late_time[down]
        queue.late_word[at, 0] = queue.late_word[down, 0]
        queue.late_word[at, 1] = queue.late_word[down, 1]
        at = down
    queue.late_time[at] = t
    queue.late_word[at, 0] = a
    queue.late_word[at, 1] = b
    return time, first, second


@inlined
def next_event(queue, scratch, at, n):
    """The earliest of the late events and of the sorted ones of the bucket, rows at..n-1:
    (its row in the bucket, or FROM_LATE, or NO_EVENT; time, first word, second word). A late one is
    removed from the queue."""
    time, word = scratch.time_sorted, scratch.word_sorted
    if queue.state[LATE] > 0:
        t, a, b = queue.late_time[0], queue.late_word[0, 0], queue.late_word[0, 1]
        if at == n or before(t, a, b, time[at], word[at, 0], word[at, 1]):
            now, first, second = pop_late(queue)
            return np.int64(FROM_LATE), now, first, second
    if at < n:
        return np.int64(at), time[at], word[at, 0], word[at, 1]
    return np.int64(NO_EVENT), 0.0, np.int64(0), np.int64(0)


@inlined
def unpack(first, second):
    """(kind, person, other, number) of the two words of an event. first, second: these words."""
    person, number = first & PERSON_MASK, second & NUMBER_MASK
    return first >> PERSON_BITS, person, second >> NUMBER_BITS, number
