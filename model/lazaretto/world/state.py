"""What a run writes: named tuples of arrays.

*History* is the truth about infections, *Conduct* the truth about what people under an order do.
*Records* is all that the authority knows: reports, results, lists, orders, detections. *Tally* only
reports and is never read by the simulation. Handlers take one *World*, which has no History: that
they know nothing of who is infected is a matter of types. Only transmission, a test's outcome and
the reports take History beside it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._by_address import by_address
from ..population.city import City
from .queue import Queue
from .stated import Policy, Rates

Floats = NDArray[np.float64]


@by_address
class History(NamedTuple):
    """One row per infection, in order of infection; `status` and `infection_of` by person."""

    status: NDArray[np.uint8]  # (n,) 1 from infection until immunity has waned
    # (n,) row of the last infection, -1 none; length 0 without a policy or waning
    infection_of: NDArray[np.int32]
    # (n,) infections that have waned (at most 255); length 0 without waning
    episode: NDArray[np.uint8]
    person: NDArray[np.int32]
    source: NDArray[np.int32]  # row of the infector, -1 for the first ones
    layer: NDArray[np.int8]
    # 0 for the first ones; length 0 unless the run is stopped at a generation
    generation: NDArray[np.int16]
    time: Floats
    infectious: Floats  # start of infectiousness
    onset: Floats  # symptom onset, as it is or would be
    symptomatic: NDArray[np.bool_]  # False for those who never have symptoms
    end: Floats  # end of infectiousness
    strength: NDArray[np.float32]  # individual infectiousness relative to the mean
    again: Floats  # when the person can be infected again, inf for never; length 0 without waning
    luck: NDArray[np.uint32]  # the word that gives the number of candidates
    # one row per severe course (hospital or death), in the order of infection; times, inf for never
    severe_row: NDArray[np.int32]  # of the infection
    severe_admitted: Floats
    severe_gone: Floats  # discharged, or dead
    severe_died: Floats
    severe_into_care: Floats
    severe_out_of_care: Floats
    severe_deadline: Floats  # when the person dies who cannot be helped
    severe_margin: Floats  # multiple of the probability of death from which on the person dies
    last_generation: int  # whose infections infect nobody; ALL_GENERATIONS: there is none
    # INFECTIONS, EXPANDED, SEVERE: rows, rows whose candidates have been drawn, severe courses
    counted: NDArray[np.int64]


@by_address
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
    sample: NDArray[np.int32]  # number of the positive sample on its way or last confirmed, 0
    sampled: Floats  # when that was taken, inf
    found_by: NDArray[np.int8]  # why the sample was taken that made the person a case, -1
    sanctions: NDArray[np.int32]  # reports, fines and transfers so far
    died: Floats  # inf
    last_stay: NDArray[np.int32]  # in hospital, -1
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
    desk_free: Floats  # (1,) when the desk that acts on noted breaches is next free
    # (n,) the last entry of the case below, -1; length 0 where one instrument cannot list twice
    known_last: NDArray[np.int32]
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
    # (days + 1,) hospital beds taken less beds left, days to come included; and (days,) deaths
    beds_change: NDArray[np.int64]
    deaths_by_day: NDArray[np.int64]
    in_bed: NDArray[np.int64]  # [people in hospital, in intensive care]
    # stays in hospital, one row each
    stay_previous: NDArray[np.int32]  # of the same person, -1
    stay_from: Floats
    stay_until: Floats
    stay_kept: Floats  # share of all contacts kept
    # what tracing newly ordered, one row each: new quarantines, and days by which one is prolonged
    given_person: NDArray[np.int32]
    given_pathway: NDArray[np.int8]
    given_index: NDArray[np.int32]  # the case whose list it came of, -1
    given_order: NDArray[np.int32]  # the order so given or prolonged
    given_time: Floats
    given_days: Floats
    # (rows of Policy.stand_ins,) the order that somebody was given in place of that of the row, -1
    stand_in: NDArray[np.int32]
    results_by_day: NDArray[np.int64]  # (days,) results that arrive, days to come included
    result_wait: Floats  # (days,) days from their samples, added up
    counted: NDArray[np.int64]  # FILES, ORDERS_MADE, ..., GIVEN so far


@by_address
class Conduct(NamedTuple):
    """What people under an order really do; one row per order, beside `Records.order_*`."""

    full: NDArray[np.bool_]
    factor: Floats  # share of outside contacts kept at first by those who do not fully adhere
    tires: Floats  # by how much a day the share given up falls, in the logarithm
    tempted: Floats  # multiplier of the breach hazard, lowered by the ladder
    dropped: Floats  # when somebody who adhered fully stops doing so, inf for never
    alarms: Floats  # how many more false alarms than others a person's devices raise; -1: unknown
    device: NDArray[np.int8]  # row of Policy.detection, once alarms is known
    breach_start: Floats
    breach_until: Floats
    # bit k: a breach on day k of the order (the last bit for all later days)
    breach_days: NDArray[np.int64]
    breached: Floats  # days outside in breaches so far
    looked_to: NDArray[np.int32]  # days of the order already looked at for breaches and alarms
    check_day: NDArray[np.int32]  # day of the order whose check waits in the queue, -1 for none
    term: NDArray[np.int16]  # row of Policy.terms under which the order was given
    facility_from: Floats  # when the person was taken to a facility, inf
    facility_until: Floats  # when an appeal let the person go home or it absconded, inf
    first_in: Floats  # when it was first taken to a facility, inf
    stayed: Floats  # days of earlier stays in a facility
    stays: NDArray[np.int16]  # how often it was taken to a facility
    absconds: Floats  # when it leaves or left a facility without leave, inf
    waits: NDArray[np.bool_]  # for a place in a facility
    refused: NDArray[np.int8]  # REFUSED, REFUSED_FACILITY or 0
    # times that somebody who adhered fully went out, one row each
    outing_order: NDArray[np.int32]
    outing_from: Floats
    # by row of `Records.action_*`: RIGHT, WRONG or PARTLY_WRONG; and that its own note was false
    action_wrong: NDArray[np.int8]
    action_false: NDArray[np.bool_]
    false_notes: NDArray[np.int32]  # (n,) of the person's noted breaches, those that were none
    housed: NDArray[np.int64]  # (1,) people in facilities, and places not yet cleaned
    # (areas,) wrong reports, fines and transfers, as far as they are not forgotten or corrected;
    # and the day as of which that is
    wrong_in_area: Floats
    wrong_as_of: Floats
    # (people,) and (homes,) normal scores of the likeness of people, nan until asked for
    own_score: Floats
    home_score: Floats
    # (days,) share of contacts outside the home that people keep, as the epidemic stands; and share
    # of meetings outside it that are protected
    contacts_kept: Floats
    protected: Floats


@by_address
class Tally(NamedTuple):
    """Reports only."""

    daily: NDArray[np.int64]  # (len(DAILY), days)
    instrument: Floats  # (i, len(BY_INSTRUMENT))
    # (i, 4, days): cases traced, people listed, cases that began and that ended to wait
    instrument_daily: NDArray[np.int64]
    # (i, DELAY_BINS) lists by quarter days from the trigger to the delivery; the last: so many or
    # more
    delays: NDArray[np.int64]
    # (n,) bit i: instrument i opened the person's data; length 0 without tracing
    opened: NDArray[np.uint8]
    # (LISTED + i,) blocked transmissions by the pathway that stopped them
    blocked_by: NDArray[np.int64]
    # (rows, len(LIST_COLUMNS)): index person, contact person, instrument, flags, days; length 0
    # unless asked for
    list_rows: NDArray[np.int64]
    list_time: Floats
    list_minutes: Floats  # seen
    list_met_minutes: Floats  # in truth
    counted: NDArray[np.int64]  # [list rows]


@by_address
class World(NamedTuple):
    """All that a handler may read and write, but for the truth about infections."""

    city: City
    rates: Rates
    policy: Policy
    seed: int
    records: Records
    conduct: Conduct
    queue: Queue
    tally: Tally


class Raw(NamedTuple):
    """What a run leaves behind, cut to length."""

    history: History
    records: Records
    conduct: Conduct
    tally: Tally
    days: int
