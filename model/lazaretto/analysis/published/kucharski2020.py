"""Isolation, household quarantine and tracing by setting (Kucharski et al. 2020, doi
10.1016/S1473-3099(20)30457-6): one index case, its contacts at home, at work or school, and
elsewhere.

There: binomial infections per contact, five infectious days, isolation after 1 to 4 of them,
contacts quarantined two days (app: none) later, and the share of their own five infectious days
from day 4 on that this leaves. Only means of contacts matter for the reduction of R, so the diaries
are replaced by their published means by age. Here: stars of one setting and age each, with the
engine's course, test, isolation and list; the three settings are added up. Limits on contacts need
the diaries, and manual tracing united with an app needs to know who carries the app; both are left
out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...outcomes.fold import simulate
from ...parameters import Pathogen
from ..theory.idealised import neutral_law
from ..theory.trees import first_of, stars, with_listed
from . import authority
from .generation_time import pathogen, table

SETTINGS = ("home", "work or school", "other")
AGES = ("child", "adult")
SHARE = {"child": 0.21, "adult": 0.79}
CONTACTS = {
    "child": (3.03, 5 * 5.54, 5 * 1.47),
    "adult": (1.90, 5 * 5.95, 5 * 3.77),
}  # home: the same people every day
CHANCE = (
    0.20,
    0.06,
    0.06,
)  # of infection, per contact, from people with symptoms; half of it from others
SYMPTOMATIC = {"child": 0.3, "adult": 0.7}
TESTED, ADHERENCE = 0.9, 0.9
LATENT, INFECTIOUS = 4.0, 5.0
DAYS_BEFORE_ISOLATION = (0.25, 0.25, 0.2, 0.3)  # 1, 2, 3, 4
LINKS = 20


class Programme(NamedTuple):
    """away: isolation keeps cases from their household too; traced: probability by age and setting;
    delay: days to quarantine."""

    away: bool
    traced: dict[str, tuple[float, float, float]]
    delay: float


def _all(
    home: float, work: float, other: float, delay: float = 2.0, away: bool = False
) -> Programme:
    return Programme(away, dict.fromkeys(AGES, (home, work, other)), delay)


PROGRAMMES = {  # by the evidence base's names
    "isolation_only": _all(0, 0, 0),
    "isolation_outside": _all(0, 0, 0, away=True),
    "hh_quaratine_only": _all(1, 0, 0),
    "hh_work_only": _all(1, 0.95, 0),
    "isolation_manual_tracing_met_only": Programme(
        False, {"child": (1, 0.95 * 0.9, 0.95 * 0.52), "adult": (1, 0.95 * 0.79, 0.95 * 0.52)}, 2.0
    ),
    "isolation_manual_tracing": _all(1, 0.95, 0.95),
    "cell_phone": _all(1, 0.53**2, 0.53**2, 0.0),
}


def natural_history(age: str, chance: float) -> Pathogen:
    """Of one age and setting: a link infects with that probability, from people without symptoms
    with half of it."""
    moments = first_of(lambda p: INFECTIOUS * p, chance)
    ill = pathogen(
        moments,
        float(-np.log1p(-chance)),
        neutral_law("constant", 0.0),
        never_symptomatic=1 - SYMPTOMATIC[age],
        latent=neutral_law("constant", LATENT),
    )
    data = ill.model_dump()
    half = float(np.log1p(-chance / 2) / np.log1p(-chance))
    data["never_symptomatic_relative_infectiousness"] |= {"value": half}
    return Pathogen.model_validate(data)


def left(age: str, setting: int, p: Programme, number: int, seed: int) -> tuple[float, float]:
    """(share of onward transmission left, standard error) of index cases of that age in that
    setting."""
    waits = table(
        1.0
        + np.searchsorted(
            np.cumsum(DAYS_BEFORE_ISOLATION), np.linspace(0, 1 - 1e-9, 4097), side="right"
        )
    )
    stays = p.away or setting > 0
    scenario = authority.scenario(
        natural_history(age, CHANCE[setting]),
        40,
        to_result=waits,
        to_list=neutral_law("constant", p.delay),
        changes={"testing.seek_probability": TESTED, "isolation.full_adherence_case": float(stays)},
    )
    population = with_listed(
        stars(np.full(number, LINKS)), ADHERENCE * p.traced[age][setting], seed
    )
    run = simulate(scenario, population, seed, first=range(number), keep_lists=True)
    bare = simulate(scenario, population, seed, policy=False, first=range(number)).raw.history
    h = run.raw.history
    rows = np.flatnonzero(h.source >= 0)
    listed = np.full(population.people, np.inf)
    listed[run.lists["person"]] = run.lists["day"]
    done = np.clip((listed[h.person[rows]] - h.infectious[rows]) / INFECTIOUS, 0.0, 1.0)
    kept = np.bincount(h.person[h.source[rows]], done, minlength=number)
    whole = np.bincount(bare.person[bare.source[bare.source >= 0]], minlength=number)
    share = float(kept.sum() / whole.sum())
    rest = kept - share * whole
    return share, float(np.sqrt(rest @ rest) / whole.sum())


def weights() -> dict[tuple[str, int], float]:
    """Reproduction number without measures, by age of the index case and setting."""
    return {
        (age, s): SHARE[age]
        * CONTACTS[age][s]
        * CHANCE[s]
        * (SYMPTOMATIC[age] + (1 - SYMPTOMATIC[age]) / 2)
        for age in AGES
        for s in range(len(SETTINGS))
    }


def reduction(p: Programme, number: int = 6000, seed: int = 1) -> tuple[float, float]:
    """(percentage by which the reproduction number falls, standard error) in the engine."""
    parts = weights()
    total = sum(parts.values())
    found = {key: left(*key, p, number, seed) for key in parts}
    share = sum(parts[key] * found[key][0] for key in parts) / total
    error = float(np.sqrt(sum((parts[key] * found[key][1]) ** 2 for key in parts))) / total
    return 100 * (1 - share), 100 * error
