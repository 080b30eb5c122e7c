"""Symptoms, tests and results. Only `on_sample` sees the truth, at the moment of observation."""

from __future__ import annotations

import numpy as np

from ..._jit import kernel
from ...chance.laws import poisson, quantile
from ...chance.philox import draw, unit
from ...chance.streams import HOME_ORDER, ILLNESS, ONSET, SCREEN, TEST
from ...contacts.household import mate, mates
from ...world.codes import (
    CASE,
    HOME,
    LEAVE,
    QUICK_RESULT_LAW,
    RELEASE,
    RESULT_LAW,
    SAMPLE_LAW,
    SCREENING,
    SELF,
    SYMPTOMS,
    WATCH,
)
from ...world.events import push_illness, push_result, push_sample
from ...world.files import active_order, open_file, recently_confirmed
from ...world.people import ATTEMPTS, keyed_person
from ..counters import EXPIRED, POSITIVES, RELEASED, TESTS, TESTS_BEGUN, WRONG_POSITIVES
from ..isolation.orders import give_order, release_listed, withdraw_watched
from ..response.likeness import is_ready
from ..response.trust import trust


@kernel
def fall_ill(world, day):
    """Enter the day's onsets of other illnesses with like symptoms, a Poisson number per person and
    day."""
    city, policy, seed, queue = world.city, world.policy, world.seed, world.queue
    bits = 0
    while (1 << bits) < city.reach:
        bits += 1
    w = draw(seed, ILLNESS, day, 0, 1)
    for number in range(poisson(policy.illness_per_day * (1 << bits), w[0])):
        v = draw(seed, ILLNESS, day, number, 0)
        person = v[0] >> (32 - bits) if bits > 0 else np.int64(0)
        if person < city.reach:
            push_illness(queue, day + unit(v[1]), person)


@kernel
def screen(world, day):
    """Enter the day's samples of random people, a Poisson number."""
    city, policy, seed, queue = world.city, world.policy, world.seed, world.queue
    number_today = poisson(
        policy.screening_per_day * city.reach, draw(seed, SCREEN, day, 0, ATTEMPTS)[0]
    )
    for number in range(number_today):
        person = keyed_person(seed, SCREEN, city.reach, day, number)
        moment = day + unit(draw(seed, SCREEN, day, number, ATTEMPTS + 1)[0])
        push_sample(queue, moment, person, SCREENING)


@kernel
def on_symptoms(world, person, time, episode, key):
    """Symptoms begin: the person may isolate voluntarily and may seek a test. A recently confirmed
    case does neither again. Whoever was asked to report symptoms is withdrawn and tested as soon
    as they are reported. episode: of the infection; key: 0, or 1 + day for another illness."""
    rates, policy, seed = world.rates, world.policy, world.seed
    records, queue = world.records, world.queue
    if recently_confirmed(policy, records, person, time):
        return
    w = draw(seed, ONSET, person, episode, key)
    if is_ready(world, person, unit(w[0]), policy.self_isolation):
        until = time + policy.isolation_days
        give_order(world, person, time, until, SELF, -1)
    if is_ready(world, person, unit(w[1]), policy.seek * trust(world, person, time)):
        file = open_file(records, person)
        records.reported_onset[file] = time
        if len(records.watched_until) > 0 and time < records.watched_until[file]:
            withdraw_watched(world, person, time, w[2])
        else:
            push_sample(queue, time + quantile(rates.tables, SAMPLE_LAW, w[2]), person, SYMPTOMS)


@kernel
def positive_probability(policy, history, person, time, assay):
    """Probability of a positive test of the person at that time: sensitivity by days since
    infection, linear between whole days. assay: 0 by laboratory, 1 lateral flow."""
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
def on_sample(world, history, person, time, reason):
    """A sample is taken: the one place where a test meets the truth. The laboratories work on
    samples in their order, and drop those that have become too old; a lateral flow test is read at
    once. Screening leaves people out who were confirmed lately. reason: code of REASONS."""
    rates, policy, seed, records = world.rates, world.policy, world.seed, world.records
    queue, tally = world.queue, world.tally
    if reason == SCREENING and recently_confirmed(policy, records, person, time):
        return
    file = open_file(records, person)
    records.tests[file] += 1
    number = np.int64(records.tests[file])
    tally.daily[TESTS, int(time)] += 1
    w = draw(seed, TEST, person, number, 0)
    assay = policy.assay[reason]
    laboratories, begun = len(records.queue_free) - 1, time
    if assay == 0 and policy.lab_days > 0.0:
        begun = max(time, records.queue_free[laboratories])
        if begun - time > policy.sample_keeps:
            tally.daily[EXPIRED, int(time)] += 1
            return
        records.queue_free[laboratories] = begun + policy.lab_days
    positive = unit(w[0]) < positive_probability(policy, history, person, time, assay)
    if positive and (
        history.infection_of[person] < 0 or history.time[history.infection_of[person]] > time
    ):
        tally.daily[WRONG_POSITIVES, int(time)] += 1
    confirmed, before = records.confirmed[file], records.sampled[file]
    if positive and (before == np.inf or before < confirmed < np.inf):
        records.sample[file] = number  # the first since the last confirmation
        records.sampled[file] = time
    if begun < tally.daily.shape[1]:
        tally.daily[TESTS_BEGUN, int(begun)] += 1
    delay = quantile(rates.tables, QUICK_RESULT_LAW if assay == 1 else RESULT_LAW, w[1])
    arrives = begun + delay
    if arrives < tally.daily.shape[1]:
        records.results_by_day[int(arrives)] += 1
        records.result_wait[int(arrives)] += arrives - time
    push_result(queue, arrives, person, number, reason, 1 if positive else 0)


@kernel
def on_result(world, person, time, number, reason, positive):
    """A result arrives. Returns True where it makes the person a new case. A negative one ends
    self-isolation; of a release test the quarantine or isolation; of a monitored person the
    isolation for symptoms; where symptoms trigger tracing, the quarantine of those whom the
    person's report has put there. number: of the sample among the person's; reason: code of
    REASONS; positive: 0 or 1."""
    policy, records, tally = world.policy, world.records, world.tally
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
    if number != records.sample[file]:  # a later sample's result is here first
        w = draw(world.seed, TEST, person, number, 0)
        law = QUICK_RESULT_LAW if policy.assay[reason] == 1 else RESULT_LAW
        records.sampled[file] = time - quantile(world.rates.tables, law, w[1])
    records.confirmed[file] = time
    records.found_by[file] = reason
    records.cases_by_day[int(time)] += 1
    tally.daily[POSITIVES, int(time)] += 1
    until = time + policy.isolation_days
    give_order(world, person, time, until, CASE, -1)
    if policy.home_order > 0.0:
        order_household(world, person, time, number)
    return not (policy.on_symptoms and reason in (SYMPTOMS, WATCH))


@kernel
def order_household(world, case, time, number):
    """Put the members of a case's household under quarantine, each with the stated probability;
    recent cases are left alone. number: of the case's sample."""
    city, policy, seed, records = world.city, world.policy, world.seed, world.records
    until = time + policy.quarantine_days
    for k in range(mates(city, case)):
        other = np.int64(mate(city, case, k))
        reached = unit(draw(seed, HOME_ORDER, case, other, number)[0]) < policy.home_order
        if reached and not recently_confirmed(policy, records, other, time):
            give_order(world, other, time, until, HOME, -1)
