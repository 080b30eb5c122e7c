"""Candidate transmissions on observed contacts, which have their own moments."""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import UNIT
from ...contacts.temporal import contact_at
from ...world.codes import TEMPORAL
from ...world.events import pack_candidate
from .course import moment


@inlined
def meet_observed(city, history, b, i, day, minutes):
    """When and whom candidate i falls on, among the person's observed contacts of that day: at so
    many minutes of these, one after the other (nobody, -1, beyond them and beyond infectiousness).
    What it returns is of no use."""
    row = contact_at(city, b.person[i], day, minutes)
    b.when[i] = day + city.contact_time[max(row, 0)]
    infection = b.row[i]
    inside = row >= 0 and history.infectious[infection] <= b.when[i] < history.end[infection]
    b.other[i] = city.contact[row] if inside else -1
    return np.int64(0)


@kernel
def place_on_observed(city, rates, history, b, filled, first_row):
    """When each candidate falls and on whom (-1 for nobody), where there are observed contacts with
    a time stamp. b, filled, first_row: as for `place_on_links`."""
    for i in range(filled):
        infection, own = b.row[i], b.row[i] - first_row
        infectious, onset = history.infectious[infection], history.onset[infection]
        time = moment(rates, infectious, onset, b.early[own], b.late[own], b.word_0[i])
        minutes = b.word_1[i] * UNIT * b.bound_4[own] / rates.hazard[TEMPORAL]
        meet_observed(city, history, b, i, np.int64(time), minutes)
        b.share[i] = 1.0
        b.number[i] = pack_candidate(b.number[i], TEMPORAL)
