"""Side by side with epiworld, Covasim, Starsim and EoN: the same work in one run, one thread each.

Bare epidemic: N people of mean degree 10, probability 0.27 that a link transmits at all (R0 2.7),
latent mean 4 d, infectious mean 7 d, 200 days, 50 first infections. Peers step by days, redraw
contacts or have no latent period, so at the same rates they would infect another share; each one's
own transmissibility is first solved, on few people, for the attack rate that theory gives (0.916 of
everybody, z = 1 - exp(-2.7 z)), and the attack rates of the timed runs are shown to prove equal
work. Building the graph is not counted. Times are processor seconds of this process (the machine
may be shared); ratios hold from machine to machine, seconds do not.

The floor: what reading memory costs in this very run. `chase` follows a random cycle through an
array as large as the engine's data for one person times N, so that each read waits for the one
before; `gather` reads the same places, known beforehand, so that waits overlap. An infection takes
at least one row, its links and the states of 2.7 candidates: 1 + 3 x 2.7 reads.

    python benchmarks/peers.py [--people 10000 --people 100000 --people 1000000] [--replicates 100]
    [--figure scaling.svg] [--json]
"""

from __future__ import annotations

import json
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from scipy.optimize import brentq

from lazaretto.bench import DAYS, DEGREE, FIRST, bare_case
from lazaretto.engine.simulate import run_once
from lazaretto.population.city import Population
from lazaretto.world.stated import Policy

LATENT_DAYS, INFECTIOUS_DAYS = 4.0, 7.0
TRANSMISSIBILITY = 0.27
ATTACK = 0.916
SOLVE_SEEDS = 3
READS_PER_INFECTION = 1 + 3 * DEGREE * TRANSMISSIBILITY
SMALL = 10_000
CACHE_LINE = 64

Run = Callable[[int], float]  # a seed; returns the attack rate
Case = Callable[[Population, float], Run]


class Peer(NamedTuple):
    """How a peer is prepared for a population and a transmissibility, where that one is looked for,
    on how many people, the largest size it can do within minutes, and what its work differs in."""

    case: Case
    between: tuple[float, float] | None
    solve_people: int
    most: int
    remark: str


def lazaretto_case(population: Population, _: float) -> Run:
    """Lazaretto on the stored graph."""
    rates, policy = bare_case(population.people)[1], Policy()
    return lambda seed: (
        len(run_once(population.city, rates, policy, seed, FIRST, DAYS).history.person)
        / population.people
    )


def links(population: Population) -> tuple[Any, Any]:
    """Both ends of every link, once."""
    city = population.city
    one = np.repeat(np.arange(population.people, dtype=np.int32), np.diff(city.link_start))
    once = one < city.link
    return one[once], city.link[once]


def epiworld_case(population: Population, probability: float) -> Run:
    """epiworld's SEIR model on the same links, with that probability of transmission per link and
    day."""
    from epiworldpy import epimodels

    one, other = links(population)
    model = epimodels.ModelSEIR(
        "bare", FIRST / population.people, probability, LATENT_DAYS, 1 / INFECTIOUS_DAYS
    )
    model.agents_from_edgelist(one.tolist(), other.tolist(), population.people, False)
    model.verbose_off()

    def run(seed: int) -> float:
        model.run(DAYS, seed)
        return float(np.mean(np.asarray(model.get_agents_states()) != 0))

    return run


def covasim_case(population: Population, beta: float) -> Run:
    """Covasim's random network of 10 contacts a day, without deaths or severity's effect; made anew
    for each run, not timed."""
    import covasim

    people = population.people

    def run(seed: int) -> float:
        sim: Any = covasim.Sim(
            pop_size=people,
            pop_infected=FIRST,
            n_days=DAYS,
            pop_type="random",
            contacts=DEGREE,
            beta=beta,
            rand_seed=seed,
            use_waning=False,
            verbose=0,
        )
        sim.initialize()
        timer.begin()
        sim.run()
        return float(sim.results["cum_infections"][-1]) / people

    return run


def starsim_case(population: Population, beta: float) -> Run:
    """Starsim's SIR (it has no latent period) on a network redrawn every day."""
    import starsim

    people = population.people

    def run(seed: int) -> float:
        disease = starsim.SIR(
            beta=starsim.peryear(beta * 365),
            init_prev=FIRST / people,
            dur_inf=starsim.days(INFECTIOUS_DAYS),
            p_death=0.0,
        )
        sim: Any = starsim.Sim(
            n_agents=people,
            diseases=disease,
            networks=starsim.RandomNet(n_contacts=DEGREE),
            start=starsim.date("2020-01-01"),
            dur=starsim.days(DAYS),
            dt=starsim.days(1),
            rand_seed=seed,
            verbose=0,
        )
        sim.init()
        timer.begin()
        sim.run()
        return float(np.asarray(sim.results.sir.cum_infections)[-1]) / people

    return run


