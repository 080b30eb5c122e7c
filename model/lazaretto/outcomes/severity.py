"""Hospital, intensive care and death, drawn after the run: they do not feed back on transmission,
so the engine need not know them.

One uniform number per infection decides all, so that whoever dies has been in hospital, and in
intensive care, wherever these are likelier than death. Probabilities are per infection and apply to
people with symptoms: p / (1 - never-symptomatic share), at most 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._jit import entry
from ..chance.laws import quantile
from ..chance.philox import draw
from ..chance.streams import SEVERITY
from ..engine.loop import LAST_EPISODE
from ..engine.lowering import constant_row, given_symptoms, law_row
from ..engine.natural_history import hospital_stay
from ..engine.state import History
from ..parameters import Pathogen

Floats = NDArray[np.float64]
HOSPITAL_LAW, STAY_LAW, DEATH_LAW, CARE_LAW, CARE_STAY_LAW = range(5)


class Severity(NamedTuple):
    """Times by infection, inf for never: admission, leaving hospital (alive or dead), death,
    entering and leaving intensive care. `has_intensive_care` is False where the pathogen states
    none."""

    admitted: Floats
    discharged: Floats
    died: Floats
    into_care: Floats
    out_of_care: Floats
    has_intensive_care: bool


@entry
def _draw_severity(
    seed, person, episode, age, onset, end, symptomatic, hospital, care, death, tables, times
):
    admitted, discharged, died, into_care, out_of_care = times
    for row in range(len(person)):
        admitted[row] = discharged[row] = died[row] = into_care[row] = out_of_care[row] = np.inf
        if not symptomatic[row]:
            continue
        decade = min(9, age[row] // 10)
        admitted[row], discharged[row], died[row], u = hospital_stay(
            seed,
            person[row],
            episode[row],
            onset[row],
            end[row],
            hospital[decade],
            death[decade],
            tables,
            HOSPITAL_LAW,
            STAY_LAW,
            DEATH_LAW,
        )
        if admitted[row] < np.inf and u < care[decade]:
            v = draw(seed, SEVERITY, person[row], episode[row], 1)
            into_care[row] = min(died[row], admitted[row] + quantile(tables, CARE_LAW, v[0]))
            out_of_care[row] = min(
                died[row], into_care[row] + quantile(tables, CARE_STAY_LAW, v[1])
            )
            if u >= death[decade]:
                discharged[row] = max(discharged[row], out_of_care[row])


def episodes(history: History) -> NDArray[np.int64]:
    """(rows,) how many infections the person had had before, as the engine counts them (at most
    255)."""
    if not len(history.again):
        return np.zeros(len(history.person), np.int64)
    order = np.argsort(history.person, kind="stable")
    person = history.person[order]
    first = np.flatnonzero(np.r_[True, person[1:] != person[:-1]])
    counted = np.empty(len(order), np.int64)
    counted[order] = np.arange(len(order)) - np.repeat(first, np.diff(np.r_[first, len(order)]))
    return np.minimum(counted, LAST_EPISODE)


def severity(pathogen: Pathogen, history: History, age: NDArray[np.uint8], seed: int) -> Severity:
    """The severity of each infection. age: (n,) of all people."""
    hospital = given_symptoms(pathogen, pathogen.hospital_fraction_by_age)
    care = given_symptoms(pathogen, pathogen.intensive_care_fraction_by_age)
    death = given_symptoms(pathogen, pathogen.death_fraction_by_age)
    laws = (pathogen.onset_to_hospital, pathogen.hospital_stay, pathogen.onset_to_death)
    of_care = (pathogen.admission_to_intensive_care, pathogen.intensive_care_stay)
    tables = np.vstack(
        [law_row(law) for law in laws]
        + [law_row(law) if law is not None else constant_row(0.0) for law in of_care]
    )
    rows = len(history.person)
    times = (np.empty(rows), np.empty(rows), np.empty(rows), np.empty(rows), np.empty(rows))
    ages = age[history.person].astype(np.int64)
    which = episodes(history)
    _draw_severity(
        seed,
        history.person,
        which,
        ages,
        history.onset,
        history.end,
        history.symptomatic,
        hospital,
        care,
        death,
        tables,
        times,
    )
    return Severity(*times, of_care[0] is not None)
