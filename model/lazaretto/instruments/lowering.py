"""From what instruments state to the columns of `Policy` that have one entry per instrument.

An instrument's row says only what differs from `EVERY`: a room of an instrument has a function
`lower(stated, ground)` that returns these.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ..contacts.kinds import NEAR_VENUE, NEAR_WAY, NEARBY
from ..world.codes import EVERYBODY, INSTRUCTIONS, NEAR, REMOTE, SEES_MINUTES
from ..world.stated import ALL, ON_A_LIST

# what holds where an instrument says nothing else, in the order and with the shapes of `Policy`
EVERY: dict[str, Any] = {
    "in_use": True,
    "since": 0.0,
    "lookback": 0.0,
    "backward": 0.0,
    "backward_factor": 0.0,
    "kept_days": math.inf,
    "ask": 1.0,
    "asked": False,
    "trait": EVERYBODY,
    "by_layer": np.zeros(ON_A_LIST),
    "sees_meetings": True,
    "seen": np.ones(ON_A_LIST),
    "by_minutes": np.ones(4),
    "by_days": np.ones(6),
    "fade": 0.0,
    "sampling": 0.0,
    "threshold_minutes": 0.0,
    "below_threshold": 0.0,
    "service_days": 0.0,
    "longest_wait": math.inf,
    "near_per_day": np.zeros(len(NEARBY)),
    "at_weekends": 1.0,
    "remote_ties": 0.0,
    "lists_calls": False,
    "lists_homes": False,
    "names_people": True,
    "sees": SEES_MINUTES,
}


class Ground(NamedTuple):
    """What an instrument finds in place: the population, and how people respond to the regime."""

    reach: int  # people who have any contact
    density_per_km2: float
    cooperation: float  # what avoidance has left of taking part when asked, or openness won
    carriage: float  # of carrying a phone or app
    uptake: float  # of using the app, likewise


def by_layer(contacts: Any, near: float = 0.0, remote: float = 0.0) -> np.ndarray:
    """(7,) a probability by layer of contact; of people only near, and of remote ties. contacts:
    one number, or five by layer."""
    row = np.zeros(ON_A_LIST)
    row[:NEAR] = contacts
    row[NEAR], row[REMOTE] = near, remote
    return row


def at_venues(per_day: float) -> np.ndarray:
    """(4,) people only near by kind of place, where all are at venues."""
    return np.where(np.arange(len(NEARBY)) == NEAR_VENUE, per_day, 0.0)


def on_the_way(per_day: float) -> np.ndarray:
    """(4,) people only near by kind of place, where all are met on the way."""
    return np.where(np.arange(len(NEARBY)) == NEAR_WAY, per_day, 0.0)


def days_of_service(per_day: float) -> float:
    """Days of service for one case, at a number of cases a day."""
    return 1.0 / per_day if per_day > 0 else math.inf


def lower_instruments(instruments: Any, lower: Any, ground: Ground) -> dict[str, Any]:
    """The columns of Policy by instrument. instruments: as stated; lower: function by type."""
    rows = []
    for stated in instruments:
        lookback = stated.lookback_days.value
        row = EVERY | {"lookback": lookback, "backward": lookback}
        row |= {"names_people": stated.names_people, "sees_meetings": stated.sees_meetings}
        consent = getattr(stated, "consent_probability", None)
        if consent is not None:
            row |= asking(consent.value, ground)
        if stated.collects != "cases" and stated.retention_from == "collection":
            row["kept_days"] = stated.retention_days.value
        own = lower[stated.type](stated, ground)
        if unknown := own.keys() - EVERY.keys():
            raise TypeError(
                f"the lowering of {stated.type!r} fills {sorted(unknown)}, which no instrument "
                f"has; there are: {', '.join(EVERY)}"
            )
        rows.append(row | own)
    columns: dict[str, Any] = {
        name: np.array([row[name] for row in rows], np.asarray(value).dtype).reshape(
            len(rows), *np.shape(value)
        )
        for name, value in EVERY.items()
    }
    columns["most_seen"] = np.array([_most_seen(row) for row in rows]).reshape(-1, ON_A_LIST)
    columns["most_called"] = np.array([_most_called(row) for row in rows]).reshape(-1, ON_A_LIST)
    columns["near_slots"] = np.ceil(columns["near_per_day"]).astype(np.int64)
    instructions = [(s.brief_instruction or s.instruction, s.instruction) for s in instruments]
    columns["instruction"] = np.array(
        [[INSTRUCTIONS.index(name) for name in pair] for pair in instructions], np.int64
    ).reshape(len(rows), 2)
    return columns


def _most_seen(row: dict[str, Any]) -> np.ndarray:
    """(7,) by layer: the largest probability with which the instrument sees a meeting; `ALL` where
    it lists people by other means than meetings, 0 for layers of which it never lists anybody."""
    if not row["sees_meetings"]:
        most = np.full(ON_A_LIST, ALL)
    else:
        most = np.asarray(row["seen"]) * np.max(row["by_minutes"])
    return np.where((row["by_layer"] > 0.0) | row["lists_calls"], most, 0.0)


def _most_called(row: dict[str, Any]) -> np.ndarray:
    """(7,) by layer: the largest probability with which somebody whom the case met there is on its
    list of calls."""
    most: np.ndarray = np.asarray(row["by_layer"]) * np.max(row["by_minutes"])
    most[1:NEAR] *= np.max(row["by_days"])
    return most


def asking(probability: float, ground: Ground) -> dict[str, Any]:
    """The case is asked, and takes part with that probability before avoidance."""
    return {"ask": min(1.0, probability * ground.cooperation), "asked": True}
