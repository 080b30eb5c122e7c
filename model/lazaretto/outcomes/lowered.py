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
from ..parameters.timeline import Change
from ..population.city import Population
from .checks import check_effort, check_nearness

LOWERED_KEPT, CHANGED_KEPT = 16, 64


def lower(now: Scenario, population: Population, scale: float) -> Standing:
    """What kernels take of a scenario without a timeline. scale: of the hazard."""
    made = first_standing(now, population, lower_pathogen(now.pathogen, population, scale))
    check_nearness(made.policy)
    return made


class _Lowered(NamedTuple):
    """A scenario as it begins, lowered. It is held, so that nothing else gets its identity."""

    scenario: Scenario
    population: weakref.ref[Population]
    plain: Scenario
    standing: Standing


_lowered: OrderedDict[tuple[int, int, float], _Lowered] = OrderedDict()
# by identity, with what has it, so that nothing else gets it: a scenario and a change (None:
# without any), and the scenario that these make
_changed: OrderedDict[tuple[int, int], tuple[Scenario, Change | None, Scenario]] = OrderedDict()
_door = threading.Lock()


def plain_of(scenario: Scenario) -> Scenario:
    """The scenario without its timeline, made once for all of its runs."""
    return changed(scenario, None)


def changed(scenario: Scenario, change: Change | None) -> Scenario:
    """The scenario with a change of its timeline on top (None: without its timeline), made once for
    all of its runs. Raises ParameterError."""
    key = id(scenario), id(change)
    with _door:
        known = _changed.get(key)
        if known is not None:
            _changed.move_to_end(key)
            return known[2]
    if change is None:
        made = scenario.with_changes([])
    else:
        made = scenario.with_settings(change.settings()).with_names(change.names)
    with _door:
        _changed[key] = scenario, change, made
        while len(_changed) > CHANGED_KEPT:
            _changed.popitem(last=False)
    return made


def lowered(scenario: Scenario, population: Population, scale: float) -> tuple[Scenario, Standing]:
    """(the scenario without its timeline, what kernels take of it): made once for the runs of one
    scenario on one population, since kernels only read it. scale: of the hazard. Raises
    ParameterError where a run would take for ever."""
    key = id(scenario), id(population), scale
    with _door:
        known = _lowered.get(key)
        if known is not None and known.population() is population:
            _lowered.move_to_end(key)
            return known.plain, known.standing
    check_effort(scenario, population)
    plain = plain_of(scenario)
    made = _Lowered(scenario, weakref.ref(population), plain, lower(plain, population, scale))
    with _door:
        _lowered[key] = made
        while len(_lowered) > LOWERED_KEPT:
            _lowered.popitem(last=False)
    return made.plain, made.standing
