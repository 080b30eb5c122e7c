"""How severe an infection is: hospital, intensive care and death, and when.

Decided at infection, by one uniform number for all, so that whoever dies has been in hospital, and
in intensive care, wherever these are likelier than death. Probabilities are per infection and apply
to people with symptoms: p / (1 - never-symptomatic share), at most 1. Hospitals may change what was
decided, where beds are scarce (`hospital.care`).
"""

from __future__ import annotations

import numpy as np

from ..._jit import kernel
from ...chance.laws import quantile
from ...chance.philox import draw, unit
from ...chance.streams import SEVERITY
from ...world.codes import CARE_LAW, CARE_STAY_LAW, DEATH_LAW, HOSPITAL_LAW, SEVERE, STAY_LAW
from ...world.events import push_admission, push_death
from ..counters import DEATHS_FOR_WANT
from ..immunity.protection import severity_left


@kernel
def fall_severely_ill(world, history, person, row, episode):
    """Enter the severe course of an infection with symptoms, if it has one. episode: infections
    before this one; row: the infection's. Returns the time of death, inf for none."""
    rates, queue = world.rates, world.queue
    age = np.int64(world.city.age[person])
    decade = min(9, age // 10)
    w = draw(world.seed, SEVERITY, person, episode, 0)
    u = unit(w[0])
    if u >= max(rates.hospital[decade], rates.death[decade]):
        return np.inf
    left = severity_left(world.seed, rates.immune, age, person, history.time[row])
    risk = left * rates.death[decade]
    if u >= max(left * rates.hospital[decade], risk):
        return np.inf
    onset = history.onset[row]
    deadline = onset + quantile(rates.tables, DEATH_LAW, w[3])
    died = deadline if u < risk else np.inf
    admitted = min(died, onset + quantile(rates.tables, HOSPITAL_LAW, w[1]))
    gone = died if u < risk else admitted + quantile(rates.tables, STAY_LAW, w[2])
    into = out = np.inf
    if u < left * rates.care[decade]:
        v = draw(world.seed, SEVERITY, person, episode, 1)
        into = min(died, admitted + quantile(rates.tables, CARE_LAW, v[0]))
        out = min(died, into + quantile(rates.tables, CARE_STAY_LAW, v[1]))
        gone = max(gone, out) if u >= risk else gone
    n = history.counted[SEVERE]
    history.counted[SEVERE] = n + 1
    history.severe_row[n] = row
    history.severe_admitted[n] = admitted
    history.severe_gone[n] = gone
    history.severe_died[n] = died
    history.severe_into_care[n] = into
    history.severe_out_of_care[n] = out
    history.severe_deadline[n] = deadline
    history.severe_margin[n] = u / risk if risk > 0.0 else np.inf
    if world.policy.active:
        push_admission(queue, admitted, person, n, 0)
    if died < np.inf:
        push_death(queue, died, person, n)
    return died


@kernel
def worsen(world, history, person, n, time, factor):
    """Without the bed needed, death is likelier by that factor: whether the person of the severe
    course n, who would have lived, dies of it."""
    if history.severe_died[n] < np.inf or history.severe_margin[n] >= factor:
        return False
    died = max(time, history.severe_deadline[n])
    history.severe_died[n] = history.severe_gone[n] = died
    history.severe_out_of_care[n] = min(history.severe_out_of_care[n], died)
    row = np.int64(history.severe_row[n])
    if len(history.again) > 0:
        history.again[row] = np.inf
    tally = world.tally
    if died < tally.daily.shape[1]:
        tally.daily[DEATHS_FOR_WANT, int(died)] += 1
    push_death(world.queue, died, person, n)
    return True


@kernel
def on_death(world, history, time, n):
    """Somebody dies: infectiousness ends. Returns whether it is so: another time of death may have
    taken its place."""
    if history.severe_died[n] != time:
        return False
    row = np.int64(history.severe_row[n])
    history.end[row] = min(history.end[row], time)
    if world.policy.active:
        world.records.deaths_by_day[int(time)] += 1
    return True
