"""`build_population`: the synthetic door as users call it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..values.errors import PopulationError
from ..values.identity import value_hash
from .city import Population
from .memory import bytes_to_build, check_memory
from .place import Place
from .synthetic import build_city

MOST_PEOPLE = 2**31 - 1
# the one synthetic city of each place and size: whatever builds a population and is told no seed
# takes this one, so that all results are of the same people; seeds of runs are another matter
POPULATION_SEED = 1


def check_seed(seed: int, what: str = "seed") -> int:
    """The seed as a plain integer from 0 to 2^63 - 1, or one clear error."""
    if (
        isinstance(seed, bool)
        or not isinstance(seed, int | np.integer)
        or not 0 <= int(seed) < 2**63
    ):
        raise PopulationError(f"{what} must be a whole number from 0 to 2^63 - 1; got {seed!r}")
    return int(seed)


def build_population(
    parameters: Place, people: int | None = None, seed: int = POPULATION_SEED
) -> Population:
    """A synthetic city of `people` people (default: the size stated in its parameters), the same
    for the same arguments.

    Raises PopulationError for a size below 2 or beyond 2^31 - 1 or what fits into memory, and for
    what is no place or cannot make a city.
    """
    if not isinstance(parameters, Place):
        raise PopulationError(
            "build_population needs a place: lz.load_population(name or path), or a scenario's "
            f".population; got {parameters!r}"
        )
    size = parameters.people.value if people is None else people
    if (
        isinstance(size, bool)
        or not isinstance(size, int | np.integer)
        or not 2 <= size <= MOST_PEOPLE
    ):
        raise PopulationError(
            f"people must be a whole number from 2 to {MOST_PEOPLE:,}; got {size!r}"
        )
    check_memory(bytes_to_build(int(size)), f"building {int(size):,} people")
    built = build_city(parameters, int(size), check_seed(seed))
    identity = value_hash(parameters)
    return replace(
        built,
        parameter_hash=identity,
        built_from=f"{identity} {int(size)} {seed}",
        place=parameters,
    )


def more_of_the_same(population: Population, people: int) -> Population:
    """The city of so many people of the same place, whatever size and seed this one has; the
    population itself where it was not built of a place."""
    if population.place is None:
        return population
    identity = f"{value_hash(population.place)} {people} {POPULATION_SEED}"
    if population.built_from == identity:
        return population
    return build_population(population.place, people, POPULATION_SEED)
