"""When each candidate of a batch falls, and on whom: in passes over small arrays, so that
multiplications and cache misses of different candidates overlap. Where it cannot be foretold
whether a candidate goes on, it is entered into the list of those that do, and the list's length
grows or not: a choice costs less than a branch that is guessed wrongly."""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.philox import UNIT, below, draw, unit
from ...chance.strata import LAST, stratum_at
from ...chance.streams import GROUP_MEETING
from ...contacts.community import is_open, meet
from ...contacts.group import (
    CIRCLES,
    day_words,
    first_turn,
    is_weekday,
    minutes_in_round,
    rank_in_round,
)
from ...contacts.minutes import pick
from ...contacts.static import strongest
from ...world.codes import COMMUNITY, GROUP, HOUSEHOLD, STATIC, TEMPORAL
from ...world.events import pack_candidate
from .infectors import moment_of
from .observed import meet_observed


@inlined
def place_on_links(city, rates, scratch, filled):
    """When each candidate falls and on whom, where there is nothing but a stored graph. filled:
    candidates of the batch."""
    b, of = scratch.batch, scratch.infectors
    for i in range(filled):
        own = b.own[i]
        b.when[i] = moment_of(rates, scratch, i)
        links = of.links[own]
        b.other[i] = of.link[own] + min(links - 1, np.int64(b.word_1[i] * UNIT * links))
        b.number[i] = pack_candidate(b.number[i], STATIC)
    if len(city.link_weight) > 0:
        for i in range(filled):
            b.share[i] = city.link_weight[b.other[i]]
    else:
        for i in range(filled):
            b.share[i] = 1.0
    for i in range(filled):
        b.other[i] = city.link[b.other[i]]


@kernel
def place_on_meetings(world, history, scratch, filled):
    """When each candidate falls and on whom (-1 for nobody), where there are households, groups and
    a community. filled: candidates of the batch."""
    city, rates = world.city, world.rates
    b, of = scratch.batch, scratch.infectors
    at_home, in_group, outside, by_link = 0, 0, 0, 0
    links = TEMPORAL if len(city.contact) > 0 else STATIC  # a diary has no static links
    for i in range(filled):
        own = b.own[i]
        b.when[i] = moment_of(rates, scratch, i)
        at = b.word_1[i] * UNIT * of.bound_4[own]
        layer = (
            np.int64(at >= of.bound_1[own])
            + np.int64(at >= of.bound_2[own])
            + np.int64(at >= of.bound_3[own])
        )
        b.least[i] = at
        b.share[i] = 1.0
        b.other[i] = -1
        b.number[i] = pack_candidate(b.number[i], links if layer == STATIC else layer)
        b.at_home[at_home] = i
        b.in_group[in_group] = i
        b.outside[outside] = i
        b.by_link[by_link] = i
        at_home += layer == HOUSEHOLD
        in_group += layer == GROUP
        outside += layer == COMMUNITY
        by_link += layer == STATIC
    for j in range(at_home):
        i = b.at_home[j]
        own = b.own[i]
        k = min(of.mates[own] - 1, np.int64(b.least[i] / rates.hazard[HOUSEHOLD]))
        other = of.home[own] + k
        b.other[i] = other + 1 if other >= of.person[own] else other
    for j in range(by_link):
        meet_by_link(city, rates, history, scratch, b.by_link[j])
    meet_in_circles(world, scratch, in_group)
    meet_outside(world, scratch, outside)


@inlined
def meet_by_link(city, rates, history, scratch, i):
    """On whom candidate i falls among the links or the observed contacts of somebody who has
    meetings too. What it returns is of no use."""
    b, of = scratch.batch, scratch.infectors
    own = b.own[i]
    at = b.least[i] - of.bound_3[own]
    if len(city.contact) > 0:
        share = at / (of.bound_4[own] - of.bound_3[own])
        return meet_observed(city, rates, history, scratch, i, share)
    each = rates.hazard[STATIC] * strongest(city, of.person[own])
    link = of.link[own] + min(of.links[own] - 1, np.int64(at / each))
    b.other[i] = city.link[link]
    b.share[i] = np.float64(city.link_weight[link]) if len(city.link_weight) > 0 else 1.0
    return np.int64(0)


