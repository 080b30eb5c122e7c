"""A line list and its contacts, as outbreak analysts know them.

Columns carry the names of R's simulist (`sim_linelist`, `sim_contacts`; Lambert et al., Epiverse),
whose tables the packages linelist and epicontacts read: `id`, `from`, `to`, `age`, `date_onset`,
`date_reporting`, `date_admission`, `outcome`, `date_outcome`, `date_first_contact`,
`date_last_contact`, `was_case`; what they do not know has names of its own. Dates are dates where
the scenario has a start_date, else days since the start; what did not happen is missing.
"""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..mechanisms.counters import TRUE_CONTACT, WAS_INFECTED, WAS_INFECTEE
from ..population.city import City, Population
from ..world.codes import CASE, REASONS
from ..world.state import Raw
from .names import layer_names
from .severity import Severity

Floats = NDArray[np.float64]
NEVER_FOUND = "not found"


def linelist(
    raw: Raw,
    severe: Severity,
    population: Population,
    pathways: tuple[str, ...],
    start_date: datetime.date | None,
) -> pd.DataFrame:
    """One row per infection, in order of infection.

    id, from (the infector's id, missing for first and imported ones), case_type ("confirmed" or
    "not found"), age (years), area, layer, date_infection, date_onset (missing without symptoms),
    date_sample and date_reporting (of the first positive result), found_by (why that sample was
    taken), date_order and order (the first order of the authority since infection), date_admission,
    outcome ("died", or "recovered": no longer infectious and out of hospital; missing where the run
    ends before), date_outcome.
    """
    h, r, city = raw.history, raw.records, population.city
    rows = len(h.person)
    file = r.file_of[h.person] if len(r.file_of) else np.full(rows, -1)
    known = file >= 0
    at = np.where(known, file, 0)
    confirmed = _of_file(r.confirmed, at, known, np.inf)
    mine = known & (confirmed >= h.time) & (confirmed < _next_infection(h.person, h.time))
    reported = np.where(mine, confirmed, np.inf)
    sampled = np.where(mine, _of_file(r.sampled, at, known, np.inf), np.inf)
    reason = np.where(mine, _of_file(r.found_by, at, known, -1), -1).astype(int)
    ordered, pathway = _first_orders(raw)
    infector = np.where(h.source >= 0, h.person[np.maximum(h.source, 0)] if rows else -1, -1)
    died = severe.died < raw.days
    well = np.where(np.isfinite(severe.admitted), np.maximum(h.end, severe.discharged), h.end)
    over = np.where(died, severe.died, well)
    outcome = np.full(rows, None, dtype=object)
    outcome[well < raw.days] = "recovered"
    outcome[died] = "died"
    names = np.array([*pathways, None], dtype=object)
    found = np.array([*REASONS, NEVER_FOUND], dtype=object)
    date = Calendar(raw.days, start_date)
    return pd.DataFrame(
        {
            "id": ids_of(population, h.person),
            "from": ids_of(population, infector),
            "case_type": np.where(reported < raw.days, "confirmed", NEVER_FOUND),
            "age": city.age[h.person],
            "area": area_of_people(city, h.person),
            "layer": layer_names(population, h),
            "date_infection": date(h.time),
            "date_onset": date(np.where(h.symptomatic, h.onset, np.inf)),
            "date_sample": date(sampled),
            "date_reporting": date(reported),
            "found_by": found[reason],
            "date_order": date(ordered),
            "order": names[pathway],
            "date_admission": date(severe.admitted),
            "outcome": outcome,
            "date_outcome": date(over),
        }
    )


def contacts(
    raw: Raw, population: Population, instruments: tuple[str, ...], start_date: datetime.date | None
) -> pd.DataFrame:
    """One row per person on a list of a case, in order of time.

    As the list has it: from (the case), to (the person listed), instrument, date_listed,
    date_first_contact and date_last_contact (of the meetings that the instrument saw within its
    window; missing for lists of addresses and calls, which see none), minutes (seen, added up).
    In truth: was_contact (a meeting that put the person on the list took place; of people who were
    only near none did), date_first_met, date_last_met and minutes_met (of all their meetings within
    the window, seen or not).
    ordered (the authority put the person under an order then), tested and was_case (a sample, a
    positive result within the run), infected (by then), infected_by_case.
    """
    t, r = raw.tally, raw.records
    case, person, instrument, flags, first, last, first_met, last_met = t.list_rows.T
    when = t.list_time
    date = Calendar(raw.days, start_date)
    file = r.file_of[person] if len(r.file_of) else np.full(len(person), -1)
    known = file >= 0
    at = np.where(known, file, 0)
    given = set(zip(r.order_person.tolist(), r.order_start.tolist(), strict=True))
    ordered = [one in given for one in zip(person.tolist(), when.tolist(), strict=True)]
    met = (flags & TRUE_CONTACT) > 0
    table = pd.DataFrame(
        {
            "from": ids_of(population, case),
            "to": ids_of(population, person),
            "instrument": np.array(instruments or ("none",), dtype=object)[instrument],
            "date_listed": date(when),
            "date_first_contact": date(np.where(first >= 0, first, np.inf)),
            "date_last_contact": date(np.where(last >= 0, last, np.inf)),
            "minutes": t.list_minutes,
            "was_contact": met,
            "date_first_met": date(np.where(first_met >= 0, first_met, np.inf)),
            "date_last_met": date(np.where(last_met >= 0, last_met, np.inf)),
            "minutes_met": t.list_met_minutes,
            "ordered": ordered,
            "tested": known & (_of_file(r.tests, at, known, 0) > 0),
            "was_case": known & (_of_file(r.confirmed, at, known, np.inf) < raw.days),
            "infected": (flags & WAS_INFECTED) > 0,
            "infected_by_case": (flags & WAS_INFECTEE) > 0,
        }
    )
    return table.iloc[np.argsort(when, kind="stable")].reset_index(drop=True)


