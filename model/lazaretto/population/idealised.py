"""Idealised populations: theory is tested here and peers are compared here.

All are graphs in the static layer, built from keyed draws, so the same seed gives the same graph.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .._jit import builder
from ..chance.philox import draw
from ..chance.streams import EDGE, SHUFFLE
from .city import Population, bare_city, reach_of
from .errors import PopulationError as PopulationError


def _check_people(people: int, least: int = 1) -> int:
    if not isinstance(people, int | np.integer) or isinstance(people, bool) or people < least:
        raise PopulationError(f"people must be a whole number of at least {least}; got {people!r}")
    if people > 2**31 - 1:
        raise PopulationError(f"people must be below 2^31 = 2,147,483,648; got {people:,}")
    return int(people)


def from_pairs(
    people: int, one: NDArray[np.integer], other: NDArray[np.integer], name: str, seed: int = 0
) -> Population:
    """A population whose static layer holds the undirected links (one[i], other[i]), in compressed
    rows.

    people: number of people; one, other: (links,) person numbers in [0, people). Links are taken as
    they are (no check for doubles); a link of a person with itself is dropped.
    """
    keep = np.asarray(one) != np.asarray(other)
    start, link = _compress(
        people, np.asarray(one, np.int32)[keep], np.asarray(other, np.int32)[keep]
    )
    city = bare_city(people)._replace(link_start=start, link=link)
    return Population(city=city._replace(reach=reach_of(city)), name=name, seed=seed)


@builder
def _compress(people, one, other):
    """Links in both directions, by person: (start (people + 1,), partner (2 links,))."""
    start = np.zeros(people + 1, np.int64)
    for i in range(len(one)):
        start[one[i] + 1] += 1
        start[other[i] + 1] += 1
    for p in range(people):
        start[p + 1] += start[p]
    at = start[:people].copy()
    link = np.empty(2 * len(one), np.int32)
    for i in range(len(one)):
        link[at[one[i]]] = other[i]
        at[one[i]] += 1
        link[at[other[i]]] = one[i]
        at[other[i]] += 1
    return start, link


@builder
def _random_pairs(seed, people, links):
    """(one, other), each (links,): random people."""
    one = np.empty(links, np.int32)
    other = np.empty(links, np.int32)
    for i in range(links):
        w = draw(seed, EDGE, i & 0xFFFFFFFF, i >> 32, 0)
        one[i] = (w[0] * people) >> 32
        other[i] = (w[1] * people) >> 32
    return one, other


def random_graph(people: int, mean_degree: float = 10.0, seed: int = 1) -> Population:
    """An Erdős–Rényi multigraph: people * mean_degree / 2 links between random pairs, so degrees
    are Poisson in the limit."""
    people = _check_people(people, 2)
    if not 0 <= mean_degree < people:
        raise PopulationError(
            f"mean_degree must lie between 0 and the number of people; got {mean_degree!r}"
        )
    one, other = _random_pairs(seed, people, round(people * mean_degree / 2))
    return from_pairs(people, one, other, f"random graph, mean degree {mean_degree:g}", seed)


def configuration(degrees: NDArray[np.integer], seed: int = 1) -> Population:
    """A configuration model: stubs of the given degrees ((people,) non-negative integers) paired at
    random; an odd stub is left over."""
    degrees = np.asarray(degrees)
    if (
        degrees.ndim != 1
        or len(degrees) < 1
        or not np.issubdtype(degrees.dtype, np.integer)
        or degrees.min() < 0
    ):
        raise PopulationError(
            "degrees must be a one-dimensional array of non-negative whole numbers"
        )
    stubs = np.repeat(np.arange(len(degrees), dtype=np.int32), degrees)
    shuffled = stubs[np.argsort(_shuffle_keys(seed, len(stubs)), kind="stable")]
    half = len(shuffled) // 2
    return from_pairs(
        len(degrees), shuffled[:half], shuffled[half : 2 * half], "configuration model", seed
    )


@builder
def _shuffle_keys(seed, n):
    """(n,) random words, whose order shuffles."""
    keys = np.empty(n, np.int64)
    for i in range(n):
        w = draw(seed, SHUFFLE, i & 0xFFFFFFFF, 0, i >> 32)
        keys[i] = (w[0] << 31) | (w[1] >> 1)
    return keys


def complete(people: int) -> Population:
    """Everybody is linked with everybody (at most 5,000 people: the links are stored)."""
    people = _check_people(people)
    if people > 5000:
        raise PopulationError(
            f"complete() stores all links; at most 5,000 people, got {people:,}. "
            "Use random_graph with a large degree"
        )
    one, other = np.triu_indices(people, 1)
    return from_pairs(people, one, other, "complete graph")


def path(people: int) -> Population:
    """A path 0 - 1 - 2 - ... : each person is linked with the next."""
    people = _check_people(people)
    return from_pairs(people, np.arange(people - 1), np.arange(1, people), "path")


def star(people: int) -> Population:
    """A star: person 0 is linked with all others."""
    people = _check_people(people)
    return from_pairs(people, np.zeros(people - 1, np.int64), np.arange(1, people), "star")


def tree(people: int, branching: int = 2) -> Population:
    """A rooted tree: person i > 0 is linked with its parent (i - 1) // branching."""
    people = _check_people(people)
    if branching < 1:
        raise PopulationError(f"branching must be at least 1; got {branching!r}")
    child = np.arange(1, people)
    return from_pairs(people, (child - 1) // branching, child, "tree")
