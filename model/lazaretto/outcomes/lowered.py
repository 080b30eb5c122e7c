"""Scenarios lowered to what kernels take, once for all runs of a scenario on a population: a sweep
makes hundreds of short runs of each."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from typing import NamedTuple

from ..engine.phases import Standing, first_standing
from ..mechanisms.illness.lowering import lower_pathogen
from ..parameters import Scenario
from ..population.city import Population

LOWERED_KEPT = 16


def lower(now: Scenario, population: Population, scale: float) -> Standing:
    """What kernels take of a scenario without a timeline. scale: of the hazard."""
    return first_standing(now, population, lower_pathogen(now.pathogen, population, scale))


class _Lowered(NamedTuple):
    """A scenario as it begins, lowered. It is held, so that nothing else gets its identity."""

    scenario: Scenario
    population: weakref.ref[Population]
    plain: Scenario
    standing: Standing


_lowered: OrderedDict[tuple[int, int, float], _Lowered] = OrderedDict()
_door = threading.Lock()


def lowered(scenario: Scenario, population: Population, scale: float) -> tuple[Scenario, Standing]:
    """(the scenario without its timeline, what kernels take of it): made once for the runs of one
    scenario on one population, since kernels only read it. scale: of the hazard."""
    key = id(scenario), id(population), scale
    with _door:
        known = _lowered.get(key)
        if known is not None and known.population() is population:
            _lowered.move_to_end(key)
            return known.plain, known.standing
    plain = scenario.with_changes([])
    made = _Lowered(scenario, weakref.ref(population), plain, lower(plain, population, scale))
    with _door:
        _lowered[key] = made
        while len(_lowered) > LOWERED_KEPT:
            _lowered.popitem(last=False)
    return made.plain, made.standing
