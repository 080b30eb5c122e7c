"""Who bears the burden: the panel's person-level counts by age, household size and number of
contacts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..mechanisms.isolation.rungs import IS_SANCTION
from ..population.city import City, Population
from ..world.codes import CASE, WRONG
from ..world.state import Raw
from .curves import never_infected
from .orders import days_served
from .severity import Severity

AGES = (0, 10, 20, 30, 40, 50, 60, 70, 80)
HOUSEHOLDS = (1, 2, 3, 4, 5)
CONTACTS = (0, 3, 6, 10, 20)
Ints = NDArray[np.int64]


def contacts_a_day(city: City) -> NDArray[np.float64]:
    """(n,) contacts outside the household on a day on which everything is open: community stubs,
    group and site rounds, links."""
    contacts = city.stubs.astype(float)
    if len(city.group_start) > 1:
        group = np.maximum(city.group, 0)
        rounds = (
            city.group_mean_meetings[group] + city.site_mean_meetings[city.site_of_group[group]]
        )
        contacts += np.where(city.group >= 0, rounds, 0.0)
    if len(city.link_start) > 1:
        contacts += np.diff(city.link_start)
    return contacts


def household_size(city: City) -> Ints:
    """(n,) people in the person's household, 1 where there are no households."""
    if len(city.household_start) == 1:
        return np.ones(city.people, np.int64)
    sizes: Ints = np.diff(city.household_start)[city.household].astype(np.int64)
    return sizes


def group_by(values: NDArray[np.float64] | Ints, lower: tuple[int, ...]) -> tuple[Ints, list[str]]:
    """(class of each value, names of the classes): classes begin at `lower`."""
    edges = np.asarray(lower)
    names = [
        f"{a}" if b - a == 1 else f"{a} to {b - 1}"
        for a, b in zip(edges[:-1], edges[1:], strict=True)
    ]
    return np.searchsorted(edges, values, side="right") - 1, [*names, f"{edges[-1]} and more"]


def burden(population: Population, raw: Raw, severe: Severity) -> pd.DataFrame:
    """Per 1,000 people of each group: infections, deaths, days served, futile days, wrong
    sanctions, people listed though never infected.

    Index: ("by", "group") with by = age (years), household (people) or contacts (outside the
    household, a day); columns: people and the counts.
    """
    city, people, h, records = population.city, population.people, raw.history, raw.records
    died = np.full(people, np.inf)
    died[h.person] = severe.died
    never = never_infected(raw, people)
    served = days_served(raw, died)
    under = records.order_pathway >= CASE
    who = records.order_person[under]
    wrong = (raw.conduct.action_wrong == WRONG) & (np.array(IS_SANCTION)[records.action_kind])
    opened = raw.tally.opened > 0 if len(raw.tally.opened) else np.zeros(people, bool)

    def per_person(
        index: NDArray[Any], weights: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        counted: NDArray[np.float64] = np.bincount(index, weights, minlength=people).astype(float)
        return counted

    days = per_person(who, served.served[under])
    counts = {
        "infections": per_person(h.person),
        "deaths": np.isfinite(died) & (died < raw.days),
        "days_served": days,
        "futile_days": np.where(never, days, 0.0),
        "wrong_sanctions": per_person(records.action_person[wrong]),
        "uninfected_opened": opened & never,
    }
    groupings = {
        "age": group_by(city.age.astype(np.int64), AGES),
        "household": group_by(household_size(city), HOUSEHOLDS),
        "contacts": group_by(contacts_a_day(city), CONTACTS),
    }
    tables = []
    for by, (classes, names) in groupings.items():
        size = np.bincount(classes, minlength=len(names))
        with np.errstate(invalid="ignore"):
            rates = {
                name: 1000.0
                * np.bincount(classes, values.astype(float), minlength=len(names))
                / size
                for name, values in counts.items()
            }
        index = pd.MultiIndex.from_product([[by], names], names=["by", "group"])
        tables.append(pd.DataFrame({"people": size, **rates}, index=index))
    return pd.concat(tables)
