"""The synthetic door: a city from an age pyramid, household sizes, schools, workplaces, community contacts and areas.

Steps: household sizes; how many of a household's places are children's; ages by rank matching (wished ages are drawn household by
household, then the ranks of the wishes receive the pyramid's ages, so the pyramid is exact and couples, siblings and parents stay
near the ages they wished); households into areas; school classes within neighbouring areas by age; teams across the city; stubs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..chance.laws import quantile_row
from ..chance.philox import unit_column
from ..chance.strata import ceilings
from ..chance.streams import COMPOSITION, ENROLMENT, HOUSEHOLD_SIZE, SHUFFLE, STUBS, TEAM_SIZE
from .city import MOST_STUBS, City, Population, no_contacts, place_people, reach_of
from .idealised import PopulationError

if TYPE_CHECKING:
    from ..parameters import City as CityParameters

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ADULT_FROM = 18
ELDERLY_FROM = 65
YEARS_PER_GROUP = 5
LAST_AGE = 89
COUPLE_GAP_YEARS = 3.0
SIBLING_GAP_YEARS = 3.0
AREAS_PER_SCHOOL_DISTRICT = 12
AFFINITY_ROUNDS = 60


def build_city(parameters: CityParameters, people: int, seed: int) -> Population:
    """A city of `people` people, the same for the same parameters, size and seed.

    people: from 2 to 2^31 - 1. Raises PopulationError where the parameters cannot make one.
    """
    start, ages = household_ages(parameters, people, seed)
    area_start = area_starts(start, int(parameters.area_people.value))
    group, group_start, group_member, group_slot, meetings = groups(parameters, ages, area_start, seed)
    affinity = affinity_matrix(parameters.community_age_affinity.value)
    stubs = community_stubs(parameters, ages, affinity, seed)
    laws = (parameters.minutes.household, parameters.minutes.group, parameters.minutes.community)
    minutes = np.vstack([quantile_row(law.quantile) for law in laws])
    city = City(
        people=people,
        reach=0,
        age=ages,
        household=np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start)),
        household_start=start,
        group=group,
        group_start=group_start,
        group_member=group_member,
        group_slot=group_slot,
        group_mean_meetings=meetings,
        area_start=area_start,
        stubs=stubs,
        **place_people(area_start, stubs, float(parameters.community_local_fraction.value)),
        affinity=affinity,
        minutes=minutes,
        minutes_mean=np.array([mean_of_row(row) for row in minutes]),
        **ceilings(minutes),
        close_fraction=np.array(
            [
                parameters.close_fraction.household.value,
                parameters.close_fraction.group.value,
                parameters.close_fraction.community.value,
            ]
        ),
        first_weekday=int(parameters.first_weekday.value),
        link_start=np.zeros(1, np.int64),
        link=np.zeros(0, np.int32),
        link_weight=np.zeros(0, np.float32),
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
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def pyramid_ages(parameters: CityParameters, people: int) -> Ints:
    """(people,) ages in years, ascending, exactly in the proportions of the pyramid's five-year groups."""
    counts = np.asarray(parameters.age_pyramid.value, np.float64)
    single = np.repeat(counts / YEARS_PER_GROUP, YEARS_PER_GROUP)[: LAST_AGE + 1]
    return np.repeat(np.arange(len(single)), quotas(single, people))


def household_sizes(parameters: CityParameters, people: int, seed: int) -> Ints:
    """Sizes of households that add up to exactly `people`; the last one is cut to fit."""
    shares = np.asarray(parameters.household_size_fractions.value, np.float64)
    mean = float(shares @ np.arange(1, len(shares) + 1))
    tries = int(people / mean * 1.02 + 6 * np.sqrt(people) + 8)
    u = unit_column(seed, HOUSEHOLD_SIZE, tries, 0, 0)
    sizes = 1 + np.searchsorted(np.cumsum(shares)[:-1], u, side="right")
    ends = np.cumsum(sizes)
    last = int(np.searchsorted(ends, people))
    sizes = sizes[: last + 1].astype(np.int64)
    sizes[-1] -= int(ends[last]) - people
    return sizes


