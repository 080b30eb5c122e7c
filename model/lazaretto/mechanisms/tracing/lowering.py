"""A tracing level, as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...chance.rows import constant_row, law_row
from ...instruments.lowering import Ground, lower_instruments
from ...instruments.table import LOWER
from ...population.city import Population
from ...world.codes import ENTRY_TESTS
from ..response.lowering import Response
from .statement import TracingLevel


def lower_tracing(
    level: TracingLevel, population: Population, response: Response
) -> dict[str, Any]:
    """The fields of Policy that the level and its instruments fill."""
    ground = Ground(
        population.city.reach,
        population.density_per_km2,
        response.cooperation,
        response.carriage,
        response.uptake,
    )
    recursion, close = level.recursion_depth, level.close_minutes
    tested = level.release_test_day or level.finding_test_day
    fields = {
        "on_symptoms": level.trigger == "symptoms",
        "recursion": recursion.value if recursion is not None else 0.0,
        "close_minutes": close.value if close is not None else 0.0,
        "entry_test": ENTRY_TESTS.index(level.entry_test),
        "test_day": tested.value if tested is not None else 0.0,
        "test_releases": level.finding_test_day is None,
        "onward": level.onward_delay is not None,
        "phone": np.asarray(population.phone_ownership, np.float64),
    }
    if (contest := level.contest) is not None:
        right, wrong = contest.probability_when_right, contest.probability_when_wrong
        fields["contest"] = np.array([right.value, wrong.value])
        right, wrong = contest.granted_when_right, contest.granted_when_wrong
        fields["released"] = np.array([right.value, wrong.value])
    for instrument in level.instruments:
        uptake: Any = getattr(instrument, "uptake_by_age", None)
        if uptake is not None:
            share = np.asarray(uptake.value, np.float64) * ground.uptake
            fields["app"] = np.minimum(1.0, share)[None, :]
    return fields | lower_instruments(level.instruments, LOWER, ground)


def level_laws(level: TracingLevel) -> dict[str, NDArray[np.float64]]:
    """The quantile rows of the level, by the names of `world.codes.POLICY_LAWS`."""
    laws = {"onward": level.onward_delay}
    laws["contest"] = level.contest.delay if level.contest is not None else None
    return {
        name: law_row(law) if law is not None else constant_row(0.0) for name, law in laws.items()
    }


def tracing_laws(level: TracingLevel) -> list[NDArray[np.float64]]:
    """The quantile rows of each instrument: its delay, and how long people only near are there."""
    rows = []
    for instrument in level.instruments:
        rows.append(law_row(instrument.delay))
        near = instrument.nearby_minutes
        rows.append(law_row(near) if near is not None else constant_row(0.0))
    return rows
