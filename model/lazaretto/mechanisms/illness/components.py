"""What the panel says of infections."""

from __future__ import annotations

from ...values.component import Component

COMPONENTS: dict[str, Component] = {
    "infections": Component(
        "benefit",
        "person",
        "Infections",
        "infections during the run (reinfections count again)",
        value=lambda f: len(f.history.person),
    ),
    "hospital_days": Component(
        "benefit",
        "person-day",
        "Hospital days",
        "days in hospital within the run",
        value=lambda f: f.within_run(f.severe.admitted, f.severe.discharged),
    ),
    "intensive_care_days": Component(
        "benefit",
        "person-day",
        "Intensive care days",
        "of these, days in intensive care; empty where the pathogen states none",
        value=lambda f: f.care_days,
    ),
    "deaths": Component(
        "benefit", "person", "Deaths", "deaths within the run", value=lambda f: f.died_in_time.sum()
    ),
    "life_years_lost": Component(
        "benefit",
        "year",
        "Years of life lost",
        "remaining life at the age of death, added up",
        value=lambda f: f.life_years_lost,
    ),
}
