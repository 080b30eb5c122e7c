"""Contacts at home that become longer than without measures: more candidate transmissions.

What lies between one multiple of contacts at home and the next is a process of its own, with its
own luck. So the candidates of contacts as they are without measures stay the same whatever is
closed, and what came before a change of policy stays the same with and without it.
"""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.laws import poisson
from ...chance.philox import UNIT, draw, unit
from ...chance.streams import CANDIDATE
from ...contacts.household import mate, mates
from ...contacts.nearness import is_near
from ...world.codes import EXPANDED, HOUSEHOLD
from ...world.events import LONGER_BITS, LONGER_FROM, pack_candidate, push_transmission
from ...world.people import episode_of
from .course import late_from, moment, season, stage_weights
from .infection import may_be_infected

MOST_LONGER = (
    1 << LONGER_BITS
) - 1  # candidates of one infection in one step; the last is its luck


@inlined
def susceptible_share(city, rates, other):
    """The partner's susceptibility, relative to the largest."""
    if rates.even_susceptibility:
        return 1.0
    return rates.susceptibility[min(9, np.int64(city.age[other]) // 10)]


@kernel
def expand_at_home(world, history, row, steps, since):
    """Enter the candidates of an infection for contacts at home longer than without measures.

    row: of the infection; steps: (first, last) of `Policy.home_bounds`: between bounds[s - 1] and
    bounds[s] for s = first to last - 1; since: days; earlier ones are dropped.
    """
    city, rates, seed, bounds = world.city, world.rates, world.seed, world.policy.home_bounds
    person = np.int64(history.person[row])
    others = mates(city, person)
    if others == 0:
        return
    episode = episode_of(history, person)
    infectious, onset = history.infectious[row], history.onset[row]
    early, late = stage_weights(rates, infectious, onset, history.end[row])
    later = late_from(rates, infectious, onset)
    hazard = rates.scale * (1.0 + rates.season_amplitude) * history.strength[row] * (early + late)
    for step in range(steps[0], steps[1]):
        first = LONGER_FROM + (step << LONGER_BITS)
        mean = hazard * rates.hazard[HOUSEHOLD] * others * (bounds[step] - bounds[step - 1])
        luck = draw(seed, CANDIDATE, person, episode, first + MOST_LONGER)[0]
        for number in range(first, first + min(MOST_LONGER, poisson(mean, luck))):
            w = draw(seed, CANDIDATE, person, episode, number)
            when = moment(rates, infectious, later, early, late, w[0])
            if when < since or (rates.lead > 0.0 and when <= history.time[row]):
                continue
            other = np.int64(mate(city, person, min(others - 1, np.int64(w[1] * UNIT * others))))
            share = susceptible_share(city, rates, other)
            if rates.season_amplitude > 0.0:
                share *= season(rates, when)
            if rates.not_close < 1.0 and not is_near(city, seed, person, other, HOUSEHOLD, when):
                share *= rates.not_close
            if unit(w[2]) < share and may_be_infected(rates, history, other, when):
                number_here = pack_candidate(number, HOUSEHOLD)
                push_transmission(world.queue, when, other, row, number_here)


@kernel
def expand_longer(world, history, known, day):
    """Contacts at home may be longer from that day on than those of earlier infections took into
    account: enter their candidates. known: bounds that they did."""
    steps = (known, len(world.policy.home_bounds))
    for row in range(history.counted[EXPANDED]):
        if history.end[row] > day:
            expand_at_home(world, history, row, steps, day)
