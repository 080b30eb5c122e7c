"""A population at a glance."""

from __future__ import annotations

from typing import Any

from ..values.summary import Summary
from .city import Population


def population_summary(population: Population) -> Summary:
    """How many people, households, groups, areas and contacts a population has."""
    city: Any = population.city
    counts = {
        "people": city.people,
        "households": len(city.household_start) - 1,
        "classes and teams": len(city.group_start) - 1,
        "areas": len(city.area_start) - 1,
        "stored links": len(city.link) // 2,
        "contacts with a time": len(city.contact) // 2,
    }
    rows = [(what, f"{count:,}") for what, count in counts.items() if count > 0]
    rows += [("", note) for note in population.notes]
    size = f"{population.nbytes / 1e6:,.1f} MB"
    return Summary(
        f"Population {population.name!r}, seed {population.seed}", (*rows, ("memory", size))
    )
