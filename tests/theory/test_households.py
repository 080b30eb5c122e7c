"""Final sizes in households of 2 to 6 against Ball's equations (Reed-Frost for a constant
infectious period), in the household layer and on cliques of the static layer."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from on_graphs import SIGMA, agrees, follow, pathogen_of

import lazaretto as lz
from lazaretto.analysis.theory import households, trees
from lazaretto.analysis.theory.networks import Periods

HOMES = 20_000
LATENT = Periods(2, 2)
PERIODS = {"constant": Periods(5, np.inf), "gamma": Periods(5, 3), "exponential": Periods(5, 1)}


def cliques(number: int, size: int) -> lz.Population:
    pairs = np.array(list(combinations(range(size), 2)))
    home = np.arange(number)[:, None] * size
    return lz.populations.from_pairs(
        number * size, (home + pairs[:, 0]).ravel(), (home + pairs[:, 1]).ravel(), "cliques"
    )


@pytest.mark.parametrize("build", [trees.homes, cliques], ids=["household layer", "static layer"])
@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("size", [2, 3, 4, 6])
def test_final_sizes(size, period, build):
    """One infected from outside in each of 20,000 homes. Would find 0.018 of a probability, 0.4 %
    to 1.8 % of the attack rate."""
    infectious, hazard = PERIODS[period], 0.08
    first = np.arange(HOMES) * size
    h = follow(
        build(HOMES, size), pathogen_of(LATENT, infectious, hazard), 1, first=first, days=300
    )
    others = np.bincount(h.person // size, minlength=HOMES) - 1
    found = np.bincount(others, minlength=size) / HOMES
    expected = households.final_sizes(size - 1, 1, hazard, infectious)
    error = np.sqrt(np.maximum(expected * (1 - expected), 1 / HOMES) / HOMES)
    assert expected.sum() == pytest.approx(1)
    assert (np.abs(found - expected) < SIGMA * error).all(), (found, expected, error)
    rate = households.attack_rate(size, hazard, infectious)
    agrees(others.mean() / (size - 1), rate, others.std(ddof=1) / (size - 1) / np.sqrt(HOMES))


def test_reed_frost_by_hand():
    """Three people, constant period, q the escape from one person over its whole time: 0, 1 or 2
    infected with q^2, 2 p q^2, the rest."""
    q = float(np.exp(-0.3))
    expected = [q**2, 2 * (1 - q) * q**2, 0.0]
    expected[2] = 1 - expected[0] - expected[1]
    np.testing.assert_allclose(
        households.final_sizes(2, 1, 0.1, Periods(3, np.inf)), expected, rtol=1e-12
    )
    assert households.attack_rate(2, 0.1, Periods(3, np.inf)) == pytest.approx(1 - q)
