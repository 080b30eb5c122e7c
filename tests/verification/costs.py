"""What runs, cells and people cost on this machine, for who plans work past one machine.

    python tests/verification/costs.py [--write docs/verification/costs.md]

The scenario moscow-2020 over its 180 days, one thread. Seconds are of the processor
(`time.process_time`), since a machine may be shared; each is the least of three times, with
compiled code at hand. Memory: by how much more of it a new process holds at its most, for each
person.
"""

from __future__ import annotations

import argparse
import datetime
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import lazaretto as lz
from lazaretto.outcomes import reproduction

SCENARIO = "moscow-2020"
LEVELS = ("none", "interview", "operator-geolocation")
SMALL, LARGE, LARGEST = 10_000, 100_000, 800_000
DAYS = 180
TIMES = 3
CELLS = 2_000
VALUE = (
    '{{ value = {}, unit = "{}", range = [1, 1000000], source = "a trial", status = "assumption" }}'
)


def scenario(people: int, tracing: str) -> lz.Scenario:
    isolation = "advice" if tracing == "none" else "moscow-social-monitoring"
    return lz.load_scenario(SCENARIO).replace(
        tracing=tracing, isolation=isolation, people=people, days=DAYS
    )


def least(work: Callable[[int], object], times: int = TIMES) -> float:
    """The least processor seconds of so many times, the first not counted."""
    taken = []
    for k in range(times + 1):
        began = time.process_time()
        work(k + 1)
        taken.append(time.process_time() - began)
    return min(taken[1:])


def runs() -> list[str]:
    rows = []
    for people in (SMALL, LARGE):
        for tracing in LEVELS:
            one = scenario(people, tracing)
            city = lz.build_population(one.population, people=people, seed=1)
            infected: list[float] = []

            def work(seed: int, one=one, city=city, infected=infected) -> None:  # type: ignore[no-untyped-def]
                infected.append(float(lz.simulate(one, city, seed=seed).panel["infections"]))

            seconds = least(work)
            rows.append(
                f"| a run of {people:,} people, {tracing} | {_time(seconds)}; "
                f"{np.mean(infected) / 1000:.0f} % of the people infected |"
            )
    return rows


def preparing() -> list[str]:
    one = scenario(SMALL, "interview")
    steps = np.linspace(2.01, 2.09, TIMES + 1)
    city = lz.build_population(one.population, people=SMALL, seed=1)

    def change(k: int) -> lz.Scenario:
        return one.replace(**{"pathogen.R0": float(steps[k - 1])})

    def solve(k: int) -> None:
        reproduction._solve(change(k).pathogen, city)

    def build(k: int) -> None:
        lz.build_population(one.population, people=LARGE, seed=k)

    return [
        f"| a scenario with another value | {_time(least(change))} |",
        f"| the search for R0, where a value of the pathogen is new | {_time(least(solve))} |",
        f"| a population of {LARGE:,} people | {_time(least(build))} |",
    ]


def cells() -> list[str]:
    """Cells of a sweep on one thread: what each takes beside its run."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        steps = [round(0.1 + 0.8 * k / CELLS, 6) for k in range(CELLS)]
        (here / "many.toml").write_text(
            'title = "Many"\ndescription = "Small cells"\nscenario = "no-measures"\n'
            f"seeds = {VALUE.format(1, 'seed')}\npeople = {VALUE.format(1000, 'person')}\n"
            f'[axes]\n"testing.seek_probability" = {steps}\n'
            f'[baseline]\n"testing.seek_probability" = {steps[0]}\n'
        )
        lz.sweep(here / "many.toml", threads=1, out=here / "warm").close()
        began = time.process_time()
        lz.sweep(here / "many.toml", threads=1, out=here / "out").close()
        seconds = (time.process_time() - began) / CELLS
        stored = sum(f.stat().st_size for f in (here / "out").rglob("*.nc")) / CELLS
    one = lz.load_scenario("no-measures").replace(people=1000)
    city = lz.build_population(one.population, people=1000, seed=1)
    alone = least(lambda seed: lz.simulate(one, city, seed=seed))
    return [
        f"| a cell of one run (no-measures, 1,000 people), of {CELLS:,}: begun, stored, gathered | "
        f"{_time(seconds)}, of which its run {_time(alone)} |",
        f"| on the disk, for such a cell and its part of the results | {stored / 1000:.1f} kB |",
    ]


def _held(tracing: str | None, tell: object) -> None:
    """In a new process: how many bytes a person building or, with a level, running added."""
    small, one = (scenario(people, tracing or "none") for people in (1000, LARGEST))
    lz.simulate(small, lz.build_population(small.population, people=1000, seed=1), seed=1)
    before = _most()
    city = lz.build_population(one.population, people=LARGEST, seed=1)
    if tracing is not None:
        before = _most()
        lz.simulate(one, city, seed=1)
    tell.send((_most() - before) / LARGEST)  # type: ignore[attr-defined]


def _most() -> float:
    """The most bytes that this process has held (not getrusage: its parent's most is in that)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024.0 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def memory() -> list[str]:
    rows = []
    context = multiprocessing.get_context("spawn")
    for tracing in (None, *LEVELS):
        mine, theirs = context.Pipe()
        process = context.Process(target=_held, args=(tracing, theirs))
        process.start()
        theirs.close()
        held = mine.recv()
        process.join()
        what = "building a population" if tracing is None else f"a run with {tracing}, in addition"
        rows.append(f"| memory of {what}, at {LARGEST:,} people | {held:.0f} bytes a person |")
    return rows


def _time(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    rows = []
    for part in (runs, preparing, cells, memory):
        rows += (told := part())
        print("\n".join(told), flush=True)
    lines = [
        "# What it costs",
        "",
        f"Written by `python tests/verification/costs.py` on {datetime.date.today().isoformat()}, "
        f"version {lz.__version__}, a machine of {os.cpu_count()} processors, one thread; "
        f"{SCENARIO} over {DAYS} days, tracing with Social Monitoring. Processor time, the "
        f"least of {TIMES}; load {os.getloadavg()[0]:.1f}, this program's 1 among it.",
        "",
        "| what | cost |",
        "|---|---|",
        *rows,
    ]
    if given.write is not None:
        given.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
