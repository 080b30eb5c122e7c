"""Graphs on which nobody is met twice: the engine as a branching process, without depletion.

Links lead one way, from a possible infector to whom it can infect, so that a list holds those only.
`first_of` gives the moment of a candidate transmission such that the *first* one over a link
follows a wanted law, as published models by generation state it: a link of total hazard -log(1 - T)
transmits with probability T, and a candidate falls by t with probability log(1 - T F(t)) / log(1 -
T).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...population.city import Population, bare_city, reach_of

Floats = NDArray[np.float64]
POINTS = 4097
SMALLEST = 1e-9
SURE = 1 - 1e-5  # the largest probability of a link that `first_of` serves


def directed(start: NDArray[np.integer], link: NDArray[np.integer], name: str) -> Population:
    """A population with one-way links: those of person i lead to link[start[i]:start[i + 1]], start
    of length people + 1."""
    city = bare_city(len(start) - 1)._replace(
        link_start=np.asarray(start, np.int64), link=np.asarray(link, np.int32)
    )
    return Population(city=city._replace(reach=reach_of(city)), name=name, seed=0)


def forest(roots: int, branching: int, generations: int) -> Population:
    """`roots` trees in which everybody of the first `generations` generations leads to `branching`
    others. The roots are the first people, then their children in order, and so on."""
    levels = [roots * branching**g for g in range(generations + 1)]
    people = sum(levels)
    if people > 2**31 - 1:
        raise ValueError(
            f"{roots:,} trees of {generations} generations hold {people:,} people; take fewer"
        )
    inner = people - levels[-1]
    start = np.concatenate(
        [np.arange(inner + 1) * branching, np.full(levels[-1], inner * branching)]
    )
    return directed(start, np.arange(roots, people), f"{roots:,} trees")


def stars(links: NDArray[np.integer]) -> Population:
    """One root for each entry of links ((roots,)), leading to so many people of its own. Roots
    first."""
    roots = len(links)
    people = roots + int(links.sum())
    start = np.concatenate([[0], np.cumsum(links), np.full(people - roots, links.sum())])
    return directed(start, np.arange(roots, people), f"{roots:,} stars")


def random_targets(links: NDArray[np.integer], seed: int) -> Population:
    """Everybody leads to so many random people ((people,) links): a branching process while few
    have been infected."""
    target = np.random.default_rng(seed).integers(0, len(links), int(links.sum()))
    return directed(np.concatenate([[0], np.cumsum(links)]), target, "random one-way graph")


def first_of(quantile: Callable[[Floats], Floats], transmits: float) -> Floats:
    """(POINTS,) equally spaced quantiles, from p = 0 to 1, of candidate moments whose first one on
    a link that transmits with probability `transmits` has the given quantile function."""
    if not 0 < transmits <= SURE:
        raise ValueError(
            f"the probability of a link must lie above 0 and at most {SURE}; got {transmits}"
        )
    p = np.linspace(0, 1, POINTS)
    first = -np.expm1(np.log1p(-transmits) * p) / transmits
    return np.asarray(quantile(np.clip(first, SMALLEST, 1 - SMALLEST)), float)


def with_listed(population: Population, probability: float, seed: int) -> Population:
    """The same people with a phone list of their own: each link stands on it with that probability,
    so that the instrument call-list traces forwards only, and whether a contact is traced is
    settled beforehand."""
    city = population.city
    kept = np.random.default_rng(seed).random(len(city.link)) < probability
    ends = np.concatenate([[0], np.cumsum(kept)])[city.link_start]
    return replace(
        population,
        city=city._replace(call_start=ends.astype(np.int64), call=city.link[kept]),
        built_from="",
    )


def homes(number: int, size: int) -> Population:
    """So many households of one size, in the household layer; nobody meets anybody else. Home i
    holds the people i x size and following."""
    city = bare_city(number * size)
    city.household[:] = np.repeat(np.arange(number, dtype=np.int32), size)
    city = city._replace(household_start=(np.arange(number + 1) * size).astype(np.int32))
    return Population(
        city=city._replace(reach=reach_of(city)), name=f"{number:,} homes of {size}", seed=0
    )
