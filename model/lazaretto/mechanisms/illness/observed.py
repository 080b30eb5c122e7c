"""Candidate transmissions on observed contacts, which have their own moments."""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import UNIT
from ...contacts.temporal import contact_at, whole_days
from ...world.codes import TEMPORAL
from ...world.events import pack_candidate
from .infectors import moment_of


@inlined
def meet_observed(city, rates, history, scratch, i, share):
    """When and whom candidate i falls on, among the person's observed contacts of a day: of the
    day on which its moment falls once the infectious period is stretched to whole days, at that
    share of the most minutes of contact that the person has on any day, one after the other
    (nobody, -1, beyond them, beyond infectiousness, and where the moment is not after infection:
    what of a profile lies before it is lost). What it returns is of no use. share: 0 to 1."""
    b, of = scratch.batch, scratch.infectors
    infection, person, time = of.row[b.own[i]], of.person[b.own[i]], b.when[i]
    infectious, end = history.infectious[infection], history.end[infection]
    beginning, stretch = whole_days(infectious, end)
    day = np.int64(beginning + (time - infectious) * stretch)
    row = contact_at(city, person, day, share * city.contact_most[person])
    b.when[i] = day + city.contact_time[max(row, 0)]
    lost = rates.lead > 0.0 and time <= history.time[infection]
    inside = row >= 0 and not lost and infectious <= b.when[i] < end
    b.other[i] = city.contact[row] if inside else -1
    return np.int64(0)


@kernel
def place_on_observed(world, history, scratch, filled):
    """When each candidate falls and on whom (-1 for nobody), where there are observed contacts with
    a time stamp. filled: candidates of the batch."""
    city, rates, b = world.city, world.rates, scratch.batch
    for i in range(filled):
        b.when[i] = moment_of(rates, scratch, i)
        meet_observed(city, rates, history, scratch, i, b.word_1[i] * UNIT)
        b.share[i] = 1.0
        b.number[i] = pack_candidate(b.number[i], TEMPORAL)
