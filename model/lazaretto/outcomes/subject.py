"""What a person sees of the records about it: the entries of lists that are open to their
subjects."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..population.city import City

AT_HOME, AT_SITE, ELSEWHERE = "home", "school or work", "elsewhere"
COLUMNS = ("day", "instrument", "place", "first_seen", "last_seen", "minutes")


def is_open(plan: Any) -> NDArray[np.bool_]:
    """(phases, instruments) whether what the instrument holds is open to its subjects on the days
    of the phase. plan: of the run."""
    table = np.zeros((len(plan.phases), len(plan.instruments)), bool)
    for row, phase in enumerate(plan.phases):
        table[row] = table[max(0, row - 1)]  # lists under way when the level changes
        for one in phase.scenario.tracing.instruments:
            table[row, plan.instruments.index(one.type)] = one.open_to_subject
    return table


def shown(lists: pd.DataFrame, plan: Any) -> NDArray[np.bool_]:
    """(entries,) which entries of `run.lists` their subjects can see."""
    first = np.array([phase.first for phase in plan.phases])
    phase = np.searchsorted(first, lists["day"].to_numpy(), side="right") - 1
    kind = lists["instrument"].map({name: at for at, name in enumerate(plan.instruments)})
    seen: NDArray[np.bool_] = is_open(plan)[phase, kind.to_numpy(int)]
    return seen


def place_of(city: City, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[Any]:
    """Where the two of each entry meet, as a notice names it: at home, at school or work,
    elsewhere."""
    home = city.household[one] == city.household[other]
    group = (city.group[one] >= 0) & (city.group[one] == city.group[other])
    return np.where(home, AT_HOME, np.where(group, AT_SITE, ELSEWHERE))


def subject_view(lists: pd.DataFrame, person: int, plan: Any, city: City) -> pd.DataFrame:
    """The entries about a person that it can see, in order of time; nobody is named in them.
    lists: `run.lists` with people by number."""
    mine = lists[(lists["person"] == person) & shown(lists, plan)]
    place = place_of(city, mine["person"].to_numpy(int), mine["index_case"].to_numpy(int))
    told = mine.assign(place=place)
    dated = [name for name in ("date",) if name in told]
    return told[[COLUMNS[0], *dated, *COLUMNS[1:]]].sort_values("day", ignore_index=True)
