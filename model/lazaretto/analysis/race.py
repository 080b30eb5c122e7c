"""The race: is a contact reached before it becomes infectious?

A contact infected at time s after the index case's onset (before it: s < 0) has the latent period
L. Reached D days after that onset, it is reached in time if s + L > D. Over all transmissions of
index cases with symptoms, P(in time) = E[1 - F_L(D - s)]: what no enforcement can make up for
later. Computed by integration over the stated laws, and counted in runs of the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..engine.simulate import run_once
from ..mechanisms.illness.lowering import lower_pathogen
from ..outcomes.free_chains import days_of
from ..parameters import Law, Pathogen
from ..population.city import Population
from ..population.idealised import configuration
from ..world.stated import Policy
from .natural_history import transmissions

Floats = NDArray[np.float64]
AS_STATED = "as stated"
LAWS = (AS_STATED, "constant", "gamma", "exponential")
DELAYS = tuple(float(d) for d in range(15))
PER_PAIR = 0.02  # infections per pair of people: so few that the first hardly ever hinders a second
PAIRS = 400_000


def with_latent(pathogen: Pathogen, law: str) -> Pathogen:
    """The pathogen with another law of the latent period, of the same mean; 'gamma' has the stated
    variance too. Raises ValueError where the pathogen states no latent period (onset comes first)
    or the law is unknown."""
    if law == AS_STATED:
        return pathogen
    if pathogen.latent_period is None:
        raise ValueError(
            f"{pathogen.title}: infectiousness follows onset here, so there is no "
            "latent period to exchange"
        )
    if law not in LAWS:
        raise ValueError(f"unknown law {law!r}; one of {', '.join(LAWS)}")
    latent = pathogen.latent_period
    mean, variance = _moments(latent)
    data = latent.model_dump() | {
        "mean": mean,
        "parameters": {},
        "quantiles": (),
        "maximum": None,
        "range": (mean, mean),
    }
    if law == "constant" or variance < 1e-9 * mean**2:
        data["family"] = "constant"
    else:
        data |= {
            "family": "gamma",
            "parameters": {"a": 1.0 if law == "exponential" else mean**2 / variance},
        }
    return pathogen.model_copy(update={"latent_period": Law.model_validate(data)})


def _moments(law: Law) -> tuple[float, float]:
    p = (np.arange(100_000) + 0.5) / 100_000
    drawn = law.quantile(p)
    return float(drawn.mean()), float(drawn.var())


def in_time(pathogen: Pathogen, delays: Sequence[float]) -> tuple[Floats, Floats]:
    """By integration, for each delay in days from the index case's onset: P(reached before
    infectious) over all its transmissions, and P(still latent) over those that have happened by
    then (nan where none has)."""
    t = transmissions(pathogen)
    since = t.moment - t.onset
    order = np.argsort(since)
    since, weight = since[order], t.weight[order] / t.weight.sum()
    latent = np.sort(t.latent)
    reached, still = np.zeros(len(delays)), np.full(len(delays), np.nan)
    for k, delay in enumerate(delays):
        in_advance = 1.0 - np.searchsorted(latent, delay - since, side="right") / len(latent)
        reached[k] = weight @ in_advance
        happened = since <= delay
        if weight[happened].sum() > 0:
            still[k] = weight[happened] @ in_advance[happened] / weight[happened].sum()
    return reached, still


@lru_cache(maxsize=1)
def pairs(number: int) -> Population:
    """So many pairs of people who know nobody else."""
    return configuration(np.ones(2 * number, np.int64), seed=1)


def simulate_pairs(pathogen: Pathogen, number: int = PAIRS, seed: int = 1) -> tuple[Floats, Floats]:
    """From the engine: (infection, start of infectiousness) of infected partners, in days after the
    onset of the one who infected them; of those with symptoms. `number` pairs, one of each infected
    at the start, nobody tested or traced."""
    population = pairs(number)
    partner = population.city.link
    first = np.flatnonzero(np.arange(2 * number) < partner)
    t = transmissions(pathogen)
    rates = lower_pathogen(pathogen, population, PER_PAIR / float(t.weight.mean()))
    days = days_of(rates, 1)  # as long as those infected at the start can infect
    h = run_once(population.city, rates, Policy(), seed, 0, days, first=first).history
    rows = np.flatnonzero(h.source >= 0)
    source = h.source[rows]
    rows, source = rows[h.symptomatic[source]], source[h.symptomatic[source]]
    onset = h.onset[source]
    return h.time[rows] - onset, h.infectious[rows] - onset


def race(
    pathogen: Pathogen,
    delays: Sequence[float] = DELAYS,
    laws: Sequence[str] = LAWS,
    *,
    number: int = PAIRS,
    seed: int = 1,
) -> pd.DataFrame:
    """One row per latent law and delay: pathogen, law, delay_days (from the index case's onset),
    reached_in_time and still_latent by integration; the same simulated, with standard errors;
    transmissions counted. For a pathogen without a latent period of its own only the law as
    stated."""
    tables = []
    for law in laws if pathogen.latent_period is not None else (AS_STATED,):
        variant = with_latent(pathogen, law)
        reached, still = in_time(variant, delays)
        infected, infectious = simulate_pairs(variant, number, seed)
        counted = [_count(infected, infectious, delay) for delay in delays]
        table = pd.DataFrame(
            counted,
            columns=["simulated", "standard_error", "simulated_latent", "latent_standard_error"],
        )
        table.insert(0, "still_latent", still)
        table.insert(0, "reached_in_time", reached)
        table.insert(0, "delay_days", np.asarray(delays, float))
        table.insert(0, "law", law)
        table.insert(0, "pathogen", pathogen.title)
        table["transmissions"] = len(infected)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _count(infected: Floats, infectious: Floats, delay: float) -> tuple[float, float, float, float]:
    share, error = _share(infectious > delay)
    happened = infected <= delay
    latent, latent_error = _share(infectious[happened] > delay)
    return share, error, latent, latent_error


def _share(true: NDArray[np.bool_]) -> tuple[float, float]:
    """A share and its standard error (at least that of one in n), nan of nothing."""
    n = len(true)
    if n == 0:
        return float("nan"), float("nan")
    share = float(true.mean())
    return share, float(np.sqrt(max(share * (1 - share), 1.0 / n) / n))
