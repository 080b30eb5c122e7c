"""What cannot be answered, and beside which control that is told."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..outcomes.free_chains import MANY
from ..outcomes.solving import ReproductionError
from ..parameters import Pathogen, Scenario
from ..population.city import Population
from .laboratory import Laboratory, kind_of
from .settings import Settings
from .sides import identity_of

RUNS_LIMIT = 30.0  # seconds for the runs of an answer
SOLVE_LIMIT = 60.0  # seconds that an answer waits for R0
A_LONG_TIME = 1.0  # seconds from which the page says beforehand what takes so long
# seconds to find the hazard that gives R0, below MANY and from there on, in a larger city
# (tests/verification/explorer_times.py)
SOLVE, SOLVE_MANY = 1.5, 3.0
# the controls of the page, as the keys of settings
CONTROLS = ("situation", "pathogen", "latent_days", "region", "kappa", "people", "seeds", "a", "b")


class Failure(NamedTuple):
    """control: beside which it is told; text: what cannot be answered, why, and the way out; again:
    whether trying once more, with as much time again, may help."""

    control: str
    text: str
    again: bool = False

    def plain(self) -> dict[str, Any]:
        """As a page takes it."""
        return {"control": self.control, "text": self.text, "again": self.again}


class Stopped(Exception):
    """A run that nobody waits for any more."""


class Overdue(Exception):
    """A run beyond the time of its answer."""


def changed_controls(settings: Settings, before: Settings | None) -> list[str]:
    """The controls that differ from the settings that were last answered; all where none were."""
    if before is None:
        return list(CONTROLS)
    return [key for key in CONTROLS if getattr(settings, key) != getattr(before, key)]


def failure_of(problem: Exception, settings: Settings, before: Settings | None) -> Failure:
    """A problem beside the control that caused it: of R0 the pathogen's, of anything else the one
    that was changed last."""
    changed = changed_controls(settings, before)
    text = str(problem) or type(problem).__name__
    if isinstance(problem, ReproductionError):
        only_latent = "latent_days" in changed and "pathogen" not in changed
        return Failure("latent_days" if only_latent and before is not None else "pathogen", text)
    again = not isinstance(problem, ValueError)  # of the machine, not of what is stated
    if isinstance(problem, MemoryError):
        return Failure("people", f"{text}: choose fewer people", again)
    return Failure(changed[0] if changed and before is not None else "situation", text, again)


def r0_is_late(pathogen: Pathogen, limit: float) -> Failure:
    """R0 that is still being solved when the answer has waited for so many seconds."""
    return Failure(
        "pathogen",
        f"After {limit:g} seconds it is not known yet which hazard gives R0 = "
        f"{float(pathogen.R0.value):g} of {pathogen.title} in this place. The search goes on by "
        "itself and is not begun anew: ask again later, or choose another pathogen.",
        again=True,
    )


def runs_are_late(settings: Settings, done: int, limit: float) -> Failure:
    """Fewer seeds than asked for within the time of an answer."""
    size = f"{settings.people:,} people with {settings.seeds} seeds"
    if done:
        return Failure(
            "people",
            f"{size} need longer than {limit:g} seconds: shown are the {done} seeds that are done, "
            "with the intervals that these leave. Choose fewer people or seeds, or go on for as "
            "long again.",
            again=True,
        )
    return Failure(
        "people",
        f"{size}: not even two seeds are done after {limit:g} seconds, with so many infections and "
        "lists. Choose fewer people, or go on for as long again.",
        again=True,
    )


def size_of(settings: Settings) -> tuple[Any, ...]:
    """What decides how long a run takes, as far as sizes, the pathogen and levels do."""
    levels = tuple(part.tracing for side in (settings.a, settings.b) for part in side.parts)
    return (settings.situation, settings.pathogen, settings.region, settings.people, levels)


class Forecast(NamedTuple):
    """What an answer will take, in seconds of one processor: to find R0, and the runs."""

    solve: float
    runs: float
    missing: int

    @property
    def told(self) -> str:
        """What the page says before it begins; "" where it takes no time worth a word."""
        parts = []
        if self.solve:
            parts.append(f"R0 first, about {self.solve:.0f} s, once")
        if self.runs >= A_LONG_TIME:
            parts.append(f"{self.missing} runs, about {self.runs:.0f} s")
        return ", then ".join(parts)

    def plain(self) -> dict[str, str] | None:
        """What is told beside a control before it begins, as a page takes it."""
        if self.solve:
            text = (
                "The hazard that gives this R0 in this place is not known here yet. It is found "
                f"first, in about {self.solve:.0f} seconds of computing, and then remembered."
            )
            return {"control": "pathogen", "text": text}
        if self.runs > RUNS_LIMIT:
            text = (
                f"These {self.missing} runs take about {self.runs:.0f} seconds of computing. What "
                f"is done after {RUNS_LIMIT:g} seconds is shown. Fewer people or seeds take less."
            )
            return {"control": "people", "text": text}
        return None


def seconds_to_solve(laboratory: Laboratory, pathogen: Pathogen, population: Population) -> float:
    """About how long the search for R0 will take; 0 where it is known."""
    if laboratory.is_solved(pathogen, population):
        return 0.0
    return SOLVE_MANY if float(pathogen.R0.value) >= MANY else SOLVE


def forecast(
    laboratory: Laboratory,
    settings: Settings,
    sides: tuple[Scenario, Scenario],
    population: Population,
) -> Forecast:
    """What it will take to answer these settings, as far as it can be known."""
    runs, missing = 0.0, 0
    for identity, kind in {identity_of(side): kind_of(side) for side in sides}.items():
        seeds = range(1, settings.seeds + 1)
        left = sum(laboratory.kept((identity, seed)) is None for seed in seeds)
        runs += left * laboratory.seconds(kind, settings.people)
        missing += left
    solve = seconds_to_solve(laboratory, sides[0].pathogen, population)
    return Forecast(solve, runs, missing)
