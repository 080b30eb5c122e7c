"""One run: make room, call the loop, and start again with more room in the rare case that it was
too small."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..population.city import City
from ..world.codes import ACTIONS_TAKEN, FILES, INFECTIONS, ORDERS_MADE
from ..world.queue import FULL, new_queue
from ..world.state import History, Raw, Records, World
from ..world.stated import Policy, Rates
from .loop import Chains, Start, follow
from .room import new_history, new_question, new_records, new_scratch, new_tally, sizes_of

NONE = np.zeros(0, np.int64)
NOTHING = np.zeros(0, np.int32)
NO_CHAINS = Chains(0, NONE, NONE, NONE)
LIST_ROWS = 1 << 16
# fields with one row per infection, file, order and action of the ladder; cut to length at the end
BY_INFECTION = tuple(
    name
    for name in History._fields
    if name not in ("status", "infection_of", "episode", "generation", "last_generation", "counted")
)
BY_ORDER = tuple(name for name in Records._fields if name.startswith("order_"))
BY_ACTION = tuple(name for name in Records._fields if name.startswith("action_"))
_FIRST, _LAST = Records._fields.index("person"), Records._fields.index("sanctions")
WATCHED = ("watched_until", "watched_by", "watch_order", "watch_onset")
BY_FILE = Records._fields[_FIRST : _LAST + 1] + WATCHED


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
    events, late, bucket = 2 * people + 4096, 4096 + people // 16, people // 4 + 4096
    list_rows = LIST_ROWS if keep_lists else 0
    sizes = sizes_of(city, policy, days)
    while True:
        history = new_history(people, policy.active, waning=rates.waning, rows=infections)
        records, conduct = new_records(sizes)
        tally = new_tally(people, days, sizes.instruments, list_rows)
        queue = new_queue(days, per_day or buckets_per_day(people), events, late)
        world = World(city, rates, policy, seed, records, conduct, queue, tally)
        scratch, question = new_scratch(bucket), new_question(city, policy, days)
        follow(world, history, scratch, question, Start(initial, first), NO_CHAINS)
        if queue.state[FULL] == 0 and not (keep_lists and tally.counted[0] == list_rows):
            return _cut(history, world, days)
        infections *= 2 if rates.waning else 1
        events, late, bucket, list_rows = 2 * events, 2 * late, 2 * bucket, 4 * list_rows
        sizes = sizes._replace(
            orders=2 * sizes.orders, known=4 * sizes.known, actions=4 * sizes.actions
        )


def _cut(history: History, world: World, days: int) -> Raw:
    records, conduct, tally = world.records, world.conduct, world.tally
    infections, listed = int(history.counted[INFECTIONS]), int(tally.counted[0])
    files, orders, actions = (int(records.counted[n]) for n in (FILES, ORDERS_MADE, ACTIONS_TAKEN))
    of_conduct = dict.fromkeys(conduct._fields, orders) | {
        "action_wrong": actions,
        "wrong_in_area": len(conduct.wrong_in_area),
    }
    return Raw(
        history=history._replace(**_firsts(history, dict.fromkeys(BY_INFECTION, infections))),
        records=records._replace(
            **_firsts(records, dict.fromkeys(BY_FILE, files)),
            **_firsts(records, dict.fromkeys(BY_ORDER, orders)),
            **_firsts(records, dict.fromkeys(BY_ACTION, actions)),
            known_last=NOTHING,
            known_pair=NONE,
            known_previous=NOTHING,
        ),
        conduct=conduct._replace(**_firsts(conduct, of_conduct)),
        tally=tally._replace(
            **_firsts(tally, dict.fromkeys(("list_rows", "list_time", "list_minutes"), listed))
        ),
        days=days,
    )


def _firsts(state: Any, rows: dict[str, int]) -> dict[str, Any]:
    """The first rows of each named array: a view where most of it is in use, else a copy, so that
    the rest is given back."""
    found = {}
    for name, count in rows.items():
        part = getattr(state, name)
        found[name] = part[:count] if 2 * count >= len(part) else part[:count].copy()
    return found
