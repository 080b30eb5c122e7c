"""The same law as EoN's `fast_nonMarkov_SIR` (Kiss, Miller & Simon 2017, doi
10.1007/978-3-319-50806-1): another program, another author.

SEIR is SIR there: a node transmits to each neighbour after its latent period and an exponential
time, if that falls within its infectious period, and recovers at the end. The same graph, one first
case, independent luck.
"""

from __future__ import annotations

import warnings

import networkx as nx
import numpy as np
import pytest
from on_graphs import follow, pathogen_of
from scipy import stats

import lazaretto as lz
from lazaretto.analysis.theory.networks import Periods

with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore", DeprecationWarning
    )  # EoN 2.0 imports from a module that SciPy will drop
    import EoN

PEOPLE, RUNS = 300, 400
LATENT, INFECTIOUS, HAZARD = Periods(3, 2), Periods(7, 3), 0.06
ALPHA = 5.7e-7  # five standard errors of a normal law, two-sided
COLUMNS = (
    "final size",
    "day of a quarter of the people",
    "largest number infected at once",
    "its day",
    "end of the last infection",
)


def graph() -> tuple[lz.Population, nx.Graph]:
    """One graph of 300 people, degrees 2 to 20, for both."""
    degrees = np.resize([2, 4, 6, 8, 20], PEOPLE)
    population = lz.populations.configuration(degrees, seed=4)
    city = population.city
    one = np.repeat(np.arange(PEOPLE), np.diff(city.link_start))
    pairs = np.unique(
        np.sort(np.column_stack([one, city.link]), axis=1), axis=0
    )  # a double link would be one in EoN
    population = lz.populations.from_pairs(PEOPLE, pairs[:, 0], pairs[:, 1], "simple")
    other = nx.Graph()
    other.add_nodes_from(range(PEOPLE))
    other.add_edges_from(pairs.tolist())
    return population, other


def summary(infected: np.ndarray, ended: np.ndarray) -> list[float]:
    """Of one outbreak: the five numbers of COLUMNS (infinite where a quarter is never reached)."""
    infected, ended = np.sort(infected), np.sort(ended)
    now = np.arange(1, len(infected) + 1) - np.searchsorted(ended, infected, side="right")
    quarter = infected[PEOPLE // 4] if len(infected) > PEOPLE // 4 else np.inf
    return [len(infected), quarter, now.max(), infected[now.argmax()], ended[-1]]


def ours(population: lz.Population) -> np.ndarray:
    pathogen = pathogen_of(LATENT, INFECTIOUS, HAZARD)
    runs = (
        follow(population, pathogen, seed, first=np.array([0]), days=600) for seed in range(RUNS)
    )
    return np.array([summary(h.time, h.end) for h in runs])


def theirs(other: nx.Graph, hazard: float = HAZARD, seed: int = 20261124) -> np.ndarray:
    rng = np.random.default_rng(seed)

    def course(node: int, susceptible: list[int]) -> tuple[dict[int, float], float]:
        latent = rng.gamma(LATENT.shape, LATENT.mean / LATENT.shape)
        end = latent + rng.gamma(INFECTIOUS.shape, INFECTIOUS.mean / INFECTIOUS.shape)
        return {v: latent + rng.exponential(1 / hazard) for v in susceptible}, end

    found = []
    for _ in range(RUNS):
        run = EoN.fast_nonMarkov_SIR(
            other, trans_and_rec_time_fxn=course, initial_infecteds=[0], return_full_data=True
        )
        histories = [run.node_history(node) for node in range(PEOPLE)]
        times = [dict(zip(state, time)) for time, state in histories if "I" in state]
        found.append(summary(np.array([t["I"] for t in times]), np.array([t["R"] for t in times])))
    return np.array(found)


@pytest.fixture(scope="module")
def both() -> tuple[np.ndarray, np.ndarray, nx.Graph]:
    population, other = graph()
    return ours(population), theirs(other), other


def distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(stats.ks_2samp(a, b, method="asymp").statistic)


def critical() -> float:
    return float(np.sqrt(-np.log(ALPHA / 2) / RUNS))  # Kolmogorov and Smirnov, two samples of RUNS


@pytest.mark.parametrize("column", range(len(COLUMNS)), ids=COLUMNS)
def test_the_same_law(both, column):
    """Two-sample Kolmogorov-Smirnov, 400 runs each, at five standard errors: rejects at a distance
    of 0.194 between the empirical laws, and so finds a true distance of 0.28 with probability above
    0.95 (the distance of two samples has standard deviation below 0.05)."""
    mine, other, _ = both
    assert distance(mine[:, column], other[:, column]) < critical()


def test_the_test_has_power(both):
    """A hazard a third lower is found by at least two of the five."""
    mine, _, graph_of_theirs = both
    weaker = theirs(graph_of_theirs, HAZARD * 2 / 3, 7)
    assert sum(distance(mine[:, c], weaker[:, c]) > critical() for c in range(len(COLUMNS))) >= 2
