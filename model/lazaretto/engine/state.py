"""What crosses into kernels: named tuples of arrays and numbers.

*Rates* and *Policy* are what the user stated, lowered to numbers. *History* is the truth about
infections, *Conduct* the truth about what people under an order do. *Records* is all that the
authority knows: reports, results, lists, orders, detections. Handlers of testing, tracing and
orders decide from Records alone; only a test's outcome, a check, and the contact layers touch the
truth. *Tally* only reports and is never read by the simulation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contacts.community import Stubs

Floats = NDArray[np.float64]

# rows of Rates.tables
FIRST_LAW, SECOND_LAW, DURATION_LAW, PROFILE_LAW, STRENGTH_LAW, IMMUNITY_LAW = range(6)
SAMPLE_LAW, RESULT_LAW, BREACH_LAW, CONTACT_SAMPLE_LAW, QUICK_RESULT_LAW = 6, 7, 8, 9, 10
APPEAL_LAW, HOSPITAL_LAW, STAY_LAW, DEATH_LAW = 11, 12, 13, 14
INSTRUMENT_LAWS = 15  # then for each instrument: delay, dwell time of a mere co-location

HOUSEHOLD, GROUP, COMMUNITY, STATIC, TEMPORAL = range(5)
LAYERS = ("household", "group", "community", "static", "temporal")
NEAR, REMOTE = 5, 6  # on a list without a contact: merely in the same place, known by telephone
FROM_START, FROM_OUTSIDE = -1, -2  # instead of a layer: infected at the start, imported

# why a contact does not take place: self-isolation, isolation of a case, quarantine of a case's
# household, a region-wide measure, quarantine of somebody on a list (LISTED + i: of instrument i).
# All but the measure are pathways of orders; from HOME on, of contacts
SELF, CASE, HOME, REGION, LISTED = range(5)
NEVER = np.inf

# why somebody is tested; LEAVE: to end the isolation of a case; WATCH: a monitored person with
# symptoms
SYMPTOMS, CONTACT, RELEASE, SCREENING, LEAVE, WATCH = range(6)
WARNING, REPORT, FINE, TRANSFER = range(4)  # what a rung of the ladder does
AT_HOME, AT_SCHOOL, AT_WORK, ELSEWHERE = range(4)  # settings that a region-wide measure tells apart
EVERYBODY, PHONE, APP = range(3)  # what an instrument needs of both people
INFORM, TEST, QUARANTINE, MONITOR = range(4)  # what somebody on a list is asked
ALL_GENERATIONS = 1 << 15


class Rates(NamedTuple):
    """The pathogen on this population."""

    tables: Floats  # (laws, ROW) quantile tables
    scale: float  # hazard per day of a contact-day of relative hazard 1
    # (5,) relative hazard of a household or static contact-day, and of a minute in the other
    # layers, times the
    hazard: Floats
    # largest susceptibility
    susceptibility: Floats  # (10,) by decade of age, largest 1
    even_susceptibility: bool
    onset_first: bool  # True: onset, then infectious; False: infectious, then onset
    presymptomatic_weight: float  # infectiousness before onset, relative to after
    even_profile: bool
    # days before onset from which the profile counts, infection cutting it short; 0: from the
    # infectious start
    lead: float
    # one profile from the infectious start, instead of even before onset and the profile after it
    profile_from_start: bool
    never_symptomatic: float
    never_symptomatic_weight: float
    # True where a second draw per infection is needed (individual variation, symptoms, waning)
    varied: bool
    waning: bool  # True where people can be infected again
    # (10,) probability of death of people with symptoms, by decade of age; only read with waning or
    # beds
    death: Floats
    hospital: Floats  # (10,) of hospital likewise; only read where beds trigger a measure
    season_amplitude: float
    season_start: float  # days from the seasonal peak to day 0 of the run
    imports_per_day: float


class Policy(NamedTuple):
    """Testing, tracing, orders and how people respond, as numbers. i instruments, r rungs."""

    active: bool
    days: float
    # testing; of each reason (SYMPTOMS ... WATCH) the assay, 0 by laboratory or 1 lateral flow
    seek: float
    assay: NDArray[np.int64]  # (6,)
    sensitivity: Floats  # (2, 31) by assay and whole days since infection
    false_positive: Floats  # (2,)
    lab_days: float  # a laboratory's time for one sample, in days; 0: as many as come
    screening_per_day: float  # per person
    illness_per_day: float
    # tracing: the level
    on_symptoms: bool  # the report of symptoms triggers, not the result
    recursion: float  # generations of contacts that are traced too
    close_minutes: float
    release_day: float  # day of the quarantine on which a test may end it; 0: none
    heed: float
    # tracing: the instruments. What finds a person is multiplied up in `tracing.found`
    kind: NDArray[np.int64]  # (i,)
    lookback: Floats  # days before the reported onset
    backward: Floats  # days before it up to which backward tracing asks, at least the look-back
    backward_factor: Floats  # of contacts met only before the look-back
    # (i,) days for which the records are kept that the instrument needs; inf: whatever the window
    kept_days: Floats
    ask: Floats  # (i,) probability that the index case takes part
    asked: NDArray[np.bool_]  # (i,) whether the index case is asked at all
    trait: NDArray[np.int64]  # (i,) what index and contact must own: EVERYBODY, PHONE or APP
    by_layer: Floats  # (i, 7) probability by layer; then of people merely near, and of remote ties
    by_minutes: Floats  # (i, 4) factor by the longest meeting: below 5, 15, 60 minutes, longer
    by_days: Floats  # (i, 6) factor by days met (1 to 6 and more), outside the household
    fade: Floats  # (i,) recall is lost at this rate per day since the last meeting
    sampling: Floats  # (i,) minutes between positions; 0: no samples
    threshold_minutes: Floats  # (i,)
    below_threshold: Floats  # (i,) factor of people together for less
    service_days: Floats  # (i,) tracers' time per case, in days; 0: no queue
    longest_wait: (
        Floats  # (i,) days that a case waits for a tracer; cases that would wait longer are dropped
    )
    colocations_per_day: Floats  # (i,) mean number of people merely near on a day
    colocation_slots: NDArray[np.int64]  # (i,) slots a person owns for it
    remote_ties: Floats  # (i,) mean number of people on the list whom the case does not meet
    instruction: NDArray[
        np.int64
    ]  # (i, 2) for brief and for close exposure: INFORM, TEST, QUARANTINE or MONITOR
    placebo: bool  # every listed person is replaced by a random one of the same age group and area
    phone: Floats  # (10,) ownership by decade of age
    app: Floats  # (10,) use of the app by decade of age
    # orders and conduct
    isolation_days: float
    quarantine_days: float
    leave_day: float  # day of a case's isolation on which a test may end it; 0: none
    home_order: float  # probability that a member of a case's household is put under quarantine
    case_in_facility: bool
    contact_in_facility: bool
    facility_factor: float  # contacts of all layers kept in a facility
    full_case: float
    full_contact: float
    partial_factor: float
    household_factor: float
    breach_per_day: float
    breach_growth: float
    breach_factor: float
    deterred: float  # of all going out against an order, what the threat of sanctions leaves
    self_isolation: float
    self_factor: float
    # of informed people without a close contact, the share of the heeding that is left out
    skill: float
    monitored: bool
    detection: float  # by any monitor
    false_alarm: float
    rung_at: NDArray[np.int64]  # (r,) detections at which the rung acts
    rung_action: NDArray[np.int64]  # (r,) WARNING, REPORT, FINE or TRANSFER
    rung_factor: Floats  # (r,)
    appeal: Floats  # (2,) probability of an appeal against a right and a wrong sanction
    granted: Floats  # (2,) that it is granted
    tau: float  # loss of trust per wrong sanction per 1,000 people
    immune_days: (
        float  # a confirmed case is not quarantined again within so many days of the result
    )
    # region-wide measures, m of them
    measure_start: Floats  # (m,)
    measure_end: Floats
    measure_indicator: NDArray[
        np.int64
    ]  # (m,) 0 none, 1 positive results of seven days, 2 hospital beds, both per 100,000
    measure_on: Floats
    measure_off: Floats
    measure_least: Floats  # days in force at least, once triggered
    measure_factor: (
        Floats  # (m, 4) share of contacts kept by setting (AT_HOME ...); at home it may exceed 1
    )
    compliance: Floats  # (m,)
    most_at_home: float  # the largest product of factors at home that exceed 1
    # (m, 2) fines per person and day, of people who do not comply and, wrongly, of those who do
    pass_fine: Floats
    counts_beds: bool


class History(NamedTuple):
    """One row per infection, in order of infection; `status` and `infection_of` by person."""

    status: NDArray[np.uint8]  # (n,) 1 from infection until immunity has waned
    infection_of: NDArray[
        np.int32
    ]  # (n,) row of the last infection, -1 none; length 0 without a policy or waning
    episode: NDArray[
        np.uint8
    ]  # (n,) infections that have waned (at most 255); length 0 without waning
    person: NDArray[np.int32]
    source: NDArray[np.int32]  # row of the infector, -1 for the first ones
    layer: NDArray[np.int8]
    generation: NDArray[
        np.int16
    ]  # 0 for the first ones; length 0 unless the run is stopped at a generation
    time: Floats
    infectious: Floats  # start of infectiousness
    onset: Floats  # symptom onset, as it is or would be
    symptomatic: NDArray[np.bool_]  # False for those who never have symptoms
    end: Floats  # end of infectiousness
    strength: NDArray[np.float32]  # individual infectiousness relative to the mean
    again: Floats  # when the person can be infected again, inf for never; length 0 without waning
    luck: NDArray[np.uint32]  # the word that gives the number of candidates
    counted: NDArray[np.int64]  # [rows, rows whose candidates have been drawn]


class Records(NamedTuple):
    """The authority's files: one per person it ever heard of, and one row per order."""

    file_of: NDArray[np.int32]  # (n,) -1: unknown to the authority
    person: NDArray[np.int32]
    tests: NDArray[np.int32]
    reported_onset: Floats
    confirmed: Floats  # time of the first positive result, inf
    last_order: NDArray[np.int32]
    detections: NDArray[np.int32]
    orders: NDArray[np.int32]  # orders so far
    traced: Floats  # when contacts of the person were last asked for, -inf
    last_listed: NDArray[np.int32]  # the last order that came of this person's lists, -1
    sanctions: NDArray[np.int32]  # reports, fines and transfers so far
    order_person: NDArray[np.int32]
    order_previous: NDArray[np.int32]
    order_pathway: NDArray[np.int8]
    order_start: Floats
    order_until: Floats
    order_sibling: NDArray[np.int32]  # the order before it that came of the same person's lists
    # one row per file, length 0 where nobody is asked to report symptoms
    watched_until: Floats  # symptoms until then are acted upon at once, -inf
    watched_by: NDArray[np.int8]  # instrument that asked for it
    watch_order: NDArray[np.int32]  # the order that came of it, -1
    watch_onset: Floats  # the reported onset that was acted upon last, -inf
    queue_free: (
        Floats  # (i + 1,) when the tracers of an instrument are next free; last the laboratories
    )
    known_last: NDArray[
        np.int32
    ]  # (n,) the last entry of the case below, -1; length 0 where one instrument cannot list twice
    known_pair: NDArray[np.int64]  # people on lists of a case: (report, contact), packed
    known_previous: NDArray[np.int32]  # the entry of the same case before it
    # what the ladder did, one row each
    action_person: NDArray[np.int32]
    action_order: NDArray[np.int32]
    action_kind: NDArray[np.int8]
    action_time: Floats
    action_corrected: Floats  # when an appeal was granted, inf
    action_number: NDArray[np.int32]  # of the person's sanctions
    # region-wide
    in_force: NDArray[np.uint8]  # (m, days) measures by day
    cases_by_day: NDArray[np.int64]  # (days,) positive results
    beds_change: NDArray[
        np.int64
    ]  # (days + 1,) hospital beds taken less beds left; zero unless a measure looks at them
    counted: NDArray[np.int64]  # [files, orders, known pairs, actions]


