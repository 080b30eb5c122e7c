"""Runs, and everything they rest on, kept: a population per place and size, R0 per pathogen, a
summary per scenario and seed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..analysis.cascade import cascade
from ..analysis.race import in_time
from ..outcomes.fold import check_start
from ..outcomes.reproduction import reproduction
from ..parameters import Pathogen, Scenario, value_hash
from ..population.build import POPULATION_SEED, build_population
from ..population.city import Population
from ..sweeps.pasts import run_from_past

KEPT = 4000  # summaries, about 20 kB each
DELAYS = np.arange(0.0, 14.01, 1.0)  # days from the onset of a case


class Summary(NamedTuple):
    """What is kept of a run: panel, daily curves per 100,000 people by name, cascade, mean days
    from the trigger to the delivery of a list (nan without)."""

    panel: pd.Series
    curves: dict[str, NDArray[np.float32]]
    cascade: pd.DataFrame
    list_delay_days: float


class Laboratory:
    """Caches that all sessions share, and the threads that compute; curves: which daily curves are
    kept."""

    def __init__(self, threads: int, curves: tuple[str, ...]) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="explorer")
        self.threads = threads
        self.turn = threading.Lock()  # one session computes at a time
        self.foresees: object = None  # the session that asked last computes ahead, no other
        self._curves = curves
        self._kept: OrderedDict[tuple[str, int], Summary] = OrderedDict()
        self._lock = threading.Lock()

    def population(self, scenario: Scenario) -> Population:
        """The population of a scenario, built once."""
        return _population(
            _Place(value_hash(scenario.population), int(scenario.people.value), scenario)
        )

    def prepare(self, scenario: Scenario) -> Population:
        """Whatever has to be there before the first run: population and R0. Raises what the engine
        raises for a scenario that cannot be run."""
        population = self.population(scenario)
        check_start(scenario, population)
        reproduction(scenario.pathogen, population)
        return population

    def kept(self, key: tuple[str, int]) -> Summary | None:
        """The summary of a run that was made before."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def summary(self, key: tuple[str, int], scenario: Scenario, population: Population) -> Summary:
        """One run, kept under its key (the scenario's hash and the seed)."""
        run = run_from_past(scenario, population, key[1])
        per = 100_000 / population.people
        daily = {
            name: (run.curves[name].values * per).astype(np.float32)
            for name in self._curves
            if name in run.curves
        }
        lists = run.instruments
        delivered = float(lists["cases"].sum())
        delay = float(lists["delay_days"].sum()) / delivered if delivered else float("nan")
        made = Summary(run.panel, daily, cascade(run), delay)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


class _Place(NamedTuple):
    identity: str
    people: int
    scenario: Scenario

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Place) and self[:2] == other[:2]

    def __hash__(self) -> int:
        return hash(self[:2])


@lru_cache(maxsize=4)
def _population(place: _Place) -> Population:
    return build_population(place.scenario.population, place.people, POPULATION_SEED)


class _Agent(NamedTuple):
    identity: str
    pathogen: Pathogen

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Agent) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


def reached_in_time(pathogen: Pathogen) -> NDArray[np.float64]:
    """(DELAYS,) share of transmissions whose contact is not yet infectious so many days after the
    case's onset, by integration."""
    return _reached(_Agent(value_hash(pathogen), pathogen))


@lru_cache(maxsize=64)
def _reached(agent: _Agent) -> NDArray[np.float64]:
    return in_time(agent.pathogen, DELAYS.tolist())[0]
