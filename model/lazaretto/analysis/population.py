"""A built city beside its inputs: ages, households, school and work, contacts by setting, mixing by
age, spread of contacts.

Contacts are counted as the engine and the tracers would find them, for a random sample of people
over whole weeks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..contacts.day import COMMUNITY, GROUP, HOUSEHOLD, meetings_on
from ..engine.room import new_scratch
from ..population.city import Population
from ..population.place import Place
from ..population.synthetic import mixing_groups
from .interval import standard_error

DAYS = 14
SCHOOL_DAYS = 5
MOST_MEETINGS = 4096
AGES = ("below 18", "18 to 64", "65 and over")
SPREAD = {
    "Tomsk 2016": (0.76, "Litvinova M et al 2019 PNAS 116:13174, contact diaries"),
    "POLYMOD": (
        0.79,
        "Mossong J et al 2008 PLoS Med (10.1371/journal.pmed.0050074), contact diaries",
    ),
    "BBC Pandemic": (1.08, "Klepac P et al 2020, contacts reported by adults"),
}


class Line(NamedTuple):
    """One number of the comparison."""

    block: str
    group: str
    built: float
    standard_error: (
        float  # of what was built, from the sample of people; 0 where everybody was counted
    )
    stated: float
    unit: str
    source: str


def meetings(
    population: Population, people: int = 2000, days: int = DAYS, seed: int = 1
) -> pd.DataFrame:
    """(person, day, other, layer, minutes) of all meetings of `people` random people on days
    0..days-1, nobody withdrawn."""
    city = population.city
    sample = np.random.Generator(np.random.Philox(seed)).choice(
        city.people, min(people, city.people), replace=False
    )
    others, layers, minutes = (
        np.empty(MOST_MEETINGS, np.int64),
        np.empty(MOST_MEETINGS, np.int64),
        np.empty(MOST_MEETINGS),
    )
    stubs, parts = new_scratch(8).stubs, []
    for person in np.sort(sample).tolist():
        for day in range(days):
            n = meetings_on(city, seed, stubs, person, day, others, layers, minutes)
            parts.append(
                np.column_stack(
                    [np.full(n, person), np.full(n, day), others[:n], layers[:n], minutes[:n]]
                )
            )
    table = pd.DataFrame(
        np.concatenate(parts), columns=["person", "day", "other", "layer", "minutes"]
    )
    table = table.astype({"person": int, "day": int, "other": int, "layer": int})
    table.attrs["sample"], table.attrs["days"] = np.sort(sample), days
    return table


def beside_inputs(population: Population, parameters: Place, met: pd.DataFrame) -> pd.DataFrame:
    """One line per number: as built, its standard error, as stated, unit, source. met: from
    `meetings`, over whole weeks."""
    lines = [*_people(population, parameters), *_contacts(population, parameters, met)]
    return pd.DataFrame(lines, columns=list(Line._fields))


def _people(population: Population, parameters: Place) -> list[Line]:
    city, lines = population.city, []
    groups = np.bincount(np.minimum(city.age // 5, 17), minlength=18)
    pyramid = np.asarray(parameters.age_pyramid.value, float)
    names = [f"{5 * k}-{5 * k + 4}" for k in range(17)] + ["85+"]
    for name, built, stated in zip(
        names, groups / city.people, pyramid / pyramid.sum(), strict=True
    ):
        lines.append(
            Line(
                "share of people by age",
                name,
                built,
                0.0,
                stated,
                "fraction",
                parameters.age_pyramid.source,
            )
        )
    sizes = np.diff(city.household_start)
    for size, stated in enumerate(parameters.household_size_fractions.value, 1):
        built = float((sizes == size).mean())
        name = f"{size}" if size < 6 else "6 and more"
        source = parameters.household_size_fractions.source
        lines.append(
            Line("share of households by size", name, built, 0.0, stated, "fraction", source)
        )
    school, work = at_school_and_work(population)
    for block, here, given in (
        ("share at school by age", school, parameters.at_school_by_age),
        ("share at work by age", work, parameters.at_work_by_age),
    ):
        of_age = np.bincount(np.minimum(city.age[here] // 5, 17), minlength=18) / np.maximum(
            1, groups
        )
        lines += [
            Line(block, n, b, 0.0, s, "fraction", given.source)
            for n, b, s in zip(names, of_age, given.value, strict=True)
        ]
    return lines


def at_school_and_work(population: Population) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(n,) who belongs to a school class, and to a workplace team: schools come first and have a
    rate of meetings of their own."""
    city = population.city
    per_head = city.group_mean_meetings / np.maximum(1, np.diff(city.group_start))
    same = (
        np.flatnonzero(np.isclose(per_head, per_head[0], rtol=1e-4))
        if len(per_head)
        else np.zeros(0, int)
    )
    youngest = city.age[city.group_member[city.group_start[0]]] if len(per_head) else 99
    classes = int(same[-1]) + 1 if len(same) and youngest < 25 else 0
    return (city.group >= 0) & (city.group < classes), city.group >= classes


