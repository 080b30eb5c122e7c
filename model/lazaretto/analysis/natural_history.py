"""What a pathogen's parameters amount to: intervals, theta, growth rate and dispersion, beside the
published values.

By integration over the stated laws (a scrambled Sobol sequence, the same points every time); only
dispersion is simulated, because part of it comes from the contacts. Intervals are intrinsic: as
they would be if the susceptible never ran out, within households either.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, stats

from ..mechanisms.illness.lowering import lower_pathogen
from ..outcomes.free_chains import GENERATIONS_OF_MANY, Effort, follow_chains
from ..outcomes.reproduction import reproduction
from ..outcomes.solving import ReproductionError
from ..parameters import Pathogen
from ..population.city import Population

Floats = NDArray[np.float64]
POINTS_LOG2 = 15
CHAINS = Effort(1_000, 2_000_000)
MOST_GROWTH_PER_DAY = 5.0
UNITS = {
    "latent_mean": "day",
    "incubation_mean": "day",
    "generation_interval_mean": "day",
    "generation_interval_sd": "day",
    "serial_interval_mean": "day",
    "serial_interval_sd": "day",
    "theta": "fraction",
    "growth_rate": "1/day",
    "doubling_time": "day",
    "dispersion_k": "dimensionless",
}
MEANING = {
    "latent_mean": "infection to infectious",
    "incubation_mean": "infection to symptoms",
    "generation_interval_mean": "infection to infection, of all transmissions",
    "generation_interval_sd": "its standard deviation",
    "serial_interval_mean": "symptoms to symptoms",
    "serial_interval_sd": "its standard deviation",
    "theta": "share of transmission before symptoms, of infectors who will have them",
    "growth_rate": "from R0 and the generation interval (Euler-Lotka), without measures",
    "doubling_time": "log 2 / growth rate",
    "dispersion_k": "of the offspring numbers in generations 1 and 2, simulated on the population",
}


class Transmissions(NamedTuple):
    """Weighted transmissions of infectors drawn from the laws: days since infection, onset of the
    infector, weight."""

    latent: Floats
    onset: Floats
    moment: Floats
    weight: Floats


def transmissions(pathogen: Pathogen) -> Transmissions:
    """(points,) each: one infector with one moment of transmission, drawn from where infectiousness
    lies."""
    u = stats.qmc.Sobol(d=4, scramble=True, seed=1).random_base2(POINTS_LOG2)
    u = np.clip(u, 1e-12, 1 - 1e-12)
    onset_first = pathogen.incubation_period is not None
    first: Any = pathogen.incubation_period if onset_first else pathogen.latent_period
    second: Any = pathogen.onset_to_infectious if onset_first else pathogen.presymptomatic_lead
    earlier = first.quantile(u[:, 0])
    ahead = (
        float(pathogen.infectious_before_onset.value)
        if pathogen.infectious_before_onset is not None
        else 0.0
    )
    later = np.maximum(0.0, earlier - ahead) if ahead else earlier + second.quantile(u[:, 1])
    latent, onset = (later, earlier) if onset_first else (earlier, later)
    period = pathogen.infectious_period.quantile(u[:, 2])
    begin = np.maximum(latent, onset)
    lead = begin - latent
    if pathogen.profile_from == "infectious-start":
        lead, period, begin = np.zeros_like(lead), period + lead, latent
    if ahead:
        begin, period = onset - ahead, period + latent - (onset - ahead)
    early = lead * float(pathogen.presymptomatic_relative_infectiousness.value)
    weight = early + period
    at = u[:, 3] * weight
    late = np.clip((at - early) / np.where(period > 0, period, 1.0), 1e-12, 1 - 1e-12)
    after = begin + pathogen.infectiousness_profile.quantile(late) * period
    before = latent + lead * at / np.where(early > 0, early, 1.0)
    moment = np.where(at < early, before, after)
    return Transmissions(
        latent, onset, moment, np.where(moment > 0, weight, 0.0) if ahead else weight
    )


def growth_rate(r0: float, moment: Floats, weight: Floats) -> float:
    """r per day with R0 x E exp(-r T) = 1 (Euler-Lotka; Wallinga & Lipsitch 2007, doi
    10.1098/rspb.2006.3754); moment: T."""
    share = weight / weight.sum()
    shortest = float(moment.min())

    def excess(r: float) -> float:
        return float(np.log(r0) - r * shortest + np.log(share @ np.exp(-r * (moment - shortest))))

    return float(optimize.brentq(excess, -1.0 if r0 < 1 else 0.0, MOST_GROWTH_PER_DAY))


def negative_binomial_k(counts: NDArray[np.int64]) -> float:
    """The dispersion of offspring numbers by maximum likelihood, the mean held at its own; inf
    where they vary less than Poisson.

    counts: (m,) how many cases had 0, 1, 2, ... offspring.
    """
    numbers = np.arange(len(counts))
    mean = float(counts @ numbers / counts.sum())
    variance = float(counts @ (numbers - mean) ** 2 / counts.sum())
    if variance <= mean:
        return float("inf")

    def minus_log_likelihood(log_k: float) -> float:
        k = float(np.exp(log_k))
        return -float(counts @ stats.nbinom.logpmf(numbers, k, k / (k + mean)))

    return float(
        np.exp(
            optimize.minimize_scalar(minus_log_likelihood, bounds=(-6.0, 6.0), method="bounded").x
        )
    )


def outputs(pathogen: Pathogen, population: Population | None = None) -> dict[str, float]:
    """The numbers of `UNITS` that follow from the parameters; dispersion only on a population."""
    t = transmissions(pathogen)
    infector = t.weight / t.weight.sum()
    generation = float(infector @ t.moment)
    onset_mean, onset_variance = float(t.onset.mean()), float(t.onset.var())
    after_onset = t.moment - t.onset
    serial = float(infector @ after_onset) + onset_mean
    r0 = float(pathogen.R0.value)
    r = growth_rate(r0, t.moment, t.weight)
    found = {
        "latent_mean": float(t.latent.mean()),
        "incubation_mean": onset_mean,
        "generation_interval_mean": generation,
        "generation_interval_sd": float(np.sqrt(infector @ (t.moment - generation) ** 2)),
        "serial_interval_mean": serial,
        "serial_interval_sd": float(
            np.sqrt(infector @ (after_onset - infector @ after_onset) ** 2 + onset_variance)
        ),
        "theta": float(infector @ (t.moment < t.onset)),
        "growth_rate": r,
        "doubling_time": float(np.log(2) / r) if r != 0 else float("inf"),
    }
    if population is not None:
        found["dispersion_k"] = negative_binomial_k(offspring(pathogen, population))
    return found


def offspring(pathogen: Pathogen, population: Population) -> NDArray[np.int64]:
    """How many cases of the first two generations after a random one had 0, 1, 2, ... infectees,
    without measures."""
    rates = lower_pathogen(pathogen, population, reproduction(pathogen, population).scale)
    return follow_chains(population, rates, GENERATIONS_OF_MANY, CHAINS).offspring


def beside_published(pathogen: Pathogen, population: Population | None = None) -> pd.DataFrame:
    """One line per output: value here, unit, published value and range, whether it lies within,
    source, note.

    On a population on which R0 cannot be reached, dispersion is left out.
    """
    try:
        found = outputs(pathogen, population)
    except ReproductionError:
        found = outputs(pathogen)
    lines = []
    for name, value in found.items():
        stated = pathogen.published.get(name)
        ends: Any = stated.range if stated is not None else (np.nan, np.nan)
        low, high = map(float, ends)
        lines.append(
            {
                "output": name,
                "meaning": MEANING[name],
                "value": value,
                "unit": UNITS[name],
                "published": float(stated.value) if stated is not None else np.nan,
                "low": low,
                "high": high,
                "within": "" if stated is None else ("yes" if low <= value <= high else "no"),
                "source": "" if stated is None else stated.source,
                "note": "" if stated is None else stated.note,
            }
        )
    return pd.DataFrame(lines).set_index("output")
