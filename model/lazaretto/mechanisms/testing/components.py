"""What the panel says of tests."""

from __future__ import annotations

from ...values.component import Component, waiting
from ..counters import TESTS, TESTS_BEGUN

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
        value=lambda f: waiting(f.tally.daily[TESTS], f.tally.daily[TESTS_BEGUN]).max(initial=0),
    ),
}
