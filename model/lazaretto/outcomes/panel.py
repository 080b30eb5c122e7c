"""The trade-off panel: seven blocks, every component a count with a unit and a definition, never one score.

Values are per 100,000 people unless the unit says otherwise. The benefit block holds levels; what was averted exists only as a
paired difference between runs with the same seed (`analysis.compare`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..engine.state import (
    BY_INSTRUMENT,
    CASE,
    DAILY,
    I_CONTACTS,
    I_INFECTED,
    I_INFECTEES,
    I_LATENT,
    I_LISTED,
    I_LISTED_INFECTEES,
    I_TRUE,
    LISTED,
    SELF,
    TESTS,
    TESTS_BEGUN,
    Raw,
)
from ..parameters import Scenario
from ..population.city import Population
from .curves import never_infected
from .severity import Severity

PER = 100_000
DAYS_PER_YEAR = 365.25
Floats = NDArray[np.float64]


class Component(NamedTuple):
    """One line of the panel. `lower_is_better` is None where a number only informs."""

    block: str
    unit: str
    label: str
    definition: str
    lower_is_better: bool | None = True
    per_people: bool = True


COMPONENTS: dict[str, Component] = {
    "infections": Component("benefit", "person", "Infections", "infections during the run (reinfections count again)"),
    "hospital_days": Component("benefit", "person-day", "Hospital days", "days in hospital within the run"),
    "intensive_care_days": Component(
        "benefit", "person-day", "Intensive care days", "of these, days in intensive care; empty where the pathogen states none"
    ),
    "deaths": Component("benefit", "person", "Deaths", "deaths within the run"),
    "life_years_lost": Component("benefit", "year", "Years of life lost", "remaining life at the age of death, added up"),
    "quarantine_days_ordered": Component(
        "liberty", "person-day", "Quarantine days ordered", "days under an order as a listed contact"
    ),
    "quarantine_days_served": Component(
        "liberty",
        "person-day",
        "Quarantine days served",
        "ordered days less breaches; in part by those who adhere in part (1 - contacts kept)",
    ),
    "isolation_days_ordered": Component("liberty", "person-day", "Isolation days ordered", "days under an order as a case"),
    "isolation_days_served": Component("liberty", "person-day", "Isolation days served", "as for quarantine"),
    "informed": Component(
        "liberty", "notice", "Informed only", "notices to listed people that ask for nothing; some stay at home unasked", None
    ),
    "futile_days": Component(
        "liberty", "person-day", "Futile days", "days served under an order by people who were never infected in the run"
    ),
    "self_isolation_days": Component(
        "liberty", "person-day", "Days at home unasked", "days of voluntary isolation, with symptoms or after a notice", None
    ),
    "records_collected": Component(
        "privacy",
        "record",
        "Records collected",
        "bulk: phones (or users of the app) x records a day x days; case by case: one per case and per person listed",
    ),
    "records_opened": Component(
        "privacy",
        "record",
        "Records opened",
        "bulk: look-back days x records a day of each case and person listed; else as collected",
    ),
    "uninfected_opened": Component(
        "privacy", "person", "Uninfected people opened", "different people listed by any instrument who were never infected"
    ),
    "record_years_held": Component(
        "privacy",
        "record-year",
        "Record-years held",
        "records held at the end of each day, added up over the run, divided by 365.25",
    ),
    "day_stock_is_empty": Component(
        "privacy", "day", "Day the stock is empty", "last day of collection plus retention; inf: never", True, False
    ),
    "bodies_with_access": Component(
        "privacy",
        "body",
        "Bodies with access",
        "bodies that receive lists with names, the largest number of any source",
        True,
        False,
    ),
    "wrongly_listed": Component(
        "justice",
        "listing",
        "Wrong listings",
        "list entries of people who had no contact with the case in the window, where a list with names exists",
    ),
    "uninfected_quarantined": Component(
        "justice",
        "person",
        "Never infected, quarantined",
        "different people put under an order who were never infected in the run",
    ),
    "false_alarms": Component("justice", "alarm", "False alarms", "detections on days without a breach"),
    "wrong_warnings": Component("justice", "warning", "Wrong warnings", "warnings after a false alarm"),
    "wrong_reports": Component("justice", "report", "Wrong police reports", "reports after a false alarm"),
    "wrong_fines": Component("justice", "fine", "Wrong fines", "fines after a false alarm"),
    "wrong_positives": Component(
        "justice", "result", "Wrong positive results", "positive results of people not infected by then"
    ),
    "checks": Component("coercion", "check", "Checks", "checks a day x days under a monitored order"),
    "warnings": Component("coercion", "warning", "Warnings", "warnings sent"),
    "reports": Component("coercion", "report", "Police reports", "reports to law enforcement"),
    "fines": Component("coercion", "fine", "Fines", "fines imposed"),
    "tests": Component("effort", "test", "Tests", "samples taken"),
    "cases_found": Component("effort", "person", "Cases found", "people with a positive result", None),
    "interviews": Component("effort", "interview", "Interviews", "cases interviewed"),
    "tracer_hours": Component("effort", "hour", "Tracer hours", "staff hours per case and person listed by interview"),
    "contacts_tested": Component("effort", "test", "Listed people sent to a test", "samples ordered of people on a list"),
    "cases_waiting": Component(
        "effort", "case", "Longest queue for tracers", "most cases waiting for a tracer at the end of a day, over all instruments"
    ),
    "tests_waiting": Component(
        "effort", "test", "Longest queue of samples", "most samples waiting in laboratories at the end of a day"
    ),
    "infected_per_listed": Component(
        "precision", "fraction", "Infected among listed", "list entries infected by then, of all list entries", False, False
    ),
    "infectees_per_listed": Component(
        "precision",
        "fraction",
        "Infected by the case, among listed",
        "entries infected by the index case, of all entries",
        False,
        False,
    ),
    "contact_recall": Component(
        "precision",
        "fraction",
        "Contacts found",
        "true contacts listed, of all contacts of traced cases in the window",
        False,
        False,
    ),
    "infectee_recall": Component(
        "precision", "fraction", "Infectees found", "people infected by traced cases so far who are listed", False, False
    ),
    "latent_when_reached": Component(
        "precision", "fraction", "Still latent when reached", "infected entries that were not yet infectious", False, False
    ),
}
BLOCKS = ("benefit", "liberty", "privacy", "justice", "coercion", "effort", "precision")


class Served(NamedTuple):
    """Per order: days ordered and served within the run and the person's life."""

    ordered: Floats
    served: Floats


