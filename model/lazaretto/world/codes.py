"""The codes that kernels, records and outcomes share: tables and names instead of positions."""

from __future__ import annotations

import numpy as np

# rows of Rates.tables, the quantile tables: the pathogen's, the policy's, then two per instrument
PATHOGEN_LAWS = (
    "first",
    "second",
    "duration",
    "profile",
    "strength",
    "immunity",
    "hospital",
    "stay",
    "death",
    "care",
    "care_stay",
)
POLICY_LAWS = (
    "sample",
    "result",
    "breach",
    "contact_sample",
    "quick_result",
    "appeal",
    "onward",
    "alarms",
    "note",
    "contest",
)
LAWS = PATHOGEN_LAWS + POLICY_LAWS
FIRST_LAW, SECOND_LAW, DURATION_LAW, PROFILE_LAW, STRENGTH_LAW, IMMUNITY_LAW = map(
    LAWS.index, PATHOGEN_LAWS[:6]
)
HOSPITAL_LAW, STAY_LAW, DEATH_LAW, CARE_LAW, CARE_STAY_LAW = map(LAWS.index, PATHOGEN_LAWS[6:])
SAMPLE_LAW, RESULT_LAW, BREACH_LAW, CONTACT_SAMPLE_LAW, QUICK_RESULT_LAW, APPEAL_LAW = map(
    LAWS.index, POLICY_LAWS[:6]
)
ONWARD_LAW, ALARMS_LAW, NOTE_LAW, CONTEST_LAW = map(LAWS.index, POLICY_LAWS[6:])
DELAY_LAW, NEARBY_LAW = len(LAWS), len(LAWS) + 1  # of instrument 0; + 2 i: of instrument i

LAYERS = ("household", "group", "community", "static", "temporal")
HOUSEHOLD, GROUP, COMMUNITY, STATIC, TEMPORAL = range(len(LAYERS))
# on a list without a contact: only in the same place, known by telephone
NEAR, REMOTE = len(LAYERS), len(LAYERS) + 1
FROM_START, FROM_OUTSIDE = -1, -2  # instead of a layer: infected at the start, imported

# Why a contact does not take place or infects nobody, in the order of the codes; then quarantine of
# somebody on a list, LISTED + i for instrument i. The first three and the lists are pathways of
# orders; from HOME on, of contacts.
PATHWAYS = (
    "self-isolation",
    "case",
    "household",
    "region-wide",
    "response",
    "protection",
    "vaccination",
    "hospital",
)
SELF, CASE, HOME, REGION, RESPONSE, PROTECTION, VACCINATION, HOSPITAL = range(len(PATHWAYS))
LISTED = len(PATHWAYS)
NEVER = np.inf

# Why somebody is tested. LEAVE: to end the isolation of a case; WATCH: symptoms of somebody who
# was asked to report them; ADMITTED: to hospital.
REASONS = ("symptoms", "contact", "release", "screening", "leave", "watch", "admitted")
SYMPTOMS, CONTACT, RELEASE, SCREENING, LEAVE, WATCH, ADMITTED = range(len(REASONS))
SETTINGS = ("household", "school", "work", "community")  # that region-wide measures tell apart
AT_HOME, AT_SCHOOL, AT_WORK, ELSEWHERE = range(len(SETTINGS))
# how an order keeps people apart (columns of Policy.terms): share of contacts kept at home, of
# contacts outside on a day out, and of all contacts in a facility
TERMS = ("household", "breach", "facility")
AT_HOME_TERM, BREACH_TERM, FACILITY_TERM = range(len(TERMS))
TRAITS = ("everybody", "phone", "app")  # what an instrument needs of both people
EVERYBODY, PHONE, APP = range(len(TRAITS))
INSTRUCTIONS = ("inform", "test", "quarantine", "monitor")  # what somebody on a list is asked
INFORM, TEST, QUARANTINE, MONITOR = range(len(INSTRUCTIONS))
# what an instrument knows of a meeting: how long it was; that it was close; that nobody was
# protected besides
EXPOSURES = ("minutes", "distance", "protection")
SEES_MINUTES, SEES_DISTANCE, SEES_PROTECTION = range(len(EXPOSURES))
ENTRY_TESTS = ("none", "finds", "releases")  # of quarantines; the last: a negative result ends it
NO_ENTRY_TEST, ENTRY_FINDS, ENTRY_RELEASES = range(len(ENTRY_TESTS))
# whether another listing prolongs a quarantine: from the last exposure, from that day on, never
RELISTINGS = ("last-exposure", "always", "never")
BY_EXPOSURE, ALWAYS_PROLONGS, NEVER_PROLONGS = range(len(RELISTINGS))
REFUSED, REFUSED_FACILITY = 1, 2  # what somebody refused: to keep the order; to be taken away
# what an act of the ladder rests on: true breaches only, false alarms only, some of both
RIGHT, WRONG, PARTLY_WRONG = range(3)
ALL_GENERATIONS = 1 << 15  # more than any run has: every infection infects

# what Records.counted and History.counted count
FILES, ORDERS_MADE, KNOWN_PAIRS, ACTIONS_TAKEN, STAYS, GIVEN = range(6)
INFECTIONS, EXPANDED, SEVERE = range(3)
