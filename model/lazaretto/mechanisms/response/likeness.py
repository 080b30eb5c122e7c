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
from ...chance.normal import is_share_below, score_of, share_below
from ...chance.philox import draw, unit
from ...chance.streams import LIKENESS
from ...chance.streams import PHONE as PHONES
from ...contacts.household import home_of
from ...world.codes import PHONE

OF_PERSON, OF_HOUSEHOLD, OF_CIRCLE = 0, 1, 2


@inlined
def is_ready(world, person, own, probability):
    """Whether the person does what people do with that probability: whether its `readiness` is
    below. own: the occasion's number, uniform on (0, 1)."""
    if world.policy.like_household + world.policy.like_person == 0.0:
        return own < probability
    shared, weight = score_shared(world, person, 0.0)
    return is_share_below(shared, weight, own, probability)


@inlined
def is_app_ready(world, person, own, probability):
    """As `is_ready`, of using the app, where the people of a class or team are alike as well."""
    circle = of_circle(world, person)
    if world.policy.like_household + world.policy.like_person + circle == 0.0:
        return own < probability
    shared, weight = score_shared(world, person, circle)
    return is_share_below(shared, weight, own, probability)


@inlined
def readiness(world, person, own):
    """The number that decides what the person does; it does it where the number is below the
    probability. own: the occasion's, uniform on (0, 1)."""
    if world.policy.like_household + world.policy.like_person == 0.0:
        return own
    shared, weight = score_shared(world, person, 0.0)
    return share_below(shared + weight * score_of(own))


@inlined
def app_readiness(world, person, own):
    """As `readiness`, of using the app."""
    circle = of_circle(world, person)
    if world.policy.like_household + world.policy.like_person + circle == 0.0:
        return own
    shared, weight = score_shared(world, person, circle)
    return share_below(shared + weight * score_of(own))


@inlined
def owns_phone(world, person):
    """Whether the person owns a phone: a lasting trait, by age."""
    decade = min(9, np.int64(world.city.age[person]) // 10)
    own = unit(draw(world.seed, PHONES, person, PHONE, 0)[0])
    return is_ready(world, person, own, world.policy.phone[decade])


@inlined
def of_circle(world, person):
    """The circle's share of the variance of who uses the app."""
    return world.policy.like_circle if world.city.group[person] >= 0 else 0.0


@kernel
def score_shared(world, person, of_circle):
    """(what the normal scores of all numbers of the person have in common, the weight of the
    occasion's own). of_circle: share of the circle."""
    city, policy, conduct, seed = world.city, world.policy, world.conduct, world.seed
    home, lasting = policy.like_household, policy.like_person
    score = math.sqrt(home) * kept(conduct.home_score, seed, home_of(city, person), OF_HOUSEHOLD)
    score += math.sqrt(lasting) * kept(conduct.own_score, seed, person, OF_PERSON)
    if of_circle > 0.0:
        word = draw(seed, LIKENESS, city.group[person], OF_CIRCLE, 0)[0]
        score += math.sqrt(of_circle) * score_of(unit(word))
    return score, math.sqrt(max(0.0, 1.0 - home - lasting - of_circle))


@inlined
def kept(scores, seed, number, of):
    """The score of a person or household: drawn when it is first asked for, since it is asked for
    at every order, list and test."""
    if math.isnan(scores[number]):
        scores[number] = score_of(unit(draw(seed, LIKENESS, number, of, 0)[0]))
    return scores[number]
