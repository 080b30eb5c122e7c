"""What is looked at before a run: rules that nobody can meet."""

from __future__ import annotations

from collections.abc import Iterator

from ..instruments.statement import Instrument
from ..parameters import ParameterError, Scenario
from ..population.city import Population
from ..values.quantity import Law


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
