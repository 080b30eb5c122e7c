"""The matched null of a run: as many days ordered, day by day, to people chosen blind.

What a list adds is what it prevents beyond as many random orders. The null is yoked to the run:
whatever its tracing newly ordered, new quarantines and prolonged ones, is ordered again in another
run of the same people with the same luck, at the same moment and for as many days, to random people
of the same age group and area (or of the whole city) who are free; nobody is traced. So the
person-days newly ordered agree day by day, exactly (`mechanisms.tracing.null`).
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from ..engine.parts import Start
from ..engine.phases import first_standing, next_standing
from ..engine.simulate import advance, begin_run, change_policy, leave
from ..mechanisms.illness.lowering import lower_pathogen
from ..parameters import ParameterError
from ..population.stubs import CHILD_BELOW, ELDERLY_FROM
from ..world.codes import FROM_START, LISTED
from ..world.stated import StandIns
from .linelist import area_of_people
from .run import Run

Scope = Literal["area", "city"]
SCOPES = get_args(Scope)


def matched_null(run: Run, scope: Scope = "area") -> Run:
    """The null of a run with tracing: what its tracing ordered, given to random people.

    scope: "area" draws them from the area of those who were ordered it, so that a list is credited
    with what it adds to knowing where the epidemic is; "city" from everywhere. The policies other
    than tracing are those of the run, on the same days. Raises ParameterError for another scope and
    where tracing ordered nobody anything.
    """
    if scope not in SCOPES:
        raise ParameterError(f"scope: it is one of {', '.join(SCOPES)}; got {scope!r}")
    if not len(run.raw.records.given_time):
        raise ParameterError(
            "the tracing of this run ordered nobody anything, so there is nothing to give to "
            "others: a null needs a level whose instruments quarantine, and cases that are traced"
        )
    return null_of(run, scope)


def null_of(run: Run, scope: Scope) -> Run:
    """As `matched_null`, also of a run whose tracing ordered nothing: then nobody is traced."""
    city, days = run.population.city, run.raw.days
    theirs = stand_ins(run, scope)
    policies = run.policies or ((0, run.scenario.with_changes([])),)
    rates = lower_pathogen(run.scenario.pathogen, run.population, run.reproduction.scale)
    standing = first_standing(policies[0][1], run.population, rates, theirs)
    history = run.raw.history
    first = history.person[history.layer == FROM_START].astype(np.int64)
    begins = Start(0, first)
    under_way = begin_run(city, standing.rates, standing.policy, run.seed, begins, days)
    for day, scenario in policies[1:]:
        advance(under_way, day)
        standing = next_standing(standing, scenario, run.population, day)
        change_policy(under_way, standing.rates, standing.policy)
    advance(under_way, days)
    raw = leave(under_way)
    solved, done = run.reproduction, run.policies
    return Run(run.scenario, run.population, run.seed, raw, solved, scope, done)


def stand_ins(run: Run, scope: Scope) -> StandIns:
    """What the run's tracing newly ordered, in order of time, as the null takes it."""
    r, city = run.raw.records, run.population.city
    order = np.lexsort((r.given_index, r.given_time))
    time, person = r.given_time[order], r.given_person[order]
    pathway = r.given_pathway[order].astype(np.int64)
    by_home = np.array([one == "household" for one in run.plan.instruments], bool)
    whole = np.isin(pathway, LISTED + np.flatnonzero(by_home)) & (r.given_index[order] >= 0)
    prolongs = _prolonged(r.given_order[order])
    return StandIns(
        time=time,
        days=r.given_days[order],
        area=area_of_people(city, person) if scope == "area" else np.full(len(person), -1),
        group=np.digitize(city.age[person], (CHILD_BELOW, ELDERLY_FROM)).astype(np.int64),
        pathway=pathway,
        size=_sizes(whole & (prolongs < 0), time, r.given_index[order]),
        prolongs=prolongs,
        from_row=np.searchsorted(np.floor(time), np.arange(run.raw.days + 1)).astype(np.int64),
    )


def _prolonged(orders: np.ndarray) -> np.ndarray:
    """By row the first row of the same order, where that is another; else -1."""
    _, first, which = np.unique(orders, return_index=True, return_inverse=True)
    begun = first[which.reshape(-1)]
    return np.where(begun == np.arange(len(orders)), -1, begun).astype(np.int64)


def _sizes(whole: np.ndarray, time: np.ndarray, index: np.ndarray) -> np.ndarray:
    """By row how many rows are given together: 1, or of a household list all at its first row and
    0 at the others."""
    size = np.ones(len(time), np.int64)
    first = -1
    for row in range(len(time)):
        again = first >= 0 and whole[row] and whole[row - 1]
        if again and time[row] == time[first] and index[row] == index[first]:
            size[first] += 1
            size[row] = 0
        else:
            first = row if whole[row] else -1
    return size
