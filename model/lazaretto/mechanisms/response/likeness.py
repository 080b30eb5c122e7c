"""People who belong together respond alike: a Gaussian copula over keyed normals.

Whether somebody seeks a test, isolates voluntarily, adheres, takes part, owns a phone, uses the app
or refuses a test is decided by a number that is uniform on (0, 1), whatever the shares are. Its
normal score is the sum of the household's, the person's own lasting one, for the app the circle's,
and one for the occasion, with variances that are the stated shares and what is left of 1. So the
scores of any two such numbers of one person correlate by household + person, those of two members
of a household by household.
"""

from __future__ import annotations

import math

import numpy as np

from ..._jit import inlined, kernel
from ...chance.normal import score_of, share_below
from ...chance.philox import draw, unit
from ...chance.streams import LIKENESS
from ...chance.streams import PHONE as PHONES
from ...world.codes import PHONE

OF_PERSON, OF_HOUSEHOLD, OF_CIRCLE = 0, 1, 2


@inlined
def readiness(world, person, own):
    """The number that decides what the person does; it does it where the number is below the
    probability. own: the occasion's, uniform on (0, 1)."""
    if world.policy.like_household + world.policy.like_person == 0.0:
        return own
    return share_below(score_with(world, person, own, 0.0))


@inlined
def app_readiness(world, person, own):
    """As `readiness`, of using the app, where the people of a class or team are alike as well."""
    shared = world.policy.like_circle if world.city.group[person] >= 0 else 0.0
    if world.policy.like_household + world.policy.like_person + shared == 0.0:
        return own
    return share_below(score_with(world, person, own, shared))


@inlined
def owns_phone(world, person):
    """Whether the person owns a phone: a lasting trait, by age."""
    decade = min(9, np.int64(world.city.age[person]) // 10)
    own = unit(draw(world.seed, PHONES, person, PHONE, 0)[0])
    return readiness(world, person, own) < world.policy.phone[decade]


@kernel
def score_with(world, person, own, shared):
    """The normal score of the number. shared: share of the circle."""
    city, policy, conduct, seed = world.city, world.policy, world.conduct, world.seed
    home, lasting = policy.like_household, policy.like_person
    number, circle = city.household[person], max(city.group[person], 0)
    score = math.sqrt(max(0.0, 1.0 - home - lasting - shared)) * score_of(own)
    score += math.sqrt(home) * kept(conduct.home_score, seed, number, OF_HOUSEHOLD)
    score += math.sqrt(lasting) * kept(conduct.own_score, seed, person, OF_PERSON)
    if shared > 0.0:
        score += math.sqrt(shared) * score_of(unit(draw(seed, LIKENESS, circle, OF_CIRCLE, 0)[0]))
    return score


@inlined
def kept(scores, seed, number, of):
    """The score of a person or household: drawn when it is first asked for, since it is asked for
    at every order, list and test."""
    if math.isnan(scores[number]):
        scores[number] = score_of(unit(draw(seed, LIKENESS, number, of, 0)[0]))
    return scores[number]