def transmissions(raw: Raw, population: Population) -> pd.DataFrame:
    """One row per infection, people by number: infector (-1 for none), infectee, day, layer,
    generation, and whether the infector had symptoms by then."""
    h = raw.history
    has = h.source >= 0
    source = np.maximum(h.source, 0)
    begun = h.symptomatic[source] & (h.onset[source] <= h.time) if len(source) else has
    return pd.DataFrame(
        {
            "infector": np.where(has, h.person[source], -1) if len(source) else h.person,
            "infectee": h.person,
            "day": h.time,
            "layer": layer_names(population, h),
            "generation": generations(h.source),
            "infector_symptomatic": has & begun,
        }
    )


def generations(source: NDArray[np.int32]) -> NDArray[np.int64]:
    """(rows,) steps from a first infection (0) to each infection; source: row of the infector, -1
    for the first ones."""
    steps = np.zeros(len(source), np.int64)
    rows = np.flatnonzero(source >= 0)
    ancestors = source[rows]
    while len(rows):
        steps[rows] += 1
        older = source[ancestors] >= 0
        rows, ancestors = rows[older], source[ancestors[older]]
    return steps


def area_of_people(city: City, person: NDArray[Any]) -> NDArray[np.int64]:
    """The area of each person."""
    return np.searchsorted(city.area_start, person, side="right") - 1


class Calendar:
    """Times of the run as dates, to the day, or as days where there is no calendar; missing at and
    after the end of the run."""

    def __init__(self, days: int, start: datetime.date | None) -> None:
        self.days, self.start = days, start

    def __call__(self, time: NDArray[Any]) -> Any:
        known = np.asarray(time, float)
        within = known < self.days
        if self.start is None:
            return np.where(within, known, np.nan)
        first = np.datetime64(self.start, "D")
        dates = first + np.where(within, np.floor(known), 0).astype("timedelta64[D]")
        return np.where(within, dates, np.datetime64("NaT")).astype("datetime64[ns]")


def ids_of(population: Population, person: NDArray[Any]) -> Any:
    """The user's own names of people, else their numbers; missing for -1."""
    there = np.asarray(person) >= 0
    if population.ids is not None:
        names = np.asarray(population.ids, dtype=object)[np.maximum(person, 0)]
        return np.where(there, names, None)
    return (
        pd.array(np.where(there, person, 0), dtype="Int64").copy()
        if there.all()
        else (pd.array([int(p) if p >= 0 else pd.NA for p in person], dtype="Int64"))
    )


def _of_file(column: NDArray[Any], at: NDArray[Any], known: NDArray[Any], other: Any) -> Any:
    """A column of the files, by infection; `other` for people without a file."""
    return np.where(known, column[at], other) if len(column) else np.full(len(at), other)


def _next_infection(person: NDArray[Any], time: Floats) -> Floats:
    """(rows,) time of the person's next infection, inf where there is none."""
    after = np.full(len(person), np.inf)
    order = np.lexsort((time, person))
    same = person[order[1:]] == person[order[:-1]]
    after[order[:-1][same]] = time[order[1:][same]]
    return after


def _first_orders(raw: Raw) -> tuple[Floats, NDArray[np.int64]]:
    """(start, pathway; inf and -1 for none) of the authority's first order since each infection and
    before the person's next."""
    h, r = raw.history, raw.records
    start = np.full(len(h.person), np.inf)
    pathway = np.full(len(h.person), -1)
    official = np.flatnonzero(r.order_pathway >= CASE)
    if not len(official):
        return start, pathway
    official = official[np.lexsort((r.order_start[official], r.order_person[official]))]
    # people and times as one key that rises: orders by person, then time
    scale = float(raw.days) + 1.0
    keys = r.order_person[official] * scale + np.minimum(r.order_start[official], raw.days)
    at = np.searchsorted(keys, h.person * scale + h.time, side="left")
    there = at < len(official)
    chosen = official[np.minimum(at, len(official) - 1)]
    there &= r.order_person[chosen] == h.person
    there &= r.order_start[chosen] < np.minimum(_next_infection(h.person, h.time), raw.days)
    start[there], pathway[there] = r.order_start[chosen[there]], r.order_pathway[chosen[there]]
    return start, pathway
