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
from ..chance.rows import constant_row, law_row
from ..chance.streams import SEVERITY
from ..mechanisms.illness.course import hospital_stay
from ..mechanisms.illness.infection import LAST_EPISODE
from ..mechanisms.illness.lowering import given_symptoms
from ..mechanisms.immunity.protection import severity_left
from ..parameters import Pathogen
from ..world.state import History
from ..world.stated import NOBODY_IMMUNE, Immune

Floats = NDArray[np.float64]
# rows of the tables: admission, stay in hospital and death, then intensive care
CARE_LAW, CARE_STAY_LAW = 3, 4


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


class _Illness(NamedTuple):
    """What decides how severe infections are: columns by infection, and tables by decade of age."""

    person: NDArray[np.int32]
    episode: NDArray[np.int64]
    age: NDArray[np.int64]
    onset: Floats
    end: Floats
    symptomatic: NDArray[np.bool_]
    left: Floats  # what a vaccine leaves of the probabilities
    hospital: Floats  # (10,) probabilities given symptoms
    care: Floats
    death: Floats
    tables: Floats  # (5, ROW) quantile rows


@entry
def _spare(seed, immune, ill, time):
    """Fill `ill.left`. time: (rows,) of the infections."""
    for row in range(len(ill.person)):
        ill.left[row] = severity_left(seed, immune, ill.age[row], ill.person[row], time[row])


@entry
def _draw_severity(seed, ill, times):
    """Fill `times`, the five columns of Severity (rows,), from an `_Illness`."""
    admitted, discharged, died, into_care, out_of_care = times
    for row in range(len(ill.person)):
        admitted[row] = discharged[row] = died[row] = into_care[row] = out_of_care[row] = np.inf
        if not ill.symptomatic[row]:
            continue
        decade = min(9, ill.age[row] // 10)
        words = draw(seed, SEVERITY, ill.person[row], ill.episode[row], 0)
        left = ill.left[row]
        risk = (left * ill.hospital[decade], left * ill.death[decade])
        admitted[row], discharged[row], died[row], u = hospital_stay(
            words, ill.onset[row], ill.end[row], risk, ill.tables[:CARE_LAW]
        )
        if admitted[row] < np.inf and u < left * ill.care[decade]:
            v = draw(seed, SEVERITY, ill.person[row], ill.episode[row], 1)
            into_care[row] = min(died[row], admitted[row] + quantile(ill.tables, CARE_LAW, v[0]))
            stay = quantile(ill.tables, CARE_STAY_LAW, v[1])
            out_of_care[row] = min(died[row], into_care[row] + stay)
            if u >= left * ill.death[decade]:
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


def severity(
    pathogen: Pathogen,
    history: History,
    age: NDArray[np.uint8],
    seed: int,
    immune: Immune = NOBODY_IMMUNE,
) -> Severity:
    """The severity of each infection. age: (n,) of all people; immune: with the campaigns of the
    whole run."""
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
    ill = _Illness(
        person=history.person,
        episode=episodes(history),
        age=age[history.person].astype(np.int64),
        onset=history.onset,
        end=history.end,
        symptomatic=history.symptomatic,
        left=np.ones(rows),
        hospital=hospital,
        care=care,
        death=death,
        tables=tables,
    )
    if immune.campaigns:
        _spare(seed, immune, ill, history.time)
    _draw_severity(seed, ill, times)
    return Severity(*times, of_care[0] is not None)
