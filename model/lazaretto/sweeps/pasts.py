"""Common pasts: cells of a sweep that differ only from some day on share the days before it.

The past of a scenario without its timeline is simulated once for each seed and kept at the last day
that was asked for; a cell goes on from there in a branch. Results are those of cells that are
simulated alone.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from ..outcomes.fold import simulate, start
from ..outcomes.lowered import plain_of
from ..outcomes.run import Run
from ..outcomes.state import State
from ..parameters import Scenario
from ..population.city import Population

MOST_BYTES = 1 << 30
Key = tuple[str, str, int]


class Pasts:
    """Pasts by scenario, people, seed and null; the least used ones go when room is short."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.held: OrderedDict[Key, State] = OrderedDict()
        self._bytes: dict[Key, int] = {}
        self.lock = threading.Lock()

    def before(self, key: Key, day: int) -> State | None:
        """The latest past that ends at that day or before; it is shared, so it is only branched."""
        with self.lock:
            found = self.held.get(key)
            if found is None or found.day > day:
                return None
            self.held.move_to_end(key)
            return found

    def keep(self, key: Key, state: State) -> None:
        """Keep a past in place of an earlier one."""
        with self.lock:
            self.held[key] = state
            self.held.move_to_end(key)
            self._bytes[key] = state.nbytes
            while len(self.held) > 1 and sum(self._bytes.values()) > self.most_bytes:
                del self._bytes[self.held.popitem(last=False)[0]]


PASTS = Pasts()


def first_change(scenario: Scenario) -> int:
    """The first day on which the timeline may matter: 0 where it looks at records."""
    spans = [
        0 if change.conditions else change.span(scenario.start_date)[0] or 0
        for change in scenario.timeline
    ]
    return min(spans, default=0)


def run_from_past(
    scenario: Scenario,
    population: Population,
    seed: int,
    pasts: Pasts = PASTS,
    *,
    pause: Callable[[], None] | None = None,
    stride: int | None = None,
) -> Run:
    """The same as `simulate(scenario, population, seed)`. pause: called every `stride` days of the
    run (None: never); what it raises ends the run there."""
    last = int(scenario.days.value)
    day = min(first_change(scenario), last)
    if day <= 0:
        if pause is None or stride is None:
            return simulate(scenario, population, seed)
        return _advance(start(scenario, population, seed), last, pause, stride).finish()
    base = plain_of(scenario)
    key = (base.parameter_hash, population.key, seed)
    found = pasts.before(key, day)
    if found is None:
        past = start(base, population, seed)
    else:
        past = found.branch() if found.day < day else found
    if past.day < day or found is None:
        _advance(past, day, pause, stride)
        pasts.keep(key, past)
    return _advance(past.under(scenario), last, pause, stride).finish()


def _advance(
    state: State, to_day: int, pause: Callable[[], None] | None, stride: int | None
) -> State:
    """To that day, with pauses."""
    if pause is not None and stride is not None:
        for day in range(state.day + stride, to_day, stride):
            state.advance(day)
            pause()
    return state.advance(to_day)
