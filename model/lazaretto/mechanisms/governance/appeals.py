"""When the last court case of a run ends: the appeals, decided or not yet, as the ladder enters
them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..._jit import builder
from ...chance.laws import quantile
from ...chance.philox import draw, unit
from ...chance.rows import law_row
from ...chance.streams import APPEAL
from ...world.codes import WRONG
from ...world.state import Raw
from ..isolation.rungs import IS_SANCTION

Floats = NDArray[np.float64]


@builder
def decided_on(seed, people, numbers, begun, chance, law, tables):
    """(rows,) day on which each appeal is decided, -1 where there is none. people, numbers (of the
    sanctions of each person), begun: (rows,) of sanctions; chance: (rows,) that there is an appeal;
    law: (rows,) row of the (laws, ROW) tables of its length."""
    out = np.full(len(people), -1.0)
    for row in range(len(people)):
        w = draw(seed, APPEAL, people[row], numbers[row], 0)
        if unit(w[0]) < chance[row]:
            out[row] = begun[row] + quantile(tables, law[row], w[1])
    return out


def decisions(plan: Any, raw: Raw, seed: int) -> Floats:
    """Days on which appeals against the sanctions of a run are decided, those after its end
    included. plan: `engine.phases.Plan`."""
    r = raw.records
    chance, law = np.zeros(len(r.action_time)), np.zeros(len(r.action_time), np.int64)
    tables: list[Floats] = []
    for phase in plan.phases:
        stated = phase.scenario.isolation.appeals
        if stated is None:
            continue
        here = (r.action_time >= phase.first) & (r.action_time < phase.last)
        here &= np.array(IS_SANCTION)[r.action_kind]
        right, wrong = stated.probability_when_right.value, stated.probability_when_wrong.value
        chance[here] = np.where(raw.conduct.action_wrong[here] == WRONG, wrong, right)
        law[here] = len(tables)
        tables.append(law_row(stated.delay))
    may = np.flatnonzero(chance > 0.0)
    if not len(may):
        return np.zeros(0)
    days: Floats = decided_on(
        np.int64(seed),
        r.action_person[may].astype(np.int64),
        r.action_number[may].astype(np.int64),
        r.action_time[may],
        chance[may],
        law[may],
        np.array(tables),
    )
    return days[days >= 0.0]
