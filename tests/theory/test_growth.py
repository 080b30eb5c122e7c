"""Growth rate and generation interval with gamma periods: the engine's own intervals against Euler-Lotka and the exact law."""

from __future__ import annotations

import numpy as np
import pytest
from on_graphs import SIGMA, agrees, follow, pathogen_of

from lazaretto.analysis.theory import growth, networks, trees
from lazaretto.analysis.theory.networks import Periods

ROOTS = 120_000
DEGREES = networks.poisson(8.0)
ROWS = [  # of analytic_checks.csv: latent, infectious, hazard per link, r
    (Periods(3, 2), Periods(7, 3), 0.0431325, 0.109347),
    (Periods(3, 1), Periods(7, 1), 1 / 21, 0.101532),
]


def intervals(
    latent: Periods, infectious: Periods, hazard: float, links: np.ndarray, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """(infections,) root of each and days after it, in stars of so many links."""
    h = follow(trees.stars(links), pathogen_of(latent, infectious, hazard), seed, first=np.arange(len(links)), days=200)
    infected = h.source >= 0
    return h.person[h.source[infected]], h.time[infected]


@pytest.mark.parametrize(("latent", "infectious", "hazard", "r"), ROWS)
def test_euler_lotka_on_a_random_graph(latent, infectious, hazard, r):
    """Somebody reached along a link of a Poisson graph has Poisson(8) further ones, and at the true r the mean over infectors of the sum
    of exp(-r interval) is 1. Would find an r that is wrong by 1.5 %."""
    links = DEGREES.sequence(ROOTS)
    root, days = intervals(latent, infectious, hazard, links)
    worth = np.bincount(root, np.exp(-r * days), minlength=ROOTS)
    error = worth.std(ddof=1) / np.sqrt(ROOTS)
    agrees(worth.mean(), 1.0, error)
    slope = np.bincount(root, days * np.exp(-r * days), minlength=ROOTS).mean()
    assert SIGMA * error / slope < 0.016 * r


@pytest.mark.parametrize(("reproduction", "latent", "infectious"), [(1.9825, Periods(3, 2), Periods(7, 3)), (2.31101, Periods(3, 4), Periods(5, 4)), (2.67541, Periods(4.6, 4), Periods(5, 4)), (0.664214, Periods(3, 2), Periods(7, 3))])  # fmt: skip
def test_euler_lotka_of_homogeneous_mixing(reproduction, latent, infectious):
    """Very weak links: R = r / (L(r) (1 - I(r)) / mean), rows of the evidence base. 40 links at R / 400 of total hazard each."""
    links, per_link = 40, 0.01
    r = growth.growth_rate(reproduction, latent, infectious)
    hazard = networks.hazard_for(per_link, infectious)
    root, days = intervals(latent, infectious, hazard, np.full(ROOTS, links))
    worth = np.bincount(root, np.exp(-r * days), minlength=ROOTS) * reproduction / (links * per_link)
    agrees(worth.mean(), 1.0, worth.std(ddof=1) / np.sqrt(ROOTS))


@pytest.mark.parametrize(("latent", "infectious", "transmits"), [(Periods(3, 2), Periods(7, 3), 0.02), (Periods(3, 2), Periods(7, 3), 0.8), (Periods(4, 1), Periods(5, 1), 0.5), (Periods(2, np.inf), Periods(6, 4), 0.5)])  # fmt: skip
def test_generation_interval(latent, infectious, transmits):
    """P(interval <= day) at 12 days, of links that transmit rarely and nearly always. Would find 0.7 % of the law at its middle."""
    hazard = networks.hazard_for(transmits, infectious)
    each = max(1, round(1.3 / transmits / 2))
    roots = round(130_000 / (each * transmits))
    _, days = intervals(latent, infectious, hazard, np.full(roots, each))
    at = np.arange(2.0, 26.0, 2.0)
    expected = shifted(at, latent, infectious, hazard)
    found = np.array([(days <= day).mean() for day in at])
    n = len(days) / each  # links of one root share its periods
    error = np.sqrt(np.maximum(expected * (1 - expected), 1e-4) / n)
    off = np.abs(found - expected) / error
    assert (off < SIGMA).all(), (off, found, expected)
    assert error.max() < 0.0062


def shifted(at: np.ndarray, latent: Periods, infectious: Periods, hazard: float) -> np.ndarray:
    """The law for a constant latent period too."""
    if np.isfinite(latent.shape):
        return growth.generation_interval(at, latent, infectious, hazard)
    at_once = Periods(1e-6, 1.0)
    return growth.generation_interval(np.maximum(at - latent.mean, 1e-3), at_once, infectious, hazard)
