"""Candidate transmissions: drawn when somebody is infected, thinned when they come due.

For each layer candidates are drawn at the largest hazard that layer can have (longest minutes, largest susceptibility); each
picks a time, a layer, a partner and the day's meeting, and is kept with probability (its hazard / that bound). Several candidates
may fall on one contact; the first that succeeds infects, so a contact of hazard h infects with 1 - exp(-h). (model.md, 8 and 10.)
"""

from __future__ import annotations

import numpy as np

from .._jit import inlined, kernel
from ..chance.laws import poisson
from ..chance.philox import UNIT, draw, unit
from ..chance.streams import CANDIDATE
from ..contacts.community import area_of, community_meeting, stub_count
from ..contacts.group import group_meeting, most_rounds, partner_in_round, rounds_on
from ..contacts.household import mate, mates
from ..contacts.static import degree
from .natural_history import character, moment, stage_weights
from .queue import NUMBER_MASK, TRANSMISSION, push
from .state import ALL_GENERATIONS, COMMUNITY, GROUP, HOUSEHOLD, STATIC

LAYER_BITS = 2
MOST_CANDIDATES = NUMBER_MASK >> LAYER_BITS


@inlined
def contact_hazard(city, rates, person):
    """The person's largest possible hazard over all contacts, by layer: (household, group, community, static)."""
    return (
        rates.hazard[HOUSEHOLD] * mates(city, person),
        rates.hazard[GROUP] * most_rounds(city, person),
        rates.hazard[COMMUNITY] * stub_count(city, person),
        rates.hazard[STATIC] * degree(city, person),
    )


@inlined
def partner(city, seed, rates, person, day, at, accept, at_home, in_group):
    """Who is met outside the static layer: (other person or -1, layer).

    at: position along the hazards (household, group, community) of the person, of lengths at_home, in_group and the rest; accept:
    the word that thins the bound.
    """
    other = np.int64(-1)
    share = 1.0
    if at < at_home:
        layer = HOUSEHOLD
        other = np.int64(mate(city, person, min(mates(city, person) - 1, int(at / rates.hazard[HOUSEHOLD]))))
    elif at < at_home + in_group:
        layer = GROUP
        rounds, first = rounds_on(city, seed, city.group[person], day)
        k = int((at - at_home) / rates.hazard[GROUP])
        if k < rounds:
            other = np.int64(partner_in_round(city, person, k, first))
            if other >= 0:
                share = group_meeting(city, seed, person, other, day)[0] / city.minutes_most[GROUP]
    else:
        layer = COMMUNITY
        k = min(stub_count(city, person) - 1, int((at - at_home - in_group) / rates.hazard[COMMUNITY]))
        other, minutes, _ = community_meeting(city, seed, area_of(city, person), person, k, day)
        share = minutes / city.minutes_most[COMMUNITY]
    if other >= 0 and not accepted(city, rates, other, share, accept):
        other = np.int64(-1)
    return other, layer


@inlined
def accepted(city, rates, other, share, word):
    """Whether a candidate with that share of the layer's bound is kept, given the partner's susceptibility."""
    if not rates.even_susceptibility:
        share *= rates.susceptibility[min(9, np.int64(city.age[other]) // 10)]
    return share >= 1.0 or unit(word) < share


@kernel
def expand(city, rates, seed, history, queue, scratch, generations, upto):
    """Draw the candidates of all infections up to row `upto` that have none yet and enter those whose partner is susceptible.

    Several passes over small arrays (rows, draws, times and partners, links, states), each without branches that depend on
    another, so that multiplications and cache misses of different candidates overlap.
    """
    whose, people, numbers = scratch.row, scratch.person, scratch.number
    word_0, word_1, word_2 = scratch.word_0, scratch.word_1, scratch.word_2
    others, when, links = scratch.other, scratch.when, scratch.link
    stored = len(city.link) > 0
    buffer = len(when)
    row = history.counted[1]
    index = np.int64(0)  # candidates of `row` taken so far
    touched = np.int64(0)
    while row < upto:
        if stored:
            for ahead in range(row, min(upto, row + buffer // 4)):
                touched += city.link_start[history.person[ahead]]
        filled = 0
        while row < upto and filled < buffer:
            person = np.int64(history.person[row])
            count = candidates(city, rates, seed, history, row, generations)
            taken = min(count - index, buffer - filled)
            for i in range(taken):
                whose[filled + i] = row
                people[filled + i] = person
                numbers[filled + i] = index + i
            filled += taken
            index += taken
            if index >= count:
                row += 1
                index = 0
        for i in range(filled):
            word_0[i], word_1[i], word_2[i], _ = draw(seed, CANDIDATE, people[i], 0, numbers[i])
        kept = 0
        for i in range(filled):
            mine, person = whose[i], people[i]
            infectious, onset = history.infectious[mine], history.onset[mine]
            early, late = stage_weights(rates, infectious, onset, history.end[mine])
            time = moment(rates, infectious, onset, early, late, word_0[i])
            at_home, in_group, outside, linked = contact_hazard(city, rates, person)
            at = word_1[i] * UNIT * (at_home + in_group + outside + linked)
            word = word_2[i]
            other, layer, link = np.int64(0), STATIC, np.int64(-1)
            if at < linked:
                link = city.link_start[person] + min(degree(city, person) - 1, int(at / rates.hazard[STATIC]))
            else:
                other, layer = partner(city, seed, rates, person, int(time), at - linked, word, at_home, in_group)
            number = (numbers[i] << LAYER_BITS) | layer
            # what is kept is written over what has been read: kept <= i
            whose[kept], numbers[kept], word_2[kept] = mine, number, word
            others[kept], links[kept], when[kept] = other, link, time
            kept += other >= 0
        if stored:
            for i in range(kept):
                if links[i] >= 0:
                    others[i] = city.link[links[i]]
        for i in range(kept):
            touched += history.status[others[i]]
        waiting = 0
        for i in range(kept):
            people[waiting] = i  # the indices of those that wait, without a branch: half are dropped at random
            waiting += history.status[others[i]] == 0
        for n in range(waiting):
            i = people[n]
            if links[i] >= 0:
                share = np.float64(city.link_weight[links[i]]) if len(city.link_weight) > 0 else 1.0
                if not accepted(city, rates, others[i], share, word_2[i]):
                    continue
            push(queue, when[i], TRANSMISSION, others[i], whose[i], numbers[i])
    history.counted[1] = upto
    return touched


@inlined
def candidates(city, rates, seed, history, row, generations):
    """How many candidate transmissions the infection has, at the bound of its hazard."""
    if generations < ALL_GENERATIONS and history.generation[row] >= generations:
        return 0
    person = np.int64(history.person[row])
    strength, _ = character(rates, seed, person, 0)
    early, late = stage_weights(rates, history.infectious[row], history.onset[row], history.end[row])
    at_home, in_group, outside, linked = contact_hazard(city, rates, person)
    bound = rates.scale * strength * (early + late) * (at_home + in_group + outside + linked)
    return min(MOST_CANDIDATES, poisson(bound, np.int64(history.luck[row])))
