"""The static layer: a weighted graph in compressed rows, the same every day."""

from __future__ import annotations

from .._jit import inlined


@inlined
def degree(city, person):
    """Links of the person (0 where the population has no graph)."""
    if len(city.link) == 0:
        return 0
    return city.link_start[person + 1] - city.link_start[person]
