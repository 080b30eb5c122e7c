"""Copies of records: who holds which, what is left of them on each day, and when none is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...values.governance import Collection, Copy

Floats = NDArray[np.float64]
DAYS_PER_YEAR = 365.25
YEAR = 365  # days after the end of the run for which what is held is counted
HOLDER, RECIPIENTS, OTHER_PURPOSE = "who collects", "recipients", "another purpose"


class Ends(NamedTuple):
    """Days of the run on which the emergency, and the court cases, are over."""

    emergency: float
    court_cases: float


class Holding(NamedTuple):
    """The copies of a source's records that one agency holds, or several by the same rules:
    records by the day on which they came; kept for so many days after that, or after the day
    `counted_from`; and the day on which their purpose ends."""

    source: str
    agency: str
    purpose: str
    daily: Floats  # (days,) of each copy
    retention_days: float  # inf: never deleted
    counted_from: float | None
    purpose_ends: float
    open_to_subject: bool
    copies: int = 1

    @property
    def is_kept_for_ever(self) -> bool:
        """Whether there is something in it that is never deleted."""
        return bool(np.isinf(self.retention_days) and self.copies and self.daily.sum() > 0)


def holdings_of(
    name: str, stated: Collection, collected: Floats, opened: Floats, is_bulk: bool, ends: Ends
) -> Iterator[Holding]:
    """Who holds what of a source. collected, opened: (days,) records; is_bulk: they are collected
    before anybody knows whether they will be asked for, so agencies get copies of those that are
    opened, and whoever collects holds all; else the agencies are all who hold any."""

    def holding(agency: str, daily: Floats, copies: int = 1, own: Copy | None = None) -> Holding:
        days, since = stated.retention_days, stated.retention_from
        purpose, ended, deletion = "", ends.emergency, stated.deletion
        if own is not None:
            days = days if own.retention_days is None else own.retention_days
            since = since if own.retention_from is None else own.retention_from
            deletion = own.deletion or deletion
            purpose = OTHER_PURPOSE if own.other_purpose else own.purpose
        if since == "end-of-court-cases":
            ended = ends.court_cases
        keep = np.inf if deletion == "announced" else float(days.value)
        return Holding(
            name,
            agency,
            purpose,
            daily,
            keep,
            None if since == "collection" else ended,
            0.0 if purpose == OTHER_PURPOSE else ended,
            stated.open_to_subject,
            copies,
        )

    if is_bulk:
        yield holding(HOLDER, collected)
    received = opened if is_bulk else collected
    for agency, own in stated.copies.items():
        yield holding(agency, received, own=own)
    if not stated.copies and (stated.bodies or not is_bulk):
        few = stated.bodies > 1 or is_bulk
        yield holding(RECIPIENTS if few else HOLDER, received, max(1, stated.bodies))


def stock(one: Holding, days: int) -> Floats:
    """(days,) records in all copies at the end of each day: those that came in the last
    `retention_days` days, or all until so long after `counted_from`."""
    came = np.zeros(days)
    came[: len(one.daily)] = one.daily[:days]
    total: Floats = np.cumsum(came) * one.copies
    if not np.isfinite(one.retention_days):
        return total
    if one.counted_from is not None:
        until = one.counted_from + one.retention_days
        return np.where(np.arange(days) + 1 < until, total, 0.0)
    keep = min(int(one.retention_days), days)
    gone: Floats = np.concatenate([np.zeros(keep), total[: days - keep]])
    return total - gone


def record_years(held: Sequence[Holding], days: int) -> float:
    """Records in all copies at the end of each day, over so many days, in record-years."""
    return float(sum(stock(one, days).sum() for one in held)) / DAYS_PER_YEAR


def beyond_purpose(held: Sequence[Holding], days: int) -> float:
    """Of these, those after the end of what each copy is for."""
    outlived = (stock(one, days)[int(np.ceil(min(one.purpose_ends, days))) :] for one in held)
    return float(sum(one.sum() for one in outlived)) / DAYS_PER_YEAR


def never_deleted(held: Sequence[Holding]) -> int:
    """How many copies are never deleted."""
    return sum(one.copies for one in held if one.is_kept_for_ever)


def day_empty(held: Sequence[Holding]) -> float:
    """The day on which the last record is deleted: 0 where nothing was collected, inf where
    something is never deleted."""
    last = 0.0
    for one in held:
        days = np.flatnonzero(one.daily > 0)
        if len(days) and one.copies:
            begun = days[-1] + 1.0 if one.counted_from is None else one.counted_from
            last = max(last, float(begun + one.retention_days))
    return last


def share_open(held: Sequence[Holding], days: int) -> float:
    """Of the record-days held, the share that subjects can see; nan where nothing is held."""
    amounts = [(float(stock(one, days).sum()), one.open_to_subject) for one in held]
    total = sum(amount for amount, _ in amounts)
    return sum(amount for amount, shown in amounts if shown) / total if total > 0 else float("nan")
