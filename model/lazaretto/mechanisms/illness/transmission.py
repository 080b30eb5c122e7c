"""Candidate transmissions: drawn when somebody is infected, thinned when they come due.

For each layer candidates are drawn at the largest hazard that the person's meetings of one day can
have together (longest minutes of each stratum, largest susceptibility); each picks a time, a layer,
and a meeting of that day, and is kept with probability (hazard of the meeting / its bound). Several
candidates may fall on one meeting; the first that succeeds infects, so a meeting of hazard h
infects with 1 - exp(-h). (model.md, 7.2)
"""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.laws import poisson
from ...chance.philox import UNIT, draw, unit
from ...chance.strata import LAST, stratum_at
from ...chance.streams import CANDIDATE
from ...contacts.community import area_of, first_stub, is_open, is_real, meet, stub_count
from ...contacts.group import GROUP as TEAM
from ...contacts.group import (
    SITE,
    circle_of,
    day_words,
    first_turn,
    group_meeting,
    is_weekday,
    member_in_round,
    most_rounds,
    rounds_on,
)
from ...contacts.household import mate, mates
from ...contacts.minutes import most_minutes, pick
from ...contacts.nearness import is_near
from ...contacts.static import degree, strongest
from ...contacts.temporal import whole_days
from ...world.codes import (
    ALL_GENERATIONS,
    COMMUNITY,
    EXPANDED,
    GROUP,
    HOUSEHOLD,
    INFECTIONS,
    STATIC,
    TEMPORAL,
)
from ...world.events import MOST_CANDIDATES, layer_of, pack_candidate, push_transmission
from .at_home import expand_at_home
from .course import moment, season, stage_weights
from .observed import meet_observed, place_on_observed


@inlined
def only_links(city):
    """Whether there is nothing but a stored graph."""
    return len(city.household_start) == 1 and len(city.contact) == 0


@inlined
def contact_hazard(city, rates, person):
    """The person's largest possible hazard over all contacts of a day, by layer: (household, group,
    community, static, temporal)."""
    by_link = rates.hazard[STATIC] * strongest(city, person) * degree(city, person)
    if only_links(city):  # nothing else is read of the person
        return 0.0, 0.0, 0.0, by_link, 0.0
    return (
        rates.hazard[HOUSEHOLD] * mates(city, person),
        rates.hazard[GROUP]
        * (most_in_circle(city, person, TEAM) + most_in_circle(city, person, SITE)),
        rates.hazard[COMMUNITY] * most_minutes(city, COMMUNITY, stub_count(city, person)),
        by_link,
        rates.hazard[TEMPORAL] * city.contact_most[person] if len(city.contact_most) > 0 else 0.0,
    )


@inlined
def most_in_circle(city, person, which):
    """The longest that the person's meetings of a day in the group or site can last together.
    which: TEAM or SITE."""
    return most_minutes(city, GROUP, most_rounds(city, person, which))


