"""The components of the trade-off panel: what each counts, in which unit, and whether less of it is
better.

Values are per 100,000 people unless `per_people` is False. The benefit block holds levels; what was
averted exists only as a paired difference between runs with the same seed (`analysis.compare`).
"""

from __future__ import annotations

from typing import NamedTuple


class Component(NamedTuple):
    """One line of the panel. `lower_is_better` is None where a number only informs."""

    block: str
    unit: str
    label: str
    definition: str
    lower_is_better: bool | None = True
    per_people: bool = True


COMPONENTS: dict[str, Component] = {
    "infections": Component(
        "benefit", "person", "Infections", "infections during the run (reinfections count again)"
    ),
    "hospital_days": Component(
        "benefit", "person-day", "Hospital days", "days in hospital within the run"
    ),
    "intensive_care_days": Component(
        "benefit",
        "person-day",
        "Intensive care days",
        "of these, days in intensive care; empty where the pathogen states none",
    ),
    "deaths": Component("benefit", "person", "Deaths", "deaths within the run"),
    "life_years_lost": Component(
        "benefit", "year", "Years of life lost", "remaining life at the age of death, added up"
    ),
    "quarantine_days_ordered": Component(
        "liberty",
        "person-day",
        "Quarantine days ordered",
        "days under an order as a listed contact or a member of a case's household",
    ),
    "quarantine_days_served": Component(
        "liberty",
        "person-day",
        "Quarantine days served",
        "ordered days less breaches; in part by those who adhere in part (1 - contacts kept)",
    ),
    "isolation_days_ordered": Component(
        "liberty", "person-day", "Isolation days ordered", "days under an order as a case"
    ),
    "isolation_days_served": Component(
        "liberty", "person-day", "Isolation days served", "as for quarantine"
    ),
    "informed": Component(
        "liberty",
        "notice",
        "Informed only",
        "notices to listed people that ask for nothing; some stay at home unasked",
        None,
    ),
    "futile_days": Component(
        "liberty",
        "person-day",
        "Futile days",
        "days served under an order by people who were never infected in the run",
    ),
    "self_isolation_days": Component(
        "liberty",
        "person-day",
        "Days at home unasked",
        "days of voluntary isolation, with symptoms or after a notice",
        None,
    ),
    "facility_days": Component(
        "liberty",
        "person-day",
        "Days in a facility",
        "of the days ordered, those spent in a facility instead of at home",
    ),
    "restriction_days": Component(
        "liberty",
        "person-day",
        "Region-wide restriction days",
        "people x days x stringency index / 100: how long how much was closed for everybody",
    ),
    "records_collected": Component(
        "privacy",
        "record",
        "Records collected",
        "bulk: phones (or users of the app) x records a day x days; case by "
        "case: one per case and per person listed",
    ),
    "records_opened": Component(
        "privacy",
        "record",
        "Records opened",
        "bulk: look-back days x records a day of each case and person listed; else as collected",
    ),
    "uninfected_opened": Component(
        "privacy",
        "person",
        "Uninfected people opened",
        "different people listed by any instrument who were never infected",
    ),
    "record_years_held": Component(
        "privacy",
        "record-year",
        "Record-years held",
        "records held at the end of each day, added up over the run, divided by 365.25",
    ),
    "day_stock_is_empty": Component(
        "privacy",
        "day",
        "Day the stock is empty",
        "last day of collection plus retention; inf: never",
        True,
        False,
    ),
    "bodies_with_access": Component(
        "privacy",
        "body",
        "Bodies with access",
        "bodies that receive lists with names, the largest number of any source",
        True,
        False,
    ),
    "open_to_subject": Component(
        "privacy",
        "fraction",
        "Records their subjects see",
        "of the record-days held, those of sources that show people what is held "
        "about them; empty where nothing is held",
        False,
        False,
    ),
    "wrongly_listed": Component(
        "justice",
        "listing",
        "Wrong listings",
        "list entries of people who had no contact with the case in the window, "
        "where a list with names exists",
    ),
    "uninfected_quarantined": Component(
        "justice",
        "person",
        "Never infected, quarantined",
        "different people put under an order who were never infected in the run",
    ),
    "false_alarms": Component(
        "justice", "alarm", "False alarms", "detections on days without a breach"
    ),
    "wrong_warnings": Component(
        "justice", "warning", "Wrong warnings", "warnings after a false alarm"
    ),
    "wrong_reports": Component(
        "justice", "report", "Wrong police reports", "reports after a false alarm"
    ),
    "wrong_fines": Component("justice", "fine", "Wrong fines", "fines after a false alarm"),
    "wrong_transfers": Component(
        "justice", "transfer", "Wrong transfers", "transfers to a facility after a false alarm"
    ),
    "wrong_pass_fines": Component(
        "justice",
        "fine",
        "Wrong fines for passes",
        "fines for missing passes of people who comply with the measure",
    ),
    "appeals": Component(
        "justice", "appeal", "Appeals", "appeals against reports, fines and transfers", None
    ),
    "appeals_granted": Component(
        "justice",
        "appeal",
        "Appeals granted",
        "sanctions put right within the run, wrong ones and others",
        None,
    ),
    "wrong_positives": Component(
        "justice",
        "result",
        "Wrong positive results",
        "positive results of people not infected by then",
    ),
    "checks": Component(
        "coercion", "check", "Checks", "checks a day x days under a monitored order"
    ),
    "night_checks": Component("coercion", "check", "Checks at night", "of these, at night"),
    "warnings": Component("coercion", "warning", "Warnings", "warnings sent"),
    "reports": Component("coercion", "report", "Police reports", "reports to law enforcement"),
    "fines": Component("coercion", "fine", "Fines", "fines imposed"),
    "transfers": Component(
        "coercion", "transfer", "Transfers", "people taken from home to a facility for breaches"
    ),
    "pass_fines": Component(
        "coercion", "fine", "Fines for passes", "fines for missing digital passes"
    ),
    "tests": Component("effort", "test", "Tests", "samples taken"),
    "cases_found": Component(
        "effort", "person", "Cases found", "people with a positive result", None
    ),
    "interviews": Component("effort", "interview", "Interviews", "cases interviewed"),
    "tracer_hours": Component(
        "effort", "hour", "Tracer hours", "staff hours per case and person listed by interview"
    ),
    "enforcement_hours": Component(
        "effort",
        "hour",
        "Enforcement hours",
        "staff hours of checks, warnings, reports, fines and transfers",
    ),
    "contacts_tested": Component(
        "effort", "test", "Listed people sent to a test", "samples ordered of people on a list"
    ),
    "cases_waiting": Component(
        "effort",
        "case",
        "Longest queue for tracers",
        "most cases waiting for a tracer at the end of a day, over all instruments",
    ),
    "tests_waiting": Component(
        "effort",
        "test",
        "Longest queue of samples",
        "most samples waiting in laboratories at the end of a day",
    ),
    "infected_per_listed": Component(
        "precision",
        "fraction",
        "Infected among listed",
        "list entries infected by then, of all list entries",
        False,
        False,
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
        "precision",
        "fraction",
        "Infectees found",
        "people infected by traced cases so far who are listed",
        False,
        False,
    ),
    "latent_when_reached": Component(
        "precision",
        "fraction",
        "Still latent when reached",
        "infected entries that were not yet infectious",
        False,
        False,
    ),
    "blocked_by_self_isolation": Component(
        "attribution",
        "transmission",
        "Blocked by staying home unasked",
        "transmissions stopped by voluntary isolation; blocked is not averted: "
        "the infection may happen later by another way",
        None,
    ),
    "blocked_by_isolation": Component(
        "attribution",
        "transmission",
        "Blocked by isolation of cases",
        "transmissions stopped by the order of a case",
        None,
    ),
    "blocked_by_household": Component(
        "attribution",
        "transmission",
        "Blocked by household quarantine",
        "transmissions stopped by it",
        None,
    ),
    "blocked_by_tracing": Component(
        "attribution",
        "transmission",
        "Blocked by quarantine of the listed",
        "transmissions stopped by it, any instrument",
        None,
    ),
    "blocked_by_region": Component(
        "attribution",
        "transmission",
        "Blocked by region-wide measures",
        "transmissions stopped by them",
        None,
    ),
}
BLOCKS = (
    "benefit",
    "liberty",
    "privacy",
    "justice",
    "coercion",
    "effort",
    "precision",
    "attribution",
)
