"""One run: allocate, call the loop, and start again with more room in the rare case that the queue
was too small."""

from __future__ import annotations

from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from ..contacts.community import Stubs
from ..population.city import City
from ..population.stubs import MOST_STUBS
from .loop import follow
from .queue import FULL, new_queue
from .state import (
    BY_INSTRUMENT,
    DAILY,
    DELAY_BINS,
    LISTED,
    MONITOR,
    Batch,
    Conduct,
    Diary,
    Floats,
    History,
    Policy,
    Rates,
    Raw,
    Records,
    Scratch,
    Tally,
)
from .tracing import LONGEST_WAIT

CANDIDATE_BUFFER = 512
BATCH_COLUMNS, STUB_COLUMNS = (
    {
        name: np.float64 if hint in (Floats, NDArray[np.float64]) else np.int64
        for name, hint in get_type_hints(kind).items()
    }
    for kind in (Batch, Stubs)
)
NONE = np.zeros(0, np.int64)
NOTHING = np.zeros(0, np.int32)
LIST_ROWS = 1 << 16


def new_history(
    people: int,
    policy: bool,
    generations: bool = False,
    waning: bool = False,
    rows: int | None = None,
) -> History:
    """Room for `rows` infections (everybody once); pages are only taken when touched."""
    rows = people if rows is None else rows
    return History(
        status=np.zeros(people, np.uint8),
        infection_of=np.full(people if policy or waning else 0, -1, np.int32),
        episode=np.zeros(people if waning else 0, np.uint8),
        person=np.empty(rows, np.int32),
        source=np.empty(rows, np.int32),
        layer=np.empty(rows, np.int8),
        generation=np.empty(rows if generations else 0, np.int16),
        time=np.empty(rows, np.float64),
        infectious=np.empty(rows, np.float64),
        onset=np.empty(rows, np.float64),
        symptomatic=np.empty(rows, np.bool_),
        end=np.empty(rows, np.float64),
        strength=np.empty(rows, np.float32),
        again=np.empty(rows if waning else 0, np.float64),
        luck=np.empty(rows, np.uint32),
        counted=np.zeros(2, np.int64),
    )


def new_records(
    people: int,
    orders: int,
    instruments: int,
    known: int = 0,
    actions: int = 0,
    days: int = 0,
    measures: int = 0,
    areas: int = 0,
    watched: int = 0,
) -> tuple[Records, Conduct]:
    """Empty files for `people` people (0 without a policy) and room for `orders` orders and
    `actions` actions of the ladder. known: room for pairs of case and listed person (0 where one
    instrument cannot list anybody twice); watched: `people`, or 0 where nobody is monitored. Pages
    are only taken when touched."""
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
        sanctions=np.empty(people, np.int32),
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
        queue_free=np.zeros(instruments + 1, np.float64),
        known_last=np.full(people if known else 0, -1, np.int32),
        known_pair=np.empty(known, np.int64),
        known_previous=np.empty(known, np.int32),
        action_person=np.empty(actions, np.int32),
        action_order=np.empty(actions, np.int32),
        action_kind=np.empty(actions, np.int8),
        action_time=np.empty(actions, np.float64),
        action_corrected=np.empty(actions, np.float64),
        action_number=np.empty(actions, np.int32),
        in_force=np.zeros((measures, days), np.uint8),
        cases_by_day=np.zeros(days, np.int64),
        beds_change=np.zeros(days + 1, np.int64),
        counted=np.zeros(4, np.int64),
    )
    conduct = Conduct(
        full=np.empty(orders, np.bool_),
        factor=np.empty(orders, np.float64),
        tempted=np.empty(orders, np.float64),
        breach_start=np.empty(orders, np.float64),
        breach_until=np.empty(orders, np.float64),
        breach_days=np.empty(orders, np.int64),
        breached=np.empty(orders, np.float64),
        looked_to=np.empty(orders, np.int32),
        pending=np.empty(orders, np.bool_),
        facility_from=np.empty(orders, np.float64),
        facility_until=np.empty(orders, np.float64),
        action_wrong=np.empty(actions, np.bool_),
        wrong_in_area=np.zeros(areas, np.int64),
    )
    return records, conduct


