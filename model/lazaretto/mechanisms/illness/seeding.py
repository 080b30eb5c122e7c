"""Where infections come from that nobody in the city gave: the first ones, and importations."""

from __future__ import annotations

from ..._jit import kernel
from ...chance.laws import poisson
from ...chance.philox import draw, unit
from ...chance.streams import IMPORT, SEED
from ...world.events import push_import
from ...world.people import ATTEMPTS, keyed_person


@kernel
def first_infected(seed, reach, number):
    """The `number`-th candidate for an initial infection. reach: people who have any contact."""
    return keyed_person(seed, SEED, reach, number, 0)


@kernel
def import_infections(world, day):
    """Enter the day's importations: a Poisson number of random people, infected outside if they are
    susceptible."""
    city, rates, seed, queue = world.city, world.rates, world.seed, world.queue
    for number in range(poisson(rates.imports_per_day, draw(seed, IMPORT, day, 0, ATTEMPTS)[0])):
        person = keyed_person(seed, IMPORT, city.reach, day, number)
        moment = day + unit(draw(seed, IMPORT, day, number, ATTEMPTS + 1)[0])
        push_import(queue, moment, person)
