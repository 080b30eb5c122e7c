"""R0 of a pathogen on a population, and the hazard scale that gives it: solved once for each pair
and remembered, by this process and on disk beside the compiled code, whose folder changes with any
source file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path

from .._jit import CACHE_FOLDER
from ..engine.reproduction import MANY, Reproduction, measure, solve_scale
from ..mechanisms.illness.lowering import lower_pathogen
from ..parameters import Pathogen, value_hash
from ..population.city import Population

REMEMBERED = 64


def reproduction(pathogen: Pathogen, population: Population) -> Reproduction:
    """R0 on this population, its parts, and the hazard scale. Raises ReproductionError where no
    scale gives the stated R0."""
    key = f"{population.key} {value_hash(pathogen)} {float(pathogen.R0.value)!r}"
    return _remembered(key, _Question(pathogen, population))


class _Question:
    """What is asked beside the key: all of these are equal, so that the key alone decides."""

    def __init__(self, pathogen: Pathogen, population: Population) -> None:
        self.pathogen, self.population = pathogen, population

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Question)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=REMEMBERED)
def _remembered(key: str, question: _Question) -> Reproduction:
    file = CACHE_FOLDER / "reproduction" / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"
    found = _read(file)
    if found is None:
        found = _solve(question.pathogen, question.population)
        _write(file, found)
    return found


def _solve(pathogen: Pathogen, population: Population) -> Reproduction:
    r0 = float(pathogen.R0.value)
    if pathogen.hazard_per_day is not None:
        return measure(
            population,
            lower_pathogen(pathogen, population, pathogen.hazard_per_day.value),
            many=r0 >= MANY,
        )
    return solve_scale(population, lower_pathogen(pathogen, population, 1.0), r0)


def _read(file: Path) -> Reproduction | None:
    try:
        stated = json.loads(file.read_text())
        return Reproduction(**{**stated, "by_generation": tuple(stated["by_generation"])})
    except (OSError, ValueError, KeyError, TypeError):  # not there, or damaged: it is solved again
        return None


def _write(file: Path, found: Reproduction) -> None:
    own = file.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):  # a folder that cannot be written only costs solving again
        file.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(json.dumps(found._asdict()))
        own.replace(file)
