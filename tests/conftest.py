"""Shared scenarios. Degenerate ones (constant periods, certain transmission) make a stochastic
model exact."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import numpy as np
import pytest

import lazaretto as lz
from lazaretto.analysis.published import authority
from lazaretto.bench import idealised_pathogen, neutral_law
from lazaretto.parameters import Pathogen, Scenario, load

pytest_plugins = ["browser_here", "explorer_here"]
# A background job of a shell is started with Ctrl-C ignored, and so would be all that it starts;
# tests of Ctrl-C need Python's own handler.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

CERTAIN = 20.0  # hazard per day: a contact of five days fails to infect with probability exp(-100)


def constant_pathogen(
    latent: float = 2.0, lead: float = 1.0, infectious: float = 5.0, hazard: float = CERTAIN
) -> Pathogen:
    """Constant periods; every candidate falls at the very start of the symptomatic stage (onset),
    so transmission times are exact."""
    base = idealised_pathogen(
        neutral_law("constant", latent), neutral_law("constant", infectious), hazard
    ).model_dump()
    base["presymptomatic_lead"] = neutral_law("constant", lead).model_dump()
    base["presymptomatic_relative_infectiousness"]["value"] = 0.0
    base["infectiousness_profile"] = neutral_law("constant", 0.0, "fraction").model_dump()
    return Pathogen.model_validate(base)


QUIET = {
    "testing.seek_probability": 0.0,
    "testing.background_illness_per_day": 0.0,
    "behaviour.self_isolation_probability": 0.0,
}
SURE_TESTS = authority.SURE_TESTS | {
    "testing.onset_to_sample.mean": 0.5,
    "testing.sample_to_result.mean": 0.25,
    "isolation.isolation_days": 10.0,
    "isolation.quarantine_days": 10.0,
}


def constant_delays(scenario: Scenario) -> Scenario:
    """Testing delays without spread."""
    data = scenario.model_dump()
    for name in ("onset_to_sample", "sample_to_result"):
        data["testing"][name] |= {"family": "constant", "parameters": {}}
    for instrument in data["tracing"]["instruments"]:
        instrument["delay"] |= {"family": "constant", "parameters": {}}
    return Scenario.model_validate(data)


def stated(value, unit, most=1e9) -> dict:
    """A value as it stands in a file."""
    return {
        "value": value,
        "unit": unit,
        "range": [0, most],
        "source": "test",
        "status": "assumption",
    }


def with_level(scenario: Scenario, *levels: str, more: dict | None = None, **fields) -> Scenario:
    """A tracing level with the instruments of several others, and other fields of the level or of
    their instruments (by type)."""
    instruments = {
        i.type: i.model_dump() for level in levels for i in load("tracing", level).instruments
    }
    for kind, changes in (more or {}).items():
        instruments[kind] |= changes
    data = scenario.model_dump()
    data["tracing"] = {
        "title": "test",
        "description": "test",
        "instruments": list(instruments.values()),
        **fields,
    }
    return Scenario.model_validate(data)


DELAY = {"delay": neutral_law("constant", 0.5).model_dump()}
ALL_RECALLED = {
    "cooperation_probability": stated(1.0, "fraction", 1),
    "recall_by_minutes": {**stated([1.0] * 4, "fraction"), "range": [[0.0] * 4, [1.0] * 4]},
    "recall_by_layer": {
        layer: stated(1.0, "fraction", 1) for layer in ("household", "group", "community")
    },
    "reach_probability": stated(1.0, "fraction", 1),
    "recall_loss_per_day": stated(0.0, "1/day", 10),
    "tracers_per_100k": stated(1e5, "person"),
    "interviews_per_tracer_day": stated(1e4, "interview/day"),
    **DELAY,
}


@pytest.fixture(scope="session")
def moscow() -> Scenario:
    return lz.load_scenario("no-measures")


@pytest.fixture(scope="session")
def town(moscow: Scenario) -> lz.Population:
    """A city of 5,000 people."""
    return lz.build_population(moscow.population, people=5000, seed=1)


@pytest.fixture(scope="session")
def small(moscow: Scenario) -> Scenario:
    """The scenario for the town, short enough for many runs."""
    return moscow.replace(people=5000, days=90, initial_infections=10)


PAIRS = 4000  # of people who have only each other


@pytest.fixture(scope="session")
def certain(moscow: Scenario) -> Scenario:
    """Onset on day 3 is certain transmission; nobody tests, isolates or stays at home."""
    return moscow.replace(pathogen=constant_pathogen(), days=20, **QUIET)


@pytest.fixture(scope="session")
def pairs() -> tuple[lz.Population, list[int]]:
    """(pairs of people, the first of each)."""
    people = lz.populations.configuration(np.ones(2 * PAIRS, int), seed=1)
    city = people.city
    return people, [p for p in range(2 * PAIRS) if p < city.link[city.link_start[p]]]


MECHANISMS = [
    "illness",
    "transmission",
    "contacts",
    "population",
    "testing",
    "tracing",
    "instruments",
    "isolation",
    "response",
    "region",
    "outcomes",
    "parameters",
    "sweeps",
    "analysis",
    "figures",
    "report",
    "explore",
    "shell",
    "data",
    "project",
    "chance",
    "time",
    "immunity",
    "hospital",
]
# what a folder's modules judge where their docstring does not say "Judges: ..."
OF_FOLDER = {
    "analysis": ("analysis",),
    "browser": ("explore", "figures"),
    "calibration": ("tracing", "isolation", "instruments"),
    "cli": ("shell", "report"),
    "explore": ("explore",),
    "faults": ("shell", "parameters", "data"),
    "figures": ("figures",),
    "notebooks": ("project",),
    "parameters": ("parameters",),
    "project": ("project",),
    "published": ("analysis", "tracing", "illness"),
    "regression": ("outcomes", "tracing", "isolation", "testing", "region"),
    "sweeps": ("sweeps",),
    "theory": ("transmission", "illness", "contacts"),
    "twin": ("tracing", "testing", "isolation", "region", "transmission"),
}
OF_MODULE = {
    "test_authority": ("testing",),
    "test_chains": ("illness", "transmission"),
    "test_chance": ("chance",),
    "test_city": ("population", "contacts"),
    "test_contacts": ("contacts", "chance"),
    "test_course": ("illness",),
    "test_instruments": ("instruments", "tracing"),
    "test_jit": ("project",),
    "test_limits_of_instruments": ("instruments", "tracing"),
    "test_null_and_lists": ("tracing", "outcomes"),
    "test_observed": ("data", "contacts"),
    "test_queue": ("transmission",),
    "test_regimes": ("isolation", "response"),
    "test_region": ("region",),
    "test_reproduction": ("transmission",),
    "test_same_luck": ("chance", "response"),
    "test_size": ("population",),
}


def judged_by(file: Path) -> tuple[str, ...]:
    """The mechanisms that a test module judges: as its docstring says, else by the tables above."""
    said = re.search(r"^\W*Judges: ([\w, ]+)\.", file.read_text(encoding="utf-8"))
    if said:
        return tuple(said.group(1).replace(" ", "").split(","))
    return OF_MODULE.get(file.stem) or OF_FOLDER.get(file.parent.name, ())


def pytest_addoption(parser):
    parser.addoption("--judges", help=f"only modules that judge one of: {', '.join(MECHANISMS)}")


def pytest_collection_modifyitems(config, items):
    wanted = config.getoption("--judges")
    if not wanted:
        return
    if wanted not in MECHANISMS:
        raise pytest.UsageError(f"--judges: {wanted!r} is none of {', '.join(MECHANISMS)}")
    kept = [item for item in items if wanted in judged_by(item.path)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
