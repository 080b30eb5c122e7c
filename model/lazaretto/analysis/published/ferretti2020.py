"""Thresholds of isolation and tracing with a delay (Fraser et al. 2004, doi
10.1073/pnas.0307506101; Ferretti et al. 2020, doi 10.1126/science.abb6936).

There: an operator on the age at infection (`theory.control.with_tracing`). Here: trees without
depletion, generation interval and time to symptoms apart from each other; the engine's test,
isolation and list. Of transmissions 6.25 % come from people who never have symptoms (there 40 % of
infections, a tenth as infectious), and a tenth cannot be traced (there environmental).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ...outcomes.fold import simulate
from ...outcomes.linelist import generations
from ...parameters import Law
from ...sweeps.seeds import each_seed
from ..interval import standard_error
from ..theory import control
from ..theory.idealised import neutral_law
from ..theory.trees import SURE, first_of, forest, with_listed
from . import authority
from .generation_time import pathogen

INTERVAL = stats.weibull_min(2.826, scale=5.665)
MEDIAN, SIGMA = float(np.exp(1.644)), 0.363  # of the lognormal time to symptoms
NEVER = 0.0625
TRACEABLE = 0.9
DAYS = 200
SURE_SHAPE, WEAK_SHAPE = (2000, 5), (1500, 3)  # roots, generations
WEAK_LINKS = 10


@lru_cache
def timing(delay_hours: float) -> control.Timing:
    """The published laws on the grid of the evidence base."""
    return control.timing(
        INTERVAL.cdf, stats.lognorm(SIGMA, scale=MEDIAN).cdf, NEVER, delay_hours / 24
    )


def onset_law(median: float = MEDIAN, sigma: float = SIGMA) -> Law:
    """Lognormal days to symptoms."""
    return neutral_law("lognorm", float(stats.lognorm(sigma, scale=median).mean()), s=sigma)


def by_generation(
    r0: float,
    delay: float,
    isolation: float,
    tracing: float,
    *,
    interval: Any = INTERVAL,
    onset: Law | None = None,
    never: float = 0.0,
    weak: bool = False,
    seed: int = 1,
) -> NDArray[np.int64]:
    """(generations + 1,) infections by generation in the engine. delay: days from onset to
    isolation and list; isolation: probability that a person's isolation succeeds; tracing: that a
    link is on the phone list.

    weak: ten links that seldom transmit instead of the fewest and surest. Needed where a person can
    move freely again after an order (isolation below 1), for over a sure link a second candidate
    follows one that was stopped.
    """
    roots, depth = WEAK_SHAPE if weak else SURE_SHAPE
    links = WEAK_LINKS if weak else int(np.ceil(r0))
    transmits = min(r0 / links, SURE)
    ill = pathogen(
        first_of(interval.ppf, transmits),
        float(-np.log1p(-transmits)),
        onset or onset_law(),
        never_symptomatic=never,
    )
    scenario = authority.scenario(
        ill,
        DAYS,
        to_result=neutral_law("constant", delay),
        to_list=authority.INSTANT if tracing > 0 else None,
        changes={"isolation.full_adherence_case": isolation},
    )
    population = with_listed(forest(roots, links, depth), tracing, seed)
    history = simulate(scenario, population, seed, first=range(roots)).raw.history
    return np.bincount(generations(history.source), minlength=depth + 1)


def reproduction_number(
    r0: float, delay_hours: float, isolation: float, tracing: float, runs: int = 4
) -> tuple[float, float]:
    """(R, standard error) in the engine of the published parameters: infections of the last
    generation per infection of the one before."""
    weak = isolation < 1

    def ratio(seed: int) -> float:
        sizes = by_generation(
            r0, delay_hours / 24, isolation, tracing * TRACEABLE, never=NEVER, weak=weak, seed=seed
        )
        return float(sizes[-1] / sizes[-2] if weak else sizes[-2:].sum() / sizes[-3:-1].sum())

    found = list(each_seed(ratio, runs, threads=1))
    return float(np.mean(found)), float(standard_error(found))
