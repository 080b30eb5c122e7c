"""Overdispersed transmission: offspring, extinction and chain sizes of the engine against branching processes with dispersion k."""

from __future__ import annotations

import numpy as np
import pytest
from on_graphs import agrees, follow, pathogen_of
from scipy import stats

from lazaretto.analysis.theory import branching, trees
from lazaretto.analysis.theory.networks import Periods
from lazaretto.outcomes.run import generations

LATENT, INFECTIOUS = Periods(2, 2), Periods(5, np.inf)  # a constant infectious period leaves k as the only dispersion
LINKS = 50


def test_offspring_and_the_share_of_the_top_fifth():
    """1,000 links each, so that offspring are negative binomial but for a few per mille (allowed for: theory is that of 1,000 links).
    Would find 0.012 of P(0), 3 % of the share of transmission from the most infectious fifth."""
    roots, links, k, mean = 6000, 1000, 0.16, 2.5
    hazard = mean / links / INFECTIOUS.mean
    population = trees.stars(np.full(roots, links))
    h = follow(population, pathogen_of(LATENT, INFECTIOUS, hazard, k), 1, first=np.arange(roots), days=60)
    offspring = np.bincount(h.person[h.source[h.source >= 0]], minlength=roots)
    law = branching.over_links(links, mean / links, k)
    for most in (0, 1, 5):
        expected = sum_of_law(law, most)
        agrees((offspring <= most).mean(), expected, np.sqrt(expected * (1 - expected) / roots))
        assert expected == pytest.approx(stats.nbinom.cdf(most, k, k / (k + mean)), abs=2e-3)
    strength = h.strength[:roots].astype(float)
    from_top = strength > np.quantile(strength, 0.8)
    share = offspring[from_top].sum() / offspring.sum()
    spread = (offspring * (from_top - branching.share_of_top(k))).std(ddof=1) / np.sqrt(roots) / offspring.mean()
    agrees(share, branching.share_of_top(k), spread)


def sum_of_law(law, most: int) -> float:
    """P(at most so many), read off the generating function."""
    s = np.exp(2j * np.pi * np.arange(1024) / 1024)
    f = np.array([law(z) for z in s])
    return float(sum((f * s**-j).mean().real for j in range(most + 1)))


@pytest.mark.parametrize(("mean", "k"), [(1.2, 0.16), (1.5, 0.16), (2.5, 0.1), (2.5, 0.16), (2.5, 0.5), (2.5, 1.0), (2.5, 1e6), (3.5, 0.16)])  # fmt: skip
def test_lineages_die_out(mean, k):
    """Share of lineages extinct by generations 1 to 4, 2,000 lineages in one large one-way graph of 50 links each. Would find 0.055; the
    limit of many links and generations is the closed form of the evidence base (`test_closed_forms`)."""
    roots, last = 2000, 4
    law = branching.over_links(LINKS, mean / LINKS, k)
    counts = extinct_by(mean, k, roots, last)
    for generation, found in enumerate(counts, start=1):
        expected = branching.extinction(law, generation)
        agrees(found, expected, np.sqrt(expected * (1 - expected) / roots))


def extinct_by(mean: float, k: float, roots: int, last: int) -> list[float]:
    """Share of lineages without anybody in generation 1, 2, ..., each lineage in trees of its own where few links are taken."""
    hazard = mean / LINKS / INFECTIOUS.mean
    pathogen = pathogen_of(LATENT, INFECTIOUS, hazard, k)
    people = 400_000
    population = trees.random_targets(np.full(people, LINKS), 1)
    share = np.zeros(last)
    batches = 20
    for batch in range(batches):
        first = np.arange(batch * roots // batches, (batch + 1) * roots // batches)
        h = follow(population, pathogen, batch, first=first, days=14)
        steps = generations(h.source)
        lineage = np.arange(len(h.person))
        for row in np.argsort(steps, kind="stable"):
            if h.source[row] >= 0:
                lineage[row] = lineage[h.source[row]]
        for generation in range(1, last + 1):
            share[generation - 1] += len(first) - len(np.unique(lineage[steps == generation]))
    return list(share / roots)
