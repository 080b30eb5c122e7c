"""What is looked at before a run: rules that nobody can meet."""

from __future__ import annotations

from collections.abc import Iterator

from ..instruments.statement import Instrument
from ..mechanisms.illness.lowering import lower_pathogen
from ..parameters import ParameterError, Scenario
from ..population.city import Population
from ..values.quantity import Law
from .free_chains import mean_emission
from .solving import CERTAIN, contact_hazard, least_contact

# What a run may try: about ten seconds of a processor, and one gigabyte for the events that wait.
# An R0 is solved before, and stays far below
MOST_TRIES = 25_000_000
FEW_TRIES = (
    1000  # by one infection: with fewer the people are what takes long, and they are bounded
)


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
    """Raises ParameterError for a stated hazard, or for importations, with which a run would take
    minutes and more memory than there is, to no other end than a smaller one."""
    days = int(scenario.days.value)
    if scenario.importations_per_day is not None:
        imported = float(scenario.importations_per_day.value) * days
        if imported > MOST_TRIES:
            raise ParameterError(
                f"importations_per_day: {imported:,.0f} infections from outside in {days:,} days, "
                f"of which {MOST_TRIES:,} can be simulated; lower it to at most "
                f"{MOST_TRIES / days:,.0f}"
            )
    stated = scenario.pathogen.hazard_per_day
    if stated is None or population.city.reach == 0:
        return
    rates = lower_pathogen(scenario.pathogen, population, 1.0)
    emitted, hazard = mean_emission(rates), float(stated.value)
    tries = hazard * emitted * contact_hazard(population.city, rates)
    if tries > FEW_TRIES and tries * population.people > MOST_TRIES:
        certain = CERTAIN / least_contact(population.city, rates, emitted)
        raise ParameterError(
            f"pathogen.hazard_per_day: {hazard:g} per day is {tries:,.0f} attempts at a "
            f"transmission by each infection and {tries * population.people:,.0f} by those of all "
            f"{population.people:,} people, of which {MOST_TRIES:,} can be simulated. From about "
            f"{certain:.3g} per day on every contact infects as good as certainly: lower the "
            "hazard, shorten the infectious period, or take fewer people"
        )


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
