"""Reports only: what a case's list was in truth, and what it missed. Nothing of it goes back into
the model."""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import draw, unit
from ...chance.streams import WHOLE_DIARY
from ...world.codes import NEAR
from ..counters import (
    D_CASES,
    D_LISTED,
    I_CASES,
    I_CONTACTS,
    I_DIARIES,
    I_FIRST,
    I_FOUND,
    I_FOUND_INFECTEES,
    I_INFECTED,
    I_INFECTED_CONTACTS,
    I_INFECTEES,
    I_LATENT,
    I_LISTED,
    I_LISTED_INFECTEES,
    I_SQUARES,
    I_TRUE,
    I_TRUE_INFECTED,
    I_TRUE_LATENT,
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
from .diary import count_observed, most_met, open_diary, slot_of, write_diary
from .finding import first_bit, latest_bit
from .sighting import APART, FIRST, INSTRUMENT, look_for

LAST_INSTRUMENT_BIT = 7
# What a list missed is counted from whole diaries: where lists are kept, of all cases; else of the
# first ones of an instrument all, so that small runs are exact, and afterwards of a sample, since a
# whole diary costs more than a list.
WHOLE_DIARIES, ONE_IN = 1000, 32


@kernel
def report_list(world, history, question, entries, person, time, i):
    """Count the list of the case `person`, and what was there to be found. entries: of the list."""
    diary, tally = question.diary, world.tally
    weight = 1 if len(tally.list_time) > 0 else weight_of_diary(world, person, time, i)
    tally.instrument[i, I_CASES] += 1
    tally.instrument_daily[i, D_CASES, int(time)] += 1
    own, begun = history.infection_of[person], tally.counted[0]
    found, infectees = count_listings(world, history, diary, entries, person, time, i)
    kept = tally.counted[0] > begun
    if weight == 0 and not kept:
        return
    # the whole diary, in place of what the instrument saw
    first, last = diary.window[FIRST], int(time)
    observed = count_observed(world.city, person, first, last)
    open_diary(diary, (last + 1 - first) * most_met(world.city, person) + observed)
    diary.window[APART] = 0
    look_for(world.policy, diary, -1)
    contacts, _, _, _ = write_diary(world, question, person, first, last, -1)
    if kept:
        note_truth(tally, diary, begun)
    if weight > 0:
        infected, caused = among_contacts(history, diary, contacts, own, time)
        if infectees > 0:
            infectees = met_infectees(history, diary, entries, own, time)
        count_found(tally, i, weight, (contacts, infected, caused), (found, infectees))


@inlined
def met_infectees(history, diary, entries, own, time):
    """How many of the list's entries the case infected and is in the whole diary: others were
    infected before the window, and nobody could find them in it. own: the case's infection."""
    found = 0
    for entry in range(entries):
        person = diary.listed[entry]
        infection = history.infection_of[person]
        if infection >= 0 and history.source[infection] == own and history.time[infection] <= time:
            found += diary.slot[slot_of(diary, person)] >= 0
    return found


@inlined
def weight_of_diary(world, person, time, i):
    """For how many cases the whole diary of this one stands: 1 for the first WHOLE_DIARIES of an
    instrument, afterwards ONE_IN for one in so many, by a keyed coin, and 0 for the others."""
    if world.tally.instrument[i, I_CASES] < WHOLE_DIARIES:
        return 1
    w = draw(world.seed, WHOLE_DIARY, person, i, int(time))
    return ONE_IN if unit(w[0]) * ONE_IN < 1.0 else 0


@inlined
def among_contacts(history, diary, contacts, own, time):
    """(infected by then, infected by the case) of the people of the diary. contacts: how many they
    are; own: the case's infection, or -1."""
    infected, caused = 0, 0
    for row in range(contacts):
        diary.infection[row] = history.infection_of[diary.person[row]]
    for row in range(contacts):  # without branches: who was infected by then is hard to foretell
        infection = max(diary.infection[row], 0)
        by_then = (diary.infection[row] >= 0) & (history.time[infection] <= time)
        infected += by_then
        caused += by_then & (own >= 0) & (history.source[infection] == own)
    return infected, caused


@inlined
def count_found(tally, i, weight, there, found):
    """Count a whole diary for as many cases as it stands for. there: (contacts, infected, infected
    by the case) in it; found: (contacts, infected by the case) on the list. The sums of squares are
    those of the variance of a sample in which each is drawn by itself (Saerndal et al. 1992, 2.8);
    what stands for itself alone adds nothing."""
    contacts, infected, caused = there
    row = tally.instrument[i]
    row[I_DIARIES] += 1
    row[I_CONTACTS] += weight * contacts
    row[I_INFECTED_CONTACTS] += weight * infected
    row[I_INFECTEES] += weight * caused
    row[I_FOUND] += weight * found[0]
    row[I_FOUND_INFECTEES] += weight * found[1]
    unknown = weight * (weight - 1)
    row[I_SQUARES] += unknown * contacts * contacts
    row[I_SQUARES + 1] += unknown * contacts * found[0]
    row[I_SQUARES + 2] += unknown * found[0] * found[0]
    row[I_SQUARES + 3] += unknown * caused * caused
    row[I_SQUARES + 4] += unknown * caused * found[1]
    row[I_SQUARES + 5] += unknown * found[1] * found[1]
    return np.int64(0)


@kernel
def count_listings(world, history, diary, entries, person, time, i):
    """Count what the entries of the list were: (contacts, people infected by the case) among them.
    An entry is a contact if one of the meetings that the instrument saw took place; people whom it
    only took for that are wrongly listed."""
    tally, names = world.tally, world.policy.names_people[i]
    own = history.infection_of[person]
    for entry in range(entries):
        diary.infection[entry] = history.infection_of[diary.listed[entry]]
    true_ones, infected_ones, latent_ones, infectees, first_ones, wrong = 0, 0, 0, 0, 0, 0
    met_infected, met_latent = 0, 0
    for entry in range(entries):
        row, infection = diary.chosen[entry], max(diary.infection[entry], 0)
        true = diary.layer[row] < NEAR
        infected = (diary.infection[entry] >= 0) & (history.time[infection] <= time)
        latent = infected & (time < history.infectious[infection])
        infectee = infected & (own >= 0) & (history.source[infection] == own)
        new = diary.first[entry]
        true_ones += true
        infected_ones += infected
        latent_ones += latent
        met_infected += true & infected
        met_latent += true & latent
        infectees += infectee
        first_ones += new
        wrong += new & (not true)
        if names:
            tally.opened[diary.listed[entry]] |= 1 << min(i, LAST_INSTRUMENT_BIT)
        at = tally.counted[0]
        if new and at < len(tally.list_time):  # lists are kept; one record per case and person
            flags = TRUE_CONTACT if true else 0
            flags |= WAS_INFECTED if infected else 0
            flags |= WAS_LATENT if latent else 0
            flags |= WAS_INFECTEE if infectee else 0
            who = (person, diary.listed[entry], i, flags)
            note_entry(tally, diary, row, at, who)
            tally.list_time[at] = time
            tally.counted[0] = at + 1
    counted = tally.instrument[i]
    counted[I_LISTED] += entries
    counted[I_TRUE] += true_ones
    counted[I_INFECTED] += infected_ones
    counted[I_LATENT] += latent_ones
    counted[I_TRUE_INFECTED] += met_infected
    counted[I_TRUE_LATENT] += met_latent
    counted[I_LISTED_INFECTEES] += infectees
    counted[I_FIRST] += first_ones
    tally.instrument_daily[i, D_LISTED, int(time)] += entries
    if names:
        tally.daily[LISTINGS, int(time)] += first_ones
        tally.daily[WRONG_LISTINGS, int(time)] += wrong
    return true_ones, infectees


@inlined
def note_entry(tally, diary, row, at, who):
    """Note an entry in the list's row `at`, with what was seen of the two. row: of the diary; who:
    (case, person listed, instrument, flags)."""
    rows = tally.list_rows
    rows[at, L_INDEX], rows[at, L_PERSON], rows[at, L_INSTRUMENT], rows[at, L_FLAGS] = who
    tally.list_minutes[at], tally.list_met_minutes[at] = 0.0, 0.0
    rows[at, L_FIRST], rows[at, L_LAST] = -1, -1
    rows[at, L_FIRST_MET], rows[at, L_LAST_MET] = -1, -1
    if diary.window[INSTRUMENT] >= 0 and diary.seen_last[row] >= 0:
        tally.list_minutes[at] = diary.total[row]
        rows[at, L_FIRST], rows[at, L_LAST] = int(diary.since[row]), int(diary.until[row])
    return np.int64(0)


@inlined
def note_truth(tally, diary, begun):
    """Note of the list's rows from `begun` on what the meetings were in truth, by a whole diary."""
    rows = tally.list_rows
    for at in range(begun, tally.counted[0]):
        row = diary.slot[slot_of(diary, rows[at, L_PERSON])]
        if row >= 0 and diary.minutes[row] > 0.0:
            tally.list_met_minutes[at] = diary.minutes[row]
            rows[at, L_FIRST_MET] = diary.window[FIRST] + first_bit(diary.days[row])
            rows[at, L_LAST_MET] = diary.window[FIRST] + latest_bit(diary.days[row])
    return np.int64(0)
