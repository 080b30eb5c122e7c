"""What the panel says of vaccination."""

from __future__ import annotations

from ...values.component import Component
from ...world.codes import VACCINATION

COMPONENTS: dict[str, Component] = {
    "doses": Component(
        "effort",
        "dose",
        "Vaccinations",
        "people vaccinated within the run",
        value=lambda f: f.doses_by_day.sum(),
    ),
    "blocked_by_vaccination": Component(
        "attribution",
        "transmission",
        "Blocked by vaccination",
        "transmissions that a vaccine of the infected or the infecting person stopped",
        lower_is_better=None,
        value=lambda f: f.tally.blocked_by[VACCINATION],
    ),
}
