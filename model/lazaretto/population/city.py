"""The one type behind all populations: people and where they meet, as flat arrays that kernels
read.

People are numbered so that the members of a household, and the households of an area, are
neighbours. The *places* order people within their area by age group and by the number of daily
community contacts (stubs) they own, people without any last; so the owner of a stub is found by
arithmetic from one small table per area, and no list of stubs is stored.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._by_address import by_address
from ..chance.laws import ROW
from ..chance.strata import STRATA, ceilings
from .stubs import LANE_COLUMNS, STUB_CLASSES

COLUMNS = {
    "household": np.int32,
    "group": np.int32,
    "place": np.int32,
    "group_slot": np.uint16,
    "age": np.uint8,
    "stubs": np.uint8,
}
BYTES_PER_PERSON = 16
CONTACT_REFERENCE = 60.0  # minutes of observed contact on a day that have the pathogen's hazard


@by_address
class City(NamedTuple):
    """Arrays over n people, h households, g groups, a areas. All kernels of the layers take this
    tuple.

    household, group, place, group_slot, age and stubs are columns of one table of 16 bytes a person
    (`people_columns`), so that a person costs one cache miss.
    """

    people: int
    reach: int  # one more than the number of the last person who has any contact at all
    age: NDArray[np.uint8]  # (n,) years
    household: NDArray[np.int32]  # (n,) household of each person
    household_start: NDArray[np.int32]  # (h + 1,) first member of each household
    group: NDArray[np.int32]  # (n,) school class or workplace team, -1 for none
    classes: int  # groups below this number are school classes, the others teams at work
    group_start: NDArray[np.int32]  # (g + 1,) first entry in group_member
    group_member: NDArray[np.int32]  # people by group
    group_slot: NDArray[np.uint16]  # (n,) own rank within the group
    group_mean_meetings: NDArray[
        np.float32
    ]  # (g,) rounds of meetings of the group on a weekday, in the mean
    site_of_group: NDArray[np.int32]  # (g,) school or workplace that the group belongs to
    site_start: NDArray[np.int32]  # (sites + 1,) first entry in group_member
    site_mean_meetings: NDArray[
        np.float32
    ]  # (sites,) rounds of meetings across the site on a weekday, in the mean
    area_start: NDArray[np.int32]  # (a + 1,) first person of each area
    stubs: NDArray[np.uint8]  # (n,) community contacts that a person owns on a day without rest
    place: NDArray[
        np.int32
    ]  # (n,) position in the order by area, age group and number of stubs; people without any last
    person_at: NDArray[np.int32]  # (n,) the inverse of place
    class_place: NDArray[
        np.int32
        # (a, STUB_CLASSES + 1) first place by age group and number of stubs; last: of those with
        # none
    ]
    class_stub: NDArray[
        np.int32
    ]  # (a, STUB_CLASSES + 1) first stub, within the area; last: how many
    class_at: NDArray[
        np.uint8
        # (a, blocks) age group and number of stubs of the owner of the first of every 2^INDEX_SHIFT
        # stubs
    ]
    lanes: NDArray[
        np.int32
    ]  # (a, STRATA, LANE_COLUMNS) how the stubs of each lane are split (columns: see `stubs`)
    wide_start: NDArray[np.int64]  # (STRATA, a + 1) by lane: first city-wide slot of each area
    wide_bits: NDArray[np.int64]  # (STRATA,) `bits_for` the city-wide slots of each lane
    lanes_open: NDArray[
        np.int64
    ]  # (7,) lanes of stubs, of STRATA, that meet on each day of the week, Monday first
    minutes: NDArray[np.float64]  # (3, ROW) quantile tables: household, group, community
    minutes_mean: NDArray[np.float64]  # (3,) means of those tables
    ceiling: NDArray[np.float64]  # (3, STRATA) the longest minutes of each stratum
    window: NDArray[
        np.float64
        # (3, STRATA, STRATA + 1) longest minutes of the first 0, 1, ... meetings from each turn on,
        # together
    ]
    longest: NDArray[np.float64]  # (3, STRATA + 1) the same, from the turn where that is most
    close_fraction: NDArray[np.float64]  # (3,) share of contacts that are close and unprotected
    first_weekday: int  # weekday of day 0, 0 = Monday
    link_start: NDArray[
        np.int64
    ]  # (n + 1,) static layer, first link of each person (length 1 if there is none)
    link: NDArray[np.int32]  # partner of each link
    link_weight: NDArray[
        np.float32
    ]  # hazard of each link relative to the largest of the person it stands at, or empty: all alike
    link_most: NDArray[
        np.float64
    ]  # (n,) that largest, 1 for the pathogen's hazard; or empty: all 1
    loop_days: int  # temporal layer: days after which the observed contacts begin again
    contact_start: NDArray[
        np.int64
    ]  # (n x loop_days + 1,) first contact of each person and day (length 1 if there is none)
    contact: NDArray[np.int32]  # partner of each contact
    contact_time: NDArray[
        np.float32
    ]  # start of each contact, in days after the beginning of its day
    contact_minutes: NDArray[np.float32]  # its length
    # hazard of a minute of each contact, relative to one of weight 1; or empty: all 1
    contact_weight: NDArray[np.float32]
    # (n,) the person's most minutes of contact on one day, each times its weight
    contact_most: NDArray[np.float32]
    contact_reference: float  # minutes of contact on a day that have the pathogen's hazard
    call_start: NDArray[
        np.int64
        # (n + 1,) first entry of each person in the user's own phone list (length 1 if there is
        # none)
    ]
    call: NDArray[np.int32]  # who called or was called


REACH_BLOCK = 1 << 16


@dataclass(frozen=True)
class Population:
    """A population ready to simulate.

    `city` holds the arrays; `name` says where it comes from; `seed` is the integer it was built
    with; `phone_ownership` (10,) is the share with a phone by decade of age; `density_per_km2` is 0
    for idealised graphs, where nobody is only near.
    """

    city: City
    name: str
    seed: int
    parameter_hash: str = ""
    # what it was built from, where that says everything about it: then `key` need not read the
    # arrays
    built_from: str = ""
    phone_ownership: NDArray[np.float64] = field(default_factory=lambda: np.ones(10))
    density_per_km2: float = 0.0
    # of an observed population: the users' own names of the people, by number (a pandas.Index)
    ids: Any = None
    place: Any = field(default=None, repr=False)  # of a synthetic city: its `Place`
    notes: tuple[str, ...] = ()  # what a user should know of it, such as what a weight stands for
    own_layers: Any = field(default=None, repr=False)  # `layers.OwnLayers` that the user named

    @staticmethod
    def from_edges(
        table: Any, one: str = "one", other: str = "other", weight: str | None = None, **more: Any
    ) -> Population:
        """A population from the user's own static links; see `population.observed.from_edges`."""
        from .observed import from_edges

        return from_edges(table, one, other, weight, **more)

    @staticmethod
    def from_contacts(
        table: Any,
        one: str = "one",
        other: str = "other",
        time: str = "day",
        minutes: str = "minutes",
        **more: Any,
    ) -> Population:
        """A population from the user's own time-stamped contacts; see
        `population.observed.from_contacts`."""
        from .observed import from_contacts

        return from_contacts(table, one, other, time, minutes, **more)

    @property
    def people(self) -> int:
        return int(self.city.people)

    def numbers_of(self, ids: Any) -> NDArray[np.int64]:
        """(ids,) the number of each person by the user's own id, or by number where the people have
        no ids; -1 for nobody. ids: as `tables.ids.same_ids` gives them, or plain values."""
        import pandas as pd

        own = pd.RangeIndex(self.people) if self.ids is None else pd.Index(self.ids)
        given = list(ids)
        if own.dtype.kind in "iu":
            given = [_whole(one) for one in given]
        else:
            given = [str(one).strip() for one in given]
        return np.asarray(own.get_indexer(pd.Index(given, dtype=own.dtype)), np.int64)

    def __repr__(self) -> str:
        c = self.city
        return (
            f"Population({self.name!r}, {c.people:,} people, "
            f"{len(c.household_start) - 1:,} households, "
            f"{len(c.group_start) - 1:,} groups, {len(c.area_start) - 1:,} areas, "
            f"{len(c.link):,} links, "
            f"{len(c.contact):,} contacts, seed {self.seed}"
            + "".join(f"; {note}" for note in self.notes)
            + ")"
        )

    def _repr_html_(self) -> str:
        from .summary import population_summary

        return population_summary(self)._repr_html_()

    def with_hermit(self, age: int = 40) -> Population:
        """The same population and one more person, without any contact, at the end: nobody else's
        luck may change."""
        c = self.city
        n = c.people
        area_start = c.area_start.copy()
        area_start[-1] = n + 1
        columns = people_columns(n + 1)
        for name, column in columns.items():
            column[:n] = getattr(c, name)
        columns["age"][n] = age
        more: dict[str, Any] = dict(people=n + 1, area_start=area_start, **columns)
        if len(c.household_start) > 1:
            columns["household"][n] = len(c.household_start) - 1
            more["household_start"] = np.append(c.household_start, np.int32(n + 1))
        if len(c.person_at):
            more["person_at"] = np.append(c.person_at, np.int32(n))
        if len(c.link_start) > 1:
            more |= dict(link_start=np.append(c.link_start, c.link_start[-1]))
        if len(c.link_most):
            more["link_most"] = np.append(c.link_most, 0.0)
        if len(c.contact_most):
            nothing = np.full(c.loop_days, c.contact_start[-1])
            more |= dict(
                contact_start=np.append(c.contact_start, nothing),
                contact_most=np.append(c.contact_most, np.float32(0)),
            )
        if len(c.call_start) > 1:
            more["call_start"] = np.append(c.call_start, c.call_start[-1])
        ids = self.ids
        if ids is not None:
            free = 1 + max((i for i in ids if isinstance(i, int)), default=n - 1)
            ids = ids.append(type(ids)([free if ids.dtype.kind == "i" else f"person {free}"]))
        return replace(self, city=c._replace(**more), built_from="", ids=ids)

    def with_calls(self, table: Any, one: str, other: str) -> Population:
        """The same people with their own list of calls or messages, for the instrument call-list;
        see `population.observed.with_calls`."""
        from .observed import with_calls

        return with_calls(self, table, one, other)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Out of a pickle: the columns of people are put into one table again, since compiled code
        tells the two layouts apart."""
        columns = people_columns(state["city"].people)
        for name, column in columns.items():
            column[:] = getattr(state["city"], name)
        self.__dict__.update(state, city=state["city"]._replace(**columns))

    @cached_property
    def key(self) -> str:
        """Sixteen hex digits of everything in it: two populations with the same key are the
        same."""
        digest = hashlib.sha256(self.built_from.encode())
        if self.built_from:
            return digest.hexdigest()[:16]
        for part in (*self.city, self.phone_ownership, self.density_per_km2):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()[:16]

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays."""
        return sum(part.nbytes for part in self.city if isinstance(part, np.ndarray))


