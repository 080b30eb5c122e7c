"""A contact matrix as the community contacts of a place.

The model has three age groups in the community (below 18, 18 to 64, 65 and over): how many contacts
a day each has, and the share of them that is kept for the own group while the rest are met in
proportion (model.md, 7.2). Both follow from a matrix of contacts outside home, school and work:

1. contacts of each pair of groups are made reciprocal, by the mean of what either side reports, as
   socialmixr's `symmetrise` does: F_ij = (m_ij N_i + m_ji N_j) / 2, with N of the place's pyramid;
2. they are spread over years of age within each group, evenly over its people, and added up by the
   model's groups;
3. with x_a = (1 - k_a) c_a N_a, contacts of two groups number x_a x_b / sum(x): the shares k that
   come nearest to the matrix, within what the place allows (at most the share met within the own
   area), by least squares.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..population.place import PYRAMID_GROUPS, Place
from ..population.stubs import CHILD_BELOW, ELDERLY_FROM
from ..population.synthetic import YEARS_PER_GROUP
from ..tables.columns import say
from ..tables.matrix import ContactMatrix, read_contact_matrix
from ..tables.sources import Table
from ..values.errors import ParameterError, PopulationError
from .files import MATRIX, Resolved
from .library import check

Floats = NDArray[np.float64]
CONTACTS, KEPT = "community_contacts_per_day", "community_own_age_fraction"
AREA = "community_local_fraction"
PYRAMID = "age_pyramid"
NEEDED = {PYRAMID: (PYRAMID_GROUPS,), AREA: (), CONTACTS: (3,), KEPT: (3,)}  # and their shapes
DIGITS = 4
TIGHT = 1e-12  # of the least squares
NOTICED = 0.005  # shares below are not worth a word


class Mixing(NamedTuple):
    """What a matrix says of the community. contacts: (3,) a day of a child, an adult and an elderly
    person; kept: (3,) the share of them kept for the own group; moved: the share of all contacts
    that reciprocity moved; off: the largest difference between a share of contacts (of one group
    with another) in the model and in the matrix; across: labels of groups that hold people of
    several of the model's."""

    contacts: Floats
    kept: Floats
    moved: float
    off: float
    across: tuple[str, ...]

    def told(self) -> str:
        """What was done to the matrix, in words."""
        parts = [
            "made reciprocal by the mean of both sides with the place's pyramid, which moved "
            f"{self.moved:.0%} of the contacts"
        ]
        if self.across:
            parts.append(
                f"people within {' and '.join(self.across)} are taken to mix alike, though the "
                f"model parts them at {CHILD_BELOW} and {ELDERLY_FROM} years"
            )
        if self.off > NOTICED:
            parts.append(
                f"shares of contacts between age groups differ by up to {self.off:.0%} of a "
                "group's contacts from the matrix, since contacts outside the own group are in "
                "proportion in the model"
            )
        return "; ".join(parts)


def with_contact_matrix(place: Place, table: Table, source: str) -> Place:
    """The place with the community contacts of a matrix: contacts a day outside home, school and
    work, by age group.

    table: a path or a data frame, square or long, with the age groups of socialmixr ("[0,5)" or
    "0-4", the last "[65,Inf)" or "65+"). source: where it is from. What is made of it is told as a
    warning (`lazaretto.populations.DataNotice`) and stands in the notes of the two values. Raises
    PopulationError for a table that is no such matrix, ParameterError for contacts that a place
    cannot have.

    In a file of a place: `contact_matrix = { file = "elsewhere.csv", source = "..." }`.
    """
    matrix = read_contact_matrix(table)
    data = place.model_dump()
    values = _values(data, matrix, source)
    found = check(Place, data | values, matrix.where)
    say(f"{matrix.where}: {found.community_own_age_fraction.note}")
    return found


def resolve_matrix(found: Resolved, where: str) -> Resolved:
    """What a place's file states, with the two values that its matrix gives in place of the matrix.
    where: what errors call the file. Raises ParameterError."""
    stated = found.data[MATRIX]
    if not isinstance(stated, dict) or set(stated) != {"file", "source"}:
        raise ParameterError(
            f"{where}: {MATRIX}: a table with file (a CSV file beside this one) and source is "
            f"needed; got {str(stated)[:80]}"
        )
    rest = {key: part for key, part in found.data.items() if key != MATRIX}
    if lacking := [key for key, shape in NEEDED.items() if not _has_shape(rest.get(key), shape)]:
        raise ParameterError(
            f"{where}: {MATRIX}: it needs {', '.join(lacking)} of the place, which the file does "
            'not state as they should be; based_on = "generic-city" has them all'
        )
    try:
        values = _values(rest, read_contact_matrix(Path(stated["file"])), stated["source"])
    except PopulationError as problem:
        raise ParameterError(f"{where}: {MATRIX}: {problem}") from problem
    origin = found.origins.get(f"{MATRIX}.file", found.origins.get(MATRIX, where))
    gone = (CONTACTS, KEPT, MATRIX)
    origins = {k: v for k, v in found.origins.items() if k.split(".")[0] not in gone}
    return Resolved(rest | values, origins | dict.fromkeys(values, origin))


