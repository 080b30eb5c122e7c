"""The main loop. The order of events, told once:

1. At the beginning of each day region-wide measures are decided, fines for missing passes drawn,
   and the onsets of other illnesses and the day's screening entered (only with a policy).
2. A bucket's events are taken, sorted into the total order of `queue`, and worked on one by one;
   events that they cause within the same bucket are merged in by time.
3. At equal times: results, then list deliveries, requests for contacts of contacts, checks,
   appeals, samples, onsets, other illnesses, and transmissions last. So somebody put under an order
   at t infects nobody at t.
4. A transmission that comes due happens unless the partner was infected before, or the coin of the
   pair and day says that an order kept the two apart. The infected person's candidates are drawn
   when the bucket is done, or at once where the latent period ends within it; none can fall earlier
   than that, so this changes nothing but the speed.
"""

from __future__ import annotations

import numpy as np

from .._jit import entry, inlined, kernel
from ..chance.philox import draw
from ..chance.streams import CHARACTER, COURSE, SEED
from .isolation import active_order, coin, on_appeal, on_check, presence
from .natural_history import character, course, hospital_stay, immune_until
from .queue import (
    APPEAL,
    BLOCK,
    CHECK,
    CURRENT,
    DELIVERY,
    FREE,
    FULL,
    ILLNESS,
    IMPORT,
    LATE,
    NUMBER_BITS,
    NUMBER_MASK,
    ONSET,
    PERSON_BITS,
    PERSON_MASK,
    RESULT,
    SAMPLE,
    TRACE,
    TRANSMISSION,
    USED,
    WANE,
    before,
    pop_late,
    push,
    sort_events,
    take,
    waiting,
)
from .region import fine_passes, open_share, review, too_weak
from .state import (
    ALL_GENERATIONS,
    BLOCKED,
    DEATH_LAW,
    FROM_OUTSIDE,
    FROM_START,
    HOSPITAL_LAW,
    HOUSEHOLD,
    REGION,
    STAY_LAW,
    SYMPTOMS,
    WATCH,
)
from .testing import (
    fall_ill,
    first_infected,
    import_infections,
    on_result,
    on_sample,
    on_symptoms,
    screen,
)
from .tracing import DEPTH_BITS, on_case, on_delivery, on_trace, report_list
from .transmission import LAYER_BITS, LAYER_MASK, expand

MOST_GENERATIONS = 32000
LAST_EPISODE = 255
NOT_IN_THIS_RUN = 1e9  # days


@inlined
def infect(
    city,
    rates,
    policy,
    seed,
    history,
    records,
    queue,
    person,
    source,
    layer,
    time,
    generations,
    words,
):
    """Enter an infection, with the `words_of` it; returns the time from which the person can
    infect."""
    row = history.counted[0]
    if row == len(history.person):
        queue.state[FULL] = 1
        return NOT_IN_THIS_RUN
    history.counted[0] = row + 1
    w0, w1, w2, luck, c0, c1, c2 = words
    infectious, onset, end = course(rates, w0, w1, w2)
    strength, symptomatic = character(rates, c0, c1) if rates.varied else (1.0, True)
    history.strength[row] = strength
    history.status[person] = 1
    history.person[row] = person
    history.source[row] = source
    history.layer[row] = layer
    if generations < ALL_GENERATIONS:
        history.generation[row] = (
            0 if source < 0 else min(MOST_GENERATIONS, history.generation[source] + 1)
        )
    history.time[row] = time
    history.infectious[row] = time + infectious
    history.onset[row] = time + onset
    history.symptomatic[row] = symptomatic
    history.end[row] = time + end
    history.luck[row] = luck
    if policy.active or rates.waning:
        history.infection_of[person] = row
    episode = np.int64(history.episode[person]) if rates.waning else np.int64(0)
    if rates.waning:
        history.again[row] = immune_until(
            city, rates, seed, person, episode, time + end, symptomatic, c2
        )
        if history.again[row] < np.inf:
            push(queue, history.again[row], WANE, person, row, 0)
    if policy.active and symptomatic:
        push(queue, time + onset, ONSET, person, row, episode)
        if policy.counts_beds:
            take_bed(city, rates, seed, records, person, episode, time + onset, time + end)
    return time + infectious


