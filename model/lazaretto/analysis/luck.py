"""Chance and assumptions apart: how much of the spread of a difference over draws is luck."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..parameters import Sweep
from ..parameters.sweep import SCENARIO
from ..sweeps.designs import plan
from ..sweeps.work import Task, run_of
from .compare import RESAMPLES, SEED
from .contrast import differences
from .errors import AnalysisError
from .interval import LEVEL

Floats = NDArray[np.float64]
OTHER_LUCK = 1_000_000  # seeds so far on have luck that no sweep has used


class Luck(NamedTuple):
    """Standard deviation of a difference over draws; the share of its variance that is luck, with
    its interval; and how many draws were run again."""

    deviation: float
    share: float
    low: float
    high: float
    again: int


def share_of_luck(
    results: xr.Dataset,
    name: str,
    one: dict[str, Any],
    other: dict[str, Any],
    seeds: int = 16,
    *,
    level: float = LEVEL,
) -> Luck:
    """How much of the variance of what `one` has more than `other` is luck, and not the draws.

    results: of a design "draws", of one scenario (`lz.situation`). The first `seeds` draws are run
    again with other luck: half the mean squared change of the difference is the variance of luck,
    whatever the draws do (a one-way analysis of variance with two runs a draw). name: a component
    of the panel. The interval is by resampling draws. Raises AnalysisError for other designs, for a
    matched null, and for fewer than three draws.
    """
    if results.attrs.get("design_kind") != "draws":
        raise AnalysisError("luck and draws are apart only where every seed has its own draw")
    if "listing" in {**one, **other}:
        raise AnalysisError("a matched null follows from its run; take two policies instead")
    first = np.asarray(differences(results, name, one, other), float)
    count = min(seeds, len(first))
    if count < 3:
        raise AnalysisError(f"at least three draws are run again; got {count}")
    design = Sweep.model_validate_json(results.attrs["design"])
    second = np.array(
        [a - b for a, b in zip(*(_again(design, cell, name, count) for cell in (one, other)))]
    )
    return of_pairs(first, second, level)


def of_pairs(first: Floats, second: Floats, level: float = LEVEL) -> Luck:
    """The same from differences: (draws,) first, and second of the first few of these draws with
    other luck; nan pairs are left out."""
    count = len(second)
    pairs = np.isfinite(first[:count]) & np.isfinite(second)
    squares = (first[:count] - second)[pairs] ** 2 / 2
    total = float(np.nanvar(first, ddof=1))
    if total == 0:
        return Luck(0.0, np.nan, np.nan, np.nan, count)
    generator = np.random.Generator(np.random.Philox(SEED))
    picks = generator.integers(0, len(squares), (RESAMPLES, len(squares)))
    tail = (1 - level) / 2
    low, high = np.quantile(squares[picks].mean(axis=1), [tail, 1 - tail])
    share, least, most = (min(1.0, float(one) / total) for one in (squares.mean(), low, high))
    return Luck(float(np.sqrt(total)), share, least, most, count)


def _again(design: Sweep, cell: dict[str, Any], name: str, count: int) -> list[float]:
    """A component of a cell under the first draws, with other luck."""
    made = plan(design)
    number = next(i for i, one in enumerate(made.policies) if one == {**one, **cell})
    policy, values = made.settings(number)
    if SCENARIO in policy:
        raise AnalysisError("take one scenario first: lz.situation(results, name)")

    def run(draw: int) -> float:
        seed = OTHER_LUCK + draw + 1
        task = Task(number, policy, (values[draw],), 0, seed, 1, 0)
        return float(run_of(design, task, None, seed).panel[name])

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(run, range(count)))
