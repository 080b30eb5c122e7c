"""Room for a run: empty state, and scratch to work in."""

from __future__ import annotations

from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from ..contacts.community import Stubs
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
) -> History:
    """Room for `rows` infections (everybody once); pages are only taken when touched.
    last_generation: whose infections infect nobody."""
    rows = people if rows is None else rows
    return History(
        status=np.zeros(people, np.uint8),
        infection_of=np.full(people if policy or waning else 0, -1, np.int32),
        episode=np.zeros(people if waning else 0, np.uint8),
        person=np.empty(rows, np.int32),
        source=np.empty(rows, np.int32),
        layer=np.empty(rows, np.int8),
        generation=np.empty(rows if last_generation < ALL_GENERATIONS else 0, np.int16),
        time=np.empty(rows, np.float64),
        infectious=np.empty(rows, np.float64),
        onset=np.empty(rows, np.float64),
        symptomatic=np.empty(rows, np.bool_),
        end=np.empty(rows, np.float64),
        strength=np.empty(rows, np.float32),
        again=np.empty(rows if waning else 0, np.float64),
        luck=np.empty(rows, np.uint32),
        severe_row=np.empty(rows, np.int32),
        **{name: np.empty(rows, np.float64) for name in SEVERE_TIMES},
        last_generation=last_generation,
        counted=np.zeros(3, np.int64),
    )


