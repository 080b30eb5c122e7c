"""The static layer: a weighted graph in compressed rows, the same every day."""

from __future__ import annotations

from .._jit import inlined


@inlined
def degree(city, person):
    """Links of the person (0 where the population has no graph)."""
    if len(city.link) == 0:
        return 0
    return city.link_start[person + 1] - city.link_start[person]


@inlined
def strongest(city, person):
    """The weight of the person's strongest link: candidates are drawn as if all of theirs were so
    strong, and thinned by `link_weight`. No other person's link is in it."""
    return city.link_most[person] if len(city.link_most) > 0 else 1.0
