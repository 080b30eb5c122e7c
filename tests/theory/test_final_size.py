"""Theory on configuration graphs, at 5 standard errors, with fixed seeds.

Attack fraction: u = 1 - T + T g1(u), A = 1 - g0(u) with per-link transmissibility T (Newman 2002,
doi 10.1103/PhysRevE.66.016128; right also for varying infectious periods, Miller 2007). The
`seeded` fraction starts infected.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

import lazaretto as lz
from lazaretto.bench import (
    DEGREE,
    FIRST,
    R0,
    bare_case,
    bare_hazard,
    idealised_pathogen,
    neutral_law,
)
from lazaretto.engine.simulate import run_once
from lazaretto.mechanisms.illness.lowering import lower_pathogen
from lazaretto.world.stated import Policy

RUNS = 24


def poisson_attack(mean: float, transmissibility: float, seeded: float) -> float:
    """Attack fraction on a Poisson graph where a fraction `seeded` starts infected."""

    def gap(theta: float) -> float:
        return theta - (
            1 - transmissibility + transmissibility * (1 - seeded) * np.exp(mean * (theta - 1))
        )

    theta = brentq(gap, 0.0, 1.0 - 1e-12)
    return 1 - (1 - seeded) * float(np.exp(mean * (theta - 1)))


def attacks(
    people: int, transmissibility: float, latent, infectious, runs: int = RUNS
) -> np.ndarray:
    shape, mean = 3.0, 7.0
    hazard = ((1 - transmissibility) ** (-1 / shape) - 1) * shape / mean
    pathogen = idealised_pathogen(latent, infectious, hazard)
    out = []
    for seed in range(1, runs + 1):
        population = lz.populations.random_graph(people, DEGREE, seed=seed)
        rates = lower_pathogen(pathogen, population, hazard)
        out.append(
            len(run_once(population.city, rates, Policy(), seed, FIRST, 400).history.person)
            / people
        )
    return np.array(out)


def test_final_size_of_the_benchmark_graph():
    """Smallest error it would find: 5 standard errors, printed on failure; about 0.0006 of the
    attack fraction."""
    people = 40_000
    found = attacks(
        people, R0 / DEGREE, neutral_law("gamma", 4.0, a=2.0), neutral_law("gamma", 7.0, a=3.0)
    )
    expected = poisson_attack(DEGREE, R0 / DEGREE, FIRST / people)
    error = found.std(ddof=1) / np.sqrt(RUNS)
    assert error < 0.001
    assert abs(found.mean() - expected) < 5 * error, (found.mean(), expected, error)


def test_final_size_does_not_depend_on_the_latent_law():
    people = 20_000
    expected = poisson_attack(DEGREE, 0.15, FIRST / people)
    for latent in (neutral_law("constant", 4.0), neutral_law("expon", 4.0)):
        found = attacks(people, 0.15, latent, neutral_law("gamma", 7.0, a=3.0), runs=16)
        error = found.std(ddof=1) / np.sqrt(len(found))
        assert abs(found.mean() - expected) < 5 * error, (found.mean(), expected, error)


def test_extinction_probability_of_one_infection():
    """P(no major outbreak) from one random person, exponential infectious period: v = E_T[g1(1 - T
    + T v)], q = E_T[g0(1 - T + T v)]."""
    mean_degree, recovery, hazard = 8.0, 1 / 7.0, 0.047619
    people, runs = 4000, 600
    pathogen = idealised_pathogen(neutral_law("expon", 3.0), neutral_law("expon", 7.0), hazard)
    days = -np.log((np.arange(20_000) + 0.5) / 20_000) / recovery
    transmits = 1 - np.exp(-hazard * days)
    v = 0.5
    for _ in range(500):
        v = float(np.exp(mean_degree * (transmits * (v - 1))).mean())
    population = lz.populations.random_graph(people, mean_degree, seed=5)
    rates = lower_pathogen(pathogen, population, hazard)
    sizes = np.array(
        [
            len(run_once(population.city, rates, Policy(), s, 1, 300).history.person)
            for s in range(runs)
        ]
    )
    small = (sizes < people * 0.1).mean()
    error = np.sqrt(v * (1 - v) / runs)
    assert 1 - v == pytest.approx(0.566316, abs=2e-4)  # analytic_checks of the evidence base
    assert abs(small - v) < 5 * error, (small, v, error)


def test_the_reproduction_number_of_a_graph_is_the_transmissibility_times_the_mean_degree():
    from lazaretto.outcomes.free_chains import measure

    population, rates = bare_case(20_000)
    assert rates.scale == pytest.approx(bare_hazard())
    found = [measure(population, rates, seed).r0 for seed in range(6)]
    error = np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(np.mean(found) - R0) < 5 * error + 0.01, (
        np.mean(found),
        error,
    )  # 0.01: saturation within chains of 90 people
