"""The rungs of the ladder: what an authority does when it has noted a breach.

A row is all that a kind of rung is: its name in parameter files, the counter of it, and what it
does. Statement, counters, kernel, panel components and words for figures follow from the row.
"""

from __future__ import annotations

from typing import NamedTuple


class Rung(NamedTuple):
    """One kind of rung."""

    name: str  # in parameter files and in `run.sanctions`
    counter: str  # its daily counter; with "wrong_" or "partly_wrong_": of those
    unit: str
    label: str
    definition: str
    noun: str  # in "... after a false alarm"
    wrong_label: str
    sanction: bool = True  # lowers trust where it is wrong, and can be appealed against
    to_facility: bool = False  # takes the person to a facility until the order ends


RUNGS = (
    Rung(
        name="warning",
        counter="warnings",
        unit="warning",
        label="Warnings",
        definition="warnings sent",
        noun="warnings",
        wrong_label="Wrong warnings",
        sanction=False,
    ),
    Rung(
        name="report",
        counter="reports",
        unit="report",
        label="Police reports",
        definition="reports to law enforcement",
        noun="reports",
        wrong_label="Wrong police reports",
    ),
    Rung(
        name="fine",
        counter="fines",
        unit="fine",
        label="Fines",
        definition="fines imposed",
        noun="fines",
        wrong_label="Wrong fines",
    ),
    Rung(
        name="transfer",
        counter="transfers",
        unit="transfer",
        label="Transfers",
        definition="people taken from home to a facility for breaches",
        noun="transfers to a facility",
        wrong_label="Wrong transfers",
        to_facility=True,
    ),
)
ACTIONS = tuple(rung.name for rung in RUNGS)
IS_SANCTION = tuple(rung.sanction for rung in RUNGS)
TO_FACILITY = tuple(rung.to_facility for rung in RUNGS)
KINDS = ("", "wrong_", "partly_wrong_")  # of an act, before the name of its counter
COUNTERS = tuple(f"{kind}{rung.counter}" for rung in RUNGS for kind in KINDS)
