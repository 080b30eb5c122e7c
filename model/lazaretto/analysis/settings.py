"""Published settings: what programmes reported, beside the scenarios that re-create them.

`params/settings.csv` holds the figures, by scenario; `MEASURES` what a figure is in a run. A single
published number without an interval has a range of a fifth around it. R is set by fewer contacts
outside the home; people, contacts and pathogen are those of the scenario `summer-2020`, and only
the programmes differ, with Shenzhen's closing. Positive means: a positive result within 14 days
after being listed, people with one before it not counted.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from ..instruments.bluetooth_app import BluetoothApp
from ..mechanisms.counters import CONTESTS
from ..mechanisms.illness.components import mean_infected
from ..outcomes.fold import simulate
from ..outcomes.run import Run
from ..parameters import Scenario, load_scenario
from ..parameters.files import SOURCES, bibliography, cite
from ..parameters.library import check, params_folder
from ..population.build import build_population
from ..population.city import Population
from ..sweeps.seeds import each_seed, seeds_of
from ..values.errors import suggestion
from ..values.numbers import Stated
from ..world.codes import LISTED
from .errors import AnalysisError
from .ratios import ratio_of_means

FILE = "settings.csv"
OF_PUBLISHED = ("unit", "source", "note")  # columns, beside published, low and high
WITHIN = 14.0  # days after being listed in which a result counts
FROM = 14.0  # days of the run before which nothing is measured: lists of first cases are short
AFTER = 21.0  # and at the end, so that those infected have had their time to infect
SEEDS = 20


class Published(Stated):
    """What was reported: value, range in which a model agrees, unit, source."""

    value: float
    range: tuple[float, float]
    unit: str
    source: str
    status: str
    note: str = ""


class Figure(Stated):
    """One figure of a setting; without a measure the model cannot say it, and `why` tells the
    reason. role "fit": a parameter of the setting was set to it, and `why` says which."""

    title: str
    measure: str = ""
    of: str = ""
    among: Literal["", "household", "others"] = ""
    role: Literal["fit", "check"]
    published: Published
    why: str = ""


def figures() -> dict[str, dict[str, Figure]]:
    """All figures, by scenario and name. Raises ParameterError for one that cannot be read, and
    AnalysisError for one without a measure or a reason."""
    folder = params_folder()
    known = bibliography(folder / SOURCES)
    found: dict[str, dict[str, Figure]] = {}
    with (folder / FILE).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            setting, name = row.pop("setting"), row.pop("figure")
            where = f"{FILE}: {setting}.{name}"
            published: dict[str, Any] = {key: row.pop(key) for key in OF_PUBLISHED}
            published["value"] = row.pop("published")
            published["range"] = (row.pop("low"), row.pop("high"))
            stated = {**row, "published": published}
            figure = check(Figure, cite(stated, known, where), where)
            if figure.measure and figure.measure not in MEASURES:
                raise AnalysisError(
                    f"{where}: there is no measure {figure.measure!r}."
                    f"{suggestion(figure.measure, MEASURES)}"
                )
            if not figure.why and (not figure.measure or figure.role == "fit"):
                raise AnalysisError(
                    f"{where}: why is missing: what a fit set, or what the model cannot say"
                )
            found.setdefault(setting, {})[name] = figure
    return found


@dataclass(frozen=True)
class Lived:
    """A setting with one seed: its run, and the same people with the same luck without tracing or
    without one instrument."""

    scenario: Scenario
    population: Population
    seed: int

    @cached_property
    def run(self) -> Run:
        """The setting itself, with lists."""
        return simulate(self.scenario, self.population, self.seed, keep_lists=True)

    @cached_property
    def positive(self) -> pd.Series:
        """Day of the positive result, by person."""
        records = self.run.raw.records
        days = pd.Series(records.confirmed, records.person)
        return days[days < self.run.raw.days]

    def without(self, instrument: str) -> Run:
        """The same without that instrument; "" without any."""
        level = self.scenario.tracing
        kept = tuple(one for one in level.instruments if instrument not in ("", one.type))
        changed = level.model_copy(update={"instruments": kept})
        return simulate(self.scenario.replace(tracing=changed), self.population, self.seed)

    def lists(self, figure: Figure) -> pd.DataFrame:
        """Entries of lists of the figure's instrument and of those that it is about: person, day,
        at_home (lives with the case), after (days from the entry to a positive result)."""
        table = self.run.lists
        table = table.loc[table["instrument"] == figure.of, ["index_case", "person", "day"]].copy()
        home = np.asarray(self.population.city.household)
        table["at_home"] = home[table["person"]] == home[table["index_case"]]
        table["after"] = self.positive.reindex(table["person"]).to_numpy() - table["day"]
        if not figure.among:
            return table
        return table[table["at_home"] == (figure.among == "household")]

    def listed_before(self, figure: Figure) -> pd.DataFrame:
        """Cases with a result from FROM on: positive (day), first (day on a list of the figure's
        instrument, nan for none), found (listed within 14 days before the result)."""
        days = self.positive[self.positive >= FROM]
        first = self.lists(figure).groupby("person")["day"].min().reindex(days.index)
        before = days - first
        found = (before > 0) & (before <= WITHIN)
        return pd.DataFrame({"positive": days, "first": first.where(found), "found": found})


# above and below of a ratio, of one seed; a mean is (value, 1)
Part = tuple[float, float]


def positive(lived: Lived, figure: Figure) -> Part:
    """Share of entries whose person has a positive result within 14 days; entries of the last 14
    days of the run are left out."""
    table = lived.lists(figure)
    table = table[(table["day"] < lived.run.raw.days - WITHIN) & ~(table["after"] <= 0)]
    return float((table["after"] <= WITHIN).sum()), float(len(table))


def share_at_home(lived: Lived, figure: Figure) -> Part:
    """Share of entries who live with the case."""
    table = lived.lists(figure)
    return float(table["at_home"].sum()), float(len(table))


def listed_per_case(lived: Lived, figure: Figure) -> Part:
    """Entries per case that the instrument asked."""
    counts = lived.run.instruments.loc[figure.of]
    return float(counts["listed"]), float(counts["cases"])


def share_of_cases(lived: Lived, figure: Figure) -> Part:
    """Share of positive results whose person was listed within 14 days before."""
    found = lived.listed_before(figure)["found"]
    return float(found.sum()), float(len(found))


def reproduction(run: Run) -> float:
    """People whom a case infects, over all infected from FROM on to AFTER before the end."""
    return mean_infected(run.raw.history, FROM, run.raw.days - AFTER)


def reduction_of_r(lived: Lived, figure: Figure) -> Part:
    """By how much R is lower than without tracing, tests and isolation of cases as they are."""
    bare = reproduction(lived.without(figure.of))
    return bare - reproduction(lived.run), bare


def averted_per_point(lived: Lived, figure: Figure) -> Part:
    """Per cent of infections averted by the app, per point of its uptake among all people."""
    apps = [one for one in lived.scenario.tracing.instruments if isinstance(one, BluetoothApp)]
    uptake = np.asarray(apps[0].uptake_by_age.value, float)
    decade = np.minimum(np.asarray(lived.population.city.age) // 10, len(uptake) - 1)
    points = 100.0 * float(uptake[decade].mean())
    bare, here = (len(r.raw.history.time) for r in (lived.without(figure.of), lived.run))
    return 100.0 * (bare - here), points * bare


def _days_to_isolation(lived: Lived, figure: Figure) -> tuple[float, float]:
    """Mean days from onset to the first order, of cases found by symptoms and as contacts; 0 for
    whoever was under an order by then."""
    h, cases = lived.run.raw.history, lived.listed_before(figure)
    onset = pd.Series(h.onset, h.person)[h.symptomatic].reindex(cases.index)
    days = (cases["first"].fillna(cases["positive"]) - onset).clip(lower=0.0)
    has = onset.notna()
    found = cases["found"]
    return float(days[has & ~found].mean()), float(days[has & found].mean())


def onset_to_isolation(lived: Lived, figure: Figure) -> Part:
    """Days from onset to isolation, of cases that their own symptoms led to."""
    return _days_to_isolation(lived, figure)[0], 1.0


def earlier_as_contact(lived: Lived, figure: Figure) -> Part:
    """By how many days cases found as contacts were isolated earlier after onset."""
    by_symptoms, as_contact = _days_to_isolation(lived, figure)
    return by_symptoms - as_contact, 1.0


def contested(lived: Lived, figure: Figure) -> Part:
    """Of people whom lists put under quarantine, those who contest that."""
    records, panel = lived.run.raw.records, lived.run.raw.tally.daily
    listed = (records.order_pathway >= LISTED) & (records.order_start >= FROM)
    return float(panel[CONTESTS, int(FROM) :].sum()), float(listed.sum())


MEASURES: dict[str, Callable[[Lived, Figure], Part]] = {
    measure.__name__: measure
    for measure in (
        positive,
        share_at_home,
        listed_per_case,
        share_of_cases,
        reduction_of_r,
        averted_per_point,
        onset_to_isolation,
        earlier_as_contact,
        contested,
    )
}


def settings(
    names: Iterable[str] | str | None = None,
    *,
    seeds: Iterable[int] | int = SEEDS,
    people: int | None = None,
    threads: int | None = None,
) -> pd.DataFrame:
    """Published settings beside the model: one row per figure, index (setting, figure).

    names: settings (default: all). seeds: 1 to so many, or those given. people: in place of the
    scenarios' own number. Columns: title, unit, published, low, high (where a model agrees), model
    with model_low and model_high (a ratio of means over the seeds, 95 % interval), role ("fit" or
    "check"), inside ("yes"; "no" where the whole interval lies outside, else "unclear"; "not
    expressed"), why, source, note. Raises AnalysisError for a scenario without published figures.
    """
    known = figures()
    chosen = list(known) if names is None else [names] if isinstance(names, str) else list(names)
    for name in chosen:
        if name not in known:
            raise AnalysisError(
                f"no figures of {name!r} are in {FILE}; settings with figures: {', '.join(known)}"
            )
    rows = {}
    for name in chosen:
        scenario = load_scenario(name)
        size = int(scenario.people.value) if people is None else people
        population = build_population(scenario.population, people=size, seed=1)
        asked = {key: one for key, one in known[name].items() if one.measure}

        def measure(
            seed: int,
            scenario: Scenario = scenario,
            population: Population = population,
            asked: dict[str, Figure] = asked,
        ) -> list[Part]:
            lived = Lived(scenario, population, seed)
            return [MEASURES[one.measure](lived, one) for one in asked.values()]

        parts = np.array(list(each_seed(measure, seeds_of(seeds), threads)), float)
        found = {key: _ratio(parts[:, at]) for at, key in enumerate(asked)}
        for key, one in known[name].items():
            rows[name, key] = _row(one, found.get(key))
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(table.index, names=["setting", "figure"])
    return table


def _ratio(parts: NDArray[np.float64]) -> tuple[float, float, float]:
    """Ratio of the means over seeds with its interval. parts: (seeds, 2)."""
    above, below = (xr.DataArray(column, dims="seed") for column in parts.T)
    found = ratio_of_means(above, below)
    return float(found["mean"]), float(found["low"]), float(found["high"])


def _row(figure: Figure, found: tuple[float, float, float] | None) -> dict[str, Any]:
    low, high = figure.published.range
    mean, least, most = found or (np.nan, np.nan, np.nan)
    apart = least > high or most < low  # nan ends, of one seed, say nothing
    inside = "yes" if low <= mean <= high else "no" if apart else "unclear"
    return {
        "title": figure.title,
        "unit": figure.published.unit,
        "published": figure.published.value,
        "low": low,
        "high": high,
        "model": mean,
        "model_low": least,
        "model_high": most,
        "role": figure.role,
        "inside": inside if found is not None else "not expressed",
        "why": figure.why,
        "source": figure.published.source,
        "note": figure.published.note,
    }


def in_words(table: pd.DataFrame) -> list[list[str]]:
    """Title, published, model, role and verdict of each row, as people read them."""
    lines = []
    for row in table.to_dict("records"):
        published = f"{_number(row, 'published')} ({_number(row, 'low')} to {_number(row, 'high')})"
        ends = f" ({_number(row, 'model_low')} to {_number(row, 'model_high')})"
        model = "-" if np.isnan(row["model"]) else _number(row, "model")
        if np.isfinite(row["model_low"]):
            model += ends
        unit = {"fraction": "", "person": "", "day": ", days"}.get(row["unit"], f", {row['unit']}")
        lines.append([row["title"] + unit, published, model, row["role"], row["inside"]])
    return lines


def _number(row: dict[str, Any], column: str) -> str:
    return f"{row[column]:.3f}" if row["unit"] == "fraction" else f"{row[column]:.2f}"


def as_markdown(table: pd.DataFrame) -> list[str]:
    """The table of docs/settings.md: a section for each setting, then how many figures are met."""
    out: list[str] = []
    for setting, its in table.groupby(level=0, sort=False):
        scenario = load_scenario(str(setting))
        out += [f"### {scenario.title}", "", f"`{setting}`: {scenario.description}", ""]
        out += ["| figure | published (range) | model (95 %) | role | inside | source; remarks |"]
        out += ["|---|---|---|---|---|---|"]
        for line, row in zip(in_words(its), its.to_dict("records")):
            remarks = "; ".join(row[part] for part in ("source", "note", "why") if row[part])
            out.append(f"| {' | '.join(line)} | {remarks} |")
        out.append("")
    counts = pd.crosstab(table["role"], table["inside"])
    told = []
    for role, plural in (("check", "checks"), ("fit", "fits")):
        row = counts.loc[role] if role in counts.index else pd.Series(dtype=int)
        told.append(f"{row.get('yes', 0)} of {int(row.sum())} {plural}")
    out.append(f"Inside the published range: {' and '.join(told)}.")
    return out
