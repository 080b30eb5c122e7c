"""Free chains of infection: R0, and the hazard scale that gives it (model.md, 7.3; decision 27).

One chain at a time starts from a random person in the fully susceptible population without
measures; it is followed by generation, in the engine itself, and meets only the saturation of its
own households, groups and areas. R0 is the number of infections of generations 3 and 4 over that of
generations 2 and 3, over all chains (from R0 = 5 on: of 2 and 3 over 1 and 2, since four
generations would fill a city). Nothing is cut off in time: chains are followed as long as four
infections one after the other can last.

Chance is lessened by a control variate: what the parents of those generations emit in all (strength
times infectious time) is known in the mean, since it is drawn whoever is infected.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.loop import follow
from ..engine.parts import Chains, Span, Start
from ..engine.room import Sizes, new_history, new_question, new_records, new_scratch, new_tally
from ..engine.room import sizes_of as room_for
from ..engine.simulate import NONE
from ..population.city import Population
from ..world.codes import DURATION_LAW, FIRST_LAW, INFECTIONS, SECOND_LAW, SEVERE, STRENGTH_LAW
from ..world.queue import new_queue
from ..world.state import History, World
from ..world.stated import Policy, Rates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NO_POLICY = Policy()
MANY = 5.0  # infections per case from which chains are a generation shorter
GENERATIONS, GENERATIONS_OF_MANY = 4, 3
MOST_OFFSPRING = 1000
LONGEST = 1.0 - 1e-4  # the quantile of each period up to which chains are followed
PER_DAY, BUCKETS = 8, 4096
EVENTS, LATE_EVENTS, BUCKET_EVENTS = 200_000, 4096, 100_000
SEED_BITS = 20  # chains of one seed
CELLS_LOG2 = 14  # points of integration
SMALLEST_SHARE = 1e-300


class Effort(NamedTuple):
    """When enough chains have been followed: so many, or so many infections in at least `least`
    chains, or ten times as many infections."""

    chains: int
    infections: int
    least: int = 20


PILOT, FULL = Effort(300, 30_000), Effort(4_000, 400_000, 80)


class Reproduction(NamedTuple):
    """R0 by the definition above, its part within households and outside, and mean infections by
    generation; nan and empty where a hazard is stated, since no chain is followed then.

    saturation: the mean share of all people whom the chain of an infection has infected in the end,
    chains weighed by their size: so much of what R0 counts met nobody susceptible, at most.
    """

    r0: float
    household: float
    outside: float
    by_generation: tuple[float, ...]
    scale: float
    standard_error: float = float("nan")
    saturation: float = 0.0


class Followed(NamedTuple):
    """What was found in each chain, and over all of them."""

    sizes: Ints  # (chains, generations + 1) infections
    at_home: Ints  # (generations + 1,) of these, within households, over all chains
    offspring: Ints  # of infections of inner generations: how many have 0, 1, 2, ... infectees
    emitted: Floats  # (chains,) by those of the last generations but one and two


def lasts(rates: Rates) -> float:
    """Days that an infection can last, from infection to the end of infectiousness."""
    first, second, duration = (
        float(quantiles(rates.tables[law], np.array([LONGEST]))[0])
        for law in (FIRST_LAW, SECOND_LAW, DURATION_LAW)
    )
    return max(0.0, first) + max(0.0, second) + max(0.0, duration)


def days_of(rates: Rates, generations: int = GENERATIONS) -> int:
    """Whole days that a chain of so many generations can last."""
    return int(np.ceil(generations * lasts(rates))) + 1


def quantiles(row: Floats, p: Floats) -> Floats:
    """Quantiles from a row of a table, as kernels draw them. row: (ROW,); p: probabilities."""
    n = len(row) // 3
    steps = np.arange(n) / (n - 1)
    at = np.r_[steps / (n - 1), steps[2:-2], 1.0 - (1.0 - steps) / (n - 1)]
    value = np.r_[row[n : 2 * n], row[2 : n - 2], row[2 * n :]]
    found: Floats = np.interp(p, at, value)
    return found


def emission(rates: Rates, infectious: Floats, onset: Floats, end: Floats) -> Floats:
    """Integrated infectiousness at strength 1, in days of symptomatic infectiousness, as
    `course.stage_weights` has it, of many infections. infectious, onset, end: days."""
    if rates.lead > 0.0:
        return end - onset + rates.lead
    lead = np.zeros_like(infectious)
    if not rates.profile_from_start:
        lead = np.maximum(0.0, onset - infectious)
    found: Floats = lead * rates.presymptomatic_weight + end - infectious - lead
    return found


def longest_emission(rates: Rates) -> float:
    """More than the `emission` of any infection."""
    periods = sum(float(rates.tables[law].max()) for law in (SECOND_LAW, DURATION_LAW))
    return periods * max(1.0, rates.presymptomatic_weight) + rates.lead


def mean_emission(rates: Rates) -> float:
    """The mean of strength times `emission` over infections, by integration over the tables."""
    cells = 1 << CELLS_LOG2
    strength = quantiles(rates.tables[STRENGTH_LAW], (np.arange(cells) + 0.5) / cells).mean()
    silent = rates.never_symptomatic * (1.0 - rates.never_symptomatic_weight)
    return float(mean_at_strength_1(rates) * strength * (1.0 - silent))


def mean_at_strength_1(rates: Rates) -> float:
    """The mean of `emission` over infections that nobody dies of."""
    from scipy.stats import qmc

    u = qmc.Sobol(d=3, scramble=True, seed=1).random_base2(CELLS_LOG2)
    laws = (FIRST_LAW, SECOND_LAW, DURATION_LAW)
    first, second, duration = (quantiles(rates.tables[n], u[:, k]) for k, n in enumerate(laws))
    if rates.onset_first:
        infectious, onset = np.maximum(0.0, first + second), first
        end = first + np.maximum(0.0, second) + duration
    else:
        infectious, onset = first, first + second
        end = onset + duration
    return float(emission(rates, infectious, onset, end).mean())


def follow_chains(
    population: Population,
    rates: Rates,
    generations: int,
    effort: Effort = FULL,
    seed: int = 0,
    policy: Policy = NO_POLICY,
) -> Followed:
    """Chains of infection from random people, each by itself, to so many generations."""
    people, city = population.people, population.city
    rates = rates._replace(waning=False)  # a chain of few generations does not live to see it
    days = days_of(rates, generations)
    history = new_history(people, policy.active, last_generation=generations)
    records, conduct = new_records(room_for(city, policy, days) if policy.active else Sizes())
    found = Chains(
        1,
        np.zeros(generations + 1, np.int64),
        np.zeros(generations + 1, np.int64),
        np.zeros(MOST_OFFSPRING + 1, np.int64),
    )
    per_day = max(1, min(PER_DAY, BUCKETS // days))
    queue, tally = new_queue(days, per_day, EVENTS, LATE_EVENTS), new_tally(people, days, 0, 0)
    world = World(city, rates, policy, seed, records, conduct, queue, tally)
    scratch, question = new_scratch(BUCKET_EVENTS), new_question(city, policy, days)
    start, span = Start(1, NONE), Span(0, days, False, 1)
    usual = mean_at_strength_1(rates)
    sizes: list[Ints] = []
    emitted: list[float] = []
    infections = 0
    for chain in range(effort.chains):
        luck = world._replace(seed=(seed << SEED_BITS) + chain)
        follow(luck, history, scratch, question, start, span, found)
        rows = int(history.counted[INFECTIONS])
        sizes.append(np.bincount(history.generation[:rows], minlength=generations + 1))
        emitted.append(_emitted(history, rates, rows, (generations, usual)))
        infections += rows
        enough = infections >= effort.infections and chain + 1 >= effort.least
        if enough or infections >= 10 * effort.infections:
            break
    return Followed(np.array(sizes), found.at_home, found.offspring, np.array(emitted))


def _emitted(history: History, rates: Rates, rows: int, of: tuple[int, float]) -> float:
    """What the infections emit whose infectees R0 counts; those who die of it, which has nothing to
    do with their periods, count with the mean. of: generations, and that mean."""
    generation = history.generation[:rows]
    parent = (generation >= of[0] - 2) & (generation < of[0])
    whole = emission(rates, history.infectious[:rows], history.onset[:rows], history.end[:rows])
    severe = slice(0, int(history.counted[SEVERE]))
    whole[history.severe_row[severe][history.severe_died[severe] < np.inf]] = of[1]
    return float(history.strength[:rows][parent] @ whole[parent])


def measure(
    population: Population,
    rates: Rates,
    seed: int = 0,
    many: bool = False,
    policy: Policy = NO_POLICY,
    effort: Effort = FULL,
) -> Reproduction:
    """R0 of these rates on this population, or R at the start under a policy. many: by the
    definition for an R0 of 5 and more."""
    generations = GENERATIONS_OF_MANY if many else GENERATIONS
    found = follow_chains(population, rates, generations, effort, seed, policy)
    infected = found.sizes[:, -2] + found.sizes[:, -1]
    parents = found.sizes[:, -3] + found.sizes[:, -2]
    r0, error = by_control(infected, parents, found.emitted, mean_emission(rates))
    share = (found.at_home[-2] + found.at_home[-1]) / max(1, infected.sum())
    whole = found.sizes.sum(axis=1)
    return Reproduction(
        r0,
        r0 * float(share),
        r0 * (1.0 - float(share)),
        tuple(float(mean) for mean in found.sizes.mean(axis=0)),
        rates.scale,
        error,
        float((whole @ whole) / whole.sum() / max(1, population.city.reach)),
    )


def by_control(
    infected: Ints, parents: Ints, emitted: Floats, expected: float
) -> tuple[float, float]:
    """(infected per parent, its standard error), with what parents emit as a control variate
    (ratio estimation by clusters: Cochran 1977, Sampling Techniques, ch. 6 and 7).

    infected, parents, emitted: (chains,); expected: what a parent emits in the mean.
    """
    total = parents.sum()
    if not total:
        return 0.0, float("nan")
    ratio, mean = infected.sum() / total, emitted.sum() / total
    left, control = infected - ratio * parents, emitted - mean * parents
    slope = (left @ control) / max(SMALLEST_SHARE, control @ control)
    rest = left - slope * control
    adjusted = max(0.0, float(ratio - slope * (mean - expected)))
    return adjusted if ratio > 0 else 0.0, float(np.sqrt(rest @ rest) / total)
