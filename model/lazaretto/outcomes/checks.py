"""What is looked at before a run: rules that nobody can meet, and what would take for ever."""

from __future__ import annotations

from collections.abc import Iterator

from ..instruments.statement import Instrument
from ..mechanisms.illness.lowering import lower_pathogen
from ..parameters import ParameterError, Scenario
from ..population.city import Population
from ..values.quantity import Law
from ..world.stated import Policy
from .free_chains import longest_emission, mean_emission
from .solving import CERTAIN, contact_hazard, least_contact

# What a run may try: about five seconds of a processor, and half a gigabyte for the events that
# wait. An R0 is solved before, and stays far below
MOST_TRIES = 10_000_000
# By one infection: with fewer the people are what takes long, and they are bounded
FEW_TRIES = 1000
MOST_NEAR = 1_000_000  # people and days of one question, a few hundred bytes each


def check_rules(scenario: Scenario, population: Population) -> None:
    """Raises ParameterError for an instrument that takes more minutes of a meeting than any lasts:
    it would list nobody, at any price."""
    city = population.city
    longest = float(city.ceiling.max())
    if len(city.contact_most):
        longest = max(longest, float(city.contact_most.max()))
    for one in _instruments(scenario):
        (key, needed), lasts = one.minutes_rule, max(longest, _longest(one.nearby_minutes))
        if needed > lasts:
            raise ParameterError(
                f"tracing.instruments.{one.type}.{key}: {needed:g} minutes, but no meeting of this "
                f"population lasts longer than {lasts:g}, so nobody could be listed; lower it to "
                "at most that, or leave the instrument out"
            )


def check_effort(scenario: Scenario, population: Population) -> None:
    """Raises ParameterError for a stated hazard, or a rate of importations, other illness or
    screening, with which a run would take minutes and more memory than there is, to no other end
    than a smaller one."""
    days = int(scenario.days.value)
    for address, per_day in _rates(scenario, population.people):
        if per_day > population.people and per_day * days > MOST_TRIES:
            raise ParameterError(
                f"{address}: {per_day:,.0f} events a day among {population.people:,} people, more "
                f"than one for each, and {per_day * days:,.0f} in {days:,} days, of which "
                f"{MOST_TRIES:,} can be simulated; lower it, or take fewer days"
            )
    stated = scenario.pathogen.hazard_per_day
    if stated is None or population.city.reach == 0:
        return
    rates = lower_pathogen(scenario.pathogen, population, 1.0)
    hazard = float(stated.value)
    attempts = hazard * contact_hazard(population.city, rates)  # a day
    if attempts * longest_emission(rates) <= FEW_TRIES:
        return
    emitted = mean_emission(rates)
    tries = attempts * emitted
    if tries > FEW_TRIES and tries * population.people > MOST_TRIES:
        certain = CERTAIN / least_contact(population.city, rates, emitted)
        raise ParameterError(
            f"pathogen.hazard_per_day: {hazard:g} per day is {tries:,.0f} attempts at a "
            f"transmission by each infection and {tries * population.people:,.0f} by those of all "
            f"{population.people:,} people, of which {MOST_TRIES:,} can be simulated. From about "
            f"{certain:.3g} per day on every contact infects as good as certainly: lower the "
            "hazard, shorten the infectious period, or take fewer people"
        )


def check_nearness(policy: Policy) -> None:
    """Raises ParameterError where so many people are near one case that a list could not be
    made."""
    near = int(policy.near_slots.sum(axis=1).max(initial=0))
    days = int(policy.backward.max(initial=0)) + 1
    if near * days > MOST_NEAR:
        raise ParameterError(
            f"tracing: {near:,} people a day are near one case by positions or places, which is "
            f"{near * days:,} in the {days:,} days that are looked at, of which {MOST_NEAR:,} can "
            "be looked up; lower radius_metres, nearby_per_day or fellow_visitors_per_day, or look "
            "back less far"
        )


def _rates(scenario: Scenario, people: int) -> Iterator[tuple[str, float]]:
    """(address, events a day) of what happens at a stated rate, in a scenario and in all changes of
    its timeline."""
    if scenario.importations_per_day is not None:
        yield "importations_per_day", float(scenario.importations_per_day.value)
    for name in ("background_illness_per_day", "screening_per_day"):
        address = f"testing.{name}"
        tests = [scenario.testing, *(change.testing for change in scenario.timeline)]
        for stated in (getattr(one, name) for one in tests if one is not None):
            if stated is not None:
                yield address, float(stated.value) * people
        for change in scenario.timeline:
            if isinstance(value := change.set.get(address), int | float):
                yield f"timeline: {address}", float(value) * people


def _instruments(scenario: Scenario) -> Iterator[Instrument]:
    """The instruments of a scenario and of all changes of its timeline."""
    yield from scenario.tracing.instruments
    for change in scenario.timeline:
        if change.tracing is not None:
            yield from change.tracing.instruments


def _longest(law: Law | None) -> float:
    if law is None:
        return 0.0
    if law.family == "constant":
        return float(law.mean)
    return float("inf") if law.maximum is None else float(law.maximum)
