"""The page of a `lazaretto run`: its curves over seeds, its panel, and of the first seed what only
a run can show. `run` writes it as run.html; `report` with figures and tables beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import xarray as xr
from plotly.subplots import make_subplots

from .. import figures
from ..analysis.cascade import cascade
from ..analysis.interval import half_width
from ..analysis.race import race
from ..figures.export import write_text
from ..figures.run import run as run_figure
from ..figures.style import INK, ONE, OTHER, TEMPLATE, faint, fill_between, number, words
from ..outcomes.fold import simulate
from ..outcomes.null import matched_null
from ..outcomes.panel import BLOCKS, COMPONENTS
from ..outcomes.run import Run
from ..parameters import Scenario, load_scenario, rows
from ..population.build import POPULATION_SEED, build_population
from .around import around
from .drawn import Drawn
from .page import page, shown, write_files
from .tables import BLOCK_TITLES, interval

SCENARIO, PANEL, CURVES = "scenario.json", "panel.csv", "curves.nc"
NULL = "null"  # attribute of the curves: the scope of the matched null that was run instead
PER, WEEK = 100_000, 7
LOW, HIGH = 0.025, 0.975
SHOWN = {
    "new_infections": "New infections a day (mean of seven days)",
    "positive_results": "Positive results a day (mean of seven days)",
    "isolated": "Cases under an order",
    "quarantined": "Listed contacts under an order",
}
ORDER = ("curves", "run", "case", "cascade", "ladder", "held")  # in which figures are read
ONE_RUN = (
    "One run is one story: with another seed it goes another way. What a policy changes is "
    "told by many seeds, paired (lazaretto sweep)."
)


def is_run(folder: Path) -> bool:
    """Whether a folder holds what `lazaretto run` writes."""
    return all((folder / name).is_file() for name in (SCENARIO, PANEL, CURVES))


def write_run_page(
    path: Path, scenario: Scenario, panel: pd.DataFrame, curves: xr.Dataset, first: Run
) -> Path:
    """Write the page of runs that have just ended; panel: a column a seed, curves: with the dim
    seed, first: the run of the first seed. Raises FigureError where it cannot be written."""
    drawn = _of_seeds(scenario, curves) | _of_first(first)
    return write_text(path, _render(scenario, panel, curves, drawn, alone=False))


def write_run_report(
    folder: Path, out: Path, svg: bool | None = None, pdf: bool | None = None
) -> list[Path]:
    """Write index.html, figures/ and tables/ of a finished run into `out`; returns the files. The
    first seed is run again for what the files do not hold, and shown only if it gives the same."""
    scenario = load_scenario(folder / SCENARIO)
    panel = pd.read_csv(folder / PANEL, index_col=0)
    with xr.open_dataset(folder / CURVES, engine="h5netcdf") as data:
        curves = data.load()
    drawn = _of_seeds(scenario, curves) | _first_again(scenario, panel, curves)
    text = _render(scenario, panel, curves, drawn)
    each = {name: one.figure for name, one in drawn.items()}
    return write_files(out, {"index.html": text}, each, {"panel": panel}, svg, pdf)


def _of_seeds(scenario: Scenario, curves: xr.Dataset) -> dict[str, Drawn]:
    """What is shown of all seeds, and the race."""
    over = "over seeds, " if curves.sizes["seed"] > 1 else ""
    title = "Is a contact reached before it becomes infectious?"
    return {
        "curves": Drawn(_curves(curves, scenario), f"Daily curves {over}per 100,000."),
        "race": Drawn(
            figures.race(race(scenario.pathogen), title),
            "The share of transmissions for which a contact is reached while still latent, by "
            "days.",
        ),
    }


def _curves(curves: xr.Dataset, scenario: Scenario) -> go.Figure:
    """Median and 95 % of seeds of the main daily curves."""
    figure = make_subplots(2, 2, subplot_titles=list(SHOWN.values()), vertical_spacing=0.16)
    for at, name in enumerate(SHOWN):
        values = curves[name] * (PER / float(scenario.people.value))
        if name in ("new_infections", "positive_results"):
            values = values.rolling(day=WEEK, center=True, min_periods=1).mean()
        day, place = curves["day"].values, {"row": at // 2 + 1, "col": at % 2 + 1}
        low, middle, high = (values.quantile(q, "seed").values for q in (LOW, 0.5, HIGH))
        paint = ONE if at < 2 else OTHER
        if values.sizes["seed"] > 1:
            fill_between(figure, day, low, high, faint(paint), showlegend=False, **place)
        figure.add_scatter(
            x=day, y=middle, line=dict(color=paint, width=2.2), showlegend=False, **place
        )
    figure.update_xaxes(title_text="day", row=2)
    figure.update_yaxes(title_text="per 100,000", rangemode="tozero")
    figure.update_annotations(font_size=13, font_color=INK)
    seeds = curves.sizes["seed"]
    title = f"Day by day: median and 95 % of {seeds} seeds" if seeds > 1 else "Day by day"
    return figure.update_layout(template=TEMPLATE, title=title, height=620)


def _first_again(scenario: Scenario, panel: pd.DataFrame, curves: xr.Dataset) -> dict[str, Drawn]:
    """Figures of the run with seed 1, made again; none where it differs from the one written."""
    people = int(scenario.people.value)
    population = build_population(scenario.population, people, POPULATION_SEED)
    run = simulate(scenario, population, 1, keep_lists=True)
    if scope := curves.attrs.get(NULL):
        run = matched_null(run, scope)
    written = float(panel.loc["infections"].iloc[0])
    return _of_first(run) if np.isclose(float(run.panel["infections"]), written) else {}


def _of_first(run: Run) -> dict[str, Drawn]:
    """Figures of one run, those that have something to show."""
    first = run_figure(run).update_layout(title="The first run")
    found = {"run": Drawn(first, "The first run: infections, results, R and the policy.", ONE_RUN)}
    if run.raw.records.confirmed.size and len(run.contacts):
        found["case"] = Drawn(
            figures.case_timeline(run),
            "One case of the first run and the people on its list, day by day.",
        )
    if run.plan.instruments and not run.null:
        found["cascade"] = Drawn(
            figures.cascade(cascade(run)), "From cases found to contacts in quarantine."
        )
    if len(run.sanctions):
        found["ladder"] = Drawn(
            figures.ladder_flow(run), "Who went out, what was done to them, what was overturned."
        )
    held = _held(run)
    if held is not None:
        found["held"] = Drawn(
            figures.stock(held, unit="records"), "Records held at the end of each day by source."
        )
    return found


def _held(run: Run) -> pd.DataFrame | None:
    held = run.records_held
    return held if held.shape[1] and bool((held > 0).any(axis=None)) else None


def _render(
    scenario: Scenario,
    panel: pd.DataFrame,
    curves: xr.Dataset,
    drawn: dict[str, Drawn],
    alone: bool = True,
) -> str:
    """The page; alone: whether each figure stands in a file of its own too."""
    seeds, null = panel.shape[1], curves.attrs.get(NULL)
    stated = [{**row, "file": ""} for row in rows(scenario)]
    return page(
        title=scenario.title,
        description=scenario.description,
        lead=f"{_policy(scenario)} · {int(scenario.people.value):,} people · "
        f"{int(scenario.days.value)} days · {seeds} seed{'s' if seeds > 1 else ''}"
        + (f" · in place of the policy its matched null of the {null}" if null else ""),
        single={
            "answer": sentences(panel),
            "blocks": _blocks(panel),
            "heads": ("Mean", "Lowest", "Highest") if seeds > 1 else ("Value",),
            "figures": {name: shown(name, drawn[name]) for name in ORDER if name in drawn},
        },
        alone=alone,
        situations=[],
        shared={"race": shown("race", drawn["race"])},
        descriptions={},
        around=[(scenario.title, around(scenario))],
        parameters=stated,
        assumed=sum(row["status"] == "assumption" for row in stated),
        confirmed=sum(row["status"] == "confirmed" for row in stated),
        avoidance_is_off=scenario.behaviour.avoidance_is_off,
        replicate="seed",
        provenance={key: curves.attrs.get(key, "") for key in ("package", "parameter_hash")},
        raw=f"The raw numbers are in {CURVES} and {PANEL} of the run's folder.",
        seeds=seeds,
    )


def _policy(scenario: Scenario) -> str:
    """The policy at first in words: settings may have changed what title and description say."""
    named = (scenario.names.get(part) for part in ("tracing", "isolation"))
    return ", ".join(words(name) if name else "a policy of its own" for name in named)


def sentences(panel: pd.DataFrame) -> list[str]:
    """What came out, in plain sentences with intervals over seeds; nothing is compared."""

    def told(*names: str) -> str:
        values = panel.loc[list(names)].to_numpy(float).sum(axis=0)
        half = half_width(values)
        ends = interval(values.mean(), values.mean() - half, values.mean() + half)
        return number(values.mean()) + (f" ({ends})" if ends else "")

    wrong = [f"wrong_{one}" for one in ("warnings", "reports", "fines", "transfers")]
    return [
        f"Of 100,000 people {told('infections')} were infected and {told('deaths')} died.",
        f"People served {told('quarantine_days_served')} days of quarantine and "
        f"{told('isolation_days_served')} of isolation; {told('futile_days')} of these days were "
        "served by people who were not infected during the run.",
        f"{told(*wrong)} sanctions were wrong, and the records of "
        f"{told('uninfected_opened')} uninfected people were opened.",
        "All counts are per 100,000 people; in brackets: 95 % intervals of the mean over seeds. A "
        "single scenario is compared with nothing; a sweep compares policies.",
    ]


def _blocks(panel: pd.DataFrame) -> list[dict[str, Any]]:
    blocks = []
    for block in BLOCKS:
        lines = []
        for name in (n for n in panel.index if n in COMPONENTS and COMPONENTS[n].block == block):
            values = panel.loc[name].to_numpy(float)
            if np.isnan(values).all():
                continue
            part = COMPONENTS[name]
            told = (values.mean(), values.min(), values.max()) if values.size > 1 else values
            ends = [number(one) for one in told]
            lines.append((part.label, part.unit, part.definition, ends))
        blocks.append({"title": BLOCK_TITLES[block], "lines": lines})
    return blocks