def _whole(value: Any) -> int:
    """A whole number from 0 on, as a number, a whole float or text; -1 for anything else."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        return -1
    return int(value) if 0 <= value < 2**63 and value == int(value) else -1


def people_columns(people: int) -> dict[str, Any]:
    """The columns of `City` that lie in one table, a row for each person: all zero, in no group, at
    their own place."""
    table = np.zeros((people, BYTES_PER_PERSON), np.uint8)
    columns: dict[str, Any] = {}
    at = 0
    for name, kind in COLUMNS.items():
        size = np.dtype(kind).itemsize
        columns[name] = table.view(kind)[:, at // size]
        at += size
    columns["group"][:] = -1
    columns["place"][:] = np.arange(people, dtype=np.int32)
    return columns


def bare_city(people: int) -> City:
    """People of age 40 in one area, without households, groups, stubs or links: what the doors
    start from."""
    none = np.zeros(0, np.int32)
    columns = people_columns(people)
    columns["age"][:] = 40
    return City(
        people=people,
        reach=0,
        **columns,
        household_start=np.zeros(1, np.int32),
        classes=0,
        group_start=np.zeros(1, np.int32),
        group_member=none,
        group_mean_meetings=np.zeros(0, np.float32),
        site_of_group=none,
        site_start=np.zeros(1, np.int32),
        site_mean_meetings=np.zeros(0, np.float32),
        area_start=np.array([0, people], np.int32),
        person_at=none,
        class_place=np.zeros((1, STUB_CLASSES + 1), np.int32),
        class_stub=np.zeros((1, STUB_CLASSES + 1), np.int32),
        class_at=np.zeros((1, 1), np.uint8),
        lanes=np.zeros((1, STRATA, LANE_COLUMNS), np.int32),
        wide_start=np.zeros((STRATA, 2), np.int64),
        wide_bits=np.full(STRATA, 2, np.int64),
        lanes_open=np.full(7, STRATA, np.int64),
        minutes=np.full((3, ROW), 60.0),
        minutes_mean=np.full(3, 60.0),
        **ceilings(np.full((3, ROW), 60.0)),
        close_fraction=np.ones(3),
        first_weekday=0,
        link_start=np.zeros(1, np.int64),
        link=none,
        link_weight=np.zeros(0, np.float32),
        link_most=np.zeros(0),
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
        contact_weight=np.zeros(0, np.float32),
        contact_most=np.zeros(0, np.float32),
        contact_reference=CONTACT_REFERENCE,
        call_start=np.zeros(1, np.int64),
        call=np.zeros(0, np.int32),
    )


def reach_of(city: City) -> int:
    """One more than the number of the last person with a household mate, a group mate, a stub or a
    link."""
    for end in range(city.people, 0, -REACH_BLOCK):
        block = slice(max(0, end - REACH_BLOCK), end)
        contact = np.zeros(block.stop - block.start, bool)
        if len(city.household_start) > 1:
            home = city.household[block]
            contact |= city.household_start[home + 1] - city.household_start[home] > 1
        contact |= city.stubs[block] > 0
        if len(city.group_start) > 1:
            group = city.group[block]
            known = np.maximum(group, 0)
            contact |= (group >= 0) & (city.group_start[known + 1] - city.group_start[known] > 1)
        if len(city.link_start) > 1:
            contact |= np.diff(city.link_start[block.start : block.stop + 1]) > 0
        if len(city.contact_most):
            contact |= city.contact_most[block] > 0
        found = np.flatnonzero(contact)
        if len(found):
            return block.start + int(found[-1]) + 1
    return 0
