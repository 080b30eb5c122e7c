"""What the browser and the notebook start from."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from ..parameters import load_scenario
from .answer import CURVES
from .laboratory import Laboratory
from .session import Publish, Session
from .settings import choices, first_settings


class Start(NamedTuple):
    """A laboratory, what the controls offer, and a way to open sessions."""

    laboratory: Laboratory
    offered: dict[str, Any]
    first: dict[str, Any]
    scenario: Any
    settings: Any
    sessions: list[Session]

    def session(self, publish: Publish) -> Session:
        """A new session that calls `publish` with every answer."""
        made = Session(self.laboratory, self.scenario, self.settings, publish)
        self.sessions.append(made)
        return made

    def end(self, seconds: float = 3.0) -> bool:
        """Close all sessions; True where all work has ended within about so many seconds (a run or
        a search for R0 is not cut short)."""
        for one in self.sessions:
            one.close()
        self.laboratory.pool.shutdown(wait=False, cancel_futures=True)
        return all(one.ended(seconds) for one in self.sessions)


def start(
    scenario: str = "no-measures",
    people: int | None = None,
    seeds: int | None = None,
    threads: int | None = None,
) -> Start:
    """Everything for a scenario by name or path. Raises ParameterError for what is not there or out
    of range."""
    base = load_scenario(scenario)
    settings = first_settings(base, people, seeds)
    plain = settings._asdict() | {"a": settings.a._asdict(), "b": settings.b._asdict()}
    laboratory = Laboratory(threads or os.cpu_count() or 1, tuple(CURVES))
    offered = choices(CURVES, settings) | {"title": base.title, "description": base.description}
    return Start(laboratory, offered, plain, base, settings, [])
