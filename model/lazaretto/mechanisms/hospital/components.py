"""What the panel says of hospitals."""

from __future__ import annotations

from ...values.component import Component
from ...world.codes import HOSPITAL

COMPONENTS: dict[str, Component] = {
    "bed_waiting_days": Component(
        "benefit",
        "person-day",
        "Days waited for a bed",
        "days on which somebody ill enough found no hospital bed",
        value=lambda f: f.daily["bed_waiting"],
    ),
    "care_waiting_days": Component(
        "benefit",
        "person-day",
        "Days waited for intensive care",
        "days on which somebody ill enough found no place in intensive care",
        value=lambda f: f.daily["care_waiting"],
    ),
    "deaths_for_want_of_beds": Component(
        "benefit",
        "person",
        "Deaths for want of beds",
        "deaths within the run that a bed or a place in intensive care would have averted",
        value=lambda f: f.daily["deaths_for_want"],
    ),
    "blocked_by_hospital": Component(
        "attribution",
        "transmission",
        "Blocked by hospital",
        "transmissions stopped because the infecting or the exposed person was in hospital",
        lower_is_better=None,
        value=lambda f: f.tally.blocked_by[HOSPITAL],
    ),
}
