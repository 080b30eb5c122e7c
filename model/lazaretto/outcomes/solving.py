"""The hazard scale that gives an R0: a search with few chains, then steps with many.

R0 grows with the scale, at most in proportion to it, so that a step by the ratio of the wanted R0
to that found never goes too far while chains are small.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..contacts.group import SCHOOL_DAYS
from ..population.city import City, Population
from ..world.codes import COMMUNITY, GROUP, HOUSEHOLD, STATIC, TEMPORAL
from ..world.stated import Rates
from .free_chains import FULL, MANY, PILOT, Effort, Reproduction, mean_emission, measure

Pilot = Callable[[float], Reproduction]

LARGEST_STEP = math.log(8.0)
# In log R0: how near pilots come, and from where the rest is a step without chains. Growth is known
# to a fifth, so that the step is exact to three in a thousand
NEAR, CLOSE = 0.02, 0.015
USUAL_GROWTH, LEAST_GROWTH = 0.8, 0.1  # of log R0 with log scale
PILOTS, STEPS = 14, 6
NARROW = 1e-3  # a bracket of log scales
UNKNOWN = 10.0  # log R0 is short by more where nobody was infected
INSIDE = 0.1  # of a bracket, at least so far from its ends
# of all people, infected by the chain of one of them: its later generations find nobody
EXHAUSTED = 0.5
CERTAIN = 10.0  # the hazard of a mean contact with which it is as good as certain to infect
# times the scale that would do if every attempt met somebody free: beyond it chains only try the
# same people over and over, for minutes
WIDEST = 1000.0
WEEK = 7


class ReproductionError(ValueError):
    """No hazard scale gives the wanted reproduction number on this population."""


def solve_scale(population: Population, rates: Rates, r0: float, seed: int = 0) -> Reproduction:
    """The scale at which `measure` gives `r0`. Raises ReproductionError where no scale does (too
    few contacts)."""
    emitted = mean_emission(rates)
    each = emitted * contact_hazard(population.city, rates)
    if r0 <= 0 or population.city.reach == 0 or each <= 0:
        return measure(population, rates._replace(scale=0.0), seed)
    many = r0 >= MANY

    def at(log_scale: float, effort: Effort) -> Reproduction:
        now = rates._replace(scale=math.exp(log_scale))
        return measure(population, now, seed, many, effort=effort)

    begin = r0 / each
    most = min(CERTAIN / least_contact(population.city, rates, emitted), WIDEST * begin)
    ends = math.log(min(begin, most)), math.log(most)
    where, growth = _search(population, lambda x: at(x, PILOT), ends, r0)
    for _ in range(STEPS):
        found = at(where, FULL)
        short = _short(r0, found)
        if abs(short) <= CLOSE:
            return _moved(found, r0, math.exp(where + short / growth))
        where += max(-LARGEST_STEP, min(LARGEST_STEP, short / growth))
    raise _refusal(population, r0)


def _moved(found: Reproduction, r0: float, scale: float) -> Reproduction:
    """What was found, at a scale that differs so little that R0 follows from how it grows."""
    by = r0 / found.r0
    return found._replace(
        r0=r0, household=found.household * by, outside=found.outside * by, scale=scale
    )


def contact_hazard(city: City, rates: Rates) -> float:
    """The mean hazard that a person meets with on a day, at scale 1, from everybody."""
    people, each = city.people, rates.hazard
    homes, sites = np.diff(city.household_start), np.diff(city.group_start)
    rounds = float(city.group_mean_meetings @ sites) * SCHOOL_DAYS / WEEK
    return float(
        each[HOUSEHOLD] * (homes @ np.maximum(0, homes - 1))
        + each[GROUP] * rounds * city.minutes_mean[GROUP]
        + each[COMMUNITY] * city.stubs.sum(dtype=np.int64) * city.minutes_mean[COMMUNITY]
        + each[STATIC] * _of_links(city)
        + each[TEMPORAL] * _minutes_of(city).sum() / city.loop_days
    ) / max(1, people)


def least_contact(city: City, rates: Rates, emitted: float) -> float:
    """The hazard, at scale 1, of a mean contact of the layer in which that is least: of links and
    at home over an infection, else on one day. emitted: by an infection in all."""
    each, day = rates.hazard, min(1.0, emitted)
    found = []
    if len(city.household_start) > 1:
        found.append(each[HOUSEHOLD] * emitted)
    if len(city.group_member):
        found.append(each[GROUP] * city.minutes_mean[GROUP] * day)
    if city.stubs.any():
        found.append(each[COMMUNITY] * city.minutes_mean[COMMUNITY] * day)
    if len(city.link):
        found.append(each[STATIC] * _of_links(city) / len(city.link) * emitted)
    if len(city.contact):
        found.append(each[TEMPORAL] * _minutes_of(city).mean() * day)
    return float(min(one for one in found if one > 0.0))


def _of_links(city: City) -> float:
    """The weights of all links, each from both sides."""
    if not len(city.link_weight):
        return float(len(city.link))
    most = np.repeat(city.link_most, np.diff(city.link_start))
    return float(city.link_weight.astype(np.float64) @ most)


def _minutes_of(city: City) -> NDArray[np.float64]:
    """Minutes of each contact, times the hazard of its kind."""
    minutes = city.contact_minutes.astype(np.float64)
    return minutes * city.contact_weight if len(city.contact_weight) else minutes


def _short(r0: float, found: Reproduction) -> float:
    return math.log(r0 / max(found.r0, 1e-6 * r0))


def _search(
    population: Population, at: Pilot, ends: tuple[float, float], r0: float
) -> tuple[float, float]:
    """(log scale near the goal, growth of log R0 with it), by few chains. ends: log scale to begin
    with, and the largest. Raises ReproductionError where R0 is not reached."""
    where, most = ends
    low: list[tuple[float, float]] = []  # log scale, how much log R0 is short there
    high: list[tuple[float, float]] = []
    largest, growth = 0.0, USUAL_GROWTH
    for _ in range(PILOTS):
        found = at(where)
        short = _short(r0, found)
        (low if short > 0 else high).append((where, short))
        tried = (low[-1:] + high[-1:]) if low and high else (low or high)[-2:]
        if len(tried) == 2 and max(abs(one[1]) for one in tried) < UNKNOWN:
            slope = (tried[0][1] - tried[1][1]) / (tried[1][0] - tried[0][0])
            growth = min(1.0, max(LEAST_GROWTH, slope))
        if abs(short) <= NEAR:
            return where, growth
        # more would only make the same people ill sooner
        exhausted = sum(found.by_generation) > EXHAUSTED * population.city.reach
        if short > 0 and (where >= most or (exhausted and found.r0 < largest)):
            raise _refusal(population, r0)
        largest = max(largest, found.r0)
        if low and high:
            width = high[-1][0] - low[-1][0]
            if width < NARROW:
                return where, growth
            share = low[-1][1] / (low[-1][1] - high[-1][1])
            where = low[-1][0] + min(1.0 - INSIDE, max(INSIDE, share)) * width
        else:
            step = max(-LARGEST_STEP, min(LARGEST_STEP, short / growth))
            where = min(most, where + step)
    if not high:
        raise _refusal(population, r0)
    return where, growth


def _refusal(population: Population, r0: float) -> ReproductionError:
    return ReproductionError(
        f"R0 = {r0:g} cannot be reached on {population.name!r}: its people, or those whom "
        "each of them meets, are too few for free generations, however large the hazard. Lower "
        "R0, take more people, or state hazard_per_day in the pathogen"
    )
