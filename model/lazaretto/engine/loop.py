"""The main loop. The order of events, told once:

1. As each day begins region-wide measures are decided, fines for missing passes drawn, and other
   illnesses, the day's screening and what a null orders entered (only with a policy).
2. A bucket's events are taken, sorted into the total order of `queue`, and worked on one by one;
   events that they cause within the same bucket are merged in by time.
3. At equal times: results, then list deliveries, requests for contacts of contacts, checks,
   notes, appeals, contests, fetches, samples, onsets, other illnesses, a null's orders, and
   transmissions last. So somebody put under an order at t infects nobody at t.
4. A transmission that comes due happens unless the partner was infected before, or the coin of the
   pair and day says that an order kept the two apart. The infected person's candidates are drawn
   when the bucket is done, or at once where the latent period ends within it: for speed alone.
"""

from __future__ import annotations

import numpy as np

from .._jit import entry, inlined, kernel
from .._passing import replacing
from ..chance.philox import draw
from ..chance.streams import SEED
from ..mechanisms.counters import BLOCKED
from ..mechanisms.hospital.care import on_admission, on_discharge, share_in_hospital
from ..mechanisms.illness.at_home import expand_longer
from ..mechanisms.illness.infection import LAST_EPISODE, draw_words, infect, words_of
from ..mechanisms.illness.seeding import first_infected, import_infections
from ..mechanisms.illness.severity import on_death
from ..mechanisms.illness.transmission import expand
from ..mechanisms.immunity.protection import (
    AT_START_KEY,
    FROM_OUTSIDE_KEY,
    is_immune,
    is_spared,
    is_vaccine_in_the_way,
)
from ..mechanisms.isolation.breaches import look_again
from ..mechanisms.isolation.facility import fetch, fill_places
from ..mechanisms.isolation.ladder import on_appeal, on_check, on_note
from ..mechanisms.isolation.orders import end_of_life
from ..mechanisms.isolation.presence import can_be_met, coin, presence
from ..mechanisms.region.measures import fine_passes, open_share, review, too_weak
from ..mechanisms.response.contacts import is_protected, respond
from ..mechanisms.testing.samples import fall_ill, on_result, on_sample, on_symptoms, screen
from ..mechanisms.tracing.delivery import on_case, on_contest, on_delivery, on_trace
from ..mechanisms.tracing.null import enter_stand_ins, on_stand_in
from ..mechanisms.tracing.truth import report_list
from ..world.codes import (
    EXPANDED,
    FROM_OUTSIDE,
    FROM_START,
    HOSPITAL,
    HOUSEHOLD,
    INFECTIONS,
    PROTECTION,
    REGION,
    RESPONSE,
    SEVERE,
    STAYS,
    SYMPTOMS,
    VACCINATION,
    WATCH,
)
from ..world.events import (
    ADMISSION,
    APPEAL,
    CHECK,
    CONTEST,
    DEATH,
    DELIVERY,
    DISCHARGE,
    FETCH,
    ILLNESS,
    IMPORT,
    NOTE,
    ONSET,
    RESULT,
    SAMPLE,
    STAND_IN,
    TRACE,
    TRANSMISSION,
    WANE,
    candidate_of,
    instrument_and_depth,
    layer_of,
    reason_and_result,
)
from ..world.files import active_order
from ..world.people import ATTEMPTS, episode_of
from ..world.queue import (
    CURRENT,
    FROM_LATE,
    FULL,
    LATE,
    NO_EVENT,
    empty,
    next_event,
    sort_events,
    take,
    unpack,
    waiting,
)
from .bucket import drop_infected, touch_files

ROUNDING = 1e-9  # days
with_seed = replacing("seed")  # the same world with another luck


@kernel
def is_kept_apart(world, one, other, layer, time):
    """Whether people's own caution, a measure, a hospital or an order keeps the two from meeting;
    if so it is counted for the pathway that did."""
    policy, records, conduct, tally = world.policy, world.records, world.conduct, world.tally
    mine = active_order(records, one, time)
    theirs = active_order(records, other, time)
    kept = 1.0 if layer == HOUSEHOLD else conduct.contacts_kept[int(time)]
    free = mine < 0 and theirs < 0 and len(policy.measure_start) == 0
    if free and kept >= 1.0 and records.counted[STAYS] == 0:
        return False
    allowed = kept * open_share(world, one, other, layer, int(time))
    outside = allowed * share_in_hospital(records, one, time)
    outside *= share_in_hospital(records, other, time)
    share = outside * presence(world, mine, layer, time)
    both = share * presence(world, theirs, layer, time)
    toss = coin(world.seed, one, other, int(time)) if both < 1.0 else 0.0
    if toss < both:
        return False
    if toss >= kept:
        tally.blocked_by[RESPONSE] += 1
    elif toss >= allowed:
        tally.blocked_by[REGION] += 1
    elif toss >= outside:
        tally.blocked_by[HOSPITAL] += 1
    else:
        tally.blocked_by[records.order_pathway[mine if toss >= share else theirs]] += 1
    tally.daily[BLOCKED, int(time)] += 1
    return True


