"""Daily curves: who is in which state at the end of each day, and what happened on it."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..mechanisms.counters import DAILY
from ..world.codes import CASE, HOME, SELF
from ..world.state import Raw
from .severity import Severity

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def by_end_of_day(times: Floats, days: int) -> Ints:
    """(days,) how many of `times` lie before the end of each day."""
    inside = times[(times >= 0) & (times < days)].astype(np.int64)
    return np.cumsum(np.bincount(inside, minlength=days)[:days])


def census(starts: Floats, ends: Floats, days: int) -> Ints:
    """(days,) how many intervals [start, end) hold the end of each day; empty intervals count for
    nothing."""
    real = ends > starts
    return by_end_of_day(starts[real], days) - by_end_of_day(ends[real], days)


def daily(raw: Raw, severe: Severity, people: int) -> dict[str, Ints]:
    """All daily curves by name, (days,) each; what they count is told under `curves`."""
    h, days = raw.history, raw.days
    with_symptoms, without = h.symptomatic, ~h.symptomatic
    infected = by_end_of_day(h.time, days)
    removed = by_end_of_day(h.end, days)
    dead = by_end_of_day(severe.died, days)
    waned = by_end_of_day(h.again, days) if len(h.again) else np.zeros(days, np.int64)
    first_symptom = np.maximum(h.infectious, h.onset)
    states = {
        "S": people - infected + waned,
        "E": census(h.time, np.minimum(h.infectious, h.end), days),  # some die before they infect
        "I_presymptomatic": census(
            h.infectious[with_symptoms], np.minimum(first_symptom, h.end)[with_symptoms], days
        ),
        "I_symptomatic": census(
            np.minimum(first_symptom, h.end)[with_symptoms], h.end[with_symptoms], days
        ),
        "I_asymptomatic": census(h.infectious[without], h.end[without], days),
        "R": removed - dead - waned,
        "D": dead,
        "H": census(severe.admitted, severe.discharged, days),
        "ICU": census(severe.into_care, severe.out_of_care, days),
        "new_infections": np.diff(infected, prepend=0),
        "deaths": np.diff(dead, prepend=0),
    }
    start, until = raw.records.order_start, raw.records.order_until
    pathway = raw.records.order_pathway
    states["self_isolated"] = census(start[pathway == SELF], until[pathway == SELF], days)
    states["isolated"] = census(start[pathway == CASE], until[pathway == CASE], days)
    states["quarantined"] = census(start[pathway >= HOME], until[pathway >= HOME], days)
    infected_on = first_infected(raw, people)[raw.records.order_person[pathway >= HOME]]
    listed = start[pathway >= HOME], np.minimum(until[pathway >= HOME], infected_on)
    states["wrongly_quarantined"] = census(*listed, days)
    states |= {name: raw.tally.daily[row] for row, name in enumerate(DAILY)}
    return {name: np.asarray(values, np.int64) for name, values in states.items()}


def unit_of(name: str) -> str:
    """The unit of a daily curve."""
    return "person" if name in PERSONS else "1/day"


def curves(of_days: dict[str, Ints], days: int) -> xr.Dataset:
    """All daily curves as a Dataset over "day" (0 = the first day), in persons unless the attribute
    `units` says otherwise. of_days: the curves of `daily`.

    S, E, I_*, R and D are states at the end of the day and add up to the people; R are those no
    longer infectious and alive, still ill or not. H (in hospital) and ICU (of these, in intensive
    care) lie across them. Self-isolated, isolated and quarantined count orders in force;
    wrongly_quarantined those of people not infected so far. No day hangs on what comes after it.
    """
    data = {name: ("day", values, {"units": unit_of(name)}) for name, values in of_days.items()}
    return xr.Dataset(data, coords={"day": ("day", np.arange(days), {"units": "day"})})


PERSONS = {
    "S",
    "E",
    "I_presymptomatic",
    "I_symptomatic",
    "I_asymptomatic",
    "R",
    "D",
    "H",
    "ICU",
    "self_isolated",
    "isolated",
    "quarantined",
    "wrongly_quarantined",
}


def first_infected(raw: Raw, people: int) -> Floats:
    """(people,) time of the first infection, inf for those never infected."""
    when = np.full(people, np.inf)
    when[raw.history.person[::-1]] = raw.history.time[::-1]
    return when


def never_infected(raw: Raw, people: int) -> NDArray[np.bool_]:
    """(people,) True for everybody who was not infected during the run."""
    never = np.ones(people, bool)
    never[raw.history.person] = False
    return never
