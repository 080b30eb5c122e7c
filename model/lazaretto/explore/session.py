"""One open page: the latest settings are answered in the background, first after a few seeds, then
after all; older ones are dropped, and what cannot be answered is told beside its control and not
tried again."""

from __future__ import annotations

import contextlib
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from functools import partial
from typing import Any

from ..outcomes.fold import NO_AVOIDANCE
from ..parameters import Pathogen, Scenario
from ..population.city import Population
from . import failures
from .address import changed_words, read_address, write_address
from .answer import answer
from .export import export
from .failures import (
    Failure,
    Overdue,
    Stopped,
    failure_of,
    forecast,
    r0_is_late,
    runs_are_late,
    seconds_to_solve,
    size_of,
)
from .laboratory import Key, Laboratory, Summary, reached_in_time
from .nearby import nearby
from .presets import Preset
from .settings import Settings, read_settings
from .sides import identity_of, scenarios

FIRST_AFTER, THEN_EVERY = 0.5, 1.0  # seconds until something is shown, and between refinements
LEAST_SEEDS = 2
IDLE = 0.4  # seconds without news before anything is computed ahead
AHEAD = 150.0  # seconds of computing ahead after an answer, on one thread
MOST_AHEAD = 20_000  # people; a run of more would keep the next question waiting
LOOK = 0.1  # seconds between looks whether R0 is there, or another question
EXPECTED = (ValueError, ArithmeticError, MemoryError, OSError, RuntimeError, CancelledError)
UNEXPECTED = "an error nobody expected: see the terminal, and load the page again"
Publish = Callable[[dict[str, Any]], None]
Pairs = list[tuple[Summary, Summary]]


