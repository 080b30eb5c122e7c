"""When isolation and tracing control an epidemic (Fraser et al. 2004, doi 10.1073/pnas.0307506101).

Of the transmissions the share theta would come before the infector is isolated. Isolation alone, with efficacy eI, leaves
R = R0 (1 - eI (1 - theta)): distribution-free. With tracing R is the dominant eigenvalue of an operator on the age at which the infector
infected (Ferretti et al. 2020, doi 10.1126/science.abb6936, supplement eqs 14-29, as in the evidence base):
K(t, age) = R0 w(t) (1 - eI + eI S(t)) (1 - eT + eT S(t + age) / S(age)), S the probability of not yet being due for isolation.

`individual` is the same for a population of individuals, exactly as the engine has it: contacts infected after the infector's day of
tracing are not traced, and a case whose isolation failed is not quarantined later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Floats = NDArray[np.float64]
Cdf = Callable[[Floats], Floats]


class Timing(NamedTuple):
    """On a grid of steps of `step` days."""

    step: float
    interval: Floats  # (cells,) the generation interval's probability in each step; sums to 1 where the grid is long enough
    not_due: Floats  # (cells,) S in the middle of each step
    at_edges: Floats  # (2 x cells,) S at the end of each step, to twice the length


def timing(interval: Cdf, due: Cdf, never_due: float = 0.0, delay: float = 0.0, step: float = 0.05, days: float = 30.0) -> Timing:
    """interval: cumulative law of the generation interval; due: of the days from infection to onset; never_due: share of transmission from
    people who never have symptoms; delay: days from onset to isolation and tracing."""
    cells = round(days / step)
    edges = np.arange(cells + 1) * step

    def not_due(day: Floats) -> Floats:
        return 1 - (1 - never_due) * np.where(day > delay, due(np.maximum(day - delay, 0.0)), 0.0)

    ends = (np.arange(2 * cells) + 1) * step
    return Timing(step, np.diff(interval(edges)), not_due((edges[:-1] + edges[1:]) / 2), not_due(ends))


def theta(t: Timing) -> float:
    """Share of transmission before the infector is due for isolation."""
    return float(t.interval @ t.not_due)


def isolation_alone(r0: float, theta: float, efficacy: float) -> float:
    """R with isolation of that efficacy and no tracing."""
    return r0 * (1 - efficacy * (1 - theta))


def largest_controlled(theta: float, efficacy: float) -> float:
    """The R0 above which isolation alone does not control."""
    return 1 / (1 - efficacy * (1 - theta))


def _dominant(kernel: Floats) -> float:
    """The largest eigenvalue of a matrix without negative entries."""
    y = np.ones(len(kernel)) / len(kernel)
    value = 0.0
    for _ in range(500):
        new = kernel @ y
        total = float(new.sum())
        if total == 0:
            return 0.0
        if abs(total - value) < 1e-12:
            return total
        value, y = total, new / total
    return value


def _later(t: Timing) -> Floats:
    """(cells, cells) by day of the contact and age of its infector: the infector is not yet due, given that it was not at that age."""
    n = len(t.interval)
    return t.at_edges[np.add.outer(np.arange(n), np.arange(n))] / t.not_due


def with_tracing(r0: float, t: Timing, isolation: float, tracing: float) -> float:
    """R of the published operator. tracing: the probability that a contact is traced, the untraceable taken out."""
    own = t.interval * (1 - isolation + isolation * t.not_due)
    return r0 * _dominant(own[:, None] * (1 - tracing + tracing * _later(t)))


def individual(r0: float, t: Timing, isolation: float, tracing: float) -> float:
    """R where each infected person has one onset, one success or failure of isolation, and is or is not on its infector's list.

    A listed person stops at the infector's day of tracing unless a failed isolation came first. The infector of somebody infected at
    `age` was not yet due with probability S / (1 - eI + eI S); later infections are on no list.
    """
    s, later = t.not_due, _later(t)
    listed = tracing * s / (1 - isolation + isolation * s)  # by age
    steps = -np.diff(s, prepend=1.0)  # of the own day of isolation
    own_first = np.cumsum(steps[:, None] * later, axis=0) - later * np.cumsum(steps)[:, None]
    failed = (1 - isolation) * (later + own_first)
    succeeded = isolation * later * s[:, None]
    alone = 1 - isolation + isolation * s[:, None]
    return r0 * _dominant(t.interval[:, None] * ((1 - listed) * alone + listed * (failed + succeeded)))


def symmetric_threshold(r0: float, t: Timing, traceable: float = 1.0) -> float:
    """The efficacy of isolation and of tracing, equal to each other, at which R = 1 (nan where even 1 is not enough)."""

    def gap(e: float) -> float:
        return with_tracing(r0, t, e, e * traceable) - 1

    return float(optimize.brentq(gap, 0.0, 1.0, xtol=1e-5)) if gap(1.0) < 0 < gap(0.0) else float("nan")
