"""The counters that a run keeps: by day, and by instrument. A name stands here once; rows of the
arrays of `Tally` follow from it."""

from __future__ import annotations

from .isolation import rungs

DAILY = (
    "tests",
    "tests_begun",
    "samples_expired",
    "positive_results",
    "wrong_positives",
    "listed",
    "listed_wrongly",
    "orders",
    "breaches",
    "detected_breaches",
    "false_alarms",
    "notes_dropped",
    "waiting_for_places",
    *rungs.COUNTERS,
    "blocked",
    "informed",
    "contacts_tested",
    "released_by_test",
    "appeals",
    "appeals_granted",
    "contests",
    "contests_granted",
    "pass_fines",
    "wrong_pass_fines",
    "bed_waiting",
    "care_waiting",
    "deaths_for_want",
)
if twice := sorted({name for name in DAILY if DAILY.count(name) > 1}):
    raise ImportError(f"daily counters of one name: {', '.join(twice)} (see RUNGS)")
TESTS, TESTS_BEGUN = DAILY.index("tests"), DAILY.index("tests_begun")
EXPIRED = DAILY.index("samples_expired")
POSITIVES, WRONG_POSITIVES = DAILY.index("positive_results"), DAILY.index("wrong_positives")
LISTINGS, WRONG_LISTINGS = DAILY.index("listed"), DAILY.index("listed_wrongly")
ORDERS = DAILY.index("orders")
BREACHES = DAILY.index("breaches")
DETECTED, FALSE_ALARMS = DAILY.index("detected_breaches"), DAILY.index("false_alarms")
BLOCKED, INFORMED = DAILY.index("blocked"), DAILY.index("informed")
CONTACTS_TESTED, RELEASED = DAILY.index("contacts_tested"), DAILY.index("released_by_test")
APPEALS, APPEALS_GRANTED = DAILY.index("appeals"), DAILY.index("appeals_granted")
CONTESTS, CONTESTS_GRANTED = DAILY.index("contests"), DAILY.index("contests_granted")
NOTES_DROPPED, WAITING = DAILY.index("notes_dropped"), DAILY.index("waiting_for_places")
PASS_FINES, WRONG_PASS_FINES = DAILY.index("pass_fines"), DAILY.index("wrong_pass_fines")
BED_WAITING, CARE_WAITING = DAILY.index("bed_waiting"), DAILY.index("care_waiting")
DEATHS_FOR_WANT = DAILY.index("deaths_for_want")
# by kind of rung: its counter, and that of the wrong ones
TAKEN = tuple(DAILY.index(rung.counter) for rung in rungs.RUNGS)
TAKEN_WRONGLY = tuple(DAILY.index(f"wrong_{rung.counter}") for rung in rungs.RUNGS)
TAKEN_PARTLY = tuple(DAILY.index(f"partly_wrong_{rung.counter}") for rung in rungs.RUNGS)

DELAY_BINS, DELAY_BINS_PER_DAY = 81, 4
BY_INSTRUMENT = (
    "cases",
    "contacts",
    "infected_contacts",
    "listed",
    "listed_contacts",
    "listed_infected",
    "listed_latent",
    "listed_infectees",
    "infectees",
    "delay_days",
    "queue_days",
    "listed_first",
    "cases_dropped",
    "days_cut",
    "asked",
    "diaries",  # cases whose whole diary was looked up; contacts and infectees are from these
    "diary_listed_contacts",  # of the same cases
    "diary_listed_infectees",
    "listed_contacts_infected",  # of listed_contacts, so of people who were met
    "listed_contacts_latent",
    # for standard errors of what lists found: (contacts, both, found) of contacts, of infectees
    *(f"squares_{k}" for k in range(6)),
)
I_CASES, I_CONTACTS = BY_INSTRUMENT.index("cases"), BY_INSTRUMENT.index("contacts")
I_INFECTED_CONTACTS, I_LISTED = (
    BY_INSTRUMENT.index("infected_contacts"),
    BY_INSTRUMENT.index("listed"),
)
I_TRUE, I_INFECTED = (
    BY_INSTRUMENT.index("listed_contacts"),
    BY_INSTRUMENT.index("listed_infected"),
)
I_LATENT = BY_INSTRUMENT.index("listed_latent")
I_LISTED_INFECTEES = BY_INSTRUMENT.index("listed_infectees")
I_INFECTEES, I_DELAY = BY_INSTRUMENT.index("infectees"), BY_INSTRUMENT.index("delay_days")
I_WAIT, I_FIRST = BY_INSTRUMENT.index("queue_days"), BY_INSTRUMENT.index("listed_first")
I_DROPPED, I_CUT = BY_INSTRUMENT.index("cases_dropped"), BY_INSTRUMENT.index("days_cut")
I_ASKED = BY_INSTRUMENT.index("asked")
I_DIARIES, I_SQUARES = BY_INSTRUMENT.index("diaries"), BY_INSTRUMENT.index("squares_0")
I_FOUND = BY_INSTRUMENT.index("diary_listed_contacts")
I_FOUND_INFECTEES = BY_INSTRUMENT.index("diary_listed_infectees")
I_TRUE_INFECTED = BY_INSTRUMENT.index("listed_contacts_infected")
I_TRUE_LATENT = BY_INSTRUMENT.index("listed_contacts_latent")

# of an instrument by day (rows of `Tally.instrument_daily`)
INSTRUMENT_DAILY = ("cases", "listed", "began_waiting", "ended_waiting")
D_CASES, D_LISTED, D_BEGAN, D_ENDED = range(len(INSTRUMENT_DAILY))
# of an entry of a list (columns of `Tally.list_rows`), and the bits of its flags
LIST_COLUMNS = (
    "index",
    "person",
    "instrument",
    "flags",
    "first_day",  # seen; -1: nothing was
    "last_day",
    "first_met",  # in truth
    "last_met",
)
L_INDEX, L_PERSON, L_INSTRUMENT, L_FLAGS, L_FIRST, L_LAST, L_FIRST_MET, L_LAST_MET = range(
    len(LIST_COLUMNS)
)
TRUE_CONTACT, WAS_INFECTED, WAS_LATENT, WAS_INFECTEE = 1, 2, 4, 8
