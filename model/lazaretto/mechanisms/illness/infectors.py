"""What the candidates of one infection share, looked up once for each infection of a block: its
course, the bounds of its hazard, the circles, stubs and links of the person.

For each layer candidates are drawn at the largest hazard that the person's meetings of one day can
have together: longest minutes of each stratum, largest susceptibility (model.md, 7.2).
"""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.laws import poisson
from ...contacts.community import area_of, first_stub, stub_count
from ...contacts.group import CIRCLES
from ...contacts.household import mates
from ...contacts.minutes import most_minutes
from ...contacts.static import degree, strongest
from ...contacts.temporal import whole_days
from ...world.codes import ALL_GENERATIONS, COMMUNITY, GROUP, HOUSEHOLD, STATIC, TEMPORAL
from ...world.events import MOST_CANDIDATES
from ...world.people import episode_of
from .course import late_from, moment, stage_weights


@inlined
def only_links(city):
    """Whether there is nothing but a stored graph."""
    return len(city.household_start) == 1 and len(city.contact) == 0


@inlined
def moment_of(rates, scratch, i):
    """When candidate i of the batch falls."""
    b, of = scratch.batch, scratch.infectors
    own = b.own[i]
    return moment(rates, of.begin[own], of.later[own], of.early[own], of.late[own], b.word_0[i])


@kernel
def measure(world, history, scratch, row, upto):
    """Enter into `Infectors` and `Circles` as many of the infections from `row` to upto - 1 as they
    hold, and draw how many candidates each has. Returns (how many, the next row). Infections of the
    last generation have no candidates and are passed over."""
    city, rates, of = world.city, world.rates, scratch.infectors
    rows, last = 0, history.last_generation
    while row < upto and rows < len(of.row):
        of.row[rows] = row
        rows += 1 if last >= ALL_GENERATIONS else history.generation[row] < last
        row += 1
    for own in range(rows):
        infection = of.row[own]
        person = np.int64(history.person[infection])
        infectious, onset = history.infectious[infection], history.onset[infection]
        of.person[own] = person
        of.episode[own] = episode_of(history, person)
        of.early[own], of.late[own] = stage_weights(
            rates, infectious, onset, history.end[infection]
        )
        of.begin[own], of.later[own] = infectious, late_from(rates, infectious, onset)
    bound_links(city, rates, of, rows)
    if not only_links(city):
        bound_meetings(city, rates, history, scratch, rows)
    hazard = rates.scale * (1.0 + rates.season_amplitude)
    for own in range(rows):
        infection = of.row[own]
        emitted = of.early[own] + of.late[own]
        mean = hazard * history.strength[infection] * emitted * of.bound_4[own]
        of.candidates[own] = min(MOST_CANDIDATES, poisson(mean, np.int64(history.luck[infection])))
    return rows, row


@inlined
def bound_links(city, rates, of, rows):
    """The links of each infector, and their bound, in `bound_4`. of: `Infectors`; rows: so many of
    them."""
    if len(city.link) == 0:
        for own in range(rows):
            of.links[own], of.bound_4[own] = 0, 0.0
        return
    for own in range(rows):
        person = of.person[own]
        of.link[own], of.links[own] = city.link_start[person], degree(city, person)
        of.bound_4[own] = rates.hazard[STATIC] * strongest(city, person) * of.links[own]


@inlined
def bound_meetings(city, rates, history, scratch, rows):
    """Household, circles and stubs of each infector, and the bounds of all layers. rows: so many
    infectors."""
    of, circles = scratch.infectors, scratch.circles
    look_up_circles(city, of, circles, rows)
    for own in range(rows):
        person = of.person[own]
        of.mates[own] = mates(city, person)
        of.stubs[own] = stub_count(city, person)
    if len(city.household_start) > 1:
        for own in range(rows):
            of.home[own] = city.household_start[city.household[of.person[own]]]
    for own in range(rows):
        of.area[own] = area_of(city, of.person[own])
    for own in range(rows):
        of.stub[own] = first_stub(city, of.area[own], of.person[own])
    for own in range(rows):
        in_team = most_minutes(city, GROUP, circles.most[CIRCLES * own])
        at_site = most_minutes(city, GROUP, circles.most[CIRCLES * own + 1])
        observed = 0.0
        if len(city.contact_most) > 0:
            infection = of.row[own]
            observed = rates.hazard[TEMPORAL] * city.contact_most[of.person[own]]
            observed *= whole_days(history.infectious[infection], history.end[infection])[1]
        of.in_team[own] = rates.hazard[GROUP] * in_team
        of.bound_1[own] = rates.hazard[HOUSEHOLD] * of.mates[own]
        of.bound_2[own] = of.bound_1[own] + rates.hazard[GROUP] * (in_team + at_site)
        outside = rates.hazard[COMMUNITY] * most_minutes(city, COMMUNITY, of.stubs[own])
        of.bound_3[own] = of.bound_2[own] + outside
        of.bound_4[own] = of.bound_3[own] + of.bound_4[own] + observed


@inlined
def look_up_circles(city, of, circles, rows):
    """The circles of each infector. of: `Infectors`; rows: so many of them."""
    if len(city.group_start) == 1:
        for at in range(CIRCLES * rows):
            circles.most[at] = 0
        return
    for own in range(rows):
        person, at = of.person[own], CIRCLES * own
        group = max(np.int64(0), np.int64(city.group[person]))
        start, slot = np.int64(city.group_start[group]), np.int64(city.group_slot[person])
        site = np.int64(city.site_of_group[group])
        site_start = np.int64(city.site_start[site])
        circles.number[at], circles.number[at + 1] = group, site
        circles.start[at], circles.start[at + 1] = start, site_start
        circles.size[at] = city.group_start[group + 1] - start
        circles.size[at + 1] = city.site_start[site + 1] - site_start
        circles.rank[at], circles.rank[at + 1] = slot, start + slot - site_start
        circles.rest[at] = city.group_mean_meetings[group]
        circles.rest[at + 1] = city.site_mean_meetings[site]
    for at in range(CIRCLES * rows):
        mean = circles.rest[at]
        has_rounds = mean > 0.0 and city.group[of.person[at >> 1]] >= 0
        circles.whole[at] = np.int64(mean)
        circles.rest[at] = mean - circles.whole[at]
        circles.most[at] = circles.whole[at] + 1 if has_rounds else 0
