"""What the browser and the notebook start from."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from .address import read_address
from .answer import CURVES
from .laboratory import Laboratory
from .presets import Preset, load_presets
from .session import Publish, Session
from .settings import Settings, choices


class Start(NamedTuple):
    """A laboratory, what the controls offer, the situations, and a way to open sessions."""

    laboratory: Laboratory
    offered: dict[str, Any]
    presets: Mapping[str, Preset]
    settings: Settings
    sessions: list[Session]

    @property
    def first(self) -> dict[str, Any]:
        """The settings that a page begins with, as plain data."""
        return self.settings.plain()

    def session(self, publish: Publish) -> Session:
        """A new session that calls `publish` with every answer."""
        made = Session(self.laboratory, self.presets, self.settings, publish)
        self.sessions.append(made)
        return made

    def end(self, seconds: float = 3.0) -> bool:
        """Close all sessions; True where all work has ended within about so many seconds (a run or
        a search for R0 is not cut short)."""
        for one in self.sessions:
            one.close()
        self.laboratory.end()
        until = time.monotonic() + seconds

        def left() -> float:
            return max(0.0, until - time.monotonic())

        ended = [one.ended(left()) for one in self.sessions]
        return self.laboratory.ended(left()) and all(ended)


def start(
    scenario: str | None = None,
    people: int | None = None,
    seeds: int | None = None,
    threads: int | None = None,
    address: str | None = None,
) -> Start:
    """Everything for the situations, the first of them a scenario by name or path where one is
    given. address: of settings to begin with, as the page shows it after `#`, alone or with what
    stands before it. Raises ParameterError for what is not there or out of range."""
    presets = load_presets(scenario, people, seeds)
    firsts = {name: preset.settings for name, preset in presets.items()}
    settings = next(iter(firsts.values()))
    if address is not None:
        settings = read_address(address.rpartition("#")[2], firsts)
    offered = choices(CURVES, settings.people, settings.seeds)
    laboratory = Laboratory(threads or os.cpu_count() or 1, tuple(CURVES))
    offered["presets"] = [preset.told() for preset in presets.values()]
    return Start(laboratory, offered, presets, settings, [])