def new_records(sizes: Sizes) -> tuple[Records, Conduct]:
    """Empty files. Pages are only taken when touched."""
    people, orders, actions = sizes.people, sizes.orders, sizes.actions
    known, watched, days, given = sizes.known, sizes.watched, sizes.days, sizes.given
    records = Records(
        file_of=np.full(people, -1, np.int32),
        person=np.empty(people, np.int32),
        tests=np.empty(people, np.int32),
        reported_onset=np.empty(people, np.float64),
        confirmed=np.empty(people, np.float64),
        last_order=np.empty(people, np.int32),
        detections=np.empty(people, np.int32),
        orders=np.empty(people, np.int32),
        traced=np.empty(people, np.float64),
        last_listed=np.empty(people, np.int32),
        sample=np.empty(people, np.int32),
        sampled=np.empty(people, np.float64),
        found_by=np.empty(people, np.int8),
        sanctions=np.empty(people, np.int32),
        died=np.empty(people, np.float64),
        last_stay=np.empty(people, np.int32),
        order_person=np.empty(orders, np.int32),
        order_previous=np.empty(orders, np.int32),
        order_pathway=np.empty(orders, np.int8),
        order_start=np.empty(orders, np.float64),
        order_until=np.empty(orders, np.float64),
        order_sibling=np.empty(orders, np.int32),
        watched_until=np.empty(watched, np.float64),
        watched_by=np.empty(watched, np.int8),
        watch_order=np.empty(watched, np.int32),
        watch_onset=np.empty(watched, np.float64),
        queue_free=np.zeros(sizes.instruments + 1, np.float64),
        desk_free=np.zeros(1, np.float64),
        known_last=np.full(people if known else 0, -1, np.int32),
        known_pair=np.empty(known, np.int64),
        known_previous=np.empty(known, np.int32),
        action_person=np.empty(actions, np.int32),
        action_order=np.empty(actions, np.int32),
        action_kind=np.empty(actions, np.int8),
        action_time=np.empty(actions, np.float64),
        action_corrected=np.empty(actions, np.float64),
        action_number=np.empty(actions, np.int32),
        in_force=np.zeros((sizes.measures, days), np.uint8),
        cases_by_day=np.zeros(days, np.int64),
        beds_change=np.zeros(days + 1, np.int64),
        deaths_by_day=np.zeros(days, np.int64),
        in_bed=np.zeros(2, np.int64),
        stay_previous=np.empty(sizes.stays, np.int32),
        stay_from=np.empty(sizes.stays, np.float64),
        stay_until=np.empty(sizes.stays, np.float64),
        stay_kept=np.empty(sizes.stays, np.float64),
        results_by_day=np.zeros(days, np.int64),
        result_wait=np.zeros(days, np.float64),
        given_person=np.empty(given, np.int32),
        given_pathway=np.empty(given, np.int8),
        given_index=np.empty(given, np.int32),
        given_order=np.empty(given, np.int32),
        given_time=np.empty(given, np.float64),
        given_days=np.empty(given, np.float64),
        stand_in=np.full(sizes.stand_ins, -1, np.int32),
        counted=np.zeros(7, np.int64),
    )
    conduct = Conduct(
        full=np.empty(orders, np.bool_),
        factor=np.empty(orders, np.float64),
        tires=np.empty(orders, np.float64),
        tempted=np.empty(orders, np.float64),
        dropped=np.empty(orders, np.float64),
        device=np.empty(orders, np.int8),
        alarms=np.empty(orders, np.float64),
        breach_start=np.empty(orders, np.float64),
        breach_until=np.empty(orders, np.float64),
        breach_days=np.empty(orders, np.int64),
        breached=np.empty(orders, np.float64),
        looked_to=np.empty(orders, np.int32),
        check_day=np.empty(orders, np.int32),
        term=np.empty(orders, np.int16),
        facility_from=np.empty(orders, np.float64),
        facility_until=np.empty(orders, np.float64),
        first_in=np.empty(orders, np.float64),
        stayed=np.empty(orders, np.float64),
        stays=np.empty(orders, np.int16),
        absconds=np.empty(orders, np.float64),
        waits=np.empty(orders, np.bool_),
        refused=np.empty(orders, np.int8),
        outing_order=np.empty(orders, np.int32),
        outing_from=np.empty(orders, np.float64),
        action_wrong=np.empty(actions, np.int8),
        action_false=np.empty(actions, np.bool_),
        false_notes=np.zeros(people, np.int32),
        housed=np.zeros(1, np.int64),
        wrong_in_area=np.zeros(sizes.areas, np.float64),
        wrong_as_of=np.zeros(sizes.areas, np.float64),
        contacts_kept=np.ones(days, np.float64),
        protected=np.zeros(days, np.float64),
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


def new_diary(most: Busiest) -> Diary:
    """Scratch for one tracing query."""
    rows, sightings = most.rows, most.meetings
    slots = 1 << max(4, (2 * rows - 1).bit_length())
    return Diary(
        person=np.empty(rows, np.int64),
        minutes=np.empty(rows, np.float64),
        longest=np.empty(rows, np.float64),
        exposed=np.empty(rows, np.float64),
        layer=np.empty(rows, np.int8),
        days=np.empty(rows, np.int64),
        called=np.empty(rows, np.bool_),
        seen_last=np.empty(rows, np.int32),
        most=np.empty(rows, np.float64),
        total=np.empty(rows, np.float64),
        since=np.empty(rows, np.float64),
        until=np.empty(rows, np.float64),
        seen_time=np.empty(sightings, np.float64),
        seen_minutes=np.empty(sightings, np.float64),
        seen_near=np.empty(sightings, np.int8),
        seen_previous=np.empty(sightings, np.int32),
        listed=np.empty(rows, np.int64),
        chosen=np.empty(rows, np.int64),
        chance=np.empty(rows, np.float64),
        word=np.empty(rows, np.int64),
        infection=np.empty(rows, np.int64),
        first=np.empty(rows, np.bool_),
        slot=np.full(slots, -1, np.int32),
        mask=np.array([slots - 1], np.int64),
        window=np.zeros(5, np.int64),
        asked=np.zeros(4, np.float64),
        bound=np.zeros(NEAR + 1, np.float64),
    )


def new_tally(people: int, days: int, instruments: int, list_rows: int) -> Tally:
    """Zeroed counters."""
    return Tally(
        daily=np.zeros((len(DAILY), days), np.int64),
        instrument=np.zeros((instruments, len(BY_INSTRUMENT)), np.float64),
        instrument_daily=np.zeros((instruments, len(INSTRUMENT_DAILY), days), np.int64),
        delays=np.zeros((instruments, DELAY_BINS), np.int64),
        opened=np.zeros(people if instruments else 0, np.uint8),
        blocked_by=np.zeros(LISTED + instruments, np.int64),
        list_rows=np.empty((list_rows, len(LIST_COLUMNS)), np.int64),
        list_time=np.empty(list_rows, np.float64),
        list_minutes=np.empty(list_rows, np.float64),
        list_met_minutes=np.empty(list_rows, np.float64),
        counted=np.zeros(1, np.int64),
    )


def new_scratch(room: int) -> Scratch:
    """Room for one bucket of `room` events."""
    return Scratch(
        time=np.empty(room, np.float64),
        word=np.empty((room, 2), np.int64),
        time_sorted=np.empty(room, np.float64),
        word_sorted=np.empty((room, 2), np.int64),
        rank=np.empty(room + 1, np.int64),
        words=np.zeros((7, room), np.int64),
        batch=Batch(**_columns(BATCH_COLUMNS)),
        infectors=Infectors(**_columns(INFECTOR_COLUMNS, INFECTOR_BUFFER)),
        circles=Circles(**_columns(CIRCLE_COLUMNS, 2 * INFECTOR_BUFFER)),
        stubs=Stubs(**_columns(STUB_COLUMNS)),
    )


def new_question(city: City, policy: Policy, days: int) -> Question:
    """Room for one tracing question."""
    most = busiest(city, policy, days)
    rows = dict.fromkeys(PLACE_COLUMNS, most.fours)
    rows |= {"at": most.meetings + 4, "toss": most.meetings + 4}
    rows |= {"left": most.window, "stays": most.window}
    places: dict[str, Any] = {
        name: np.empty(rows[name], kind) for name, kind in PLACE_COLUMNS.items()
    }
    return Question(
        diary=new_diary(most),
        places=Places(**places),
        meetings=Meetings(**_columns(MEETING_COLUMNS)),
        stubs=Stubs(**_columns(STUB_COLUMNS)),
    )


def _columns(kinds: dict[str, Any], rows: int = CANDIDATE_BUFFER) -> dict[str, Any]:
    return {name: np.empty(rows, kind) for name, kind in kinds.items()}
