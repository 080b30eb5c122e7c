"""Symptoms, tests and results. Only `on_sample` sees the truth, at the moment of observation."""

from __future__ import annotations

import numpy as np

from .._jit import kernel
from ..chance.laws import poisson, quantile
from ..chance.philox import draw, unit
from ..chance.streams import HOME_ORDER, ILLNESS, IMPORT, ONSET, SCREEN, SEED, TEST
from ..contacts.household import mate, mates
from .isolation import (
    active_order,
    give_order,
    open_file,
    recently_confirmed,
    release_listed,
    trust,
    withdraw_watched,
)
from .people import ATTEMPTS, keyed_person
from .queue import ILLNESS as ILLNESS_EVENT
from .queue import IMPORT as IMPORT_EVENT
from .queue import RESULT, SAMPLE, push
from .state import (
    CASE,
    HOME,
    LEAVE,
    POSITIVES,
    QUICK_RESULT_LAW,
    RELEASE,
    RELEASED,
    RESULT_LAW,
    SAMPLE_LAW,
    SCREENING,
    SELF,
    SYMPTOMS,
    TESTS,
    TESTS_BEGUN,
    WATCH,
    WRONG_POSITIVES,
)


@kernel
def first_infected(seed, reach, number):
    """The `number`-th candidate for an initial infection."""
    return keyed_person(seed, SEED, reach, number, 0)


@kernel
def fall_ill(city, policy, seed, queue, day):
    """Enter the day's onsets of other illnesses with like symptoms, a Poisson number per person and
    day."""
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
def screen(city, policy, seed, queue, day):
    """Enter the day's samples of random people, a Poisson number."""
    number_today = poisson(
        policy.screening_per_day * city.reach, draw(seed, SCREEN, day, 0, ATTEMPTS)[0]
    )
    for number in range(number_today):
        person = keyed_person(seed, SCREEN, city.reach, day, number)
        push(
            queue,
            day + unit(draw(seed, SCREEN, day, number, ATTEMPTS + 1)[0]),
            SAMPLE,
            person,
            SCREENING,
            0,
        )


@kernel
def import_infections(city, rates, seed, queue, day):
    """Enter the day's importations: a Poisson number of random people, infected outside if they are
    susceptible."""
    for number in range(poisson(rates.imports_per_day, draw(seed, IMPORT, day, 0, ATTEMPTS)[0])):
        person = keyed_person(seed, IMPORT, city.reach, day, number)
        push(
            queue,
            day + unit(draw(seed, IMPORT, day, number, ATTEMPTS + 1)[0]),
            IMPORT_EVENT,
            person,
            0,
            0,
        )


@kernel
def on_symptoms(
    city, rates, policy, seed, records, conduct, queue, tally, person, time, episode, key
):
    """Symptoms begin: the person may stay at home unasked and may seek a test. A recently confirmed
    case does neither again. Who is monitored is withdrawn and tested as soon as the symptoms are
    reported. episode: of the infection, key: 0, or 1 + day for another illness."""
    if recently_confirmed(policy, records, person, time):
        return
    w = draw(seed, ONSET, person, episode, key)
    if unit(w[0]) < policy.self_isolation:
        until = time + policy.isolation_days
        give_order(
            city, rates, policy, seed, records, conduct, queue, tally, person, time, until, SELF, -1
        )
    if unit(w[1]) < policy.seek * trust(city, policy, conduct, person):
        file = open_file(records, person)
        records.reported_onset[file] = time
        if len(records.watched_until) > 0 and time < records.watched_until[file]:
            withdraw_watched(
                city, rates, policy, seed, records, conduct, queue, tally, person, time, w[2]
            )
        else:
            push(
                queue, time + quantile(rates.tables, SAMPLE_LAW, w[2]), SAMPLE, person, SYMPTOMS, 0
            )