def new_diary(city: City, policy: Policy, days: int) -> Diary:
    """Scratch for one tracing query, large enough for the busiest person over the longest
    window."""
    if len(policy.kind) == 0:
        rows, window = 1, 1
    else:
        window = min(days, int(policy.backward.max()) + LONGEST_WAIT) + 2
        household = int(np.diff(city.household_start).max(initial=0))
        group = int(np.diff(city.group_start).max(initial=0))
        degree = int(np.diff(city.link_start).max(initial=0)) if len(city.link) else 0
        stubs = int(city.stubs.max(initial=0))
        observed = int(np.diff(city.contact_start).max(initial=0)) * window
        site = int(np.diff(city.site_start).max(initial=0))
        rows = (
            household
            + group
            + site
            + degree
            + observed
            + (min(MOST_STUBS, stubs) + int(policy.colocation_slots.max())) * window
            + int(np.ceil(policy.remote_ties.max()))
            + int(np.diff(city.call_start).max(initial=0))
            + 1
        )
    slots = 1 << max(4, (2 * rows - 1).bit_length())
    return Diary(
        person=np.empty(rows, np.int64),
        minutes=np.empty(rows, np.float64),
        longest=np.empty(rows, np.float64),
        dwell=np.empty(rows, np.float64),
        layer=np.empty(rows, np.int8),
        days=np.empty(rows, np.int64),
        own=np.empty((2, window), np.float64),
        listed=np.empty(rows, np.int64),
        chosen=np.empty(rows, np.int64),
        chance=np.empty(rows, np.float64),
        word=np.empty(rows, np.int64),
        infection=np.empty(rows, np.int64),
        first=np.empty(rows, np.bool_),
        slot=np.full(slots, -1, np.int32),
        mask=np.array([slots - 1], np.int64),
    )


def new_tally(people: int, days: int, instruments: int, list_rows: int) -> Tally:
    """Zeroed counters."""
    return Tally(
        daily=np.zeros((len(DAILY), days), np.int64),
        instrument=np.zeros((instruments, len(BY_INSTRUMENT)), np.float64),
        instrument_daily=np.zeros((instruments, 4, days), np.int64),
        delays=np.zeros((instruments, DELAY_BINS), np.int64),
        opened=np.zeros(people if instruments else 0, np.uint8),
        blocked_by=np.zeros(LISTED + instruments, np.int64),
        list_rows=np.empty((list_rows, 4), np.int64),
        list_time=np.empty(list_rows, np.float64),
        list_minutes=np.empty(list_rows, np.float64),
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
        stubs=Stubs(**_columns(STUB_COLUMNS)),
    )


def _columns(kinds: dict[str, Any]) -> dict[str, Any]:
    return {name: np.empty(CANDIDATE_BUFFER, kind) for name, kind in kinds.items()}


