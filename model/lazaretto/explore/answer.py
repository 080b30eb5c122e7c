"""From summaries of runs to what the explorer shows: figures as plotly's JSON, the panel as rows,
sentences, definitions, warnings. Plain data only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from .. import figures
from ..analysis.cascade import table_of
from ..analysis.interval import t_factor
from ..figures.alt import alt_text
from ..figures.pair import Side, pair_curves, pair_race
from ..figures.style import SIDES, number, words
from ..outcomes.panel import BLOCKS, COMPONENTS
from ..parameters import Scenario
from .laboratory import DELAYS, Summary, reached_in_time
from .settings import Policy, Settings

FIGURES = ("curves", "race", "cascade_a", "cascade_b")
CURVES = {
    "new_infections": "New infections a day",
    "quarantined": "In quarantine as listed contacts",
    "wrongly_quarantined": "In quarantine, not infected so far",
    "isolated": "Isolated as cases",
    "self_isolated": "In voluntary self-isolation",
    "positive_results": "Positive results a day",
    "H": "In hospital",
    "D": "Deaths so far",
}
A_DAY = {"new_infections", "positive_results"}
NAMES = tuple(COMPONENTS)
STILL_LATENT = "latent_when_reached"
# lines of the panel whose numbers stand outside it too
DEFINED = ("infections", "futile_days", STILL_LATENT, "infectee_recall", "contact_recall")
NO_AVOIDANCE = (
    "Avoidance is off: harsh regimes cost nothing in reports, cooperation and "
    "phones, so coercion wins by construction. "
    "Raise the slider above 0 to see what it may cost."
)
Floats = NDArray[np.float64]
Summaries = Sequence[Summary]
Sides = tuple[Scenario, Scenario]


def answer(settings: Settings, sides: Sides, a: Summaries, b: Summaries) -> dict[str, Any]:
    """What is known after len(a) = len(b) seeds; summaries of the same seed share their place."""
    drawn = figures_of(settings, sides, a, b)
    warnings = [NO_AVOIDANCE] if any(side.coerces_without_avoidance for side in sides) else []
    if not warnings and sides[0].behaviour.avoidance_is_off:
        warnings = [NO_AVOIDANCE]
    return {
        "names": [name_of(policy) for policy in (settings.a, settings.b)],
        "lead": lead(a, b),
        "reading": reading(sides, a, b),
        "definitions": [[COMPONENTS[n].label, COMPONENTS[n].definition] for n in DEFINED],
        "figures": {name: json.loads(figure.to_json()) for name, figure in drawn.items()},
        "alts": {name: alt_text(figure) for name, figure in drawn.items()},
        "panel": panel(a, b),
        "warnings": warnings,
        "provenance": f"{sides[0].title}; parameters A {sides[0].parameter_hash}, B "
        f"{sides[1].parameter_hash}; seeds 1 to {len(a)}",
    }


def name_of(policy: Policy) -> str:
    """A policy in words, with what it changes into."""
    told = f"{words(policy.tracing)}, {words(policy.isolation)}"
    if policy.then is None:
        return told
    kinds = ("tracing", "isolation")
    new = [getattr(policy.then, k) for k in kinds if getattr(policy.then, k) != getattr(policy, k)]
    later = ", ".join(words(name) for name in new) or "the same"
    return f"{told}; from day {policy.then.from_day} {later}"


def figures_of(
    settings: Settings, sides: Sides, a: Summaries, b: Summaries
) -> dict[str, go.Figure]:
    """The figures by the names of FIGURES."""
    curve = settings.curve if settings.curve in a[0].curves else next(iter(a[0].curves))
    policies = (settings.a, settings.b)
    one, other = (
        Side(name_of(policy), np.array([s.curves[curve] for s in side]), side[0].policy)
        for policy, side in zip(policies, (a, b), strict=True)
    )
    delays = [_delay(scenario, side) for scenario, side in zip(sides, (a, b), strict=True)]
    pathogen = sides[0].pathogen
    marked = [(name_of(policy), delay) for policy, delay in zip(policies, delays, strict=True)]
    return {
        "curves": pair_curves(one, other, CURVES[curve], smooth=curve in A_DAY),
        "race": pair_race(DELAYS, reached_in_time(pathogen), marked, pathogen.title),
        "cascade_a": _cascade("A", a),
        "cascade_b": _cascade("B", b),
    }


def _cascade(which: str, summaries: Summaries) -> go.Figure:
    table = table_of([s.cascade for s in summaries])
    title = f"Tracing cascade of {which}" if len(table) else f"{which}: nobody is traced"
    return figures.cascade(table, title, abreast=1, paint=SIDES[which])


def _delay(scenario: Scenario, summaries: Summaries) -> float:
    """Mean days from a case's onset to the delivery of its lists: stated means of the test, and the
    lists' delays in the runs."""
    waited = [s.list_delay_days for s in summaries if s.list_delay_days == s.list_delay_days]
    if not waited:
        return float("nan")
    testing = scenario.testing
    result = 0.0 if scenario.tracing.trigger == "symptoms" else float(testing.sample_to_result.mean)
    return float(testing.onset_to_sample.mean) + result + float(np.mean(waited))


