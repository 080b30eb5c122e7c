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
from .state import COMMUNITY, GROUP, HOUSEHOLD, STATIC

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

    Four passes over small arrays (rows, draws, links, states), so that cache misses of different people overlap.
    """
    whose, numbers, others, when = scratch.row, scratch.number, scratch.other, scratch.when
    links, words = scratch.link, scratch.accept
    buffer = len(when)
    row = history.counted[1]
    index = np.int64(0)  # candidates of `row` drawn so far
    touched = np.int64(0)
    while row < upto:
        if len(city.link) > 0:
            for ahead in range(row, min(upto, row + buffer // 2)):
                touched += city.link_start[history.person[ahead]]
        filled = 0
        while row < upto and filled < buffer:
            person = np.int64(history.person[row])
            infectious, onset, end = history.infectious[row], history.onset[row], history.end[row]
            strength, _ = character(rates, seed, person, 0)
            early, late = stage_weights(rates, infectious, onset, end)
            at_home, in_group, outside, linked = contact_hazard(city, rates, person)
            total = at_home + in_group + outside + linked
            count = min(MOST_CANDIDATES, poisson(rates.scale * strength * (early + late) * total, np.int64(history.luck[row])))
            if history.generation[row] >= generations:
                count = 0
            while index < count and filled < buffer:
                w0, w1, w2, _ = draw(seed, CANDIDATE, person, 0, index)
                time = moment(rates, infectious, onset, early, late, w0)
                at = w1 * UNIT * total
                other, layer, link = np.int64(0), STATIC, np.int64(-1)
                if at < linked:
                    link = city.link_start[person] + min(degree(city, person) - 1, int(at / rates.hazard[STATIC]))
                else:
                    other, layer = partner(city, seed, rates, person, int(time), at - linked, w2, at_home, in_group)
                if other >= 0:
                    whose[filled] = row
                    others[filled] = other
                    links[filled] = link
                    words[filled] = w2
                    when[filled] = time
                    numbers[filled] = (index << LAYER_BITS) | layer
                    filled += 1
                index += 1
            if index >= count:
                row += 1
                index = 0
        if len(city.link) > 0:
            for i in range(filled):
                if links[i] >= 0:
                    others[i] = city.link[links[i]]
        for i in range(filled):
            touched += history.status[others[i]]
        for i in range(filled):
            other = others[i]
            if history.status[other] == 0:
                if links[i] >= 0:
                    share = np.float64(city.link_weight[links[i]]) if len(city.link_weight) > 0 else 1.0
                    if not accepted(city, rates, other, share, words[i]):
                        continue
                push(queue, when[i], TRANSMISSION, other, whose[i], numbers[i])
    history.counted[1] = upto
    return touched
