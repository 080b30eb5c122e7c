"""Orders: self-isolation, isolation of a case, quarantine of a household or of a listed contact.

An order withdraws a person until it ends, at home or in a facility.
"""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.laws import quantile
from ...chance.philox import draw, unit
from ...chance.streams import ADHERENCE, REFUSAL
from ...world.codes import (
    ALWAYS_PROLONGS,
    CASE,
    CONTACT,
    CONTACT_SAMPLE_LAW,
    ENTRY_RELEASES,
    GIVEN,
    HOME,
    LEAVE,
    LISTED,
    NEVER_PROLONGS,
    NO_ENTRY_TEST,
    ORDERS_MADE,
    REFUSED,
    REFUSED_FACILITY,
    RELEASE,
    SELF,
    WATCH,
)
from ...world.events import push_sample
from ...world.files import active_order, open_file
from ...world.queue import FULL
from ..counters import ORDERS, RELEASED
from ..response.likeness import is_ready
from ..response.trust import trust
from .breaches import days_to_dropout, look_ahead
from .facility import refuses_facility, send


@inlined
def note_given(world, order, who, time, days):
    """Note what tracing newly orders. order: the new one, or that which is prolonged; who: (person,
    pathway, case whose list it comes from or -1); days: of a new quarantine, or by which one is
    prolonged. What it returns is of no use."""
    records, (person, pathway, index) = world.records, who
    if pathway < LISTED:
        return np.int64(0)
    at = records.counted[GIVEN]
    if at == len(records.given_person):
        world.queue.state[FULL] = 1
        return np.int64(0)
    records.counted[GIVEN] = at + 1
    records.given_person[at], records.given_pathway[at] = person, pathway
    records.given_index[at], records.given_order[at] = index, order
    records.given_time[at], records.given_days[at] = time, days
    return np.int64(0)


@kernel
def give_order(world, person, time, until, pathway, index):
    """Put a person under an order. A case stays a case; a contact's quarantine is prolonged, not
    doubled; anything else replaces what is in force. index: whose list it comes from, or -1. time,
    until: days of the run; pathway: its code."""
    policy, seed, records = world.policy, world.seed, world.records
    conduct, queue, tally = world.conduct, world.queue, world.tally
    file = open_file(records, person)
    if until <= time or records.died[file] <= time:  # exposed too long ago; nobody to order
        return
    current = active_order(records, person, time)
    if current >= 0:
        held = records.order_pathway[current]
        if pathway == SELF or (held == CASE and pathway >= HOME):
            return
        if held >= HOME and pathway >= HOME:
            if policy.relisting == NEVER_PROLONGS:
                return
            if policy.relisting == ALWAYS_PROLONGS:
                until = max(until, time + policy.quarantine_days)
            if until > records.order_until[current]:
                more = until - records.order_until[current]
                note_given(world, current, (person, pathway, index), time, more)
                records.order_until[current] = until
                if conduct.check_day[current] < 0:
                    look_ahead(world, person, current)
            return
        records.order_until[current] = time
        if conduct.facility_from[current] <= time < conduct.facility_until[current]:
            conduct.housed[0] -= 1  # whoever stays there keeps the place
    order = records.counted[ORDERS_MADE]
    if order == len(records.order_person):
        queue.state[FULL] = 1
        return
    records.counted[ORDERS_MADE] += 1
    note_given(world, order, (person, pathway, index), time, until - time)
    previous = records.last_order[file]
    records.order_person[order] = person
    records.order_previous[order] = previous
    records.order_pathway[order] = pathway
    records.order_start[order] = time
    records.order_until[order] = until
    records.order_sibling[order] = -1
    if index >= 0:
        records.order_sibling[order] = records.last_listed[records.file_of[index]]
        records.last_listed[records.file_of[index]] = order
    records.last_order[file] = order
    records.orders[file] += 1
    conduct.full[order] = refused = False
    if pathway != SELF:
        trait = unit(draw(seed, ADHERENCE, person, 0, 0)[0])
        adherent = policy.full_case if pathway == CASE else policy.full_contact
        adherent *= trust(world, person, time)
        conduct.full[order] = is_ready(world, person, trait, adherent)
        if not conduct.full[order] and policy.refused > 0.0:
            refused = not is_ready(world, person, trait, 1.0 - policy.refused)
    conduct.refused[order] = REFUSED if refused else 0
    conduct.facility_from[order] = np.inf
    conduct.facility_until[order] = np.inf
    conduct.first_in[order] = np.inf
    conduct.stayed[order] = 0.0
    conduct.stays[order] = 0
    conduct.absconds[order] = np.inf
    conduct.waits[order] = False
    conduct.factor[order] = policy.self_factor if pathway == SELF else policy.partial_factor
    if refused:  # keeps all contacts
        conduct.factor[order] = 1.0
    conduct.tires[order] = 0.0 if pathway == SELF else policy.fatigue
    # what the ladder has done to the person lasts; nobody is punished for voluntary isolation
    earlier = previous
    while earlier >= 0 and records.order_pathway[earlier] == SELF:
        earlier = records.order_previous[earlier]
    deterred = policy.deterred if earlier < 0 else conduct.tempted[earlier]
    conduct.tempted[order] = 1.0 if pathway == SELF else deterred
    conduct.dropped[order] = np.inf
    if conduct.full[order]:
        word = draw(seed, ADHERENCE, person, np.int64(records.orders[file]), 2)
        after = days_to_dropout(policy, conduct.tempted[order], word[0])
        conduct.dropped[order] = time + after
    conduct.alarms[order] = -1.0
    conduct.device[order] = 0
    conduct.breach_start[order] = np.inf
    conduct.breach_until[order] = np.inf
    conduct.breach_days[order] = 0
    conduct.breached[order] = 0.0
    conduct.looked_to[order] = 0
    conduct.check_day[order] = -1
    conduct.term[order] = policy.term
    if pathway != SELF:
        taken = policy.case_in_facility if pathway == CASE else policy.contact_in_facility
        if taken and refuses_facility(world, person):
            taken = False
            conduct.refused[order] = REFUSED if refused else REFUSED_FACILITY
        if taken or (refused and policy.refusers_in_facility):
            send(world, person, order, time)
        day = int(time)
        if day < tally.daily.shape[1]:
            tally.daily[ORDERS, day] += 1
        look_ahead(world, person, order)
        if pathway == CASE:
            if policy.leave_day > 0.0:
                push_sample(queue, time + policy.leave_day, person, LEAVE)
        elif policy.test_day > 0.0 or policy.entry_test != NO_ENTRY_TEST:
            sample_listed(world, person, time)


