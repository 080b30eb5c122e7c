"""What the user stated, lowered to numbers: the pathogen's *Rates*, and the *Policy*. The defaults
of the policy stand here and nowhere else: `Policy()` is nobody testing, tracing or isolating."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._by_address import by_address
from ..contacts.kinds import NEARBY
from .codes import LAYERS, REASONS, SETTINGS, TERMS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
DECADES = 10
AGES = 256  # of a byte
ON_A_LIST = len(LAYERS) + 2  # layers, then people only near, then remote ties
ALL = 2.0  # of `Policy.most_seen`: whoever was met is looked up, and no coin is tossed
NO_FLOATS, NO_INTS = np.zeros(0), np.zeros(0, np.int64)
IMMUNE_DAYS = 90.0


@by_address
class Immune(NamedTuple):
    """Who cannot be infected, or less easily: c campaigns, each in the row where it stood first."""

    at_start: Floats  # (10,) share of people immune from before the run, by decade of age
    some_at_start: bool  # whether that is anybody
    campaigns: int
    first_day: int  # of all campaigns
    band: Ints  # (256,) band by age: the column that holds for it
    # (bands, entries) share of people vaccinated: by day from first_day on, within it by campaign
    given: Floats
    efficacy: Floats  # (c, 3) against infection, onward transmission, severe disease
    for_good: Truths  # (c,) all-or-nothing instead of leaky
    after: Floats  # (c,) days from the dose until it protects
    lasts: Floats  # (c + 1, ROW) quantile rows: how long it does; the last of immunity from before


NOBODY_IMMUNE = Immune(
    np.zeros(DECADES),
    False,
    0,
    0,
    np.zeros(AGES, np.int64),
    np.zeros((1, 0)),
    np.zeros((0, 3)),
    np.zeros(0, np.bool_),
    NO_FLOATS,
    np.zeros((1, 1)),
)


@by_address
class Rates(NamedTuple):
    """The pathogen on this population."""

    tables: Floats  # (laws, ROW) quantile tables
    scale: float  # hazard per day of a contact-day of relative hazard 1
    # (5,) times the largest susceptibility: relative hazard of a household or static contact-day,
    # and of a minute in the other layers
    hazard: Floats
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
    not_close: float  # infectiousness of meetings that are not close, relative to those that are
    varied: bool  # a second draw per infection is needed (individual variation, symptoms, waning)
    waning: bool  # people can be infected again
    # (10,) probability of death, hospital and intensive care of people with symptoms, by decade of
    # age; severe: whether anybody needs a hospital or dies
    death: Floats
    hospital: Floats
    care: Floats
    severe: bool
    season_amplitude: float
    season_start: float  # days from the seasonal peak to day 0 of the run
    imports_per_day: float
    immune: Immune


@by_address
class StandIns(NamedTuple):
    """Orders of another run's tracing, in order of time, one row each."""

    time: Floats
    days: Floats
    area: Ints  # of the person, or -1: of anybody
    group: Ints  # age group of mixing
    pathway: Ints
    size: Ints  # rows that go to one household: at the first of them; else 1, and 0 at the others
    prolongs: Ints  # the row whose order this one prolongs, or -1
    from_row: Ints  # (days + 1,) the first row of each day; (1,) where there are none


NO_STAND_INS = StandIns(
    NO_FLOATS, NO_FLOATS, NO_INTS, NO_INTS, NO_INTS, NO_INTS, NO_INTS, np.zeros(1, np.int64)
)


