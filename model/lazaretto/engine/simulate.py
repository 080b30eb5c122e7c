"""One run: make room, call the loop for the days between changes of policy, and start again with
more room in the rare case that it was too small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._jit import only_version
from ..population.city import City
from ..world.codes import (
    ACTIONS_TAKEN,
    FILES,
    GIVEN,
    INFECTIONS,
    ORDERS_MADE,
    OUTINGS,
    SEVERE,
    STAYS,
)
from ..world.queue import BLOCK, CURRENT, FULL, LATE, USED, new_queue
from ..world.scratch import Question, Scratch
from ..world.shelf import shelf
from ..world.state import History, Raw, Records, World
from ..world.stated import Policy, Rates
from .growth import Room, more_room
from .loop import follow
from .parts import Chains, Span, Start
from .room import (
    grow,
    merge_sizes,
    new_history,
    new_question,
    new_records,
    new_scratch,
    new_tally,
    sizes_of,
)

NONE = np.zeros(0, np.int64)
NOTHING = np.zeros(0, np.int32)
NO_SCORES = np.zeros(0)
NO_CHAINS = Chains(0, NONE, NONE, NONE)
LIST_ROWS = 1 << 16
LISTS = ("list_rows", "list_time", "list_minutes", "list_met_minutes")  # of the tally
# fields with one row per infection, file, order and action of the ladder; cut to length at the end
BY_INFECTION = tuple(
    name
    for name in History._fields
    if name not in ("status", "infection_of", "episode", "generation", "last_generation", "counted")
    and not name.startswith("severe_")
)
BY_SEVERE = tuple(name for name in History._fields if name.startswith("severe_"))
BY_STAY = tuple(name for name in Records._fields if name.startswith("stay_"))
BY_GIVEN = tuple(name for name in Records._fields if name.startswith("given_"))
BY_ORDER = tuple(name for name in Records._fields if name.startswith("order_"))
BY_ACTION = tuple(name for name in Records._fields if name.startswith("action_"))
_FIRST, _LAST = Records._fields.index("person"), Records._fields.index("last_stay")
WATCHED = ("watched_until", "watched_by", "watch_order", "watch_onset")
BY_FILE = Records._fields[_FIRST : _LAST + 1] + WATCHED
BY_ACTION_TOO = ("action_wrong", "action_false")  # of Conduct; and what is by neither
NEITHER = (
    "false_notes",
    "housed",
    "wrong_in_area",
    "wrong_as_of",
    "own_score",
    "home_score",
    "contacts_kept",
    "protected",
)
BY_OUTING = ("outing_order", "outing_from")
NOT_BY_ORDER = BY_ACTION_TOO + BY_OUTING + NEITHER


def buckets_per_day(people: int) -> int:
    """About an hour for a hundred thousand people; longer for fewer, so that buckets are not empty,
    and shorter for more, so that a bucket at the peak fits the cache."""
    return int(np.clip(people // 8000, 4, 120))


@dataclass
class Underway:
    """A run under way: its settings by day, and its arrays between two days.

    `settings` holds all that has been in force, as (from which day, rates, policy): where some room
    proves too small, the run is made again from the start with more of it, which gives the same.
    """

    city: City
    seed: int
    start: Start
    days: int
    per_day: int
    keep_lists: bool
    settings: list[tuple[int, Rates, Policy]]
    room: Room
    history: History
    world: World
    scratch: Scratch
    question: Question
    changed: bool = False  # the policy is another since the last piece
    home_bounds: int = 1  # bounds of contacts at home that the last piece knew
    # the compiled `follow`, once a piece has shown which it is: calling it does without looking up
    # the types of some 300 arrays, most of what a short piece costs
    compiled: Any = None

    @property
    def day(self) -> int:
        """How many days are over: what the queue has worked through, so that it is true whenever
        Python is interrupted."""
        return int(self.world.queue.state[CURRENT] + 1) // self.per_day


def begin_run(
    city: City,
    rates: Rates,
    policy: Policy,
    seed: int,
    start: Start,
    days: int,
    keep_lists: bool = False,
    per_day: int | None = None,
) -> Underway:
    """A run of `days` whole days at the beginning of day 0. per_day: buckets a day of the queue
    (speed only; no result depends on it)."""
    people, each = city.people, per_day or buckets_per_day(city.people)
    room = Room(
        infections=people,
        events=2 * people + 4096,
        late=4096 + people // 16,
        bucket=people // 4 + 4096,
        list_rows=LIST_ROWS if keep_lists else 0,
        sizes=sizes_of(city, policy, days),
    )
    settings = [(0, rates, policy)]
    arrays = _make_arrays(city, seed, days, each, settings[0], room)
    return Underway(city, seed, start, days, each, keep_lists, settings, room, *arrays)


def advance(run: Underway, to_day: int) -> None:
    """Simulate until the beginning of that day, in place."""
    while run.day < to_day and not _piece(run, to_day):
        _start_again(run)


def change_policy(run: Underway, rates: Rates, policy: Policy) -> None:
    """Put another policy (of `phases.next_standing`) in force from the day that begins."""
    run.settings.append((run.day, rates, policy))
    _take_up(run, rates, policy)


def _piece(run: Underway, to_day: int) -> bool:
    """Simulate until that day; False where some room was too small."""
    span = Span(run.day, to_day, run.changed, run.home_bounds)
    go = run.compiled or follow
    go(run.world, run.history, run.scratch, run.question, run.start, span, NO_CHAINS)
    if run.compiled is None and run.day < run.days:
        run.compiled = only_version(follow)
    full = run.world.queue.state[FULL] != 0
    if full or (run.keep_lists and run.world.tally.counted[0] == run.room.list_rows):
        return False
    run.changed, run.home_bounds = False, len(run.world.policy.home_bounds)
    return True


def _start_again(run: Underway) -> None:
    """Simulate again from day 0 with more room, until the last change of policy."""
    again = run
    while True:
        room = more_room(again.room, again.world, again.history)
        made = _make_arrays(run.city, run.seed, run.days, run.per_day, run.settings[0], room)
        history, world, scratch, question = made
        again = replace(
            run,
            room=room,
            history=history,
            world=world,
            scratch=scratch,
            question=question,
            changed=False,
            home_bounds=1,
            compiled=None,
        )
        if _replay(again):
            break
    run.room, run.world, run.history = again.room, again.world, again.history
    run.scratch, run.question = again.scratch, again.question
    run.changed, run.home_bounds, run.compiled = again.changed, again.home_bounds, None


def _replay(run: Underway) -> bool:
    """Go through the changes of policy so far; False where some room was too small."""
    for day, rates, policy in run.settings[1:]:
        if run.day < day and not _piece(run, day):
            return False
        _take_up(run, rates, policy)
    return True


def _make_arrays(
    city: City, seed: int, days: int, per_day: int, setting: tuple[int, Rates, Policy], room: Room
) -> tuple[History, World, Scratch, Question]:
    _, rates, policy = setting
    make = shelf()
    history = new_history(city.people, policy.active, rates.waning, room.infections, make=make)
    records, conduct = new_records(room.sizes, make)
    tally = new_tally(city.people, days, room.sizes.instruments, room.list_rows, make)
    queue = new_queue(days, per_day, room.events, room.late, make)
    world = World(city, rates, policy, seed, records, conduct, queue, tally)
    scratch = new_scratch(room.bucket, make)
    return history, world, scratch, new_question(city, policy, days, make)


def _take_up(run: Underway, rates: Rates, policy: Policy) -> None:
    """The arrays with room for what the new policy brings."""
    sizes = merge_sizes(run.room.sizes, sizes_of(run.city, policy, run.days))
    world = grow(run.world, sizes)
    run.room = run.room._replace(sizes=sizes)
    run.world = world._replace(rates=rates, policy=policy)
    run.question = new_question(run.city, policy, run.days)
    run.changed, run.compiled = True, None


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
    """Simulate one run of one policy for `days` whole days; see `loop` for the order of events.

    initial: number of random first infections, or `first`: the people themselves. per_day: buckets
    a day of the queue (speed only; no result depends on it).
    """
    run = begin_run(city, rates, policy, seed, Start(initial, first), days, keep_lists, per_day)
    advance(run, days)
    return leave(run)


def leave(run: Underway) -> Raw:
    """What the run leaves behind, cut to length."""
    return _cut(run.history, run.world, run.days)


def _cut(history: History, world: World, days: int) -> Raw:
    records, conduct, tally = world.records, world.conduct, world.tally
    infections, listed = int(history.counted[INFECTIONS]), int(tally.counted[0])
    files, orders, actions = (int(records.counted[n]) for n in (FILES, ORDERS_MADE, ACTIONS_TAKEN))
    by_order = [name for name in conduct._fields if name not in NOT_BY_ORDER]
    of_conduct = dict.fromkeys(by_order, orders) | dict.fromkeys(BY_ACTION_TOO, actions)
    of_conduct |= dict.fromkeys(BY_OUTING, int(records.counted[OUTINGS]))
    return Raw(
        history=history._replace(
            **_firsts(history, dict.fromkeys(BY_INFECTION, infections)),
            **_firsts(history, dict.fromkeys(BY_SEVERE, int(history.counted[SEVERE]))),
        ),
        records=records._replace(
            **_firsts(records, dict.fromkeys(BY_FILE, files)),
            **_firsts(records, dict.fromkeys(BY_ORDER, orders)),
            **_firsts(records, dict.fromkeys(BY_ACTION, actions)),
            **_firsts(records, dict.fromkeys(BY_STAY, int(records.counted[STAYS]))),
            **_firsts(records, dict.fromkeys(BY_GIVEN, int(records.counted[GIVEN]))),
            known_last=NOTHING,
            known_pair=NONE,
            known_previous=NOTHING,
        ),
        conduct=conduct._replace(
            **_firsts(conduct, of_conduct), own_score=NO_SCORES, home_score=NO_SCORES
        ),
        tally=tally._replace(**_firsts(tally, dict.fromkeys(LISTS, listed))),
        days=days,
    )


def used_rows(history: History, world: World) -> dict[str, dict[str, int]]:
    """How many first rows of the arrays of each part are in use, where not all are."""
    records, tally = world.records, world.tally
    files, orders, pairs, actions, stays, given, outings = (int(n) for n in records.counted)
    infections, listed = int(history.counted[INFECTIONS]), int(tally.counted[0])
    blocks = int(world.queue.state[USED])
    return {
        "history": {
            **{n: infections for n in BY_INFECTION if len(getattr(history, n))},
            **dict.fromkeys(BY_SEVERE, int(history.counted[SEVERE])),
        },
        "records": {
            **{n: files for n in BY_FILE if len(getattr(records, n))},
            **dict.fromkeys(BY_ORDER, orders),
            **dict.fromkeys(BY_ACTION, actions),
            **dict.fromkeys(BY_STAY, stays),
            **dict.fromkeys(BY_GIVEN, given),
            **dict.fromkeys(("known_pair", "known_previous"), pairs),
        },
        "conduct": {
            **{n: orders for n in world.conduct._fields if n not in NOT_BY_ORDER},
            **dict.fromkeys(BY_ACTION_TOO, actions),
            **dict.fromkeys(BY_OUTING, outings),
        },
        "tally": dict.fromkeys(LISTS, listed),
        "queue": {
            "word": blocks * BLOCK,
            "follow": blocks,
            "late_time": int(world.queue.state[LATE]),
            "late_word": int(world.queue.state[LATE]),
        },
    }


def parts_of(run: Underway) -> dict[str, Any]:
    """The parts of a run's state, by name."""
    world = run.world
    return {
        "history": run.history,
        "records": world.records,
        "conduct": world.conduct,
        "tally": world.tally,
        "queue": world.queue,
    }