def buckets_per_day(people: int) -> int:
    """About an hour for a hundred thousand people; longer for fewer, so that buckets are not empty,
    and shorter for more, so that a bucket at the peak fits the cache."""
    return int(np.clip(people // 8000, 4, 120))


def run_once(
    city: City,
    rates: Rates,
    policy: Policy,
    seed: int,
    initial: int,
    days: int,
    keep_lists: bool = False,
    first: NDArray[np.int64] = NONE,
    per_day: int | None = None,
) -> Raw:
    """Simulate one run for `days` whole days; see `loop` for the order of events.

    initial: number of random first infections, or `first`: the people themselves. per_day: buckets
    a day of the queue (speed only; no result depends on it).
    """
    people = infections = city.people
    events, late, orders, room = (
        2 * people + 4096,
        4096 + people // 16,
        4 * people + 64,
        people // 4 + 4096,
    )
    list_rows = LIST_ROWS if keep_lists else 0
    known = 16 * people + 4096 if len(policy.kind) > 1 else 0
    actions = people // 4 + 64 if len(policy.rung_at) else 0
    areas = len(city.area_start) - 1
    while True:
        history = new_history(people, policy.active, waning=rates.waning, rows=infections)
        records, conduct = new_records(
            people if policy.active else 0,
            orders if policy.active else 0,
            len(policy.kind),
            known,
            actions,
            days,
            len(policy.measure_start),
            areas,
            people if (policy.instruction == MONITOR).any() else 0,
        )
        tally = new_tally(people, days, len(policy.kind), list_rows)
        queue = new_queue(days, per_day or buckets_per_day(people), events, late)
        diary = new_diary(city, policy, days)
        scratch = new_scratch(room)
        follow(
            city,
            rates,
            policy,
            seed,
            initial,
            first,
            0,
            NONE,
            NONE,
            NONE,
            history,
            records,
            conduct,
            queue,
            tally,
            diary,
            scratch,
        )
        if queue.state[FULL] == 0 and not (keep_lists and tally.counted[0] == list_rows):
            return _cut(history, records, conduct, tally, days)
        infections *= 2 if rates.waning else 1
        events, late, orders, room, list_rows, known = (
            2 * events,
            2 * late,
            2 * orders,
            2 * room,
            4 * list_rows,
            4 * known,
        )
        actions *= 4


def _cut(history: History, records: Records, conduct: Conduct, tally: Tally, days: int) -> Raw:
    infections, (files, orders), rows = (
        int(history.counted[0]),
        map(int, records.counted[:2]),
        int(tally.counted[0]),
    )
    by_infection = (
        "person",
        "source",
        "layer",
        "time",
        "infectious",
        "onset",
        "symptomatic",
        "end",
        "strength",
        "luck",
    ) + (("again",) if len(history.again) else ())
    actions = int(records.counted[3])
    by_file = (
        "person",
        "tests",
        "reported_onset",
        "confirmed",
        "last_order",
        "detections",
        "orders",
        "traced",
        "last_listed",
        "sanctions",
    ) + (
        ("watched_until", "watched_by", "watch_order", "watch_onset")
        if len(records.watched_until)
        else ()
    )
    by_order = (
        "order_person",
        "order_previous",
        "order_pathway",
        "order_start",
        "order_until",
        "order_sibling",
    )
    by_action = (
        "action_person",
        "action_order",
        "action_kind",
        "action_time",
        "action_corrected",
        "action_number",
    )
    of_conduct = dict.fromkeys(conduct._fields, orders) | {
        "action_wrong": actions,
        "wrong_in_area": len(conduct.wrong_in_area),
    }
    return Raw(
        history=history._replace(
            **{name: _first(getattr(history, name), infections) for name in by_infection}
        ),
        records=records._replace(
            **{name: _first(getattr(records, name), files) for name in by_file},
            **{name: _first(getattr(records, name), orders) for name in by_order},
            **{name: _first(getattr(records, name), actions) for name in by_action},
            known_last=NOTHING,
            known_pair=NONE,
            known_previous=NOTHING,
        ),
        conduct=conduct._replace(
            **{name: _first(getattr(conduct, name), rows) for name, rows in of_conduct.items()}
        ),
        tally=tally._replace(
            list_rows=_first(tally.list_rows, rows),
            list_time=_first(tally.list_time, rows),
            list_minutes=_first(tally.list_minutes, rows),
        ),
        days=days,
    )


def _first(part: NDArray[Any], rows: int) -> NDArray[Any]:
    """The first `rows` rows: a view where most of the array is in use, else a copy, so that the
    rest is given back."""
    return part[:rows] if 2 * rows >= len(part) else part[:rows].copy()