def days_served(raw: Raw, died_by_person: Floats) -> Served:
    """Days of each order, cut at the end of the run and at death; a full adherer's breaches and a partial adherer's kept contacts
    are not served."""
    records, conduct = raw.records, raw.conduct
    until = np.minimum(np.minimum(records.order_until, raw.days), died_by_person[records.order_person])
    ordered = np.maximum(0.0, until - records.order_start)
    share = np.where(conduct.full, 1.0, 1.0 - conduct.factor)
    return Served(ordered, np.maximum(0.0, ordered * share - np.where(conduct.full, conduct.breached, 0.0)))


def ratio(above: float, below: float) -> float:
    """above / below, nan where there is nothing below."""
    return float(above) / float(below) if below > 0 else float("nan")


class Source(NamedTuple):
    """A source of records: collected by day, days kept, bodies that see them, records opened."""

    name: str
    daily: Floats
    retention_days: float
    recipients: float
    opened: float


def record_sources(scenario: Scenario, population: Population, raw: Raw, ordered_by_day: Floats) -> list[Source]:
    """Every instrument and the monitoring, with the records they collect and open. ordered_by_day: monitored people by day."""
    decades = np.minimum(9, population.city.age // 10)
    ages = np.bincount(decades, minlength=10)
    phones = float(ages @ population.phone_ownership)
    sources = []
    for i, instrument in enumerate(scenario.tracing.instruments):
        cases, listed = raw.tally.instrument_daily[i, :2]
        touched = (cases + listed).astype(float)
        rate = float(instrument.records_per_person_day.value)
        if instrument.collects == "everyone-with-phone":
            daily = np.full(raw.days, rate * phones)
            opened = float(touched.sum()) * rate * float(instrument.lookback_days.value)
        elif instrument.collects == "users":
            share = getattr(instrument, "uptake_by_age", None)
            users = float(ages @ np.asarray(share.value)) if share is not None else float(ages.sum())
            daily = np.full(raw.days, rate * users)
            opened = float(touched.sum()) * rate * float(instrument.lookback_days.value)
        else:
            daily, opened = touched, float(touched.sum())
            if instrument.type == "public-notice":  # a record of the case, none of those who read it
                daily, opened = cases.astype(float), float(cases.sum())
        keep, bodies = float(instrument.retention_days.value), float(instrument.recipients.value)
        sources.append(Source(instrument.type, daily, keep, bodies, opened))
    monitoring = scenario.isolation.monitoring
    if monitoring.type != "none":
        daily = ordered_by_day * float(monitoring.records_per_person_day.value)
        keep, bodies = float(monitoring.retention_days.value), float(monitoring.recipients.value)
        sources.append(Source(monitoring.type, daily, keep, bodies, float(daily.sum())))
    return sources


def stock(source: Source) -> Floats:
    """(days,) records held at the end of each day: what was collected in the last `retention_days` days."""
    total = np.cumsum(source.daily)
    if not np.isfinite(source.retention_days):
        return total
    keep = int(source.retention_days)
    gone = np.concatenate([np.zeros(min(keep, len(total))), total[: max(0, len(total) - keep)]])
    return total - gone


def day_empty(sources: list[Source]) -> float:
    """The day on which the last record is deleted: 0 where nothing was collected, inf where something is never deleted."""
    last = 0.0
    for source in sources:
        days = np.flatnonzero(source.daily > 0)
        if len(days):
            last = max(last, float(days[-1]) + 1 + source.retention_days)
    return last


def waiting(came: NDArray[np.int64], begun: NDArray[np.int64]) -> NDArray[np.int64]:
    """(days,) how many wait at the end of each day."""
    left: NDArray[np.int64] = np.cumsum(came - begun)
    return left


def person_days_by_day(start: Floats, until: Floats, days: int) -> Floats:
    """(days,) person-days that the intervals [start, until) put into each day."""
    edges = np.arange(days + 1)
    held = np.zeros(days + 1)
    for times, sign in ((start, 1.0), (np.minimum(until, days), -1.0)):
        order = np.sort(times)
        before = np.searchsorted(order, edges)
        passed = np.concatenate([[0.0], np.cumsum(order)])
        held += sign * (before * edges - passed[before])
    return np.diff(held)


def within_run(start: Floats, end: Floats, days: int) -> float:
    """Person-days of the intervals [start, end) that lie before the end of the run; inf: never."""
    real = np.isfinite(start)
    return float(np.maximum(0.0, np.minimum(end[real], days) - np.minimum(start[real], days)).sum())


def care_days(severe: Severity, days: int) -> float:
    """Days in intensive care within the run, nan where the pathogen states none."""
    return within_run(severe.into_care, severe.out_of_care, days) if severe.has_intensive_care else float("nan")


def panel(scenario: Scenario, population: Population, raw: Raw, severe: Severity) -> pd.Series:
    """The panel of one run, a Series over the names of COMPONENTS, per 100,000 people where `per_people`."""
    people, days = population.people, raw.days
    h, records, tally = raw.history, raw.records, raw.tally
    died = np.full(people, np.inf)
    died[h.person] = severe.died
    in_time = severe.died < days
    age_at_death = np.minimum(9, population.city.age[h.person[in_time]] // 10)
    left = np.asarray(scenario.population.remaining_life_by_age.value, float)
    served = days_served(raw, died)
    case, listed = records.order_pathway == CASE, records.order_pathway >= LISTED
    ordered_any = case | listed
    never = never_infected(raw, people)
    futile = ordered_any & never[records.order_person] if len(case) else np.zeros(0, bool)
    monitored = person_days_by_day(records.order_start[ordered_any], records.order_until[ordered_any], days)
    sources = record_sources(scenario, population, raw, monitored)
    monitoring = scenario.isolation.monitoring
    checks = 0.0 if monitoring.type == "none" else float(monitoring.checks_per_day.value) * monitored.sum()
    daily = {name: float(tally.daily[row].sum()) for row, name in enumerate(DAILY)}
    total = tally.instrument.sum(axis=0) if len(tally.instrument) else np.zeros(len(BY_INSTRUMENT))
    interviews = hours = 0.0
    for i, instrument in enumerate(scenario.tracing.instruments):
        if instrument.type == "interview":
            cases, named = tally.instrument_daily[i, :2].sum(axis=1)
            interviews += float(cases)
            hours += float(cases + named) * float(instrument.hours_per_person.value)
    values = {
        "infections": len(h.person),
        "hospital_days": within_run(severe.admitted, severe.discharged, days),
        "intensive_care_days": care_days(severe, days),
        "deaths": in_time.sum(),
        "life_years_lost": left[age_at_death].sum(),
        "informed": daily["informed"],
        "quarantine_days_ordered": served.ordered[listed].sum(),
        "quarantine_days_served": served.served[listed].sum(),
        "isolation_days_ordered": served.ordered[case].sum(),
        "isolation_days_served": served.served[case].sum(),
        "futile_days": served.served[futile].sum(),
        "self_isolation_days": served.served[records.order_pathway == SELF].sum(),
        "records_collected": sum(s.daily.sum() for s in sources),
        "records_opened": sum(s.opened for s in sources),
        "uninfected_opened": int(((tally.opened > 0) & never).sum()) if len(tally.opened) else 0,
        "record_years_held": sum(stock(s).sum() for s in sources) / DAYS_PER_YEAR,
        "day_stock_is_empty": day_empty(sources),
        "bodies_with_access": max((s.recipients for s in sources), default=0.0),
        "wrongly_listed": daily["listed_wrongly"],
        "uninfected_quarantined": len(np.unique(records.order_person[futile])),
        "false_alarms": daily["false_alarms"],
        "wrong_warnings": daily["wrong_warnings"],
        "wrong_reports": daily["wrong_reports"],
        "wrong_fines": daily["wrong_fines"],
        "wrong_positives": daily["wrong_positives"],
        "checks": checks,
        "warnings": daily["warnings"],
        "reports": daily["reports"],
        "fines": daily["fines"],
        "tests": daily["tests"],
        "cases_found": daily["positive_results"],
        "interviews": interviews,
        "tracer_hours": hours,
        "contacts_tested": daily["contacts_tested"],
        "cases_waiting": float(
            waiting(tally.instrument_daily[:, 2].sum(axis=0), tally.instrument_daily[:, 3].sum(axis=0)).max(initial=0)
        ),
        "tests_waiting": float(waiting(tally.daily[TESTS], tally.daily[TESTS_BEGUN]).max(initial=0)),
        "infected_per_listed": ratio(total[I_INFECTED], total[I_LISTED]),
        "infectees_per_listed": ratio(total[I_LISTED_INFECTEES], total[I_LISTED]),
        "contact_recall": ratio(total[I_TRUE], total[I_CONTACTS]),
        "infectee_recall": ratio(total[I_LISTED_INFECTEES], total[I_INFECTEES]),
        "latent_when_reached": ratio(total[I_LATENT], total[I_INFECTED]),
    }
    scaled = {name: value * PER / people if COMPONENTS[name].per_people else value for name, value in values.items()}
    return pd.Series({name: float(scaled[name]) for name in COMPONENTS}, name="panel")
