"""What immunity and people's own caution make of R at the start of a run, on a population."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..mechanisms.illness.lowering import lower_pathogen
from ..mechanisms.immunity.lowering import immune_at_start
from ..mechanisms.immunity.statement import Immunity
from ..mechanisms.response.statement import LOOKED_AT
from ..outcomes.free_chains import MANY, NO_POLICY, Reproduction, days_of, measure
from ..outcomes.reproduction import free_people, reproduction
from ..parameters import Behaviour, Pathogen, list_names, load_behaviour, load_immunity
from ..population.city import Population
from ..world.stated import Policy, with_types


class Caution(NamedTuple):
    """What people do of their own accord: share of contacts outside the home kept, share of
    meetings there that are protected, share of transmissions in these that protection stops."""

    kept: float = 1.0
    meetings: float = 0.0
    cut: float = 0.0


NO_CAUTION = Caution()


def r_at_start(
    pathogen: Pathogen,
    population: Population,
    immunity: Immunity | None = None,
    caution: Caution = NO_CAUTION,
) -> Reproduction:
    """R of the first generations where some are immune or vaccinated (None: nobody) and people are
    cautious, by the definition of R0 and on the same people. Of a stated hazard too, whose R0
    nothing else asks for."""
    solved = reproduction(pathogen, population)
    people = free_people(population, float(pathogen.R0.value))
    rates = lower_pathogen(pathogen, people, solved.scale)
    stated = load_immunity("none") if immunity is None else immunity
    return measure(
        people,
        rates._replace(immune=immune_at_start(stated, people.city, days_of(rates))),
        many=float(pathogen.R0.value) >= MANY,
        policy=_only(caution),
    )


def _only(caution: Caution) -> Policy:
    """A policy of nothing but that."""
    if caution == NO_CAUTION:
        return NO_POLICY
    return with_types(
        Policy(
            active=True,
            responds_to=LOOKED_AT.index("contacts"),
            series=np.array([caution.kept]),
            protected=caution.meetings,
            protection=caution.cut,
        )
    )


def caution_of(behaviour: Behaviour) -> tuple[Caution, Caution]:
    """(at the start, at full response) what people do of their own accord."""
    protection, response = behaviour.protection, behaviour.response
    start = NO_CAUTION
    if protection is not None and protection.meetings.value * protection.cut.value > 0:
        start = Caution(1.0, float(protection.meetings.value), float(protection.cut.value))
    if response is None:
        return start, start
    if response.contacts_by_day is not None and response.series_from_day is not None:
        by_day = np.asarray(response.contacts_by_day.value, float)
        first = by_day[min(len(by_day) - 1, max(0, -int(response.series_from_day.value)))]
        return start._replace(kept=float(first)), start._replace(kept=float(by_day.min()))
    least = 1.0 if response.least_kept is None else float(response.least_kept.value)
    return start, start._replace(kept=least)


def shipped_at_start(pathogen: Pathogen, name: str, population: Population) -> pd.DataFrame:
    """R at the start under each shipped immunity against the pathogen of that name, and under each
    shipped behaviour with a response or protection.

    Columns: r, household, outside; one line each, the first with nobody immune.
    """
    lines = {"nobody immune": r_at_start(pathogen, population)}
    for file in list_names("immunity"):
        immunity = load_immunity(file)
        if name in immunity.against:
            lines[f"immunity {file}"] = r_at_start(pathogen, population, immunity)
    for file in list_names("behaviour"):
        start, full = caution_of(load_behaviour(file))
        for told, caution in (("", start), (", full response", full)):
            if caution not in (NO_CAUTION, start if told else NO_CAUTION):
                found = r_at_start(pathogen, population, caution=caution)
                lines[f"behaviour {file}{told}"] = found
    parts = {"r": "r0", "household": "household", "outside": "outside"}
    return pd.DataFrame(
        {column: [getattr(one, part) for one in lines.values()] for column, part in parts.items()},
        index=pd.Index(lines, name="given"),
    )
