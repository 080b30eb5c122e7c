"""Growth rate and generation interval with gamma periods: the engine's own intervals against
Euler-Lotka and the exact law."""

from __future__ import annotations

import numpy as np
import pytest
from on_graphs import SIGMA, agrees, follow, pathogen_of

from lazaretto.analysis.theory import growth, networks, trees
from lazaretto.analysis.theory.networks import Periods

ROOTS = 240_000
DEGREES = networks.poisson(8.0)
ROWS = [  # of analytic_checks.csv: latent, infectious, hazard per link, r
    (Periods(3, 2), Periods(7, 3), 0.0431325, 0.109347),
    (Periods(3, 1), Periods(7, 1), 1 / 21, 0.101532),
]


def intervals(
    latent: Periods, infectious: Periods, hazard: float, links: np.ndarray, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """(infections,) root of each and days after it, in stars of so many links."""
    h = follow(
        trees.stars(links),
        pathogen_of(latent, infectious, hazard),
        seed,
        first=np.arange(len(links)),
        days=200,
    )
    infected = h.source >= 0
    return h.person[h.source[infected]], h.time[infected]


@pytest.mark.parametrize(("latent", "infectious", "hazard", "r"), ROWS)
def test_euler_lotka_on_a_random_graph(latent, infectious, hazard, r):
    """Somebody reached along a link of a Poisson graph has Poisson(8) further ones, and at the true
    r the mean over infectors of the sum of exp(-r interval) is 1. Would find an r that is wrong by
    1.8 %."""
    links = DEGREES.sequence(ROOTS)
    root, days = intervals(latent, infectious, hazard, links)
    worth = np.bincount(root, np.exp(-r * days), minlength=ROOTS)
    error = worth.std(ddof=1) / np.sqrt(ROOTS)
    agrees(worth.mean(), 1.0, error)
    slope = np.bincount(root, days * np.exp(-r * days), minlength=ROOTS).mean()
    assert SIGMA * error / slope < 0.018 * r


MIXING = [
    (1.9825, Periods(3, 2), Periods(7, 3)),
    (2.31101, Periods(3, 4), Periods(5, 4)),
    (2.67541, Periods(4.6, 4), Periods(5, 4)),
    (0.664214, Periods(3, 2), Periods(7, 3)),
]


@pytest.mark.parametrize(("reproduction", "latent", "infectious"), MIXING)
def test_euler_lotka_of_homogeneous_mixing(reproduction, latent, infectious):
    """Very weak links (each transmits with probability 0.004, so that which of its candidates is
    the first hardly matters): rows of the evidence base. Would find an r that is wrong by 2.5 %."""
    links, per_link = 60, 0.004
    r = growth.growth_rate(reproduction, latent, infectious)
    hazard = networks.hazard_for(per_link, infectious)
    root, days = intervals(latent, infectious, hazard, np.full(ROOTS, links))
    worth = (
        np.bincount(root, np.exp(-r * days), minlength=ROOTS) * reproduction / (links * per_link)
    )
    agrees(worth.mean(), 1.0, worth.std(ddof=1) / np.sqrt(ROOTS))


INTERVALS = [
    (Periods(3, 2), Periods(7, 3), 0.02),
    (Periods(3, 2), Periods(7, 3), 0.8),
    (Periods(4, 1), Periods(5, 1), 0.5),
    (Periods(2, np.inf), Periods(6, 4), 0.5),
]


@pytest.mark.parametrize(("latent", "infectious", "transmits"), INTERVALS)
def test_generation_interval(latent, infectious, transmits):
    """P(interval <= day) on 12 days, of links that transmit rarely and nearly always. Would find
    0.011 of the law at its middle. Links of one root share its periods, so errors are those of sums
    over roots."""
    hazard = networks.hazard_for(transmits, infectious)
    each = max(1, round(0.65 / transmits))
    links = np.full(round(80_000 / (each * transmits)), each)
    root, days = intervals(latent, infectious, hazard, links)
    for day in np.arange(3.0, 27.0, 2.0):
        expected = by_day(day, latent, infectious, hazard)
        per_root = np.bincount(root, (days <= day) - expected, minlength=len(links))
        error = np.sqrt(max(per_root @ per_root, 1.0)) / len(days)
        assert error < 0.0022
        agrees((days <= day).mean(), expected, error)


def by_day(day: float, latent: Periods, infectious: Periods, hazard: float) -> float:
    """The law for a constant latent period too."""
    if np.isinf(latent.shape):
        day, latent = day - latent.mean, Periods(1e-6, 1.0)
    return float(growth.generation_interval(np.array([day]), latent, infectious, hazard)[0])