def _has_shape(stated: Any, shape: tuple[int, ...]) -> bool:
    """Whether it is a value as a file states it, of so many numbers."""
    if not isinstance(stated, dict) or not {"value", "unit", "range"} <= set(stated):
        return False
    try:
        return np.shape(np.asarray(stated["value"], float)) == shape
    except (TypeError, ValueError):
        return False


def _values(data: dict[str, Any], matrix: ContactMatrix, source: str) -> dict[str, Any]:
    """The two values of a place that a matrix gives, as data."""
    people = np.asarray(data[PYRAMID]["value"], float)
    found = mixing(matrix, people, float(data[AREA]["value"]))
    made = {CONTACTS: found.contacts, KEPT: found.kept}
    return {key: _stated(data[key], one, source, found.told()) for key, one in made.items()}


def _stated(before: dict[str, Any], values: Floats, source: str, note: str) -> dict[str, Any]:
    """A value as data, in the unit of the one before, whose range is widened where need be."""
    rounded = [round(float(value), DIGITS) for value in values]
    low, high = before["range"]
    ends = [list(map(min, low, rounded)), list(map(max, high, rounded))]
    return {
        "value": rounded,
        "unit": before["unit"],
        "range": ends,
        "source": source,
        "status": "assumption",
        "note": note,
    }


def mixing(matrix: ContactMatrix, pyramid: Floats, most_kept: float) -> Mixing:
    """What a matrix says of the community of a place. pyramid: (18,) people by five-year groups,
    the last of 85 and over; most_kept: the largest share kept for the own group."""
    ages = np.repeat(pyramid / YEARS_PER_GROUP, YEARS_PER_GROUP)
    group = np.searchsorted(matrix.lowest, np.arange(len(ages)), side="right") - 1
    ours = np.digitize(np.arange(len(ages)), [CHILD_BELOW, ELDERLY_FROM])
    people = np.zeros((len(matrix.lowest), 3))
    np.add.at(people, (group, ours), ages)
    size = people.sum(axis=1)
    share = people / np.where(size > 0, size, 1.0)[:, None]
    reported = matrix.contacts * size[:, None]
    both = (reported + reported.T) / 2
    total = float(both.sum())
    if total <= 0:
        raise PopulationError(f"{matrix.where}: nobody in it has any contact")
    flows = share.T @ both @ share
    of_ours = flows.sum(axis=1)
    kept = _nearest(flows / total, most_kept)
    wanted = flows / np.where(of_ours > 0, of_ours, 1.0)[:, None]
    made = _flows(kept, of_ours) / np.where(of_ours > 0, of_ours, 1.0)[:, None]
    across = [(people[row] > 0).sum() > 1 for row in range(len(size))]
    return Mixing(
        contacts=of_ours / np.where(people.sum(axis=0) > 0, people.sum(axis=0), 1.0),
        kept=kept,
        moved=float(np.abs(reported - both).sum() / total),
        off=float(np.abs(made - wanted).max()),
        across=tuple(label for label, both_of in zip(matrix.labels, across) if both_of),
    )


def _flows(kept: Floats, contacts: Floats) -> Floats:
    """(3, 3) contacts between groups in the model, given the share kept and all contacts of each:
    what is not kept is met in proportion."""
    free = (1.0 - kept) * contacts
    pool = float(free.sum())
    rest = np.outer(free, free) / pool if pool > 0 else np.zeros((3, 3))
    return np.asarray(np.diag(kept * contacts) + rest)


def _nearest(flows: Floats, most: float) -> Floats:
    """(3,) the shares kept, from 0 to `most`, whose contacts between groups come nearest to the
    flows (which add up to 1)."""
    from scipy.optimize import least_squares

    contacts = flows.sum(axis=1)
    upper = max(most, 1e-9)
    found = least_squares(
        lambda kept: (_flows(kept, contacts) - flows).ravel(),
        np.full(3, upper / 2),
        bounds=(0.0, upper),
        xtol=TIGHT,
        ftol=TIGHT,
        gtol=TIGHT,
    )
    return np.asarray(np.clip(np.round(found.x, DIGITS), 0.0, most))
