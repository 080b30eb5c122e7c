"""What the panel says of orders, the ladder and appeals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...values.component import Component
from ...world.codes import CASE, HOME, SELF
from ..counters import TAKEN
from .lowering import reach
from .rungs import ACTIONS, RUNGS


def checks(f: Any) -> float:
    """Checks by all monitors: of each policy on its days."""
    return sum(float(m.checks_per_day.value) * days for m, days in _monitored(f))


def night_checks(f: Any) -> float:
    """Of these, at night."""
    at_night = ((m.night_checks_per_day, days) for m, days in _monitored(f))
    return sum(float(stated.value) * days for stated, days in at_night if stated is not None)


def enforcement_hours(f: Any) -> float:
    """Staff hours of checks and of what the ladder did."""
    hours = sum(
        float(m.checks_per_day.value) * float(m.hours_per_check.value) * days
        for m, days in _monitored(f)
    )
    for phase in f.plan.phases:
        for rung in phase.scenario.isolation.ladder:
            taken = f.tally.daily[TAKEN[ACTIONS.index(rung.action)], phase.first : phase.last]
            hours += float(taken.sum()) * float(rung.hours_per_action.value)
    return hours


def support_paid(f: Any) -> float:
    """Daily incomes: support x share who lose income x days under an order, of each policy."""
    return sum(
        float(phase.scenario.isolation.support_fraction.value)
        * float(phase.scenario.behaviour.loses_income.value)
        * float(f.under_order[phase.first : phase.last].sum())
        for phase in f.plan.phases
    )


def fines_collected(f: Any) -> float:
    """Daily incomes: fines of the ladder that were not overturned on appeal, of each policy."""
    r = f.records
    paid = (r.action_kind == ACTIONS.index("fine")) & ~np.isfinite(r.action_corrected)
    return sum(
        float(phase.scenario.isolation.fine_daily_incomes.value)
        * int((paid & (r.action_time >= phase.first) & (r.action_time < phase.last)).sum())
        for phase in f.plan.phases
    )


def _monitored(f: Any) -> Iterator[tuple[Any, float]]:
    """Each monitor of each policy, with the person-days at home under an order on the policy's days
    of those whom it sees."""
    for phase in f.plan.phases:
        monitors = phase.scenario.isolation.monitoring
        for monitor, devices in zip(monitors, reach(monitors), strict=True):
            yield monitor, float(f.watched[devices, phase.first : phase.last].sum())


def _count_taken(counter: str) -> Callable[[Any], float]:
    return lambda f: f.daily[counter]


COMPONENTS: dict[str, Component] = {
    "quarantine_days_ordered": Component(
        "liberty",
        "person-day",
        "Quarantine days ordered",
        "days under an order as a listed contact or a member of a case's household",
        value=lambda f: f.served.ordered[f.contact].sum(),
    ),
    "quarantine_days_served": Component(
        "liberty",
        "person-day",
        "Quarantine days served",
        "ordered days less breaches; in part by those who adhere in part (1 - contacts kept)",
        value=lambda f: f.served.served[f.contact].sum(),
    ),
    "isolation_days_ordered": Component(
        "liberty",
        "person-day",
        "Isolation days ordered",
        "days under an order as a case",
        value=lambda f: f.served.ordered[f.case].sum(),
    ),
    "isolation_days_served": Component(
        "liberty",
        "person-day",
        "Isolation days served",
        "as for quarantine",
        value=lambda f: f.served.served[f.case].sum(),
    ),
    "futile_days": Component(
        "liberty",
        "person-day",
        "Futile days",
        "days served under an order by people who were never infected in the run",
        value=lambda f: f.served.served[f.futile].sum(),
    ),
    "self_isolation_days": Component(
        "liberty",
        "person-day",
        "Voluntary self-isolation days",
        "days of voluntary isolation, with symptoms or after a notice",
        lower_is_better=None,
        value=lambda f: f.served.served[f.voluntary].sum(),
    ),
    "facility_days": Component(
        "liberty",
        "person-day",
        "Days in a facility",
        "of the days ordered, those spent in a facility instead of at home",
        value=lambda f: f.served.facility.sum(),
    ),
    "uninfected_quarantined": Component(
        "justice",
        "person",
        "Never infected, quarantined",
        "different people put under an order who were never infected in the run",
        value=lambda f: len(np.unique(f.records.order_person[f.futile])),
    ),
    "false_alarms": Component(
        "justice",
        "alarm",
        "False alarms",
        "detections on days without a breach",
        value=lambda f: f.daily["false_alarms"],
    ),
    **{
        f"wrong_{rung.counter}": Component(
            "justice",
            rung.unit,
            rung.wrong_label,
            f"{rung.noun} after false alarms only",
            value=_count_taken(f"wrong_{rung.counter}"),
        )
        for rung in RUNGS
    },
    **{
        f"partly_wrong_{rung.counter}": Component(
            "justice",
            rung.unit,
            f"Partly w{rung.wrong_label[1:]}",
            f"{rung.noun} after breaches of which some were false alarms",
            value=_count_taken(f"partly_wrong_{rung.counter}"),
        )
        for rung in RUNGS
    },
    "appeals": Component(
        "justice",
        "appeal",
        "Appeals",
        "appeals against reports, fines and transfers",
        lower_is_better=None,
        value=lambda f: f.daily["appeals"],
    ),
    "appeals_granted": Component(
        "justice",
        "appeal",
        "Appeals granted",
        "sanctions overturned within the run, wrong ones and others",
        lower_is_better=None,
        value=lambda f: f.daily["appeals_granted"],
    ),
    "breaches": Component(
        "coercion",
        "breach",
        "Breaches",
        "times that somebody who meant to stay at home went out against an order, noticed or not",
        lower_is_better=None,
        value=_count_taken("breaches"),
    ),
    "dropouts": Component(
        "coercion",
        "order",
        "Orders given up",
        "orders that were kept at first and then given up for the rest of their time",
        lower_is_better=None,
        value=lambda f: f.gave_up,
    ),
    "refusals": Component(
        "coercion",
        "order",
        "Orders refused",
        "orders that were not kept from the start, by people who were not taken to a facility",
        lower_is_better=None,
        value=lambda f: f.departed("refuses an order"),
    ),
    "facility_refusals": Component(
        "coercion",
        "order",
        "Facilities refused",
        "orders to go to a facility that were served at home because the person refused to go",
        lower_is_better=None,
        value=lambda f: f.departed("refuses a facility"),
    ),
    "absconded": Component(
        "coercion",
        "order",
        "Absconded",
        "orders in which somebody last left a facility without leave",
        lower_is_better=None,
        value=lambda f: f.departed("absconds"),
    ),
    "waiting_for_places": Component(
        "effort",
        "person-day",
        "Waiting for places",
        "mornings on which somebody who was to be taken to a facility waited for a place",
        value=_count_taken("waiting_for_places"),
    ),
    "notes_dropped": Component(
        "effort",
        "note",
        "Notes dropped",
        "breaches noted, true or not, on which the desk never acted because it had too many",
        lower_is_better=None,
        value=_count_taken("notes_dropped"),
    ),
    "checks": Component(
        "coercion",
        "check",
        "Checks",
        "checks a day x days at home under an order, of those whom the monitor can see",
        value=checks,
    ),
    "night_checks": Component(
        "coercion", "check", "Checks at night", "of these, at night", value=night_checks
    ),
    **{
        rung.counter: Component(
            "coercion", rung.unit, rung.label, rung.definition, value=_count_taken(rung.counter)
        )
        for rung in RUNGS
    },
    "support_paid": Component(
        "effort",
        "daily income",
        "Support paid",
        "daily incomes paid to people under an order who would lose theirs (support x their share)",
        value=support_paid,
    ),
    "fines_collected": Component(
        "effort",
        "daily income",
        "Fines collected",
        "daily incomes paid as fines of the ladder, less those overturned on appeal in the run",
        lower_is_better=None,
        value=fines_collected,
    ),
    "work_days_lost": Component(
        "effort",
        "work day",
        "Work days lost",
        "days served under an order that fall on Monday to Friday, of people who have a workplace",
        value=lambda f: f.work_days_lost,
    ),
    "enforcement_hours": Component(
        "effort",
        "hour",
        "Enforcement hours",
        "staff hours of checks, warnings, reports, fines and transfers",
        value=enforcement_hours,
    ),
    "blocked_by_self_isolation": Component(
        "attribution",
        "transmission",
        "Blocked by voluntary self-isolation",
        (
            "transmissions stopped by voluntary isolation; blocked is not averted: the infection "
            "may happen later by another way"
        ),
        lower_is_better=None,
        value=lambda f: f.tally.blocked_by[SELF],
    ),
    "blocked_by_isolation": Component(
        "attribution",
        "transmission",
        "Blocked by isolation of cases",
        "transmissions stopped by the order of a case",
        lower_is_better=None,
        value=lambda f: f.tally.blocked_by[CASE],
    ),
    "blocked_by_household": Component(
        "attribution",
        "transmission",
        "Blocked by household quarantine",
        "transmissions stopped by it",
        lower_is_better=None,
        value=lambda f: f.tally.blocked_by[HOME],
    ),
}
