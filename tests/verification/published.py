"""Published tables with large samples, as Markdown: `python tests/verification/published.py TABLE
[runs]`, where TABLE is ashcroft, ferretti, kretzschmar, kucharski or hellewell.

Too slow for the quick suite (2 to 60 minutes each); last results in docs/verification/published.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from lazaretto.analysis.published import (
    ashcroft2021,
    ferretti2020,
    hellewell2020,
    kretzschmar2020,
    kucharski2020,
)
from lazaretto.analysis.theory import control

TABLES = Path(__file__).resolve().parents[1] / "published"


def ashcroft(number: int = 40_000) -> pd.DataFrame:
    lines = []
    for row in pd.read_csv(TABLES / "ashcroft2021_quarantine_efficacy.csv").itertuples():
        test = None if np.isnan(row.t_test) else row.t_test
        p = ashcroft2021.Protocol(row.t_enter_days_after_exposure, min(200.0, row.t_release), test)
        share, error = ashcroft2021.prevented(p, number)
        off = 100 * share - row.percent_transmission_prevented
        lines.append(
            [*p, row.percent_transmission_prevented, 100 * share, 100 * error, off, abs(off) < 0.3]
        )
    return pd.DataFrame(
        lines,
        columns=[
            "enter",
            "release",
            "test",
            "published %",
            "engine %",
            "SE",
            "difference",
            "in band",
        ],
    )


def ferretti(runs: int = 12) -> pd.DataFrame:
    lines = []
    for row in pd.read_csv(TABLES / "ferretti2020_symmetric_threshold.csv").itertuples():
        stated = row.symmetric_threshold_efficacy_epsI_eq_epsT
        if np.isnan(stated) or stated > 0.95:
            continue
        t = ferretti2020.timing(row.delay_h)
        single = control.symmetric_threshold(
            row.R0, t, ferretti2020.TRACEABLE, of=control.individual
        )
        low, high = (
            ferretti2020.reproduction_number(row.R0, row.delay_h, stated + s, stated + s, runs)
            for s in (-0.05, 0.05)
        )
        lines.append([row.R0, row.delay_h, stated, single, *low, *high, low[0] > 1 > high[0]])
    columns = [
        "R0",
        "delay h",
        "published",
        "individuals",
        "R 0.05 below",
        "SE",
        "R 0.05 above",
        "SE",
        "in band",
    ]
    return pd.DataFrame(lines, columns=columns)


def kretzschmar(number: int = 60_000) -> pd.DataFrame:
    lines = []
    whole = float(kretzschmar2020.by_day().sum())
    for testing in range(8):
        for tracing in (3, 2, 1, 0):
            p = kretzschmar2020.Programme(testing, tracing, 0.8)
            alone, alone_error, traced, traced_error = kretzschmar2020.in_engine(p, number)
            stated, described = kretzschmar2020.published(p), kretzschmar2020.consistent(p)
            prevented = [
                100 * (1 - x)
                for x in (stated[0] / whole, alone, stated[1] / whole, described[1] / whole, traced)
            ]
            lines.append(
                [
                    testing,
                    tracing,
                    *prevented[:2],
                    100 * alone_error,
                    *prevented[2:],
                    100 * traced_error,
                ]
            )
    columns = [
        "D1",
        "D2",
        "alone, published %",
        "engine %",
        "SE",
        "traced, published %",
        "as described %",
        "engine %",
        "SE",
    ]
    return pd.DataFrame(lines, columns=columns)


def kucharski(number: int = 20_000) -> pd.DataFrame:
    lines = []
    table = pd.read_csv(TABLES / "kucharski2020_table_and_reimplementation.csv").set_index(
        "scenario"
    )
    for name, programme in kucharski2020.PROGRAMMES.items():
        row = table.loc[name]
        stated, fixed = row["published_reduction_pct"], row["reimpl_bugfixed_reduction_pct"]
        found, error = kucharski2020.reduction(programme, number)
        lines.append([name, stated, fixed, found, error, abs(found - fixed) < 2])
    return pd.DataFrame(
        lines, columns=["programme", "published %", "bugs fixed %", "engine %", "SE", "in band"]
    )


def hellewell(runs: int = 2000) -> pd.DataFrame:
    lines = []
    table = pd.read_csv(TABLES / "hellewell2020_p_control.csv")
    for row in table.itertuples():
        found, error = hellewell2020.controlled(
            row.R0, row.contacts_traced, row.presymptomatic_share, runs
        )
        stated = row.P_control_reimpl_corrected_delay
        both = float(np.hypot(error, row.se_corrected))
        lines.append(
            [
                row.R0,
                row.presymptomatic_share,
                row.contacts_traced,
                stated,
                found,
                both,
                found - stated,
                abs(found - stated) < max(0.04, 3 * both),
            ]
        )
        print(*lines[-1], flush=True)
    return pd.DataFrame(
        lines,
        columns=[
            "R0",
            "before onset",
            "traced",
            "corrected",
            "engine",
            "SE of both",
            "difference",
            "in band",
        ],
    )


if __name__ == "__main__":
    works = (ashcroft, ferretti, kretzschmar, kucharski, hellewell)
    work = {each.__name__: each for each in works}[sys.argv[1]]
    found = work(*(int(n) for n in sys.argv[2:3]))
    print("| " + " | ".join(found.columns) + " |\n|" + "---|" * len(found.columns))
    for line in found.itertuples(index=False):
        print(
            "| " + " | ".join(f"{x:.4g}" if isinstance(x, float) else str(x) for x in line) + " |"
        )
