"""An infection: its course, and what it sets going."""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.laws import quantile
from ...chance.philox import draw
from ...chance.streams import CHARACTER, COURSE
from ...world.codes import ALL_GENERATIONS, IMMUNITY_LAW, INFECTIONS
from ...world.events import push_onset, push_wane
from ...world.people import episode_of
from ...world.queue import FULL, PERSON_MASK
from .course import character, course
from .severity import fall_severely_ill

MOST_GENERATIONS = 32000
LAST_EPISODE = 255
NOT_IN_THIS_RUN = 1e9  # days


@inlined
def infect(world, history, person, origin, time, words):
    """Enter an infection. origin: (row of the infector or -1, layer); words: those that `words_of`
    or `draw_words` give. Returns the time from which the person can infect."""
    rates, policy, queue = world.rates, world.policy, world.queue
    row = history.counted[INFECTIONS]
    if row == len(history.person):
        queue.state[FULL] = 1
        return NOT_IN_THIS_RUN
    history.counted[INFECTIONS] = row + 1
    source, layer = origin
    w0, w1, w2, luck, c0, c1, c2 = words
    infectious, onset, end = course(rates, w0, w1, w2)
    strength, symptomatic = character(rates, c0, c1) if rates.varied else (1.0, True)
    history.strength[row] = strength
    history.status[person] = 1
    history.person[row] = person
    history.source[row] = source
    history.layer[row] = layer
    if history.last_generation < ALL_GENERATIONS:
        before = 0 if source < 0 else history.generation[source] + 1
        history.generation[row] = min(MOST_GENERATIONS, before)
    history.time[row] = time
    history.infectious[row] = time + infectious
    history.onset[row] = time + onset
    history.symptomatic[row] = symptomatic
    history.end[row] = time + end
    history.luck[row] = luck
    if policy.active or rates.waning:
        history.infection_of[person] = row
    episode = episode_of(history, person)
    died = np.inf
    if symptomatic and rates.severe:
        died = fall_severely_ill(world, history, person, row, episode)
    if rates.waning:
        history.again[row] = np.inf
        if died == np.inf:
            again = time + end + quantile(rates.tables, IMMUNITY_LAW, c2)
            history.again[row] = again
            push_wane(queue, again, person, row)
    if policy.active and symptomatic:
        push_onset(queue, time + onset, person, row, episode)
    return time + infectious


@inlined
def may_be_infected(rates, history, person, time):
    """Whether the person is susceptible, or will be by that time as far as is known now."""
    if history.status[person] == 0:
        return True
    return rates.waning and history.again[history.infection_of[person]] <= time


@inlined
def words_of(rates, seed, history, person):
    """The words that the person's next infection will need: four of COURSE, three of CHARACTER (not
    read where nobody varies)."""
    episode = episode_of(history, person)
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