def arrays_of(run: Underway) -> Iterator[tuple[str, str, NDArray[Any], int]]:
    """(part, name, array, how many first rows are in use) of all that a run's state holds. The
    queue's times are another view of its words."""
    used = used_rows(run.history, run.world)
    for part, state in parts_of(run).items():
        for name, array in state._asdict().items():
            if isinstance(array, np.ndarray) and (part, name) != ("queue", "time"):
                yield part, name, array, min(len(array), used[part].get(name, len(array)))


def with_arrays(run: Underway, arrays: dict[tuple[str, str], NDArray[Any]]) -> Underway:
    """The run with those arrays in its state, and room of its own to work in."""
    parts = {}
    for part, state in parts_of(run).items():
        own = {name: array for (of, name), array in arrays.items() if of == part}
        if part == "queue":
            own["time"] = own["word"].view(np.float64)
        parts[part] = state._replace(**own)
    world = run.world._replace(**{name: parts[name] for name in parts if name != "history"})
    return replace(
        run,
        settings=list(run.settings),
        history=parts["history"],
        world=world,
        scratch=new_scratch(run.room.bucket),
        question=new_question(run.city, world.policy, run.days),
        compiled=None,
    )


def copy_run(run: Underway) -> Underway:
    """The same run, to go on apart."""
    arrays = {}
    for part, name, array, rows in arrays_of(run):
        own = np.empty_like(array)
        own[:rows] = array[:rows]
        arrays[part, name] = own
    return with_arrays(run, arrays)


def _firsts(state: Any, rows: dict[str, int]) -> dict[str, Any]:
    """The first rows of each named array: a view where most of it is in use, else a copy, so that
    the rest is given back."""
    found = {}
    for name, count in rows.items():
        part = getattr(state, name)
        found[name] = part[:count] if 2 * count >= len(part) else part[:count].copy()
    return found