def eon_case(population: Population, rate: float) -> Run:
    """EoN's fast_SIR (exact, continuous time, no latent period) on the same links."""
    import random

    import EoN
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(range(population.people))
    graph.add_edges_from(zip(*(side.tolist() for side in links(population)), strict=True))

    def run(seed: int) -> float:
        random.seed(seed)
        np.random.seed(seed)
        recovered = EoN.fast_SIR(
            graph, rate, 1 / INFECTIOUS_DAYS, rho=FIRST / population.people, tmax=DAYS
        )[3]
        return float(recovered[-1]) / population.people

    return run


PEERS: dict[str, Peer] = {
    "lazaretto": Peer(lazaretto_case, None, SMALL, 10**9, "exact, continuous time"),
    "epiworldpy": Peer(
        epiworld_case, (0.01, 0.1), SMALL, 1_000_000, "same links; days, rates instead of periods"
    ),
    "EoN": Peer(
        eon_case,
        (0.03, 0.12),
        SMALL,
        1_000_000,
        "same links; exact, exponential periods, no latent period",
    ),
    "starsim": Peer(
        starsim_case, (0.01, 0.1), 2_000, 1_000_000, "contacts redrawn daily; no latent period"
    ),
    "covasim": Peer(
        covasim_case,
        (0.005, 0.1),
        2_000,
        1_000_000,
        "fixed random contacts; its own course of disease",
    ),
}


class Timer:
    """Processor seconds of this process; `begin` again leaves out what came before."""

    def __init__(self) -> None:
        self.began = 0.0

    def begin(self) -> None:
        self.began = time.process_time()

    def seconds(self) -> float:
        return time.process_time() - self.began


timer = Timer()


def timed(run: Run, seeds: range) -> tuple[list[float], list[float]]:
    """Processor seconds and attack rates of the runs."""
    seconds, attack = [], []
    for seed in seeds:
        timer.begin()
        attack.append(run(seed))
        seconds.append(timer.seconds())
    return seconds, attack


def solved(peer: Peer) -> float:
    """The transmissibility at which a peer's attack rate is ATTACK."""
    if peer.between is None:
        return math.nan
    population = bare_case(peer.solve_people)[0]

    def excess(value: float) -> float:
        run = peer.case(population, value)
        return statistics.mean(run(seed) for seed in range(1, SOLVE_SEEDS + 1)) - ATTACK

    return float(brentq(excess, *peer.between, xtol=(peer.between[1] - peer.between[0]) / 200))


