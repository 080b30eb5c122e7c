"""Reported and simulated, Moscow 2020: the table of docs/moscow-2020.md.

python tests/verification/moscow.py [SEEDS]   (needs the data set moscow-2020)
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

import lazaretto as lz

FIRST, WEEKS, FITTED, PEOPLE = "2020-04-08", 21, 7, 100_000
SEEDS = 9  # the first that is not run


def weekly(daily: np.ndarray) -> np.ndarray:
    return daily.reshape(-1, 7).sum(axis=1)


def reported(what: str) -> np.ndarray:
    """(WEEKS,) per 100,000 people."""
    last = pd.Timestamp(FIRST) + pd.Timedelta(days=7 * WEEKS - 1)
    series = lz.datasets.reported(what, "moscow", FIRST, str(last.date()))
    return weekly(series.to_numpy()) * 1e5 / series.attrs["people"]


def simulated(seeds: range) -> tuple[np.ndarray, np.ndarray, list[pd.Timestamp]]:
    """Cases and deaths (seeds, WEEKS) per 100,000 people, and the day of the peak of each run."""
    start = (pd.Timestamp(FIRST) - pd.Timestamp("2020-03-15")).days
    scenario = lz.load_scenario("moscow-2020").replace(people=PEOPLE, days=start + 7 * WEEKS)
    city = lz.build_population(scenario.population, people=PEOPLE, seed=1)
    cases, deaths, peaks = [], [], []
    for seed in seeds:
        run = lz.simulate(scenario, city, seed)
        daily = run.curves["positive_results"].to_series()
        cases.append(weekly(daily.to_numpy()[start:]))
        deaths.append(weekly(run.curves["deaths"].to_numpy()[start:]))
        smooth = daily.rolling(7, center=True).mean()
        peaks.append(pd.Timestamp(run.dates[int(smooth.argmax())]))
    return np.array(cases), np.array(deaths), peaks


def lines(seeds: range) -> list[str]:
    """The table, a line each."""
    cases, deaths, peaks = simulated(seeds)
    told, died = reported("cases"), reported("deaths")
    share = died[:FITTED].sum() / deaths[:, :FITTED].mean(axis=0).sum()
    table = [f"Peaks {min(peaks).date()} to {max(peaks).date()}; deaths reported: {share:.2f}."]
    for week in range(WEEKS):
        day = pd.Timestamp(FIRST) + pd.Timedelta(days=7 * week)
        mine = cases[:, week]
        table.append(
            f"| {day.day} {day.month_name()} | {told[week]:.0f} | {mine.mean():.0f} "
            f"({mine.min():.0f} to {mine.max():.0f}) | {mine.mean() / told[week]:.2f} "
            f"| {died[week]:.1f} | {share * deaths[:, week].mean():.1f} |"
        )
    return table


if __name__ == "__main__":
    print("\n".join(lines(range(1, 1 + int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS))))
