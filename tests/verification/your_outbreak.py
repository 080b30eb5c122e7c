"""The tables of docs/your-outbreak.md, from the line lists of Hagelloch 1861 and MERS Korea 2015.

    python tests/verification/your_outbreak.py

writes them anew where LAZARETTO_DATA holds the line lists (half a minute).
"""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd

import lazaretto as lz
from lazaretto.analysis.calibration import posterior_table
from lazaretto.analysis.outbreak import Outbreak
from lazaretto.analysis.published import outbreaks
from lazaretto.values.prior import Prior

PAGE = Path(__file__).resolve().parents[2] / "docs" / "your-outbreak.md"
BEGIN, END = "<!-- generated: {} -->", "<!-- end -->"
FIRST = ["184"]  # the earliest child who is known to have infected others
PRIORS = {
    "pathogen.hazard_per_day": Prior(family="uniform", parameters={"low": 0.01, "high": 0.6}),
    "pathogen.layer_hazard.group": Prior(family="uniform", parameters={"low": 0.05, "high": 3.0}),
}
LEVELS = ["household", "interview"]


def line_lists() -> str:
    """What the two line lists say."""
    rows = []
    for name, one in (("Hagelloch 1861", outbreaks.hagelloch()), ("Korea 2015", outbreaks.korea())):
        rows.append([name, *describe(one)])
    head = ["outbreak", "cases with an onset", "known pairs", "serial interval, days (SD)"]
    return as_table([*head, "most infected by one", "in the same household, class"], rows)


def describe(one: Outbreak) -> list[str]:
    serial = one.pairs["serial_interval"]
    shares = "not known"
    if len(one.cases) == 188:
        shared = outbreaks.within(one, outbreaks.children())
        shares = f"{shared['household']:.0%}, {shared['group']:.0%}"
    return [
        f"{len(one.cases)}",
        f"{len(one.pairs)}",
        f"{serial.mean():.1f} ({serial.std():.1f})",
        f"{one.infected.max()}",
        shares,
    ]


def fitted(particles: int = 60, generations: int = 4) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(what is fitted to Hagelloch, what tracing would have done)."""
    scenario, people = outbreaks.measles_of_1861(), outbreaks.village()
    fit = lz.fit_outbreak(
        scenario,
        people,
        outbreaks.hagelloch(),
        PRIORS,
        first=FIRST,
        particles=particles,
        generations=generations,
    )
    done = lz.tracing_would_have(scenario, people, fit, LEVELS, first=FIRST)
    return posterior_table(fit), done


def as_table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def fit_tables() -> tuple[str, str]:
    posterior, done = fitted()
    columns = ["median", "low", "high", "prior_low", "prior_high"]
    fits = [
        [f"`{name}`", *(f"{line[c]:.2f}" for c in columns), f"{line['narrowed']:.0%}"]
        for name, line in posterior.iterrows()
    ]
    head = ["parameter", "median", "low", "high", "prior from", "to", "narrowed by"]
    averted = [
        [
            str(level),
            f"{line['infected']:.0f}",
            f"{line['averted']:.0f}",
            f"{line['low']:.0f} to {line['high']:.0f}",
            f"{line['days_apart_per_person']:.1f}",
        ]
        for level, line in done.iterrows()
    ]
    of_tracing = ["tracing", "infected", "averted", "nine in ten draws", "days apart per person"]
    return as_table(head, fits), as_table(of_tracing, averted)


def replaced(text: str, name: str, table: str) -> str:
    begin = BEGIN.format(name)
    before, _, rest = text.partition(begin)
    after = rest.partition(END)[2]
    assert rest and after, f"{PAGE.name} has no place for {name!r}"
    return f"{before}{begin}\n{table}\n{END}{after}"


def written(text: str, name: str) -> list[list[str]]:
    """The rows of a table of the page, without its head."""
    inside = text.partition(BEGIN.format(name))[2].partition(END)[0]
    rows = [line for line in inside.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows[2:]]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    page = PAGE.read_text()
    of_fit, of_tracing = fit_tables()
    for name, table in (("line lists", line_lists()), ("fit", of_fit), ("tracing", of_tracing)):
        page = replaced(page, name, table)
    PAGE.write_text(page)
