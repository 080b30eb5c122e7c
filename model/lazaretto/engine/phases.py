"""A run whose policy changes: what kernels are given from a day on.

Each policy is lowered by itself; here it is put on top of those before it. Instruments and measures
keep the row where they stood first, so that records, events and counters that name them go on to
mean the same. An instrument that is no longer used delivers the lists that are under way, as it
last was. A measure that is lifted stays, closed, for questions about past days. Orders keep the
terms under which they were given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..instruments.lowering import EVERY
from ..mechanisms.illness.lowering import in_scenario
from ..mechanisms.immunity.lowering import lower_immunity
from ..mechanisms.region.statement import Measure
from ..parameters import Scenario
from ..population.city import Population
from ..values.dated import Dated, carry_over
from ..world.codes import LAWS, PATHOGEN_LAWS
from ..world.stated import NO_STAND_INS, Policy, Rates, StandIns
from .lowering import lower_policy, policy_laws

# the fields of Policy with a row per instrument, and those with a row per measure
BY_INSTRUMENT = (*EVERY, "most_seen", "most_called", "near_slots", "instruction")
BY_MEASURE = (*(n for n in Policy._fields if n.startswith("measure_")), "compliance", "pass_fine")
LAWS_EACH = 2  # of an instrument: its delay, and how long people only near are there


class Phase(NamedTuple):
    """Days of a run under one policy, from `first` until before `last`."""

    first: int
    last: int
    scenario: Scenario


class Plan(NamedTuple):
    """The policies of a run, day by day, as what it leaves behind is read: rows of instruments and
    measures in the order in which they first came."""

    phases: tuple[Phase, ...]
    instruments: tuple[str, ...]
    measures: tuple[Measure, ...]
    campaigns: tuple[Dated, ...]


def plan_of(policies: Sequence[tuple[int, Scenario]], days: int) -> Plan:
    """The plan of scenarios by the day from which each held, the first from day 0."""
    firsts = [day for day, _ in policies]
    phases = tuple(
        Phase(first, last, scenario)
        for (first, scenario), last in zip(policies, [*firsts[1:], days], strict=True)
    )
    instruments = dict.fromkeys(i.type for _, s in policies for i in s.tracing.instruments)
    measures: tuple[Dated, ...] = ()
    campaigns: tuple[Dated, ...] = ()
    for day, scenario in policies:
        measures = carry_over(measures, scenario.region.measures, day)[0]
        campaigns = carry_over(campaigns, scenario.immunity.campaigns, day)[0]
    return Plan(phases, tuple(instruments), tuple(d.stated for d in measures), campaigns)


class Standing(NamedTuple):
    """The policy of a day on top of those before it, as kernels take it."""

    rates: Rates
    policy: Policy
    instruments: tuple[str, ...]  # by row
    measures: tuple[Dated, ...]  # by row
    campaigns: tuple[Dated, ...]  # by row


def first_standing(
    scenario: Scenario, population: Population, rates: Rates, theirs: StandIns = NO_STAND_INS
) -> Standing:
    """The policy at the beginning of a run. rates: of the pathogen alone; theirs: what another
    run's tracing ordered, in place of tracing."""
    policy = in_place_of_tracing(lower_policy(scenario, population), theirs)
    laws = policy_laws(scenario)
    tables = np.vstack([rates.tables[: len(PATHOGEN_LAWS)], *laws])
    campaigns = carry_over((), scenario.immunity.campaigns, 0)[0]
    days = int(scenario.days.value)
    immune = lower_immunity(scenario.immunity, campaigns, population.city, days)
    return Standing(
        in_scenario(rates._replace(tables=tables, immune=immune), scenario),
        policy,
        tuple(i.type for i in scenario.tracing.instruments),
        carry_over((), scenario.region.measures, 0)[0],
        campaigns,
    )


def in_place_of_tracing(policy: Policy, theirs: StandIns) -> Policy:
    """The policy with what another run's tracing ordered instead of tracing; as it is where that is
    nothing."""
    if len(theirs.from_row) == 1:
        return policy
    return policy._replace(stand_ins=theirs, in_use=np.zeros_like(policy.in_use))


