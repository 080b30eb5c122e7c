"""Quarantine from one day after exposure to another, and test and release (Ashcroft, Lehtinen &
Bonhoeffer 2021, doi 10.7554/eLife.63704).

There: F = integral of the generation interval q from entry to release; with a test, F = integral to
the result + (1 - false negative) x integral from the result to day 10. Here: an exposed person with
contacts of its own, named on the list of a case whose result comes on the day of entry; the
engine's test, list, quarantine, release test and isolation do the rest. The case has symptoms and
the exposed person never does (self-isolation is left out there); which people those are, the
engine's own luck says beforehand.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from ...outcomes.fold import simulate
from ...parameters import Scenario
from ...population.city import Population
from ..theory.idealised import neutral_law
from ..theory.trees import directed
from . import authority
from .generation_time import moments_of, pathogen

INTERVAL = stats.weibull_min(3.277, scale=6.127)
FALSE_NEGATIVE = {
    4: 0.67,
    5: 0.38,
    6: 0.25,
    7: 0.21,
    8: 0.20,
    9: 0.21,
}  # Kucirka et al. 2020, as used there
LAST = 10.0  # day after exposure to which a positive person is kept
HAZARD = 2.0  # of each contact, over all time
CONTACTS = 30


class Protocol(NamedTuple):
    """Days after exposure; test None: released by the calendar."""

    enter: float
    release: float
    test: float | None = None


def published(p: Protocol) -> float:
    """Share of the exposed person's transmission that is prevented, by the published formula."""
    q = INTERVAL.cdf
    held = float(q(p.release) - q(p.enter))
    if p.test is None:
        return held
    return held + (1 - FALSE_NEGATIVE[int(p.test)]) * float(q(LAST) - q(p.release))


def _scenario(p: Protocol) -> Scenario:
    wait = 0.0 if p.test is None else p.release - p.test
    ill = pathogen(
        moments_of(INTERVAL.ppf),
        HAZARD,
        neutral_law("constant", p.enter - wait),
        never_symptomatic=0.5,
    )  # the result comes on the day of entry
    sensitivity = [
        1 - (FALSE_NEGATIVE.get(day, 0.0) if p.test is not None else 0.0) for day in range(31)
    ]
    stay: dict[str, Any] = {
        "isolation.quarantine_days": min(authority.FOREVER, p.release - p.enter)
    }
    if p.test is not None:
        stay = {
            "isolation.quarantine_days": LAST - p.enter,
            "isolation.isolation_days": LAST - p.release,
        }
    return authority.scenario(
        ill,
        60,
        to_result=neutral_law("constant", wait),
        release_test_day=None if p.test is None else p.test - p.enter,
        waits_in_laboratory=True,
        changes={"testing.sensitivity_by_day": sensitivity} | stay,
    )


def prevented(p: Protocol, number: int = 20_000, seed: int = 1) -> tuple[float, float]:
    """(share prevented, standard error) in the engine, from about `number` exposed people with 30
    contacts each.

    A contact escapes with probability exp(-HAZARD x share left), so the share is read off the
    escapes, apart for those whom a test has kept and those whom it has released.
    """
    scenario = _scenario(p)
    heads = 2 * number
    alone = directed(np.zeros(heads + 1, np.int64), np.zeros(0, np.int64), "heads")
    symptomatic = simulate(
        scenario, alone, seed, policy=False, first=range(heads)
    ).raw.history.symptomatic
    cases, exposed = np.flatnonzero(symptomatic), np.flatnonzero(~symptomatic)
    pairs = min(len(cases), len(exposed))
    cases, exposed = cases[:pairs], exposed[:pairs]
    population = _with_contacts(heads, cases, exposed)
    raw = simulate(scenario, population, seed, first=range(heads)).raw
    h = raw.history
    infected = np.bincount(h.person[h.source[h.source >= 0]], minlength=heads)[exposed]
    confirmed = np.full(population.people, np.inf)
    confirmed[raw.records.person] = raw.records.confirmed
    kept = np.isfinite(confirmed[exposed])
    share, variance = 0.0, 0.0
    for group in (kept, ~kept):
        contacts = CONTACTS * int(group.sum())
        if contacts:
            escaped = 1 - infected[group].sum() / contacts
            weight = group.mean()
            share += weight * (1 + np.log(escaped) / HAZARD)
            variance += weight**2 * (1 - escaped) / escaped / contacts / HAZARD**2
    if p.test is not None:  # the number of those whom the test has kept varies too
        variance += (
            kept.mean()
            * (1 - kept.mean())
            / pairs
            * float(INTERVAL.cdf(LAST) - INTERVAL.cdf(p.release)) ** 2
        )
    return float(share), float(np.sqrt(variance))


def _with_contacts(heads: int, cases: np.ndarray, exposed: np.ndarray) -> Population:
    """Exposed people lead to 30 contacts each; the phone list of case i names exposed person i."""
    links, named = np.zeros(heads, np.int64), np.zeros(heads, np.int64)
    links[exposed], named[cases] = CONTACTS, 1
    people = heads + int(links.sum())
    rest = people - heads
    start = np.concatenate([[0], np.cumsum(links), np.full(rest, links.sum())])
    population = directed(start, np.arange(heads, people), "exposed people and their contacts")
    calls = np.concatenate([[0], np.cumsum(named), np.full(rest, len(cases))]).astype(np.int64)
    city = population.city._replace(call_start=calls, call=exposed.astype(np.int32))
    return Population(city=city, name=population.name, seed=0)
