"""Facilities: who is taken to one, who waits for a place, and who leaves without leave.

A place is free again on the morning after. Whoever waits is under the order at home, and is taken
in turn, the oldest order first. Whoever absconds has given up the order for the rest of it.
"""

from __future__ import annotations

import math

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import draw, unit
from ...chance.streams import ADHERENCE, REFUSAL
from ...world.codes import FILES, ORDERS_MADE
from ...world.events import push_fetch
from ..counters import WAITING
from ..response.likeness import is_ready
from .breaches import look_ahead

OF_FACILITY = 1  # the number of the lasting refusal of a facility; 0: of tests
FIRST_STAY = 8  # numbers of words of an order: below it, other decisions


@kernel
def refuses_facility(world, person):
    """Whether the person refuses to be taken away: a lasting trait. The order then holds at
    home."""
    policy, seed = world.policy, world.seed
    if policy.facility_refusal == 0.0:
        return False
    own = unit(draw(seed, REFUSAL, person, OF_FACILITY, 0)[0])
    return not is_ready(world, person, own, 1.0 - policy.facility_refusal)


@kernel
def take_in(world, person, order, time):
    """Take the person to a facility, or let it wait where no place is free. The caller looks ahead
    for the order afterwards."""
    policy, records, conduct = world.policy, world.records, world.conduct
    if conduct.housed[0] >= policy.places:
        conduct.waits[order] = True
        return
    conduct.housed[0] += 1
    conduct.waits[order] = False
    if conduct.facility_from[order] < np.inf:  # taken once more
        conduct.stayed[order] += conduct.facility_until[order] - conduct.facility_from[order]
    else:
        conduct.first_in[order] = time
    conduct.facility_from[order], conduct.facility_until[order] = time, np.inf
    if conduct.breach_start[order] <= time < conduct.breach_until[order]:  # taken while outside
        conduct.breached[order] -= conduct.breach_until[order] - time
        conduct.breach_until[order] = time
    if policy.absconding > 0.0:
        number = np.int64(records.orders[records.file_of[person]])
        stay = FIRST_STAY + np.int64(conduct.stays[order])
        word = draw(world.seed, ADHERENCE, person, number, stay)[0]
        gone = time - math.log(unit(word)) / policy.absconding
        conduct.facility_until[order], conduct.absconds[order] = gone, gone
        conduct.dropped[order] = min(conduct.dropped[order], gone)
    conduct.stays[order] += 1
    conduct.check_day[order] = -1


@kernel
def let_go(world, person, order, time):
    """Somebody goes home from a facility, or no longer waits for one, because an appeal was
    granted."""
    conduct = world.conduct
    conduct.waits[order] = False
    if not conduct.facility_from[order] <= time < conduct.facility_until[order]:
        return
    conduct.facility_until[order] = time
    conduct.check_day[order] = -1
    conduct.looked_to[order] = np.int64(np.ceil(time - world.records.order_start[order]))
    look_ahead(world, person, order)


@kernel
def fill_places(world, time):
    """In the morning: count who is in a facility, and take in those who wait. time: the day."""
    records, conduct = world.records, world.conduct
    housed = np.int64(0)
    for file in range(records.counted[FILES]):
        order = np.int64(records.last_order[file])
        if order >= 0 and time < records.order_until[order]:
            inside = conduct.facility_from[order] <= time < conduct.facility_until[order]
            housed += 1 if inside else 0
    conduct.housed[0] = housed
    first, made = np.int64(0), records.counted[ORDERS_MADE]
    while first < made:
        last = first + 1
        if conduct.waits[first]:
            while last < made and records.order_start[last] == records.order_start[first]:
                last += 1
            take_in_turn(world, first, last, time)
        first = last


@kernel
def take_in_turn(world, first, last, time):
    """Take in those who wait under the orders of rows first to last - 1, all of one moment: by
    their numbers, so that the order of a list does not matter."""
    records, conduct, before = world.records, world.conduct, np.int64(-1)
    while True:
        order = np.int64(-1)
        for row in range(first, last):
            person = records.order_person[row]
            earlier = order < 0 or person < records.order_person[order]
            if conduct.waits[row] and person > before and earlier:
                order = np.int64(row)
        if order < 0:
            return
        before = np.int64(records.order_person[order])
        fetch(world, before, order, time)
        if conduct.waits[order]:
            world.tally.daily[WAITING, int(time)] += 1


@kernel
def fetch(world, person, order, time):
    """Take in whoever waits, if the order still holds and there is a place."""
    conduct = world.conduct
    if not conduct.waits[order]:
        return
    if time >= world.records.order_until[order]:
        conduct.waits[order] = False
        return
    take_in(world, person, order, time)
    if not conduct.waits[order]:
        look_ahead(world, person, order)


@inlined
def send(world, person, order, time):
    """Order somebody to a facility. Where places are few those of one moment are taken in the order
    of their numbers."""
    if world.policy.places == np.inf:
        take_in(world, person, order, time)
    else:
        world.conduct.waits[order] = True
        push_fetch(world.queue, time, person, order)
    return np.int64(0)
