"""One open page: the latest settings are answered in the background, first after a few seeds, then
after all; older ones are dropped."""

from __future__ import annotations

import contextlib
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from typing import Any

from ..outcomes.fold import NO_AVOIDANCE
from ..parameters import Scenario
from .answer import answer
from .laboratory import Laboratory, Summary, reached_in_time
from .settings import Settings, nearby, read_settings, scenarios

FIRST_AFTER, THEN_EVERY = 0.5, 1.0  # seconds until something is shown, and between refinements
LEAST_SEEDS = 2
IDLE = 0.4  # seconds without news before anything is computed ahead
AHEAD = 60.0  # seconds of computing ahead after an answer, on one thread
MOST_AHEAD = 20_000  # people; a run of more would keep the next question waiting
Publish = Callable[[dict[str, Any]], None]


class Session:
    """Takes settings from any thread by `ask`, calls `publish` from its own."""

    def __init__(
        self, laboratory: Laboratory, base: Scenario, settings: Settings, publish: Publish
    ) -> None:
        self.settings = settings
        self._laboratory, self._base, self._publish = laboratory, base, publish
        self._number = 0
        self._news = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, daemon=True, name="explorer session")
        self._thread.start()

    def ask(self, data: Any) -> None:
        """New settings, as a browser sends them; what can't be read is answered with a message."""
        try:
            settings = read_settings(data, self.settings)
        except ValueError as problem:
            self._publish({"error": str(problem), "done": True})
            return
        with self._news:
            self.settings = settings
            self._number += 1
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
            except (
                ValueError,
                ArithmeticError,
                MemoryError,
                OSError,
                RuntimeError,
                CancelledError,
            ) as problem:
                unexpected = False
                if not self._stale(answered):
                    self._publish({"error": str(problem) or type(problem).__name__, "done": True})
            finally:
                # this thread ends with a traceback in the terminal; the page must not wait for ever
                if unexpected:
                    self._publish(
                        {
                            "error": "an error nobody expected: see the terminal, and "
                            "load the page again",
                            "done": True,
                        }
                    )

    def _answer(self, number: int, settings: Settings) -> None:
        began = time.monotonic()
        self._publish({"status": "computing …", "done": False})
        sides = scenarios(self._base, settings)
        with self._turn():
            if self._stale(number):
                return
            population = self._laboratory.prepare(sides[0])
            hashes = [side.parameter_hash for side in sides]
            shown = began + FIRST_AFTER
            told = 0
            for pairs in self._runs(number, settings, sides, hashes, population):
                finished = len(pairs) == settings.seeds
                now = time.monotonic()
                if self._stale(number):
                    return
                if finished or (now >= shown and len(pairs) >= LEAST_SEEDS and len(pairs) > told):
                    self._tell(settings, sides, pairs, began)
                    shown, told = time.monotonic() + THEN_EVERY, len(pairs)
        self._foresee(number, settings)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        with self._laboratory.turn, warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=NO_AVOIDANCE[:20])  # the page says so itself
            yield

    def _tell(
        self,
        settings: Settings,
        sides: tuple[Scenario, Scenario],
        pairs: list[tuple[Summary, Summary]],
        began: float,
    ) -> None:
        told = answer(settings, sides, [a for a, _ in pairs], [b for _, b in pairs])
        seconds = time.monotonic() - began
        finished = len(pairs) == settings.seeds
        status = (
            f"{len(pairs)} of {settings.seeds} seeds, {settings.people:,} people, {seconds:.1f} s"
        )
        self._publish(
            told
            | {
                "status": status,
                "done": finished,
                "seeds": len(pairs),
                "seconds": round(seconds, 3),
                "error": "",
            }
        )

    def _runs(
        self,
        number: int,
        settings: Settings,
        sides: tuple[Scenario, Scenario],
        hashes: list[str],
        population: Any,
    ) -> Any:
        """Yields the finished pairs of seeds 1, 2, ... without a gap, as they grow."""
        keys = [(hashes[side], seed) for seed in range(1, settings.seeds + 1) for side in (0, 1)]
        found = {key: kept for key in keys if (kept := self._laboratory.kept(key)) is not None}
        queue = iter([key for key in dict.fromkeys(keys) if key not in found])
        running: dict[Future[Summary], tuple[str, int]] = {}
        done = 0
        while True:
            while len(running) < 2 * self._laboratory.threads and not self._stale(number):
                key = next(queue, None)
                if key is None:
                    break
                side = sides[hashes.index(key[0])]
                running[
                    self._laboratory.pool.submit(self._laboratory.summary, key, side, population)
                ] = key
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

    def _foresee(self, number: int, settings: Settings) -> None:
        """What one move of a control would ask for, computed while nobody asks, one run at a time
        so that a question need not wait."""
        laboratory, me = self._laboratory, object()
        laboratory.foresees = me
        with self._news:
            self._news.wait_for(lambda: self._stale(number), IDLE)
        until = time.monotonic() + AHEAD
        for near in nearby(settings):
            steps, more = self._steps(near), True
            while more:
                with self._turn():
                    if (
                        self._stale(number)
                        or laboratory.foresees is not me
                        or time.monotonic() > until
                    ):
                        return
                    try:
                        more = next(steps, False)
                    except ValueError:  # it will be said when it is asked for
                        more = False

    def _steps(self, settings: Settings) -> Iterator[bool]:
        """Computes the answer to these settings, a piece at each step."""
        sides = scenarios(self._base, settings)
        population = self._laboratory.prepare(sides[0])
        reached_in_time(sides[0].pathogen)
        yield True
        if settings.people > MOST_AHEAD:
            return
        hashes = [side.parameter_hash for side in sides]
        for seed in range(1, settings.seeds + 1):
            for key, side in zip(hashes, sides, strict=True):
                if self._laboratory.kept((key, seed)) is None:
                    self._laboratory.summary((key, seed), side, population)
                    yield True