def household_ages(parameters: CityParameters, people: int, seed: int) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """(first member of each household (h + 1,), ages (people,)) with members side by side."""
    sizes = household_sizes(parameters, people, seed)
    start = np.concatenate([[0], np.cumsum(sizes)])
    household = np.repeat(np.arange(len(sizes)), sizes)
    rank = np.arange(people) - start[household]
    all_ages = pyramid_ages(parameters, people)
    children = int(np.searchsorted(all_ages, ADULT_FROM))
    u = unit_column(seed, COMPOSITION, len(sizes), 0, 0)[household]
    # household by household, children take the third and later places; then second ones (one-parent families); never the first
    eagerness = np.where(rank >= 2, u, np.where(rank == 1, 1.0 + u, 2.0 + u))
    is_child = np.zeros(people, bool)
    is_child[np.argsort(eagerness, kind="stable")[:children]] = True
    if np.any(is_child & (rank == 0)) and people > 1:
        raise PopulationError(
            f"{children:,} children of {people:,} people do not fit the household sizes: at most "
            f"{int((rank > 0).sum()):,} places are not the first of a household. Check age_pyramid against household_size_fractions"
        )
    homes = len(sizes)
    with_children = np.bincount(household[is_child], minlength=homes) > 0
    base_child = unit_column(seed, COMPOSITION, homes, 1, 0) * ADULT_FROM
    gap = parameters.parent_age_gap.quantile(unit_column(seed, COMPOSITION, homes, 2, 0))
    adults = all_ages[children:]
    base_adult = adults[(unit_column(seed, COMPOSITION, homes, 3, 0) * len(adults)).astype(np.int64)].astype(np.float64)
    base_adult[with_children] = base_child[with_children] + gap[with_children]
    spread = unit_column(seed, COMPOSITION, people, 4, 0) - 0.5
    generation = np.where(with_children[household] & (rank >= 2), 1.0, np.where(rank >= 2, -1.0, 0.0))
    wish = base_adult[household] + generation * gap[household] + spread * 2 * COUPLE_GAP_YEARS
    wish[is_child] = base_child[household[is_child]] + spread[is_child] * 2 * SIBLING_GAP_YEARS
    ages = np.empty(people, np.uint8)
    for chosen, given in ((is_child, all_ages[:children]), (~is_child, adults)):
        where = np.flatnonzero(chosen)
        ages[where[np.argsort(wish[where], kind="stable")]] = given
    return start.astype(np.int32), ages


def area_starts(household_start: NDArray[np.int32], area_people: int) -> NDArray[np.int32]:
    """(areas + 1,) first person of each area: whole households, as near as possible to equal numbers."""
    people = int(household_start[-1])
    areas = max(1, round(people / max(1, area_people)))
    wished = np.arange(1, areas) * people // areas
    inner = household_start[np.searchsorted(household_start, wished)]
    return np.unique(np.concatenate([[0], inner, [people]])).astype(np.int32)