@kernel
def expand(world, history, scratch):
    """Draw the candidates of all infections that have none yet and enter those whose
    partner is susceptible.

    Passes over small arrays, so that multiplications and cache misses of different candidates
    overlap: rows, draws, times and layers, meetings of groups and of the community, who that is,
    whether susceptible, whether it is kept.
    """
    city, rates, seed, queue = world.city, world.rates, world.seed, world.queue
    b = scratch.batch
    buffer = len(b.when)
    row, upto = history.counted[EXPANDED], history.counted[INFECTIONS]
    index = np.int64(0)  # candidates of `row` taken so far
    touched = np.int64(0)
    while row < upto:
        touched += touch(city, history, row, min(upto, row + buffer // 4))
        filled = 0
        first_row = row
        while row < upto and filled < buffer and row - first_row < buffer:
            count = candidates(city, rates, history, b, row - first_row, row)
            taken = min(count - index, buffer - filled)
            for i in range(filled, filled + taken):
                b.row[i] = row
                b.person[i] = history.person[row]
                b.number[i] = index + i - filled
            filled += taken
            index += taken
            if index >= count:
                row += 1
                index = 0
        if rates.waning:
            for i in range(filled):
                episode = np.int64(history.episode[b.person[i]])
                b.word_0[i], b.word_1[i], b.word_2[i], _ = draw(
                    seed, CANDIDATE, b.person[i], episode, b.number[i]
                )
        # apart, because the draws of different candidates overlap only where no branch stands
        # between them
        else:
            for i in range(filled):
                b.word_0[i], b.word_1[i], b.word_2[i], _ = draw(
                    seed, CANDIDATE, b.person[i], 0, b.number[i]
                )
        if len(city.contact) > 0 and len(city.household_start) == 1:
            place_on_observed(city, rates, history, b, filled, first_row)
        elif only_links(city):
            place_on_links(city, rates, history, b, filled, first_row)
        else:
            place_on_meetings(world, history, scratch, filled, first_row)
        if rates.lead > 0.0:
            for i in range(filled):
                if b.when[i] <= history.time[b.row[i]]:
                    b.other[i] = -1  # it would have been before the infector's own infection
        kept = 0
        for i in range(filled):
            b.in_group[kept] = i
            kept += b.other[i] >= 0
        for j in range(kept):
            touched += history.status[b.other[b.in_group[j]]]
        waiting = 0
        for j in range(kept):
            i = b.in_group[j]
            b.outside[waiting] = (
                i  # those still susceptible, without a branch: half are dropped at random
            )
            waiting += history.status[b.other[i]] == 0 or (
                rates.waning and susceptible_by(history, b.other[i], b.when[i])
            )
        for j in range(waiting):
            i = b.outside[j]
            layer, person, other, share = (
                layer_of(b.number[i]),
                b.person[i],
                b.other[i],
                b.share[i],
            )
            if layer == GROUP:
                if other == person:
                    continue
                minutes = group_meeting(city, seed, person, other, np.int64(b.when[i]), b.turn[i])
                share = minutes / city.ceiling[GROUP, stratum_at(b.turn[i])]
            elif layer == COMMUNITY and not is_real(city, person, other):
                continue
            if rates.season_amplitude > 0.0:
                share *= season(rates, b.when[i])
            # who is close is asked only where it decides
            if is_accepted(city, rates, other, share * rates.not_close, b.word_2[i]) or (
                rates.not_close < 1.0
                and is_accepted(city, rates, other, share, b.word_2[i])
                and is_near(city, seed, person, other, layer, b.when[i])
            ):
                push_transmission(queue, b.when[i], other, b.row[i], b.number[i])
    bounds = len(world.policy.home_bounds)
    if bounds > 1:
        for later in range(history.counted[EXPANDED], upto):
            expand_at_home(world, history, later, (1, bounds), 0.0)
    history.counted[EXPANDED] = upto
    return touched


@inlined
def place_on_links(city, rates, history, b, filled, first_row):
    """When each candidate falls and on whom, where there is nothing but a stored graph. b: the
    batch, rows 0 to filled - 1; first_row: the infection of its first entry."""
    for i in range(filled):
        infection, own = b.row[i], b.row[i] - first_row
        infectious, onset = history.infectious[infection], history.onset[infection]
        b.when[i] = moment(rates, infectious, onset, b.early[own], b.late[own], b.word_0[i])
        links = degree(city, b.person[i])
        b.other[i] = city.link_start[b.person[i]] + min(
            links - 1, np.int64(b.word_1[i] * UNIT * links)
        )
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
def place_on_meetings(world, history, scratch, filled, first_row):
    """When each candidate falls and on whom (-1 for nobody), where there are households, groups and
    a community. filled, first_row: as for `place_on_links`."""
    city, rates, seed = world.city, world.rates, world.seed
    b, stubs = scratch.batch, scratch.stubs
    at_home, in_group, outside, by_link = 0, 0, 0, 0
    for i in range(filled):
        infection, own = b.row[i], b.row[i] - first_row
        infectious, onset = history.infectious[infection], history.onset[infection]
        b.when[i] = moment(rates, infectious, onset, b.early[own], b.late[own], b.word_0[i])
        at = b.word_1[i] * UNIT * b.bound_4[own]
        layer = (
            np.int64(at >= b.bound_1[own])
            + np.int64(at >= b.bound_2[own])
            + np.int64(at >= b.bound_3[own])
        )
        b.least[i] = at
        b.share[i] = 1.0
        b.other[i] = -1
        kind = TEMPORAL if layer == STATIC and len(city.contact) > 0 else layer
        b.number[i] = pack_candidate(b.number[i], kind)
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
        k = min(mates(city, b.person[i]) - 1, np.int64(b.least[i] / rates.hazard[HOUSEHOLD]))
        b.other[i] = mate(city, b.person[i], k)
    for j in range(by_link):
        i = b.by_link[j]
        person, own = b.person[i], b.row[i] - first_row
        if len(city.contact) > 0:  # a diary has no static links
            share = (b.least[i] - b.bound_3[own]) / (b.bound_4[own] - b.bound_3[own])
            meet_observed(city, rates, history, b, i, b.when[i], share)
            continue
        each = rates.hazard[STATIC] * strongest(city, person)
        at = np.int64((b.least[i] - b.bound_3[own]) / each)
        link = city.link_start[person] + min(degree(city, person) - 1, at)
        b.other[i] = city.link[link]
        b.share[i] = np.float64(city.link_weight[link]) if len(city.link_weight) > 0 else 1.0
    possible = 0
    for j in range(in_group):
        i = b.in_group[j]
        own, day = b.row[i] - first_row, np.int64(b.when[i])
        at = b.least[i] - b.bound_1[own]
        at_site = at >= b.in_team[own]
        at -= b.in_team[own] if at_site else 0.0
        b.circle[i] = SITE if at_site else TEAM
        number = circle_of(city, b.person[i], b.circle[i])[0]
        b.turn[i] = first_turn(number, day)
        k = pick(
            city,
            GROUP,
            b.turn[i],
            most_rounds(city, b.person[i], b.circle[i]),
            at / rates.hazard[GROUP],
        )
        b.round[i] = k
        b.turn[i] += k
        b.in_group[possible] = i
        possible += (k >= 0) & is_weekday(city, day)
    for j in range(possible):
        i = b.in_group[j]
        circle = circle_of(city, b.person[i], b.circle[i])[0]
        b.word_0[j], b.word_1[j], _, _ = day_words(seed, circle, b.circle[i], np.int64(b.when[i]))
    for j in range(possible):
        i = b.in_group[j]
        _, start, size, mean = circle_of(city, b.person[i], b.circle[i])
        rounds, first = rounds_on(city, size, mean, np.int64(b.when[i]), b.word_0[j], b.word_1[j])
        member = member_in_round(city, b.person[i], start, size, min(b.round[i], size), first)
        b.other[i] = member if b.round[i] < rounds else np.int64(-1)
    for j in range(possible):
        i = b.in_group[j]
        b.other[i] = city.group_member[b.other[i]] if b.other[i] >= 0 else b.other[i]
    asked = 0
    for j in range(outside):
        i = b.outside[j]
        own, day = b.row[i] - first_row, np.int64(b.when[i])
        at = (b.least[i] - b.bound_2[own]) / rates.hazard[COMMUNITY]
        k = pick(city, COMMUNITY, b.stub[own] + day, stub_count(city, b.person[i]), at)
        b.outside[asked] = i
        stubs.area[asked] = b.area[own]
        stubs.stub[asked] = b.stub[own] + max(k, 0)
        stubs.day[asked] = day
        stubs.least[asked] = (
            unit(b.word_2[i]) * city.ceiling[COMMUNITY, stratum_at(stubs.stub[asked] + day)]
        )
        asked += (k >= 0) & is_open(city, stubs.stub[asked] & LAST, day)
    meet(city, seed, stubs, asked)
    for j in range(asked):
        i = b.outside[j]
        b.share[i] = (
            stubs.minutes[j] / city.ceiling[COMMUNITY, stratum_at(stubs.stub[j] + stubs.day[j])]
        )
        b.other[i] = city.person_at[stubs.place[j]] if stubs.place[j] >= 0 else stubs.place[j]


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


@inlined
def is_accepted(city, rates, other, share, word):
    """Whether a candidate with that share of its bound is kept, given the partner's susceptibility.
    share: of the bound that is real; word: decides."""
    if not rates.even_susceptibility:
        share *= rates.susceptibility[min(9, np.int64(city.age[other]) // 10)]
    return share >= 1.0 or unit(word) < share


@inlined
def candidates(city, rates, history, b, own, row):
    """How many candidate transmissions the infection of that row has, at the bound of its hazard;
    what they share goes to row `own` of the batch."""
    last = history.last_generation
    if last < ALL_GENERATIONS and history.generation[row] >= last:
        return np.int64(0)
    person = np.int64(history.person[row])
    early, late = stage_weights(
        rates, history.infectious[row], history.onset[row], history.end[row]
    )
    at_home, in_group, outside, by_link, observed = contact_hazard(city, rates, person)
    if observed > 0.0:
        observed *= whole_days(history.infectious[row], history.end[row])[1]
    b.in_team[own] = (
        rates.hazard[GROUP] * most_in_circle(city, person, TEAM) if in_group > 0.0 else 0.0
    )
    b.early[own], b.late[own] = early, late
    b.bound_1[own] = at_home
    b.bound_2[own] = at_home + in_group
    b.bound_3[own] = at_home + in_group + outside
    b.bound_4[own] = at_home + in_group + outside + by_link + observed
    if outside > 0.0:
        b.area[own] = area_of(city, person)
        b.stub[own] = first_stub(city, b.area[own], person)
    bound = (
        rates.scale
        * (1.0 + rates.season_amplitude)
        * history.strength[row]
        * (early + late)
        * b.bound_4[own]
    )
    return np.int64(min(MOST_CANDIDATES, poisson(bound, np.int64(history.luck[row]))))
