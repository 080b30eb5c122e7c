"""What the panel says of infections."""

from __future__ import annotations

import numpy as np

from ...values.component import Component, ratio
from ...world.state import History

EARLY = 35.0  # days: five weeks, before those who are immune change much


def mean_infected(history: History, begin: float, end: float) -> float:
    """Mean number of people whom those infect who are infected on days [begin, end): the
    reproduction number of that cohort, low where the run ends soon after; nan for nobody."""
    cohort = (history.time >= begin) & (history.time < end)
    caused = np.bincount(history.source[history.source >= 0], minlength=len(cohort))
    return ratio(caused[cohort].sum(), cohort.sum())


COMPONENTS: dict[str, Component] = {
    "infections": Component(
        "benefit",
        "person",
        "Infections",
        "infections during the run (reinfections count again)",
        value=lambda f: len(f.history.person),
    ),
    "early_reproduction": Component(
        "benefit",
        "person",
        "Infected by an early case",
        "mean number of people whom those infect who are infected in the first five weeks (the "
        "reproduction number by cohort; low where the run ends within weeks of them)",
        per_people=False,
        value=lambda f: mean_infected(f.history, 0.0, EARLY),
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
