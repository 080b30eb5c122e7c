"""One run person by person: who infected whom and was withdrawn when, by what; and everybody's
state by day. For small populations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..outcomes.run import Run
from ..population.city import Population
from .errors import AnalysisError

NEVER = "never"
WHILE_LATENT, WHILE_INFECTIOUS, AFTERWARDS = "while latent", "while infectious", "afterwards"
SUSCEPTIBLE, LATENT, INFECTIOUS, REMOVED = range(4)
STATES = ("susceptible", "latent", "infectious", "no longer infectious")
FREE, AT_HOME, ISOLATED, QUARANTINED = range(4)
ORDERS = (
    "not under an order",
    "in voluntary self-isolation",
    "isolated as a case",
    "quarantined as a contact",
)
MOST_PEOPLE = 5000
COLUMNS = (
    "person",
    "source",
    "day",
    "infectious",
    "onset",
    "end",
    "layer",
    "generation",
    "infected",
    "pathway",
    "withdrawn",
    "until",
    "caught",
)


def chains(run: Run) -> pd.DataFrame:
    """One row per infection, by time: person (by number), source (row of the infector, -1),
    day, infectious, onset, end (days; nan: none within the run), layer, generation, infected (how
    many this one infected), and the first withdrawal in force after the infection: pathway ("never"
    where there is none), withdrawn and until (days), caught ("while latent", "while infectious",
    "afterwards" or "never").

    A withdrawal that began before the infection and still held then counts from the infection on.
    """
    run = run.by_number
    table = run.transmissions.rename(columns={"infectee": "person"})
    table["episode"] = table.groupby("person").cumcount()
    for event, name in {
        "infectious": "infectious",
        "onset": "onset",
        "end_of_infectiousness": "end",
    }.items():
        table[name] = _first_after(table, run.events[run.events["event"] == event])
    table["source"] = _sources(table)
    pathway, withdrawn, until = _withdrawals(table, run)
    infectious, end = table["infectious"].fillna(np.inf), table["end"].fillna(np.inf)
    caught = np.select(
        [pathway == NEVER, withdrawn < infectious, withdrawn < end],
        [NEVER, WHILE_LATENT, WHILE_INFECTIOUS],
        AFTERWARDS,
    )
    counts = table.loc[table["source"] >= 0, "source"].value_counts()
    table["infected"] = counts.reindex(range(len(table)), fill_value=0).to_numpy()
    table["pathway"], table["withdrawn"], table["until"], table["caught"] = (
        pathway,
        withdrawn,
        until,
        caught,
    )
    return table[list(COLUMNS)]


def _first_after(table: pd.DataFrame, events: pd.DataFrame) -> NDArray[np.float64]:
    """For each infection the person's first such event from it on and before the person's next
    infection, nan where there is none."""
    days = events.groupby("person")["day"].apply(np.sort).to_dict()
    following = table.groupby("person")["day"].shift(-1).fillna(np.inf)
    out = np.full(len(table), np.nan)
    for row, (person, day, before) in enumerate(
        zip(table["person"], table["day"], following, strict=True)
    ):
        mine = days.get(person, np.zeros(0))
        at = np.searchsorted(mine, day)
        if at < len(mine) and mine[at] < before:
            out[row] = mine[at]
    return out


def _sources(table: pd.DataFrame) -> NDArray[np.int64]:
    """The row of each infection's infector: that person's last infection before it."""
    last: dict[int, int] = {}
    out = np.full(len(table), -1, np.int64)
    for row, (person, infector) in enumerate(zip(table["person"], table["infector"], strict=True)):
        out[row] = last.get(infector, -1)
        last[person] = row
    return out


def _withdrawals(
    table: pd.DataFrame, run: Run
) -> tuple[NDArray[np.object_], NDArray[np.float64], NDArray[np.float64]]:
    orders = withdrawals(run)
    pathway = np.full(len(table), NEVER, object)
    day, until = np.full(len(table), np.nan), np.full(len(table), np.nan)
    following = table.groupby("person")["day"].shift(-1).fillna(np.inf)
    by_person = dict(iter(orders.groupby("person")))
    for row, (person, since, before) in enumerate(
        zip(table["person"], table["day"], following, strict=True)
    ):
        if person not in by_person:
            continue
        lines = by_person[person]
        lines = lines[(lines["until"] > since) & (lines["start"] < before)]
        if len(lines):
            first = lines.iloc[lines["start"].argmin()]
            pathway[row], day[row], until[row] = (
                first["pathway"],
                max(since, first["start"]),
                first["until"],
            )
    return pathway, day, until


def withdrawals(run: Run) -> pd.DataFrame:
    """One row per withdrawal that took place: person, pathway, start, until (days; inf: beyond the
    run), sorted by start."""
    frames, run = [], run.by_number
    for name in run.pathways:
        lines = run.events[run.events["event"].isin([f"order: {name}", f"release: {name}"])]
        starts = lines[lines["event"].str.startswith("order")].sort_values(
            ["person", "day"], kind="stable"
        )
        ends = lines[lines["event"].str.startswith("release")].sort_values(
            ["person", "day"], kind="stable"
        )
        starts = starts.assign(number=starts.groupby("person").cumcount())
        ends = ends.assign(number=ends.groupby("person").cumcount())
        both = starts.merge(ends, on=["person", "number"], how="left", suffixes=("", "_end"))
        frames.append(
            pd.DataFrame(
                {
                    "person": both["person"],
                    "pathway": name,
                    "start": both["day"],
                    "until": both["day_end"].fillna(np.inf),
                }
            )
        )
    table = pd.concat(frames, ignore_index=True)
    return table[table["until"] > table["start"]].sort_values(
        ["start", "person"], kind="stable", ignore_index=True
    )


class States(NamedTuple):
    """Everybody at the end of each day: (days, people) codes of STATES and of ORDERS."""

    infection: NDArray[np.int8]
    order: NDArray[np.int8]


def states(run: Run) -> States:
    """Everybody's state at the end of each day. Raises AnalysisError beyond 5,000 people."""
    people, days = run.population.people, int(run.raw.days)
    small(run.population, MOST_PEOPLE)
    infection, order = np.zeros((days, people), np.int8), np.zeros((days, people), np.int8)
    ends = np.arange(1, days + 1)

    def mark(array: NDArray[np.int8], person: int, since: float, until: float, code: int) -> None:
        array[(ends > since) & (ends <= until), person] = code

    table = chains(run).fillna({"infectious": np.inf, "end": np.inf})
    for line in table.itertuples():
        mark(infection, line.person, line.day, line.infectious, LATENT)
        mark(infection, line.person, line.infectious, line.end, INFECTIOUS)
        mark(infection, line.person, line.end, np.inf, REMOVED)
    codes = {"self-isolation": AT_HOME, "case": ISOLATED}
    lines = withdrawals(run)
    lines["code"] = lines["pathway"].map(codes).fillna(QUARANTINED).astype(int)
    for line in lines.sort_values(
        "code", kind="stable"
    ).itertuples():  # an order hides voluntary self-isolation
        mark(order, line.person, line.start, line.until, int(line.code))
    return States(infection, order)


