"""Cases, contacts and pairs of infector and infectee, in the columns that outbreak analysts' R
packages read.

Names are the tags of linelist 2.0.1 (`make_linelist`), `id`, `from` and `to` of epicontacts 1.1.4
(`make_epicontacts`), and beside these the columns of simulist 0.6.0. epicontacts wants every id
once, so a case is an infection: the first of a person has the person's own id, later ones a number
after it (`7`, `7.2`). All ids are text. Gender and occupation are not in the model, so there are no
such columns. Dates are dates where the scenario has a start_date, else days of the run, which
linelist takes too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._version import __version__
from .linelist import Calendar, ids_of
from .run import Run

TRUTH_OF_CASES = ("infector", "layer", "date_infection")
TRUTH_OF_CONTACTS = (
    "was_contact",
    "date_first_met",
    "date_last_met",
    "minutes_met",
    "infected",
    "infected_by_case",
)
CONFIRMED, DIED = "confirmed", "died"


def cases(run: Run, known: bool = False) -> pd.DataFrame:
    """One row per infection, in order of infection.

    id, date_onset, date_reporting, date_admission, date_discharge, date_outcome, date_death, age
    (years), location (the area, as text) and outcome ("died" or "recovered") are tags of linelist;
    beside them stand person (the id of the person, which two infections share), case_type, infector
    (id), layer, date_infection, date_sample, found_by, date_order and order, as in `run.linelist`.
    known: only what the authority can know: confirmed cases, without infector, layer and
    date_infection; date_outcome is then that of death or of leaving hospital, since nobody sees
    when others are no longer infectious.
    """
    listed = run.linelist
    ids = case_ids(run)
    died = (listed["outcome"] == DIED).to_numpy()
    source = run.raw.history.source
    infector = [ids[row] if row >= 0 else None for row in source]
    date = Calendar(run.raw.days, run.scenario.start_date)
    left = np.where(np.isfinite(run.severity.died), np.inf, run.severity.discharged)
    table = pd.DataFrame(
        {
            "id": ids,
            "person": listed["id"],
            "case_type": listed["case_type"],
            "age": listed["age"],
            "location": listed["area"].astype(str),
            "date_onset": listed["date_onset"],
            "date_reporting": listed["date_reporting"],
            "date_admission": listed["date_admission"],
            "date_discharge": date(left),
            "outcome": listed["outcome"],
            "date_outcome": listed["date_outcome"],
            "date_death": listed["date_outcome"].where(died),
            "date_sample": listed["date_sample"],
            "found_by": listed["found_by"],
            "date_order": listed["date_order"],
            "order": listed["order"],
            "date_infection": listed["date_infection"],
            "infector": infector,
            "layer": listed["layer"],
        }
    )
    if known:
        table = table[table["case_type"] == CONFIRMED].drop(columns=list(TRUTH_OF_CASES))
        table["date_outcome"] = table["date_death"].fillna(table["date_discharge"])
    return _signed(table.reset_index(drop=True), run)


def contacts(run: Run, known: bool = False) -> pd.DataFrame:
    """One row per person on a list of a case (only with `keep_lists=True`), in order of time: from
    and to are ids of `cases`, or of people who were never infected; the other columns are those of
    `run.contacts`. known: only what the lists hold, without the truth. Raises ParameterError where
    lists were not kept."""
    table = run.contacts.copy()
    tally = run.raw.tally
    in_order = np.argsort(tally.list_time, kind="stable")
    when = tally.list_time[in_order]
    for at, column in enumerate(("from", "to")):
        table[column] = _case_at(run, tally.list_rows[in_order, at], when)
    if known:
        table = table.drop(columns=list(TRUTH_OF_CONTACTS))
    return _signed(table, run)


def pairs(run: Run) -> pd.DataFrame:
    """One row per transmission, in order of time: from and to (ids of `cases`), date_infection,
    days (from the infector's infection to this one), layer. What epicontacts draws as a tree."""
    history, ids = run.raw.history, case_ids(run)
    rows = np.flatnonzero(history.source >= 0)
    source = history.source[rows]
    dates = Calendar(run.raw.days, run.scenario.start_date)(history.time)
    table = pd.DataFrame(
        {
            "from": ids[source],
            "to": ids[rows],
            "date_infection": dates[rows],
            "days": history.time[rows] - history.time[source],
            "layer": run.linelist["layer"].to_numpy()[rows],
        }
    )
    return _signed(table, run)


def case_ids(run: Run) -> NDArray[np.object_]:
    """(infections,) the id of each as text: the person's, and for later infections of a person a
    point and their number."""
    person = run.raw.history.person
    own = _text(run, person)
    number = pd.Series(person).groupby(person).cumcount().to_numpy() + 1
    point, everybody = ".", set(own.tolist())
    while any(f"{one}{point}{n}" in everybody for one, n in zip(own, number) if n > 1):
        point += "."
    later = [f"{one}{point}{n}" if n > 1 else one for one, n in zip(own, number)]
    return np.array(later, dtype=object)


def _text(run: Run, person: NDArray[Any]) -> NDArray[np.object_]:
    return np.array([str(one) for one in ids_of(run.population, person)], dtype=object)


def _case_at(run: Run, person: NDArray[Any], when: NDArray[Any]) -> NDArray[np.object_]:
    """The id of the last infection of each person until then; the person's own id where there was
    none, which is that of the first to come."""
    history = run.raw.history
    found = _text(run, person)
    if not len(history.person):
        return found
    order = np.lexsort((history.time, history.person))
    scale = float(run.raw.days) + 1.0
    keys = history.person[order] * scale + history.time[order]
    last = np.searchsorted(keys, person * scale + when, side="right") - 1
    row = order[np.maximum(last, 0)]
    there = (last >= 0) & (history.person[row] == person)
    found[there] = case_ids(run)[row[there]]
    return found


def _signed(table: pd.DataFrame, run: Run) -> pd.DataFrame:
    """The table with what it was made from, which pandas also writes into Parquet and Arrow."""
    table.attrs.update(provenance(run))
    return table


def provenance(run: Run) -> dict[str, Any]:
    """Package, parameters and seed that a run came from."""
    return {
        "package": f"lazaretto {__version__}",
        "parameter_hash": run.scenario.parameter_hash,
        "seed": run.seed,
    }
