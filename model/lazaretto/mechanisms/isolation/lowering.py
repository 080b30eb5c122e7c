"""The isolation regime, as numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...chance.rows import constant_row, gamma_row, law_row
from ...population.city import Population
from ...world.codes import RELISTINGS, TERMS
from ...world.files import PER
from ..response.lowering import Response
from .breaches import SPECIAL
from .rungs import ACTIONS
from .statement import NEEDS_PHONE, SPECIAL_PHONE, IsolationRegime, Monitor

NO_DEVICE, OWN_PHONE = 0, 1  # beside SPECIAL
DEVICES = 3
SURE = 1e3  # hazard of what is certain on each day
EVEN = constant_row(1.0)


def lower_isolation(
    regime: IsolationRegime, response: Response, population: Population
) -> dict[str, Any]:
    """The fields of Policy that the regime fills."""
    monitors, ladder, appeals = regime.monitoring, regime.ladder, regime.appeals
    household, facility = regime.household_quarantine_probability, regime.facility_contact_factor
    leave = regime.case_release_test_day
    terms = {
        "household": regime.household_contact_factor.value,
        "breach": regime.breach_contact_factor.value,
        "facility": facility.value if facility is not None else 1.0,
    }
    fields = {
        "isolation_days": regime.isolation_days.value,
        "quarantine_days": regime.quarantine_days.value,
        "leave_day": leave.value if leave is not None else 0.0,
        "home_order": household.value if household is not None else 0.0,
        "case_in_facility": regime.case_place == "facility",
        "contact_in_facility": regime.contact_place == "facility",
        "facility_refusal": regime.facility_refusal.value if regime.facility_refusal else 0.0,
        "absconding": regime.absconding_per_day.value if regime.absconding_per_day else 0.0,
        "places": by_people(regime.facility_places, population),
        "relisting": RELISTINGS.index(regime.relisting),
        "refused": regime.refuse_fraction.value if regime.refuse_fraction else 0.0,
        "refusers_in_facility": regime.refusers == "to-facility",
        "full_case": won_over(regime.full_adherence_case.value, response.closed),
        "full_contact": won_over(regime.full_adherence_contact.value, response.closed),
        "partial_factor": regime.partial_contact_factor.value,
        "terms": np.array([[terms[name] for name in TERMS]], np.float64),
        "breach_per_day": regime.breach_per_day.value * response.unsupported,
        "dropout_per_day": regime.dropout_per_day.value * response.unsupported,
        "monitored": bool(monitors),
        **watched(monitors),
        "rung_at": np.array([int(rung.after_detections.value) for rung in ladder], np.int64),
        "rung_action": np.array([ACTIONS.index(rung.action) for rung in ladder], np.int64),
        "rung_factor": np.array([rung.breach_factor.value for rung in ladder], np.float64),
    }
    if (desk := regime.desk) is not None:
        fields["desk"] = True
        fields["desk_days"] = 1.0 / by_people(desk.notes_per_day, population)
        fields["desk_waits"] = desk.longest_wait.value if desk.longest_wait else math.inf
    if appeals is not None:
        right, wrong = appeals.probability_when_right, appeals.probability_when_wrong
        fields["appeal"] = np.array([right.value, wrong.value])
        right, wrong = appeals.granted_when_right, appeals.granted_when_wrong
        fields["granted"] = np.array([right.value, wrong.value])
    return fields


def won_over(adheres: float, closed: float) -> float:
    """The share that adheres fully, where support wins over a share of the others."""
    return adheres + closed * (1.0 - adheres)


def by_people(stated: Any, population: Population) -> float:
    """What is stated per 100,000 people as a number for those who have any contact (for all, where
    nobody has), so that who has none changes nothing; inf where it is not stated."""
    people = population.city.reach or population.people
    return float(stated.value) * people / PER if stated is not None else math.inf


def watched(monitors: Sequence[Monitor]) -> dict[str, NDArray[np.float64]]:
    """Fields of Policy: what the monitors notice of people by device (none, a phone of their own,
    one handed out): `detection` of a breach, the hazard of a false alarm; and to whom special
    phones are handed out: those without one of their own, where another monitor needs a phone, and
    all where none does."""
    for_all = issued_to_all(monitors)
    detection, hazard, issued = np.zeros(DEVICES), np.zeros(DEVICES), np.zeros(2)
    reached = reach(monitors)
    for device in range(DEVICES):
        on = [monitor for monitor, devices in zip(monitors, reached) if devices[device]]
        detection[device] = 1.0 - math.prod(1.0 - noticed(monitor) for monitor in on)
        quiet = math.prod(1.0 - monitor.false_alarm_per_person_day.value for monitor in on)
        hazard[device] = -math.log(quiet) if quiet > 0.0 else SURE
    for monitor in monitors:
        if monitor.type == SPECIAL_PHONE:
            share = monitor.issued_fraction.value if monitor.issued_fraction else 1.0
            issued[:] = share, share if for_all else 0.0
    return {"detection": detection, "alarm_hazard": hazard, "issued": issued}


def issued_to_all(monitors: Sequence[Monitor]) -> bool:
    """Whether special phones go to everybody under an order: where no monitor needs a phone."""
    return not any(monitor.type in NEEDS_PHONE for monitor in monitors)


def reach(monitors: Sequence[Monitor]) -> list[NDArray[np.bool_]]:
    """Of each monitor, (3,) whether it sees people without a device, with a phone of their own,
    with one handed out. A phone handed out to somebody without one serves for nothing else."""
    unseen: dict[int, tuple[str, ...]] = {
        NO_DEVICE: (*NEEDS_PHONE, SPECIAL_PHONE),
        OWN_PHONE: (SPECIAL_PHONE,),
        SPECIAL: () if issued_to_all(monitors) else NEEDS_PHONE,
    }
    return [np.array([m.type not in unseen[d] for d in range(DEVICES)]) for m in monitors]


def noticed(monitor: Monitor) -> float:
    """The probability that a monitor notices a day's breach: not where it looks for a phone that
    stays at home."""
    left = monitor.phone_left_at_home
    return float(monitor.detection_probability.value) * (1.0 - (left.value if left else 0.0))


def isolation_laws(regime: IsolationRegime) -> dict[str, NDArray[np.float64]]:
    """The quantile rows of the regime, by the names of `world.codes.POLICY_LAWS`."""
    appeals = regime.appeals
    return {
        "breach": law_row(regime.breach_duration),
        "appeal": law_row(appeals.delay) if appeals is not None else constant_row(0.0),
        "note": law_row(regime.desk.delay) if regime.desk is not None else constant_row(0.0),
        "alarms": gamma_row(regime.false_alarm_k.value) if regime.false_alarm_k else EVEN,
    }
