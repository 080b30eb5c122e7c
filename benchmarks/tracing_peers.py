"""Testing and tracing side by side with Covasim's `test_prob` and `contact_tracing`, in one
process, one thread each.

Work: a city of N people (Lazaretto: Moscow; Covasim: its hybrid population with households,
schools, workplaces and community), 200 days, 50 first infections for each 100,000 people, half of
the symptomatic tested in time, household, school, work and community contacts of cases traced and
quarantined for 14 days. Building is not counted. Covasim's transmissibility is solved on 20,000
people for Lazaretto's attack rate under tracing, and both attack rates are shown to prove equal
work. Times are processor seconds; ratios hold from machine to machine, seconds do not.

    python benchmarks/tracing_peers.py [--people 100000] [--level interview] [--json]
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from importlib.metadata import version
from typing import Annotated, Any

import typer
from rich.console import Console
from scipy.optimize import brentq

import lazaretto as lz
from lazaretto.engine.lowering import lower_policy, policy_laws
from lazaretto.engine.simulate import run_once
from lazaretto.mechanisms.illness.lowering import lower_pathogen
from lazaretto.outcomes.reproduction import reproduction

DAYS, FIRST_PER_100K = 200, 50
SOLVE_PEOPLE, SOLVE_SEEDS = 20_000, 2
BETA_FROM, BETA_TO, CLOSE = 0.009, 0.024, 4e-4
TRACED = {"h": 1.0, "s": 0.79, "w": 0.79, "c": 0.52}  # shares of contacts named, as in `interview`
WITHIN_DAYS = {"h": 2, "s": 2, "w": 2, "c": 2}
TESTED_A_DAY = 0.1  # of those with symptoms


def first_infections(people: int) -> int:
    """The number of first infections."""
    return max(1, people * FIRST_PER_100K // 100_000)


def ours(people: int, level: str, repeats: int) -> tuple[list[float], list[float]]:
    """Processor seconds and attack rates of Lazaretto."""
    scenario = lz.load_scenario("no-measures").replace(tracing=level, days=DAYS)
    population = lz.build_population(scenario.population, people, 1)
    scale = reproduction(scenario.pathogen, population).scale
    rates = lower_pathogen(scenario.pathogen, population, scale, policy_laws(scenario))
    policy = lower_policy(scenario, population)
    seconds, attack = [], []
    for seed in range(repeats + 1):
        began = time.process_time()
        raw = run_once(population.city, rates, policy, seed, first_infections(people), DAYS)
        seconds.append(time.process_time() - began)
        attack.append(len(raw.history.person) / people)
    return seconds[1:], attack[1:]


def theirs(people: int, beta: float, seed: int) -> tuple[float, float]:
    """Processor seconds and attack rate of Covasim."""
    import covasim

    tests = covasim.test_prob(symp_prob=TESTED_A_DAY, asymp_prob=0.0, test_delay=1)
    tracing = covasim.contact_tracing(trace_probs=TRACED, trace_time=WITHIN_DAYS, quar_period=14)
    sim: Any = covasim.Sim(
        pop_size=people,
        pop_infected=first_infections(people),
        n_days=DAYS,
        pop_type="hybrid",
        beta=beta,
        rand_seed=seed,
        interventions=[tests, tracing],
        verbose=0,
    )
    sim.initialize()
    began = time.process_time()
    sim.run()
    return time.process_time() - began, float(sim.results["cum_infections"][-1]) / people


def main(
    people: Annotated[int, typer.Option(min=20_000)] = 100_000,
    level: Annotated[str, typer.Option(help="Tracing level of Lazaretto.")] = "interview",
    repeats: Annotated[int, typer.Option(min=1)] = 3,
    peer_repeats: Annotated[int, typer.Option(min=1)] = 1,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure and print both, and the ratio."""
    load = os.getloadavg()
    seconds, attack = ours(people, level, repeats)
    wanted = statistics.mean(attack)

    def excess(beta: float) -> float:
        return (
            statistics.mean(
                theirs(SOLVE_PEOPLE, beta, seed)[1] for seed in range(1, SOLVE_SEEDS + 1)
            )
            - wanted
        )

    beta = float(brentq(excess, BETA_FROM, BETA_TO, xtol=CLOSE))
    peer = [theirs(people, beta, seed) for seed in range(1, peer_repeats + 1)]
    found = {
        "people": people,
        "level": level,
        "lazaretto_best_s": min(seconds),
        "lazaretto_attack": wanted,
        "covasim_best_s": min(s for s, _ in peer),
        "covasim_attack": statistics.mean(a for _, a in peer),
        "covasim_beta": round(beta, 4),
        "ratio_best": min(s for s, _ in peer) / min(seconds),
        "ratio_median": statistics.median(s for s, _ in peer) / statistics.median(seconds),
        "load_before": [round(x, 2) for x in load],
        "load_after": [round(x, 2) for x in os.getloadavg()],
        "covasim": version("covasim"),
        "numba": version("numba"),
    }
    if as_json:
        print(json.dumps(found))
        return
    console = Console(file=sys.stdout)
    for name, value in found.items():
        console.print(f"{name:18} {value}", highlight=False)


if __name__ == "__main__":
    typer.run(main)
