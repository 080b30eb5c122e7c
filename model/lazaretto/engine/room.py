"""Room for a run: empty state, and scratch to work in."""

from __future__ import annotations

from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from ..contacts.community import Stubs
from ..contacts.household import homes_of
from ..mechanisms.counters import BY_INSTRUMENT, DAILY, DELAY_BINS, INSTRUMENT_DAILY, LIST_COLUMNS
from ..mechanisms.tracing.delivery import LONGEST_WAIT
from ..population.city import City
from ..population.stubs import MOST_STUBS
from ..world.codes import ALL_GENERATIONS, LISTED, MONITOR, NEAR
from ..world.scratch import Batch, Circles, Diary, Infectors, Meetings, Places, Question, Scratch
from ..world.state import Conduct, History, Records, Tally, World
from ..world.stated import Policy

CANDIDATE_BUFFER = 512
INFECTOR_BUFFER = 128
SEVERE_TIMES = [n for n in History._fields if n.startswith("severe_") and n != "severe_row"]
PLACES_A_DAY = 10  # kinds of places: of each a day has a four that is not full
(BATCH_COLUMNS, INFECTOR_COLUMNS, CIRCLE_COLUMNS, STUB_COLUMNS, MEETING_COLUMNS, PLACE_COLUMNS) = (
    {name: get_args(get_args(hint)[1])[0] for name, hint in get_type_hints(kind).items()}
    for kind in (Batch, Infectors, Circles, Stubs, Meetings, Places)
)


class Sizes(NamedTuple):
    """How many rows the authority's files have, and how long the run is."""

    people: int = 0  # 0 without a policy
    orders: int = 0
    given: int = 0  # by tracing, prolonged ones too
    instruments: int = 0
    known: int = 0  # pairs of case and listed person; 0 where one instrument cannot list twice
    actions: int = 0  # of the ladder
    homes: int = 0  # households, or people where there are none
    days: int = 0
    measures: int = 0
    areas: int = 0
    stays: int = 0  # in hospital
    stand_ins: int = 0  # orders of another run
    watched: int = 0  # `people`, or 0 where nobody is asked to report symptoms


def sizes_of(city: City, policy: Policy, days: int) -> Sizes:
    """Room that is enough in nearly every run."""
    people = city.people
    return Sizes(
        people=people if policy.active else 0,
        homes=homes_of(city) if policy.active else 0,
        orders=8 * people + 64 if policy.active else 0,
        given=16 * people + 64 if len(policy.ask) else 0,
        instruments=len(policy.ask),
        known=16 * people + 4096 if len(policy.ask) > 1 else 0,
        actions=people // 4 + 64 if len(policy.rung_at) else 0,
        days=days,
        measures=len(policy.measure_start),
        areas=len(city.area_start) - 1,
        stays=people // 4 + 64 if policy.active else 0,
        stand_ins=len(policy.stand_ins.time),
        watched=people if (policy.instruction == MONITOR).any() else 0,
    )


def merge_sizes(before: Sizes, now: Sizes) -> Sizes:
    """Room for both."""
    return Sizes(*(max(pair) for pair in zip(before, now, strict=True)))


def grow(world: World, sizes: Sizes) -> World:
    """The world with room for other instruments, measures, rungs and instructions, and all that it
    held. sizes: none smaller than before."""
    records, conduct, tally, people = world.records, world.conduct, world.tally, world.city.people
    free = np.zeros(sizes.instruments + 1)
    free[: len(records.queue_free) - 1] = records.queue_free[:-1]
    free[-1] = records.queue_free[-1]  # of the laboratories
    more: dict[str, Any] = {
        name: _longer(getattr(records, name), sizes.actions)
        for name in records._fields
        if name.startswith("action_")
    }
    for name in (n for n in records._fields if n.startswith("given_")):
        more[name] = _longer(getattr(records, name), sizes.given)
    for name in ("known_pair", "known_previous"):
        more[name] = _longer(getattr(records, name), sizes.known)
    if sizes.known and not len(records.known_last):
        more["known_last"] = np.full(people, -1, np.int32)
    if sizes.watched and not len(records.watched_until):
        more["watched_until"] = np.full(sizes.watched, -np.inf)
        more["watched_by"] = np.zeros(sizes.watched, np.int8)
        more["watch_order"] = np.full(sizes.watched, -1, np.int32)
        more["watch_onset"] = np.full(sizes.watched, -np.inf)
    return world._replace(
        records=records._replace(
            queue_free=free, in_force=_longer(records.in_force, sizes.measures), **more
        ),
        conduct=conduct._replace(
            action_wrong=_longer(conduct.action_wrong, sizes.actions),
            action_false=_longer(conduct.action_false, sizes.actions),
        ),
        tally=tally._replace(
            instrument=_longer(tally.instrument, sizes.instruments),
            instrument_daily=_longer(tally.instrument_daily, sizes.instruments),
            delays=_longer(tally.delays, sizes.instruments),
            blocked_by=_longer(tally.blocked_by, LISTED + sizes.instruments),
            opened=_longer(tally.opened, people if sizes.instruments else 0),
        ),
    )


