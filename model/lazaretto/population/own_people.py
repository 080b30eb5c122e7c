"""People whom a user names: who they are, in which order they stand, and what is known of each
(age, household, group, area).

Kernels need the members of a household, and the households of an area, side by side, and draw the
first infections among those numbered below `City.reach`. So people are numbered here, and their ids
say who they are: no result depends on the order of rows or on where people without contacts stand.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..chance.strata import STRATA
from ..tables.columns import need_columns, numbers, refuse, say, whole
from ..tables.ids import same_ids
from ..tables.sources import open_table
from ..values.errors import PopulationError
from .city import City, bare_city, reach_of
from .stubs import LANE_COLUMNS, STUB_CLASSES

ID, AGE, HOUSEHOLD, GROUP, AREA = "id", "age", "household", "group", "area"
KNOWN = (AGE, HOUSEHOLD, GROUP, AREA)
OLDEST = 120
PUPILS_BELOW = 19  # groups whose members are younger in the median are school classes
LARGEST_GROUP = 1000  # everybody of a group meets everybody
Ints = NDArray[np.int64]


class Pairs(NamedTuple):
    """The rows of a table as numbers of people, in order of `ids`."""

    ids: pd.Index
    one: Ints
    other: Ints
    known: pd.DataFrame  # of each id what the user states: some of the columns KNOWN


@dataclass(frozen=True)
class Links:
    """A table with two columns of ids, and what to call it."""

    frame: pd.DataFrame
    one: str
    other: str
    where: str


def find_people(links: Links, people: Any) -> Pairs:
    """Who meets whom, as numbers. people: None (those in the table), how many (ids 0, 1, ...), all
    ids, or a table with the columns id, age, household, group, area, each of them optional.

    Raises PopulationError for ids that are none, somebody who is not among `people`, and a person
    who meets themselves.
    """
    frame, where = links.frame, links.where
    columns = [(frame[name], frame, where) for name in (links.one, links.other)]
    told, known, place = _stated_people(people, where)
    if told is None:
        a, b = same_ids(columns)
        ids = pd.Index(np.unique(np.concatenate([a, b])))
    else:
        a, b, given = same_ids([*columns, (told, pd.DataFrame({told.name: told}), place)])
        ids = pd.Index(given)
    if ids.has_duplicates:
        raise PopulationError(f"{place}: {ids[ids.duplicated()].tolist()[0]!r} stands there twice")
    found = np.stack([ids.get_indexer(pd.Index(part, dtype=ids.dtype)) for part in (a, b)])
    names = [links.one, links.other]
    refuse(
        (found < 0).any(axis=0),
        frame,
        names,
        where,
        "this person is not among `people`",
        "give all ids, or none",
    )
    refuse(
        found[0] == found[1],
        frame,
        names,
        where,
        "a person meets themselves",
        "leave such rows out",
    )
    return Pairs(ids, found[0].astype(np.int64), found[1].astype(np.int64), known)


def _stated_people(people: Any, where: str) -> tuple[pd.Series | None, pd.DataFrame, str]:
    """(ids as the user gives them, what is known of each, what to call them in messages)."""
    place = f"{where}: people"
    if people is None:
        return None, pd.DataFrame(), place
    if isinstance(people, int | float | np.integer | np.floating):
        number = whole(people, "people", 1, where)
        if number >= 2**31:
            raise PopulationError(f"{place}: {number:,} are too many; at most {2**31 - 1:,}")
        return pd.Series(np.arange(number), name=ID), pd.DataFrame(), place
    framed = isinstance(people, str | Path | Mapping) or hasattr(people, "columns")
    framed = framed or hasattr(people, "to_pydict")
    if not framed:
        return _listed(people, place), pd.DataFrame(), place
    frame, place = open_table(people, place, [ID, *KNOWN])
    named = ID in frame.columns
    if named:
        need_columns(frame, [ID], place)
    ids = frame[ID] if named else pd.Series(np.arange(len(frame)), name=ID)
    return ids, _known(frame, place), place


def _listed(people: Any, place: str) -> pd.Series:
    try:
        given = pd.Series(list(people), name=ID)
    except TypeError as problem:
        raise PopulationError(
            f"{place}: ids, how many, or a table with a column id is needed; got {people!r}"
        ) from problem
    if not len(given):
        raise PopulationError(f"{place}: nobody is named")
    return given


def _known(frame: pd.DataFrame, place: str) -> pd.DataFrame:
    """The columns of KNOWN that are there: ages in whole years, the rest as codes (-1: none)."""
    known = pd.DataFrame(index=np.arange(len(frame)))
    for name in KNOWN:
        if name not in frame.columns:
            continue
        if list(frame.columns).count(name) > 1:
            raise PopulationError(f"{place}: there are several columns {name!r}. Leave one")
        if name in (AGE, AREA):
            need_columns(frame, [name], place)
        if name == AGE:
            ages = numbers(frame, AGE, place, f"ages are years, from 0 to {OLDEST}")
            wrong = (ages < 0) | (ages > OLDEST)
            hint = f"ages are years, from 0 to {OLDEST}"
            refuse(wrong, frame, [AGE], place, "this is no age", hint)
            known[AGE] = np.floor(ages).astype(np.int64)
        else:
            known[name] = pd.factorize(pd.Series(labels(frame[name])), sort=True)[0]
    return known


def labels(column: pd.Series) -> list[str | None]:
    """Names of households, groups or areas, alike however they are written; None for none."""
    found: list[str | None] = []
    for value in column.astype(object):
        if pd.isna(value):
            found.append(None)
            continue
        if isinstance(value, float) and value == int(value):
            value = int(value)
        found.append(unicodedata.normalize("NFC", str(value)).strip() or None)
    return found


def number_people(pairs: Pairs) -> tuple[Pairs, City]:
    """The same people in the order that kernels need, and a city of them without links: by area and
    household, those without any contact last."""
    n, known = len(pairs.ids), pairs.known.reindex(np.arange(len(pairs.ids)))
    linked = np.zeros(n, bool)
    linked[pairs.one] = linked[pairs.other] = True
    for name in (HOUSEHOLD, GROUP):
        if name in known:
            code = known[name].to_numpy()
            linked |= (code >= 0) & (np.bincount(code + 1)[code + 1] > 1)
    nothing = np.zeros(n, np.int64)
    area = known[AREA].to_numpy() if AREA in known else nothing
    home = known[HOUSEHOLD].to_numpy() if HOUSEHOLD in known else nothing
    if HOUSEHOLD in known:
        alone = home < 0
        home = np.where(alone, home.max() + 1 + np.cumsum(alone), home)
        split = pd.Series(area).groupby(home).nunique().gt(1)
        if split.any():
            raise PopulationError("people: the members of a household live in several areas")
    order = np.lexsort((home, ~linked, area))
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    known = known.iloc[order].reset_index(drop=True)
    known[HOUSEHOLD] = home[order] if HOUSEHOLD in pairs.known or GROUP in known else -1
    if HOUSEHOLD not in pairs.known and GROUP in known:
        known[HOUSEHOLD] = np.arange(n)  # kernels look for groups where there are households
    city = bare_city(n)
    if AGE in known:
        city.age[:] = known[AGE].to_numpy()
    city = _with_areas(_with_groups(_with_households(city, known), known), known)
    found = Pairs(pairs.ids[order], rank[pairs.one], rank[pairs.other], known)
    _say_doubles(found)
    return found, city


def _with_households(city: City, known: pd.DataFrame) -> City:
    home = known[HOUSEHOLD].to_numpy()
    if not len(home) or home[0] < 0:
        return city
    begins = np.flatnonzero(np.r_[True, np.diff(home) != 0])
    city.household[:] = np.cumsum(np.r_[False, np.diff(home) != 0])
    return city._replace(household_start=np.r_[begins, len(home)].astype(np.int32))


def _with_groups(city: City, known: pd.DataFrame) -> City:
    """Groups whose members all meet one another on weekdays, school classes before the others."""
    if GROUP not in known or (known[GROUP] < 0).all():
        return city
    code = known[GROUP].to_numpy()
    count = np.bincount(code[code >= 0])
    if count.max() > LARGEST_GROUP:
        raise PopulationError(
            f"people: a group has {count.max():,} members, and all members of a group meet on "
            f"weekdays; at most {LARGEST_GROUP:,}. Give classes or teams, not schools or firms"
        )
    median = pd.Series(city.age[code >= 0]).groupby(code[code >= 0]).median().to_numpy()
    young = median < PUPILS_BELOW
    place = np.empty(len(count), np.int64)
    place[np.argsort(~young, kind="stable")] = np.arange(len(count))
    group = np.where(code >= 0, place[np.maximum(code, 0)], -1)
    member = np.argsort(np.where(group >= 0, group, len(count)), kind="stable")[: count.sum()]
    size = np.bincount(group[group >= 0], minlength=len(count))
    start = np.r_[0, np.cumsum(size)].astype(np.int32)
    city.group[:] = group
    city.group_slot[member] = np.arange(len(member)) - start[group[member]]
    return city._replace(
        classes=int(young.sum()),
        group_start=start,
        group_member=member.astype(np.int32),
        group_mean_meetings=size.astype(np.float32),
        site_of_group=np.arange(len(count), dtype=np.int32),
        site_start=start.copy(),
        site_mean_meetings=np.zeros(len(count), np.float32),
    )


def _with_areas(city: City, known: pd.DataFrame) -> City:
    if AREA not in known:
        return city
    area = known[AREA].to_numpy()
    begins = np.flatnonzero(np.r_[True, np.diff(area) != 0])
    areas = len(begins)
    return city._replace(
        area_start=np.r_[begins, len(area)].astype(np.int32),
        class_place=np.zeros((areas, STUB_CLASSES + 1), np.int32),
        class_stub=np.zeros((areas, STUB_CLASSES + 1), np.int32),
        class_at=np.zeros((areas, 1), np.uint8),
        lanes=np.zeros((areas, STRATA, LANE_COLUMNS), np.int32),
        wide_start=np.zeros((STRATA, areas + 1), np.int64),
    )


def _say_doubles(pairs: Pairs) -> None:
    """Links between people who meet anyway."""
    for name in (HOUSEHOLD, GROUP):
        if name not in pairs.known:
            continue
        code = pairs.known[name].to_numpy()
        both = int(((code[pairs.one] == code[pairs.other]) & (code[pairs.one] >= 0)).sum())
        if both:
            say(
                f"people: {both:,} rows of the table are between members of one {name}, who meet "
                "anyway: both count. Leave those rows out, or the column"
            )


def with_reach(city: City) -> City:
    """The city with `reach`. Where people without contacts stand between others (in an area of
    their own), everybody may be infected first: nobody's chance hangs on the order."""
    reach = reach_of(city)
    connected = np.zeros(city.people, bool)
    if len(city.link_start) > 1:
        connected |= np.diff(city.link_start) > 0
    if len(city.contact_most):
        connected |= city.contact_most > 0
    if len(city.household_start) > 1:
        connected |= np.diff(city.household_start)[city.household] > 1
    if len(city.group_start) > 1:
        connected |= (city.group >= 0) & (np.diff(city.group_start)[np.maximum(city.group, 0)] > 1)
    return city._replace(reach=reach if connected[:reach].all() else city.people)
