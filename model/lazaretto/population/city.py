"""The one type behind all populations: people and where they meet, as flat arrays that kernels read.

People are numbered so that the members of a household, and the households of an area, are neighbours. The *places* order people
within their area by the number of daily community contacts (stubs) they own, people without any last; so the owner of a stub is
found by arithmetic from one small table per area, and no list of stubs is stored.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..chance.laws import ROW
from ..chance.strata import LAST, SHIFT, STRATA, ceilings

MOST_STUBS = 63
MIXING_GROUPS = 3


class City(NamedTuple):
    """Arrays over n people, h households, g groups, a areas. All kernels of the layers take this tuple."""

    people: int
    reach: int  # one more than the number of the last person who has any contact at all
    age: NDArray[np.uint8]  # (n,) years
    household: NDArray[np.int32]  # (n,) household of each person
    household_start: NDArray[np.int32]  # (h + 1,) first member of each household
    group: NDArray[np.int32]  # (n,) school class or workplace team, -1 for none
    group_start: NDArray[np.int32]  # (g + 1,) first entry in group_member
    group_member: NDArray[np.int32]  # people by group
    group_slot: NDArray[np.int32]  # (n,) own rank within the group
    group_mean_meetings: NDArray[np.float32]  # (g,) members that one member meets on a weekday, in the mean
    area_start: NDArray[np.int32]  # (a + 1,) first person of each area
    stubs: NDArray[np.uint8]  # (n,) community contacts a day that a person owns
    place: NDArray[np.int32]  # (n,) position in the order by area and number of stubs
    person_at: NDArray[np.int32]  # (n,) the inverse of place
    class_place: NDArray[
        np.int32
    ]  # (a, MOST_STUBS + 2) first place of those with 1, 2, ... stubs; last column: of those with none
    class_stub: NDArray[
        np.int32
    ]  # (a, MOST_STUBS + 2) first stub, within the area, of those with 1, 2, ... stubs; last: how many
    wide_start: NDArray[np.int64]  # (STRATA, a + 1) by lane: first city-wide slot of each area
    affinity: NDArray[np.float64]  # (3, 3) acceptance of a meeting by age group (child, adult, elderly), largest 1
    minutes: NDArray[np.float64]  # (3, ROW) quantile tables: household, group, community
    minutes_mean: NDArray[np.float64]  # (3,) means of those tables
    ceiling: NDArray[np.float64]  # (3, STRATA) the longest minutes of each stratum
    window: NDArray[
        np.float64
    ]  # (3, STRATA, STRATA + 1) longest minutes of the first 0, 1, ... meetings from each turn on, together
    longest: NDArray[np.float64]  # (3, STRATA + 1) the same, from the turn where that is most
    close_fraction: NDArray[np.float64]  # (3,) share of contacts that are close and unprotected
    first_weekday: int  # weekday of day 0, 0 = Monday
    link_start: NDArray[np.int64]  # (n + 1,) static layer, first link of each person (length 1 if there is none)
    link: NDArray[np.int32]  # partner of each link
    link_weight: NDArray[np.float32]  # hazard of each link relative to the largest, or empty: all alike
    loop_days: int  # temporal layer: days after which the observed contacts begin again
    contact_start: NDArray[np.int64]  # (n x loop_days + 1,) first contact of each person and day (length 1 if there is none)
    contact: NDArray[np.int32]  # partner of each contact
    contact_time: NDArray[np.float32]  # start of each contact, in days after the beginning of its day
    contact_minutes: NDArray[np.float32]  # its length
    contact_most: NDArray[np.float32]  # (n,) the person's most minutes of contact on one day


@dataclass(frozen=True)
class Population:
    """A population ready to simulate.

    `city` holds the arrays; `name` says where it comes from; `seed` is the integer it was built with; `phone_ownership` (10,) is
    the share with a phone by decade of age; `density_per_km2` is 0 for idealised graphs, where nobody is merely near.
    """

    city: City
    name: str
    seed: int
    parameter_hash: str = ""
    phone_ownership: NDArray[np.float64] = field(default_factory=lambda: np.ones(10))
    density_per_km2: float = 0.0
    ids: Any = None  # of an observed population: the users' own names of the people, by number (a pandas.Index)

    @staticmethod
    def from_edges(table: Any, one: str = "one", other: str = "other", weight: str | None = None, **more: Any) -> Population:
        """A population from the user's own static links; see `population.observed.from_edges`."""
        from .observed import from_edges

        return from_edges(table, one, other, weight, **more)

    @staticmethod
    def from_contacts(
        table: Any, one: str = "one", other: str = "other", time: str = "day", minutes: str = "minutes", **more: Any
    ) -> Population:
        """A population from the user's own time-stamped contacts; see `population.observed.from_contacts`."""
        from .observed import from_contacts

        return from_contacts(table, one, other, time, minutes, **more)

    @property
    def people(self) -> int:
        return int(self.city.people)

    def __repr__(self) -> str:
        c = self.city
        return (
            f"Population({self.name!r}, {c.people:,} people, {len(c.household_start) - 1:,} households, "
            f"{len(c.group_start) - 1:,} groups, {len(c.area_start) - 1:,} areas, {len(c.link):,} links, "
            f"{len(c.contact):,} contacts, seed {self.seed})"
        )

    def with_hermit(self, age: int = 40) -> Population:
        """The same population and one more person, without any contact, at the end: nobody else's luck may change."""
        c = self.city
        n = c.people
        area_start = c.area_start.copy()
        area_start[-1] = n + 1
        more: dict[str, Any] = dict(people=n + 1, age=np.append(c.age, np.uint8(age)), area_start=area_start)
        if len(c.household):
            start = c.household_start
            more |= dict(
                household=np.append(c.household, np.int32(len(start) - 1)),
                household_start=np.append(start, np.int32(n + 1)),
            )
        if len(c.group):
            more |= dict(group=np.append(c.group, np.int32(-1)), group_slot=np.append(c.group_slot, np.int32(0)))
        if len(c.stubs):
            more |= dict(
                stubs=np.append(c.stubs, np.uint8(0)),
                place=np.append(c.place, np.int32(n)),
                person_at=np.append(c.person_at, np.int32(n)),
            )
        if len(c.link_start) > 1:
            more |= dict(link_start=np.append(c.link_start, c.link_start[-1]))
        if len(c.contact_most):
            nothing = np.full(c.loop_days, c.contact_start[-1])
            more |= dict(contact_start=np.append(c.contact_start, nothing), contact_most=np.append(c.contact_most, np.float32(0)))
        return replace(self, city=c._replace(**more))

    @cached_property
    def key(self) -> str:
        """Sixteen hex digits of everything in it: two populations with the same key are the same."""
        digest = hashlib.sha256()
        for part in (*self.city, self.phone_ownership, self.density_per_km2):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()[:16]

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays."""
        return sum(part.nbytes for part in self.city if isinstance(part, np.ndarray))


def place_people(area_start: NDArray[np.int32], stubs: NDArray[np.uint8], local_fraction: float) -> dict[str, Any]:
    """Order people within their areas by number of stubs and number the stubs.

    area_start: (a + 1,) first person of each area; stubs: (n,). Returns the fields place, person_at, class_place, class_stub and
    wide_start of `City`. A share 1 - local_fraction of each area's stubs is matched across the whole city on any day.
    """
    n, areas = len(stubs), len(area_start) - 1
    area_of = np.repeat(np.arange(areas), np.diff(area_start))
    rank = (stubs.astype(np.int64) + MOST_STUBS) % (MOST_STUBS + 1)  # 1, 2, ... first, 0 last
    key = area_of * (MOST_STUBS + 1) + rank
    person_at = np.argsort(key, kind="stable").astype(np.int32)
    place = np.empty(n, np.int32)
    place[person_at] = np.arange(n, dtype=np.int32)
    counts = np.bincount(key, minlength=areas * (MOST_STUBS + 1)).reshape(areas, MOST_STUBS + 1)
    first = np.concatenate([[0], np.cumsum(counts.ravel())]).astype(np.int64)
    per_class = np.concatenate([[0], np.cumsum((counts * (np.r_[1 : MOST_STUBS + 1, 0])).ravel())]).astype(np.int64)
    class_place = np.zeros((areas, MOST_STUBS + 2), np.int32)
    class_stub = np.zeros((areas, MOST_STUBS + 2), np.int32)
    at = np.arange(areas)[:, None] * (MOST_STUBS + 1) + np.arange(MOST_STUBS + 1)[None, :]
    class_place[:, 1:] = first[at]
    class_stub[:, 1:] = per_class[at] - per_class[at[:, :1]]
    class_place[:, 0] = class_place[:, 1]
    lanes = np.arange(STRATA)[:, None]
    in_lane = (class_stub[None, :, -1].astype(np.int64) + LAST - lanes) >> SHIFT
    wide = np.rint(in_lane * (1.0 - local_fraction)).astype(np.int64)
    wide_start = np.concatenate([np.zeros((STRATA, 1), np.int64), np.cumsum(wide, axis=1)], axis=1)
    return dict(place=place, person_at=person_at, class_place=class_place, class_stub=class_stub, wide_start=wide_start)


def bare_city(people: int) -> City:
    """People of age 40 in one area, without households, groups, stubs or links: what the doors start from."""
    none = np.zeros(0, np.int32)
    return City(
        people=people,
        reach=0,
        age=np.full(people, 40, np.uint8),
        household=none,
        household_start=np.zeros(1, np.int32),
        group=none,
        group_start=np.zeros(1, np.int32),
        group_member=none,
        group_slot=none,
        group_mean_meetings=np.zeros(0, np.float32),
        area_start=np.array([0, people], np.int32),
        stubs=np.zeros(0, np.uint8),
        place=none,
        person_at=none,
        class_place=np.zeros((1, MOST_STUBS + 2), np.int32),
        class_stub=np.zeros((1, MOST_STUBS + 2), np.int32),
        wide_start=np.zeros((STRATA, 2), np.int64),
        affinity=np.ones((MIXING_GROUPS, MIXING_GROUPS)),
        minutes=np.full((3, ROW), 60.0),
        minutes_mean=np.full(3, 60.0),
        **ceilings(np.full((3, ROW), 60.0)),
        close_fraction=np.ones(3),
        first_weekday=0,
        link_start=np.zeros(1, np.int64),
        link=none,
        link_weight=np.zeros(0, np.float32),
        **no_contacts(),
    )


def no_contacts() -> dict[str, Any]:
    """The fields of an empty temporal layer."""
    return dict(
        loop_days=1,
        contact_start=np.zeros(1, np.int64),
        contact=np.zeros(0, np.int32),
        contact_time=np.zeros(0, np.float32),
        contact_minutes=np.zeros(0, np.float32),
        contact_most=np.zeros(0, np.float32),
    )


def reach_of(city: City) -> int:
    """One more than the number of the last person with a household mate, a group mate, a stub or a link."""
    contact = np.zeros(city.people, bool)
    if len(city.household):
        contact |= np.diff(city.household_start)[city.household] > 1
    if len(city.stubs):
        contact |= city.stubs > 0
    if len(city.group):
        contact |= (city.group >= 0) & (np.diff(city.group_start)[np.maximum(city.group, 0)] > 1)
    if len(city.link_start) > 1:
        contact |= np.diff(city.link_start) > 0
    if len(city.contact_most):
        contact |= city.contact_most > 0
    found = np.flatnonzero(contact)
    return int(found[-1]) + 1 if len(found) else 0