def _longer(array: NDArray[Any], rows: int) -> NDArray[Any]:
    """The array itself, or a longer one that begins with it and goes on with zeros."""
    if rows <= len(array):
        return array
    longer = np.zeros((rows, *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer


def new_history(
    people: int,
    policy: bool,
    waning: bool = False,
    rows: int | None = None,
    last_generation: int = ALL_GENERATIONS,
    make: Any = np,
) -> History:
    """Room for `rows` infections (everybody once); pages are only taken when touched.
    last_generation: whose infections infect nobody; make: numpy, or a `Shelf`."""
    rows = people if rows is None else rows
    return History(
        status=make.zeros(people, np.uint8),
        infection_of=make.full(people if policy or waning else 0, -1, np.int32),
        episode=make.zeros(people if waning else 0, np.uint8),
        person=make.empty(rows, np.int32),
        source=make.empty(rows, np.int32),
        layer=make.empty(rows, np.int8),
        generation=make.empty(rows if last_generation < ALL_GENERATIONS else 0, np.int16),
        time=make.empty(rows, np.float64),
        infectious=make.empty(rows, np.float64),
        onset=make.empty(rows, np.float64),
        symptomatic=make.empty(rows, np.bool_),
        end=make.empty(rows, np.float64),
        strength=make.empty(rows, np.float32),
        again=make.empty(rows if waning else 0, np.float64),
        luck=make.empty(rows, np.uint32),
        severe_row=make.empty(rows, np.int32),
        **{name: make.empty(rows, np.float64) for name in SEVERE_TIMES},
        last_generation=last_generation,
        counted=make.zeros(3, np.int64),
    )


def new_records(sizes: Sizes, make: Any = np) -> tuple[Records, Conduct]:
    """Empty files. Pages are only taken when touched. make: numpy, or a `Shelf`."""
    people, orders, actions = sizes.people, sizes.orders, sizes.actions
    known, watched, days, given = sizes.known, sizes.watched, sizes.days, sizes.given
    records = Records(
        file_of=make.full(people, -1, np.int32),
        person=make.empty(people, np.int32),
        tests=make.empty(people, np.int32),
        reported_onset=make.empty(people, np.float64),
        confirmed=make.empty(people, np.float64),
        last_order=make.empty(people, np.int32),
        detections=make.empty(people, np.int32),
        orders=make.empty(people, np.int32),
        traced=make.empty(people, np.float64),
        last_listed=make.empty(people, np.int32),
        sample=make.empty(people, np.int32),
        sampled=make.empty(people, np.float64),
        found_by=make.empty(people, np.int8),
        sanctions=make.empty(people, np.int32),
        died=make.empty(people, np.float64),
        last_stay=make.empty(people, np.int32),
        order_person=make.empty(orders, np.int32),
        order_previous=make.empty(orders, np.int32),
        order_pathway=make.empty(orders, np.int8),
        order_start=make.empty(orders, np.float64),
        order_until=make.empty(orders, np.float64),
        order_sibling=make.empty(orders, np.int32),
        watched_until=make.empty(watched, np.float64),
        watched_by=make.empty(watched, np.int8),
        watch_order=make.empty(watched, np.int32),
        watch_onset=make.empty(watched, np.float64),
        queue_free=make.zeros(sizes.instruments + 1, np.float64),
        desk_free=make.zeros(1, np.float64),
        known_last=make.full(people if known else 0, -1, np.int32),
        known_pair=make.empty(known, np.int64),
        known_previous=make.empty(known, np.int32),
        action_person=make.empty(actions, np.int32),
        action_order=make.empty(actions, np.int32),
        action_kind=make.empty(actions, np.int8),
        action_time=make.empty(actions, np.float64),
        action_corrected=make.empty(actions, np.float64),
        action_number=make.empty(actions, np.int32),
        in_force=make.zeros((sizes.measures, days), np.uint8),
        cases_by_day=make.zeros(days, np.int64),
        beds_change=make.zeros(days + 1, np.int64),
        deaths_by_day=make.zeros(days, np.int64),
        in_bed=make.zeros(2, np.int64),
        stay_previous=make.empty(sizes.stays, np.int32),
        stay_from=make.empty(sizes.stays, np.float64),
        stay_until=make.empty(sizes.stays, np.float64),
        stay_kept=make.empty(sizes.stays, np.float64),
        results_by_day=make.zeros(days, np.int64),
        result_wait=make.zeros(days, np.float64),
        given_person=make.empty(given, np.int32),
        given_pathway=make.empty(given, np.int8),
        given_index=make.empty(given, np.int32),
        given_order=make.empty(given, np.int32),
        given_time=make.empty(given, np.float64),
        given_days=make.empty(given, np.float64),
        stand_in=make.full(sizes.stand_ins, -1, np.int32),
        counted=make.zeros(7, np.int64),
    )
    conduct = Conduct(
        full=make.empty(orders, np.bool_),
        factor=make.empty(orders, np.float64),
        tires=make.empty(orders, np.float64),
        tempted=make.empty(orders, np.float64),
        dropped=make.empty(orders, np.float64),
        device=make.empty(orders, np.int8),
        alarms=make.empty(orders, np.float64),
        breach_start=make.empty(orders, np.float64),
        breach_until=make.empty(orders, np.float64),
        breach_days=make.empty(orders, np.int64),
        breached=make.empty(orders, np.float64),
        looked_to=make.empty(orders, np.int32),
        check_day=make.empty(orders, np.int32),
        term=make.empty(orders, np.int16),
        facility_from=make.empty(orders, np.float64),
        facility_until=make.empty(orders, np.float64),
        first_in=make.empty(orders, np.float64),
        stayed=make.empty(orders, np.float64),
        stays=make.empty(orders, np.int16),
        absconds=make.empty(orders, np.float64),
        waits=make.empty(orders, np.bool_),
        refused=make.empty(orders, np.int8),
        outing_order=make.empty(orders, np.int32),
        outing_from=make.empty(orders, np.float64),
        action_wrong=make.empty(actions, np.int8),
        action_false=make.empty(actions, np.bool_),
        false_notes=make.zeros(people, np.int32),
        housed=make.zeros(1, np.int64),
        wrong_in_area=make.zeros(sizes.areas, np.float64),
        wrong_as_of=make.zeros(sizes.areas, np.float64),
        own_score=make.full(people, np.nan, np.float64),
        home_score=make.full(sizes.homes, np.nan, np.float64),
        contacts_kept=make.ones(days, np.float64),
        protected=make.zeros(days, np.float64),
    )
    return records, conduct


class Busiest(NamedTuple):
    """How much there is at most in one tracing query."""

    window: int = 1  # days
    rows: int = 1  # people
    meetings: int = 1
    fours: int = 1  # of `Places`


def busiest(city: City, policy: Policy, days: int) -> Busiest:
    """What the busiest person over the longest window would need."""
    if len(policy.ask) == 0:
        return Busiest()
    window = min(days, int(policy.backward.max()) + LONGEST_WAIT) + 2
    household = int(np.diff(city.household_start).max(initial=0))
    group = int(np.diff(city.group_start).max(initial=0))
    degree = int(np.diff(city.link_start).max(initial=0)) if len(city.link) else 0
    stubs = int(city.stubs.max(initial=0))
    observed = int(np.diff(city.contact_start).max(initial=0)) * window
    site = int(np.diff(city.site_start).max(initial=0))
    near = int(policy.near_slots.sum(axis=1).max())
    rows = (
        household
        + group
        + site
        + degree
        + observed
        + (min(MOST_STUBS, stubs) + near) * window
        + int(np.ceil(policy.remote_ties.max()))
        + int(np.diff(city.call_start).max(initial=0))
        + 1
    )
    rounds = sum(
        int(mean.max(initial=0)) + 1 for mean in (city.group_mean_meetings, city.site_mean_meetings)
    )
    meetings = (household + rounds + degree + stubs + near) * window + observed
    return Busiest(window, rows, meetings, meetings // 4 + PLACES_A_DAY * window)


def new_diary(most: Busiest, make: Any = np) -> Diary:
    """Scratch for one tracing query."""
    rows, sightings = most.rows, most.meetings
    slots = 1 << max(4, (2 * rows - 1).bit_length())
    return Diary(
        person=make.empty(rows, np.int64),
        minutes=make.empty(rows, np.float64),
        longest=make.empty(rows, np.float64),
        exposed=make.empty(rows, np.float64),
        layer=make.empty(rows, np.int8),
        days=make.empty(rows, np.int64),
        called=make.empty(rows, np.bool_),
        seen_last=make.empty(rows, np.int32),
        most=make.empty(rows, np.float64),
        total=make.empty(rows, np.float64),
        since=make.empty(rows, np.float64),
        until=make.empty(rows, np.float64),
        seen_time=make.empty(sightings, np.float64),
        seen_minutes=make.empty(sightings, np.float64),
        seen_near=make.empty(sightings, np.int8),
        seen_previous=make.empty(sightings, np.int32),
        listed=make.empty(rows, np.int64),
        chosen=make.empty(rows, np.int64),
        chance=make.empty(rows, np.float64),
        word=make.empty(rows, np.int64),
        infection=make.empty(rows, np.int64),
        first=make.empty(rows, np.bool_),
        slot=make.full(slots, -1, np.int32),
        mask=make.full(1, slots - 1, np.int64),
        window=make.zeros(5, np.int64),
        asked=make.zeros(4, np.float64),
        bound=make.zeros(NEAR + 1, np.float64),
    )


def new_tally(people: int, days: int, instruments: int, list_rows: int, make: Any = np) -> Tally:
    """Zeroed counters."""
    return Tally(
        daily=make.zeros((len(DAILY), days), np.int64),
        instrument=make.zeros((instruments, len(BY_INSTRUMENT)), np.float64),
        instrument_daily=make.zeros((instruments, len(INSTRUMENT_DAILY), days), np.int64),
        delays=make.zeros((instruments, DELAY_BINS), np.int64),
        opened=make.zeros(people if instruments else 0, np.uint8),
        blocked_by=make.zeros(LISTED + instruments, np.int64),
        list_rows=make.empty((list_rows, len(LIST_COLUMNS)), np.int64),
        list_time=make.empty(list_rows, np.float64),
        list_minutes=make.empty(list_rows, np.float64),
        list_met_minutes=make.empty(list_rows, np.float64),
        counted=make.zeros(1, np.int64),
    )


def new_scratch(room: int, make: Any = np) -> Scratch:
    """Room for one bucket of `room` events."""
    return Scratch(
        time=make.empty(room, np.float64),
        word=make.empty((room, 2), np.int64),
        time_sorted=make.empty(room, np.float64),
        word_sorted=make.empty((room, 2), np.int64),
        rank=make.empty(room + 1, np.int64),
        words=make.zeros((7, room), np.int64),
        batch=Batch(**_columns(make, BATCH_COLUMNS)),
        infectors=Infectors(**_columns(make, INFECTOR_COLUMNS, INFECTOR_BUFFER)),
        circles=Circles(**_columns(make, CIRCLE_COLUMNS, 2 * INFECTOR_BUFFER)),
        stubs=Stubs(**_columns(make, STUB_COLUMNS)),
    )


def new_question(city: City, policy: Policy, days: int, make: Any = np) -> Question:
    """Room for one tracing question."""
    most = busiest(city, policy, days)
    rows = dict.fromkeys(PLACE_COLUMNS, most.fours)
    rows |= {"at": most.meetings + 4, "toss": most.meetings + 4}
    rows |= {"left": most.window, "stays": most.window}
    places: dict[str, Any] = {
        name: make.empty(rows[name], kind) for name, kind in PLACE_COLUMNS.items()
    }
    return Question(
        diary=new_diary(most, make),
        places=Places(**places),
        meetings=Meetings(**_columns(make, MEETING_COLUMNS)),
        stubs=Stubs(**_columns(make, STUB_COLUMNS)),
    )


def _columns(make: Any, kinds: dict[str, Any], rows: int = CANDIDATE_BUFFER) -> dict[str, Any]:
    return {name: make.empty(rows, kind) for name, kind in kinds.items()}
