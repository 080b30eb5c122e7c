"""Overdispersed transmission: offspring, extinction and chain sizes of the engine against branching
processes with dispersion k."""

from __future__ import annotations

import numpy as np
import pytest
from on_graphs import agrees, follow, pathogen_of
from scipy import stats

from lazaretto.analysis.theory import branching, trees
from lazaretto.analysis.theory.networks import Periods
from lazaretto.outcomes.linelist import generations

LATENT, INFECTIOUS = (
    Periods(2, 2),
    Periods(5, np.inf),
)  # a constant infectious period leaves k as the only dispersion
BRANCHING, GENERATIONS, ROOTS = 8, 4, 600


def test_offspring_and_the_share_of_the_top_fifth():
    """1,000 links each, so that offspring are negative binomial but for a few per mille (allowed
    for: theory is that of 1,000 links). Would find 0.012 of P(0), 3 % of the share of transmission
    from the most infectious fifth."""
    roots, links, k, mean = 6000, 1000, 0.16, 2.5
    hazard = mean / links / INFECTIOUS.mean
    population = trees.stars(np.full(roots, links))
    h = follow(
        population, pathogen_of(LATENT, INFECTIOUS, hazard, k), 1, first=np.arange(roots), days=60
    )
    offspring = np.bincount(h.person[h.source[h.source >= 0]], minlength=roots)
    law = branching.over_links(links, mean / links, k, points=4000)
    for most in (0, 1, 5):
        expected = sum_of_law(law, most)
        agrees((offspring <= most).mean(), expected, np.sqrt(expected * (1 - expected) / roots))
        assert expected == pytest.approx(stats.nbinom.cdf(most, k, k / (k + mean)), abs=2e-3)
    strength = h.strength[:roots].astype(float)
    from_top = strength > np.quantile(strength, 0.8)
    share = offspring[from_top].sum() / offspring.sum()
    spread = (
        (offspring * (from_top - branching.share_of_top(k))).std(ddof=1)
        / np.sqrt(roots)
        / offspring.mean()
    )
    agrees(share, branching.share_of_top(k), spread)


def sum_of_law(law, most: int) -> float:
    """P(at most so many), read off the generating function."""
    s = np.exp(2j * np.pi * np.arange(512) / 512)
    f = np.array([law(z) for z in s])
    return float(sum((f * s**-j).mean().real for j in range(most + 1)))


CASES = [
    (1.2, 0.16),
    (1.5, 0.16),
    (2.5, 0.1),
    (2.5, 0.16),
    (2.5, 0.5),
    (2.5, 1.0),
    (2.5, 1e6),
    (3.5, 0.16),
]


def hazard_of(mean: float, k: float) -> float:
    """Total hazard of a link such that the mean number of offspring over BRANCHING links is `mean`:
    1 - (1 + h / k)^-k = mean / links."""
    return k * ((1 - mean / BRANCHING) ** (-1 / k) - 1)


def descendants(mean: float, k: float, roots: int, depth: int, seed: int) -> np.ndarray:
    """(roots, depth + 1) infections by lineage and generation, in trees that never meet."""
    population = trees.forest(roots, BRANCHING, depth)
    hazard = hazard_of(mean, k) / INFECTIOUS.mean
    h = follow(
        population,
        pathogen_of(LATENT, INFECTIOUS, hazard, k),
        seed,
        first=np.arange(roots),
        days=100,
    )
    steps = generations(h.source)
    root = h.person.astype(np.int64)
    for generation in range(
        depth, 0, -1
    ):  # people of a generation stand in the order of their parents
        begin = roots * (BRANCHING**generation - 1) // (BRANCHING - 1)
        inside = root >= begin
        root[inside] = (
            begin - roots * BRANCHING ** (generation - 1) + (root[inside] - begin) // BRANCHING
        )
    counts = np.zeros((roots, depth + 1), np.int64)
    np.add.at(counts, (root, steps), 1)
    return counts


@pytest.mark.parametrize(("mean", "k"), CASES)
def test_lineages_die_out(mean, k):
    """Share of lineages extinct by generations 1 to 4, of 600 that cannot meet; eight links each,
    so exact for eight links. Would find 0.1. The limit of many links and generations is the closed
    form of the evidence base (`test_closed_forms`)."""
    law = branching.over_links(BRANCHING, hazard_of(mean, k), k)
    counts = descendants(mean, k, ROOTS, GENERATIONS, 1)
    for generation in range(1, GENERATIONS + 1):
        expected = branching.extinction(law, generation)
        found = (counts[:, generation] == 0).mean()
        agrees(found, expected, np.sqrt(expected * (1 - expected) / ROOTS))


def test_chain_sizes():
    """Whole chains at R = 0.5, k = 0.16 over eight links, to four generations: chains of at most
    five people go no further, and the mean is that of four generations. Would find 0.04 of P(1)."""
    mean, k, roots, depth = 0.5, 0.16, 2500, 4
    sizes = descendants(mean, k, roots, depth, 2).sum(axis=1)
    expected = branching.chain_sizes_of(
        branching.over_links(BRANCHING, hazard_of(mean, k), k, points=2000), 5
    )
    for size in range(1, 6):
        share = expected[:size].sum()
        agrees((sizes <= size).mean(), share, np.sqrt(share * (1 - share) / roots))
    agrees(sizes.mean(), sum(mean**g for g in range(depth + 1)), sizes.std(ddof=1) / np.sqrt(roots))