@inlined
def meet_in_circles(world, scratch, count):
    """On whom candidates of the group layer fall. count: how many stand in the list `in_group`."""
    city, rates, seed = world.city, world.rates, world.seed
    b, of, circles = scratch.batch, scratch.infectors, scratch.circles
    possible = 0
    for j in range(count):
        i = b.in_group[j]
        own, day = b.own[i], np.int64(b.when[i])
        at = b.least[i] - of.bound_1[own]
        at_site = at >= of.in_team[own]
        at -= of.in_team[own] if at_site else 0.0
        circle = CIRCLES * own + at_site
        turn = first_turn(circles.number[circle], day)
        k = pick(city, GROUP, turn, circles.most[circle], at / rates.hazard[GROUP])
        b.circle[i], b.round[i], b.turn[i] = circle, k, turn + k
        b.in_group[possible] = i
        b.key_a[possible], b.key_b[possible] = circles.number[circle], day
        b.key_c[possible] = at_site
        possible += (k >= 0) & is_weekday(city, day)
    for j in range(possible):
        b.word_0[j], b.word_1[j], _, _ = day_words(seed, b.key_a[j], b.key_c[j], b.key_b[j])
    met = 0
    for j in range(possible):
        i = b.in_group[j]
        circle, k = b.circle[i], b.round[i]
        more = np.int64(unit(b.word_0[j]) < circles.rest[circle])
        rounds = min(circles.whole[circle] + more, circles.size[circle])
        first = below(b.word_1[j], circles.size[circle])
        # a round that is not held is beyond what ranks are made for, and of no use
        rank = rank_in_round(circles.rank[circle], circles.size[circle], min(k, rounds), first)
        b.other[i] = circles.start[circle] + rank if k < rounds else np.int64(-1)
        b.in_group[met] = i
        met += k < rounds
    for j in range(met):
        i = b.in_group[j]
        member = np.int64(city.group_member[b.other[i]])
        b.other[i] = member if member != b.person[i] else np.int64(-1)


@inlined
def meet_outside(world, scratch, count):
    """On whom candidates of the community fall. count: how many stand in the list `outside`."""
    city, rates, seed = world.city, world.rates, world.seed
    b, of, stubs = scratch.batch, scratch.infectors, scratch.stubs
    asked = 0
    for j in range(count):
        i = b.outside[j]
        own, day = b.own[i], np.int64(b.when[i])
        at = (b.least[i] - of.bound_2[own]) / rates.hazard[COMMUNITY]
        k = pick(city, COMMUNITY, of.stub[own] + day, of.stubs[own], at)
        stub = of.stub[own] + max(k, 0)
        b.outside[asked] = i
        stubs.area[asked], stubs.stub[asked], stubs.day[asked] = of.area[own], stub, day
        stubs.least[asked] = unit(b.word_2[i]) * city.ceiling[COMMUNITY, stratum_at(stub + day)]
        asked += (k >= 0) & is_open(city, stub & LAST, day)
    meet(city, seed, stubs, asked)
    met = 0
    for j in range(asked):
        i = b.outside[j]
        b.share[i] = (
            stubs.minutes[j] / city.ceiling[COMMUNITY, stratum_at(stubs.stub[j] + stubs.day[j])]
        )
        b.other[i] = stubs.place[j]
        b.outside[met] = i
        met += stubs.place[j] >= 0
    for j in range(met):
        i = b.outside[j]
        b.other[i] = city.person_at[b.other[i]]


@inlined
def pair_keys(b, rows, count):
    """Put what names the meetings of infectors and partners into the keys of the next draws. rows:
    list of candidates; count: how many."""
    for j in range(count):
        i = rows[j]
        b.key_a[j] = min(b.person[i], b.other[i])
        b.key_b[j] = max(b.person[i], b.other[i])
        b.key_c[j] = np.int64(b.when[i])


@inlined
def time_in_circles(city, seed, b, count):
    """What share of their bound the meetings in circles last. b: the batch; count: candidates in
    its list `in_group`."""
    pair_keys(b, b.in_group, count)
    for j in range(count):
        b.word_0[j], _, _, _ = draw(seed, GROUP_MEETING, b.key_a[j], b.key_b[j], b.key_c[j])
    for j in range(count):
        i = b.in_group[j]
        longest = city.ceiling[GROUP, stratum_at(b.turn[i])]
        b.share[i] = minutes_in_round(city, b.turn[i], b.word_0[j]) / longest
