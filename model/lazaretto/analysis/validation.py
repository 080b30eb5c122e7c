"""The engine beside theory and beside published results, as tables for notebook 11."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..engine.simulate import run_once
from ..mechanisms.illness.lowering import lower_pathogen
from ..parameters import Law
from ..population.idealised import configuration
from ..sweeps.seeds import each_seed
from ..world.state import History
from ..world.stated import Policy
from .interval import standard_error
from .published import ashcroft2021, ferretti2020, hellewell2020, kretzschmar2020
from .theory import edge_based, networks
from .theory.idealised import idealised_pathogen, neutral_law
from .theory.networks import Degrees, Periods

DEGREES = {
    "Poisson, mean 8": networks.poisson(8.0),
    "negative binomial, mean 8, size 2": networks.negative_binomial(8.0, 2.0),
    "everybody 6": networks.mix({6: 1.0}),
    "four in five 5, the rest 20": networks.mix({5: 0.8, 20: 0.2}),
}
REPRODUCTION = (0.8, 1.2, 1.6, 2.0, 3.0)
LATENT, INFECTIOUS = Periods(3, 2), Periods(7, 3)
SEEDED = 0.01
COLUMNS = ["source", "quantity", "stated", "engine", "standard_error"]


def _law(period: Periods) -> Law:
    return neutral_law("gamma", period.mean, a=period.shape)


def _follow(degrees: Degrees, transmits: float, people: int, seed: int) -> History:
    """One bare epidemic on a configuration graph, a hundredth of the people infected at the
    start."""
    hazard = networks.hazard_for(transmits, INFECTIOUS)
    pathogen = idealised_pathogen(_law(LATENT), _law(INFECTIOUS), hazard)
    population = configuration(degrees.sequence(people), seed=seed)
    rates = lower_pathogen(pathogen, population, hazard)
    return run_once(population.city, rates, Policy(), seed, round(SEEDED * people), 400).history


def _attack_fraction(degrees: Degrees, transmits: float, people: int, seed: int) -> float:
    return len(_follow(degrees, transmits, people, seed).person) / people


def final_sizes(people: int, runs: int) -> pd.DataFrame:
    """One row per degree law and R*: stated (Newman 2002), engine (mean of the runs) and its
    standard error."""
    lines = []
    for name, degrees in DEGREES.items():
        for reproduction in REPRODUCTION:
            transmits = reproduction / degrees.excess
            size = partial(_attack_fraction, degrees, transmits, people)
            found = np.array(list(each_seed(size, runs, threads=1)))
            stated = networks.attack_fraction(degrees, transmits, SEEDED)
            lines.append(
                [
                    name,
                    f"attack fraction, R* {reproduction}",
                    stated,
                    found.mean(),
                    standard_error(found),
                ]
            )
    return pd.DataFrame(lines, columns=COLUMNS)


def curves(
    people: int, runs: int, name: str = "Poisson, mean 8", reproduction: float = 2.0
) -> pd.DataFrame:
    """The whole curve, every five days: source is the compartment, quantity the day; stated by the
    edge-based model."""
    degrees = DEGREES[name]
    transmits = reproduction / degrees.excess
    days = np.arange(0.0, 140.0, 5.0)

    def shares(seed: int) -> NDArray[np.float64]:
        return _shares(_follow(degrees, transmits, people, seed), days, people)

    found = np.array(list(each_seed(shares, runs, threads=1)))
    theory = edge_based.curve(
        degrees, networks.hazard_for(transmits, INFECTIOUS), LATENT, INFECTIOUS, SEEDED, days
    )
    parts = []
    for i, (label, stated) in enumerate(
        [
            ("ever infected", theory.infected),
            ("latent", theory.latent),
            ("infectious", theory.infectious),
        ]
    ):
        columns = [
            [label] * len(days),
            days,
            stated,
            found[:, i].mean(axis=0),
            standard_error(found[:, i]),
        ]
        parts.append(pd.DataFrame(dict(zip(COLUMNS, columns))))
    return pd.concat(parts, ignore_index=True)


def _shares(h: History, days: NDArray[np.float64], people: int) -> NDArray[np.float64]:
    ever, ready, over = (
        np.searchsorted(np.sort(part), days, side="right") for part in (h.time, h.infectious, h.end)
    )
    return np.array([ever, ever - ready, ready - over]) / people


def published(size: float) -> pd.DataFrame:
    """Some rows of each published table with the engine beside them. size: 1 for the samples of the
    report, less for a first look."""

    def scaled(number: int) -> int:
        return max(2, round(number * size))

    lines: list[list[object]] = []
    for p in (
        ashcroft2021.Protocol(3, 10),
        ashcroft2021.Protocol(0, 5),
        ashcroft2021.Protocol(3, 7, 5),
        ashcroft2021.Protocol(3, 6, 4),
    ):
        name = f"enter {p.enter:g}, release {p.release:g}" + (
            "" if p.test is None else f", test {p.test:g}"
        )
        lines.append(
            [
                "Ashcroft 2021",
                f"prevented, {name}",
                ashcroft2021.published(p),
                *ashcroft2021.prevented(p, scaled(20_000)),
            ]
        )
    whole = float(kretzschmar2020.by_day().sum())
    for delay in (0, 3, 7):
        programme = kretzschmar2020.Programme(delay, 0, 0.8)
        alone, alone_error, traced, traced_error = kretzschmar2020.in_engine(
            programme, scaled(40_000)
        )
        stated, described = (
            kretzschmar2020.published(programme),
            kretzschmar2020.consistent(programme),
        )
        lines += [
            [
                "Kretzschmar 2020",
                f"R left by isolation, {delay} d",
                stated[0] / whole,
                alone,
                alone_error,
            ],
            [
                "Kretzschmar 2020, tracing as printed",
                f"R left, {delay} d",
                stated[1] / whole,
                traced,
                traced_error,
            ],
            [
                "Kretzschmar 2020, tracing as described",
                f"R left, {delay} d",
                described[1] / whole,
                traced,
                traced_error,
            ],
        ]
    for r0, hours, stated_r in ((1.7, 0.0, 0.3957), (2.0, 24.0, 0.6131), (2.0, 72.0, 0.9707)):
        found = ferretti2020.reproduction_number(r0, hours, 1.0, 1.0, scaled(6))
        lines.append(
            ["Ferretti 2020", f"R, all isolated and traced, R0 {r0}, {hours:g} h", stated_r, *found]
        )
    for r0, contacts_traced, before_onset, stated_share in (
        (1.5, 0.4, "<1%", 0.8875),
        (2.5, 0.6, "<1%", 0.6765),
        (2.5, 0.8, "15%", 0.871),
        (2.5, 0.8, "30%", 0.35),
    ):
        share = hellewell2020.controlled(r0, contacts_traced, before_onset, scaled(400))
        what = (
            f"outbreaks controlled, R0 {r0}, {contacts_traced:.0%} traced, "
            f"{before_onset} before onset"
        )
        lines.append(["Hellewell 2020", what, stated_share, *share])
    return pd.DataFrame(lines, columns=COLUMNS)
