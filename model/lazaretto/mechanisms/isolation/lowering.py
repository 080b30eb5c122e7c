"""The isolation regime, as numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...chance.rows import constant_row, gamma_row, law_row
from ...world.codes import TERMS
from ..response.lowering import Response
from .rungs import ACTIONS
from .statement import NEEDS_PHONE, SPECIAL_PHONE, IsolationRegime, Monitor

SURE = 1e3  # hazard of what is certain on each day
EVEN = constant_row(1.0)


def lower_isolation(regime: IsolationRegime, response: Response) -> dict[str, Any]:
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
    if appeals is not None:
        right, wrong = appeals.probability_when_right, appeals.probability_when_wrong
        fields["appeal"] = np.array([right.value, wrong.value])
        right, wrong = appeals.granted_when_right, appeals.granted_when_wrong
        fields["granted"] = np.array([right.value, wrong.value])
    return fields


def won_over(adheres: float, closed: float) -> float:
    """The share that adheres fully, where support wins over a share of the others."""
    return adheres + closed * (1.0 - adheres)


def watched(monitors: Sequence[Monitor]) -> dict[str, NDArray[np.float64]]:
    """Fields of Policy: what the monitors notice of people without and with a phone: `detection` of
    a breach, and the hazard of a false alarm. A special phone is for those without one of their
    own, where another monitor needs a phone, and for all where none does."""
    for_all = not any(monitor.type in NEEDS_PHONE for monitor in monitors)
    detection, hazard = np.zeros(2), np.zeros(2)
    for has_phone in (0, 1):
        on = [
            monitor
            for monitor in monitors
            if (has_phone or monitor.type not in NEEDS_PHONE)
            and (for_all or not has_phone or monitor.type != SPECIAL_PHONE)
        ]
        detection[has_phone] = 1.0 - math.prod(1.0 - noticed(monitor) for monitor in on)
        quiet = math.prod(1.0 - monitor.false_alarm_per_person_day.value for monitor in on)
        hazard[has_phone] = -math.log(quiet) if quiet > 0.0 else SURE
    return {"detection": detection, "alarm_hazard": hazard}


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
        "alarms": gamma_row(regime.false_alarm_k.value) if regime.false_alarm_k else EVEN,
    }
