"""Reported and simulated, Moscow 2020: the table of docs/moscow-2020.md.

python tests/verification/moscow.py [DRAWS]   (needs the data set moscow-2020)
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

import lazaretto as lz

FIRST, WEEKS, FITTED, PEOPLE = "2020-04-08", 21, 7, 100_000
START = (pd.Timestamp(FIRST) - pd.Timestamp("2020-03-15")).days
DRAWS = 32
SHARE = "reported.deaths"


def weekly(daily: np.ndarray) -> np.ndarray:
    return daily.reshape(-1, 7).sum(axis=1)


def reported(what: str) -> np.ndarray:
    """(WEEKS,) per 100,000 people."""
    last = pd.Timestamp(FIRST) + pd.Timedelta(days=7 * WEEKS - 1)
    series = lz.datasets.reported(what, "moscow", FIRST, str(last.date()))
    return weekly(series.to_numpy()) * 1e5 / series.attrs["people"]


def draws(number: int) -> pd.DataFrame:
    """Equally likely draws of the fit, a seed each."""
    table = lz.load_fit("moscow-2020", number)
    return table.assign(seed=range(1, number + 1))


def simulated(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, list[pd.Timestamp]]:
    """Cases and deaths as reported (draws, WEEKS) per 100,000 people, and the day of the peak of
    each run."""
    scenario = lz.load_scenario("moscow-2020").replace(people=PEOPLE, days=START + 7 * WEEKS)
    city = lz.build_population(scenario.population, people=PEOPLE, seed=1)
    cases, deaths, peaks = [], [], []
    for row in table.to_dict("records"):
        seed, share = int(row.pop("seed")), row.pop(SHARE)
        run = lz.simulate(scenario.replace(**row), city, seed)
        daily = run.curves["positive_results"].to_series()
        cases.append(weekly(daily.to_numpy()[START:]))
        deaths.append(share * weekly(run.curves["deaths"].to_numpy()[START:]))
        smooth = daily.rolling(7, center=True).mean()
        peaks.append(pd.Timestamp(run.dates[int(smooth.argmax())]))
    return np.array(cases), np.array(deaths), peaks


def lines(cases: np.ndarray, deaths: np.ndarray, peaks: list[pd.Timestamp]) -> list[str]:
    """The table of what `simulated` gave, a line each."""
    told, died = reported("cases"), reported("deaths")
    middle = sorted(peaks)[len(peaks) // 2]
    out = [f"Peaks {min(peaks).date()} to {max(peaks).date()}, median {middle.date()}."]
    for week in range(WEEKS):
        day = pd.Timestamp(FIRST) + pd.Timedelta(days=7 * week)
        low, high = np.quantile(cases[:, week], [0.05, 0.95])
        less, more = np.quantile(deaths[:, week], [0.05, 0.95])
        out.append(
            f"| {day.day} {day.month_name()} | {told[week]:.0f} | {cases[:, week].mean():.0f} "
            f"({low:.0f} to {high:.0f}) | {cases[:, week].mean() / told[week]:.2f} "
            f"| {died[week]:.1f} | {deaths[:, week].mean():.1f} ({less:.1f} to {more:.1f}) |"
        )
    return out


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS
    print("\n".join(lines(*simulated(draws(number)))))
