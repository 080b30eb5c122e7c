"""When isolation and tracing control an epidemic (Fraser et al. 2004, doi 10.1073/pnas.0307506101).

Of the transmissions the share theta would come before the infector is isolated. Isolation alone,
with efficacy eI, leaves R = R0 (1 - eI (1 - theta)): distribution-free. With tracing R is the
dominant eigenvalue of an operator on the age at which the infector infected (Ferretti et al. 2020,
doi 10.1126/science.abb6936, supplement eqs 14-29, as in the evidence base): K(t, age) = R0 w(t) (1
- eI + eI S(t)) (1 - eT + eT S(t + age) / S(age)), S the probability of not yet being due for
isolation.

`individual` is the same for individuals, as the engine has it. A case's list is made once, on its
day of isolation. It holds links, whether infection has passed over them or not; so whoever is on it
and not yet infected will not be, and whoever a case infects later, because its isolation failed, is
on no list. A case whose isolation fails moves freely, also one in quarantine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

SETTLED = 40  # generations
Floats = NDArray[np.float64]
Cdf = Callable[[Floats], Floats]


class Timing(NamedTuple):
    """On a grid of steps of `step` days."""

    step: float
    # (cells,) the generation interval's probability in each step; sums to 1 where the grid is long
    # enough
    interval: Floats
    not_due: Floats  # (cells,) S in the middle of each step
    at_edges: Floats  # (2 x cells,) S at the end of each step, to twice the length


def timing(
    interval: Cdf,
    due: Cdf,
    never_due: float = 0.0,
    delay: float = 0.0,
    step: float = 0.05,
    days: float = 30.0,
) -> Timing:
    """interval: cumulative law of the generation interval; due: of the days from infection to
    onset; never_due: share of transmission from people who never have symptoms; delay: days from
    onset to isolation and tracing."""
    cells = round(days / step)
    edges = np.asarray(np.arange(cells + 1) * step, np.float64)

    def not_due(day: Floats) -> Floats:
        return 1 - (1 - never_due) * np.where(day > delay, due(np.maximum(day - delay, 0.0)), 0.0)

    ends = (np.arange(2 * cells) + 1) * step
    return Timing(
        step,
        np.diff(interval(edges)),
        not_due(np.asarray((edges[:-1] + edges[1:]) / 2, np.float64)),
        not_due(np.asarray(ends, np.float64)),
    )


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


def growth_rate(r0: float, t: Timing, isolation: float, tracing: float) -> float:
    """r per day of the published operator: the r at which its eigenvalue with exp(-r t) is 1."""
    middle = (np.arange(len(t.interval)) + 0.5) * t.step

    def gap(r: float) -> float:
        return (
            with_tracing(
                r0, t._replace(interval=t.interval * np.exp(-r * middle)), isolation, tracing
            )
            - 1
        )

    return float(optimize.brentq(gap, -0.6, 1.0, xtol=1e-6))


def _later(t: Timing) -> Floats:
    """(cells, cells) by day of the contact and age of its infector: the infector is not yet due,
    given that it was not at that age."""
    n = len(t.interval)
    return t.at_edges[np.add.outer(np.arange(n), np.arange(n))] / t.not_due


def with_tracing(r0: float, t: Timing, isolation: float, tracing: float) -> float:
    """R of the published operator. tracing: the probability that a contact is traced, the
    untraceable taken out."""
    own = t.interval * (1 - isolation + isolation * t.not_due)
    return r0 * _dominant(own[:, None] * (1 - tracing + tracing * _later(t)))


def individual_generations(
    r0: float, t: Timing, isolation: float, tracing: float, number: int
) -> Floats:
    """(number,) infections per first case in generations 1, 2, ..., for individuals.

    Two types: listed (infected by a link that the infector's list holds, before the list was made)
    and not listed. Before its own day of isolation a person infects over every link unless a list
    has stopped it; after it, where isolation failed, over unlisted links only.
    """
    later = _later(t)
    before, after = t.interval * t.not_due, t.interval * (1 - isolation) * (1 - t.not_due)
    free, stopped = (
        np.array([1.0]),
        np.zeros(len(t.interval)),
    )  # of the last generation: unlisted (their number), listed (by age)
    sizes = []
    for _ in range(number):
        active = before * (free.sum() + later @ stopped)
        free, stopped = (
            (1 - tracing) * r0 * (active + after * (free.sum() + stopped.sum())),
            tracing * r0 * active,
        )
        sizes.append(float(free.sum() + stopped.sum()))
    return np.array(sizes)


def individual(r0: float, t: Timing, isolation: float, tracing: float) -> float:
    """R of individuals: the growth factor from generation to generation in the long run."""
    sizes = individual_generations(1.0, t, isolation, tracing, SETTLED)
    return r0 * float(sizes[-1] / sizes[-2])


Reproduction = Callable[[float, Timing, float, float], float]


def symmetric_threshold(
    r0: float, t: Timing, traceable: float = 1.0, of: Reproduction = with_tracing
) -> float:
    """The efficacy of isolation and of tracing, equal to each other, at which R = 1 (nan where even
    1 is not enough)."""

    def gap(e: float) -> float:
        return of(r0, t, e, e * traceable) - 1

    return (
        float(optimize.brentq(gap, 0.0, 1.0, xtol=1e-5))
        if gap(1.0) < 0 < gap(0.0)
        else float("nan")
    )
