"""Hospital and death, drawn after the run: they do not feed back on transmission, so the engine need not know them.

One uniform number per infection decides both, so that whoever dies has been in hospital wherever hospital is likelier than death.
Probabilities are per infection and apply to people with symptoms: p / (1 - never-symptomatic share), at most 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._jit import entry
from ..chance.laws import quantile
from ..chance.philox import draw, unit
from ..chance.streams import SEVERITY
from ..engine.loop import LAST_EPISODE
from ..engine.lowering import death_given_symptoms, law_row
from ..engine.state import History
from ..parameters import Pathogen

Floats = NDArray[np.float64]


class Severity(NamedTuple):
    """Times by infection, inf for never: admission, leaving hospital (alive or dead), death."""

    admitted: Floats
    discharged: Floats
    died: Floats


@entry
def _draw_severity(seed, person, episode, age, onset, end, symptomatic, hospital, death, tables, admitted, discharged, died):
    for row in range(len(person)):
        admitted[row] = discharged[row] = died[row] = np.inf
        if not symptomatic[row]:
            continue
        w = draw(seed, SEVERITY, person[row], episode[row], 0)
        decade = min(9, age[row] // 10)
        u = unit(w[0])
        dies = u < death[decade]
        if dies:
            died[row] = max(end[row], onset[row] + quantile(tables, 2, w[3]))
        if u < max(hospital[decade], death[decade]):
            admitted[row] = onset[row] + quantile(tables, 0, w[1])
            discharged[row] = admitted[row] + quantile(tables, 1, w[2])
            if dies:
                admitted[row] = min(admitted[row], died[row])
                discharged[row] = died[row]


def episodes(history: History) -> NDArray[np.int64]:
    """(rows,) how many infections the person had had before, as the engine counts them (at most 255)."""
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
    symptomatic_share = max(1e-12, 1.0 - pathogen.never_symptomatic_fraction.value)
    hospital = np.minimum(1.0, np.asarray(pathogen.hospital_fraction_by_age.value) / symptomatic_share)
    death = death_given_symptoms(pathogen)
    laws = (pathogen.onset_to_hospital, pathogen.hospital_stay, pathogen.onset_to_death)
    tables = np.vstack([law_row(law) for law in laws])
    rows = len(history.person)
    out = Severity(np.empty(rows), np.empty(rows), np.empty(rows))
    ages = age[history.person].astype(np.int64)
    which = episodes(history)
    _draw_severity(
        seed, history.person, which, ages, history.onset, history.end, history.symptomatic, hospital, death, tables, *out
    )
    return out
