"""The effective reproduction number by day: of a cohort, and instantaneous.

*Cohort* (case reproduction number, Wallinga & Teunis 2004, 10.1093/aje/kwh255): how many people
those infected on a day infect in the mean, counted from the transmission tree.

*Instantaneous* (Fraser 2007, 10.1371/journal.pone.0000758): infections of a day over the total
infectiousness of that day,

    R(t) = I(t) / L(t),    L(t) = sum over infections of their infectiousness on day t,

each infection's infectiousness adding up to 1 over its course in the mean. It is what people
infected now would infect if everything stayed as it is today. Infectiousness is known here, so no
generation interval needs to be assumed (as Cori et al. 2013, 10.1093/aje/kwt133, do from counts).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..chance.laws import CELLS
from ..world.codes import FROM_OUTSIDE, PROFILE_LAW
from ..world.state import Raw
from ..world.stated import Rates

Floats = NDArray[np.float64]


def effective_r(raw: Raw, rates: Rates) -> pd.DataFrame:
    """By day: infections (imported ones apart), infectiousness, cohort and instantaneous R.

    The cohort's is missing on days without infections, and where somebody infected that day is
    still infectious when the run ends. rates: of the pathogen.
    """
    h, days = raw.history, raw.days
    born = np.bincount(h.source[h.source >= 0], minlength=len(h.person)).astype(float)
    day = np.minimum(h.time.astype(int), days - 1)
    everybody = np.bincount(day, minlength=days)
    within = h.source >= 0
    infections = np.bincount(day[within], minlength=days)
    cut_short = np.bincount(day, h.end > days, minlength=days) > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        cohort = np.bincount(day, born, minlength=days) / everybody
        cohort[cut_short] = np.nan
        total = infectiousness(raw, rates)
        instantaneous = np.where(total > 0, infections / total, np.nan)
    return pd.DataFrame(
        {
            "infections": infections,
            "imported": np.bincount(day[h.layer == FROM_OUTSIDE], minlength=days),
            "infectiousness": total,
            "cohort": cohort,
            "instantaneous": instantaneous,
        },
        index=pd.Index(np.arange(days), name="day"),
    )


def infectiousness(raw: Raw, rates: Rates) -> Floats:
    """(days,) the total infectiousness of each day, in infections' worth: one infection of mean
    infectiousness adds up to 1 over its course."""
    h, days = raw.history, raw.days
    total = np.zeros(days)
    if not len(h.person):
        return total
    before = np.zeros(len(h.person))
    if not rates.profile_from_start and not rates.lead:
        before = np.maximum(0.0, h.onset - h.infectious)
    begins = h.infectious + before
    if rates.lead:
        begins = h.onset - rates.lead
    after = h.end - begins
    weight = h.strength * (before * rates.presymptomatic_weight + after)
    mean = weight.mean()
    first = h.infectious.astype(int)
    for ahead in range(int((h.end - first).max()) + 1):
        day = first + ahead
        inside = (day < days) & (day < h.end)
        start, end = np.maximum(day, h.infectious), np.minimum(day + 1.0, h.end)
        early = np.clip(np.minimum(end, begins) - np.maximum(start, h.infectious), 0.0, None)
        late = after * (_share(rates, end, begins, after) - _share(rates, start, begins, after))
        given = h.strength * (np.where(before > 0, early, 0.0) * rates.presymptomatic_weight + late)
        total += np.bincount(day[inside], given[inside], minlength=days)[:days]
    shares: Floats = total / mean
    return shares


def _share(rates: Rates, time: Floats, begins: Floats, after: Floats) -> Floats:
    """The share of the profile that is over by a time."""
    with np.errstate(invalid="ignore", divide="ignore"):
        position: Floats
        position = np.clip(np.where(after > 0, (time - begins) / after, 1.0), 0.0, 1.0)
    if rates.even_profile:
        return position
    quantiles = rates.tables[PROFILE_LAW][: CELLS + 1]
    share: Floats = np.interp(position, quantiles, np.linspace(0.0, 1.0, CELLS + 1))
    return share
