"""Your outbreak: from a line list and what is known of contacts to a fitted scenario, and what
tracing would have done.

A line list says who fell ill when, and, where it is known, who infected whom. The people and their
contacts are a `Population` (`from_edges`, `from_contacts`). Parameters are fitted to when people
fell ill, by ABC-SMC (`abc_smc`). Then each set of parameters that fits is run with and without a
tracing level, with the same luck: what it would have averted is a difference within pairs, and its
interval holds both what the outbreak leaves open and chance.

A fit, not a check: that the fitted model has the outbreak's onsets says nothing for it. What was
not fitted (serial intervals, who infected whom within households) can be set beside runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from ..outcomes.fold import simulate
from ..outcomes.run import Run
from ..parameters import Scenario
from ..population.city import Population
from ..tables.columns import missing, need_columns, refuse, say
from ..tables.ids import same_ids
from ..tables.sources import Table, open_table
from ..tables.times import Form, times
from .abc_smc import GENERATIONS, PARTICLES, Priors, abc_smc
from .calibration import posterior_samples
from .errors import AnalysisError

Floats = NDArray[np.float64]
WEEK = 7
DRAWS = 40
LEVEL = 0.9
NOBODY = ""


class Outbreak(NamedTuple):
    """Who fell ill, when, and through whom.

    cases: one line each, by onset: id, day (of onset, the first case's being 0), infector (an id,
    or "" where it is not known or no case). first: the date of day 0, or None for day numbers.
    """

    cases: pd.DataFrame
    first: np.datetime64 | None

    def counts(self, period_days: int = WEEK) -> NDArray[np.int64]:
        """(periods,) onsets in each stretch of so many days from the first onset on."""
        return np.bincount((self.cases["day"] // period_days).astype(int))

    @property
    def pairs(self) -> pd.DataFrame:
        """One line per case whose infector is a case with an onset: infector, infectee, and the
        days between their onsets (the serial interval)."""
        day = self.cases.set_index("id")["day"]
        known = self.cases[self.cases["infector"].isin(day.index)]
        between = known["day"].to_numpy() - day[known["infector"]].to_numpy()
        return pd.DataFrame(
            {
                "infector": known["infector"].to_numpy(),
                "infectee": known["id"].to_numpy(),
                "serial_interval": between,
            }
        )

    @property
    def infected(self) -> pd.Series:
        """How many cases each case infected, by id, as far as infectors are known."""
        found = self.pairs["infector"].value_counts()
        return found.reindex(self.cases["id"], fill_value=0)


def read_outbreak(
    linelist: Table,
    contacts: Table | None = None,
    *,
    id: str = "id",
    onset: str = "onset",
    infector: str | None = None,
    who: tuple[str, str] = ("from", "to"),
    day_first: bool | None = None,
) -> Outbreak:
    """An outbreak out of a line list.

    linelist: a path or a table with a column of ids and one of days of onset (dates or day
    numbers); people without an onset are left out of the cases. infector: its column with the id of
    whoever infected the case, empty where that is not known; or contacts: a table of pairs, with
    the columns `who` (infector, infectee). day_first: whether 02/03/2020 is 2 March.

    A case with several infectors counts as one whose infector is not known, which is said. Raises
    PopulationError for tables that cannot be read, an id given twice, and a case that infects
    itself.
    """
    frame, where = open_table(linelist, "line list", [id, onset])
    need_columns(frame, [id], where)
    wanted = [name for name in (onset, infector) if name]
    need_columns(frame.iloc[:0], wanted, where)
    frame = frame[~missing(frame[onset])]
    if not len(frame):
        raise AnalysisError(f"{where}: nobody has a day in the column {onset!r}")
    found = times(frame, onset, where, Form("day", day_first))
    ids, by = _ids(frame, (id, infector), contacts, (where, who))
    again = pd.Series(ids).duplicated().to_numpy()
    refuse(again, frame, [id], where, "this case is given twice", "give each case one line")
    itself = np.array([one == other for one, other in zip(ids, by, strict=True)])
    refuse(itself, frame, [id], where, "a case infects itself", "leave its infector empty")
    first = np.floor(found.days.min())
    cases = pd.DataFrame({"id": ids, "day": found.days - first, "infector": by})
    cases = cases.sort_values(["day", "id"], kind="stable", ignore_index=True)
    date = np.datetime64("1970-01-01", "D") + np.timedelta64(int(first), "D")
    return Outbreak(cases, date if found.dated else None)


def _ids(
    frame: pd.DataFrame,
    columns: tuple[str, str | None],
    contacts: Table | None,
    called: tuple[str, tuple[str, str]],
) -> tuple[list[str], list[str]]:
    """(ids of the cases, of their infectors or ""), as text."""
    one, infector = columns
    where, who = called
    if contacts is not None:
        pairs, place = open_table(contacts, "contacts", list(who))
        need_columns(pairs, list(who), place)
        all_of = same_ids([(frame[one], frame, where), *((pairs[c], pairs, place) for c in who)])
        ids, source, target = ([str(value) for value in part] for part in all_of)
        known = dict(zip(target, source, strict=True))
        several = pd.DataFrame({"of": target, "by": source}).groupby("of")["by"].nunique()
        several = several[several > 1]
        if len(several):
            say(
                f"{place}: {len(several):,} cases have several infectors, such as "
                f"{several.index[0]}: theirs count as not known"
            )
        known |= dict.fromkeys(several.index, NOBODY)
        return ids, [known.get(case, NOBODY) for case in ids]
    if infector is None:
        (alone,) = same_ids([(frame[one], frame, where)])
        return [str(value) for value in alone], [NOBODY] * len(frame)
    stated = ~missing(frame[infector])
    some = frame[stated]
    named, by = same_ids([(frame[one], frame, where), (some[infector], some, where)])
    each = np.full(len(frame), NOBODY, object)
    each[stated] = [str(value) for value in by]
    return [str(value) for value in named], [str(value) for value in each]


def onsets(run: Run, period_days: int = WEEK) -> Floats:
    """(periods,) people who fell ill in each stretch of days of a run from its first onset on, as
    `Outbreak.counts` has them."""
    history = run.raw.history
    when = history.onset[history.symptomatic & (history.onset < run.raw.days)]
    if not len(when):
        return np.zeros(1)
    return np.bincount(((when - np.floor(when.min())) // period_days).astype(int)).astype(float)


def fit_outbreak(
    scenario: Scenario,
    population: Population,
    outbreak: Outbreak,
    priors: Priors,
    *,
    first: Sequence[Any] | None = None,
    period_days: int = WEEK,
    particles: int = PARTICLES,
    generations: int = GENERATIONS,
    seed: int = 1,
) -> xr.Dataset:
    """Fit parameters of a scenario to the onsets of an outbreak on its own people.

    priors: address (such as "pathogen.hazard_per_day") -> `Prior`. first: the ids of who was ill
    first; default: the scenario's number of random people. The clock of a run begins with its first
    onset too. Returns as `calibrate`: `lz.analysis.calibration.posterior_table` shows it.
    """
    observed = outbreak.counts(period_days).astype(float)
    periods = len(observed)

    def model(values: dict[str, float], run_seed: int) -> Floats:
        run = simulate(scenario.replace(**values), population, run_seed, first=first)
        found = np.zeros(periods)
        counts = onsets(run, period_days)[:periods]
        found[: len(counts)] = counts
        return found

    fitted = abc_smc(
        model, observed, priors, particles=particles, generations=generations, seed=seed
    )
    return fitted.assign_attrs(scenario=scenario.title, people=population.people)


def tracing_would_have(
    scenario: Scenario,
    population: Population,
    posterior: xr.Dataset,
    levels: Sequence[str],
    *,
    first: Sequence[Any] | None = None,
    draws: int = DRAWS,
    seed: int = 1,
) -> pd.DataFrame:
    """Infections with each tracing level and without, with the same parameters and luck.

    levels: names of tracing levels. One line per level ("none" first): infected (mean), averted
    (mean, and low and high: where nine in ten draws lie), days of quarantine and of isolation per
    person, all over `draws` sets of parameters from the posterior, one run each.
    """
    if draws < 2:
        raise AnalysisError(f"draws: at least two are needed; got {draws}")
    sets = posterior_samples(posterior, draws, seed).to_dict("records")
    infected, days = (np.zeros((len(levels) + 1, draws)) for _ in range(2))
    for row, level in enumerate(("none", *levels)):
        for number, values in enumerate(sets):
            named = {str(name): float(value) for name, value in values.items()}
            one = scenario.replace(tracing=level, **named)
            run = simulate(one, population, seed + number, first=first)
            infected[row, number] = len(run.raw.history.person)
            apart = run.curves["quarantined"] + run.curves["isolated"]
            days[row, number] = float(apart.sum())
    averted = infected[0] - infected
    low, high = np.quantile(averted, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
    return pd.DataFrame(
        {
            "infected": infected.mean(axis=1),
            "averted": averted.mean(axis=1),
            "low": low,
            "high": high,
            "days_apart_per_person": days.mean(axis=1) / population.people,
        },
        index=pd.Index(["none", *levels], name="tracing"),
    )
