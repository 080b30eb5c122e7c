"""What delays cost a tracing app (Kretzschmar et al. 2020, doi 10.1016/S2468-2667(20)30157-2): one
index case, its contacts, and how much of their onward transmission is prevented; everything by
whole days.

Here: stars without depletion; onset, result, isolation and list are the engine's, and a contact's
share of onward transmission still to come is read off the day of its list and the start of its
infectious period.

`published` repeats the authors' notebook to its digits. Four things in it differ from the model as
described: the share that a contact has yet to transmit is looked up by the *index case's*
infectious day at diagnosis, not by the days since the contact was infected; the diagnosis is given
that there was none up to the day of contact, but weighted by none up to the day before; the tested
share enters tracing twice; and somebody who is not tested at first symptoms has first symptoms
again on later days. `consistent` is the model as described, in continuous time within the day, and
that is what the engine agrees with.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...outcomes.fold import simulate
from ..theory.idealised import neutral_law
from ..theory.trees import first_of, stars, with_listed
from . import authority
from .generation_time import pathogen, table

Floats = NDArray[np.float64]
PER_CLOSE = 0.1211 * np.array(
    [
        0.348446,
        0.531887,
        0.634637,
        0.6393,
        0.560803,
        0.434692,
        0.299959,
        0.184989,
        0.10216,
        0.0505619,
    ]
)  # by infectious day
CASUAL = 0.25
SYMPTOM_HAZARD = np.array(
    [
        0.0209371,
        0.0461089,
        0.0813067,
        0.122817,
        0.165713,
        0.202934,
        0.224878,
        0.220575,
        0.183746,
        0.123545,
    ]
)
LATENT_DAYS, LATENT_SHARE = np.array([1, 2, 3]), np.array([0.5, 0.35, 0.15])
INFECTIOUS_DAYS = 10
WINDOW = 7
CLOSE_CONTACTS, CASUAL_CONTACTS = 4.0, 1.6 * 0.85 / 0.15
DISTANCING = (0.6, 0.3)  # of close and of casual contacts
ALL_SYMPTOMATIC, MOSTLY_SYMPTOMATIC = (
    4.4468556,
    1.0461391,
)  # scale of the hazard: 100 % and 80 % ever have symptoms
LINKS = 2
HOURS = 48


class Programme(NamedTuple):
    """Whole days from symptoms to the result and from there to the list; shares of contacts traced
    and of people with symptoms tested."""

    testing_delay: int
    tracing_delay: int
    coverage: float
    symptom_scale: float = ALL_SYMPTOMATIC
    tested: float = 1.0


def by_kind(distancing: tuple[float, float] = DISTANCING) -> tuple[Floats, Floats]:
    """((10,), (10,)) infections of close and of casual contacts by infectious day, with depletion
    among each person's contacts."""

    def of(chance: Floats) -> Floats:
        return np.cumprod(np.concatenate([[1.0], 1 - chance[:-1]])) * chance

    close, casual = distancing
    return close * CLOSE_CONTACTS * of(PER_CLOSE), casual * CASUAL_CONTACTS * of(CASUAL * PER_CLOSE)


def by_day(distancing: tuple[float, float] = DISTANCING) -> Floats:
    """(10,) infections by infectious day; they sum to the reproduction number."""
    return np.add(*by_kind(distancing))


def _diagnosis(p: Programme) -> Floats:
    """(10,) hazard of diagnosis by infectious day."""
    late = np.zeros(INFECTIOUS_DAYS)
    kept = max(0, INFECTIOUS_DAYS - p.testing_delay)
    late[INFECTIOUS_DAYS - kept :] = p.tested * np.minimum(
        p.symptom_scale * SYMPTOM_HAZARD[:kept], 1.0
    )
    return late


def _share_undiagnosed(hazard: Floats) -> Floats:
    """(10,) probability of no diagnosis before each day."""
    return np.cumprod(np.concatenate([[1.0], 1 - hazard[:-1]]))


def published(
    p: Programme, distancing: tuple[float, float] = DISTANCING, casual_coverage: float | None = None
) -> tuple[float, float]:
    """(by isolation alone, with tracing) reproduction numbers as in the authors' notebook.
    casual_coverage: of casual contacts, where it is not that of close ones."""
    infections = by_day(distancing)
    done = np.concatenate([[0.0], np.cumsum(infections) / infections.sum()])
    hazard = _diagnosis(p)
    free = _share_undiagnosed(hazard)
    to_come = np.zeros(INFECTIOUS_DAYS + WINDOW + 30)
    for day in range(1, INFECTIOUS_DAYS + 1):
        to_come[day] = 1 - float(LATENT_SHARE @ done[np.maximum(day - LATENT_DAYS, 0)])
    stopped = np.zeros(INFECTIOUS_DAYS)
    for day in range(1, INFECTIOUS_DAYS):
        for j in range(day, min(INFECTIOUS_DAYS - 1, day + WINDOW) + 1):
            given = hazard[j] * float(np.prod(1 - hazard[day:j]))
            stopped[day - 1] += given * to_come[j + p.tracing_delay]
    alone = infections * free
    close, casual = by_kind(distancing)
    traced = (
        p.coverage * close + (p.coverage if casual_coverage is None else casual_coverage) * casual
    )
    return float(alone.sum()), float(alone.sum() - traced * free @ (p.tested * stopped))


