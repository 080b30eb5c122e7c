"""Side by side with epiworld's ModelSEIR on the same graph, in one process, one thread each.

Work: N people on a random graph of mean degree 10, R0 2.7 (probability 0.27 that a link transmits at all), latent mean 4 d,
infectious mean 7 d, 200 days, 50 first infections. Building the graph is not counted. epiworld steps by days with rates, and its
attack rate at the same probability per link is higher (0.975 against 0.916, which is theory's), so its daily transmission
probability is first solved, on 10,000 people, for the same attack rate: both then make as many infections. Ratios hold from
machine to machine, seconds do not.

    python benchmarks/peers.py [--people 10000 --people 100000 --people 1000000] [--json]
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from importlib.metadata import version
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from scipy.optimize import brentq

from lazaretto.bench import DAYS, FIRST, bare_case
from lazaretto.engine.lowering import no_policy
from lazaretto.engine.simulate import run_once
from lazaretto.population.city import Population

RECOVERY, INCUBATION_DAYS = 1 / 7, 4.0
ATTACK = 0.916  # z = 1 - exp(-R0 z)
SOLVE_PEOPLE, SOLVE_SEEDS = 10_000, 5


def timed(work: Any, repeats: int) -> tuple[list[float], list[float]]:
    """Seconds and results of `repeats` calls work(seed)."""
    seconds, results = [], []
    for seed in range(1, repeats + 1):
        began = time.perf_counter()
        results.append(work(seed))
        seconds.append(time.perf_counter() - began)
    return seconds, results


def lazaretto(population: Population, rates: Any, repeats: int) -> tuple[list[float], list[float]]:
    """Seconds and attack rates of Lazaretto."""
    policy = no_policy(DAYS)
    run_once(population.city, rates, policy, 0, FIRST, DAYS)
    return timed(
        lambda seed: len(run_once(population.city, rates, policy, seed, FIRST, DAYS).history.person) / population.people, repeats
    )


def epiworld_model(population: Population, probability: float) -> Any:
    """epiworld's SEIR model on the same links, with that probability of transmission per link and day."""
    from epiworldpy import epimodels

    city = population.city
    one = np.repeat(np.arange(population.people, dtype=np.int32), np.diff(city.link_start))
    once = one < city.link
    model = epimodels.ModelSEIR("bare", FIRST / population.people, probability, INCUBATION_DAYS, RECOVERY)
    model.agents_from_edgelist(one[once].tolist(), city.link[once].tolist(), population.people, False)
    model.verbose_off()
    return model


def attack_rate(model: Any) -> float:
    """Share that is not susceptible (state 0) at the end of the last run."""
    return float(np.mean(np.asarray(model.get_agents_states()) != 0))


def equal_work_probability() -> float:
    """The daily probability at which epiworld's attack rate is ATTACK."""
    population = bare_case(SOLVE_PEOPLE)[0]

    def excess(probability: float) -> float:
        model = epiworld_model(population, probability)
        rates = []
        for seed in range(1, SOLVE_SEEDS + 1):
            model.run(DAYS, seed)
            rates.append(attack_rate(model))
        return statistics.mean(rates) - ATTACK

    return float(brentq(excess, 0.01, 0.1, xtol=2e-4))


def epiworld(population: Population, probability: float, repeats: int) -> tuple[list[float], list[float]]:
    """Seconds and attack rates of epiworld on the same links."""
    model = epiworld_model(population, probability)
    seconds, results = [], []
    for seed in range(1, repeats + 1):
        began = time.perf_counter()
        model.run(DAYS, seed)
        seconds.append(time.perf_counter() - began)
        results.append(attack_rate(model))
    return seconds, results


def main(
    people: Annotated[list[int] | None, typer.Option(help="Sizes; may be given several times.")] = None,
    repeats: Annotated[int, typer.Option(min=1)] = 5,
    peer_repeats: Annotated[int, typer.Option(min=1)] = 2,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure and print a table of times, costs per infection and ratios."""
    console = Console(file=sys.stderr if as_json else sys.stdout)
    load = os.getloadavg()
    lines = []
    probability = equal_work_probability()
    for size in people or [10_000, 100_000, 1_000_000]:
        population, rates = bare_case(size)
        ours, our_attack = lazaretto(population, rates, repeats)
        theirs, their_attack = epiworld(population, probability, peer_repeats)
        best, median = min(ours), statistics.median(ours)
        lines.append(
            {
                "people": size,
                "lazaretto_best_s": best,
                "lazaretto_median_s": median,
                "lazaretto_attack": statistics.mean(our_attack),
                "ns_per_infection": best / (statistics.mean(our_attack) * size) * 1e9,
                "epiworld_best_s": min(theirs),
                "epiworld_attack": statistics.mean(their_attack),
                "ratio_best": min(theirs) / best,
                "ratio_median": statistics.median(theirs) / median,
            }
        )
    facts = {
        "epiworld_daily_probability": round(probability, 4),
        "load_before": [round(x, 2) for x in load],
        "load_after": [round(x, 2) for x in os.getloadavg()],
        "python": platform.python_version(),
        "epiworldpy": version("epiworldpy"),
        "numba": version("numba"),
    }
    if as_json:
        print(json.dumps({"lines": lines, **facts}))
        return
    table = Table("people", "Lazaretto s", "attack", "ns per infection", "epiworld s", "attack", "times faster (best, median)")
    for line in lines:
        table.add_row(
            f"{line['people']:,}",
            f"{line['lazaretto_best_s']:.4g}",
            f"{line['lazaretto_attack']:.3f}",
            f"{line['ns_per_infection']:.0f}",
            f"{line['epiworld_best_s']:.4g}",
            f"{line['epiworld_attack']:.3f}",
            f"{line['ratio_best']:.0f}, {line['ratio_median']:.0f}",
        )
    console.print(table)
    console.print(facts)


if __name__ == "__main__":
    typer.run(main)