def reading(sides: Sides, a: Summaries, b: Summaries) -> list[str]:
    """The race beside the cascade, in sentences with the numbers of both; empty where nobody is
    traced."""
    told = []
    of_all, by_then = reached_in_time(sides[0].pathogen)
    at = NAMES.index(STILL_LATENT)
    for letter, scenario, summaries in zip(SIDES, sides, (a, b), strict=True):
        delay = _delay(scenario, summaries)
        if delay != delay:
            continue
        shares = [float(np.interp(delay, DELAYS, share)) for share in (of_all, by_then)]
        found = np.array([s.panel[at] for s in summaries])
        seen = f"{np.nanmean(found):.0%}" if np.isfinite(found).any() else "none"
        told.append(
            f"{letter} reaches contacts {delay:.1f} days after a case's onset in the mean. By then "
            f"{shares[0]:.0%} of all whom a case ever infects are not infectious yet, those "
            f"included who are infected later; of those infected by then, {shares[1]:.0%}. In the "
            f"runs it was {seen} of the infected people on the lists."
        )
    if told:
        told.append(
            "The race counts everybody whom a case infects, as if all were reached after the mean "
            "delay; the cascade counts whom the lists found, when they were found."
        )
    return told


def columns_of(a: Summaries, b: Summaries) -> dict[str, tuple[Floats, Floats]]:
    """Of A, of B and of the paired difference A - B, by the names a, b and difference: the panel,
    (seeds, components), and its (3, components) mean, low and high."""
    first, second = (np.array([s.panel for s in side], float) for side in (a, b))
    with np.errstate(invalid="ignore"):
        columns = {"a": first, "b": second, "difference": first - second}
    return {name: (values, _describe(values)) for name, values in columns.items()}


def panel(a: Summaries, b: Summaries) -> list[dict[str, Any]]:
    """The panel of both policies and the paired difference A - B with 95 % t intervals, in blocks;
    components that are 0 or unknown in every run of both are left out."""
    columns = columns_of(a, b)
    both = np.concatenate([columns["a"][0], columns["b"][0]])
    there = (np.nan_to_num(both, posinf=1.0) != 0).any(axis=0)
    blocks = []
    for block in BLOCKS:
        lines = []
        for at, (name, part) in enumerate(COMPONENTS.items()):
            if part.block != block or not there[at]:
                continue
            line: dict[str, Any] = {
                "label": part.label,
                "unit": part.unit,
                "definition": part.definition,
            }
            for what, (values, told) in columns.items():
                endless = bool((values[:, at] == np.inf).any())
                line[what] = _entry(part.unit, told[:, at], endless)
            ends = columns["difference"][1][1:, at].tolist()
            line["difference"] |= {"better": _better(name, *ends)}
            lines.append(line)
        if lines:
            title = "Health" if block == "benefit" else block.capitalize()
            blocks.append({"title": title, "lines": lines})
    return blocks


def lead(a: Summaries, b: Summaries) -> str:
    """One sentence: infections and futile days of A beside B; more or fewer only where the interval
    of the difference leaves 0 out."""
    told = columns_of(a, b)["difference"][1]
    infections, futile = (told[:, NAMES.index(name)] for name in ("infections", "futile_days"))
    return (
        f"Per 100,000 people and beside B, A has {_compared(infections, 'infections')}, and people "
        "who were never infected serve under orders "
        f"{_compared(futile, 'person-days')}."
    )


def _compared(told: Floats, what: str) -> str:
    mean, low, high = told.tolist()
    if low > 0 or high < 0:
        ends = sorted(abs(end) for end in (low, high))
        interval = "" if low == high else f" ({number(ends[0])} to {number(ends[1])})"
        return f"{number(abs(mean))}{interval} {'more' if mean > 0 else 'fewer'} {what}"
    if low == high == 0:
        return f"as many {what}"
    return f"neither surely more nor surely fewer {what} ({_said(low)} to {_said(high)})"


def _said(value: float) -> str:
    return number(value).replace("-", "−")


def _describe(values: Floats) -> Floats:
    """(3, components) mean, low and high of the 95 % t interval over seeds; values (seeds,
    components), what is not finite left out."""
    finite = np.where(np.isfinite(values), values, np.nan)
    count = (~np.isnan(finite)).sum(axis=0)
    known = np.where(count > 0, finite, 0.0)  # no warnings for columns of nothing but nan
    mean = np.where(count > 0, np.nansum(known, axis=0) / np.maximum(count, 1), np.nan)
    square = np.nansum((finite - mean) ** 2, axis=0) / np.maximum(count - 1, 1)
    half = np.where(square > 0, t_factor(len(values)) * np.sqrt(square / np.maximum(count, 1)), 0.0)
    return np.array([mean, mean - half, mean + half])


def _entry(unit: str, told: Floats, endless: bool) -> dict[str, str]:
    mean, low, high = told.tolist()
    if endless:
        return {"mean": "never", "interval": ""}
    if mean != mean:
        return {"mean": "–", "interval": ""}
    texts = [f"{_said(100 * v)} %" if unit == "fraction" else _said(v) for v in (mean, low, high)]
    return {"mean": texts[0], "interval": "" if low == high else f"{texts[1]} to {texts[2]}"}


def _better(name: str, low: float, high: float) -> str:
    """Which policy is better in this component, where the interval of the difference leaves 0
    out."""
    better = COMPONENTS[name].lower_is_better
    if better is None or not (low > 0 or high < 0):
        return ""
    return "A" if (high < 0) == better else "B"
