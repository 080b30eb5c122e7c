"""Immunity, as numbers: who is vaccinated when follows from the campaigns alone, whatever the
epidemic does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...chance.rows import constant_row, law_row
from ...population.city import City
from ...values.dated import Dated, carry_over
from ...world.stated import AGES, DECADES, Immune
from .statement import PEOPLE, Campaign, Immunity

Floats = NDArray[np.float64]
FOR_GOOD = 1e9  # days


def immune_at_start(immunity: Immunity, city: City, days: int) -> Immune:
    """What kernels read of immunity that does not change within the run."""
    return lower_immunity(immunity, carry_over((), immunity.campaigns, 0)[0], city, days)


def lower_immunity(immunity: Immunity, held: Sequence[Dated], city: City, days: int) -> Immune:
    """What kernels read of immunity. held: all campaigns so far, in the rows in which they came
    first; days: of the run."""
    share = immunity.immune_by_age
    lasts = [one.stated.protection_lasts for one in held] + [immunity.immunity_lasts]
    first_day, band, given = doses_by_day(held, city, days)
    efficacy = [
        (c.efficacy_infection, c.efficacy_transmission, c.efficacy_severe)
        for c in (one.stated for one in held)
    ]
    at_start = np.zeros(DECADES) if share is None else np.asarray(share.value, np.float64)
    return Immune(
        at_start=at_start,
        some_at_start=bool(at_start.any()),
        campaigns=len(held),
        first_day=first_day,
        band=band,
        given=given,
        efficacy=np.array([[e.value for e in row] for row in efficacy], np.float64).reshape(-1, 3),
        for_good=np.array([one.stated.protection != "leaky" for one in held], np.bool_),
        after=np.array([one.stated.protected_after.value for one in held], np.float64),
        lasts=np.vstack(
            [law_row(law) if law is not None else constant_row(FOR_GOOD) for law in lasts]
        ),
    )


def doses_by_day(held: Sequence[Dated], city: City, days: int) -> tuple[int, Any, Floats]:
    """(first day, (256,) band by age, (bands, entries) share of each band that is vaccinated).

    Entries go by day, and within a day by campaign: share after its doses. Bands are decades of
    age, cut where a campaign begins or ends to vaccinate.
    """
    if not held:
        return 0, np.zeros(AGES, np.int64), np.zeros((1, 0))
    first_day = min(int(one.stated.start_day.value) for one in held)
    ages = [(int(h.stated.youngest.value), int(h.stated.oldest.value)) for h in held]
    edges = sorted({*range(0, 10 * DECADES, 10), *(edge for a, b in ages for edge in (a, b + 1))})
    band = np.searchsorted(edges, np.arange(AGES), side="right") - 1
    people = np.bincount(band[city.age], minlength=len(edges)).astype(np.float64)
    wanted = [np.array([a <= edge <= b for edge in edges]) & (people > 0) for a, b in ages]
    share, entries = np.zeros(len(edges)), []
    for day in range(first_day, days):
        for one, eligible in zip(held, wanted, strict=True):
            if _gives_on(one, day):
                willing = float(one.stated.willingness.value)
                left = np.where(eligible, np.maximum(0.0, willing - share), 0.0) * people
                doses = float(one.stated.doses_per_day.value) * city.people / PEOPLE
                share = share + _deal(doses, left, one.stated.oldest_first) / np.maximum(
                    people, 1.0
                )
            entries.append(share)
    return first_day, band, np.ascontiguousarray(np.array(entries).reshape(-1, len(edges)).T)


def _gives_on(one: Dated, day: int) -> bool:
    """Whether doses of the campaign are given on that day."""
    campaign: Campaign = one.stated
    end = math.inf if campaign.end_day is None else campaign.end_day.value
    return campaign.start_day.value <= day < end and one.first <= day < one.last


def _deal(doses: float, left: Floats, oldest_first: bool) -> Floats:
    """(bands,) of so many doses. left: people by band who are still to be vaccinated."""
    if not oldest_first:
        return left * min(1.0, doses / max(float(left.sum()), 1e-300))
    older = np.cumsum(left[::-1])[::-1] - left
    dealt: Floats = np.clip(doses - older, 0.0, left)
    return dealt
