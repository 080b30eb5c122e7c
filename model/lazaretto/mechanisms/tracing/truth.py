"""Reports only: what a case's contacts and list were in truth. Nothing of it goes back into the
model."""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ..counters import (
    D_CASES,
    D_LISTED,
    I_CASES,
    I_CONTACTS,
    I_FIRST,
    I_INFECTED,
    I_INFECTED_CONTACTS,
    I_INFECTEES,
    I_LATENT,
    I_LISTED,
    I_LISTED_INFECTEES,
    I_TRUE,
    L_FIRST,
    L_FIRST_MET,
    L_FLAGS,
    L_INDEX,
    L_INSTRUMENT,
    L_LAST,
    L_LAST_MET,
    L_PERSON,
    LISTINGS,
    TRUE_CONTACT,
    WAS_INFECTED,
    WAS_INFECTEE,
    WAS_LATENT,
    WRONG_LISTINGS,
)
from .diary import slot_of
from .finding import first_bit, latest_bit

LAST_INSTRUMENT_BIT = 7


@kernel
def report_list(world, history, diary, size, person, time, i):
    """Count the contacts and the list of the case `person`. size: (contacts in the diary, entries
    of the list)."""
    tally = world.tally
    contacts, entries = size
    own = history.infection_of[person]
    tally.instrument[i, I_CASES] += 1
    tally.instrument_daily[i, D_CASES, int(time)] += 1
    tally.instrument[i, I_CONTACTS] += contacts
    infected, infectees = 0, 0
    for row in range(contacts):
        diary.infection[row] = history.infection_of[diary.person[row]]
    for row in range(contacts):  # without branches: who was infected by then is hard to foretell
        infection = max(diary.infection[row], 0)
        by_then = (diary.infection[row] >= 0) & (history.time[infection] <= time)
        infected += by_then
        infectees += by_then & (own >= 0) & (history.source[infection] == own)
    tally.instrument[i, I_INFECTED_CONTACTS] += infected
    tally.instrument[i, I_INFECTEES] += infectees
    for entry in range(entries):
        row = diary.slot[slot_of(diary, diary.listed[entry])]
        who = (person, diary.listed[entry], i)
        new, noted = diary.first[entry], tally.counted[0]
        true = row >= 0 and diary.minutes[row] > 0.0
        count_listing(world, history, time, who, true, new)
        if new and noted < len(tally.list_time):  # lists are kept
            note_meetings(tally, diary, row, noted)


@inlined
def note_meetings(tally, diary, row, at):
    """Note in the list's row `at` what was seen of the person's meetings with the case, and apart
    from it what they were. row: of the diary, or -1."""
    rows = tally.list_rows
    tally.list_minutes[at], tally.list_met_minutes[at] = 0.0, 0.0
    rows[at, L_FIRST], rows[at, L_LAST] = -1, -1
    rows[at, L_FIRST_MET], rows[at, L_LAST_MET] = -1, -1
    if row >= 0 and diary.window[2] >= 0 and diary.seen_last[row] >= 0:
        tally.list_minutes[at] = diary.total[row]
        rows[at, L_FIRST], rows[at, L_LAST] = int(diary.since[row]), int(diary.until[row])
    if row >= 0 and diary.minutes[row] > 0.0:
        tally.list_met_minutes[at] = diary.minutes[row]
        rows[at, L_FIRST_MET] = diary.window[0] + first_bit(diary.days[row])
        rows[at, L_LAST_MET] = diary.window[0] + latest_bit(diary.days[row])
    return np.int64(0)


@kernel
def count_listing(world, history, time, who, true, new):
    """Count what an entry was. who: (case, person listed, instrument); true: the two met in the
    window; new: nobody had listed the person for this case before."""
    tally = world.tally
    index, listed, i = who
    names = world.policy.names_people[i]
    infection = history.infection_of[listed]
    infected = infection >= 0 and history.time[infection] <= time
    latent = infected and time < history.infectious[infection]
    own = history.infection_of[index]
    infectee = infected and own >= 0 and history.source[infection] == own
    tally.instrument[i, I_LISTED] += 1
    tally.instrument[i, I_TRUE] += 1 if true else 0
    tally.instrument[i, I_INFECTED] += 1 if infected else 0
    tally.instrument[i, I_LATENT] += 1 if latent else 0
    tally.instrument[i, I_LISTED_INFECTEES] += 1 if infectee else 0
    tally.instrument_daily[i, D_LISTED, int(time)] += 1
    if names:
        tally.opened[listed] |= 1 << min(i, LAST_INSTRUMENT_BIT)
    if not new:
        return  # one record per case and person
    tally.instrument[i, I_FIRST] += 1
    if names:
        tally.daily[LISTINGS, int(time)] += 1
        tally.daily[WRONG_LISTINGS, int(time)] += 0 if true else 1
    at = tally.counted[0]
    if at < len(tally.list_time):
        flags = TRUE_CONTACT if true else 0
        flags |= WAS_INFECTED if infected else 0
        flags |= WAS_LATENT if latent else 0
        flags |= WAS_INFECTEE if infectee else 0
        tally.list_rows[at, L_INDEX] = index
        tally.list_rows[at, L_PERSON] = listed
        tally.list_rows[at, L_INSTRUMENT] = i
        tally.list_rows[at, L_FLAGS] = flags
        tally.list_time[at] = time
        tally.counted[0] = at + 1
