"""R0, and the hazard scale that gives it.

Definition (model.md, 7.3): start one chain at a time from a random person in the fully susceptible
population without measures; follow generations with only the chain's own saturation; R0 is the
dominant growth factor per generation, estimated as the number of infections in generations 3 and 4
over that in generations 2 and 3, over all chains (from R0 = 5 on: 2 and 3 over 1 and 2, since four
generations would fill a city). Chains use the engine itself. The scale is found by a bracketing
root finder under common seeds.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from ..population.city import Population
from ..world.queue import new_queue
from ..world.state import World
from ..world.stated import Policy, Rates
from .loop import follow
from .parts import Chains, Span, Start
from .room import Sizes, new_history, new_question, new_records, new_scratch, new_tally, sizes_of
from .simulate import NONE

NO_POLICY = Policy()
MANY = 5.0  # infections per case from which chains are shorter and fewer
GENERATIONS, CHAINS = 4, 1000
GENERATIONS_OF_MANY, CHAINS_OF_MANY = 3, 300
MOST_OFFSPRING = 1000
DAYS = 150
PER_DAY = 8
RELATIVE_TOLERANCE = 1e-3
OVERSHOOT, WELL_MEASURED = 1.15, 0.2  # of the wanted R0
EXHAUSTED = (
    0.5  # of all people, infected by the chain of one of them: its later generations find nobody
)
LEAST_SCALE, MOST_SCALE = (
    1e-6,
    20.0,
)  # per day; at 20 a contact of a hundredth of a day is as good as any


class Reproduction(NamedTuple):
    """R0 by the definition above, its part within households and outside, and mean infections by
    generation."""

    r0: float
    household: float
    outside: float
    by_generation: tuple[float, ...]
    scale: float


class ReproductionError(ValueError):
    """No hazard scale gives the wanted reproduction number on this population."""


def follow_chains(
    population: Population,
    rates: Rates,
    generations: int,
    chains: int,
    seed: int = 0,
    policy: Policy = NO_POLICY,
) -> Chains:
    """`chains` chains of infection from random people, each by itself, to so many generations."""
    people, city = population.people, population.city
    rates = rates._replace(waning=False)  # a chain of few generations does not live to see it
    history = new_history(people, policy.active, last_generation=generations)
    records, conduct = new_records(sizes_of(city, policy, DAYS) if policy.active else Sizes())
    sizes, at_home, offspring = (
        np.zeros(n, np.int64) for n in (generations + 1, generations + 1, MOST_OFFSPRING + 1)
    )
    queue, tally = new_queue(DAYS, PER_DAY, 200_000, 4096), new_tally(people, DAYS, 0, 0)
    world = World(city, rates, policy, seed, records, conduct, queue, tally)
    scratch, question = new_scratch(100_000), new_question(city, policy, DAYS)
    found = Chains(chains, sizes, at_home, offspring)
    follow(world, history, scratch, question, Start(1, NONE), Span(0, DAYS, False, 1), found)
    return found


def measure(
    population: Population,
    rates: Rates,
    seed: int = 0,
    many: bool = False,
    policy: Policy = NO_POLICY,
) -> Reproduction:
    """R0 of these rates on this population, or R at the start under a policy. many: by the
    definition for an R0 of 5 and more."""
    generations, chains = (GENERATIONS_OF_MANY, CHAINS_OF_MANY) if many else (GENERATIONS, CHAINS)
    found = follow_chains(population, rates, generations, chains, seed, policy)
    sizes, at_home = found.sizes, found.at_home
    parents = float(sizes[-3] + sizes[-2])
    r0 = float(sizes[-2] + sizes[-1]) / parents if parents else 0.0
    household = float(at_home[-2] + at_home[-1]) / parents if parents else 0.0
    mean = tuple(float(s) / chains for s in sizes)
    return Reproduction(r0, household, r0 - household, mean, rates.scale)


def solve_scale(population: Population, rates: Rates, r0: float, seed: int = 0) -> Reproduction:
    """The scale at which `measure` gives `r0`. Raises ReproductionError where no scale does (too
    few contacts)."""
    if r0 <= 0 or population.city.reach == 0:
        return measure(population, rates._replace(scale=0.0), seed)
    many = r0 >= MANY

    @cache
    def at(log_scale: float) -> Reproduction:
        return measure(population, rates._replace(scale=float(np.exp(log_scale))), seed, many)

    def excess(log_scale: float) -> float:
        return at(log_scale).r0 - r0

    low = high = np.log(LEAST_SCALE)
    step, most = 1.0, 0.0
    while (short := excess(high)) < 0:
        falls, most = r0 + short < most, max(most, r0 + short)
        exhausted = sum(at(high).by_generation) > EXHAUSTED * population.city.reach
        # R0 grows with the scale, at most in proportion: near the goal a step to just beyond it
        # saves the largest chains
        step = (
            min(1.0, np.log(OVERSHOOT * r0 / (r0 + short)))
            if r0 + short > WELL_MEASURED * r0
            else 1.0
        )
        low, high = high, high + step
        if high > np.log(MOST_SCALE) or (
            falls and exhausted
        ):  # more only makes the same people ill sooner
            raise ReproductionError(
                f"R0 = {r0:g} cannot be reached on {population.name!r}: it has "
                "too few people or contacts for four free "
                "generations. Lower R0, take more people, or state hazard_per_day in the pathogen"
            )
    return at(brentq(excess, low, high, xtol=RELATIVE_TOLERANCE))
