"""The trade-off panel of one run; see `components` for what each line counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..mechanisms.counters import (
    BY_INSTRUMENT,
    DAILY,
    I_CONTACTS,
    I_INFECTED,
    I_INFECTEES,
    I_LATENT,
    I_LISTED,
    I_LISTED_INFECTEES,
    I_TRUE,
    TAKEN,
    TESTS,
    TESTS_BEGUN,
)
from ..mechanisms.isolation.rungs import ACTIONS
from ..parameters import Scenario
from ..population.city import Population
from ..world.codes import CASE, HOME, LISTED, REGION, SELF
from ..world.state import Raw
from .components import BLOCKS, COMPONENTS, Component
from .curves import never_infected
from .governance import DAYS_PER_YEAR, day_empty, record_sources, share_open, stock, stringency
from .orders import days_served, person_days_by_day
from .severity import Severity

__all__ = ["BLOCKS", "COMPONENTS", "Component", "panel"]

PER = 100_000
Floats = NDArray[np.float64]


def ratio(above: float, below: float) -> float:
    """above / below, nan where there is nothing below."""
    return float(above) / float(below) if below > 0 else float("nan")


def waiting(came: NDArray[np.int64], begun: NDArray[np.int64]) -> NDArray[np.int64]:
    """(days,) how many wait at the end of each day."""
    left: NDArray[np.int64] = np.cumsum(came - begun)
    return left


def within_run(start: Floats, end: Floats, days: int) -> float:
    """Person-days of the intervals [start, end) that lie before the end of the run; inf: never."""
    real = np.isfinite(start)
    return float(np.maximum(0.0, np.minimum(end[real], days) - np.minimum(start[real], days)).sum())


def care_days(severe: Severity, days: int) -> float:
    """Days in intensive care within the run, nan where the pathogen states none."""
    return (
        within_run(severe.into_care, severe.out_of_care, days)
        if severe.has_intensive_care
        else float("nan")
    )


def enforcement_hours(scenario: Scenario, raw: Raw, monitored_days: float) -> float:
    """Staff hours of checks and of what the ladder did. monitored_days: person-days under a
    monitored order."""
    regime = scenario.isolation
    hours = monitored_days * sum(
        float(m.checks_per_day.value) * float(m.hours_per_check.value) for m in regime.monitoring
    )
    for rung in regime.ladder:
        acted = raw.tally.daily[TAKEN[ACTIONS.index(rung.action)]].sum()
        hours += float(acted) * float(rung.hours_per_action.value)
    return hours


def panel(scenario: Scenario, population: Population, raw: Raw, severe: Severity) -> pd.Series:
    """The panel of one run, a Series over the names of COMPONENTS, per 100,000 people where
    `per_people`."""
    people, days = population.people, raw.days
    h, records, tally = raw.history, raw.records, raw.tally
    died = np.full(people, np.inf)
    died[h.person] = severe.died
    in_time = severe.died < days
    age_at_death = np.minimum(9, population.city.age[h.person[in_time]] // 10)
    left = np.asarray(scenario.population.remaining_life_by_age.value, float)
    served = days_served(raw, died)
    case, contact = records.order_pathway == CASE, records.order_pathway >= HOME
    ordered = case | contact
    never = never_infected(raw, people)
    futile = ordered & never[records.order_person] if len(case) else np.zeros(0, bool)
    monitored = person_days_by_day(records.order_start[ordered], records.order_until[ordered], days)
    sources = record_sources(scenario, population, raw, monitored)
    checks = sum(float(m.checks_per_day.value) for m in scenario.isolation.monitoring)
    at_night = sum(
        float(m.night_checks_per_day.value)
        for m in scenario.isolation.monitoring
        if m.night_checks_per_day is not None
    )
    total = tally.instrument.sum(axis=0) if len(tally.instrument) else np.zeros(len(BY_INSTRUMENT))
    interviews = hours = 0.0
    for i, instrument in enumerate(scenario.tracing.instruments):
        if instrument.type == "interview":
            cases, named = tally.instrument_daily[i, :2].sum(axis=1)
            interviews += float(cases)
            hours += float(cases + named) * float(instrument.hours_per_person.value)
    daily = {name: float(row.sum()) for name, row in zip(DAILY, tally.daily, strict=True)}
    values = {name: daily[name] for name in COMPONENTS if name in daily} | {
        "infections": len(h.person),
        "hospital_days": within_run(severe.admitted, severe.discharged, days),
        "intensive_care_days": care_days(severe, days),
        "deaths": in_time.sum(),
        "life_years_lost": left[age_at_death].sum(),
        "quarantine_days_ordered": served.ordered[contact].sum(),
        "quarantine_days_served": served.served[contact].sum(),
        "isolation_days_ordered": served.ordered[case].sum(),
        "isolation_days_served": served.served[case].sum(),
        "futile_days": served.served[futile].sum(),
        "self_isolation_days": served.served[records.order_pathway == SELF].sum(),
        "facility_days": served.facility.sum(),
        "restriction_days": people * stringency(scenario.region, records.in_force).sum() / 100.0,
        "records_collected": sum(s.daily.sum() for s in sources),
        "records_opened": sum(s.opened for s in sources),
        "uninfected_opened": int(((tally.opened > 0) & never).sum()) if len(tally.opened) else 0,
        "record_years_held": sum(stock(s).sum() for s in sources) / DAYS_PER_YEAR,
        "day_stock_is_empty": day_empty(sources),
        "bodies_with_access": max((s.recipients for s in sources), default=0.0),
        "open_to_subject": share_open(sources),
        "wrongly_listed": daily["listed_wrongly"],
        "uninfected_quarantined": len(np.unique(records.order_person[futile])),
        "checks": checks * monitored.sum(),
        "night_checks": at_night * monitored.sum(),
        "cases_found": daily["positive_results"],
        "interviews": interviews,
        "tracer_hours": hours,
        "enforcement_hours": enforcement_hours(scenario, raw, float(monitored.sum())),
        "cases_waiting": float(
            waiting(
                tally.instrument_daily[:, 2].sum(axis=0), tally.instrument_daily[:, 3].sum(axis=0)
            ).max(initial=0)
        ),
        "tests_waiting": float(
            waiting(tally.daily[TESTS], tally.daily[TESTS_BEGUN]).max(initial=0)
        ),
        "infected_per_listed": ratio(total[I_INFECTED], total[I_LISTED]),
        "infectees_per_listed": ratio(total[I_LISTED_INFECTEES], total[I_LISTED]),
        "contact_recall": ratio(total[I_TRUE], total[I_CONTACTS]),
        "infectee_recall": ratio(total[I_LISTED_INFECTEES], total[I_INFECTEES]),
        "latent_when_reached": ratio(total[I_LATENT], total[I_INFECTED]),
        "blocked_by_self_isolation": tally.blocked_by[SELF],
        "blocked_by_isolation": tally.blocked_by[CASE],
        "blocked_by_household": tally.blocked_by[HOME],
        "blocked_by_tracing": tally.blocked_by[LISTED:].sum(),
        "blocked_by_region": tally.blocked_by[REGION],
    }
    scaled = {
        name: value * PER / people if COMPONENTS[name].per_people else value
        for name, value in values.items()
    }
    return pd.Series({name: float(scaled[name]) for name in COMPONENTS}, name="panel")
