"""Isolation of cases and tracing of their contacts, outbreak by outbreak (Hellewell et al. 2020,
doi 10.1016/S2214-109X(20)30074-7).

There: a branching process with negative binomial offspring (k = 0.16), infection at onset + a skew
normal time and never before the infector's own infection, isolation a delay after onset, of traced
people at their onset or when their infector is isolated, whichever is later. Here: a one-way graph
with negative binomial numbers of links, each as sure as can be; a profile relative to onset, cut at
infection; the engine's tests, lists and orders. Listed people are monitored, not quarantined: they
isolate and are tested at once when they have symptoms, or at the list if they have reported them
before, and then their own contacts are listed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ...outcomes.fold import simulate
from ...parameters import Law, Scenario
from ...population.city import Population
from ..theory.idealised import neutral_law
from ..theory.trees import SURE, first_of, random_targets, with_listed
from . import authority
from .generation_time import by_onset

DISPERSION = 0.16
OMEGA = 2.0  # days
ALPHA = {
    "<1%": 30.0,
    "15%": 1.95,
    "30%": 0.7,
}  # skewness, by the share of transmission before onset
BEFORE, AFTER = 12.0, 15.0  # days about onset; less than 1e-8 of transmission lies outside
INCUBATION = (2.322737, 6.492272)  # Weibull shape, scale
DELAY = (1.651524, 4.287786)  # "short"
FIRST_CASES = 20
WEEKS = (12, 16)
MOST_CASES = 5000
DAYS = 7 * (WEEKS[1] + 1) + 1
EARLY = 63  # day on which an outbreak of 5,000 cases need not be followed any longer
MONITORED = 30.0  # days; no incubation period is as long


def weibull(shape: float, scale: float) -> Law:
    """A Weibull law in days."""
    return neutral_law("weibull_min", float(stats.weibull_min(shape, scale=scale).mean()), c=shape)


def scenario(contacts_traced: float, before_onset: str) -> Scenario:
    """Natural history, tests and tracing. before_onset: of the keys of ALPHA."""
    after_onset = stats.skewnorm(ALPHA[before_onset], scale=OMEGA)
    moments = first_of(lambda p: np.clip(after_onset.ppf(p), -BEFORE, AFTER), SURE)
    ill = by_onset(moments, float(-np.log1p(-SURE)), weibull(*INCUBATION), BEFORE, AFTER)
    return authority.scenario(
        ill,
        DAYS,
        to_result=weibull(*DELAY),
        to_list=authority.INSTANT if contacts_traced > 0 else None,
        monitored=True,
        changes={"isolation.quarantine_days": MONITORED},
    )


def contacts(r0: float, contacts_traced: float, people: int, seed: int) -> Population:
    """Everybody leads to a negative binomial number of others; each link is on the phone list with
    probability `contacts_traced`."""
    links = np.random.default_rng(seed).negative_binomial(
        DISPERSION, DISPERSION / (DISPERSION + r0), people
    )
    return with_listed(random_targets(links, seed), contacts_traced, seed)


def controlled(
    r0: float,
    contacts_traced: float,
    before_onset: str,
    runs: int,
    people: int = 500_000,
    first_seed: int = 1,
) -> tuple[float, float]:
    """(share of outbreaks without a new onset in weeks 12 to 16 and with fewer than 5,000 cases,
    standard error).

    20 first cases. A new graph every 20 runs.
    """
    whole = scenario(contacts_traced, before_onset)
    early = whole.replace(days=EARLY)
    found = 0

    def onsets(stated: Scenario) -> NDArray[np.float64]:
        return simulate(stated, population, seed, first=first.tolist()).raw.history.onset

    for run in range(runs):
        seed = first_seed + run
        if run % 20 == 0:
            population = contacts(r0, contacts_traced, people, seed)
        first = np.random.default_rng(seed + 10**6).choice(people, FIRST_CASES, replace=False)
        if len(onsets(early)) >= MOST_CASES:
            continue
        onset = onsets(whole)
        late = (onset >= 7 * WEEKS[0]) & (onset < 7 * (WEEKS[1] + 1))
        found += not late.any() and len(onset) < MOST_CASES
    share = found / runs
    return share, float(np.sqrt(max(share * (1 - share), 1 / runs) / runs))
