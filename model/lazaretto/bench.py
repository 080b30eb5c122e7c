"""`lazaretto bench`: what one infection costs, bare on a stored graph and in the synthetic city; a
small epidemic in a large city; what one contact looked up costs a tracing level; building; what a
process needs to start; the compiled engine beside its own Python.

Bare SEIR: random graph of mean degree 10, R0 2.7 (1 - E exp(-hazard x infectious period) = 0.27),
latent gamma of mean 4 d and shape 2, infectious gamma of mean 7 d and shape 3, 200 days, 50 first
infections. Building is not counted.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

from .analysis.theory.idealised import idealised_pathogen, neutral_law
from .engine.lowering import lower_policy, policy_laws
from .engine.simulate import run_once
from .mechanisms.counters import I_ASKED, I_CASES
from .mechanisms.illness.lowering import lower_pathogen
from .outcomes.reproduction import reproduction
from .parameters import Pathogen, Scenario, load_scenario
from .population.build import POPULATION_SEED, build_population
from .population.city import Population
from .population.idealised import random_graph
from .world.stated import Policy, Rates

DAYS, FIRST, DEGREE = 200, 50, 10
R0 = 2.7
LATENT, INFECTIOUS = (2.0, 4.0), (3.0, 7.0)
SMALL_FIRST, SMALL_R0 = 20, 0.8  # a subcritical epidemic of about 20 / (1 - 0.8) = 100 infections
TWIN_PEOPLE, TWIN_FIRST = 300, 5
TRACED_PEOPLE = (
    100_000  # tracing a million takes six runs of every level about 330 s of a processor
)
TRACED = (
    "interview",
    "operator-geolocation",
    "call-list",
    "bluetooth-app",
    "venue-check-in",
    "integrated",
)
BUILT = "lazaretto.build_population(scenario.population, people=2000, seed=1)"
FIRST_RUN = (
    "import lazaretto; scenario = lazaretto.load_scenario('no-measures'); "
    f"lazaretto.simulate(scenario, {BUILT}, seed=1)"
)
TWIN = (
    "from time import perf_counter; from lazaretto.bench import *; population, "
    "rates = bare_case({people}); policy = Policy(); "
    "work = lambda seed: len(run_once(population.city, rates, policy, seed, "
    "{first}, DAYS).history.person); "
    "work(0); began = perf_counter(); n = sum(work(seed) for seed in range(1, {repeats} + 1)); "
    "print((perf_counter() - began) / n)"
)


def bare_hazard(transmissibility: float = R0 / DEGREE) -> float:
    """The hazard per day at which a link transmits with that probability, for the gamma infectious
    period."""
    shape, mean = INFECTIOUS
    return float(((1.0 - transmissibility) ** (-1.0 / shape) - 1.0) * shape / mean)


def bare_pathogen() -> Pathogen:
    """The pathogen of the bare benchmark."""
    latent, infectious = (
        neutral_law("gamma", mean, a=shape) for shape, mean in (LATENT, INFECTIOUS)
    )
    return idealised_pathogen(latent, infectious, bare_hazard())


def bare_case(people: int, seed: int = 1) -> tuple[Population, Rates]:
    """The graph and the rates of the bare benchmark."""
    population = random_graph(people, DEGREE, seed)
    pathogen = bare_pathogen()
    return population, lower_pathogen(pathogen, population, bare_hazard())


def measure_all(sizes: list[int], repeats: int, first_use: bool = False) -> dict[str, Any]:
    """All cases and sizes: best and median seconds of `repeats` runs after one that is not counted.
    Tracing is measured at the largest size of at most TRACED_PEOPLE, or at the smallest. first_use:
    also compile everything anew into an empty cache (about a minute of one processor)."""
    load = os.getloadavg()
    sizes = sorted(sizes)
    traced_at = max([people for people in sizes if people <= TRACED_PEOPLE], default=sizes[0])
    lines: list[dict[str, Any]] = []
    traced: list[dict[str, Any]] = []
    for people in sizes:
        population, rates = bare_case(people)
        lines.append(_measure("bare, random graph", population, rates, DAYS, FIRST, repeats))
    scenario: Scenario = load_scenario("no-measures")
    days = int(scenario.days.value)
    build_population(
        scenario.population, 1000, POPULATION_SEED
    )  # compiled code is loaded before anything is timed
    for people in sizes:
        began = time.perf_counter()
        population = build_population(scenario.population, people, POPULATION_SEED)
        built = time.perf_counter() - began
        solved = reproduction(scenario.pathogen, population)
        rates = lower_pathogen(scenario.pathogen, population, solved.scale)
        lines.append(
            _measure("city, no measures", population, rates, days, FIRST, repeats)
            | {"build_s": built}
        )
        if people == traced_at and not traced:
            traced = tracing(scenario, population, solved.scale, repeats)
    small = rates._replace(scale=solved.scale * SMALL_R0 / solved.r0)
    lines.append(_measure("city, small epidemic", population, small, days, SMALL_FIRST, repeats))
    cost = {
        line["people"]: line["ns_per_infection"]
        for line in lines
        if line["case"] == "city, no measures"
    }
    return {
        "lines": lines,
        "growth_of_cost": {
            "from": sizes[0],
            "to": sizes[-1],
            "ratio": cost[sizes[-1]] / cost[sizes[0]],
        },
        "tracing": traced,
        "start": starting(first_use),
        "twin": beside_python(),
        "load_before": [round(x, 2) for x in load],
        "load_after": [round(x, 2) for x in os.getloadavg()],
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python "
        f"{platform.python_version()}",
    }


def tracing(
    scenario: Scenario, population: Population, scale: float, repeats: int
) -> list[dict[str, Any]]:
    """For each level: processor seconds of a run, of one with tests and no tracing, and their
    difference for each contact looked up: a household member, round, stub or slot of mere nearness
    that an instrument asks about on one day. Orders, checks and lists that come of it are counted
    in; fewer infections count for it."""
    found: list[dict[str, Any]] = []
    days, first = int(scenario.days.value), int(scenario.initial_infections.value)
    for level in ("none", *TRACED):
        one = scenario.replace(tracing=level)
        rates = lower_pathogen(one.pathogen, population, scale, policy_laws(one))
        policy = lower_policy(one, population)
        run_once(population.city, rates, policy, 0, first, days)
        seconds, asked, lists, infections = [], 0.0, 0.0, 0
        for _ in range(repeats):
            began = time.process_time()
            raw = run_once(population.city, rates, policy, 1, first, days)
            seconds.append(time.process_time() - began)
            asked, lists = (
                float(raw.tally.instrument[:, column].sum()) for column in (I_ASKED, I_CASES)
            )
            infections = len(raw.history.person)
        best = min(seconds)
        line = {
            "level": level,
            "people": population.people,
            "infections": infections,
            "best_s": best,
            "asked": asked,
            "lists": lists,
        }
        found.append(
            line | {"ns_per_contact": (best - found[0]["best_s"]) / asked * 1e9 if asked else None}
        )
    return found


def starting(first_use: bool) -> dict[str, float]:
    """Seconds of whole processes: Python alone, importing the package, a first simulation of 2,000
    people with the compiled code on disk; with `first_use`, the same with nothing on disk."""
    found = {"python_s": _process("pass"), "import_s": _process("import lazaretto")}
    _process(FIRST_RUN)
    found["first_run_s"] = _process(FIRST_RUN)
    if first_use:
        with tempfile.TemporaryDirectory() as empty:
            found["first_use_s"] = _process(FIRST_RUN, LAZARETTO_CACHE=empty)
    return found


def beside_python() -> dict[str, float]:
    """Seconds per infection of the bare epidemic: the kernels compiled, and the very same functions
    as Python."""
    per_infection = {
        name: float(
            _output(TWIN.format(people=TWIN_PEOPLE, first=TWIN_FIRST, repeats=repeats), **setting)
        )
        for name, repeats, setting in (
            ("compiled", 200, {}),
            ("python", 1, {"NUMBA_DISABLE_JIT": "1"}),
        )
    }
    return {f"{name}_ns": seconds * 1e9 for name, seconds in per_infection.items()} | {
        "ratio": per_infection["python"] / per_infection["compiled"]
    }


def _process(code: str, **setting: str) -> float:
    began = time.perf_counter()
    _output(code, **setting)
    return time.perf_counter() - began


def _output(code: str, **setting: str) -> str:
    """What a fresh Python prints for the code."""
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(
        command, env=os.environ | setting, capture_output=True, text=True, check=True
    ).stdout


def _measure(
    case: str, population: Population, rates: Rates, days: int, first: int, repeats: int
) -> dict[str, Any]:
    policy = Policy()
    run_once(population.city, rates, policy, 0, first, days)
    seconds, infections = [], []
    for seed in range(1, repeats + 1):
        began = time.perf_counter()
        raw = run_once(population.city, rates, policy, seed, first, days)
        seconds.append(time.perf_counter() - began)
        infections.append(len(raw.history.person))
    best = min(range(repeats), key=lambda i: seconds[i] / max(1, infections[i]))
    return {
        "case": case,
        "people": population.people,
        "infections": infections[best],
        "best_s": seconds[best],
        "median_s": statistics.median(seconds),
        "ns_per_infection": seconds[best] / max(1, infections[best]) * 1e9,
        "bytes_per_person": population.nbytes / population.people,
    }
