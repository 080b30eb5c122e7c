"""What the authority knows at the beginning of a day: its own records by day, and nothing else.

Rules and conditions of timelines see this. It holds copies of counts of days that are over; there
is no way from it to the run, so that no rule can look at the truth.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..mechanisms.counters import DAILY
from ..mechanisms.isolation.rungs import RUNGS
from ..parameters.timeline import INDICATORS, Condition
from ..world.state import World

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
PER = 100_000.0
# what the authority counts itself, by the name of the daily counters added up
COUNTED = {
    "tests": ("tests",),
    "cases": ("positive_results",),
    "listed": ("listed",),
    "informed": ("informed",),
    "contacts_tested": ("contacts_tested",),
    "orders": ("orders",),
    "released_by_test": ("released_by_test",),
    "noted_breaches": ("detected_breaches", "false_alarms"),  # it cannot tell them apart
    "appeals": ("appeals",),
    "appeals_granted": ("appeals_granted",),
    "pass_fines": ("pass_fines",),
    **{rung.counter: (rung.counter,) for rung in RUNGS},
}
ROWS = {name: [DAILY.index(row) for row in rows] for name, rows in COUNTED.items()}


@dataclass(frozen=True)
class View:
    """The authority's records at the beginning of `day`: arrays (day,) of the days before it.

    counts: (name -> (day,)) what it counts (`table` shows all). results: that arrived; result_wait:
    days from their samples, added up; beds: hospital beds in use as each day ended; deaths.
    in_force: the names of tracing, isolation, testing, behaviour and region.
    """

    day: int
    date: datetime.date | None
    people: int
    in_force: dict[str, str]
    counts: dict[str, Ints]
    results: Ints
    result_wait: Floats
    beds: Ints
    deaths: Ints

    @property
    def cases(self) -> Ints:
        """(day,) positive results by day."""
        return self.counts["cases"]

    @property
    def tests(self) -> Ints:
        """(day,) samples taken by day."""
        return self.counts["tests"]

    @property
    def listed(self) -> Ints:
        """(day,) people listed by day."""
        return self.counts["listed"]

    @property
    def orders(self) -> Ints:
        """(day,) orders given by day."""
        return self.counts["orders"]

    @property
    def table(self) -> pd.DataFrame:
        """All counts, a line for each day that is over."""
        with np.errstate(invalid="ignore", divide="ignore"):
            delay = self.result_wait / self.results
        columns: dict[str, Any] = {
            **self.counts,
            "results": self.results,
            "result_delay": delay,
            "beds": self.beds,
            "deaths": self.deaths,
        }
        return pd.DataFrame(columns, index=pd.Index(np.arange(self.day), name="day"))

    def per_100k(self, name: str, days: int = 7) -> float:
        """A count of the last so many days per 100,000 people; beds: as the last day ended."""
        of = {"beds": self.beds[-1:], "deaths": self.deaths, "results": self.results}
        values = of[name] if name in of else self.counts[name]
        return float(values[max(0, len(values) - days) :].sum()) * PER / self.people

    def value(self, condition: Condition) -> float:
        """What a condition of a timeline looks at; nan where nothing is known yet."""
        return LOOKED_AT[condition.indicator](self, condition.days)


def _share(view: View, days: int) -> float:
    results = view.results[-days:].sum()
    return float(view.cases[-days:].sum() / results) if results else float("nan")


def _delay(view: View, days: int) -> float:
    results = view.results[-days:].sum()
    return float(view.result_wait[-days:].sum() / results) if results else float("nan")


LOOKED_AT: dict[str, Callable[[View, int], float]] = {
    "cases": lambda view, days: view.per_100k("cases", days),
    "tests": lambda view, days: view.per_100k("tests", days),
    "positive_share": _share,
    "beds": lambda view, days: view.per_100k("beds"),
    "deaths": lambda view, days: view.per_100k("deaths", days),
    "result_delay": _delay,
}
if set(LOOKED_AT) != set(INDICATORS):
    raise ImportError(
        "engine/view.py: each of INDICATORS (parameters/timeline.py) has a row in LOOKED_AT; these "
        f"do not agree: {sorted(set(LOOKED_AT) ^ set(INDICATORS))}"
    )


def view_of(world: World, day: int, date: datetime.date | None, in_force: dict[str, str]) -> View:
    """What the authority knows at the beginning of that day."""
    daily, records = world.tally.daily, world.records
    return View(
        day=day,
        date=date,
        people=world.city.people,
        in_force=dict(in_force),
        counts={name: daily[rows, :day].sum(axis=0) for name, rows in ROWS.items()},
        results=records.results_by_day[:day].copy(),
        result_wait=records.result_wait[:day].copy(),
        beds=np.cumsum(records.beds_change[:day]),
        deaths=records.deaths_by_day[:day].copy(),
    )
