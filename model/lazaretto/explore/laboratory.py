"""Runs, and everything they rest on, kept: a population per place and size, R0 per pathogen and
place, a summary per scenario and seed, and what is known to fail."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analysis.cascade import Step, steps_of
from ..analysis.race import in_time
from ..figures.pair import strip_of
from ..figures.run import Bars
from ..mechanisms.counters import BY_INSTRUMENT
from ..outcomes.fold import check_start
from ..outcomes.free_chains import Reproduction
from ..outcomes.panel import COMPONENTS
from ..outcomes.reproduction import is_solved, reproduction
from ..parameters import Pathogen, Scenario, value_hash
from ..population.build import POPULATION_SEED, build_population
from ..population.city import Population
from ..sweeps.pasts import run_from_past

FIRST_SEED = 1
KEPT = 4000  # summaries, about 20 kB each
DELAYS = np.arange(0.0, 14.01, 1.0)  # days from the onset of a case
LARGE = 50_000  # people from which a run looks up every STRIDE days whether it is still wanted
STRIDE = 20
# seconds a run of 20,000 people is taken to last that is the first of its kind here
USUAL_RUN, USUAL_PEOPLE = 0.05, 20_000
Key = tuple[str, int]  # what decides the runs (`sides.identity_of`), and the seed
Kind = tuple[str, str, str]  # of runs that take about as long: situation, pathogen and level


class Summary(NamedTuple):
    """What is kept of a run: the panel in the order of COMPONENTS, daily curves per 100,000 people
    by name, steps of the cascade, mean days from the trigger to the delivery of a list (nan
    without), and of the first seed the policy day by day."""

    panel: NDArray[np.float64]
    curves: dict[str, NDArray[np.float32]]
    cascade: list[Step]
    list_delay_days: float
    policy: Bars


class Search(NamedTuple):
    """A search for the hazard that gives R0, and when it began or was last told to go on
    (`time.monotonic`)."""

    found: Future[Reproduction]
    began: float


class Laboratory:
    """Caches that all sessions share, and the threads that compute; curves: which daily curves are
    kept."""

    def __init__(self, threads: int, curves: tuple[str, ...]) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="explorer")
        self.threads = threads
        self.turn = threading.Lock()  # one session computes at a time
        self.foresees: object = None  # the session that asked last computes ahead, no other
        self.failures: dict[Any, Any] = {}  # by settings: what was tried and could not be answered
        self._solver = ThreadPoolExecutor(1, thread_name_prefix="explorer R0")
        self._solving: dict[str, Search] = {}
        self._curves = curves
        self._kept: OrderedDict[Key, Summary] = OrderedDict()
        self._seconds: dict[Kind, float] = {}  # that a run of 20,000 people of a kind lasted
        self._lock = threading.Lock()

    def population(self, scenario: Scenario) -> Population:
        """The population of a scenario, built once."""
        return _population(
            _Place(value_hash(scenario.population), int(scenario.people.value), scenario)
        )

    def prepare(self, scenario: Scenario) -> Population:
        """The population, once the scenario has been checked against it. Raises what the engine
        raises for a scenario that cannot be run."""
        population = self.population(scenario)
        check_start(scenario, population)
        return population

    def is_solved(self, pathogen: Pathogen, population: Population) -> bool:
        """Whether it is known here which hazard gives R0, or that none does."""
        with self._lock:
            search = self._solving.get(_question(pathogen, population))
        return (search is not None and search.found.done()) or is_solved(pathogen, population)

    def solve(self, pathogen: Pathogen, population: Population) -> Search:
        """The search for the hazard that gives R0, which goes on by itself: whoever asks again for
        the same joins it."""
        key = _question(pathogen, population)
        with self._lock:
            found = self._solving.get(key)
            if found is None:
                search = self._solver.submit(reproduction, pathogen, population)
                found = Search(search, time.monotonic())
                self._solving[key] = found
            return found

    def go_on(self) -> None:
        """Give searches that are under way as much time again."""
        with self._lock:
            now = time.monotonic()
            self._solving = {key: one._replace(began=now) for key, one in self._solving.items()}

    def kept(self, key: Key) -> Summary | None:
        """The summary of a run that was made before."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def summary(
        self,
        key: Key,
        scenario: Scenario,
        population: Population,
        pause: Callable[[], None] | None = None,
    ) -> Summary:
        """One run, kept under its key. pause: called now and then during a large run; what it
        raises ends the run."""
        began = time.thread_time()
        stride = STRIDE if pause is not None and population.people >= LARGE else None
        if pause is not None:
            pause()
        run = run_from_past(scenario, population, key[1], pause=pause, stride=stride)
        per = 100_000 / population.people
        daily = {
            name: (run.daily[name] * per).astype(np.float32)
            for name in self._curves
            if name in run.daily
        }
        delivered, waited = _lists(run)
        made = Summary(
            np.array([run.panel_values[name] for name in COMPONENTS]),
            daily,
            steps_of(run),
            waited / delivered if delivered else float("nan"),
            strip_of(run.plan) if key[1] == FIRST_SEED else [],
        )
        with self._lock:
            took = (time.thread_time() - began) * USUAL_PEOPLE / population.people
            self._seconds[kind_of(scenario)] = took
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def seconds(self, kind: Kind, people: int) -> float:
        """How long a run of that kind lasts: as the last one did, else as a usual one."""
        return self._seconds.get(kind, USUAL_RUN) * people / USUAL_PEOPLE

    def end(self) -> None:
        """Take up nothing more."""
        for pool in (self.pool, self._solver):
            pool.shutdown(wait=False, cancel_futures=True)

    def ended(self, seconds: float) -> bool:
        """Whether no search for R0 is under way any more, waiting so long at most."""
        with self._lock:
            searches = [search.found for search in self._solving.values()]
        return not wait(searches, timeout=seconds).not_done


def _question(pathogen: Pathogen, population: Population) -> str:
    return f"{value_hash(pathogen)} {population.key}"


def kind_of(scenario: Scenario) -> Kind:
    """Of which kind its runs are; with a change of level within the run, that of the last."""
    names = [scenario.names, *(change.names for change in scenario.timeline)]
    level = next((one["tracing"] for one in reversed(names) if "tracing" in one), "")
    situation, pathogen = (scenario.names.get(part, "") for part in ("scenario", "pathogen"))
    return situation, pathogen, level


def _lists(run: Any) -> tuple[float, float]:
    """(cases whose lists were delivered, days that these waited, added up)."""
    counts = run.raw.tally.instrument
    cases, days = (BY_INSTRUMENT.index(name) for name in ("cases", "delay_days"))
    return float(counts[:, cases].sum()), float(counts[:, days].sum())


class _Place(NamedTuple):
    identity: str
    people: int
    scenario: Scenario

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Place) and self[:2] == other[:2]

    def __hash__(self) -> int:
        return hash(self[:2])


@lru_cache(maxsize=8)
def _population(place: _Place) -> Population:
    return build_population(place.scenario.population, place.people, POPULATION_SEED)


class _Agent(NamedTuple):
    identity: str
    pathogen: Pathogen

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Agent) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


def reached_in_time(pathogen: Pathogen) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(DELAYS,) twice: share of transmissions whose contact is not yet infectious so many days
    after the case's onset, of all, and of those that have happened by then; by integration."""
    return _reached(_Agent(value_hash(pathogen), pathogen))


@lru_cache(maxsize=64)
def _reached(agent: _Agent) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return in_time(agent.pathogen, DELAYS.tolist())