def _contacts(population: Population, parameters: Place, met: pd.DataFrame) -> list[Line]:
    sample, days = met.attrs["sample"], met.attrs["days"]
    age_group = mixing_groups(population.city.age)
    school, work = (here[sample] for here in at_school_and_work(population))
    weekdays = sum((d + population.city.first_weekday) % 7 < SCHOOL_DAYS for d in range(days))
    per_person = {
        layer: met[met["layer"] == layer]
        .groupby("person")
        .size()
        .reindex(sample, fill_value=0)
        .to_numpy(float)
        for layer in (HOUSEHOLD, GROUP, COMMUNITY)
    }
    stated = parameters.group_contacts_per_day
    community = parameters.community_contacts_per_day
    lines = []
    for name, layer, chosen, over, wanted, source in (
        (
            "school, on a school day",
            GROUP,
            school,
            weekdays,
            stated.school.value,
            stated.school.source,
        ),
        ("work, on a working day", GROUP, work, weekdays, stated.work.value, stated.work.source),
        *(
            (
                f"community, {AGES[g]}",
                COMMUNITY,
                age_group[sample] == g,
                days,
                community.value[g],
                community.source,
            )
            for g in range(3)
        ),
    ):
        values = per_person[layer][chosen] / over
        error = float(standard_error(values))
        lines.append(
            Line(
                "contacts a day",
                name,
                float(values.mean()),
                error,
                float(wanted),
                "contacts/day",
                source,
            )
        )
    lines += _mixing(population, parameters, met, age_group)
    total = sum(per_person.values()) / days
    rows = (
        met.groupby(["person", "day"])
        .size()
        .reindex(pd.MultiIndex.from_product([sample, range(days)]), fill_value=0)
    )
    spread = float(rows.std() / rows.mean())
    error = spread * float(np.sqrt((1 + 2 * spread**2) / (2 * len(total))))
    for name, (value, source) in SPREAD.items():
        lines.append(
            Line("spread of contacts a day (CV)", name, spread, error, value, "ratio", source)
        )
    return lines


def _mixing(
    population: Population, parameters: Place, met: pd.DataFrame, age_group: NDArray[np.int64]
) -> list[Line]:
    """The share of community contacts with each age group: kept for the own group, else in
    proportion to the pool."""
    kept = np.asarray(parameters.community_own_age_fraction.value, float)
    outside_group = (1 - kept) * np.bincount(age_group, population.city.stubs, minlength=3)
    pool = outside_group / max(float(outside_group.sum()), 1e-12)
    outside = met[met["layer"] == COMMUNITY]
    mine, theirs = age_group[outside["person"]], age_group[outside["other"]]
    lines = []
    for a in range(3):
        for b in range(3):
            shares = (
                pd.Series(theirs[mine == a] == b)
                .groupby(outside["person"].to_numpy()[mine == a])
                .agg(["sum", "size"])
            )
            n = float(shares["size"].sum())
            built = float(shares["sum"].sum()) / n if n else float("nan")
            residual = shares["sum"] - built * shares["size"]
            error = float(np.sqrt((residual**2).sum()) / n) if n else float("nan")
            wanted = float((a == b) * kept[a] + (1 - kept[a]) * pool[b])
            name = f"{AGES[a]} with {AGES[b]}"
            lines.append(
                Line(
                    "community mixing by age",
                    name,
                    built,
                    error,
                    wanted,
                    "fraction",
                    parameters.community_own_age_fraction.source,
                )
            )
    return lines
