"""Candidate transmissions on observed contacts, which have their own moments."""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import UNIT
from ...contacts.temporal import contact_at, whole_days
from ...world.codes import TEMPORAL
from ...world.events import pack_candidate
from .course import moment


@inlined
def meet_observed(city, rates, history, b, i, time, share):
    """When and whom candidate i falls on, among the person's observed contacts of a day: of the
    day on which `time` falls once the infectious period is stretched to whole days, at that share
    of the most minutes of contact that the person has on any day, one after the other (nobody, -1,
    beyond them, beyond infectiousness, and where `time` is not after infection: what of a profile
    lies before it is lost). What it returns is of no use. b: the batch; time: days, as `moment`
    gives it; share: 0 to 1."""
    infection, person = b.row[i], b.person[i]
    infectious, end = history.infectious[infection], history.end[infection]
    first, stretch = whole_days(infectious, end)
    day = np.int64(first + (time - infectious) * stretch)
    row = contact_at(city, person, day, share * city.contact_most[person])
    b.when[i] = day + city.contact_time[max(row, 0)]
    lost = rates.lead > 0.0 and time <= history.time[infection]
    inside = row >= 0 and not lost and infectious <= b.when[i] < end
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
        meet_observed(city, rates, history, b, i, time, b.word_1[i] * UNIT)
        b.share[i] = 1.0
        b.number[i] = pack_candidate(b.number[i], TEMPORAL)
