"""What the panel says of how people respond to the epidemic."""

from __future__ import annotations

from ...values.component import Component
from ...world.codes import PROTECTION, RESPONSE

COMPONENTS: dict[str, Component] = {
    "contact_days_given_up": Component(
        "liberty",
        "person-day",
        "Contacts given up voluntarily",
        "people x days x share of contacts outside the home that people gave up as the epidemic "
        "stood, or that a stated series says they gave up",
        value=lambda f: f.people * (1.0 - f.raw.conduct.contacts_kept).sum(),
    ),
    "protected_days": Component(
        "liberty",
        "person-day",
        "Days of protection",
        "people x days x share of meetings outside the home that were protected",
        value=lambda f: f.people * f.raw.conduct.protected.sum(),
    ),
    "blocked_by_response": Component(
        "attribution",
        "transmission",
        "Blocked by contacts given up",
        "transmissions stopped because people had given up the contact of their own accord",
        lower_is_better=None,
        value=lambda f: f.tally.blocked_by[RESPONSE],
    ),
    "blocked_by_protection": Component(
        "attribution",
        "transmission",
        "Blocked by protection",
        "transmissions in protected meetings that protection stopped",
        lower_is_better=None,
        value=lambda f: f.tally.blocked_by[PROTECTION],
    ),
}
