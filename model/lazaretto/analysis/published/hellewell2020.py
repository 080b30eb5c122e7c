"""Isolation of cases and tracing of their contacts, outbreak by outbreak (Hellewell et al. 2020, doi 10.1016/S2214-109X(20)30074-7).

There: a branching process with negative binomial offspring (k = 0.16), infection at onset + a skew normal time, isolation a delay after
onset, of traced people at their onset or when their infector is isolated, whichever is later. Here: a one-way graph with negative binomial
numbers of links, each as sure as can be; the engine's tests, lists, contacts of contacts and orders. With the skewness of 30 (below 1 % of
transmission before onset) all infection follows onset, so quarantine from the list on and isolation at onset prevent the same; with the
others the published rule cannot be stated here (a listed person is withdrawn before onset already).
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from ...outcomes.run import simulate
from ...parameters import Scenario
from ...population.city import Population
from ..theory.idealised import neutral_law
from ..theory.trees import SURE, first_of, random_targets, with_listed
from . import authority
from .generation_time import pathogen

DISPERSION = 0.16
OMEGA, ALPHA = 2.0, 30.0
INCUBATION = (2.322737, 6.492272)  # Weibull shape, scale
DELAY = (1.651524, 4.287786)  # "short"
FIRST_CASES = 20
WEEKS = (12, 16)
MOST_CASES = 5000
DAYS = 7 * (WEEKS[1] + 1) + 1
DEPTH = (
    1  # contacts of contacts: a traced person who is already ill is traced in turn, at once. Not more: lists hold links, so each
)
# step puts people under order whom nobody has infected, and these must stay few among all


def weibull(shape: float, scale: float):
    """A Weibull law in days."""
    return neutral_law("weibull_min", float(stats.weibull_min(shape, scale=scale).mean()), c=shape)


def scenario(contacts_traced: float) -> Scenario:
    """Natural history, tests and tracing."""
    after_onset = stats.skewnorm(ALPHA, scale=OMEGA)
    moments = first_of(lambda p: np.maximum(after_onset.ppf(p), 0.0), SURE)
    ill = pathogen(moments, float(-np.log1p(-SURE)), neutral_law("constant", 0.0), latent=weibull(*INCUBATION))
    to_list = authority.INSTANT if contacts_traced > 0 else None
    return authority.scenario(ill, DAYS, to_result=weibull(*DELAY), to_list=to_list, depth=DEPTH)


def contacts(r0: float, contacts_traced: float, people: int, seed: int) -> Population:
    """Everybody leads to a negative binomial number of others; each link is on the phone list with probability `contacts_traced`."""
    links = np.random.default_rng(seed).negative_binomial(DISPERSION, DISPERSION / (DISPERSION + r0), people)
    return with_listed(random_targets(links, seed), contacts_traced, seed)


def controlled(r0: float, contacts_traced: float, runs: int, people: int = 200_000, first_seed: int = 1) -> tuple[float, float]:
    """(share of outbreaks without a new onset in weeks 12 to 16 and with fewer than 5,000 cases, standard error).

    20 first cases. A new graph every 20 runs.
    """
    stated = scenario(contacts_traced)
    found = 0
    for run in range(runs):
        seed = first_seed + run
        if run % 20 == 0:
            population = contacts(r0, contacts_traced, people, seed)
        first = np.random.default_rng(seed + 10**6).choice(people, FIRST_CASES, replace=False)
        onset = simulate(stated, population, seed, first=first.tolist()).raw.history.onset
        late = (onset >= 7 * WEEKS[0]) & (onset < 7 * (WEEKS[1] + 1))
        found += not late.any() and len(onset) < MOST_CASES
    share = found / runs
    return share, float(np.sqrt(max(share * (1 - share), 1 / runs) / runs))
