"""The isolation regime, as numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...chance.rows import constant_row, law_row
from ...world.codes import TERMS
from ..response.lowering import Response
from .rungs import ACTIONS
from .statement import IsolationRegime


def lower_isolation(regime: IsolationRegime, response: Response) -> dict[str, Any]:
    """The fields of Policy that the regime fills."""
    monitors, ladder, appeals = regime.monitoring, regime.ladder, regime.appeals
    unseen = math.prod(1.0 - monitor.detection_probability.value for monitor in monitors)
    quiet = math.prod(1.0 - monitor.false_alarm_per_person_day.value for monitor in monitors)
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
        "full_case": regime.full_adherence_case.value,
        "full_contact": regime.full_adherence_contact.value,
        "partial_factor": regime.partial_contact_factor.value,
        "terms": np.array([[terms[name] for name in TERMS]], np.float64),
        "breach_per_day": regime.breach_per_day.value * response.unsupported,
        "monitored": bool(monitors),
        "detection": 1.0 - unseen,
        "false_alarm": 1.0 - quiet,
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


def isolation_laws(regime: IsolationRegime) -> dict[str, NDArray[np.float64]]:
    """The quantile rows of the regime, by the names of `world.codes.POLICY_LAWS`."""
    appeals = regime.appeals
    return {
        "breach": law_row(regime.breach_duration),
        "appeal": law_row(appeals.delay) if appeals is not None else constant_row(0.0),
    }
