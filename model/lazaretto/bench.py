"""`lazaretto bench`: what one infection costs, bare on a stored graph and in the synthetic city.

Bare SEIR: random graph of mean degree 10, R0 2.7 (1 - E exp(-hazard x infectious period) = 0.27), latent gamma of mean 4 d and
shape 2, infectious gamma of mean 7 d and shape 3, 200 days, 50 first infections. Building is not counted.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from typing import Any

from .engine.lowering import lower_pathogen, no_policy
from .engine.simulate import run_once
from .engine.state import Rates
from .outcomes.run import reproduction
from .parameters import Law, Pathogen, Scenario, load_scenario
from .population.build import build_population
from .population.city import Population
from .population.idealised import random_graph

DAYS, FIRST, DEGREE = 200, 50, 10
R0 = 2.7
LATENT, INFECTIOUS = (2.0, 4.0), (3.0, 7.0)


def neutral_law(family: str, mean: float, unit: str = "day", **shapes: float) -> Law:
    """A law for theory and measurements."""
    return Law(
        family=family, mean=mean, parameters=shapes, unit=unit, range=(mean, mean), source="idealised", status="assumption"
    )


def idealised_pathogen(latent: Law, infectious: Law, hazard_per_day: float) -> Pathogen:
    """A pathogen of theory: even infectiousness, everybody alike, the given hazard per contact and day. Severity is left as in
    the ancestral preset and plays no part in transmission."""
    base = load_scenario("moscow-2020").pathogen.model_dump()
    same = {"unit": "ratio", "source": "idealised", "status": "assumption"}
    one = {"value": 1.0, "range": [0.0, 1.0], **same}
    base.update(
        title="idealised",
        hazard_per_day={"value": hazard_per_day, "range": [hazard_per_day] * 2, **same, "unit": "1/day"},
        latent_period=latent.model_dump(),
        presymptomatic_lead=neutral_law("constant", 0.0).model_dump(),
        infectious_period=infectious.model_dump(),
        infectiousness_profile=neutral_law("uniform", 0.5, "fraction").model_dump(),
        presymptomatic_relative_infectiousness=one,
        never_symptomatic_fraction={**one, "value": 0.0, "unit": "fraction"},
        individual_variation_k={**one, "value": 1e9, "range": [1.0, 1e9], "unit": "dimensionless"},
        relative_susceptibility_by_age={**one, "value": [1.0] * 10, "range": [[1.0] * 10, [1.0] * 10]},
        layer_hazard=dict.fromkeys(("household", "group", "community"), one),
    )
    return Pathogen.model_validate(base)


def bare_hazard(transmissibility: float = R0 / DEGREE) -> float:
    """The hazard per day at which a link transmits with that probability, for the gamma infectious period."""
    shape, mean = INFECTIOUS
    return ((1.0 - transmissibility) ** (-1.0 / shape) - 1.0) * shape / mean


def bare_pathogen() -> Pathogen:
    """The pathogen of the bare benchmark."""
    latent, infectious = (neutral_law("gamma", mean, a=shape) for shape, mean in (LATENT, INFECTIOUS))
    return idealised_pathogen(latent, infectious, bare_hazard())


def bare_case(people: int, seed: int = 1) -> tuple[Population, Rates]:
    """The graph and the rates of the bare benchmark."""
    population = random_graph(people, DEGREE, seed)
    pathogen = bare_pathogen()
    return population, lower_pathogen(pathogen, population, bare_hazard())


def measure_all(sizes: list[int], repeats: int) -> dict[str, Any]:
    """All cases and sizes: best and median seconds of `repeats` runs after one that is not counted."""
    load = os.getloadavg()
    lines = []
    for people in sizes:
        population, rates = bare_case(people)
        lines.append(_measure("bare, random graph", population, rates, DAYS, repeats))
    scenario: Scenario = load_scenario("moscow-2020")
    for people in sizes:
        began = time.perf_counter()
        population = build_population(scenario.population, people, 1)
        built = time.perf_counter() - began
        solved = reproduction(scenario.pathogen, population)
        rates = lower_pathogen(scenario.pathogen, population, solved.scale)
        lines.append(_measure("city, no measures", population, rates, int(scenario.days.value), repeats) | {"build_s": built})
    return {
        "lines": lines,
        "load_before": [round(x, 2) for x in load],
        "load_after": [round(x, 2) for x in os.getloadavg()],
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
    }


def _measure(case: str, population: Population, rates: Rates, days: int, repeats: int) -> dict[str, Any]:
    policy = no_policy(days)
    run_once(population.city, rates, policy, 0, FIRST, days)
    seconds, infections = [], []
    for seed in range(1, repeats + 1):
        began = time.perf_counter()
        raw = run_once(population.city, rates, policy, seed, FIRST, days)
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