@kernel
def sample_listed(world, person, time):
    """Enter the samples of a quarantine that begins: at its entry, on a day of it, or both, unless
    the person refuses tests."""
    policy, queue = world.policy, world.queue
    if refuses(world, person):
        return
    if policy.entry_test != NO_ENTRY_TEST:
        number = np.int64(world.records.orders[world.records.file_of[person]])
        word = draw(world.seed, ADHERENCE, person, number, 1)[0]
        sampled = time + quantile(world.rates.tables, CONTACT_SAMPLE_LAW, word)
        releases = policy.entry_test == ENTRY_RELEASES
        push_sample(queue, sampled, person, RELEASE if releases else CONTACT)
    if policy.test_day > 0.0:
        reason = RELEASE if policy.test_releases else CONTACT
        push_sample(queue, time + policy.test_day, person, reason)


@inlined
def refuses(world, person):
    """Whether somebody on a list refuses every test: a lasting trait. The less ready for anything
    else, the more."""
    policy, seed = world.policy, world.seed
    if policy.refusal == 0.0:
        return False
    own = unit(draw(seed, REFUSAL, person, 0, 0)[0])
    return not is_ready(world, person, own, 1.0 - policy.refusal)


@kernel
def withdraw_watched(world, person, time, word):
    """A monitored person has reported symptoms: isolation at once, and the sample that listed
    people give. word: of its delay."""
    rates, policy, records, queue = world.rates, world.policy, world.records, world.queue
    file = records.file_of[person]
    until = time + policy.isolation_days
    records.watch_onset[file] = records.reported_onset[file]
    before = records.last_order[file]
    pathway = LISTED + np.int64(records.watched_by[file])
    give_order(world, person, time, until, pathway, -1)
    if records.last_order[file] != before:
        records.watch_order[file] = records.last_order[file]
    push_sample(queue, time + quantile(rates.tables, CONTACT_SAMPLE_LAW, word), person, WATCH)


@kernel
def end_of_life(world, person, time):
    """Somebody dies: an order ends, and none is given any more."""
    records = world.records
    file = open_file(records, person)
    records.died[file] = time
    order = active_order(records, person, time)
    if order >= 0:
        records.order_until[order] = time


@kernel
def release_listed(records, tally, index, time):
    """End the quarantines that came of the person's lists: the reason for them has gone. index: the
    person whose lists they were."""
    order = records.last_listed[records.file_of[index]]
    while order >= 0:
        if records.order_start[order] <= time < records.order_until[order]:
            records.order_until[order] = time
            tally.daily[RELEASED, int(time)] += 1
        order = records.order_sibling[order]
    records.last_listed[records.file_of[index]] = -1