@by_address
class Policy(NamedTuple):
    """Testing, tracing, orders and how people respond, as numbers. i instruments, r rungs, m
    region-wide measures. Where policies change within a run, its instruments and measures are those
    of all policies so far, each in the row where it stood first. A field's default is what holds
    where nothing is stated."""

    active: bool = False
    # testing
    seek: float = 0.0
    assay: Ints = np.zeros(len(REASONS), np.int64)  # (6,) 0 by laboratory, 1 lateral flow
    sensitivity: Floats = np.zeros((2, 1))  # (2, 31) by assay and whole days since infection
    false_positive: Floats = np.zeros(2)  # (2,) by assay
    lab_days: float = 0.0  # a laboratory's days for one sample; 0: as many as come
    refusal: float = 0.0  # of tests, by people on a list
    # (2,) probability that somebody contests a listing behind which there was a meeting, or none;
    # and that it is granted
    contest: Floats = np.zeros(2)
    released: Floats = np.zeros(2)
    sample_keeps: float = np.inf  # days that a sample can wait for a laboratory
    screening_per_day: float = 0.0  # per person
    illness_per_day: float = 0.0
    # tracing: the level
    on_symptoms: bool = False  # the report of symptoms triggers, not the result
    recursion: float = 0.0  # generations of contacts that are traced too
    close_minutes: float = 0.0
    entry_test: int = 0  # of whoever enters a quarantine; see ENTRY_TESTS
    test_day: float = 0.0  # day of the quarantine on which a test is taken; 0: none
    test_releases: bool = True  # a negative result of it ends the quarantine
    onward: bool = False  # steps beyond the first have a delay of their own, ONWARD_LAW
    heed: float = 0.0
    # tracing: the instruments. What sees a meeting is multiplied up in `tracing.sighting`, what
    # then finds the person in `tracing.finding`
    # (i,) False: a level of earlier days had it; its lists under way are delivered, none is begun
    in_use: Truths = np.zeros(0, np.bool_)
    since: Floats = NO_FLOATS  # (i,) first day of which there are records
    lookback: Floats = NO_FLOATS  # (i,) days before the reported onset
    backward: Floats = NO_FLOATS  # (i,) days before it up to which backward tracing asks
    backward_factor: Floats = NO_FLOATS  # (i,) of meetings before the look-back
    kept_days: Floats = NO_FLOATS  # (i,) days that the records are kept; inf: the whole window
    ask: Floats = NO_FLOATS  # (i,) probability that the index case takes part
    asked: Truths = np.zeros(0, np.bool_)  # (i,) whether the index case is asked at all
    trait: Ints = NO_INTS  # (i,) what index and contact must own: EVERYBODY, PHONE or APP
    # (i, 7) that the person is found, by layer; then of people only near, and of remote ties
    by_layer: Floats = np.zeros((0, ON_A_LIST))
    sees_meetings: Truths = np.zeros(0, np.bool_)  # (i,) False: addresses or calls decide
    seen: Floats = np.zeros((0, ON_A_LIST))  # (i, 7) that a meeting is seen, by layer
    # (i, 7) the largest probability of it, by layer, whatever the meeting; or ALL
    most_seen: Floats = np.zeros((0, ON_A_LIST))
    # (i, 4) factor by the minutes of a meeting (of a list of calls: the longest): below 5, 15, 60,
    # more
    by_minutes: Floats = np.zeros((0, 4))
    # (i, 7) that somebody met is on the list of calls, at most, by layer
    most_called: Floats = np.zeros((0, ON_A_LIST))
    by_days: Floats = np.zeros((0, 6))  # (i, 6) factor by days met, outside the household
    fade: Floats = NO_FLOATS  # (i,) recall is lost at this rate per day since the meeting
    sampling: Floats = NO_FLOATS  # (i,) minutes between positions; 0: no samples
    threshold_minutes: Floats = NO_FLOATS  # (i,) of a day
    below_threshold: Floats = NO_FLOATS  # (i,) that fewer count as well
    service_days: Floats = NO_FLOATS  # (i,) tracers' days per case; 0: no queue
    at_weekends: Floats = NO_FLOATS  # (i,) of the tracers, who work at weekends
    longest_wait: Floats = NO_FLOATS  # (i,) days; cases that would wait longer are dropped
    # (i, 4) by kind of place (NEARBY): mean number of people only near on a day, and slots a person
    # owns for it
    near_per_day: Floats = np.zeros((0, len(NEARBY)))
    near_slots: Ints = np.zeros((0, len(NEARBY)), np.int64)
    remote_ties: Floats = NO_FLOATS  # (i,) mean number of people listed whom the case does not meet
    instruction: Ints = np.zeros((0, 2), np.int64)  # (i, 2) for brief and for close exposure
    lists_calls: Truths = np.zeros(0, np.bool_)  # (i,) lasting ties decide, not meetings
    lists_homes: Truths = np.zeros(0, np.bool_)  # (i,) whole households are listed
    names_people: Truths = np.zeros(0, np.bool_)  # (i,) somebody holds a list of names
    sees: Ints = NO_INTS  # (i,) code of EXPOSURES: what it knows of a meeting
    stand_ins: StandIns = NO_STAND_INS  # what another run's tracing ordered, to give to others
    phone: Floats = np.zeros(DECADES)  # (10,) ownership by decade of age
    # (a, 10) use of the app by decade of age, from the days `app_from` on; the last holds
    app: Floats = np.zeros((1, DECADES))
    app_from: Floats = np.zeros(1)  # (a,)
    # orders and conduct
    isolation_days: float = 0.0
    quarantine_days: float = 0.0
    leave_day: float = 0.0  # day of a case's isolation on which a test may end it; 0: none
    home_order: float = 0.0  # probability that a member of a case's household is quarantined
    case_in_facility: bool = False
    contact_in_facility: bool = False
    facility_refusal: float = 0.0  # of those ordered to a facility
    absconding: float = 0.0  # from a facility, per day
    places: float = np.inf  # in facilities
    refused: float = 0.0  # share who keep no order from the start
    refusers_in_facility: bool = False
    relisting: int = 0  # row of RELISTINGS
    full_case: float = 0.0
    full_contact: float = 0.0
    partial_factor: float = 1.0
    # (t, 3) by TERMS; an order keeps the row under which it was given, `term` is that of new ones
    terms: Floats = np.ones((1, len(TERMS)))
    term: int = 0
    breach_per_day: float = 0.0
    dropout_per_day: float = 0.0
    # by days under the order: growth of both, decline of what those give up who adhere in part
    fatigue: float = 0.0
    deterred: float = 1.0  # of all going out against an order, what the threat of sanctions leaves
    self_isolation: float = 0.0
    self_factor: float = 1.0
    skill: float = 0.0  # share of the heeding that informed people without a close contact omit
    # of the variance of what people do, what members of a household share, what is lasting in a
    # person, and of using the app what a class or team shares
    like_household: float = 0.0
    like_person: float = 0.0
    like_circle: float = 0.0
    # how contacts outside the home respond to the epidemic, and protection in meetings outside it
    responds_to: int = 0  # row of `response.statement.LOOKED_AT`; 0: nothing
    half_at: float = 1.0  # per 100,000 in a week
    steepness: float = 1.0
    response_lag: float = 0.0  # whole days
    least_kept: float = 1.0
    response_fatigue: float = 0.0  # per day of full response
    series: Floats = np.ones(1)  # by day, from series_from on; the last value holds
    series_from: float = 0.0
    protected: float = 0.0  # share of meetings
    protection: float = 0.0  # share of transmissions that it stops
    monitored: bool = False
    # (3,) of people without a device, with a phone of their own, with one handed out
    detection: Floats = np.zeros(3)
    alarm_hazard: Floats = np.zeros(3)  # of a false alarm, per day
    issued: Floats = np.zeros(2)  # (2,) share of people without and with a phone who are given one
    desk: bool = False  # whether notes wait for somebody who acts on them
    desk_days: float = 0.0  # the desk's days for one note; 0: as many as come
    desk_waits: float = np.inf  # days after which a note that waits is dropped
    rung_at: Ints = NO_INTS  # (r,) detections at which the rung acts
    rung_action: Ints = NO_INTS  # (r,) row of `isolation.rungs.RUNGS`
    rung_factor: Floats = NO_FLOATS  # (r,)
    appeal: Floats = np.zeros(2)  # (2,) probability of an appeal against a right, a wrong sanction
    granted: Floats = np.zeros(2)  # (2,) that it is granted
    tau: float = 0.0  # loss of trust per wrong sanction per 1,000 people
    forgotten_per_day: float = 0.0  # hazard with which trust comes back
    restored: float = 1.0  # share of the loss that the correction of an error gives back
    immune_days: float = IMMUNE_DAYS  # after a positive result, without another quarantine
    # region-wide measures
    measure_start: Floats = NO_FLOATS  # (m,)
    measure_end: Floats = NO_FLOATS
    measure_indicator: Ints = NO_INTS  # (m,) row of `region.measures.INDICATORS`; 0: none
    measure_on: Floats = NO_FLOATS
    measure_off: Floats = NO_FLOATS
    measure_least: Floats = NO_FLOATS  # days in force at least, once triggered
    # (m, 4) share of contacts kept by setting; at home it may exceed 1
    measure_factor: Floats = np.zeros((0, len(SETTINGS)))
    compliance: Floats = NO_FLOATS
    # (b,) how long contacts at home may become, as multiples of those without measures, rising:
    # the largest product of factors of each policy so far
    home_bounds: Floats = np.ones(1)
    # (m, 2) fines per person and day: of people who do not comply and, wrongly, of those who do
    pass_fine: Floats = np.zeros((0, 2))
    # hospitals
    admission_test: float = 0.0
    hospital_kept: float = 1.0  # share of all contacts that somebody in hospital keeps
    beds: float = np.inf
    care_beds: float = np.inf
    without_bed: float = 1.0  # multiple of the probability of death
    without_care: float = 1.0


def with_types(policy: Policy) -> Policy:
    """The policy with its single numbers as floats and truths, as the defaults have them, so that
    one compiled version serves every policy."""
    kinds = {name: type(value) for name, value in Policy._field_defaults.items()}
    plain = (bool, int, float)
    single = {k: kinds[k](v) for k, v in policy._asdict().items() if kinds[k] in plain}
    return policy._replace(**single)
