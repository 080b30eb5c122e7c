"""Candidate transmissions: drawn when somebody is infected, thinned when they come due.

Each infection has a number of candidates (`infectors`); each picks a time, a layer, and a meeting
of that day (`partners`), and is kept with probability (hazard of the meeting / its bound). Several
candidates may fall on one meeting; the first that succeeds infects, so a meeting of hazard h
infects with 1 - exp(-h). (model.md, 7.2)
"""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import draw, unit
from ...chance.streams import CANDIDATE, NEARNESS
from ...contacts.community import is_real
from ...contacts.nearness import is_close
from ...world.codes import COMMUNITY, EXPANDED, GROUP, INFECTIONS
from ...world.events import layer_of, push_transmission
from .at_home import expand_at_home
from .course import season
from .infectors import measure, only_links
from .observed import place_on_observed
from .partners import pair_keys, place_on_links, place_on_meetings, time_in_circles


@kernel
def expand(world, history, scratch):
    """Draw the candidates of all infections that have none yet and enter those whose partner is
    susceptible: infections in blocks, their candidates in batches. What it returns is of no use."""
    b, of = scratch.batch, scratch.infectors
    room = len(b.when)
    row, upto = history.counted[EXPANDED], history.counted[INFECTIONS]
    touched = np.int64(0)
    while row < upto:
        touched += touch(world.city, history, row, min(upto, row + len(of.row)))
        rows, row = measure(world, history, scratch, row, upto)
        own, index = 0, np.int64(0)  # index: candidates of that infector taken so far
        while own < rows:
            filled = 0
            while own < rows and filled < room:
                taken = min(of.candidates[own] - index, room - filled)
                for i in range(filled, filled + taken):
                    b.own[i], b.person[i], b.episode[i] = own, of.person[own], of.episode[own]
                    b.number[i] = index + i - filled
                filled += taken
                index += taken
                if index >= of.candidates[own]:
                    own += 1
                    index = np.int64(0)
            touched += follow_up(world, history, scratch, filled)
    bounds = len(world.policy.home_bounds)
    if bounds > 1:
        for later in range(history.counted[EXPANDED], upto):
            expand_at_home(world, history, later, (1, bounds), 0.0)
    history.counted[EXPANDED] = upto
    return touched


@inlined
def follow_up(world, history, scratch, filled):
    """Give each candidate of the batch a moment and a partner, and enter those that are kept. What
    it returns is of no use. filled: candidates of the batch."""
    city, rates, seed = world.city, world.rates, world.seed
    b, of = scratch.batch, scratch.infectors
    for i in range(filled):
        b.word_0[i], b.word_1[i], b.word_2[i], _ = draw(
            seed, CANDIDATE, b.person[i], b.episode[i], b.number[i]
        )
    if len(city.contact) > 0 and len(city.household_start) == 1:
        place_on_observed(world, history, scratch, filled)
    elif only_links(city):
        place_on_links(city, rates, scratch, filled)
    else:
        place_on_meetings(world, history, scratch, filled)
    if rates.lead > 0.0:
        for i in range(filled):
            if b.when[i] <= history.time[of.row[b.own[i]]]:
                b.other[i] = -1  # it would have been before the infector's own infection
    kept = 0
    for i in range(filled):
        b.waiting[kept] = i
        kept += b.other[i] >= 0
    touched = np.int64(0)
    for j in range(kept):
        touched += history.status[b.other[b.waiting[j]]]
    waiting, in_circles = 0, 0
    for j in range(kept):
        i = b.waiting[j]
        free = history.status[b.other[i]] == 0
        if rates.waning and not free:
            free = susceptible_by(history, b.other[i], b.when[i])
        b.waiting[waiting] = i
        b.in_group[in_circles] = i
        waiting += free
        in_circles += free & (layer_of(b.number[i]) == GROUP)
    if not only_links(city):
        for j in range(waiting):  # what is asked next of each partner stands in one row
            touched += city.age[b.other[b.waiting[j]]]
        time_in_circles(city, seed, b, in_circles)
    for j in range(keep_accepted(world, scratch, waiting)):
        i = b.waiting[j]
        push_transmission(world.queue, b.when[i], b.other[i], of.row[b.own[i]], b.number[i])
    return touched


@inlined
def keep_accepted(world, scratch, count):
    """Of the candidates in the list `waiting`, keep each with probability (hazard of its meeting /
    its bound). Returns how many are kept. count: so many are in the list."""
    city, rates, b = world.city, world.rates, scratch.batch
    kept = 0
    for j in range(count):
        i = b.waiting[j]
        if rates.season_amplitude > 0.0:
            b.share[i] *= season(rates, b.when[i])
        b.by_age[i] = 1.0
        if not rates.even_susceptibility:
            b.by_age[i] = rates.susceptibility[min(9, np.int64(city.age[b.other[i]]) // 10)]
        real = (layer_of(b.number[i]) != COMMUNITY) | is_real(city, b.person[i], b.other[i])
        b.waiting[kept] = i
        kept += real & is_accepted(b.share[i] * b.by_age[i], unit(b.word_2[i]))
    if rates.not_close >= 1.0:
        return kept
    pair_keys(b, b.waiting, kept)
    for j in range(kept):
        b.word_0[j], _, _, _ = draw(world.seed, NEARNESS, b.key_a[j], b.key_b[j], b.key_c[j])
    close = 0
    for j in range(kept):
        i = b.waiting[j]
        b.waiting[close] = i
        share = b.share[i] * rates.not_close * b.by_age[i]
        close += is_accepted(share, unit(b.word_2[i])) | is_close(
            city, layer_of(b.number[i]), b.word_0[j]
        )
    return close


@inlined
def is_accepted(share, toss):
    """Whether a candidate with that share of its bound is kept. toss: in (0, 1), decides."""
    return (share >= 1.0) | (toss < share)


@inlined
def touch(city, history, first, last):
    """Read what the candidates of these rows will need of their people, so that it is near: loads
    that do not wait for each other. What it returns is of no use. first, last: the first
    row, and the one after the last."""
    touched = np.int64(0)
    if len(city.link) > 0:
        for row in range(first, last):
            touched += city.link_start[history.person[row]]
    if len(city.household_start) > 1:
        for row in range(first, last):
            touched += city.household[history.person[row]]
    if len(city.group_start) > 1:  # no branch hangs on what has just been asked for
        for row in range(first, last):
            person = history.person[row]
            group = max(0, city.group[person])
            touched += (
                city.household_start[city.household[person]]
                + city.group_start[group]
                + city.site_of_group[group]
            )
            touched += np.int64(city.group_mean_meetings[group])
    return touched


@inlined
def susceptible_by(history, person, time):
    """Whether an infected or immune person will be susceptible by that time, as far as is known
    now."""
    return history.again[history.infection_of[person]] <= time
