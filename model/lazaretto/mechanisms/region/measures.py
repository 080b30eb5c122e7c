"""Region-wide measures: when they are in force, whom they keep apart, and fines for missing passes.

Whether a measure is in force is decided at the beginning of each day, from the calendar and from
the authority's own counts. A contact takes place with the measure's factor for its setting where at
least one of the two people complies: one who stays at home is enough. At home a factor may exceed
1; further candidates are then drawn up to the largest (`illness.at_home`), and thinned when they
come due.
"""

from __future__ import annotations

import numpy as np

from ..._jit import inlined, kernel
from ...chance.laws import poisson
from ...chance.philox import draw, unit
from ...chance.streams import CANDIDATE, COMPLIANCE, PASSES
from ...contacts.community import area_of
from ...world.codes import AT_HOME, AT_SCHOOL, AT_WORK, ELSEWHERE, GROUP, HOUSEHOLD
from ...world.events import LONGER_BITS, LONGER_FROM
from ...world.files import PER, per_100k_of_week
from ...world.people import episode_of, keyed_person
from ..counters import PASS_FINES, WRONG_PASS_FINES
from ..response.trust import lose_trust
from .statement import INDICATORS

CASES, BEDS = INDICATORS.index("cases-per-week"), INDICATORS.index("hospital-beds")
WRONG = 1
FINES_BITS = 24


@kernel
def review(city, policy, records, day):
    """Decide which measures are in force on the day that begins."""
    for m in range(len(policy.measure_start)):
        on = policy.measure_start[m] <= day < policy.measure_end[m]
        if on and policy.measure_indicator[m] > 0:
            value = indicator(city, policy, records, m, day)
            before = day
            while before > 0 and records.in_force[m, before - 1] != 0:
                before -= 1
            held = before < day and (
                value >= policy.measure_off[m] or day - before < policy.measure_least[m]
            )
            on = held or value >= policy.measure_on[m]
        records.in_force[m, day] = 1 if on else 0


@kernel
def indicator(city, policy, records, m, day):
    """What the measure looks at, per 100,000 people: positive results of the last seven days, or
    hospital beds in use."""
    if policy.measure_indicator[m] == CASES:
        return per_100k_of_week(records.cases_by_day, day, city.people)
    count = np.int64(0)
    for past in range(day):
        count += records.beds_change[past]
    return count * PER / city.people


@inlined
def reluctance(seed, person):
    """The lasting trait, in (0, 1), of a person: measures of at least that compliance are complied
    with."""
    return unit(draw(seed, COMPLIANCE, person, 0, 0)[0])


@inlined
def setting(city, person, layer):
    """Where contacts of the layer take place: at home, school, work or elsewhere."""
    if layer == HOUSEHOLD:
        return AT_HOME
    if layer != GROUP:
        return ELSEWHERE
    return AT_SCHOOL if city.group[person] < city.classes else AT_WORK


@kernel
def open_share(world, one, other, layer, day):
    """The share of contacts of the two in that layer that the measures of the day leave open."""
    city, policy, seed, records = world.city, world.policy, world.seed, world.records
    share, least = 1.0, -1.0
    for m in range(len(policy.measure_start)):
        factor = policy.measure_factor[m, setting(city, one, layer)]
        if records.in_force[m, day] == 0 or factor >= 1.0:
            continue
        if policy.compliance[m] < 1.0 and least < 0.0:
            least = min(reluctance(seed, one), reluctance(seed, other))
        if least < policy.compliance[m]:
            share *= factor
    return share


@kernel
def too_weak(world, history, infection, other, which):
    """Whether a candidate of a household falls away because contacts at home are not as long on
    that day as they may become. which: (layer, number of the candidate, day). infection: the
    infector's row."""
    layer, number, day = which
    policy, seed, records = world.policy, world.seed, world.records
    if layer != HOUSEHOLD or number < LONGER_FROM:
        return False
    person = np.int64(history.person[infection])
    longer, least = 1.0, min(reluctance(seed, person), reluctance(seed, other))
    for m in range(len(policy.measure_start)):
        factor = policy.measure_factor[m, AT_HOME]
        if (
            records.in_force[m, day] != 0
            and factor > 1.0
            and (least < policy.compliance[m] or policy.compliance[m] >= 1.0)
        ):
            longer *= factor
    episode = episode_of(history, person)
    step = (number - LONGER_FROM) >> LONGER_BITS
    low, high = policy.home_bounds[step - 1], policy.home_bounds[step]
    return low + unit(draw(seed, CANDIDATE, person, episode, number)[3]) * (high - low) >= longer


@kernel
def fine_passes(world, day):
    """The day's fines for missing passes, right and wrong: a Poisson number each, of random
    people."""
    city, policy, seed, records = world.city, world.policy, world.seed, world.records
    tally = world.tally
    for m in range(len(policy.measure_start)):
        if records.in_force[m, day] == 0:
            continue
        for wrong in range(2):
            key = (2 * m + wrong) << FINES_BITS
            mean = policy.pass_fine[m, wrong] * city.reach
            for number in range(
                poisson(mean, draw(seed, PASSES, day, key, 0)[0]) if mean > 0.0 else 0
            ):
                person = keyed_person(seed, PASSES, city.reach, day, key + 1 + number)
                complies = (
                    reluctance(seed, person) < policy.compliance[m] or policy.compliance[m] >= 1.0
                )
                if complies == (wrong == WRONG):
                    tally.daily[PASS_FINES, day] += 1
                    tally.daily[WRONG_PASS_FINES, day] += wrong
                    if wrong == WRONG:
                        lose_trust(world, area_of(city, person), np.float64(day), 1.0)
