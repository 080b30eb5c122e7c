"""One case and its contacts: what happened to each when, and what the authority did.

From the run's own records: infections from its history, samples, results, lists and orders from
what the authority wrote down.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..outcomes.names import number_of
from ..outcomes.run import Run
from ..world.codes import CASE, SELF
from .errors import AnalysisError

FEWEST, MOST = 3, 12  # people on a list that tells a story and fits on a page
BY_CASE, OTHERWISE, NOT = "by the case", "by somebody else", "not within the run"
IN_TIME, LATE, TOO_LATE, NEVER = (
    "while latent",
    "while infectious",
    "when no longer infectious",
    "never infected",
)
BEFORE = "before being infected"
SELF_ISOLATED, ISOLATED, QUARANTINED = (
    "in voluntary self-isolation",
    "isolated as a case",
    "in quarantine",
)
RULE = (
    "of the cases with symptoms whose list names 3 to 12 people, the one whose list holds most of "
    "the people whom it infected; of equals the first to be confirmed"
)


class Story(NamedTuple):
    """One case and the people on its list.

    people: one row each, the case first: who (id), role ("case" or "contact"), infected,
    infectious, onset, end, sample, result, listed (days of the run; nan for what did not happen
    within it), infected_by, reached (where listed people were in their illness). orders: who, what,
    start, until, one row per order that meets the story. more: people on the list beyond those in
    `people`.
    """

    people: pd.DataFrame
    orders: pd.DataFrame
    more: int


def telling_case(run: Run) -> int:
    """The number of the case that tells most, by RULE; where no list is so long or so short, of all
    lists. Raises AnalysisError where nobody was put on a list."""
    lists = _lists(run)
    by_case = lists.groupby("index_case").agg(
        people=("person", "nunique"), found=("infected_by_index_case", "sum")
    )
    records = run.raw.records
    files = records.file_of[by_case.index.to_numpy()]
    by_case["confirmed"] = np.where(files >= 0, records.confirmed[files], np.inf)
    ill = set(run.raw.history.person[run.raw.history.symptomatic].tolist())
    with_symptoms = by_case.index.isin(ill) & np.isfinite(by_case["confirmed"])
    fits = with_symptoms & by_case["people"].between(FEWEST, MOST)
    chosen = by_case[fits] if fits.any() else by_case[with_symptoms]
    if chosen.empty:
        chosen = by_case
    order = chosen.assign(number=chosen.index).sort_values(
        ["found", "confirmed", "number"], ascending=[False, True, True]
    )
    return int(order.index[0])


def case_story(run: Run, person: Any = None) -> Story:
    """What happened to a case and the people on its list (only with `keep_lists=True`).

    person: the user's own id, or the number; default `telling_case`. Raises ParameterError for
    somebody who is not there, AnalysisError for somebody who has no list.
    """
    case = (
        telling_case(run)
        if person is None
        else int(number_of(run.population, [person], "person")[0])
    )
    mine = _lists(run)
    mine = mine[mine["index_case"] == case].sort_values("day", kind="stable")
    if mine.empty:
        raise AnalysisError(
            f"there is no list of a case {person!r}; run.lists['index_case'] names those who "
            "have one"
        )
    traced = float(mine["day"].min())
    listed = mine.drop_duplicates("person")
    known = [_person(run, case, traced, case)]
    known += [
        _person(run, int(one), float(day), case) for one, day in listed[["person", "day"]].values
    ]
    table = pd.DataFrame(known)
    table["role"] = ["case", *["contact"] * len(listed)]
    table["listed"] = [np.nan, *listed["day"]]
    rank = table["infected_by"].map({BY_CASE: 0, OTHERWISE: 1, NOT: 2}).to_numpy()
    order = np.lexsort((table["listed"], table["infected"].fillna(np.inf), rank))
    order = np.r_[0, order[order != 0]]
    shown = table.iloc[order[: MOST + 1]].reset_index(drop=True)
    numbers = shown["number"].to_numpy(int)
    since = float(shown["infected"].iloc[0])
    orders = _orders(run, numbers, since if np.isfinite(since) else traced)
    ids = run.population.ids
    names = dict(zip(numbers, numbers if ids is None else ids[numbers], strict=True))
    shown.insert(0, "who", shown.pop("number").map(names))
    orders.insert(0, "who", orders.pop("number").map(names))
    return Story(shown, orders, len(table) - len(shown))


def _lists(run: Run) -> pd.DataFrame:
    lists = run.by_number.lists
    if lists.empty:
        raise AnalysisError(
            "this run kept no lists: simulate it with keep_lists=True, under a tracing level that "
            "lists people"
        )
    return lists


def _person(run: Run, number: int, at: float, case: int) -> dict[str, Any]:
    """The illness of a person about the time `at`: the last infection that began by then, else the
    first after it."""
    h, records = run.raw.history, run.raw.records
    row = _infection(h.person, h.time, number, at)
    times = dict.fromkeys(("infected", "infectious", "onset", "end"), np.nan)
    by = NOT
    if row >= 0:
        onset = h.onset[row] if h.symptomatic[row] else np.nan
        found = (h.time[row], h.infectious[row], onset, h.end[row])
        times = dict(zip(times, found, strict=True))
        source = h.source[row]
        by = BY_CASE if source >= 0 and h.person[source] == case else OTHERWISE
    file = records.file_of[number] if len(records.file_of) else -1
    tested = (records.sampled[file], records.confirmed[file]) if file >= 0 else (np.inf, np.inf)
    when = {**times, "sample": tested[0], "result": tested[1]}
    within = {k: float(v) if v < run.raw.days else np.nan for k, v in when.items()}
    return {"number": number, **within, "infected_by": by, "reached": _reached(times, at)}


def _infection(who: NDArray[Any], time: NDArray[Any], number: int, at: float) -> int:
    rows = np.flatnonzero(who == number)
    if not len(rows):
        return -1
    before = rows[time[rows] <= at]
    return int(before[-1] if len(before) else rows[0])


def _reached(times: dict[str, float], at: float) -> str:
    if not np.isfinite(times["infected"]):
        return NEVER
    if at < times["infected"]:
        return BEFORE
    if at < times["infectious"]:
        return IN_TIME
    return LATE if at < times["end"] else TOO_LATE


def _orders(run: Run, numbers: NDArray[np.int64], since: float) -> pd.DataFrame:
    """Orders of those people that end after that day."""
    r = run.raw.records
    mine = np.isin(r.order_person, numbers) & (r.order_until > np.maximum(r.order_start, since))
    what = np.select(
        [r.order_pathway[mine] == SELF, r.order_pathway[mine] == CASE],
        [SELF_ISOLATED, ISOLATED],
        QUARANTINED,
    )
    return pd.DataFrame(
        {
            "number": r.order_person[mine],
            "what": what,
            "start": r.order_start[mine],
            "until": np.minimum(r.order_until[mine], run.raw.days),
        }
    )