@kernel
def positive_probability(policy, history, person, time, assay):
    """Probability of a positive test of the person at that time: sensitivity by days since
    infection, linear between whole days."""
    row = history.infection_of[person]
    if row < 0 or history.time[row] > time:
        return policy.false_positive[assay]
    age = time - history.time[row]
    last = policy.sensitivity.shape[1] - 1
    day = min(last, int(age))
    low = policy.sensitivity[assay, day]
    high = policy.sensitivity[assay, min(last, day + 1)]
    return max(policy.false_positive[assay], low + (age - int(age)) * (high - low))


@kernel
def on_sample(rates, policy, seed, history, records, queue, tally, person, time, reason):
    """A sample is taken: the one place where a test meets the truth. The laboratories work on
    samples in their order; a lateral flow test is read at once. Screening leaves people out who
    were confirmed lately."""
    if reason == SCREENING and recently_confirmed(policy, records, person, time):
        return
    file = open_file(records, person)
    records.tests[file] += 1
    number = np.int64(records.tests[file])
    tally.daily[TESTS, int(time)] += 1
    w = draw(seed, TEST, person, number, 0)
    assay = policy.assay[reason]
    positive = unit(w[0]) < positive_probability(policy, history, person, time, assay)
    if positive and (
        history.infection_of[person] < 0 or history.time[history.infection_of[person]] > time
    ):
        tally.daily[WRONG_POSITIVES, int(time)] += 1
    begun = time
    if assay == 0 and policy.lab_days > 0.0:
        laboratories = len(records.queue_free) - 1
        begun = max(time, records.queue_free[laboratories])
        records.queue_free[laboratories] = begun + policy.lab_days
    if begun < tally.daily.shape[1]:
        tally.daily[TESTS_BEGUN, int(begun)] += 1
    delay = quantile(rates.tables, QUICK_RESULT_LAW if assay == 1 else RESULT_LAW, w[1])
    push(queue, begun + delay, RESULT, person, number, (reason << 1) | (1 if positive else 0))


@kernel
def on_result(
    city,
    rates,
    policy,
    seed,
    records,
    conduct,
    queue,
    tally,
    person,
    time,
    number,
    reason,
    positive,
):
    """A result arrives. Returns True where it makes the person a new case. A negative one ends
    self-isolation; of a release test the quarantine or isolation; of a monitored person the
    isolation for symptoms; where symptoms trigger tracing, the quarantine of those whom the
    person's report has put there."""
    file = records.file_of[person]
    if positive == 0:
        order = active_order(records, person, time)
        if order >= 0:
            pathway = records.order_pathway[order]
            if pathway == SELF:
                records.order_until[order] = time
            elif (
                (reason == RELEASE and pathway >= HOME)
                or (reason == LEAVE and pathway == CASE)
                or (reason == WATCH and order == records.watch_order[file])
            ):
                records.order_until[order] = time
                tally.daily[RELEASED, int(time)] += 1
        if policy.on_symptoms and reason in (SYMPTOMS, WATCH):
            release_listed(records, tally, person, time)
        return False
    if recently_confirmed(policy, records, person, time):
        return False
    records.confirmed[file] = time
    records.cases_by_day[int(time)] += 1
    tally.daily[POSITIVES, int(time)] += 1
    until = time + policy.isolation_days
    give_order(
        city, rates, policy, seed, records, conduct, queue, tally, person, time, until, CASE, -1
    )
    if policy.home_order > 0.0:
        order_household(
            city, rates, policy, seed, records, conduct, queue, tally, person, time, number
        )
    return not (policy.on_symptoms and reason in (SYMPTOMS, WATCH))


@kernel
def order_household(city, rates, policy, seed, records, conduct, queue, tally, case, time, number):
    """Put the members of a case's household under quarantine, each with the stated probability;
    recent cases are left alone."""
    until = time + policy.quarantine_days
    for k in range(mates(city, case)):
        other = np.int64(mate(city, case, k))
        reached = unit(draw(seed, HOME_ORDER, case, other, number)[0]) < policy.home_order
        if reached and not recently_confirmed(policy, records, other, time):
            give_order(
                city,
                rates,
                policy,
                seed,
                records,
                conduct,
                queue,
                tally,
                other,
                time,
                until,
                HOME,
                -1,
            )