def small(population: Population, most: int) -> None:
    """Raises AnalysisError where there are more people than can be drawn one by one."""
    if population.people > most:
        raise AnalysisError(
            f"{population.people:,} people cannot be shown one by one; at most "
            f"{most:,}. Take a smaller population, or curves"
        )


def links(population: Population) -> pd.DataFrame:
    """Who meets whom, each pair once (one < other): static links with weight = relative hazard,
    time-stamped contacts with weight = minutes in all, household and group mates with weight 1.
    Columns one, other, weight. Community contacts are not stored, so they are not in it."""
    c = population.city
    parts = [np.zeros((0, 3))]
    if len(c.link):
        who = np.repeat(np.arange(population.people), np.diff(c.link_start))
        weight = c.link_weight * c.link_most[who] if len(c.link_weight) else np.ones(len(c.link))
        parts.append(np.c_[who, c.link, weight])
    if len(c.contact):
        cells = np.repeat(np.arange(population.people * c.loop_days), np.diff(c.contact_start))
        parts.append(np.c_[cells // c.loop_days, c.contact, c.contact_minutes])
    for start, member in (
        (c.household_start, np.arange(population.people)),
        (c.group_start, c.group_member),
    ):
        for a, b in zip(start[:-1], start[1:], strict=True):
            one, other = np.triu_indices(b - a, 1)
            parts.append(np.c_[member[a:b][one], member[a:b][other], np.ones(len(one))])
    table = pd.DataFrame(np.concatenate(parts), columns=["one", "other", "weight"])
    low, high = np.minimum(table["one"], table["other"]), np.maximum(table["one"], table["other"])
    table = pd.DataFrame(
        {"one": low.astype(int), "other": high.astype(int), "weight": table["weight"]}
    )
    table = table[table["one"] < table["other"]]
    # static links and contacts stand once for each of the two people
    doubled = 0.5 if len(c.link) or len(c.contact) else 1.0
    return (
        table.groupby(["one", "other"], as_index=False)["weight"]
        .sum()
        .assign(weight=lambda t: t["weight"] * doubled)
    )
