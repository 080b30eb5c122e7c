"""Reported and simulated, Moscow and St Petersburg 2020: the tables of docs/moscow-2020.md and
docs/st-petersburg-2020.md.

python tests/verification/moscow.py [moscow | st-petersburg [DRAWS]]   (needs the data set
moscow-2020)
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np
import pandas as pd

import lazaretto as lz
from lazaretto.analysis.fits import day_of, under

PEOPLE, DRAWS = 100_000, 32
SHARE = "reported.deaths"


class City(NamedTuple):
    """A city, the first week of its fit, how many weeks were fitted, and how many there are."""

    name: str
    first: str
    fitted: int
    weeks: int


CITIES = {
    "moscow": City("moscow", "2020-04-08", 7, 21),
    "st-petersburg": City("st-petersburg", "2020-04-15", 6, 20),
}


def weekly(daily: np.ndarray) -> np.ndarray:
    return daily.reshape(-1, 7).sum(axis=1)


def reported(city: City, what: str) -> np.ndarray:
    """(weeks,) per 100,000 people."""
    last = pd.Timestamp(city.first) + pd.Timedelta(days=7 * city.weeks - 1)
    series = lz.datasets.reported(what, city.name, city.first, str(last.date()))
    return weekly(series.to_numpy()) * 1e5 / series.attrs["people"]


def simulated(
    city: City, number: int = DRAWS, name: str | None = None
) -> tuple[np.ndarray, np.ndarray, list[pd.Timestamp]]:
    """Cases and deaths as reported (draws, weeks) per 100,000 people, and the day of the peak of
    each run: equally likely draws of the fit, a seed each. name: of another scenario than the
    city's."""
    scenario = lz.load_scenario(name or f"{city.name}-2020").replace(people=PEOPLE)
    start = day_of(scenario, city.first)
    scenario = scenario.replace(days=start + 7 * city.weeks)
    place = lz.build_population(scenario.population, people=PEOPLE, seed=1)
    cases, deaths, peaks = [], [], []
    for seed, row in enumerate(lz.load_fit(f"{city.name}-2020", number).to_dict("records"), 1):
        run = lz.simulate(under(scenario, row), place, seed)
        daily = run.curves["positive_results"].to_series()
        cases.append(weekly(daily.to_numpy()[start:]))
        deaths.append(row[SHARE] * weekly(run.curves["deaths"].to_numpy()[start:]))
        smooth = daily.rolling(7, center=True).mean()
        peaks.append(pd.Timestamp(run.dates[int(smooth.argmax())]))
    return np.array(cases), np.array(deaths), peaks


def lines(
    city: City, cases: np.ndarray, deaths: np.ndarray, peaks: list[pd.Timestamp]
) -> list[str]:
    """The table of what `simulated` gave, a line each."""
    told, died = reported(city, "cases"), reported(city, "deaths")
    middle = sorted(peaks)[len(peaks) // 2]
    out = [f"Peaks {min(peaks).date()} to {max(peaks).date()}, median {middle.date()}."]
    for week in range(city.weeks):
        day = pd.Timestamp(city.first) + pd.Timedelta(days=7 * week)
        low, high = np.quantile(cases[:, week], [0.05, 0.95])
        less, more = np.quantile(deaths[:, week], [0.05, 0.95])
        out.append(
            f"| {day.day} {day.month_name()} | {told[week]:.0f} | {cases[:, week].mean():.0f} "
            f"({low:.0f} to {high:.0f}) | {cases[:, week].mean() / told[week]:.2f} "
            f"| {died[week]:.1f} | {deaths[:, week].mean():.1f} ({less:.1f} to {more:.1f}) |"
        )
    return out


if __name__ == "__main__":
    chosen = CITIES[sys.argv[1] if len(sys.argv) > 1 else "moscow"]
    number = int(sys.argv[2]) if len(sys.argv) > 2 else DRAWS
    print("\n".join(lines(chosen, *simulated(chosen, number))))
