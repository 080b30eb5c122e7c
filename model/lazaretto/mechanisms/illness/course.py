"""The course of one infection: latent period, onset, infectious period, individual infectiousness.

With `onset_first` false the latent period and the presymptomatic lead are drawn and incubation is
their sum (Hart, Maini & Thompson 2021, doi 10.7554/eLife.65534); with it true the incubation period
is drawn and infectiousness starts a non-negative delay after onset, or a constant time before it
(`lead`), cut short by infection.
"""

from __future__ import annotations

import math

import numpy as np

from ..._jit import inlined
from ...chance.laws import quantile
from ...chance.philox import unit
from ...world.codes import DURATION_LAW, FIRST_LAW, PROFILE_LAW, SECOND_LAW, STRENGTH_LAW

DAYS_PER_YEAR = 365.25


@inlined
def course(rates, w0, w1, w2):
    """(infectious, onset, end): days since infection of the start of infectiousness, of symptom
    onset and of the end of infectiousness as they would be with symptoms, from three of the words
    of the infection's COURSE draw. w0, w1, w2: these words."""
    first = quantile(rates.tables, FIRST_LAW, w0)
    second = quantile(rates.tables, SECOND_LAW, w1)
    duration = quantile(rates.tables, DURATION_LAW, w2)
    if rates.onset_first:
        return max(0.0, first + second), first, first + max(0.0, second) + duration
    return first, first + second, first + second + duration


@inlined
def character(rates, w0, w1):
    """(strength, symptomatic): individual infectiousness relative to the mean, and whether there
    will ever be symptoms, from two words of the infection's CHARACTER draw. w0, w1: these words."""
    strength = quantile(rates.tables, STRENGTH_LAW, w0)
    if unit(w1) < rates.never_symptomatic:
        return strength * rates.never_symptomatic_weight, False
    return strength, True


@inlined
def season(rates, time):
    """The share of the largest seasonal hazard that there is at that time."""
    angle = 2.0 * math.pi * (time + rates.season_start) / DAYS_PER_YEAR
    return (1.0 + rates.season_amplitude * math.cos(angle)) / (1.0 + rates.season_amplitude)


@inlined
def stage_weights(rates, infectious, onset, end):
    """(before, after): the two parts of the integrated infectiousness, in days of symptomatic
    infectiousness. infectious, onset, end: days, on one clock."""
    if rates.lead > 0.0:
        return 0.0, end - onset + rates.lead
    before = 0.0 if rates.profile_from_start else max(0.0, onset - infectious)
    return before * rates.presymptomatic_weight, end - infectious - before


@inlined
def late_from(rates, infectious, onset):
    """From when on the second part of `stage_weights` counts. infectious, onset: days."""
    if rates.lead > 0.0:
        return onset - rates.lead
    return infectious if rates.profile_from_start else max(infectious, onset)


@inlined
def moment(rates, infectious, later, before, after, word):
    """When a candidate falls, on the clock of its arguments: uniform over the integrated
    infectiousness. With a lead, those that would fall before infection are given its moment.
    infectious: days; later: of `late_from`; before, after: as `stage_weights` gives them; word:
    decides. Both parts are worked out and one is chosen, because nobody can foretell which."""
    at = unit(word) * (before + after)
    share = max(0.0, at - before) / (after if after > 0.0 else 1.0)
    if not rates.even_profile:
        share = quantile(rates.tables, PROFILE_LAW, np.int64(share * 4294967296.0))
    weight = rates.presymptomatic_weight
    early = infectious + at / (weight if weight > 0.0 else 1.0)
    late = max(infectious, later + share * after)
    return early if at < before else late
