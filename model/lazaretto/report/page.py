"""One self-contained HTML page from the results of any sweep, and beside it figures and tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import numpy as np
import plotly.graph_objects as go
import plotly.offline
import xarray as xr
from markupsafe import Markup, escape

from ..analysis.compare import axes_of, baseline_of, seeds_gain
from ..analysis.errors import AnalysisError
from ..analysis.race import race
from ..analysis.ratios import RATIOS
from ..figures import race as race_figure
from ..figures.export import CONFIG, FigureError, save_all
from ..figures.naming import plain_parameter, policy_words
from ..figures.style import number, words
from ..parameters import Scenario, Sweep
from ..parameters.sweep import SCENARIO
from ..tables.spreadsheets import for_spreadsheets
from ..values.own_files import NotOurs, claim, remember
from . import tables
from .answer import answer_of, references
from .around import around
from .assumptions import Rests, turned, what_it_rests_on
from .drawn import Drawn, drawn_of
from .examples import examples
from .pdf import write_pdf
from .shapes import Shape, design_of, is_policy_grid, shapes

MANAGED = "managed"  # of several situations the one that single runs are shown of


class ReportError(OSError):
    """A report that cannot be written; the text says why."""


class Part(NamedTuple):
    """One situation: its name for addresses, its scenario, its shape, figures by name, and the
    tables as CSV."""

    name: str
    scenario: Scenario
    shape: Shape
    drawn: dict[str, Drawn]
    csv: dict[str, Any]
    rests: Rests | None


def write_report(
    results: xr.Dataset,
    out: Path,
    svg: bool | None = None,
    assumptions: xr.Dataset | None = None,
    pdf: bool | None = None,
) -> list[Path]:
    """Write index.html, figures/*.html (and *.svg and report.pdf where a Chrome is found) and
    tables/*.csv into `out`; returns the files.

    svg: True demands SVG files, False leaves them out, None makes them where it can; pdf: the same
    of report.pdf, default as svg. assumptions: results of a sampled sweep, for what the ranking
    rests on. Raises AnalysisError where they are not.
    """
    rests = what_it_rests_on(assumptions) if assumptions is not None else None
    design = design_of(results)
    parts = parts_of(results, design)
    shared = _shared(design, parts)
    figures = _all_figures(parts, shared, rests)
    written = {
        f"{_prefix(parts, part)}{name}": table for part in parts for name, table in part.csv.items()
    }
    if rests is not None:
        written["flips"] = rests.table
    pages = {"index.html": render(results, design, parts, shared, rests)}
    return write_files(out, pages, figures, written, svg, pdf)


def write_files(
    out: Path,
    pages: dict[str, str],
    figures: dict[str, go.Figure],
    csv: dict[str, Any],
    svg: bool | None,
    pdf: bool | None,
) -> list[Path]:
    """Write a report's files; the page is the first of those returned. Raises ReportError, and
    NotOurs where a file that is in the way was not written here."""
    drawn = [f"figures/{name}.{ending}" for name in figures for ending in ("html", "svg")]
    files: list[Path] = []
    try:
        claim(out, [*pages, *drawn, *(f"tables/{name}.csv" for name in csv), "report.pdf"])
        for folder in ("figures", "tables"):
            (out / folder).mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (out / name).write_text(text, encoding="utf-8")
            files.append(out / name)
        for name, figure in figures.items():
            file = out / "figures" / f"{name}.html"
            figure.write_html(file, include_plotlyjs="directory", config=CONFIG, full_html=True)
            files.append(file)
        for name, table in csv.items():
            file = out / "tables" / f"{name}.csv"
            for_spreadsheets(table).to_csv(file)
            files.append(file)
    except NotOurs:
        raise
    except OSError as problem:
        raise ReportError(
            f"{out}: the report cannot be written: {problem.strerror or problem}"
        ) from problem
    files += write_svg(figures, out / "figures", svg)
    files += write_pdf(files[0], out / "report.pdf", svg if pdf is None else pdf)
    return remember(out, files)


def write_svg(drawn: dict[str, go.Figure], folder: Path, wanted: bool | None) -> list[Path]:
    """SVG files for a paper; they need the package kaleido and an installed Chrome or Chromium."""
    if wanted is False:
        return []
    try:
        return save_all(list(drawn.values()), [folder / f"{name}.svg" for name in drawn])
    except FigureError as problem:
        if wanted:
            raise ReportError(str(problem)) from problem
        return []


def parts_of(results: xr.Dataset, design: Sweep) -> list[Part]:
    """The situations of the results, each with its figures and tables."""
    names = [str(name) for name in design.axes.get(SCENARIO, ("",))]
    found = []
    for name, one in zip(names, shapes(results), strict=True):
        scenario = design.scenario_of({SCENARIO: name}) if name else design.scenario_of({})
        found.append(
            Part(name, scenario, one, drawn_of(one), tables.csv_tables(one.data), _rests_of(one))
        )
    return found


def _rests_of(one: Shape) -> Rests | None:
    """What rankings rest on, where the results are sampled."""
    if one.samples is None:
        return None
    try:
        if one.replicate != "draw":
            return what_it_rests_on(one.samples)
        if is_policy_grid(one.data):
            return turned(one.data, *references(one.data))
    except AnalysisError:  # too few samples, or runs that failed: nothing can be said of rankings
        return None
    return None


def _of_runs(parts: list[Part]) -> Part:
    """The situation that single runs are shown of."""
    return next((one for one in parts if one.name == MANAGED), parts[0])


def _shared(design: Sweep, parts: list[Part]) -> dict[str, Drawn]:
    """Figures that are not of one situation alone: single runs, and the race."""
    part = _of_runs(parts)
    found: dict[str, Drawn] = {}
    if is_policy_grid(part.shape.data):
        levels, regimes = (
            [str(one) for one in part.shape.data[axis].values] for axis in ("tracing", "isolation")
        )
        made = examples(part.shape.data, part.scenario, levels, regimes)
        found |= {name: Drawn(figure, ALTS[name]) for name, figure in made.items()}
    title = "Is a contact reached before it becomes infectious?"
    found["race"] = Drawn(race_figure(race(design.scenario.pathogen), title), ALTS["race"])
    return found


ALTS = {
    "cascade": "For each instrument the steps from cases found to orders, per 100 cases found, "
    "with the share of each step that is left.",
    "ladder": "A flow of people under an order: who went out, what was done to them, and what was "
    "overturned on appeal; sanctions of those who stayed at home are the wrong ones.",
    "burden": "Futile days per 1,000 people by age, household size and contacts.",
    "held": "Records held at the end of each day by tracing level, on a logarithmic scale, in the "
    "run and the year after it.",
    "outbreak-without": "A small town person by person, day by day, without tracing: colour tells "
    "the state of each person, lines tell who infected whom.",
    "outbreak-with": "The same town with the same luck, with tracing.",
    "race": "The share of transmissions for which a contact is reached while still latent, by days "
    "from the onset of symptoms until the contact hears of it.",
}


def _prefix(parts: list[Part], part: Part) -> str:
    """What stands before the names of a situation's files and figures, where there are several."""
    return f"{part.name}-" if len(parts) > 1 else ""


def _all_figures(
    parts: list[Part], shared: dict[str, Drawn], rests: Rests | None
) -> dict[str, go.Figure]:
    found = {
        f"{_prefix(parts, part)}{name}": one.figure
        for part in parts
        for name, one in part.drawn.items()
    }
    found |= {name: one.figure for name, one in shared.items()}
    for part in parts:
        if part.rests is not None:
            found |= {
                f"{_prefix(parts, part)}{name}": figure
                for name, figure in part.rests.figures.items()
            }
    return found | (rests.figures if rests is not None else {})


class Shown(NamedTuple):
    """A figure on the page: its id, its data, what it shows in words, and what to read from it."""

    id: str
    data: str
    alt: str
    note: str
    height: int


def shown(name: str, one: Drawn) -> Shown:
    """A figure as the page takes it: drawn when it comes into view."""
    data = str(one.figure.to_json()).replace("</", "<\\/")
    return Shown(name, data, one.alt, one.note, int(one.figure.layout.height or 500))


def shown_rests(prefix: str, rests: Rests) -> list[Shown]:
    """The figures of what rankings rest on."""
    alts = {
        "band": "Median and band of infections and futile days by policy over what was varied.",
        "flips": "The chance that one policy does better than another along an assumption.",
        "tornado": "Partial rank correlation of infections with each assumption.",
    }
    return [
        shown(f"{prefix}{name}", Drawn(figure, alts[name]))
        for name, figure in rests.figures.items()
    ]


def render(
    results: xr.Dataset,
    design: Sweep,
    parts: list[Part],
    shared: dict[str, Drawn],
    rests: Rests | None = None,
) -> str:
    """The page. All text from outside is escaped by the template engine."""
    scenario = design.scenario_of({})
    stated = tables.parameter_rows(design)
    axes = {axis: values for axis, values in design.axes.items() if axis != SCENARIO}
    first = parts[0].shape
    varied = list(design.varied_names) if design.design not in ("grid", "list") else []
    return page(
        title=results.attrs["title"],
        description=design.description,
        lead=f"{results.attrs['people']:,} people · {_replicates(results, first)}",
        scenario=scenario,
        descriptions={
            axis: [
                (words(v), getattr(scenario.replace(**{axis: v}), axis).description) for v in values
            ]
            for axis, values in axes.items()
            if axis in Scenario.model_fields and isinstance(values[0], str)
        },
        baseline=policy_words(axes_of(first.data), baseline_of(first.data)),
        replicate=first.replicate,
        varied=[plain_parameter(name) for name in varied],
        situations=[_situation(parts, part) for part in parts],
        runs_of=_of_runs(parts).scenario.title,
        shared={name: shown(name, one) for name, one in shared.items()},
        rests=rests,
        rests_figures=shown_rests("", rests) if rests is not None else [],
        around=[(part.scenario.title, around(part.scenario)) for part in parts],
        parameters=stated,
        assumed=sum(row["status"] == "assumption" for row in stated),
        confirmed=sum(row["status"] == "confirmed" for row in stated),
        gain=_gain(first.data),
        avoidance_is_off=scenario.behaviour.avoidance_is_off,
        failures=json.loads(results.attrs.get("failures", "{}")),
        provenance={
            k: results.attrs[k]
            for k in ("package", "sources", "parameter_hash", "population_seed", "python")
        },
        raw="The raw results are in results.nc of the sweep's folder.",
        seeds=results.sizes["seed"],
        alone=True,
    )


DOI = re.compile(r"\b10\.\d{4,9}/[^\s;,<>\"]*[^\s;,<>\".)]")


def linked(text: str) -> Markup:
    """A text, escaped, whose DOIs lead to their publications."""
    out, at = Markup(""), 0
    for found in DOI.finditer(text):
        out += Markup(escape(text[at : found.start()]))
        link = Markup('<a href="https://doi.org/{0}">{0}</a>')
        out, at = out + link.format(found[0]), found.end()
    return out + Markup(escape(text[at:]))


def page(**context: Any) -> str:
    """The template with what it is given, plotly and how figures are drawn."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["linked"] = linked
    return environment.get_template("page.html.j2").render(
        plotly=plotly.offline.get_plotlyjs(), config=json.dumps(CONFIG), **context
    )


def _replicates(results: xr.Dataset, one: Shape) -> str:
    """How many runs of each policy, in words."""
    seeds = results.sizes["seed"]
    if one.replicate == "draw":
        return f"{seeds} seeds, each with its own draw of the assumptions, the same everywhere"
    if one.replicate == "sample":
        return f"{results.sizes['sample']} sets of assumptions x {seeds} seeds, the same for all"
    return f"{seeds} seed{'s' if seeds != 1 else ''}, the same for every policy"


def _situation(parts: list[Part], part: Part) -> dict[str, Any]:
    data, prefix = part.shape.data, _prefix(parts, part)
    try:
        front = tables.frontier_table(data)
    except AnalysisError:  # a run failed: nothing can be said of dominance
        front = []
    return {
        "id": part.name or "situation",
        "prefix": prefix,
        "title": part.scenario.title,
        "description": part.scenario.description,
        "days": int(part.scenario.days.value),
        "timeline": [str(change) for change in part.scenario.timeline],
        "answer": answer_of(data, part.scenario.title),
        "figures": {name: shown(f"{prefix}{name}", one) for name, one in part.drawn.items()},
        "table": tables.main_table(data),
        "prices": tables.price_table(data),
        "ratios": [(one.label, one.unit) for one in RATIOS.values()],
        "frontier": front,
        "blocks": tables.panel_blocks(data),
        "rests": part.rests,
        "rests_figures": shown_rests(prefix, part.rests) if part.rests is not None else [],
        "csv": [f"{prefix}{name}" for name in part.csv],
    }


def _gain(data: xr.Dataset) -> tuple[str, str, str] | None:
    """Least, middle and greatest gain of common seeds over independent ones."""
    gain = np.asarray(seeds_gain(data).values).ravel()
    gain = np.sort(gain[np.isfinite(gain)])
    if not len(gain):
        return None
    least, middle, most = (number(float(gain[at])) for at in (0, len(gain) // 2, -1))
    return least, middle, most