class Conduct(NamedTuple):
    """What people under an order really do; one row per order, beside `Records.order_*`."""

    full: NDArray[np.bool_]
    factor: Floats  # share of outside contacts kept by those who do not fully adhere
    tempted: Floats  # multiplier of the breach hazard, lowered by the ladder
    breach_start: Floats
    breach_until: Floats
    breach_days: NDArray[
        np.int64
    ]  # bit k: a breach on day k of the order (the last bit for all later days)
    breached: Floats  # days outside in breaches so far
    looked_to: NDArray[np.int32]  # days of the order already looked at for breaches and alarms
    pending: NDArray[np.bool_]  # True while a check of the order waits in the queue
    facility_from: Floats  # when the person was taken to a facility, inf
    facility_until: Floats  # when an appeal let the person go home, inf
    action_wrong: NDArray[np.bool_]  # by row of `Records.action_*`: there had been no breach
    wrong_in_area: NDArray[
        np.int64
    ]  # (areas,) wrong reports, fines and transfers so far, less those corrected


DAILY = (
    "tests",
    "tests_begun",
    "positive_results",
    "wrong_positives",
    "listed",
    "listed_wrongly",
    "orders",
    "detected_breaches",
    "false_alarms",
    "warnings",
    "wrong_warnings",
    "reports",
    "wrong_reports",
    "fines",
    "wrong_fines",
    "transfers",
    "wrong_transfers",
    "blocked",
    "informed",
    "contacts_tested",
    "released_by_test",
    "appeals",
    "appeals_granted",
    "pass_fines",
    "wrong_pass_fines",
)
(
    TESTS,
    TESTS_BEGUN,
    POSITIVES,
    WRONG_POSITIVES,
    LISTINGS,
    WRONG_LISTINGS,
    ORDERS,
    DETECTED,
    FALSE_ALARMS,
    WARNINGS,
    WRONG_WARNINGS,
    REPORTS,
    WRONG_REPORTS,
    FINES,
    WRONG_FINES,
    TRANSFERS,
    WRONG_TRANSFERS,
    BLOCKED,
    INFORMED,
    CONTACTS_TESTED,
    RELEASED,
    APPEALS,
    APPEALS_GRANTED,
    PASS_FINES,
    WRONG_PASS_FINES,
) = range(len(DAILY))

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
)
(
    I_CASES,
    I_CONTACTS,
    I_INFECTED_CONTACTS,
    I_LISTED,
    I_TRUE,
    I_INFECTED,
    I_LATENT,
    I_LISTED_INFECTEES,
    I_INFECTEES,
    I_DELAY,
    I_WAIT,
    I_FIRST,
    I_DROPPED,
    I_CUT,
    I_ASKED,
) = range(len(BY_INSTRUMENT))