@kernel
def take_bed(city, rates, seed, records, person, episode, onset, end):
    """Enter the bed that the infection will take, if any, in the hospitals' count."""
    decade = min(9, np.int64(city.age[person]) // 10)
    admitted, discharged, _, _ = hospital_stay(
        seed,
        person,
        episode,
        onset,
        end,
        rates.hospital[decade],
        rates.death[decade],
        rates.tables,
        HOSPITAL_LAW,
        STAY_LAW,
        DEATH_LAW,
    )
    days = len(records.beds_change) - 1
    if admitted < days:
        records.beds_change[int(admitted)] += 1
        records.beds_change[int(min(days, discharged))] -= 1


@inlined
def words_of(rates, seed, history, person):
    """The words that the person's next infection will need: four of COURSE, three of CHARACTER (not
    read where nobody varies)."""
    episode = np.int64(history.episode[person]) if rates.waning else np.int64(0)
    w0, w1, w2, w3 = draw(seed, COURSE, person, episode, 0)
    c0, c1, c2, _ = draw(seed, CHARACTER, person, episode, 0) if rates.varied else (w0, w1, w2, w3)
    return w0, w1, w2, w3, c0, c1, c2


@kernel
def draw_words(rates, seed, word, n, words):
    """`words_of` for the persons of n sorted events at once, into (7, room), where nobody is
    infected twice: the draws overlap."""
    for i in range(n):
        words[0, i], words[1, i], words[2, i], words[3, i] = draw(
            seed, COURSE, word[i, 0] & PERSON_MASK, 0, 0
        )
    if rates.varied:
        for i in range(n):
            words[4, i], words[5, i], words[6, i], _ = draw(
                seed, CHARACTER, word[i, 0] & PERSON_MASK, 0, 0
            )


@kernel
def kept_apart(city, policy, seed, history, records, conduct, tally, one, other, layer, time):
    """Whether a measure or an order stops this transmission; if so it is counted for the pathway
    that did."""
    if not policy.active:
        return False
    mine = active_order(records, one, time)
    theirs = active_order(records, other, time)
    if mine < 0 and theirs < 0 and len(policy.measure_start) == 0:
        return False
    allowed = open_share(city, policy, seed, records, one, other, layer, int(time))
    share = allowed * presence(policy, conduct, mine, layer, time)
    both = share * presence(policy, conduct, theirs, layer, time)
    toss = coin(seed, one, other, int(time)) if both < 1.0 else 0.0
    if toss < both:
        return False
    if toss >= allowed:
        tally.blocked_by[REGION] += 1
    else:
        tally.blocked_by[records.order_pathway[mine if toss >= share else theirs]] += 1
    tally.daily[BLOCKED, int(time)] += 1
    return True


@kernel
def run(
    city,
    rates,
    policy,
    seed,
    initial,
    first,
    generations,
    history,
    records,
    conduct,
    queue,
    tally,
    diary,
    scratch,
):
    """Simulate from the infections of the people `first`, or else of `initial` random people, at
    time 0 to the queue's horizon. Everything is written into the tuples; what it returns is of no
    use. Infections of generation `generations` infect nobody (the reproduction number is solved
    that way)."""
    touched = np.int64(0)
    for person in first:
        if history.status[person] == 0:
            words = words_of(rates, seed, history, person)
            infect(
                city,
                rates,
                policy,
                seed,
                history,
                records,
                queue,
                person,
                -1,
                FROM_START,
                0.0,
                generations,
                words,
            )
    entered = len(first)
    number = 0
    while entered < initial and number < 64 * initial + 64:
        person = first_infected(seed, city.reach, number)
        number += 1
        if history.status[person] == 0:
            words = words_of(rates, seed, history, person)
            infect(
                city,
                rates,
                policy,
                seed,
                history,
                records,
                queue,
                person,
                -1,
                FROM_START,
                0.0,
                generations,
                words,
            )
            entered += 1
    touched += expand(city, rates, seed, history, queue, scratch, generations, history.counted[0])
    time, word = scratch.time, scratch.word
    time_sorted, word_sorted, rank = scratch.time_sorted, scratch.word_sorted, scratch.rank
    words = scratch.words
    width = 1.0 / queue.per_day
    per_day = int(queue.per_day)
    for bucket in range(len(queue.head)):
        start = bucket * width
        if policy.active and bucket % per_day == 0:
            if len(policy.measure_start) > 0:
                review(city, policy, records, bucket // per_day)
                fine_passes(city, policy, seed, records, conduct, tally, bucket // per_day)
            fall_ill(city, policy, seed, queue, bucket // per_day)
            if policy.screening_per_day > 0.0:
                screen(city, policy, seed, queue, bucket // per_day)
        if rates.imports_per_day > 0.0 and bucket % per_day == 0:
            import_infections(city, rates, seed, queue, bucket // per_day)
        queue.state[CURRENT] = bucket
        if queue.state[FULL] != 0:
            return touched
        n = waiting(queue, bucket)
        if n == 0 and queue.state[LATE] == 0:
            continue
        if n > len(time):
            queue.state[FULL] = 1
            return touched
        if n > 0:
            take(queue, bucket, time, word)
            for i in range(n):  # bring the states of all targets near before the ordered pass
                touched += history.status[word[i, 0] & PERSON_MASK]
            sort_events(time, word, n, start, width, time_sorted, word_sorted, rank)
            if not rates.waning:
                draw_words(rates, seed, word_sorted, n, words)
        at = 0
        while True:
            if queue.state[LATE] > 0 and (
                at == n
                or before(
                    queue.late_time[0],
                    queue.late_word[0, 0],
                    queue.late_word[0, 1],
                    time_sorted[at],
                    word_sorted[at, 0],
                    word_sorted[at, 1],
                )
            ):
                now, first, second = pop_late(queue)
                drawn = words_of(rates, seed, history, first & PERSON_MASK)
            elif at < n:
                now, first, second = time_sorted[at], word_sorted[at, 0], word_sorted[at, 1]
                if (
                    rates.waning
                ):  # the person's number of infections may have changed since the bucket was opened
                    drawn = words_of(rates, seed, history, first & PERSON_MASK)
                else:
                    drawn = (
                        words[0, at],
                        words[1, at],
                        words[2, at],
                        words[3, at],
                        words[4, at],
                        words[5, at],
                        words[6, at],
                    )
                at += 1
            else:
                break
            kind = first >> PERSON_BITS
            person = first & PERSON_MASK
            other = second >> NUMBER_BITS
            number = second & NUMBER_MASK
            if kind == TRANSMISSION:
                if history.status[person] == 0:
                    infector = np.int64(history.person[other])
                    layer = number & LAYER_MASK
                    weak = too_weak(
                        city,
                        policy,
                        seed,
                        history,
                        records,
                        other,
                        person,
                        layer,
                        number >> LAYER_BITS,
                        int(now),
                    )
                    if not weak and not kept_apart(
                        city,
                        policy,
                        seed,
                        history,
                        records,
                        conduct,
                        tally,
                        infector,
                        person,
                        layer,
                        now,
                    ):
                        ready = infect(
                            city,
                            rates,
                            policy,
                            seed,
                            history,
                            records,
                            queue,
                            person,
                            other,
                            layer,
                            now,
                            generations,
                            drawn,
                        )
                        if int(ready * queue.per_day) <= bucket:
                            touched += expand(
                                city,
                                rates,
                                seed,
                                history,
                                queue,
                                scratch,
                                generations,
                                history.counted[0],
                            )
            elif kind == WANE:
                history.status[person] = 0
                history.episode[person] += history.episode[person] < LAST_EPISODE
            elif kind == IMPORT:
                if history.status[person] == 0:
                    infect(
                        city,
                        rates,
                        policy,
                        seed,
                        history,
                        records,
                        queue,
                        person,
                        -1,
                        FROM_OUTSIDE,
                        now,
                        generations,
                        drawn,
                    )
            elif kind == CHECK:
                on_check(
                    city,
                    rates,
                    policy,
                    seed,
                    records,
                    conduct,
                    queue,
                    tally,
                    person,
                    now,
                    other,
                    number,
                )
            elif kind == APPEAL:
                on_appeal(city, policy, seed, records, conduct, queue, tally, person, now, other)
            elif kind == ONSET:
                on_symptoms(
                    city,
                    rates,
                    policy,
                    seed,
                    records,
                    conduct,
                    queue,
                    tally,
                    person,
                    now,
                    number,
                    0,
                )
            elif kind == ILLNESS:
                on_symptoms(
                    city,
                    rates,
                    policy,
                    seed,
                    records,
                    conduct,
                    queue,
                    tally,
                    person,
                    now,
                    0,
                    1 + int(now),
                )
            elif kind == SAMPLE:
                on_sample(rates, policy, seed, history, records, queue, tally, person, now, other)
                if policy.on_symptoms and other in (SYMPTOMS, WATCH):
                    test = np.int64(records.tests[records.file_of[person]])
                    on_case(
                        city,
                        rates,
                        policy,
                        seed,
                        records,
                        conduct,
                        queue,
                        tally,
                        person,
                        now,
                        test,
                        0,
                    )
            elif kind == RESULT:
                new = on_result(
                    city,
                    rates,
                    policy,
                    seed,
                    records,
                    conduct,
                    queue,
                    tally,
                    person,
                    now,
                    other,
                    number >> 1,
                    number & 1,
                )
                if new:
                    on_case(
                        city,
                        rates,
                        policy,
                        seed,
                        records,
                        conduct,
                        queue,
                        tally,
                        person,
                        now,
                        other,
                        0,
                    )
            elif kind == DELIVERY:
                i, depth = other & ((1 << DEPTH_BITS) - 1), other >> DEPTH_BITS
                contacts, entries = on_delivery(
                    city,
                    rates,
                    policy,
                    seed,
                    records,
                    conduct,
                    queue,
                    tally,
                    diary,
                    scratch.stubs,
                    person,
                    now,
                    i,
                    depth,
                    number,
                )
                if contacts >= 0:
                    report_list(policy, history, tally, diary, contacts, entries, person, now, i)
            elif kind == TRACE:
                i, depth = other & ((1 << DEPTH_BITS) - 1), other >> DEPTH_BITS
                on_trace(
                    city, rates, policy, seed, records, conduct, queue, tally, person, now, i, depth
                )
        touched += expand(
            city, rates, seed, history, queue, scratch, generations, history.counted[0]
        )
    return touched


@kernel
def empty(queue):
    """Throw all waiting events away."""
    queue.state[FULL] = 0
    queue.state[FREE] = -1
    queue.state[USED] = 0
    queue.state[LATE] = 0
    for bucket in range(len(queue.head)):
        queue.head[bucket] = -1
        queue.fill[bucket] = BLOCK


@kernel
def count_offspring(history, born, generations, offspring):
    """Add to `offspring` how many infections of the generations between the first and the last had
    0, 1, 2, ... infectees (the last entry: so many or more). born: scratch, one per infection."""
    rows = history.counted[0]
    for row in range(rows):
        born[row] = 0
    for row in range(rows):
        if history.source[row] >= 0:
            born[history.source[row]] += 1
    for row in range(rows):
        if 0 < history.generation[row] < generations:
            offspring[min(born[row], len(offspring) - 1)] += 1


@entry
def follow(
    city,
    rates,
    policy,
    seed,
    initial,
    first,
    chains,
    sizes,
    at_home,
    offspring,
    history,
    records,
    conduct,
    queue,
    tally,
    diary,
    scratch,
):
    """The one way in from Python. With chains = 0: one run from `initial` infections. Else so many
    chains of `initial` infections each, one after the other and each with luck of its own, to
    generation len(sizes) - 1; adds up infections, and infections within households, by generation,
    and numbers of offspring. Returns the number of chains that were given up because the queue was
    too small."""
    if chains == 0:
        run(
            city,
            rates,
            policy,
            seed,
            initial,
            first,
            ALL_GENERATIONS,
            history,
            records,
            conduct,
            queue,
            tally,
            diary,
            scratch,
        )
        return 0
    given_up = 0
    for chain in range(chains):
        queue.state[CURRENT] = -1
        history.counted[0] = 0
        history.counted[1] = 0
        w = draw(seed, SEED, chain, 0, 1)
        own = (w[0] << 31) | (w[1] >> 1)
        run(
            city,
            rates,
            policy,
            own,
            initial,
            first,
            len(sizes) - 1,
            history,
            records,
            conduct,
            queue,
            tally,
            diary,
            scratch,
        )
        if queue.state[FULL] != 0:
            given_up += 1
            empty(queue)
        elif history.counted[0] <= len(scratch.rank):
            count_offspring(history, scratch.rank, len(sizes) - 1, offspring)
        for row in range(history.counted[0]):
            sizes[history.generation[row]] += 1
            if history.layer[row] == HOUSEHOLD:
                at_home[history.generation[row]] += 1
            history.status[history.person[row]] = 0
    return given_up