class Session:
    """Takes settings from any thread by `ask`, calls `publish` from its own."""

    def __init__(
        self,
        laboratory: Laboratory,
        presets: Mapping[str, Preset],
        settings: Settings,
        publish: Publish,
    ) -> None:
        self.settings = settings
        self._laboratory, self._presets, self._publish = laboratory, presets, publish
        self._firsts = {name: preset.settings for name, preset in presets.items()}
        self._number = 0
        self._answered: Settings | None = None  # of which figures are shown
        self._news = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, daemon=True, name="explorer session")
        self._thread.start()

    def ask(self, data: Any) -> None:
        """New settings, as a browser sends them; what can't be read is answered with a message."""
        try:
            settings = read_settings(data, self.settings, self._firsts)
        except ValueError as problem:
            self._publish({"error": str(problem), "done": True})
            return
        self._take(settings)

    def command(self, data: Any) -> None:
        """What a page asks for beside new settings: {"open": address}, {"export": what} or
        {"again": true}. What can't be done is answered with a message."""
        do = data if isinstance(data, dict) and len(data) == 1 else {}
        try:
            if "open" in do:
                self._take(read_address(do["open"], self._firsts), filled=True)
            elif "export" in do:
                preset = self._presets[self.settings.situation]
                pairs = self._kept(self.settings)
                self._publish({"file": export(do["export"], preset, self.settings, pairs)})
            elif "again" in do:
                for known in (self.settings, size_of(self.settings)):
                    self._laboratory.failures.pop(known, None)
                self._laboratory.go_on()
                self._take(self.settings)
            else:
                self._publish({"error": "nothing is known by that name", "done": True})
        except ValueError as problem:
            self._publish({"refused": f"{problem}. The settings stay as they are."})

    def _take(self, settings: Settings, filled: bool = False) -> None:
        with self._news:
            self.settings = settings
            self._number += 1
            if filled:
                self._publish(self._state(settings) | {"fill": True})
            self._news.notify()

    def close(self) -> None:
        """No more answers."""
        with self._news:
            self._closed = True
            self._news.notify()

    def ended(self, seconds: float) -> bool:
        """Whether the thread of a closed session has ended, waiting so long at most."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _stale(self, number: int) -> bool:
        return self._closed or number != self._number

    def _state(self, settings: Settings) -> dict[str, Any]:
        """The settings, their address, and what differs from the preset."""
        return {
            "settings": settings.plain(),
            "address": write_address(settings, self._firsts),
            "changed": changed_words(settings, self._firsts[settings.situation]),
        }

    def _kept(self, settings: Settings) -> Pairs:
        """The pairs of seeds that are there for these settings, without a gap."""
        hashes = [identity_of(side) for side in self._sides(settings)]
        pairs: Pairs = []
        for seed in range(1, settings.seeds + 1):
            a, b = (self._laboratory.kept((identity, seed)) for identity in hashes)
            if a is None or b is None:
                break
            pairs.append((a, b))
        return pairs

    def _sides(self, settings: Settings) -> tuple[Scenario, Scenario]:
        return scenarios(self._presets[settings.situation].scenario, settings)

    def _work(self) -> None:
        answered = 0
        while True:
            with self._news:
                while not self._closed and answered == self._number:
                    self._news.wait()
                if self._closed:
                    return
                answered, settings = self._number, self.settings
            unexpected = True
            try:
                self._answer(answered, settings)
                unexpected = False
            except Stopped:
                unexpected = False
            except EXPECTED as problem:
                unexpected = False
                failure = failure_of(problem, settings, self._answered)
                self._laboratory.failures[settings] = failure
                self._tell_failure(answered, settings, failure)
            finally:
                # this thread ends with a traceback in the terminal; the page must not wait for ever
                if unexpected:
                    self._publish({"error": UNEXPECTED, "done": True})

    def _tell_failure(self, number: int, settings: Settings, failure: Failure) -> None:
        """Tell what cannot be answered; the answer before stays, as an old one."""
        if not self._stale(number):
            told = {"failure": failure.plain(), "error": "", "done": True}
            self._publish(self._state(settings) | told | {"status": "not answered"})

    def _answer(self, number: int, settings: Settings) -> None:
        began = time.monotonic()
        known = self._laboratory.failures.get(settings) or self._laboratory.failures.get(
            size_of(settings)
        )
        pairs = self._kept(settings) if known is not None and known.again else []
        if known is not None and len(pairs) < LEAST_SEEDS:
            self._tell_failure(number, settings, known)
            return
        if known is not None and len(pairs) < settings.seeds:
            late = runs_are_late(settings, len(pairs), failures.RUNS_LIMIT)
            self._tell(settings, self._sides(settings), pairs, began, late)
            return
        first = {"status": "computing …", "done": False, "failure": None, "notice": None}
        self._publish(self._state(settings) | first)
        sides = self._sides(settings)
        population = self._laboratory.prepare(sides[0])
        self._foretell(settings, sides, population)
        self._wait_for_r0(number, settings, sides[0].pathogen, population)
        with self._turn():
            finished = self._pairs(number, settings, sides, population, began)
        if finished:
            self._foresee(number, settings)

    def _foretell(
        self, settings: Settings, sides: tuple[Scenario, Scenario], population: Population
    ) -> None:
        """Say what takes long, before it begins, and once the first runs tell it better."""
        coming = forecast(self._laboratory, settings, sides, population)
        if coming.told:
            told = {"status": f"computing: {coming.told} …", "notice": coming.plain()}
            self._publish(told | {"done": False})

    def _wait_for_r0(
        self, number: int, settings: Settings, pathogen: Pathogen, population: Population
    ) -> None:
        """Wait until the hazard that gives R0 is known. Raises what the search raises, and Stopped
        where something else is asked, or it has been going on for too long."""
        search = self._laboratory.solve(pathogen, population)
        until = search.began + failures.SOLVE_LIMIT
        while not wait([search.found], timeout=LOOK).done:
            if self._stale(number):
                raise Stopped
            if time.monotonic() > until:
                self._tell_failure(number, settings, r0_is_late(pathogen, failures.SOLVE_LIMIT))
                raise Stopped
        search.found.result()

    def _pairs(
        self,
        number: int,
        settings: Settings,
        sides: tuple[Scenario, Scenario],
        population: Population,
        began: float,
    ) -> bool:
        """Run, and tell what is known as seeds are done; whether all were."""
        shown, told, pairs = began + FIRST_AFTER, 0, []
        try:
            for pairs in self._runs(number, settings, sides, population):
                finished = len(pairs) == settings.seeds
                if self._stale(number):
                    return False
                due = time.monotonic() >= shown and len(pairs) >= LEAST_SEEDS and len(pairs) > told
                if finished or due:
                    self._tell(settings, sides, pairs, began)
                    shown, told = time.monotonic() + THEN_EVERY, len(pairs)
                elif len(pairs) == 1:
                    self._foretell(settings, sides, population)
        except Overdue:
            if self._stale(number):
                return False
            enough = len(pairs) if len(pairs) >= LEAST_SEEDS else 0
            failure = runs_are_late(settings, enough, failures.RUNS_LIMIT)
            self._laboratory.failures[settings if enough else size_of(settings)] = failure
            if enough:
                self._tell(settings, sides, pairs, began, failure)
            else:
                self._tell_failure(number, settings, failure)
            return False
        return not self._stale(number)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        with self._laboratory.turn, warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=NO_AVOIDANCE[:20])  # the page says so itself
            yield

    def _tell(
        self,
        settings: Settings,
        sides: tuple[Scenario, Scenario],
        pairs: Pairs,
        began: float,
        failure: Failure | None = None,
    ) -> None:
        told = answer(settings, sides, [a for a, _ in pairs], [b for _, b in pairs])
        seconds = time.monotonic() - began
        status = (
            f"{len(pairs)} of {settings.seeds} seeds, {settings.people:,} people, {seconds:.1f} s"
        )
        self._answered = settings
        self._publish(
            told
            | self._state(settings)
            | {
                "status": status,
                "done": failure is not None or len(pairs) == settings.seeds,
                "seeds": len(pairs),
                "seconds": round(seconds, 3),
                "error": "",
                "failure": None if failure is None else failure.plain(),
            }
        )

    def _runs(
        self,
        number: int,
        settings: Settings,
        sides: tuple[Scenario, Scenario],
        population: Population,
    ) -> Iterator[Pairs]:
        """Yields the finished pairs of seeds 1, 2, ... without a gap, as they grow. Raises Overdue
        where the time of an answer is over before they are done."""
        hashes = [identity_of(side) for side in sides]
        keys = [(hashes[side], seed) for seed in range(1, settings.seeds + 1) for side in (0, 1)]
        found = {key: kept for key in keys if (kept := self._laboratory.kept(key)) is not None}
        queue = iter([key for key in dict.fromkeys(keys) if key not in found])
        running: dict[Future[Summary], Key] = {}
        pause = partial(self._pause, number, time.monotonic() + failures.RUNS_LIMIT)
        done = 0
        while True:
            while len(running) < 2 * self._laboratory.threads and not self._stale(number):
                key = next(queue, None)
                if key is None:
                    break
                side = sides[hashes.index(key[0])]
                run = self._laboratory.summary
                running[self._laboratory.pool.submit(run, key, side, population, pause)] = key
            grown = done
            while grown < settings.seeds and all((h, grown + 1) in found for h in hashes):
                grown += 1
            if grown > done:
                done = grown
                yield [
                    (found[hashes[0], seed], found[hashes[1], seed]) for seed in range(1, done + 1)
                ]
            if not running:
                return
            ready, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ready:
                found[running.pop(future)] = future.result()

    def _pause(self, number: int, until: float) -> None:
        """Asked before a run and during a large one: whether it is still wanted."""
        if self._stale(number):
            raise Stopped
        if time.monotonic() > until:
            raise Overdue

    def _foresee(self, number: int, settings: Settings) -> None:
        """What one move of a control would ask for, computed while nobody asks, one run at a time
        so that a question need not wait."""
        laboratory, me = self._laboratory, object()
        laboratory.foresees = me
        with self._news:
            self._news.wait_for(lambda: self._stale(number), IDLE)
        until = time.monotonic() + AHEAD

        def over() -> bool:
            late = time.monotonic() > until
            return late or self._stale(number) or laboratory.foresees is not me

        for near in nearby(settings, self._firsts[settings.situation]):
            with contextlib.suppress(ValueError):  # it will be said when it is asked for
                self._ahead(near, over)
            if over():
                return

    def _ahead(self, settings: Settings, over: Callable[[], bool]) -> None:
        """Compute the answer to these settings, a piece at a time, until `over` says so; a search
        for R0 that takes long only once somebody asks."""
        laboratory = self._laboratory
        with self._turn():
            sides = self._sides(settings)
            population = laboratory.prepare(sides[0])
        pathogen = sides[0].pathogen
        if seconds_to_solve(laboratory, pathogen, population) > failures.SOLVE:
            return
        search = laboratory.solve(pathogen, population)
        while not wait([search.found], timeout=LOOK).done:
            if over():
                return
        search.found.result()
        reached_in_time(pathogen)
        if settings.people > MOST_AHEAD:
            return
        hashes = [identity_of(side) for side in sides]
        for seed in range(1, settings.seeds + 1):
            for key, side in zip(hashes, sides, strict=True):
                with self._turn():
                    if over():
                        return
                    if laboratory.kept((key, seed)) is None:
                        laboratory.summary((key, seed), side, population)