@kernel
def begin(world, history, scratch, start):
    """Enter the first infections and their candidates. What it returns is of no use. start: who is
    infected at time 0."""
    rates, seed = world.rates, world.seed
    origin = (-1, FROM_START)
    for person in start.first:
        if history.status[person] == 0:
            words = words_of(rates, seed, history, person)
            infect(world, history, person, origin, 0.0, words)
    entered, number = len(start.first), 0
    while entered < start.initial and number < ATTEMPTS * start.initial + ATTEMPTS:
        person = first_infected(seed, world.city.reach, number)
        spared = is_spared(world, person, 0.0, AT_START_KEY, number)
        number += 1
        if history.status[person] == 0 and not spared:
            words = words_of(rates, seed, history, person)
            infect(world, history, person, origin, 0.0, words)
            entered += 1
    return expand(world, history, scratch)


@kernel
def begin_day(world, day):
    """Decide on measures and on what contacts people keep, and enter what happens by chance."""
    policy = world.policy
    if policy.active:
        if len(policy.measure_start) > 0:
            review(world.city, policy, world.records, day)
            fine_passes(world, day)
        respond(world, day)
        if policy.places < np.inf:
            fill_places(world, np.float64(day))
        fall_ill(world, day)
        if policy.screening_per_day > 0.0:
            screen(world, day)
        if len(policy.stand_ins.from_row) > 1:
            enter_stand_ins(world, day)
    if world.rates.imports_per_day > 0.0:
        import_infections(world, day)