def floor(people: int, row_bytes: int) -> dict[str, float]:
    """Nanoseconds per read that waits (chase) and per read that overlaps with others (gather), over
    `people` rows of that size."""
    from numba import njit

    width = max(1, row_bytes // 8)
    order = np.random.default_rng(1).permutation(people)
    rows = np.zeros((people, width), np.int64)
    rows[order, 0] = np.roll(order, -1)

    @njit
    def chase(rows: Any, steps: int) -> int:
        at = 0
        for _ in range(steps):
            at = rows[at, 0]
        return at

    @njit
    def gather(rows: Any, order: Any, steps: int) -> int:
        total = 0
        n = len(order)
        for i in range(steps):
            total += rows[order[i % n], 0]
        return total

    steps = max(people, 1_000_000)
    chase(rows, 10), gather(rows, order, 10)
    found = {}
    for name, work in (
        ("chase", lambda: chase(rows, steps)),
        ("gather", lambda: gather(rows, order, steps)),
    ):
        best = math.inf
        for _ in range(3):
            began = time.process_time()
            work()
            best = min(best, time.process_time() - began)
        found[name] = best / steps * 1e9
    return found


def bytes_a_person(population: Population) -> int:
    """Of the stored graph and the person's own state (one cache line)."""
    return (
        int(
            sum(np.asarray(a).nbytes for a in (population.city.link_start, population.city.link))
            / population.people
        )
        + CACHE_LINE
    )


def measured(
    names: list[str], sizes: list[int], repeats: int, peer_repeats: int
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """A line for each peer and size, Lazaretto first; and each one's solved transmissibility."""
    values = {name: solved(PEERS[name]) for name in names}
    lines = []
    for people in sizes:
        population = bare_case(people)[0]
        memory = floor(people, bytes_a_person(population))
        for name in names:
            if people > PEERS[name].most:
                continue
            run = PEERS[name].case(population, values[name])
            if name == "lazaretto":
                run(0)
            seconds, attack = timed(
                run, range(1, (repeats if name == "lazaretto" else peer_repeats) + 1)
            )
            line = {
                "system": name,
                "people": people,
                "best_s": min(seconds),
                "median_s": statistics.median(seconds),
                "attack": statistics.mean(attack),
                "ns_per_infection": min(seconds) / (statistics.mean(attack) * people) * 1e9,
            }
            if name == "lazaretto":
                own = line
                line |= {f"{kind}_ns": value for kind, value in memory.items()}
                line |= {"floor_ns_per_infection": memory["gather"] * READS_PER_INFECTION}
            line |= {"times_lazaretto": line["ns_per_infection"] / own["ns_per_infection"]}
            lines.append(line)
            print(json.dumps(line), file=sys.stderr, flush=True)
    return lines, values


def replicates(names: list[str], values: dict[str, float], count: int) -> list[dict[str, Any]]:
    """`count` runs on 10,000 people: processor seconds of all; slow peers do fewer, and the rate is
    per run."""
    population = bare_case(SMALL)[0]
    lines = []
    for name in names:
        runs = count if name in ("lazaretto", "epiworldpy") else max(1, count // 50)
        run = PEERS[name].case(population, values[name])
        run(0)
        seconds, attack = timed(run, range(1, runs + 1))
        lines.append(
            {
                "system": name,
                "runs": runs,
                "runs_per_s": runs / sum(seconds),
                "attack": statistics.mean(attack),
                "attack_sd": float(np.std(attack)),
            }
        )
        lines[-1]["times_lazaretto"] = lines[0]["runs_per_s"] / lines[-1]["runs_per_s"]
    return lines


def scaling(lines: list[dict[str, Any]]) -> Any:
    """Cost per infection over the number of people, and the floor of memory."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for name in dict.fromkeys(line["system"] for line in lines):
        own = [line for line in lines if line["system"] == name]
        figure.add_scatter(
            x=[x["people"] for x in own],
            y=[x["ns_per_infection"] for x in own],
            name=name,
            mode="lines+markers",
        )
    own = [line for line in lines if "floor_ns_per_infection" in line]
    figure.add_scatter(
        x=[x["people"] for x in own],
        y=[x["floor_ns_per_infection"] for x in own],
        name="memory alone",
        mode="lines",
        line={"dash": "dot", "color": "grey"},
    )
    figure.update_layout(
        template="plotly_white",
        title="What one infection costs, bare epidemic",
        xaxis={"type": "log", "title": "people", "dtick": 1},
        yaxis={"type": "log", "title": "processor time per infection, ns", "dtick": 1},
    )
    return figure


def installed(name: str) -> bool:
    """Whether that peer can be imported."""
    return find_spec(name) is not None


def main(
    people: Annotated[
        list[int] | None, typer.Option(help="Sizes; may be given several times.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Peers; may be given several times (default: all that are installed)."),
    ] = None,
    repeats: Annotated[int, typer.Option(min=1)] = 5,
    peer_repeats: Annotated[int, typer.Option(min=1)] = 1,
    count: Annotated[
        int, typer.Option("--replicates", min=0, help="Runs on 10,000 people; 0: leave out.")
    ] = 100,
    figure: Annotated[
        Path | None, typer.Option(help="Where to save the plot (.svg, .html).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure and print tables of times, attack rates, costs per infection and ratios."""
    load = os.getloadavg()
    names = ["lazaretto"] + [n for n in (only or PEERS) if n != "lazaretto" and installed(n)]
    lines, values = measured(names, people or [10_000, 100_000, 1_000_000], repeats, peer_repeats)
    many = replicates(names, values, count) if count else []
    facts = {
        "load_before": [round(x, 2) for x in load],
        "load_after": [round(x, 2) for x in os.getloadavg()],
        "python": platform.python_version(),
        "numba": version("numba"),
        **{name: version(name) for name in names[1:]},
        "solved": {name: round(value, 5) for name, value in values.items() if value == value},
    }
    if figure is not None:
        from lazaretto.figures import save

        save(scaling(lines), figure)
    if as_json:
        print(json.dumps({"lines": lines, "replicates": many, **facts}))
        return
    console = Console()
    for title, found in (("Bare epidemic", lines), (f"Replicates on {SMALL:,} people", many)):
        if found:
            keys = list(dict.fromkeys(key for line in found for key in line))
            table = Table(*keys, title=title)
            for line in found:
                table.add_row(
                    *(
                        f"{v:.4g}" if isinstance(v, float) else str(v)
                        for v in (line.get(key, "") for key in keys)
                    )
                )
            console.print(table)
    for name in names:
        console.print(f"{name}: {PEERS[name].remark}", highlight=False)
    console.print(facts)


if __name__ == "__main__":
    typer.run(main)
