"""What the panel says of tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...values.component import Component, waiting
from ..counters import EXPIRED, TESTS, TESTS_BEGUN


def samples_waiting(daily: NDArray[np.int64]) -> NDArray[np.int64]:
    """(days,) samples that wait in laboratories at the end of each day; those that nobody will read
    never do. daily: the counters by day."""
    return waiting(daily[TESTS] - daily[EXPIRED], daily[TESTS_BEGUN])


COMPONENTS: dict[str, Component] = {
    "wrong_positives": Component(
        "justice",
        "result",
        "Wrong positive results",
        "positive results of people not infected by then",
        value=lambda f: f.daily["wrong_positives"],
    ),
    "tests": Component(
        "effort", "test", "Tests", "samples taken", value=lambda f: f.daily["tests"]
    ),
    "cases_found": Component(
        "effort",
        "person",
        "Cases found",
        "people with a positive result",
        lower_is_better=None,
        value=lambda f: f.daily["positive_results"],
    ),
    "tests_waiting": Component(
        "effort",
        "test",
        "Longest queue of samples",
        "most samples waiting in laboratories at the end of a day",
        value=lambda f: samples_waiting(f.tally.daily).max(initial=0),
    ),
    "samples_expired": Component(
        "effort",
        "test",
        "Samples thrown away",
        "samples that would have waited in laboratories for longer than they keep",
        value=lambda f: f.daily["samples_expired"],
    ),
}