def groups(
    parameters: CityParameters, ages: NDArray[np.uint8], area_start: NDArray[np.int32], seed: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """School classes (same age, neighbouring areas) and workplace teams (anybody employed, from anywhere).

    Returns group (n,), group_start (g + 1,), group_member, group_slot (n,), rounds per weekday (g,) as in `City`.
    """
    n = len(ages)
    u = unit_column(seed, ENROLMENT, n, 0, 0)
    first, last = (int(a) for a in parameters.school_ages.value)
    pupil = (ages >= first) & (ages <= last) & (u < parameters.school_enrolment_fraction.value)
    young, old = (int(a) for a in parameters.work_ages.value)
    worker = ~pupil & (ages >= young) & (ages <= old) & (u < parameters.employment_fraction.value)
    shuffle = unit_column(seed, SHUFFLE, n, 1, 0)
    area = np.repeat(np.arange(len(area_start) - 1), np.diff(area_start))
    pupils, workers = np.flatnonzero(pupil), np.flatnonzero(worker)
    cohort = (area[pupils] // AREAS_PER_SCHOOL_DISTRICT) * 128 + ages[pupils]
    pupils = pupils[np.lexsort((shuffle[pupils], cohort))]
    workers = workers[np.argsort(shuffle[workers], kind="stable")]
    school_sizes = _cohort_classes(np.sort(cohort), int(parameters.class_size.value))
    work_sizes = _team_sizes(parameters, len(workers), seed)
    sizes = np.concatenate([school_sizes, work_sizes]).astype(np.int64)
    member = np.concatenate([pupils, workers]).astype(np.int32)
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    number = np.repeat(np.arange(len(sizes)), sizes)
    group = np.full(n, -1, np.int32)
    slot = np.zeros(n, np.int32)
    group[member] = number
    slot[member] = np.arange(len(member)) - start[number]
    meeting = np.where(
        np.arange(len(sizes)) < len(school_sizes),
        parameters.meeting_probability.school.value,
        parameters.meeting_probability.work.value,
    )
    return group, start, member, slot, (sizes * meeting).astype(np.float32)


def _cohort_classes(cohort: Ints, size: int) -> Ints:
    """Sizes of classes: each cohort (sorted labels) is split into classes as equal as can be, of at most `size` pupils."""
    _, counts = np.unique(cohort, return_counts=True)
    if len(counts) == 0:
        return np.zeros(0, np.int64)
    classes = -(-counts // max(1, size))
    base = np.repeat(counts // classes, classes)
    index = np.arange(len(base)) - np.repeat(np.cumsum(classes) - classes, classes)
    return base + (index < np.repeat(counts % classes, classes))


def _team_sizes(parameters: CityParameters, workers: int, seed: int) -> Ints:
    """Sizes of teams that add up to `workers`, at least 1 each, from the law of team sizes."""
    if workers == 0:
        return np.zeros(0, np.int64)
    law = parameters.team_size
    tries = int(2 * workers / max(1.0, law.mean) + 64)
    while True:
        u = unit_column(seed, TEAM_SIZE, tries, 0, 0)
        sizes = np.maximum(1, np.rint(law.quantile(u))).astype(np.int64)
        ends = np.cumsum(sizes)
        if ends[-1] >= workers:
            break
        tries *= 2
    last = int(np.searchsorted(ends, workers))
    sizes = sizes[: last + 1]
    sizes[-1] -= int(ends[last]) - workers
    return sizes


def affinity_matrix(six: tuple[float, ...] | list[float]) -> Floats:
    """(3, 3) acceptance of a meeting: the six values child-child, child-adult, child-elderly, adult-adult, adult-elderly,
    elderly-elderly."""
    matrix = np.zeros((3, 3))
    matrix[np.triu_indices(3)] = six
    return np.maximum(matrix, matrix.T)


def mixing_groups(ages: NDArray[np.uint8]) -> Ints:
    """0 child, 1 adult, 2 elderly, as `contacts.community.mixing_group`."""
    return (ages >= ADULT_FROM).astype(np.int64) + (ages >= ELDERLY_FROM)


def community_stubs(parameters: CityParameters, ages: NDArray[np.uint8], affinity: Floats, seed: int) -> NDArray[np.uint8]:
    """(n,) stubs: negative binomial across people, the mean by age group raised so that contacts that affinity lets happen have
    the stated mean. Cut at MOST_STUBS."""
    from scipy import stats

    wished = np.asarray(parameters.community_contacts_per_day.value, np.float64)
    share = np.bincount(mixing_groups(ages), minlength=3) / len(ages)
    mean = wished.copy()
    for _ in range(AFFINITY_ROUNDS):
        weight = share * mean
        if weight.sum() == 0:
            break
        mean = wished / np.maximum(affinity @ (weight / weight.sum()), 1e-9)
    u = unit_column(seed, STUBS, len(ages), 0, 0)
    k = float(parameters.community_dispersion_k.value)
    stubs = np.zeros(len(ages), np.uint8)
    group = mixing_groups(ages)
    for g in range(3):
        if mean[g] <= 0:
            continue
        cdf = stats.nbinom.cdf(np.arange(MOST_STUBS), k, k / (k + mean[g]))
        here = group == g
        stubs[here] = np.searchsorted(cdf, u[here]).astype(np.uint8)
    return stubs
