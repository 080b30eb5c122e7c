"""Hospital, intensive care and death by infection, as the run has left them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..parameters import Pathogen
from ..world.state import History

Floats = NDArray[np.float64]


class Severity(NamedTuple):
    """Times by infection, inf for never: admission, leaving hospital (alive or dead), death,
    entering and leaving intensive care. `has_intensive_care` is False where the pathogen states
    none."""

    admitted: Floats
    discharged: Floats
    died: Floats
    into_care: Floats
    out_of_care: Floats
    has_intensive_care: bool


def severity(pathogen: Pathogen, history: History) -> Severity:
    """The severity of each infection; what lies after the end of the run is as it was to be."""
    rows = len(history.person)

    def by_infection(times: Floats, happened: NDArray[np.bool_]) -> Floats:
        found = np.full(rows, np.inf)
        found[history.severe_row[happened]] = times[happened]
        return found

    in_bed = np.isfinite(history.severe_admitted)
    in_care = in_bed & np.isfinite(history.severe_into_care)
    return Severity(
        by_infection(history.severe_admitted, in_bed),
        by_infection(history.severe_gone, in_bed),
        by_infection(history.severe_died, np.isfinite(history.severe_died)),
        by_infection(history.severe_into_care, in_care),
        by_infection(history.severe_out_of_care, in_care),
        pathogen.admission_to_intensive_care is not None,
    )
