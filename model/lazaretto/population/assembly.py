"""The passes that build a city: each runs once over people or households, in memory that is already
there.

All draws are keyed by household, person, team or area, so a part of a city is the same whatever is
built after it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._jit import entry, inlined
from ..chance.laws import quantile
from ..chance.permutation import bits_for, permute, round_keys
from ..chance.philox import below, draw, unit
from ..chance.streams import COMPOSITION, ENROLMENT, HOUSEHOLD_SIZE, TEAM_SIZE

EAGERNESS_BITS = 16
EAGERNESS_CELLS = 1 << EAGERNESS_BITS
WISHES_PER_YEAR, WISH_SHIFT = (
    256,
    64,
)  # ages wished for are sorted in 256ths of a year, from -64 years on
WISH_CELLS = 1 << 16
COUPLE_GAP_YEARS = 3.0
SIBLING_GAP_YEARS = 3.0
COHORTS = 25  # pupils and students are below that age; older ones at school teach
YEARS_PER_GROUP = 5
NOTHING, SCHOOL, WORK = 0, 1, 2
ZONE_KEYS = 3  # salt of the permutations of workers, beside those of the days


class ChildPlaces(NamedTuple):
    """Which places of households children take: all third and later ones of the households whose
    eagerness lies below `third_cell`, and `third_left` such places of those in it; of second places
    likewise."""

    third_cell: int
    third_left: int
    second_cell: int
    second_left: int


class DayPlaces(NamedTuple):
    """Where people spend their days: how areas make districts of schools and zones of work, and
    who goes there."""

    district_areas: int  # areas in a district
    zone_areas: int  # areas in a commuting zone
    zones: int
    enrolled: NDArray[np.float64]  # (groups,) share at school by YEARS_PER_GROUP of age
    employed: NDArray[np.float64]  # (groups,) share at work
    outside: float  # share of the employed who commute to any zone
    teaching: NDArray[np.float64]  # (COHORTS,) cumulative share of teachers by cohort taught


class Seats(NamedTuple):
    """Where the next pupil or worker is entered."""

    next_pupil: NDArray[np.int64]  # (districts x COHORTS,) next entry of each district and cohort
    zone_start: NDArray[np.int64]  # (zones + 1,) first entry of each zone
    next_worker: NDArray[np.int64]  # (zones,) next rank in each zone
    keys: NDArray[np.int64]  # (zones, 4) of the permutation of each zone's workers


@entry
def draw_household_sizes(seed, cumulative, people, start):
    """Sizes of households that add up to exactly `people`, the last one cut to fit. start: (people
    + 1,) first member of each. cumulative: (sizes,) cumulative shares. Returns the number of
    households."""
    filled, homes = 0, 0
    while filled < people:
        u = unit(draw(seed, HOUSEHOLD_SIZE, homes, 0, 0)[0])
        size = 1
        while size < len(cumulative) and u >= cumulative[size - 1]:
            size += 1
        start[homes] = filled
        filled += min(size, people - filled)
        homes += 1
    start[homes] = people
    return homes


@inlined
def eagerness_cell(seed, home):
    """How soon the household takes in children, in 65,536 steps. home: its number."""
    return draw(seed, COMPOSITION, home, 0, 0)[0] >> (32 - EAGERNESS_BITS)


@entry
def count_places(seed, start, thirds, seconds):
    """Add up, by eagerness, the third and later places of households, and their second places.
    start: (homes + 1,) first member of each; thirds, seconds: (EAGERNESS_CELLS,), written."""
    for home in range(len(start) - 1):
        size = start[home + 1] - start[home]
        cell = eagerness_cell(seed, home)
        if size > 2:
            thirds[cell] += size - 2
        if size > 1:
            seconds[cell] += 1


@entry
def wish_ages(seed, start, places, gap_table, adult_cumulative, first_adult, wish, cells):
    """What age every member of a household would have, as a cell of WISHES_PER_YEAR, and how many
    wish each.

    start: (homes + 1,) first member of each household; places: ChildPlaces; gap_table: (1, ROW)
    years between parent and child; adult_cumulative: (ages,) cumulative shares of adults from
    `first_adult` on. Written: wish (people,), twice the cell plus 1 for children; cells (2,
    WISH_CELLS // 2), how many adults and children wish each.
    """
    third_left, second_left = places.third_left, places.second_left
    for home in range(len(start) - 1):
        begin, end = start[home], start[home + 1]
        size = end - begin
        cell = eagerness_cell(seed, home)
        thirds = size - 2 if size > 2 else 0
        if cell == places.third_cell:
            thirds = min(thirds, third_left)
            third_left -= thirds
        elif cell > places.third_cell:
            thirds = 0
        second = size > 1 and (
            cell < places.second_cell or (cell == places.second_cell and second_left > 0)
        )
        if second and cell == places.second_cell:
            second_left -= 1
        w = draw(seed, COMPOSITION, home, 1, 0)
        child = unit(w[0]) * first_adult
        gap = quantile(gap_table, 0, w[1])
        if thirds > 0 or second:
            adult = child + gap
        else:
            u = unit(w[2])
            age = 0
            while u > adult_cumulative[age]:
                age += 1
            adult = first_adult + age + unit(w[3])
        for rank in range(size):
            is_child = rank == 1 if second and rank < 2 else 2 <= rank < 2 + thirds
            spread = unit(draw(seed, COMPOSITION, home, 2, rank)[0]) - 0.5
            if is_child:
                years = child + spread * 2 * SIBLING_GAP_YEARS
            else:
                generation = (
                    0.0 if rank < 2 else (1.0 if thirds > 0 or second else -1.0)
                )  # grandparents, or grown children
                years = adult + generation * gap + spread * 2 * COUPLE_GAP_YEARS
            at = min(WISH_CELLS // 2 - 1, max(0, int((years + WISH_SHIFT) * WISHES_PER_YEAR)))
            wish[begin + rank] = 2 * at + is_child
            cells[np.int64(is_child), at] += 1


@entry
def give_ages(cumulative, children, wish, cells, ages):
    """Ages by rank of the wish: the pyramid is exact. cumulative: (ages,) people up to each age;
    cells: as `wish_ages` counted them, turned into the next rank and the next age of each cell.
    children: how many people wish to be children; wish: (people,), of `wish_ages`; ages: (people,),
    written."""
    for kind in range(1, -1, -1):
        rank = np.int64(0) if kind == 1 else np.int64(children)
        for at in range(cells.shape[1]):
            count = cells[kind, at]
            cells[kind, at] = rank
            rank += count
    for person in range(len(wish)):
        kind, at = wish[person] & 1, wish[person] >> 1
        rank = cells[kind, at]
        cells[kind, at] = rank + 1
        low, high = 0, len(cumulative) - 1
        while low < high:  # the first age up to which there are more than `rank` people
            middle = (low + high) >> 1
            if cumulative[middle] > rank:
                high = middle
            else:
                low = middle + 1
        ages[person] = low


@entry
def number_homes(start, household):
    """The household of each person. start: (homes + 1,); household: (people,), written."""
    for home in range(len(start) - 1):
        for person in range(start[home], start[home + 1]):
            household[person] = home


@entry
def area_starts(household_start, areas, out):
    """(areas + 1,) first person of each area: whole households, as near as possible to equal
    numbers. Returns how many areas. household_start: (homes + 1,); areas: how many are wished; out:
    (areas + 1,), written."""
    people = np.int64(household_start[-1])
    found, home = 0, 0
    for area in range(areas):
        wished = area * people // areas
        while household_start[home] < wished:
            home += 1
        if found == 0 or household_start[home] > out[found - 1]:
            out[found] = household_start[home]
            found += 1
    if out[found - 1] == people:
        found -= 1
    out[found] = people
    return found


@inlined
def day_place(seed, person, age, zone, by_day):
    """(NOTHING, SCHOOL or WORK; age cohort or commuting zone) of a person of that age who lives in
    that zone. by_day: DayPlaces."""
    w0, w1, w2, w3 = draw(seed, ENROLMENT, person, 0, 0)
    u = unit(w0)
    group = min(len(by_day.enrolled) - 1, age // YEARS_PER_GROUP)
    if u < by_day.enrolled[group]:
        cohort = np.int64(age)
        if age >= COHORTS:
            cohort, t = np.int64(0), unit(w1)
            while t > by_day.teaching[cohort]:
                cohort += 1
        return SCHOOL, cohort
    if u < by_day.enrolled[group] + by_day.employed[group]:
        return WORK, below(w3, by_day.zones) if unit(w2) < by_day.outside else np.int64(zone)
    return NOTHING, np.int64(0)


@entry
def count_day_places(seed, ages, area_start, by_day, pupils, workers):
    """Add up pupils (and teachers) by district and cohort, pupils (districts x COHORTS,), and
    workers by zone, workers (zones,). ages: (n,); area_start: (areas + 1,); by_day: DayPlaces."""
    for area in range(len(area_start) - 1):
        district = area // by_day.district_areas
        zone = min(by_day.zones - 1, area // by_day.zone_areas)
        for person in range(area_start[area], area_start[area + 1]):
            age = np.int64(ages[person])
            kind, key = day_place(seed, person, age, zone, by_day)
            if kind == SCHOOL:
                pupils[district * COHORTS + key] += 1
            elif kind == WORK:
                workers[key] += 1


@entry
def seat(seed, ages, area_start, by_day, seats, member):
    """Write pupils by district and cohort, and workers in keyed random order by zone, into `member`
    (seats,). ages: (n,); area_start: (areas + 1,); by_day: DayPlaces; seats: Seats, moved on."""
    next_pupil, zone_start, next_worker, keys = seats
    for zone in range(by_day.zones):
        keys[zone, 0], keys[zone, 1], keys[zone, 2], keys[zone, 3] = round_keys(
            seed, ZONE_KEYS, zone, 0
        )
    for area in range(len(area_start) - 1):
        district = area // by_day.district_areas
        zone = min(by_day.zones - 1, area // by_day.zone_areas)
        for person in range(area_start[area], area_start[area + 1]):
            age = np.int64(ages[person])
            kind, key = day_place(seed, person, age, zone, by_day)
            if kind == SCHOOL:
                at = district * COHORTS + key
                member[next_pupil[at]] = person
                next_pupil[at] += 1
            elif kind == WORK:
                n = zone_start[key + 1] - zone_start[key]
                rank = next_worker[key]
                next_worker[key] += 1
                k = keys[key]
                member[zone_start[key] + permute(rank, n, bits_for(n), k[0], k[1], k[2], k[3])] = (
                    person
                )


@entry
def draw_team_sizes(seed, table, first, last, start):
    """Teams of the members first..last-1 of `member`: writes the first entry of each team to
    `start`; returns how many teams. table: (1, ROW) quantiles of the size; start: (members +
    1,)."""
    teams, at = 0, first
    while at < last:
        size = max(1, int(quantile(table, 0, draw(seed, TEAM_SIZE, teams, 0, 0)[0]) + 0.5))
        start[teams] = at
        teams += 1
        at += size
    return teams


@entry
def number_members(group_start, member, group, slot):
    """Group and rank within it of each member. group_start: (groups + 1,); member: (members,);
    group, slot: (people,), written."""
    for g in range(len(group_start) - 1):
        for at in range(group_start[g], group_start[g + 1]):
            group[member[at]] = g
            slot[member[at]] = at - group_start[g]
