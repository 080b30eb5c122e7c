"""Days under orders: ordered, served, at home or in a facility."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contacts.group import SCHOOL_DAYS
from ..mechanisms.isolation.lowering import DEVICES, OWN_PHONE
from ..population.city import City
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
    part, from the start or since it dropped out, more of them as it tires; in a facility every day
    is.
    """
    records, conduct = raw.records, raw.conduct
    until = np.minimum(
        np.minimum(records.order_until, raw.days), died_by_person[records.order_person]
    )
    ordered = np.maximum(0.0, until - records.order_start)
    stops = np.where(conduct.full, conduct.dropped, records.order_start)
    home, adhered, in_part = np.zeros((3, len(until)))
    for begin, end in at_home(raw, until):
        given_up = np.clip(stops, begin, end)
        home += end - begin
        adhered += given_up - begin
        in_part += untired(raw, end) - untired(raw, given_up)
    served = np.maximum(0.0, adhered - conduct.breached) + in_part * (1.0 - conduct.factor)
    return Served(ordered, served + ordered - home, ordered - home)


def at_home(raw: Raw, until: Floats) -> list[tuple[Floats, Floats]]:
    """(begin, end), each (orders,), of the stretches of every order that are served at home: before
    a facility, between stays there, and after them. until: (orders,) when the order ends.

    Stays before the last are taken as one, from the first day in a facility on."""
    conduct, start = raw.conduct, raw.records.order_start
    edges = (
        (start, conduct.first_in),
        (conduct.first_in + conduct.stayed, conduct.facility_from),
        (conduct.facility_until, until),
    )
    end = np.maximum(start, until)
    return [(np.clip(a, start, end), np.clip(np.maximum(a, b), start, end)) for a, b in edges]


def untired(raw: Raw, time: Floats) -> Floats:
    """(orders,) days from the start of each order to that time, each weighted by what is left of
    the contacts given up: exp(-fatigue x days under the order at its midnight), the first day
    whole (`presence.kept_in_part`). The sum is that of a geometric series."""
    start, tires = raw.records.order_start, raw.conduct.tires
    midnight = np.ceil(start)
    whole = np.maximum(0.0, np.floor(time) - midnight)
    first = np.exp(-tires * (midnight - start))
    left = np.exp(-tires * whole)
    series = np.divide(1.0 - left, -np.expm1(-tires), out=whole.copy(), where=tires > 0.0)
    last = np.maximum(0.0, time - np.maximum(np.floor(time), midnight))
    passed: Floats = np.minimum(time, midnight) - start + first * (series + left * last)
    return passed


def work_days(raw: Raw, city: City, died_by_person: Floats, served: Served) -> Floats:
    """(orders,) of the days served, those from Monday to Friday of people with a workplace."""
    records = raw.records
    day = np.arange(raw.days)
    passed = np.concatenate([[0.0], np.cumsum((day + city.first_weekday) % 7 < SCHOOL_DAYS)])
    until = np.clip(records.order_until, 0.0, raw.days)
    until = np.minimum(until, died_by_person[records.order_person])
    begun = np.minimum(records.order_start, until)
    worked = np.diff(np.interp([begun, until], np.arange(raw.days + 1), passed), axis=0)[0]
    share = np.divide(worked, served.ordered, out=np.zeros(len(until)), where=served.ordered > 0)
    works = city.group[records.order_person] >= city.classes
    return np.where(works & (records.order_pathway >= CASE), served.served * share, 0.0)


def dropped_out(raw: Raw) -> NDArray[np.int64]:
    """Rows of the orders whose people gave up for the rest of them, within the run."""
    records, conduct = raw.records, raw.conduct
    until = np.minimum(records.order_until, raw.days)
    away = (conduct.dropped >= conduct.facility_from) & (conduct.dropped < conduct.facility_until)
    # whoever was to abscond and was let go before gives up at home on that day
    absconds = (conduct.dropped == conduct.absconds) & absconded(raw)
    return np.flatnonzero(conduct.full & (conduct.dropped < until) & ~away & ~absconds)


def departures(raw: Raw) -> list[tuple[str, NDArray[np.int64], Floats]]:
    """(event, rows of the orders, days) of refusals of an order or a facility, of absconding, and
    of going out by people who adhere fully otherwise, within the run."""
    records, conduct = raw.records, raw.conduct
    free = conduct.facility_from > records.order_start
    found = [
        ("refuses an order", (conduct.refused == REFUSED) & free, records.order_start),
        ("refuses a facility", conduct.refused == REFUSED_FACILITY, records.order_start),
        ("absconds", absconded(raw), conduct.absconds),
    ]
    rows = [(name, np.flatnonzero(which), day) for name, which, day in found]
    dated = [(name, which, day[which]) for name, which, day in rows]
    return [*dated, ("goes out", conduct.outing_order.astype(np.int64), conduct.outing_from)]


def absconded(raw: Raw) -> NDArray[np.bool_]:
    """(orders,) whether the person left a facility without leave, the last time it was in one."""
    conduct, until = raw.conduct, np.minimum(raw.records.order_until, raw.days)
    left: NDArray[np.bool_] = (conduct.facility_until < until) & (
        conduct.facility_until == conduct.absconds
    )
    return left


def watched_days(raw: Raw) -> Floats:
    """(3, days) person-days at home under the order of an authority, of people without a device,
    with a phone of their own, with one handed out. Who was never looked at (in force for less than
    a day, or not monitored at all) stands under a phone of its own."""
    records, conduct = raw.records, raw.conduct
    ordered = records.order_pathway >= CASE
    device = np.where(conduct.alarms >= 0.0, conduct.device, OWN_PHONE)
    found = np.zeros((DEVICES, raw.days))
    for begin, end in at_home(raw, np.minimum(records.order_until, raw.days)):
        for one in range(DEVICES):
            of = ordered & (device == one) & (end > begin)
            found[one] += person_days_by_day(begin[of], end[of], raw.days)
    return found


def person_days_by_day(start: Floats, until: Floats, days: int) -> Floats:
    """(days,) person-days that the intervals [start, until) put into each day."""
    edges = np.arange(days + 1)
    held = np.zeros(days + 1)
    for times, sign in ((start, 1.0), (np.minimum(until, days), -1.0)):
        order = np.sort(times)
        before = np.searchsorted(order, edges)
        passed = np.concatenate([[0.0], np.cumsum(order)])
        held += sign * (before * edges - passed[before])
    inside: Floats = np.maximum(0.0, np.diff(held))  # rounding may leave less than nothing
    return inside


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
