"""Days under orders: ordered, served, at home or in a facility."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..world.codes import CASE, REFUSED, REFUSED_FACILITY
from ..world.state import Raw

Floats = NDArray[np.float64]


class Served(NamedTuple):
    """Per order: days ordered, served, and spent in a facility, within the run and the person's
    life."""

    ordered: Floats
    served: Floats
    facility: Floats


def days_served(raw: Raw, died_by_person: Floats) -> Served:
    """Days of each order, cut at the end of the run and at death. died_by_person: (n,) day of
    death, inf for nobody.

    At home a full adherer's breaches are not served, nor the contacts kept by whoever adheres in
    part, from the start or since it dropped out; in a facility every day is.
    """
    records, conduct = raw.records, raw.conduct
    until = np.minimum(
        np.minimum(records.order_until, raw.days), died_by_person[records.order_person]
    )
    ordered = np.maximum(0.0, until - records.order_start)
    into = np.minimum(until, conduct.facility_from)
    facility = np.maximum(0.0, np.minimum(until, conduct.facility_until) - into) + conduct.stayed
    at_home = ordered - facility
    adhered = np.where(conduct.full, np.minimum(until, conduct.dropped) - records.order_start, 0.0)
    # days in a facility come after those at home, or (sent home again) in their midst
    before = np.where(conduct.dropped > into, facility, 0.0)
    before = np.where(
        (conduct.dropped <= into) & (conduct.dropped > conduct.first_in), conduct.stayed, before
    )
    adhered = np.clip(adhered - before, 0.0, at_home)
    served = np.maximum(0.0, adhered - conduct.breached)
    served += (at_home - adhered) * (1.0 - conduct.factor)
    return Served(ordered, served + facility, facility)


def dropped_out(raw: Raw) -> NDArray[np.int64]:
    """Rows of the orders whose people gave up for the rest of them, within the run."""
    records, conduct = raw.records, raw.conduct
    until = np.minimum(records.order_until, raw.days)
    at_home = (conduct.dropped < conduct.facility_from) | (
        conduct.dropped >= conduct.facility_until
    )
    gave_up = conduct.full & (conduct.dropped < until) & (conduct.dropped != conduct.absconds)
    return np.flatnonzero(gave_up & at_home)


def departures(raw: Raw) -> list[tuple[str, NDArray[np.int64], Floats]]:
    """(event, rows of the orders, days) of refusals of an order or a facility, and of absconding,
    within the run."""
    records, conduct = raw.records, raw.conduct
    free = conduct.facility_from > records.order_start
    found = [
        ("refuses an order", (conduct.refused == REFUSED) & free, records.order_start),
        ("refuses a facility", conduct.refused == REFUSED_FACILITY, records.order_start),
        ("absconds", absconded(raw), conduct.absconds),
    ]
    rows = [(name, np.flatnonzero(which), day) for name, which, day in found]
    return [(name, which, day[which]) for name, which, day in rows]


def absconded(raw: Raw) -> NDArray[np.bool_]:
    """(orders,) whether the person left a facility without leave, the last time it was in one."""
    conduct, until = raw.conduct, np.minimum(raw.records.order_until, raw.days)
    left: NDArray[np.bool_] = (conduct.facility_until < until) & (
        conduct.facility_until == conduct.absconds
    )
    return left


def person_days_by_day(start: Floats, until: Floats, days: int) -> Floats:
    """(days,) person-days that the intervals [start, until) put into each day."""
    edges = np.arange(days + 1)
    held = np.zeros(days + 1)
    for times, sign in ((start, 1.0), (np.minimum(until, days), -1.0)):
        order = np.sort(times)
        before = np.searchsorted(order, edges)
        passed = np.concatenate([[0.0], np.cumsum(order)])
        held += sign * (before * edges - passed[before])
    return np.diff(held)


def went_out(raw: Raw) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(people ever put under an order, whether each went out at least once against one): partial
    adherers at home do, daily, and whoever has dropped out."""
    records, conduct = raw.records, raw.conduct
    ordered = np.flatnonzero(records.order_pathway >= CASE)
    at_home = conduct.facility_from[ordered] > records.order_start[ordered]
    out = ~conduct.full[ordered] | (conduct.breached[ordered] > 0)
    out = (out | np.isin(ordered, dropped_out(raw))) & at_home
    people, of = np.unique(records.order_person[ordered], return_inverse=True)
    ever = np.zeros(len(people), bool)
    np.logical_or.at(ever, of, out)
    return people.astype(np.int64), ever