def consistent(p: Programme, distancing: tuple[float, float] = DISTANCING) -> tuple[float, float]:
    """(by isolation alone, with tracing) reproduction numbers of the model as described: diagnosis
    at the end of a day, infection evenly within it, contacts of the day of diagnosis traced too."""
    infections = by_day(distancing)
    hazard = np.minimum(p.symptom_scale * SYMPTOM_HAZARD, 1.0)
    symptoms = _share_undiagnosed(hazard) * hazard
    kept = max(0, INFECTIOUS_DAYS - p.testing_delay)
    diagnosed = np.concatenate([np.zeros(INFECTIOUS_DAYS - kept), p.tested * symptoms[:kept]])
    free = 1 - np.cumsum(diagnosed) + diagnosed
    hour = (np.arange(HOURS) + 0.5) / HOURS
    traced = 0.0
    for day in range(1, INFECTIOUS_DAYS + 1):
        for j in range(day, min(INFECTIOUS_DAYS, day + WINDOW) + 1):
            since = j + p.tracing_delay - (day - 1 + hour)  # the contact's infection
            to_come = 1 - LATENT_SHARE @ share_done(since - LATENT_DAYS[:, None], distancing).mean(
                axis=1
            )
            traced += infections[day - 1] * diagnosed[j - 1] * float(to_come)
    alone = float(infections @ free)
    return alone, alone - p.coverage * traced


def share_done(days: Floats, distancing: tuple[float, float] = DISTANCING) -> Floats:
    """Share of a person's transmission done so many days after the start of its infectious period
    (any shape)."""
    infections = by_day(distancing)
    done = np.concatenate([[0.0], np.cumsum(infections) / infections.sum()])
    return np.asarray(np.interp(days, np.arange(INFECTIOUS_DAYS + 1), done))


def in_engine(
    p: Programme, number: int = 40_000, seed: int = 1
) -> tuple[float, float, float, float]:
    """(by isolation alone, its standard error, with tracing, its standard error), as shares of the
    reproduction number without measures with the same luck; `number` index cases."""
    total = float(by_day().sum())
    transmits = total / LINKS
    done = np.concatenate([[0.0], np.cumsum(by_day()) / total])
    hazard = np.minimum(p.symptom_scale * SYMPTOM_HAZARD, 1.0)
    symptoms = np.cumsum(_share_undiagnosed(hazard) * hazard)
    ill = pathogen(
        first_of(lambda q: np.interp(q, done, np.arange(INFECTIOUS_DAYS + 1.0)), transmits),
        float(-np.log1p(-transmits)),
        table(_steps(symptoms / symptoms[-1], np.arange(1.0, INFECTIOUS_DAYS + 1))),
        never_symptomatic=1 - float(symptoms[-1]),
        latent=table(_steps(np.cumsum(LATENT_SHARE), LATENT_DAYS.astype(float))),
    )
    # the first ones are infected on day 0 and infectious after a latent period of their own; all is
    # counted from there
    scenario = authority.scenario(
        ill,
        90,
        to_result=neutral_law("constant", float(p.testing_delay)),
        to_list=neutral_law("constant", float(p.tracing_delay)),
        changes={"testing.seek_probability": p.tested},
    )
    population = with_listed(stars(np.full(number, LINKS)), p.coverage, seed)
    run = simulate(scenario, population, seed, first=range(number), keep_lists=True)
    h = run.raw.history
    rows = np.flatnonzero(h.source >= 0)
    index = h.person[h.source[rows]]
    listed = np.full(population.people, np.inf)
    listed[run.lists["person"]] = run.lists["day"]
    result = listed[h.person[rows]] - p.tracing_delay
    late = (
        result - h.infectious[h.source[rows]] > INFECTIOUS_DAYS + 0.5
    )  # a diagnosis after the last day does not count there
    on_time = (result - h.time[rows] <= WINDOW + 1) & ~late
    to_come = np.where(on_time, 1 - share_done(listed[h.person[rows]] - h.infectious[rows]), 0.0)
    bare = simulate(scenario, population, seed, policy=False, first=range(number)).raw.history
    whole = np.bincount(bare.person[bare.source[bare.source >= 0]], minlength=number)
    alone = np.bincount(index, minlength=number)
    return *_ratio(alone, whole), *_ratio(
        alone - np.bincount(index, to_come, minlength=number), whole
    )


def _ratio(part: NDArray[Any], whole: NDArray[Any]) -> tuple[float, float]:
    """Sum over sum, and its standard error over index cases."""
    ratio = float(part.sum() / whole.sum())
    rest = part - ratio * whole
    return ratio, float(np.sqrt(rest @ rest) / whole.sum())


def _steps(cumulative: Floats, values: Floats, points: int = 4097) -> Floats:
    """Equally spaced quantiles of a law that takes each of the values up to its cumulative
    probability."""
    p = np.linspace(0, 1, points)
    return values[np.minimum(np.searchsorted(cumulative, p, side="left"), len(values) - 1)]
