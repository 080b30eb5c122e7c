"""Admission, beds and discharge; and what is left of the contacts of somebody in hospital.

A stay is told by file, like orders: `share_in_hospital` says what is left at a moment,
`share_in_hospital_at` at a moment that is past, for the tracer; both are compared with the coin of
the pair and day.
"""

from __future__ import annotations

import numpy as np

from ..._jit import kernel
from ...chance.philox import draw, unit
from ...chance.streams import ADMISSION
from ...world.codes import ADMITTED, STAYS
from ...world.events import push_admission, push_discharge, push_sample
from ...world.files import open_file, recently_confirmed
from ...world.people import episode_of
from ...world.queue import FULL
from ..counters import BED_WAITING, CARE_WAITING
from ..illness.severity import worsen

DAY = 1.0  # after which somebody who found no bed asks again
ORDINARY, INTENSIVE = 0, 1


@kernel
def on_admission(world, history, person, time, n, number):
    """Somebody needs a bed. n: of the severe course; number: 2 x times asked in vain, plus 1 where
    it is a place in intensive care."""
    policy, records, queue, tally = world.policy, world.records, world.queue, world.tally
    kind, in_vain = number & 1, number >> 1
    needed_until = history.severe_out_of_care if kind == INTENSIVE else history.severe_gone
    if time >= needed_until[n]:
        return
    if records.in_bed[kind] + 1 > (policy.care_beds if kind == INTENSIVE else policy.beds):
        tally.daily[CARE_WAITING if kind == INTENSIVE else BED_WAITING, int(time)] += 1
        gone = history.severe_gone[n]
        factor = policy.without_care if kind == INTENSIVE else policy.without_bed
        worse = in_vain == 0 and worsen(world, history, person, n, time, factor)
        if worse and kind == INTENSIVE:  # in an ordinary bed, until death now
            leave_later(world, history, person, n, gone)
        if kind == INTENSIVE:
            history.severe_into_care[n] = np.inf
        else:
            history.severe_admitted[n] = np.inf
        if time + DAY < needed_until[n]:
            push_admission(queue, time + DAY, person, n, number + 2)
        return
    records.in_bed[kind] += 1
    push_discharge(queue, needed_until[n], person, n, kind)
    if kind == INTENSIVE:
        history.severe_into_care[n] = time
        return
    history.severe_admitted[n] = time
    until = history.severe_gone[n]
    days = len(records.beds_change) - 1
    records.beds_change[int(time)] += 1
    records.beds_change[int(min(days, until))] -= 1
    if history.severe_into_care[n] < np.inf:
        push_admission(queue, max(time, history.severe_into_care[n]), person, n, INTENSIVE)
    if policy.admission_test > 0.0 or policy.hospital_kept < 1.0:
        take_in(world, history, person, time, n)


@kernel
def take_in(world, history, person, time, n):
    """The hospital notes the stay, and tests. The patient tells when symptoms began."""
    policy, records = world.policy, world.records
    file = open_file(records, person)
    stay = records.counted[STAYS]
    if stay == len(records.stay_from):
        world.queue.state[FULL] = 1
        return
    records.counted[STAYS] = stay + 1
    records.stay_previous[stay] = records.last_stay[file]
    records.stay_from[stay] = time
    records.stay_until[stay] = history.severe_gone[n]
    records.stay_kept[stay] = policy.hospital_kept
    records.last_stay[file] = stay
    if recently_confirmed(policy, records, person, time):
        return
    row = np.int64(history.severe_row[n])
    episode = episode_of(history, person)
    if unit(draw(world.seed, ADMISSION, person, episode, 0)[0]) < policy.admission_test:
        records.reported_onset[file] = history.onset[row]
        push_sample(world.queue, time, person, ADMITTED)


@kernel
def leave_later(world, history, person, n, before):
    """Somebody in an ordinary bed will leave it dead, at another time. before: when the person was
    to leave."""
    records, gone = world.records, history.severe_gone[n]
    days = len(records.beds_change) - 1
    records.beds_change[int(min(days, before))] += 1
    records.beds_change[int(min(days, gone))] -= 1
    push_discharge(world.queue, gone, person, n, ORDINARY)
    file = records.file_of[person]
    stay = np.int64(-1) if file < 0 else np.int64(records.last_stay[file])
    if stay >= 0 and records.stay_until[stay] == before:  # else the stay was not noted
        records.stay_until[stay] = gone


@kernel
def on_discharge(world, history, time, n, kind):
    """A bed becomes free. kind: ORDINARY or INTENSIVE."""
    until = history.severe_out_of_care[n] if kind == INTENSIVE else history.severe_gone[n]
    if until == time:
        world.records.in_bed[kind] -= 1


@kernel
def share_in_hospital(records, person, time):
    """The share of all contacts that the person keeps, being in hospital at that time or not."""
    if records.counted[STAYS] == 0:
        return 1.0
    file = records.file_of[person]
    if file < 0 or records.last_stay[file] < 0:
        return 1.0
    stay = records.last_stay[file]
    inside = records.stay_from[stay] <= time < records.stay_until[stay]
    return records.stay_kept[stay] if inside else 1.0


@kernel
def share_in_hospital_at(records, person, time):
    """What `share_in_hospital` was at a past time."""
    if records.counted[STAYS] == 0:
        return 1.0
    file = records.file_of[person]
    stay = np.int64(-1) if file < 0 else np.int64(records.last_stay[file])
    while stay >= 0 and records.stay_from[stay] > time:
        stay = np.int64(records.stay_previous[stay])
    if stay < 0 or records.stay_until[stay] <= time:
        return 1.0
    return records.stay_kept[stay]
