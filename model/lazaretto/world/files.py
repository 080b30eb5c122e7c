"""The authority's files: one per person it ever heard of."""

from __future__ import annotations

import numpy as np

from .._jit import kernel
from .codes import FILES

WEEK = 7
PER = 100_000.0


@kernel
def active_order(records, person, time):
    """The order in force for the person at that time, or -1."""
    if len(records.file_of) == 0:
        return -1
    file = records.file_of[person]
    if file < 0:
        return -1
    order = records.last_order[file]
    if order >= 0 and records.order_start[order] <= time < records.order_until[order]:
        return np.int64(order)
    return -1


@kernel
def per_100k_of_week(by_day, until, people):
    """A count of the seven days before that day, per 100,000 people. by_day: (days,) counts."""
    count = np.int64(0)
    for past in range(max(0, until - WEEK), max(0, until)):
        count += by_day[past]
    return count * PER / people


@kernel
def recently_confirmed(policy, records, person, time):
    """Whether the records say that the person is a case or a recent one."""
    file = records.file_of[person]
    return (
        file >= 0 and records.confirmed[file] <= time < records.confirmed[file] + policy.immune_days
    )


@kernel
def open_file(records, person):
    """The person's file, made if there is none."""
    file = np.int64(records.file_of[person])
    if file < 0:
        file = records.counted[FILES]
        records.counted[FILES] += 1
        records.file_of[person] = file
        records.person[file] = person
        records.tests[file] = 0
        records.reported_onset[file] = np.inf
        records.confirmed[file] = np.inf
        records.last_order[file] = -1
        records.detections[file] = 0
        records.orders[file] = 0
        records.traced[file] = -np.inf
        records.last_listed[file] = -1
        records.sample[file] = 0
        records.sampled[file] = np.inf
        records.found_by[file] = -1
        records.sanctions[file] = 0
        records.died[file] = np.inf
        records.last_stay[file] = -1
        if len(records.watched_until) > 0:
            records.watched_until[file] = -np.inf
            records.watch_order[file] = -1
            records.watch_onset[file] = -np.inf
    return file
