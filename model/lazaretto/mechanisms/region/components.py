"""What the panel says of region-wide measures."""

from __future__ import annotations

from ...values.component import Component
from ...world.codes import REGION

COMPONENTS: dict[str, Component] = {
    "restriction_days": Component(
        "liberty",
        "person-day",
        "Region-wide restriction days",
        "people x days x stringency index / 100: how long how much was closed for everybody",
        value=lambda f: f.people * f.stringency.sum() / 100.0,
    ),
    "wrong_pass_fines": Component(
        "justice",
        "fine",
        "Wrong fines for passes",
        "fines for missing passes of people who comply with the measure",
        value=lambda f: f.daily["wrong_pass_fines"],
    ),
    "pass_fines": Component(
        "coercion",
        "fine",
        "Fines for passes",
        "fines for missing digital passes",
        value=lambda f: f.daily["pass_fines"],
    ),
    "blocked_by_region": Component(
        "attribution",
        "transmission",
        "Blocked by region-wide measures",
        "transmissions stopped by them",
        lower_is_better=None,
        value=lambda f: f.tally.blocked_by[REGION],
    ),
}
