"""The facts of one run that components of the panel count, each computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..engine.phases import Plan
from ..mechanisms.counters import BY_INSTRUMENT, DAILY
from ..mechanisms.governance.holdings import YEAR, Holding
from ..mechanisms.governance.sources import Source, record_sources
from ..mechanisms.region.stringency import stringency
from ..population.city import Population
from ..world.codes import CASE, HOME, SELF
from ..world.state import History, Raw, Records, Tally
from .curves import never_infected
from .orders import (
    Served,
    days_served,
    departures,
    dropped_out,
    person_days_by_day,
    watched_days,
    work_days,
)
from .severity import Severity

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Facts:
    """A run, and what is counted of it; days are days of the run."""

    plan: Plan
    population: Population
    raw: Raw
    severe: Severity
    vaccinated: Floats  # (n,) day of each person's vaccination, inf for never
    seed: int

    @property
    def people(self) -> int:
        """Number of people."""
        return self.population.people

    @property
    def history(self) -> History:
        """The truth about infections."""
        return self.raw.history

    @property
    def records(self) -> Records:
        """The authority's files."""
        return self.raw.records

    @property
    def tally(self) -> Tally:
        """What the run counted."""
        return self.raw.tally

    @cached_property
    def daily(self) -> dict[str, float]:
        """Each daily counter, over the whole run."""
        return {n: float(row.sum()) for n, row in zip(DAILY, self.tally.daily, strict=True)}

    @cached_property
    def listed(self) -> dict[str, float]:
        """Each counter by instrument, over all instruments."""
        return dict(zip(BY_INSTRUMENT, self.tally.instrument.sum(axis=0), strict=True))

    def within_run(self, start: Floats, end: Floats) -> float:
        """Person-days of the intervals [start, end) that lie before the end of the run; inf:
        never."""
        days, real = self.raw.days, np.isfinite(start)
        inside = np.minimum(end[real], days) - np.minimum(start[real], days)
        return float(np.maximum(0.0, inside).sum())

    @cached_property
    def died(self) -> Floats:
        """(n,) day of death, inf for nobody."""
        died = np.full(self.people, np.inf)
        died[self.history.person] = self.severe.died
        return died

    @cached_property
    def died_in_time(self) -> Truths:
        """(rows,) by infection: whether it ended in death within the run."""
        return self.severe.died < self.raw.days

    @property
    def life_years_lost(self) -> float:
        """Remaining life at the age of death, added up."""
        place = self.plan.phases[0].scenario.population
        left = np.asarray(place.remaining_life_by_age.value, float)
        age = self.population.city.age[self.history.person[self.died_in_time]]
        return float(left[np.minimum(9, age // 10)].sum())

    @property
    def care_days(self) -> float:
        """Days in intensive care within the run, nan where the pathogen states none."""
        if not self.severe.has_intensive_care:
            return float("nan")
        return self.within_run(self.severe.into_care, self.severe.out_of_care)

    @cached_property
    def served(self) -> Served:
        """Days of each order: ordered, served, in a facility."""
        return days_served(self.raw, self.died)

    @property
    def work_days_lost(self) -> float:
        """Working days of people with a workplace, served under an order."""
        return float(work_days(self.raw, self.population.city, self.died, self.served).sum())

    @property
    def gave_up(self) -> int:
        """Orders given up for the rest of their time."""
        return len(dropped_out(self.raw))

    def departed(self, event: str) -> int:
        """How many refused an order or a facility, or absconded: by the event's name."""
        return sum(len(rows) for name, rows, _ in departures(self.raw) if name == event)

    @property
    def case(self) -> Truths:
        """(orders,) isolation of a case."""
        return np.asarray(self.records.order_pathway == CASE)

    @property
    def contact(self) -> Truths:
        """(orders,) quarantine, of a household or of somebody listed."""
        return np.asarray(self.records.order_pathway >= HOME)

    @property
    def voluntary(self) -> Truths:
        """(orders,) voluntary self-isolation."""
        return np.asarray(self.records.order_pathway == SELF)

    @cached_property
    def never(self) -> Truths:
        """(n,) people who were never infected in the run."""
        return never_infected(self.raw, self.people)

    @cached_property
    def futile(self) -> Truths:
        """(orders,) orders of people who were never infected."""
        ordered = self.case | self.contact
        return ordered & self.never[self.records.order_person] if len(ordered) else ordered

    @cached_property
    def under_order(self) -> Floats:
        """(days,) person-days under an order of an authority."""
        ordered = self.case | self.contact
        start, until = self.records.order_start[ordered], self.records.order_until[ordered]
        return person_days_by_day(start, until, self.raw.days)

    @cached_property
    def watched(self) -> Floats:
        """(3, days) person-days at home under an order by device (`watched_days`), which monitors
        look at, if the regime has them."""
        return watched_days(self.raw)

    @property
    def uninfected_opened(self) -> int:
        """Different people on a list with names who were never infected."""
        opened = self.tally.opened
        return int(((opened > 0) & self.never).sum()) if len(opened) else 0

    @cached_property
    def sources(self) -> list[Source]:
        """Every source of records."""
        return record_sources(self.plan, self.population, self.raw, self.seed, self.watched)

    @cached_property
    def holdings(self) -> list[Holding]:
        """Every copy of their records."""
        return [held for source in self.sources for held in source.holdings]

    @property
    def held_days(self) -> int:
        """For how many days what is held is counted: the run, and the year after it."""
        return self.raw.days + YEAR

    @property
    def doses_by_day(self) -> NDArray[np.int64]:
        """(days,) people vaccinated."""
        day = np.floor(self.vaccinated[np.isfinite(self.vaccinated)]).astype(np.int64)
        within = day[(day >= 0) & (day < self.raw.days)]
        return np.bincount(within, minlength=self.raw.days)

    @cached_property
    def stringency(self) -> Floats:
        """(days,) the 0-100 index of region-wide measures."""
        return stringency(self.plan.measures, self.records.in_force)
