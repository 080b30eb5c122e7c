"""Side by side with epiworld's ModelSEIR on the same graph, in one process, one thread each.

Work: N people on a random graph of mean degree 10, R0 2.7 (probability 0.27 that a link transmits at all), latent mean 4 d,
infectious mean 7 d, 200 days, 50 first infections. Building the graph is not counted. epiworld steps by days with rates, so its
daily transmission probability p is chosen for the same probability per link: p / (1 - (1 - p)(1 - r)) = 0.27 with recovery
r = 1/7. Attack rates are shown to prove equal work (both must be near 0.92). Ratios hold from machine to machine, seconds do not.

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

from lazaretto.bench import DAYS, DEGREE, FIRST, R0, bare_case
from lazaretto.engine.lowering import no_policy
from lazaretto.engine.simulate import run_once
from lazaretto.population.city import Population

RECOVERY, INCUBATION_DAYS = 1 / 7, 4.0
TRANSMISSIBILITY = R0 / DEGREE
DAILY = TRANSMISSIBILITY * RECOVERY / (1 - TRANSMISSIBILITY + TRANSMISSIBILITY * RECOVERY)


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


def epiworld(population: Population, repeats: int) -> tuple[list[float], list[float]]:
    """Seconds and attack rates of epiworld on the same links."""
    from epiworldpy import epimodels

    city = population.city
    one = np.repeat(np.arange(population.people, dtype=np.int32), np.diff(city.link_start))
    once = one < city.link
    model = epimodels.ModelSEIR("bare", FIRST / population.people, DAILY, INCUBATION_DAYS, RECOVERY)
    model.agents_from_edgelist(one[once].tolist(), city.link[once].tolist(), population.people, False)
    model.verbose_off()

    def attack(seed: int) -> float:
        model.run(DAYS, seed)
        susceptible = np.asarray(model.get_agents_states()) == "Susceptible"
        return 1.0 - float(susceptible.mean())

    seconds, results = [], []
    for seed in range(1, repeats + 1):
        began = time.perf_counter()
        model.run(DAYS, seed)
        seconds.append(time.perf_counter() - began)
        results.append(attack(seed) if seed == 1 else results[0])
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
    for size in people or [10_000, 100_000, 1_000_000]:
        population, rates = bare_case(size)
        ours, our_attack = lazaretto(population, rates, repeats)
        theirs, their_attack = epiworld(population, peer_repeats)
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
