"""The synthetic door: a city from an age pyramid, household sizes, schools, workplaces, community
contacts and areas.

Steps: household sizes; how many of a household's places are children's; ages by rank matching
(wished ages are drawn household by household, then the ranks of the wishes receive the pyramid's
ages, so the pyramid is exact and couples, siblings and parents stay near the ages they wished);
households into areas; school classes within districts by age; teams within commuting zones; stubs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..chance.laws import quantile_row
from ..chance.strata import STRATA, ceilings
from ..values.errors import PopulationError
from . import assembly, matching
from .city import City, Population, no_contacts, people_columns, reach_of
from .stubs import (
    CHILD_BELOW,
    ELDERLY_FROM,
    INDEX_SHIFT,
    LANE_COLUMNS,
    MIXING_GROUPS,
    MOST_STUBS,
    STUB_CLASSES,
)

if TYPE_CHECKING:
    from .place import Place

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

YEARS_PER_GROUP = 5
LAST_AGE = 89
DISTRICT_PEOPLE = 9000  # whose children go to the same school: some four classes of each age


def build_city(parameters: Place, people: int, seed: int) -> Population:
    """A city of `people` people, the same for the same parameters, size and seed.

    people: from 2 to 2^31 - 1. Raises PopulationError where the parameters cannot make one.
    """
    columns = people_columns(people)
    ages, stubs = columns["age"], columns["stubs"]
    start = household_ages(parameters, people, seed, ages)
    assembly.number_homes(start, columns["household"])
    area_people = int(parameters.area_people.value)
    area_start = np.empty(max(1, round(people / max(1, area_people))) + 1, np.int32)
    area_start = area_start[: assembly.area_starts(start, len(area_start) - 1, area_start) + 1]
    community_stubs(parameters, ages, seed, stubs)
    laws = (parameters.minutes.household, parameters.minutes.group, parameters.minutes.community)
    close = parameters.close_fraction
    minutes = np.vstack([quantile_row(law.quantile) for law in laws])
    city = City(
        people=people,
        reach=0,
        **columns,
        household_start=start,
        **groups(parameters, columns, area_start, seed),
        area_start=area_start,
        **places(parameters, columns, area_start, seed),
        lanes_open=lanes_open(parameters),
        minutes=minutes,
        minutes_mean=np.array([mean_of_row(row) for row in minutes]),
        **ceilings(minutes),
        close_fraction=np.array([close.household.value, close.group.value, close.community.value]),
        first_weekday=int(parameters.first_weekday.value),
        link_start=np.zeros(1, np.int64),
        link=np.zeros(0, np.int32),
        link_weight=np.zeros(0, np.float32),
        link_most=np.zeros(0),
        **no_contacts(),
    )
    return Population(
        city=city._replace(reach=reach_of(city)),
        name=parameters.title,
        seed=seed,
        phone_ownership=np.asarray(parameters.phone_ownership_by_age.value, np.float64),
        density_per_km2=float(parameters.density.value),
    )


def mean_of_row(row: Floats) -> float:
    """The mean of a quantile row, as the kernels draw from it (body and two refined tails)."""
    n = len(row) // 3
    body, lower, upper = row[:n], row[n : 2 * n], row[2 * n :]
    cells = n - 1
    middle = (body[1:-2] + body[2:-1]).sum() / 2
    tails = ((lower[1:] + lower[:-1]).sum() + (upper[1:] + upper[:-1]).sum()) / 2 / cells
    return float((middle + tails) / cells)


def quotas(shares: Floats, total: int) -> Ints:
    """Whole numbers in the proportion of `shares` that add up to `total` (largest remainders)."""
    exact = shares / shares.sum() * total
    whole: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def pyramid(parameters: Place, people: int) -> Ints:
    """(LAST_AGE + 1,) people of each age, exactly in the proportions of the pyramid's five-year
    groups."""
    counts = np.asarray(parameters.age_pyramid.value, np.float64)
    return quotas(np.repeat(counts / YEARS_PER_GROUP, YEARS_PER_GROUP)[: LAST_AGE + 1], people)


def household_ages(
    parameters: Place, people: int, seed: int, ages: NDArray[np.uint8]
) -> NDArray[np.int32]:
    """(h + 1,) first member of each household, members side by side; writes the ages (people,)."""
    shares = np.asarray(parameters.household_size_fractions.value, np.float64)
    start = np.empty(people + 1, np.int32)
    homes = assembly.draw_household_sizes(seed, np.cumsum(shares), people, start)
    start = start[: homes + 1].copy()
    by_age = pyramid(parameters, people)
    children = int(by_age[:CHILD_BELOW].sum())
    thirds, seconds = (np.zeros(assembly.EAGERNESS_CELLS, np.int64) for _ in range(2))
    assembly.count_places(seed, start, thirds, seconds)
    if children > int(thirds.sum() + seconds.sum()) and people > 1:
        raise PopulationError(
            f"{children:,} children of {people:,} people do not fit the household sizes: at most "
            f"{int(thirds.sum() + seconds.sum()):,} places are not the first of a "
            "household. Check age_pyramid against "
            "household_size_fractions"
        )
    # household by household, children take the third and later places; then second ones (one-parent
    # families); never the first
    thirds_taken = threshold(thirds, min(children, int(thirds.sum())))
    seconds_taken = threshold(seconds, max(0, children - int(thirds.sum())))
    taken = assembly.ChildPlaces(*thirds_taken, *seconds_taken)
    adults = by_age[CHILD_BELOW:]
    wish = np.empty(people, np.uint16)
    cells = np.zeros((2, assembly.WISH_CELLS // 2), np.int64)
    gap = quantile_row(parameters.parent_age_gap.quantile)[None, :]
    cumulative = np.cumsum(adults) / max(1, adults.sum())
    cumulative[-1] = 1.0
    assembly.wish_ages(seed, start, taken, gap, cumulative, float(CHILD_BELOW), wish, cells)
    assembly.give_ages(np.cumsum(by_age), children, wish, cells, ages)
    return start


def threshold(places: Ints, wanted: int) -> tuple[int, int]:
    """(cell, places in it): `wanted` places are all those of lower cells and so many of this
    one."""
    total = np.cumsum(places)
    cell = int(np.searchsorted(total, wanted, side="left"))
    return (cell, wanted - int(total[cell - 1] if cell else 0)) if wanted else (0, 0)


def groups(
    parameters: Place, columns: dict[str, NDArray[Any]], area_start: NDArray[np.int32], seed: int
) -> dict[str, Any]:
    """School classes (one age, one district, with teachers) and workplace teams (anybody employed
    in a commuting zone).

    Writes the columns group and group_slot; returns the fields of `City` from `group_start` to
    `site_mean_meetings`.
    """
    ages = columns["age"]
    n, areas = len(ages), len(area_start) - 1
    district_areas = max(1, round(DISTRICT_PEOPLE * areas / n))
    zones = max(1, round(n / int(parameters.commuting_zone_people.value)))
    zone_areas = max(1, -(-areas // zones))
    enrolled = np.asarray(parameters.at_school_by_age.value, np.float64)
    employed = np.asarray(parameters.at_work_by_age.value, np.float64)
    outside = float(parameters.commuting_outside_fraction.value)
    single = np.repeat(
        pyramid(parameters, n).reshape(-1, YEARS_PER_GROUP).sum(axis=1) * enrolled, YEARS_PER_GROUP
    )
    teaching = np.cumsum(single[: assembly.COHORTS]) / max(1.0, single[: assembly.COHORTS].sum())
    teaching[-1] = 1.0
    by_day = assembly.DayPlaces(
        district_areas, zone_areas, zones, enrolled, employed, outside, teaching
    )
    pupils = np.zeros((-(-areas // district_areas)) * assembly.COHORTS, np.int64)
    workers = np.zeros(zones, np.int64)
    assembly.count_day_places(seed, ages, area_start, by_day, pupils, workers)
    zone_start = pupils.sum() + np.concatenate([[0], np.cumsum(workers)])
    member = np.empty(int(zone_start[-1]), np.int32)
    keys = np.empty((zones, 4), np.int64)
    next_pupil = np.concatenate([[0], np.cumsum(pupils)[:-1]])
    seats = assembly.Seats(next_pupil, zone_start, np.zeros(zones, np.int64), keys)
    assembly.seat(seed, ages, area_start, by_day, seats, member)
    class_sizes = _cohort_classes(pupils[pupils > 0], int(parameters.class_size.value))
    first = int(pupils.sum())
    team_start = np.empty(len(member) - first + 1, np.int32)
    table = quantile_row(parameters.team_size.quantile)[None, :]
    teams = assembly.draw_team_sizes(seed, table, first, len(member), team_start)
    class_start = np.cumsum(np.concatenate([[0], class_sizes]))[:-1]
    start = np.concatenate([class_start, team_start[:teams], [len(member)]]).astype(np.int32)
    del team_start
    assembly.number_members(start, member, columns["group"], columns["group_slot"])
    per_site = int(parameters.groups_per_site.value)
    classes = len(class_sizes)
    school_sites = -(-classes // per_site)
    site = np.concatenate(
        [np.arange(classes) // per_site, school_sites + np.arange(teams) // per_site]
    ).astype(np.int32)
    site_first = np.flatnonzero(np.diff(site, prepend=-1))
    site_start = np.append(start[site_first], np.int32(len(member))).astype(np.int32)
    is_class, is_school = (
        np.arange(classes + teams) < classes,
        np.arange(len(site_first)) < school_sites,
    )
    return dict(
        classes=classes,
        group_start=start,
        group_member=member,
        group_mean_meetings=rounds(
            parameters, np.diff(start), is_class, 1.0 - float(parameters.occasional_fraction.value)
        ),
        site_of_group=site,
        site_start=site_start,
        site_mean_meetings=rounds(
            parameters, np.diff(site_start), is_school, float(parameters.occasional_fraction.value)
        ),
    )


def rounds(
    parameters: Place, sizes: NDArray[Any], school: NDArray[np.bool_], share: float
) -> NDArray[np.float32]:
    """Rounds of meetings a weekday of circles of these sizes, in proportion to the size (a circle
    cannot hold more than its size), such that the mean over people of the contacts a weekday is
    `share` of the stated one. In a round a member of g is free once in g."""
    stated = parameters.group_contacts_per_day
    out = np.zeros(len(sizes), np.float32)
    for chosen, wanted in ((school, stated.school.value), (~school, stated.work.value)):
        size = sizes[chosen].astype(np.float64)
        per_member = share * float(wanted)
        contacts = float((size * (size - 1)).sum())
        if contacts > 0:
            out[chosen] = np.minimum(size, size * per_member * size.sum() / contacts)
    return out


def _cohort_classes(counts: Ints, size: int) -> Ints:
    """Sizes of classes: each cohort is split into classes as equal as can be, of at most `size`
    members."""
    if len(counts) == 0:
        return np.zeros(0, np.int64)
    classes = -(-counts // max(1, size))
    base = np.repeat(counts // classes, classes)
    index = np.arange(len(base)) - np.repeat(np.cumsum(classes) - classes, classes)
    return base + (index < np.repeat(counts % classes, classes))


def lanes_open(parameters: Place) -> Ints:
    """(7,) lanes that meet on each day of the week, Monday first: the weekday fractions in eighths,
    the largest all of them."""
    share = np.asarray(parameters.community_weekday_fraction.value, np.float64)
    lanes: Ints = np.rint(share / share.max() * STRATA).astype(np.int64)
    return lanes


def mixing_groups(ages: NDArray[np.uint8]) -> Ints:
    """0 child, 1 adult, 2 elderly, as `stubs.mixing_group`."""
    return (ages >= CHILD_BELOW).astype(np.int64) + (ages >= ELDERLY_FROM)


def community_stubs(
    parameters: Place, ages: NDArray[np.uint8], seed: int, stubs: NDArray[np.uint8]
) -> None:
    """Write (n,) stubs: negative binomial across people, by age group, the mean raised so that with
    quiet weekdays the week's mean is the stated one. Cut at MOST_STUBS. The distribution function
    is the regularised incomplete beta function."""
    from scipy import special

    open_share = lanes_open(parameters).mean() / STRATA
    mean = np.asarray(parameters.community_contacts_per_day.value, np.float64) / open_share
    k = float(parameters.community_dispersion_k.value)
    cdf = np.ones((MIXING_GROUPS, MOST_STUBS))
    for group in range(MIXING_GROUPS):
        if mean[group] > 0:
            cdf[group] = special.betainc(k, np.arange(1, MOST_STUBS + 1), k / (k + mean[group]))
    matching.draw_stubs(seed, ages, cdf, stubs)


def places(
    parameters: Place, columns: dict[str, NDArray[Any]], area_start: NDArray[np.int32], seed: int
) -> dict[str, Any]:
    """Where people stand within their area, and which stubs are kept or matched across the city:
    writes the column place, returns the fields of `City` from `person_at` to `wide_bits`."""
    ages, stubs, place = columns["age"], columns["stubs"], columns["place"]
    n, areas = len(ages), len(area_start) - 1
    own = np.asarray(parameters.community_own_age_fraction.value, np.float64)
    person_at = np.empty(n, np.int32)
    class_place, class_stub = (np.zeros((areas, STUB_CLASSES + 1), np.int32) for _ in range(2))
    lanes = np.zeros((areas, STRATA, LANE_COLUMNS), np.int32)
    wide = np.zeros((STRATA, areas), np.int64)
    order = np.empty(int(np.diff(area_start).max()), np.int64)
    across = 1.0 - float(parameters.community_local_fraction.value)
    placed = matching.Places(place, person_at, class_place, class_stub, lanes)
    matching.place_people(seed, area_start, ages, stubs, (own, across), placed, wide, order)
    wide_start = np.concatenate([np.zeros((STRATA, 1), np.int64), np.cumsum(wide, axis=1)], axis=1)
    wide_bits = np.empty(STRATA, np.int64)
    matching.place_wide(wide_start, lanes, wide_bits)
    class_at = np.empty((areas, (int(class_stub[:, -1].max()) >> INDEX_SHIFT) + 1), np.uint8)
    matching.index_classes(class_stub, class_at)
    return dict(
        person_at=person_at,
        class_place=class_place,
        class_stub=class_stub,
        class_at=class_at,
        lanes=lanes,
        wide_start=wide_start,
        wide_bits=wide_bits,
    )
