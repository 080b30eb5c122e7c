"""Who cannot be infected, or less easily, at a moment of the run.

All of it is a function of the person and the time alone: nobody's immunity from before the run and
nobody's vaccination hangs on the epidemic, nor on anybody else's. A person's number in (0, 1) says
when the doses of the person's ages come to him or her: the moment at which the share vaccinated
reaches it.
"""

from __future__ import annotations

import numpy as np

from ..._jit import entry, inlined, kernel
from ...chance.laws import quantile
from ...chance.philox import draw, unit
from ...chance.streams import IMMUNE, SHIELD, VACCINE

INFECTION, TRANSMISSION, SEVERE = range(3)  # columns of `Immune.efficacy`
FROM_OUTSIDE_KEY, AT_START_KEY = 1 << 20, (1 << 20) + 1  # beyond all numbers of candidates


@inlined
def is_immune(world, person, time):
    """Whether immunity from before the run protects the person at that time."""
    immune = world.rates.immune
    if not immune.some_at_start:  # nothing is read of the person
        return False
    share = immune.at_start[min(9, np.int64(world.city.age[person]) // 10)]
    if share <= 0.0:
        return False
    w = draw(world.seed, IMMUNE, person, 0, 0)
    return unit(w[0]) < share and time < quantile(immune.lasts, immune.campaigns, w[1])


@kernel
def dose(seed, immune, age, person):
    """(time, campaign, word, word) of the person's vaccination; (inf, -1, ...) for none. The words
    decide whether it works for good, and how long."""
    w = draw(seed, VACCINE, person, 0, 0)
    mine, band = unit(w[0]), immune.band[age]
    low, high = 0, immune.given.shape[1]
    if high == 0 or immune.given[band, high - 1] <= mine:
        return np.inf, np.int64(-1), w[1], w[2]
    while low < high:  # the first entry beyond
        middle = (low + high) >> 1
        if immune.given[band, middle] > mine:
            high = middle
        else:
            low = middle + 1
    before = immune.given[band, low - 1] if low > 0 else 0.0
    within = (mine - before) / (immune.given[band, low] - before)
    day, campaign = low // immune.campaigns, low % immune.campaigns
    return immune.first_day + day + within, np.int64(campaign), w[1], w[2]


@kernel
def shield(seed, immune, age, person, time):
    """(campaign, word) of the vaccine that protects the person at that time, -1 for none. The word
    decides whether it works for good."""
    given, campaign, works, lasts = dose(seed, immune, age, person)
    if campaign < 0:
        return campaign, works
    begins = given + immune.after[campaign]
    if begins <= time < begins + quantile(immune.lasts, campaign, lasts):
        return campaign, works
    return np.int64(-1), works


@kernel
def resists(seed, immune, age, person, time, word):
    """Whether a vaccine keeps the person from being infected at that time. word: of the exposure,
    decides where the vaccine is leaky."""
    if immune.campaigns == 0:
        return False
    campaign, works = shield(seed, immune, age, person, time)
    if campaign < 0:
        return False
    decides = works if immune.for_good[campaign] else word
    return unit(decides) < immune.efficacy[campaign, INFECTION]


@kernel
def is_vaccine_in_the_way(world, infector, other, times, which):
    """Whether a vaccine of the one or the other stops a transmission. times: (of the infector's own
    infection, now); which: (infections of the infector before this one, number of the
    candidate)."""
    city, seed, immune = world.city, world.seed, world.rates.immune
    if immune.campaigns == 0:
        return False
    w = draw(seed, SHIELD, infector, which[0], which[1])
    if resists(seed, immune, np.int64(city.age[other]), other, times[1], w[1]):
        return True
    age = np.int64(city.age[infector])
    campaign, _ = shield(seed, immune, age, infector, times[0])
    return campaign >= 0 and unit(w[2]) < immune.efficacy[campaign, TRANSMISSION]


@kernel
def is_spared(world, person, time, which, number):
    """Whether immunity or a vaccine keeps somebody from being infected at the start, or outside.
    which: AT_START_KEY or FROM_OUTSIDE_KEY; number: of the attempt, or day."""
    city, seed, immune = world.city, world.seed, world.rates.immune
    if is_immune(world, person, time):
        return True
    if immune.campaigns == 0:
        return False
    age = np.int64(city.age[person])
    word = draw(seed, SHIELD, person, which, number)[1]
    return resists(seed, immune, age, person, time, word)


@inlined
def severity_left(seed, immune, age, person, time):
    """What the person's vaccine leaves of the probability of hospital and death in an infection at
    that time."""
    if immune.campaigns == 0:
        return 1.0
    given, campaign, _, _ = dose(seed, immune, age, person)
    if campaign < 0 or time < given + immune.after[campaign]:
        return 1.0
    return 1.0 - immune.efficacy[campaign, SEVERE]


@entry
def doses_of(seed, immune, age, days):
    """Fill `days` (n,) with the day of each person's vaccination, inf for never. age: (n,)."""
    for person in range(len(days)):
        days[person] = dose(seed, immune, np.int64(age[person]), person)[0]
