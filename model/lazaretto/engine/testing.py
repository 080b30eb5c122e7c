"""Symptoms, tests and results. Only `on_sample` sees the truth, at the moment of observation."""

from __future__ import annotations

import numpy as np

from .._jit import kernel
from ..chance.laws import poisson, quantile
from ..chance.philox import draw, unit
from ..chance.streams import ILLNESS, IMPORT, ONSET, SEED, TEST
from .isolation import active_order, give_order, open_file, recently_confirmed
from .queue import ILLNESS as ILLNESS_EVENT
from .queue import IMPORT as IMPORT_EVENT
from .queue import RESULT, SAMPLE, push
from .state import CASE, POSITIVES, RESULT_LAW, SAMPLE_LAW, SELF, TESTS, WRONG_POSITIVES

ATTEMPTS = 64


@kernel
def keyed_person(seed, purpose, reach, a, b):
    """A person of 0..reach-1 with equal probability, by rejection from the next power of two: independent of anybody after
    `reach`."""
    bits = 0
    while (1 << bits) < reach:
        bits += 1
    for attempt in range(ATTEMPTS):
        for word in draw(seed, purpose, a, b, attempt):
            person = word >> (32 - bits) if bits > 0 else np.int64(0)
            if person < reach:
                return person
    return np.int64(0)


@kernel
def first_infected(seed, reach, number):
    """The `number`-th candidate for an initial infection."""
    return keyed_person(seed, SEED, reach, number, 0)


@kernel
def fall_ill(city, policy, seed, queue, day):
    """Enter the day's onsets of other illnesses with like symptoms, a Poisson number per person and day."""
    bits = 0
    while (1 << bits) < city.reach:
        bits += 1
    w = draw(seed, ILLNESS, day, 0, 1)
    for number in range(poisson(policy.illness_per_day * (1 << bits), w[0])):
        v = draw(seed, ILLNESS, day, number, 0)
        person = v[0] >> (32 - bits) if bits > 0 else np.int64(0)
        if person < city.reach:
            push(queue, day + unit(v[1]), ILLNESS_EVENT, person, 0, 0)


@kernel
def import_infections(city, rates, seed, queue, day):
    """Enter the day's importations: a Poisson number of random people, infected outside if they are susceptible."""
    for number in range(poisson(rates.imports_per_day, draw(seed, IMPORT, day, 0, ATTEMPTS)[0])):
        person = keyed_person(seed, IMPORT, city.reach, day, number)
        push(queue, day + unit(draw(seed, IMPORT, day, number, ATTEMPTS + 1)[0]), IMPORT_EVENT, person, 0, 0)


@kernel
def on_symptoms(city, rates, policy, seed, records, conduct, queue, tally, person, time, episode, key):
    """Symptoms begin: the person may stay at home unasked and may seek a test. A recently confirmed case does neither again.
    episode: of the infection, key: 0, or 1 + day for another illness."""
    if recently_confirmed(policy, records, person, time):
        return
    w = draw(seed, ONSET, person, episode, key)
    if unit(w[0]) < policy.self_isolation:
        until = time + policy.isolation_days
        give_order(city, rates, policy, seed, records, conduct, queue, tally, person, time, until, SELF)
    if unit(w[1]) < policy.seek:
        file = open_file(records, person)
        records.reported_onset[file] = time
        push(queue, time + quantile(rates.tables, SAMPLE_LAW, w[2]), SAMPLE, person, 0, 0)


@kernel
def positive_probability(policy, history, person, time):
    """Probability of a positive test of the person at that time: sensitivity by days since infection, linear between whole
    days."""
    row = history.infection_of[person]
    if row < 0 or history.time[row] > time:
        return policy.false_positive
    age = time - history.time[row]
    last = len(policy.sensitivity) - 1
    day = min(last, int(age))
    low = policy.sensitivity[day]
    high = policy.sensitivity[min(last, day + 1)]
    return max(policy.false_positive, low + (age - int(age)) * (high - low))


@kernel
def on_sample(rates, policy, seed, history, records, queue, tally, person, time):
    """A sample is taken: the one place where a test meets the truth."""
    file = records.file_of[person]
    records.tests[file] += 1
    number = np.int64(records.tests[file])
    tally.daily[TESTS, int(time)] += 1
    w = draw(seed, TEST, person, number, 0)
    positive = unit(w[0]) < positive_probability(policy, history, person, time)
    if positive and (history.infection_of[person] < 0 or history.time[history.infection_of[person]] > time):
        tally.daily[WRONG_POSITIVES, int(time)] += 1
    push(queue, time + quantile(rates.tables, RESULT_LAW, w[1]), RESULT, person, number, 1 if positive else 0)


@kernel
def on_result(city, rates, policy, seed, records, conduct, queue, tally, person, time, positive):
    """A result arrives. Returns True where it makes the person a new case; a negative one ends self-isolation."""
    file = records.file_of[person]
    if positive == 0:
        order = active_order(records, person, time)
        if order >= 0 and records.order_pathway[order] == SELF:
            records.order_until[order] = time
        return False
    if recently_confirmed(policy, records, person, time):
        return False
    records.confirmed[file] = time
    tally.daily[POSITIVES, int(time)] += 1
    until = time + policy.isolation_days
    give_order(city, rates, policy, seed, records, conduct, queue, tally, person, time, until, CASE)
    return True