class Diary(NamedTuple):
    """Scratch of one tracing query: whom the index case met or merely was near, one row per
    person."""

    person: NDArray[np.int64]
    minutes: Floats  # total over the window
    longest: Floats  # most minutes on one day
    dwell: Floats  # longest mere co-location, minutes
    layer: NDArray[np.int8]
    days: NDArray[np.int64]  # bit k: met on the k-th day of the window
    # (2, days): the share of contacts at home and elsewhere that the index case kept on the k-th
    # day of the window
    own: Floats
    listed: NDArray[np.int64]  # the list that comes of it
    chosen: NDArray[np.int64]  # scratch: rows that may be on the list, then those that are
    chance: Floats  # scratch: the probability of each
    word: NDArray[np.int64]  # scratch: the word of each that decides what comes of it
    infection: NDArray[np.int64]  # scratch: of reports
    first: NDArray[
        np.bool_
    ]  # by entry of the list: nobody had listed the person for this case before
    slot: NDArray[
        np.int32
    ]  # open-addressing table of rows, -1 empty; a power of two, at least twice the rows
    mask: NDArray[np.int64]  # [slots that the present diary uses, less one]


class Batch(NamedTuple):
    """A batch of candidate transmissions on their way through the passes of `transmission.expand`,
    one row each, and what those of one infection share, one row per infection of the batch."""

    row: NDArray[np.int64]  # the infector's row
    person: NDArray[np.int64]
    number: NDArray[np.int64]
    word_0: NDArray[np.int64]
    word_1: NDArray[np.int64]
    word_2: NDArray[np.int64]  # thins the bound
    when: Floats
    other: NDArray[
        np.int64
    ]  # index of the partner in the layer's table, then the partner; -1 for nobody
    share: Floats  # of the bound that is real
    least: Floats  # position within the bound, then within the bound of the group's meetings
    turn: NDArray[np.int64]  # of a group meeting's minutes
    circle: NDArray[np.int64]  # of a group meeting: group or site
    round: NDArray[np.int64]  # of a group meeting
    at_home: NDArray[np.int64]  # lists of candidates
    in_group: NDArray[np.int64]
    outside: NDArray[np.int64]
    by_link: NDArray[np.int64]
    # per infection
    early: Floats
    late: Floats
    bound_1: Floats  # the bound of the household; cumulated with group, community, links
    bound_2: Floats
    bound_3: Floats
    bound_4: Floats
    in_team: Floats  # the bound of the group alone, without the site
    area: NDArray[np.int64]
    stub: NDArray[np.int64]  # the first of the person's stubs


