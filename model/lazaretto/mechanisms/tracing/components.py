"""What the panel says of tracing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...values.component import Component, ratio, waiting
from ...world.codes import LISTED
from ..counters import D_BEGAN, D_ENDED, D_LISTED


def interviews(f: Any) -> float:
    """Cases interviewed."""
    return sum(float(cases) for _, cases, _ in _interviews_of(f))


def tracer_hours(f: Any) -> float:
    """Staff hours per case interviewed and person listed."""
    return sum(
        float(cases + named) * float(interview.hours_per_person.value)
        for interview, cases, named in _interviews_of(f)
    )


def _interviews_of(f: Any) -> Iterator[tuple[Any, int, int]]:
    """Each instrument whose tracers work by the hour, with its cases and the people it listed."""
    for phase in f.plan.phases:
        for instrument in phase.scenario.tracing.instruments:
            if getattr(instrument, "hours_per_person", None) is not None:
                row = f.plan.instruments.index(instrument.type)
                counted = f.tally.instrument_daily[row, : D_LISTED + 1, phase.first : phase.last]
                cases, named = counted.sum(axis=1)
                yield instrument, cases, named


def cases_waiting(f: Any) -> float:
    """The most cases that wait for a tracer at the end of a day, over all instruments."""
    began, ended = (f.tally.instrument_daily[:, row].sum(axis=0) for row in (D_BEGAN, D_ENDED))
    return float(waiting(began, ended).max(initial=0))


def listings_shown(f: Any) -> float:
    """Entries of lists of instruments that are open to their subjects, phase by phase."""
    total = 0.0
    for phase in f.plan.phases:
        for instrument in phase.scenario.tracing.instruments:
            if instrument.open_to_subject:
                row = f.plan.instruments.index(instrument.type)
                total += f.tally.instrument_daily[row, D_LISTED, phase.first : phase.last].sum()
    return float(total)


COMPONENTS: dict[str, Component] = {
    "informed": Component(
        "liberty",
        "notice",
        "Informed only",
        "notices to listed people that ask for nothing; some isolate voluntarily",
        lower_is_better=None,
        value=lambda f: f.daily["informed"],
    ),
    "uninfected_opened": Component(
        "privacy",
        "person",
        "Uninfected people whose records were opened",
        "different people listed by any instrument who were never infected",
        value=lambda f: f.uninfected_opened,
    ),
    "listings_shown": Component(
        "privacy",
        "listing",
        "Listings shown",
        "list entries that the people on them can see, with place, days and minutes",
        lower_is_better=None,
        value=listings_shown,
    ),
    "wrongly_listed": Component(
        "justice",
        "listing",
        "Wrong listings",
        (
            "list entries of people who had no contact with the case in the window, where a list "
            "with names exists"
        ),
        value=lambda f: f.daily["listed_wrongly"],
    ),
    "contests": Component(
        "justice",
        "appeal",
        "Listings contested",
        "people put under quarantine by a list who contested that",
        lower_is_better=None,
        value=lambda f: f.daily["contests"],
    ),
    "contests_granted": Component(
        "justice",
        "appeal",
        "Listings overturned",
        "quarantines that ended because somebody's objection to being listed was granted",
        lower_is_better=None,
        value=lambda f: f.daily["contests_granted"],
    ),
    "interviews": Component(
        "effort", "interview", "Interviews", "cases interviewed", value=lambda f: interviews(f)
    ),
    "tracer_hours": Component(
        "effort",
        "hour",
        "Tracer hours",
        "staff hours per case and person listed by interview",
        value=lambda f: tracer_hours(f),
    ),
    "contacts_tested": Component(
        "effort",
        "test",
        "Listed people sent to a test",
        "samples ordered of people on a list",
        value=lambda f: f.daily["contacts_tested"],
    ),
    "cases_waiting": Component(
        "effort",
        "case",
        "Longest queue for tracers",
        "most cases waiting for a tracer at the end of a day, over all instruments",
        value=lambda f: cases_waiting(f),
    ),
    "infected_per_listed": Component(
        "precision",
        "fraction",
        "Infected among listed",
        "list entries infected by then, of all list entries",
        lower_is_better=False,
        per_people=False,
        value=lambda f: ratio(f.listed["listed_infected"], f.listed["listed"]),
    ),
    "infectees_per_listed": Component(
        "precision",
        "fraction",
        "Infected by the case, among listed",
        "entries infected by the index case, of all entries",
        lower_is_better=False,
        per_people=False,
        value=lambda f: ratio(f.listed["listed_infectees"], f.listed["listed"]),
    ),
    "contact_recall": Component(
        "precision",
        "fraction",
        "Contacts found",
        "true contacts listed, of all contacts of traced cases in the window",
        lower_is_better=False,
        per_people=False,
        value=lambda f: ratio(f.listed["diary_listed_contacts"], f.listed["contacts"]),
    ),
    "infectee_recall": Component(
        "precision",
        "fraction",
        "Infectees found",
        "people infected by traced cases so far who are listed",
        lower_is_better=False,
        per_people=False,
        value=lambda f: ratio(f.listed["diary_listed_infectees"], f.listed["infectees"]),
    ),
    "latent_when_reached": Component(
        "precision",
        "fraction",
        "Still latent when reached",
        "infected entries that were not yet infectious",
        lower_is_better=False,
        per_people=False,
        value=lambda f: ratio(f.listed["listed_latent"], f.listed["listed_infected"]),
    ),
    "blocked_by_tracing": Component(
        "attribution",
        "transmission",
        "Blocked by quarantine of the listed",
        "transmissions stopped by it, any instrument",
        lower_is_better=None,
        value=lambda f: f.tally.blocked_by[LISTED:].sum(),
    ),
}
