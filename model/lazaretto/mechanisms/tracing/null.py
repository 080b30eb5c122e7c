"""The matched null: what a run's tracing ordered, given to people who are chosen blind.

`Policy.stand_ins` holds every order that tracing gave in another run: when, for how many days, in
which area and age group. Here each goes, at the same moment and for as many days, to somebody of
that area and age group who is free, drawn without a look at lists, contacts or truth; what was
ordered for a household list goes to one household, and what prolonged an order prolongs that of
whoever stands in. Nobody is asked for contacts.
"""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import draw
from ...chance.streams import STAND_IN
from ...population.stubs import mixing_group
from ...world.events import push_stand_in
from ...world.files import active_order, recently_confirmed
from ..isolation.orders import give_order

ATTEMPTS, CITY_ATTEMPTS, HOME_ATTEMPTS = 256, 1024, 1024
ANYWHERE = 1 << 24  # added to attempts in the whole city: other luck than those in the area


@kernel
def enter_stand_ins(world, day):
    """Enter the orders of that day."""
    theirs = world.policy.stand_ins
    for row in range(theirs.from_row[day], theirs.from_row[day + 1]):
        if theirs.size[row] > 0:
            push_stand_in(world.queue, theirs.time[row], row)


@kernel
def on_stand_in(world, row, time):
    """Somebody is ordered what another run ordered in that row; a household where the row begins
    the list of one."""
    theirs = world.policy.stand_ins
    size = theirs.size[row]
    if theirs.prolongs[row] >= 0 and prolong(world, row, time):
        return
    home = find_home(world, row, time) if size > 1 else np.int64(-1)
    if home >= 0:
        city, at = world.city, row
        h = city.household[home]
        for person in range(city.household_start[h], city.household_start[h + 1]):
            if at < row + size and is_free(world, person, time):
                order_in_place(world, at, person, time)
                at += 1
        return
    for at in range(row, row + size):
        person = find_person(world, at, time)
        if person >= 0:
            order_in_place(world, at, person, time)


@kernel
def order_in_place(world, row, person, time):
    """The free person is ordered what the row says."""
    theirs, records = world.policy.stand_ins, world.records
    until = time + theirs.days[row]
    give_order(world, person, time, until, np.int64(theirs.pathway[row]), -1)
    records.stand_in[row] = records.last_order[records.file_of[person]]


@kernel
def prolong(world, row, time):
    """Prolong the order of whoever stands in for the person whose order the row prolongs; False
    where it is no longer in force."""
    theirs, records = world.policy.stand_ins, world.records
    order = np.int64(records.stand_in[theirs.prolongs[row]])
    if order < 0:
        return False
    person = np.int64(records.order_person[order])
    if active_order(records, person, time) != order:
        return False
    until = records.order_until[order] + theirs.days[row]
    give_order(world, person, time, until, np.int64(theirs.pathway[row]), -1)
    return True


@inlined
def is_free(world, person, time):
    """Whether the person lives, is under no order and no known case."""
    records = world.records
    file = records.file_of[person]
    if file >= 0 and records.died[file] <= time:
        return False
    known = recently_confirmed(world.policy, records, person, time)
    return active_order(records, person, time) < 0 and not known


@inlined
def people_of(city, area):
    """(first person, number of people who have any contact) of the area, or of the city (-1)."""
    if area < 0:
        return np.int64(0), np.int64(city.reach)
    start = np.int64(city.area_start[area])
    return start, np.int64(min(city.area_start[area + 1], city.reach)) - start


@kernel
def find_person(world, row, time):
    """A free person of the row's area and age group; of the city's where none is found, then of any
    age; -1 where nobody is free."""
    city, seed, theirs = world.city, world.seed, world.policy.stand_ins
    start, size = people_of(city, theirs.area[row])
    for attempt in range(ATTEMPTS):
        other = start + ((draw(seed, STAND_IN, row, attempt, 0)[0] * size) >> 32)
        same = mixing_group(city.age[other]) == theirs.group[row]
        if same and is_free(world, other, time):
            return other
    for attempt in range(CITY_ATTEMPTS):
        other = (draw(seed, STAND_IN, row, ANYWHERE + attempt, 0)[0] * city.reach) >> 32
        same = mixing_group(city.age[other]) == theirs.group[row]
        if same and is_free(world, other, time):
            return np.int64(other)
    first = (draw(seed, STAND_IN, row, ANYWHERE - 1, 0)[0] * city.reach) >> 32
    for step in range(city.reach):
        other = (first + step) % city.reach
        if is_free(world, other, time):
            return np.int64(other)
    return np.int64(-1)


@kernel
def find_home(world, row, time):
    """Somebody of a household of the row's area, or else of the city, that has as many free members
    as the row asks for; -1 where none is found."""
    city, seed, theirs = world.city, world.seed, world.policy.stand_ins
    if len(city.household_start) == 1:
        return np.int64(-1)
    start, size = people_of(city, theirs.area[row])
    for attempt in range(2 * HOME_ATTEMPTS):
        near = attempt < HOME_ATTEMPTS
        word = draw(seed, STAND_IN, row, attempt, 1)[0]
        other = start + ((word * size) >> 32) if near else (word * city.reach) >> 32
        h, free = city.household[other], 0
        for person in range(city.household_start[h], city.household_start[h + 1]):
            free += is_free(world, person, time)
        if free >= theirs.size[row]:
            return np.int64(other)
    return np.int64(-1)