@kernel
def run(world, history, scratch, question, start, span):
    """Simulate the days of a span; before day 0 the first infections are entered. Everything is
    written into the tuples; what it returns is of no use. start: who is infected at time 0."""
    rates, seed, queue = world.rates, world.seed, world.queue
    width, per_day = 1.0 / queue.per_day, int(queue.per_day)
    touched = np.int64(0)
    if span.first == 0:
        touched += begin(world, history, scratch, start)
    if span.changed:
        look_again(world, np.float64(span.first))
        if span.home_bounds < len(world.policy.home_bounds):
            expand_longer(world, history, span.home_bounds, np.float64(span.first))
    for bucket in range(span.first * per_day, span.last * per_day):
        if bucket % per_day == 0:
            begin_day(world, bucket // per_day)
        queue.state[CURRENT] = bucket
        if queue.state[FULL] != 0:
            return touched
        n = waiting(queue, bucket)
        if n == 0 and queue.state[LATE] == 0:
            continue
        if n > len(scratch.time):
            queue.state[FULL] = 1
            return touched
        if n > 0:
            take(queue, bucket, scratch.time, scratch.word)
            n = drop_infected(rates, history, scratch, n)
            sort_events(scratch, n, bucket * width, width)
            if not rates.waning:
                draw_words(rates, seed, scratch.word_sorted, n, scratch.words)
            if world.policy.active:
                touched += touch_files(world, history, scratch, n)
        at = 0
        while True:
            event = next_event(queue, scratch, at, n)
            if event[0] == NO_EVENT:
                break
            at += event[0] != FROM_LATE
            touched += work_on(world, history, scratch, question, event)
        touched += expand(world, history, scratch)
    return touched


@inlined
def work_on(world, history, scratch, question, event):
    """Do what the event says: the list of kinds. event: as `next_event` gives it. What it returns
    is of no use."""
    policy = world.policy
    row, now, first, second = event
    kind, person, other, number = unpack(first, second)
    if kind == TRANSMISSION:
        if history.status[person] == 0:
            return on_transmission(world, history, scratch, event)
    elif kind == WANE:
        if history.again[other] < np.inf:  # else dead since, for want of a bed
            history.status[person] = 0
            history.episode[person] += history.episode[person] < LAST_EPISODE
    elif kind == IMPORT:
        spared = is_spared(world, person, now, FROM_OUTSIDE_KEY, int(now))
        if history.status[person] == 0 and not spared and can_be_met(world, person, now):
            words = words_for(world, history, scratch, row, person)
            infect(world, history, person, (-1, FROM_OUTSIDE), now, words)
    elif kind == ADMISSION:
        on_admission(world, history, person, now, other, number)
    elif kind == DISCHARGE:
        on_discharge(world, history, now, other, number)
    elif kind == DEATH:
        if on_death(world, history, now, other) and policy.active:
            end_of_life(world, person, now)
    elif kind == CHECK:
        on_check(world, person, now, other, number)
    elif kind == NOTE:
        on_note(world, person, now, other, number)
    elif kind == APPEAL:
        on_appeal(world, person, now, other)
    elif kind == CONTEST:
        on_contest(world, person, now, other, number)
    elif kind == FETCH:
        fetch(world, person, other, now)
    elif kind == ONSET:
        on_symptoms(world, person, now, number, 0)
    elif kind == ILLNESS:
        on_symptoms(world, person, now, 0, 1 + int(now))
    elif kind == SAMPLE:
        on_sample(world, history, person, now, other)
        if policy.on_symptoms and other in (SYMPTOMS, WATCH):
            test = np.int64(world.records.tests[world.records.file_of[person]])
            on_case(world, person, now, test, 0)
    elif kind == RESULT:
        reason, positive = reason_and_result(number)
        if on_result(world, person, now, other, reason, positive):
            on_case(world, person, now, other, 0)
    elif kind == DELIVERY:
        i, depth = instrument_and_depth(other)
        entries = on_delivery(world, question, person, now, i, depth, number)
        if entries >= 0:
            report_list(world, history, question, entries, person, now, i)
    elif kind == TRACE:
        i, depth = instrument_and_depth(other)
        on_trace(world, person, now, i, depth)
    elif kind == STAND_IN:
        on_stand_in(world, other, now)
    return np.int64(0)


@inlined
def on_transmission(world, history, scratch, event):
    """A candidate whose partner is susceptible: it happens unless contacts at home are not as long
    that day, or immunity, something that keeps the two apart, protection or a vaccine stops it.
    What it returns is of no use. event: as `next_event` gives it."""
    queue, tally = world.queue, world.tally
    row, now, first, second = event
    _, person, source, number = unpack(first, second)
    layer, candidate = layer_of(number), candidate_of(number)
    if too_weak(world, history, source, person, (layer, candidate, int(now))):
        return np.int64(0)
    if history.counted[SEVERE] > 0 and now > history.end[source] + ROUNDING:  # dead
        return np.int64(0)
    if is_immune(world, person, now):
        return np.int64(0)
    if world.policy.active or world.rates.immune.campaigns > 0:
        infector = np.int64(history.person[source])
        which = (episode_of(history, infector), candidate)
        if world.policy.active and is_kept_apart(world, infector, person, layer, now):
            return np.int64(0)
        stopped = np.int64(-1)
        if world.policy.active and is_protected(world, infector, person, layer, now, which):
            stopped = np.int64(PROTECTION)
        elif is_vaccine_in_the_way(world, infector, person, (history.time[source], now), which):
            stopped = np.int64(VACCINATION)
        if stopped >= 0:
            if world.policy.active:
                tally.blocked_by[stopped] += 1
                tally.daily[BLOCKED, int(now)] += 1
            return np.int64(0)
    words = words_for(world, history, scratch, row, person)
    ready = infect(world, history, person, (source, layer), now, words)
    if int(ready * queue.per_day) <= queue.state[CURRENT]:
        return expand(world, history, scratch)
    return np.int64(0)


@inlined
def words_for(world, history, scratch, row, person):
    """The words of the person's next infection: those drawn for that row of the bucket, or anew for
    a late event, or where the number of the person's infections may have changed since."""
    if row == FROM_LATE or world.rates.waning:
        return words_of(world.rates, world.seed, history, person)
    w = scratch.words
    return w[0, row], w[1, row], w[2, row], w[3, row], w[4, row], w[5, row], w[6, row]


@kernel
def count_offspring(history, born, offspring):
    """Add to `offspring` how many infections of the generations between the first and the last had
    0, 1, 2, ... infectees (the last entry: so many or more). born: scratch, one per infection."""
    rows = history.counted[INFECTIONS]
    for row in range(rows):
        born[row] = 0
    for row in range(rows):
        if history.source[row] >= 0:
            born[history.source[row]] += 1
    for row in range(rows):
        if 0 < history.generation[row] < history.last_generation:
            offspring[min(born[row], len(offspring) - 1)] += 1


@entry
def follow(world, history, scratch, question, start, span, chains):
    """The one way in from Python: the days `span` of one run, or so many chains from `start` each,
    one after the other and each with luck of its own, to generation history.last_generation.
    Returns the number of chains that were given up because the queue was too small."""
    queue = world.queue
    if chains.number == 0:
        run(world, history, scratch, question, start, span)
        return 0
    given_up = 0
    for chain in range(chains.number):
        queue.state[CURRENT] = -1
        history.counted[INFECTIONS] = 0
        history.counted[EXPANDED] = 0
        history.counted[SEVERE] = 0
        w = draw(world.seed, SEED, chain, 0, 1)
        luck = with_seed(world, (w[0] << 31) | (w[1] >> 1))
        run(luck, history, scratch, question, start, span)
        if queue.state[FULL] != 0:
            given_up += 1
            empty(queue)
        elif history.counted[INFECTIONS] <= len(scratch.rank):
            count_offspring(history, scratch.rank, chains.offspring)
        for row in range(history.counted[INFECTIONS]):
            chains.sizes[history.generation[row]] += 1
            if history.layer[row] == HOUSEHOLD:
                chains.at_home[history.generation[row]] += 1
            history.status[history.person[row]] = 0
    return given_up
