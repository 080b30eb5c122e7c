"""How much room a run has, and how much more where some of it was too small."""

from __future__ import annotations

from typing import NamedTuple

from ..world.codes import INFECTIONS
from ..world.queue import LATE, USED
from ..world.state import History, World
from .room import Sizes

NEARLY = 0.5  # full: what grows with what is too small, so that a run is made again seldom


class Room(NamedTuple):
    """How much a run may need of what is made before it."""

    infections: int
    events: int
    late: int
    bucket: int
    list_rows: int
    sizes: Sizes


def more_room(room: Room, world: World, history: History) -> Room:
    """More of what was too small, or soon would be. Where no file is full it was the room for one
    bucket of events, which needs no more than there are events."""
    sizes, used = room.sizes, _use(room, world, history)
    if max(used.values()) < 1.0:
        if room.bucket < room.events:
            return room._replace(bucket=2 * room.bucket)
        used = dict.fromkeys(used, 1.0)

    def more(name: str, rows: int, by: int = 2) -> int:
        return by * rows if used[name] >= NEARLY else rows

    return room._replace(
        infections=more("infections", room.infections),
        events=more("events", room.events),
        late=more("late", room.late),
        list_rows=more("list_rows", room.list_rows, 4),
        sizes=sizes._replace(
            orders=more("orders", sizes.orders),
            given=more("given", sizes.given),
            known=more("known", sizes.known, 4),
            actions=more("actions", sizes.actions, 4),
            stays=more("stays", sizes.stays),
        ),
    )


def _use(room: Room, world: World, history: History) -> dict[str, float]:
    """How full each file is, from 0 to 1; 0 for those of no length. Without waning nobody is
    infected twice, and there is room for everybody."""
    records, tally, queue = world.records, world.tally, world.queue
    _, orders, pairs, actions, stays, given, outings = (int(n) for n in records.counted)
    rows = {
        "infections": (
            int(history.counted[INFECTIONS]),
            len(history.person) if world.rates.waning else 0,
        ),
        "events": (int(queue.state[USED]), len(queue.follow)),
        "late": (int(queue.state[LATE]), len(queue.late_time)),
        "list_rows": (int(tally.counted[0]), room.list_rows),
        "orders": (max(orders, outings), len(records.order_person)),
        "given": (given, len(records.given_person)),
        "known": (pairs, len(records.known_pair)),
        "actions": (actions, len(records.action_person)),
        "stays": (stays, len(records.stay_from)),
    }
    return {name: count / length if length else 0.0 for name, (count, length) in rows.items()}