def next_standing(
    before: Standing, scenario: Scenario, population: Population, day: int
) -> Standing:
    """The policy of the scenario from that day on, on top of what stood before."""
    now = lower_policy(scenario, population)
    stated = scenario.tracing.instruments
    types = tuple(instrument.type for instrument in stated)
    instruments = tuple(dict.fromkeys((*before.instruments, *types)))
    ahead = {name: types.index(name) for name in types}
    behind = {name: before.instruments.index(name) for name in before.instruments}
    columns: dict[str, Any] = {}
    for field in BY_INSTRUMENT:
        new, old = getattr(now, field), getattr(before.policy, field)
        rows = [new[ahead[n]] if n in ahead else old[behind[n]] for n in instruments]
        columns[field] = np.array(rows, new.dtype).reshape(len(rows), *new.shape[1:])
    was_used = [n in behind and before.policy.in_use[behind[n]] for n in instruments]
    columns["in_use"] = np.array([n in ahead for n in instruments], bool)
    records_all = {i.type for i in stated if i.collects != "cases"}
    columns["since"] = np.array(
        [
            day if n in records_all and not used else before.policy.since[behind[n]] if used else 0
            for n, used in zip(instruments, was_used, strict=True)
        ],
        np.float64,
    )
    measures, rows = carry_over(before.measures, scenario.region.measures, day)
    of_measures = _measure_fields(before.policy, now, measures, rows)
    terms, term = _row_of(before.policy.terms, now.terms[0])
    app, app_from = before.policy.app, before.policy.app_from
    if not np.array_equal(app[-1], now.app[0]):
        app, app_from = np.vstack([app, now.app]), np.append(app_from, float(day))
    bounds = before.policy.home_bounds
    policy = now._replace(
        **columns,
        **of_measures,
        terms=terms,
        term=term,
        app=app,
        app_from=app_from,
        home_bounds=np.append(bounds, now.home_bounds[now.home_bounds > bounds[-1]]),
    )
    policy = in_place_of_tracing(policy, before.policy.stand_ins)
    rates = _rates(before, scenario, instruments)
    campaigns = carry_over(before.campaigns, scenario.immunity.campaigns, day)[0]
    immune = rates.immune
    if campaigns != before.campaigns:
        days = int(scenario.days.value)
        immune = lower_immunity(scenario.immunity, campaigns, population.city, days)
    return Standing(rates._replace(immune=immune), policy, instruments, measures, campaigns)


def _rates(before: Standing, scenario: Scenario, instruments: tuple[str, ...]) -> Rates:
    """The rates with the policy's quantile tables and importations."""
    laws = policy_laws(scenario)
    ahead = {one.type: at for at, one in enumerate(scenario.tracing.instruments)}
    of_policy = len(LAWS) - len(PATHOGEN_LAWS)
    rows = [before.rates.tables[: len(PATHOGEN_LAWS)], *laws[:of_policy]]
    for at, name in enumerate(instruments):
        if name in ahead:
            first = of_policy + LAWS_EACH * ahead[name]
            rows += laws[first : first + LAWS_EACH]
        else:
            first = len(LAWS) + LAWS_EACH * at
            rows.append(before.rates.tables[first : first + LAWS_EACH])
    imports = scenario.importations_per_day
    return before.rates._replace(
        tables=np.vstack(rows), imports_per_day=float(imports.value) if imports is not None else 0.0
    )


def _measure_fields(
    before: Policy, now: Policy, measures: tuple[Dated, ...], new: list[int]
) -> dict[str, Any]:
    """The fields of Policy by measure. new: which of those of `now` have new rows."""
    fields = {
        name: np.concatenate([getattr(before, name), getattr(now, name)[new]])
        for name in BY_MEASURE
    }
    fields["measure_start"] = np.maximum(
        fields["measure_start"], [dated.first for dated in measures]
    )
    fields["measure_end"] = np.minimum(fields["measure_end"], [dated.last for dated in measures])
    return fields


def _row_of(table: NDArray[np.float64], row: NDArray[np.float64]) -> tuple[Any, int]:
    """(the table with that row in it, where it is)."""
    same = np.flatnonzero((table == row).all(axis=1))
    if len(same):
        return table, int(same[0])
    return np.vstack([table, row]), len(table)
