"""Data governance: every source of records, what it collects on each day, and what of that is
opened.

A record is counted once, where it is collected and where it is opened, so no more can be opened
than were collected: of bulk records those of a day, for as many people as stood on lists whose
look-back covers it and at most for all of whom they were collected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...population.city import Population
from ...values.governance import Collection
from ...world.state import Raw
from ..counters import D_LISTED, PASS_FINES
from ..isolation.lowering import reach
from ..region.statement import Measure
from ..region.stringency import stringency
from .appeals import decisions
from .holdings import Ends, Holding, holdings_of

Floats = NDArray[np.float64]
RULES = [name for name in Collection.model_fields if name != "records_per_person_day"]
EVERYONE = "everyone-with-phone"  # what an instrument states of whom it collects records


class Source(NamedTuple):
    """A source of records under one set of rules: records collected, and records opened, by day;
    bodies that receive names; and who holds what."""

    name: str
    collected: Floats  # (days,)
    opened: Floats  # (days,) by the day on which they are opened
    bodies: int
    holdings: tuple[Holding, ...]


class Flow(NamedTuple):
    """What one policy collects and opens by one source, before it is known who keeps it."""

    name: str
    stated: Collection
    collected: Floats
    opened: Floats
    is_bulk: bool


def emergency_end(raw: Raw, measures: Sequence[Measure]) -> float:
    """The day after the last one of the run on which an order or a closing measure was in force; 0
    where there never was any."""
    r = raw.records
    last = float(np.minimum(r.order_until, raw.days).max(initial=0.0))
    closing = stringency(measures, r.in_force) if len(r.in_force) else np.zeros(raw.days)
    days = np.flatnonzero(closing > 0)
    return float(np.ceil(max(last, days[-1] + 1 if len(days) else 0)))


def ends_of(plan: Any, raw: Raw, seed: int) -> Ends:
    """When the emergency and the court cases are over. plan: `engine.phases.Plan`."""
    emergency = emergency_end(raw, plan.measures)
    return Ends(emergency, float(np.ceil(decisions(plan, raw, seed).max(initial=emergency))))


def record_sources(
    plan: Any, population: Population, raw: Raw, seed: int, watched: Floats
) -> list[Source]:
    """Every instrument, monitor and pass with the records that it collects and opens, on the days
    on which the policy has it. plan: `engine.phases.Plan`; watched: (3, days) person-days
    at home under an order by device."""
    ends = ends_of(plan, raw, seed)
    found: list[Flow] = []
    for flow in _flows(plan, population, raw, watched):
        same = next((i for i, f in enumerate(found) if _by_the_same_rules(f, flow)), None)
        if same is None:
            found.append(flow)
        else:
            found[same] = found[same]._replace(
                collected=found[same].collected + flow.collected,
                opened=found[same].opened + flow.opened,
            )
    return [
        Source(f.name, f.collected, f.opened, f.stated.bodies, tuple(holdings_of(*f, ends)))
        for f in found
    ]


def _by_the_same_rules(one: Flow, other: Flow) -> bool:
    return (one.name, one.is_bulk) == (other.name, other.is_bulk) and all(
        getattr(one.stated, rule) == getattr(other.stated, rule) for rule in RULES
    )


def _flows(plan: Any, population: Population, raw: Raw, watched: Floats) -> Iterator[Flow]:
    """What each policy collects and opens by each of its sources."""
    for row, name in enumerate(plan.instruments):
        yield from _of_instrument(plan, population, raw, row, name)
    day = np.arange(raw.days)
    for phase in plan.phases:
        here = (day >= phase.first) & (day < phase.last)
        monitors = phase.scenario.isolation.monitoring
        for monitor, devices in zip(monitors, reach(monitors), strict=True):
            seen = watched[devices].sum(axis=0)
            daily = seen * here * float(monitor.records_per_person_day.value)
            yield Flow(f"monitoring: {monitor.type}", monitor, daily, daily, False)
        measures = phase.scenario.region.measures
        passing = [m for m, one in enumerate(plan.measures) if one.passes and one in measures]
        if not passing:
            continue
        in_force = raw.records.in_force[passing] * here
        expected = in_force * [[_fines_expected(plan.measures[m])] for m in passing]
        for m, force, own in zip(passing, in_force, expected, strict=True):
            passes = plan.measures[m].passes
            rate = float(passes.records_per_person_day.value) * population.people
            # the counter is of all measures with passes; each fine is for one missing entry
            share = np.divide(own, expected.sum(axis=0), out=np.zeros_like(own), where=own > 0)
            fines = raw.tally.daily[PASS_FINES] * share
            yield Flow("passes", passes, force * rate, np.minimum(fines, force * rate), True)


def _fines_expected(measure: Any) -> float:
    """Fines per person and day for missing passes, right and wrong."""
    complies, passes = float(measure.compliance.value), measure.passes
    right, wrong = passes.fine_per_person_day.value, passes.wrong_fine_per_person_day.value
    return float((1.0 - complies) * right + complies * wrong)


def _of_instrument(
    plan: Any, population: Population, raw: Raw, row: int, name: str
) -> Iterator[Flow]:
    """What an instrument collects and opens under each policy that has it. Lists that are under way
    when a policy ends are of the instrument as it last was."""
    stated = [
        (phase, one)
        for phase in plan.phases
        for one in phase.scenario.tracing.instruments
        if one.type == name
    ]
    firsts = [phase.first for phase, _ in stated]
    cases, listed = raw.tally.instrument_daily[row, : D_LISTED + 1]
    day = np.arange(raw.days)
    looks: list[tuple[Any, Floats, Floats, Floats]] = []
    rate, people, looked = np.zeros(raw.days), np.zeros(raw.days), np.zeros(raw.days)
    for (phase, one), last in zip(stated, [*firsts[1:], raw.days], strict=True):
        delivers = (day >= phase.first) & (day < last)
        if one.collects == "cases":
            # a notice names none of its readers
            daily = ((cases + listed if one.names_people else cases) * delivers).astype(float)
            yield Flow(name, one, daily, daily, False)
            continue
        here = (day >= phase.first) & (day < phase.last)
        rate[here] = one.records_per_person_day.value
        people[here] = _collected_of(one, population)
        window = weights(_days_open(one), raw.days)
        opens = ((cases + listed) * delivers).astype(float)
        looked += np.convolve(opens[::-1], window)[: raw.days][::-1]
        looks.append((one, here * rate * people, opens, window))
    share = np.divide(people, looked, out=np.ones(raw.days), where=looked > people)
    for one, collected, opens, window in looks:
        opened = opens * np.convolve(rate * share, window)[: raw.days]
        yield Flow(name, one, collected, opened, True)


def weights(window_days: float, days: int) -> Floats:
    """(days,) which part of today, of yesterday, ... lies within the last `window_days` days."""
    part: Floats = np.clip(window_days - np.arange(days), 0.0, 1.0)
    return part


def _days_open(instrument: Any) -> float:
    """For how many days bulk records can be asked for: the look-back, as far as they are kept."""
    days = float(instrument.lookback_days.value)
    by_age = instrument.retention_from == "collection"
    return min(days, float(instrument.retention_days.value)) if by_age else days


def _collected_of(instrument: Any, population: Population) -> float:
    """How many people an instrument collects bulk records of: everybody with a phone, or users."""
    decades = np.minimum(9, population.city.age // 10)
    ages = np.bincount(decades, minlength=10)
    if instrument.collects == EVERYONE:
        return float(ages @ population.phone_ownership)
    share: Any = getattr(instrument, "uptake_by_age", None)
    return float(ages @ np.asarray(share.value)) if share is not None else float(ages.sum())
