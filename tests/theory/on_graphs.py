"""The engine on graphs of theory: no authority, everybody alike unless `k` says otherwise."""

from __future__ import annotations

import numpy as np

from lazaretto.analysis.theory.networks import Periods
from lazaretto.bench import idealised_pathogen, neutral_law
from lazaretto.engine.simulate import NONE, run_once
from lazaretto.mechanisms.illness.lowering import lower_pathogen
from lazaretto.parameters import Law, Pathogen
from lazaretto.world.stated import Policy

SIGMA = 5  # tolerance of every comparison, in standard errors


def law(period: Periods) -> Law:
    if np.isinf(period.shape):
        return neutral_law("constant", period.mean)
    return (
        neutral_law("expon", period.mean)
        if period.shape == 1
        else neutral_law("gamma", period.mean, a=period.shape)
    )


def pathogen_of(latent: Periods, infectious: Periods, hazard: float, k: float = 1e9) -> Pathogen:
    pathogen = idealised_pathogen(law(latent), law(infectious), hazard)
    data = pathogen.model_dump()
    data["individual_variation_k"] |= {"value": k, "range": [0.01, 1e9]}
    return Pathogen.model_validate(data)


def follow(population, pathogen, seed: int, *, initial: int = 0, first=NONE, days: int = 400):
    """The truth about all infections of one run without measures."""
    rates = lower_pathogen(pathogen, population, pathogen.hazard_per_day.value)
    return run_once(population.city, rates, Policy(), seed, initial, days, first=first).history


def mean_and_error(found) -> tuple[np.ndarray, np.ndarray]:
    """Over the first axis: mean and its standard error."""
    found = np.asarray(found, float)
    return found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(len(found))


def agrees(found: float, expected: float, error: float) -> None:
    """Within five standard errors; on failure all three are shown. The smallest error it would find
    is five times `error`."""
    assert abs(found - expected) < SIGMA * error, (
        f"found {found:.6g}, expected {expected:.6g}, standard error {error:.2g}"
    )