class Scratch(NamedTuple):
    """Room to work in: the events of one bucket, unsorted and sorted, a batch of candidates, and
    one of stubs."""

    time: Floats
    word: NDArray[np.int64]  # (room, 2)
    time_sorted: Floats
    word_sorted: NDArray[np.int64]
    rank: NDArray[np.int64]
    words: NDArray[np.int64]  # (6, room) what infections of the sorted events' people would need
    batch: Batch
    stubs: Stubs


class Tally(NamedTuple):
    """Reports only."""

    daily: NDArray[np.int64]  # (len(DAILY), days)
    instrument: Floats  # (i, len(BY_INSTRUMENT))
    instrument_daily: NDArray[
        np.int64
    ]  # (i, 4, days): cases traced, people listed, cases that began and that ended to wait
    delays: NDArray[
        np.int64
        # (i, DELAY_BINS) lists by quarter days from the trigger to the delivery; the last: so many
        # or more
    ]
    opened: NDArray[
        np.uint8
    ]  # (n,) bit i: instrument i opened the person's data; length 0 without tracing
    blocked_by: NDArray[
        np.int64
    ]  # (LISTED + i,) blocked transmissions by the pathway that stopped them
    list_rows: NDArray[
        np.int64
    ]  # (rows, 4): index person, contact person, instrument, flags; length 0 unless asked for
    list_time: Floats
    list_minutes: Floats
    counted: NDArray[np.int64]  # [list rows]


class Raw(NamedTuple):
    """What a run leaves behind, cut to length."""

    history: History
    records: Records
    conduct: Conduct
    tally: Tally
    days: int
