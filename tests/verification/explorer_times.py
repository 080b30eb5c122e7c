"""How long the explorer takes for every single change: each option of each control, the ends and
the middle of each slider, from the first settings of each situation, at 20,000 people with 20
seeds.

    python tests/verification/explorer_times.py [SITUATION ...] [--csv FILE] [--after SECONDS]

Seconds are of the processor (`time.process_time`), since a machine may be shared. A search for R0
counts where nobody has made it before; it is made once for a pathogen and a place, and then
remembered on the machine. --after: once the explorer has computed ahead for so many seconds, as it
does while its first answer is read (default 0: not at all). Worst first.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from lazaretto.explore.answer import CURVES, answer
from lazaretto.explore.failures import SOLVE, seconds_to_solve
from lazaretto.explore.laboratory import Laboratory
from lazaretto.explore.nearby import nearby
from lazaretto.explore.presets import AS_THEY_WERE, SITUATIONS, Preset, load_presets
from lazaretto.explore.settings import MOST_KAPPA, Policy, Settings, Then, choices, latent_range
from lazaretto.explore.sides import identity_of, scenarios
from lazaretto.outcomes import reproduction

GOAL, WITHIN = 1.0, 0.9  # seconds; share of the changes


def changes(preset: Preset) -> Iterator[tuple[str, str, Settings]]:
    """(control, what it is moved to, settings) of each single change from a preset."""
    first = preset.settings
    offered = choices(CURVES, first.people, first.seeds)
    for key in ("pathogen", "region"):
        for one in offered[key]:
            if one["name"] != getattr(first, key):
                yield key, one["name"], first._replace(**{key: one["name"]})
    latent = latent_range(first.pathogen)
    if latent is not None:
        middle = latent["stated"] + latent["step"] * round(
            ((latent["low"] + latent["high"]) / 2 - latent["stated"]) / latent["step"]
        )
        for days in dict.fromkeys((latent["low"], middle, latent["high"])):
            yield "latent_days", f"{days:g}", first._replace(latent_days=days)
    for kappa in (0.0, MOST_KAPPA / 2, MOST_KAPPA):
        yield "kappa", f"{kappa:g}", first._replace(kappa=kappa)
    for curve in CURVES:
        yield "curve", curve, first._replace(curve=curve)
    for side in ("a", "b"):
        policy: Policy = getattr(first, side)
        for kind in ("tracing", "isolation"):
            for one in offered[kind]:
                if one["name"] != getattr(policy, kind):
                    changed = policy._replace(**{kind: one["name"]})
                    yield f"{side}.{kind}", one["name"], first._replace(**{side: changed})
        days = int(preset.scenario.days.value) - 1
        for day in (1, days // 2, days):
            then = Then(day, "interview-resourced", "supported")
            changed = policy._replace(then=then)
            yield f"{side}.then", f"day {day}", first._replace(**{side: changed})


class Measured:
    """One situation, answered; each change is measured from there."""

    def __init__(self, preset: Preset) -> None:
        self.preset, self.searched = preset, 0.0
        self.laboratory = Laboratory(1, tuple(CURVES))
        self.answer(preset.settings)
        self.kept = dict(self.laboratory._kept)

    def answer(self, settings: Settings) -> float:
        """Seconds of the processor until it is answered; `searched`: those for R0."""
        began = time.process_time()
        sides = scenarios(self.preset.scenario, settings)
        population = self.laboratory.prepare(sides[0])
        found = time.process_time()
        reproduction.reproduction(sides[0].pathogen, population)
        self.searched = time.process_time() - found
        both = []
        for side in sides:
            keys = [(identity_of(side), seed) for seed in range(1, settings.seeds + 1)]
            both.append(
                [
                    self.laboratory.kept(key) or self.laboratory.summary(key, side, population)
                    for key in keys
                ]
            )
        answer(settings, sides, *both)
        return time.process_time() - began

    def ahead(self, seconds: float) -> None:
        """What an explorer computes in so many seconds while nobody asks, in its order."""
        until = time.process_time() + seconds
        for near in nearby(self.preset.settings, self.preset.settings):
            sides = scenarios(self.preset.scenario, near)
            population = self.laboratory.prepare(sides[0])
            if seconds_to_solve(self.laboratory, sides[0].pathogen, population) > SOLVE:
                continue
            reproduction.reproduction(sides[0].pathogen, population)
            for seed in range(1, near.seeds + 1):
                for side in sides:
                    key = identity_of(side), seed
                    if time.process_time() > until:
                        return
                    if self.laboratory.kept(key) is None:
                        self.kept[key] = self.laboratory.summary(key, side, population)

    def forget(self) -> None:
        """Keep the runs of the first settings only."""
        self.laboratory._kept.clear()
        self.laboratory._kept.update(self.kept)


def measure(names: list[str], after: float) -> pd.DataFrame:
    """One row per change, after so many seconds of computing ahead."""
    presets, rows = load_presets(), []
    searches: dict[tuple[str, Any, str], float] = {}
    for name in names:
        preset = presets[name]
        here = Measured(preset)
        here.ahead(after)
        for control, to, settings in changes(preset):
            here.forget()
            seconds = here.answer(settings)
            place = preset.scenario.names["population"]
            key = (settings.pathogen, settings.latent_days, place)
            first = searches.setdefault(key, here.searched)
            told = seconds - here.searched + first
            rows.append((name, control, to, told, first, seconds - here.searched))
            print(f"{told:7.2f}  {name}  {control}  {to}", flush=True)
    columns = ["situation", "control", "to", "seconds", "R0", "runs"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("situations", nargs="*", default=[*SITUATIONS, *AS_THEY_WERE])
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--after", type=float, default=0.0)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        reproduction.CACHE_FOLDER = Path(folder)  # nobody has searched before
        table = measure(given.situations, given.after)
    table = table.sort_values("seconds", ascending=False, ignore_index=True)
    if given.csv:
        table.to_csv(given.csv, index=False)
    print(table.round(2).to_string())
    share = (table["seconds"] <= GOAL).mean()
    known = (table["runs"] <= GOAL).mean()
    print(f"{share:.0%} of {len(table)} changes within {GOAL:g} s; {known:.0%} with R0 known")
    if known < WITHIN:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
