"""Situations to start from: shipped scenarios, each with the settings that it begins with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from ..parameters import Scenario, list_names, load, load_scenario
from .settings import (
    DEFAULT_PEOPLE,
    DEFAULT_SEEDS,
    FIRST_CURVE,
    KINDS,
    STATED,
    Policy,
    Settings,
    Then,
)

# the three situations of the report; a policy that begins late; places and outbreaks as they were
SITUATIONS = ("containment", "managed", "open-wave", "tracing-begins")
AS_THEY_WERE = ("england-2020-autumn", "moscow-2020", "measles-2024")
SENTENCE = re.compile(r".*?[.?!](?=\s|$)", re.DOTALL)
LEFT_OUT = (
    "This scenario changes its policy more than once; A and B take the first change on a stated "
    "day and leave the others out."
)


class Preset(NamedTuple):
    """A situation: its scenario, what the controls begin with, where it was read from, and whether
    changes of its own policy are left out."""

    scenario: Scenario
    settings: Settings
    source: str  # name or path of the scenario
    left_out: bool = False

    def told(self) -> dict[str, Any]:
        """What the page shows of it, as plain data."""
        own = self.scenario
        return {
            "name": self.settings.situation,
            "label": own.title,
            "group": "Places and outbreaks"
            if self.settings.situation in AS_THEY_WERE
            else "Situations",
            "sentence": first_sentence(own.description),
            "note": LEFT_OUT if self.left_out else "",
            "days": int(own.days.value),
            "stated": [kind for kind in KINDS if STATED in self._named(kind)],
            "settings": self.settings.plain(),
        }

    def _named(self, kind: str) -> set[str]:
        if kind in ("pathogen", "region"):
            return {getattr(self.settings, kind)}
        policies = (self.settings.a, self.settings.b)
        return {getattr(part, kind) for policy in policies for part in policy.parts}


def first_sentence(text: str) -> str:
    """The first sentence of a description."""
    found = SENTENCE.match(text)
    return found.group() if found else text


def load_presets(
    scenario: str | None = None, people: int | None = None, seeds: int | None = None
) -> dict[str, Preset]:
    """Presets by name. scenario: another one, by name or path, which comes first; people, seeds:
    what all begin with. Raises ParameterError for what is not there or out of range."""
    given = () if scenario is None else (scenario,)
    presets = {}
    for one in (*given, *SITUATIONS, *AS_THEY_WERE):
        name = Path(one).stem
        if name not in presets:
            presets[name] = preset_of(one, load_scenario(one), people, seeds)
    return presets


def preset_of(
    source: str, scenario: Scenario, people: int | None = None, seeds: int | None = None
) -> Preset:
    """What an explorer begins with: the scenario's own policy (A: with interviews where it has no
    tracing) beside no tracing under the same regime, each with the scenario's first change of
    policy."""
    regime, level = (listed(scenario, kind) for kind in ("isolation", "tracing"))
    own = [change for change in scenario.timeline if change.tracing or change.isolation]
    dated = [c for c in own if c.until is None and (c.span(scenario.start_date)[0] or 0) > 0]
    then = without = None
    if dated:
        names = dated[0].names
        day = dated[0].span(scenario.start_date)[0] or 0
        then = Then(day, names.get("tracing", level), names.get("isolation", regime))
        without = then._replace(tracing="none") if then.isolation != regime else None
    begins = "interview" if level == "none" and then is None else level
    settings = Settings(
        Path(source).stem,
        listed(scenario, "pathogen"),
        None,
        1.0,
        listed(scenario, "region"),
        people or DEFAULT_PEOPLE,
        seeds or DEFAULT_SEEDS,
        FIRST_CURVE,
        Policy(begins, regime, then),
        Policy("none", regime, without),
    )
    return Preset(scenario, settings, source, len(own) > len(dated[:1]))


def listed(scenario: Scenario, kind: str) -> str:
    """The name of the scenario's component where it is that of a file, else STATED."""
    name = scenario.names.get(kind, STATED)
    known = name in list_names(KINDS[kind])
    return name if known and load(KINDS[kind], name) == getattr(scenario, kind) else STATED


def default_sizes(settings: Settings) -> Settings:
    """The same with as many people and seeds as an explorer begins with that is told nothing: what
    an address is read against."""
    return settings._replace(people=DEFAULT_PEOPLE, seeds=DEFAULT_SEEDS)
