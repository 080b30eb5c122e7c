"""Data governance: every source of records, what it holds on each day, and when it is empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...population.city import Population
from ...values.governance import Collection
from ...world.state import Raw
from ..counters import D_LISTED, PASS_FINES
from ..region.statement import Measure
from ..region.stringency import stringency

Floats = NDArray[np.float64]
EVERYONE = "everyone-with-phone"  # what an instrument states of whom it collects records


class Source(NamedTuple):
    """A source of records: collected by day, kept for so many days after collection, or until
    `deleted_on` for all of it; the agencies that see them; records opened; whether subjects see
    them."""

    name: str
    daily: Floats  # (days,) records collected
    retention_days: float
    # day of the run on which all is deleted, None where the age of each record counts
    deleted_on: float | None
    recipients: float
    opened: float
    open_to_subject: bool


def emergency_end(raw: Raw, measures: Sequence[Measure]) -> float:
    """The day after the last one of the run on which an order or a closing measure was in force; 0
    where there never was any."""
    r = raw.records
    last = float(np.minimum(r.order_until, raw.days).max(initial=0.0))
    closing = stringency(measures, r.in_force) if len(r.in_force) else np.zeros(raw.days)
    days = np.flatnonzero(closing > 0)
    return float(np.ceil(max(last, days[-1] + 1 if len(days) else 0)))


def record_sources(
    plan: Any, population: Population, raw: Raw, ordered_by_day: Floats
) -> list[Source]:
    """Every instrument, monitor and pass with the records that it collects and opens, on the days
    on which the policy has it. plan: `engine.phases.Plan`; ordered_by_day: (days,) monitored
    person-days."""
    ended = emergency_end(raw, plan.measures)
    found: dict[tuple[Any, ...], Source] = {}
    for phase in plan.phases:
        days = np.zeros(raw.days)
        days[phase.first : phase.last] = 1.0
        for one in _sources_of(phase.scenario, plan, population, raw, ordered_by_day, days, ended):
            key = (
                one.name,
                one.retention_days,
                one.deleted_on,
                one.recipients,
                one.open_to_subject,
            )
            same = found.get(key)  # under another policy by the same rules: one source
            found[key] = (
                one
                if same is None
                else one._replace(daily=same.daily + one.daily, opened=same.opened + one.opened)
            )
    return list(found.values())


def _sources_of(
    scenario: Any,
    plan: Any,
    population: Population,
    raw: Raw,
    ordered_by_day: Floats,
    days: Floats,
    ended: float,
) -> Iterator[Source]:
    """The sources of one policy. days: (days,) 1 where it holds."""
    decades = np.minimum(9, population.city.age // 10)
    ages = np.bincount(decades, minlength=10)
    phones = float(ages @ population.phone_ownership)

    def source(name: str, stated: Collection, daily: Floats, opened: float) -> Source:
        keep = float(stated.retention_days.value)
        by_end = stated.retention_from == "end-of-emergency"
        seen, shown = float(stated.recipients.value), stated.open_to_subject
        return Source(name, daily, keep, ended + keep if by_end else None, seen, opened, shown)

    for instrument in scenario.tracing.instruments:
        row = plan.instruments.index(instrument.type)
        cases, listed = raw.tally.instrument_daily[row, : D_LISTED + 1] * days
        touched = cases + listed
        rate = float(instrument.records_per_person_day.value)
        window = min(float(instrument.lookback_days.value), float(instrument.retention_days.value))
        if instrument.collects == "cases":
            # a notice names none of its readers
            daily = touched if instrument.names_people else cases
            opened = float(daily.sum())
        else:
            share: Any = getattr(instrument, "uptake_by_age", None)
            users = (
                float(ages @ np.asarray(share.value)) if share is not None else float(ages.sum())
            )
            daily = days * rate * (phones if instrument.collects == EVERYONE else users)
            opened = float(touched.sum()) * rate * window
        yield source(instrument.type, instrument, daily, opened)
    for monitor in scenario.isolation.monitoring:
        daily = ordered_by_day * days * float(monitor.records_per_person_day.value)
        yield source(f"monitoring: {monitor.type}", monitor, daily, float(daily.sum()))
    for m, measure in enumerate(plan.measures):
        if measure.passes is not None and measure in scenario.region.measures:
            rate = float(measure.passes.records_per_person_day.value) * population.people
            fines = float((raw.tally.daily[PASS_FINES] * days).sum())
            daily = raw.records.in_force[m] * days * rate
            yield source("passes", measure.passes, daily, fines)


def stock(source: Source) -> Floats:
    """(days,) records held at the end of each day: those collected in the last `retention_days`
    days, or all until `deleted_on`."""
    total: Floats = np.cumsum(source.daily)
    if source.deleted_on is not None:
        return np.where(np.arange(len(total)) + 1 < source.deleted_on, total, 0.0)
    if not np.isfinite(source.retention_days):
        return total
    keep = int(source.retention_days)
    gone = np.concatenate([np.zeros(min(keep, len(total))), total[: max(0, len(total) - keep)]])
    left: Floats = total - gone
    return left


def day_empty(sources: list[Source]) -> float:
    """The day on which the last record is deleted: 0 where nothing was collected, inf where
    something is never deleted."""
    last = 0.0
    for source in sources:
        days = np.flatnonzero(source.daily > 0)
        if len(days):
            own = (
                days[-1] + 1 + source.retention_days
                if source.deleted_on is None
                else source.deleted_on
            )
            last = max(last, float(own))
    return last


def share_open(sources: list[Source]) -> float:
    """Of the record-days held within the run, the share that subjects can see; nan where nothing is
    held."""
    held = [(float(stock(s).sum()), s.open_to_subject) for s in sources]
    total = sum(amount for amount, _ in held)
    return sum(amount for amount, shown in held if shown) / total if total > 0 else float("nan")
