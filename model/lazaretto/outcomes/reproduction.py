"""R0 of a pathogen on a population, and the hazard scale that gives it: solved once for each pair
and remembered, by this process and on disk beside the compiled code; a refusal too.

R0 is of a pathogen and a place. A synthetic population of any size and seed has the hazard that
gives R0 in the one city of its place that is so large that chains do not fill it: a small town has
no other contacts, only fewer people to run out of. A user's own network is itself all there is.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from functools import lru_cache
from pathlib import Path
from typing import Any

from .._jit import CACHE_FOLDER
from ..mechanisms.illness.lowering import lower_pathogen
from ..parameters import Pathogen
from ..population.build import more_of_the_same
from ..population.city import Population
from ..tables.columns import say
from ..values.identity import value_hash_of
from ..values.own_files import replacing
from . import free_chains, solving
from .free_chains import MANY, Reproduction
from .solving import ReproductionError, solve_scale

REMEMBERED = 64
# whom chains do not fill: the second where R0 is MANY
FREE_PEOPLE, FREE_PEOPLE_OF_MANY = 100_000, 500_000
SATURATED = 0.05
UNKNOWN = float("nan")
MOST_BYTES = 1 << 16  # of a file; an answer takes a few hundred
SOLVER = hashlib.sha256(
    b"".join(Path(str(part.__file__)).read_bytes() for part in (free_chains, solving))
).hexdigest()[:16]


def free_people(population: Population, r0: float) -> Population:
    """The people on whom R0 is measured."""
    return more_of_the_same(population, FREE_PEOPLE_OF_MANY if r0 >= MANY else FREE_PEOPLE)


def reproduction(pathogen: Pathogen, population: Population) -> Reproduction:
    """The hazard scale, R0 and its parts. Where the pathogen states its hazard, that, and no R0:
    `analysis.at_start.r_at_start` measures it.

    Says so where chains of one case fill a user's own network. Raises ReproductionError where no
    scale gives the stated R0.
    """
    if pathogen.hazard_per_day is not None:
        scale = float(pathogen.hazard_per_day.value)
        return Reproduction(UNKNOWN, UNKNOWN, UNKNOWN, (), scale)
    found = _remembered(_key(pathogen, population), _Question(pathogen, population))
    if isinstance(found, str):
        raise ReproductionError(found)
    if found.saturation > SATURATED:
        say(
            f"R0 = {found.r0:g} on {population.name!r}: the chain of one case infects "
            f"{found.saturation:.0%} of the people within the generations that R0 counts, so the "
            f"hazard of {found.scale:.3g} per day that gives it is larger than on more of the same "
            "people. State hazard_per_day in the pathogen, or take this R0 as of these people only"
        )
    return found


def is_solved(pathogen: Pathogen, population: Population) -> bool:
    """Whether `reproduction` answers at once: R0 was solved or refused before, by this process or
    another, or the hazard is stated."""
    return pathogen.hazard_per_day is not None or _file_of(_key(pathogen, population)).is_file()


def _key(pathogen: Pathogen, population: Population) -> str:
    r0 = float(pathogen.R0.value)
    return f"{_identity(population, r0)} {value_hash_of(pathogen)} {r0!r} {SOLVER}"


def _file_of(key: str) -> Path:
    return CACHE_FOLDER / "reproduction" / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"


def _identity(population: Population, r0: float) -> str:
    """What decides the answer beside the pathogen."""
    if population.place is None:
        return population.key
    return f"{value_hash_of(population.place)} {r0 >= MANY}"


class _Question:
    """What is asked beside the key: all of these are equal, so that the key alone decides."""

    def __init__(self, pathogen: Pathogen, population: Population) -> None:
        self.pathogen, self.population = pathogen, population

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Question)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=REMEMBERED)
def _remembered(key: str, question: _Question) -> Reproduction | str:
    """The answer, or the words of the refusal."""
    file = _file_of(key)
    found = _read(file, float(question.pathogen.R0.value))
    if found is None:
        found = _solve(question.pathogen, question.population)
        _write(file, found)
    return found


def _solve(pathogen: Pathogen, population: Population) -> Reproduction | str:
    r0 = float(pathogen.R0.value)
    people = free_people(population, r0)
    try:
        return solve_scale(people, lower_pathogen(pathogen, people, 1.0), r0)
    except ReproductionError as refusal:
        return str(refusal)


def _read(file: Path, r0: float) -> Reproduction | str | None:
    """What was solved before; None where it is not there, is damaged, or makes no sense: then it is
    solved again."""
    try:
        if not file.is_file() or file.stat().st_size > MOST_BYTES:
            return None
        kept = json.loads(file.read_bytes())
        if kept["digest"] != _digest(file, kept["stated"]):
            return None
        stated = kept["stated"]
        if isinstance(stated, str):
            return stated
        found = Reproduction(**{**stated, "by_generation": tuple(stated["by_generation"])})
        return found if _makes_sense(found, r0) else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _write(file: Path, found: Reproduction | str) -> None:
    stated = found if isinstance(found, str) else found._asdict()
    kept = {"stated": stated, "digest": _digest(file, stated)}
    with contextlib.suppress(OSError):  # a folder that cannot be written only costs solving again
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as partial:
            partial.write_text(json.dumps(kept))


def _digest(file: Path, stated: Any) -> str:
    """Of an answer and of the question that its file is called after: one that was changed, or
    copied to another question, is noticed."""
    return hashlib.sha256(json.dumps([file.name, stated], sort_keys=True).encode()).hexdigest()


def _makes_sense(found: Reproduction, r0: float) -> bool:
    """Whether an answer can be one: it has the R0 that was asked for, in two parts, and finite
    numbers of which none is negative."""
    numbers = (found.r0, found.household, found.outside, found.scale, *found.by_generation)
    return (
        all(math.isfinite(one) and one >= 0.0 for one in numbers)
        and (found.scale > 0.0) == (r0 > 0.0)
        and math.isclose(found.r0, r0, rel_tol=1e-9, abs_tol=1e-12)
        and math.isclose(found.household + found.outside, found.r0, rel_tol=1e-6, abs_tol=1e-12)
        and 0.0 <= found.saturation <= 1.0
    )
