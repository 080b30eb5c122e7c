"""Room to work in: nothing in it outlives a call."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._by_address import by_address
from ..contacts.community import Rows, Stubs

Floats = NDArray[np.float64]


@by_address
class Diary(NamedTuple):
    """Scratch of one tracing query: whom the index case met or only was near, one row per person.
    Where an instrument sees meetings, only what it saw is entered."""

    person: NDArray[np.int64]
    minutes: Floats  # total over the window
    longest: Floats  # most minutes on one day
    exposed: Floats  # of these, longest that was close and unprotected
    layer: NDArray[np.int8]
    days: NDArray[np.int64]  # bit k: met on the k-th day of the window
    called: NDArray[np.bool_]  # on the list of calls, met or not
    seen_last: NDArray[np.int32]  # the last meeting with the person that was seen, or -1
    # of what was seen: most minutes of a day that the instrument takes for close, all minutes, time
    # of the first and the last meeting
    most: Floats
    total: Floats
    since: Floats
    until: Floats
    # by meeting seen: when, for how long, how near, and the one before with the same person
    seen_time: Floats
    seen_minutes: Floats
    seen_near: NDArray[np.int8]
    seen_previous: NDArray[np.int32]
    listed: NDArray[np.int64]  # the list that comes of it
    chosen: NDArray[np.int64]  # scratch: rows that may be on the list, then those that are
    chance: Floats  # scratch: the probability of each
    word: NDArray[np.int64]  # scratch: the word of each that decides what comes of it
    infection: NDArray[np.int64]  # scratch: of reports
    # by entry of the list: nobody had listed the person for this case before
    first: NDArray[np.bool_]
    # open-addressing table of rows, -1 empty; a power of two, at least twice the rows
    slot: NDArray[np.int32]
    mask: NDArray[np.int64]  # [slots that the present diary uses, less one]
    window: NDArray[np.int64]  # (5,) see `mechanisms.tracing.sighting`
    asked: Floats  # (4,) see there
    bound: Floats  # (6,) by layer, then of people only near: see there


@by_address
class Batch(NamedTuple):
    """A batch of candidate transmissions on their way through the passes of `transmission.expand`,
    one row each."""

    own: Rows  # the infector's row in `Infectors`
    person: NDArray[np.int64]  # the infector
    episode: NDArray[np.int64]
    number: NDArray[np.int64]  # which candidate of the infector; then packed with its layer
    word_0: NDArray[np.int64]
    word_1: NDArray[np.int64]
    word_2: NDArray[np.int64]  # thins the bound
    when: Floats
    # index of the partner in the layer's table, then the partner; -1 for nobody
    other: NDArray[np.int64]
    share: Floats  # of the bound that is real
    by_age: Floats  # the partner's susceptibility, relative to the largest
    least: Floats  # position within the bound of all layers
    turn: NDArray[np.int64]  # of a group meeting's minutes
    circle: Rows  # of a group meeting: its row in `Circles`
    round: NDArray[np.int64]  # of a group meeting
    at_home: Rows  # lists of candidates
    in_group: Rows
    outside: Rows
    by_link: Rows
    waiting: Rows
    # keys of draws, one after the other and not by candidate: only so are several drawn at once
    key_a: NDArray[np.int64]
    key_b: NDArray[np.int64]
    key_c: NDArray[np.int64]


@by_address
class Infectors(NamedTuple):
    """What the candidates of one infection share, one row for each infection of a block: looked up
    once, not for every candidate."""

    row: NDArray[np.int64]  # of the infection
    person: NDArray[np.int64]
    episode: NDArray[np.int64]  # the person's infections before this one that have waned
    candidates: NDArray[np.int64]  # how many
    # the two parts of the integrated infectiousness, and from when on each counts: see `course`
    early: Floats
    late: Floats
    begin: Floats
    later: Floats
    bound_1: Floats  # the bound of the household; cumulated with group, community, links
    bound_2: Floats
    bound_3: Floats
    bound_4: Floats
    in_team: Floats  # the bound of the group alone, without the site
    home: NDArray[np.int64]  # first member of the household
    mates: NDArray[np.int64]
    area: NDArray[np.int64]
    stub: NDArray[np.int64]  # the first of the person's stubs
    stubs: NDArray[np.int64]  # how many
    link: NDArray[np.int64]  # the first of the person's links
    links: NDArray[np.int64]  # how many


@by_address
class Circles(NamedTuple):
    """The circles of these infectors, two rows for each: the group, then the site."""

    number: NDArray[np.int64]
    start: NDArray[np.int64]  # first entry in `City.group_member`
    size: NDArray[np.int64]  # 0: there is none
    rank: NDArray[np.int64]  # the infector's own
    whole: NDArray[np.int64]  # rounds that every weekday has
    rest: Floats  # probability of one more
    most: NDArray[np.int64]  # rounds at most


@by_address
class Meetings(NamedTuple):
    """A batch of the index case's meetings on their way into the diary, one row each."""

    person: NDArray[np.int64]  # whom
    layer: NDArray[np.int64]
    day: NDArray[np.int64]
    minutes: Floats
    time: Floats  # of an observed contact, as a share of the day; then of all, in days of the run
    coin: Floats  # decides what is left of the meeting
    toss: Floats  # decides whether it is seen; of stubs on their way, by row of these
    kept: NDArray[np.int64]  # list of rows: meetings that are seen, or all
    order: NDArray[np.int64]  # of the person met: the last one that can have been in force, or -1
    grouped: NDArray[np.int64]  # list of rows: meetings of a group, whose minutes are still unknown
    turn: NDArray[np.int64]  # of a group meeting's minutes, by row


@by_address
class Places(NamedTuple):
    """The places that a case's days have for meetings, in fours of one layer and day, their coins,
    and which of them fell (`mechanisms.tracing.places`)."""

    # by four
    layer: NDArray[np.int64]
    day: NDArray[np.int64]
    first: NDArray[np.int64]  # place of the day
    size: NDArray[np.int64]  # places from the first on; of more than four the rest does not matter
    origin: NDArray[np.int64]  # the day's first round of a group, first contact observed
    bound: Floats
    word_0: NDArray[np.int64]
    word_1: NDArray[np.int64]
    word_2: NDArray[np.int64]
    word_3: NDArray[np.int64]
    # by place whose coin fell
    at: NDArray[np.int64]  # four, then place within it (2 bits)
    toss: Floats
    # by day of the window
    left: Floats  # of seeing a meeting, at most
    stays: NDArray[np.int64]  # 1: at home all day


@by_address
class Question(NamedTuple):
    """Room for one tracing question: whom did this person meet in this window?"""

    diary: Diary
    places: Places
    meetings: Meetings
    stubs: Stubs  # of community meetings; and the slots of co-locations


@by_address
class Scratch(NamedTuple):
    """Room to work in: the events of one bucket, unsorted and sorted, a batch of candidates, those
    whose they are, and a batch of stubs."""

    time: Floats
    word: NDArray[np.int64]  # (room, 2)
    time_sorted: Floats
    word_sorted: NDArray[np.int64]
    rank: NDArray[np.int64]
    words: NDArray[np.int64]  # (7, room) what infections of the sorted events' people would need
    batch: Batch
    infectors: Infectors
    circles: Circles
    stubs: Stubs
