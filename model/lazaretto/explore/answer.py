"""From summaries of runs to what the explorer shows: figures as plotly's JSON, the panel as rows,
warnings. Plain data only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from .. import figures
from ..analysis.interval import t_factor
from ..figures.pair import Side, pair_curves, pair_race
from ..figures.style import number, words
from ..outcomes.panel import BLOCKS, COMPONENTS
from ..parameters import Scenario
from .laboratory import DELAYS, Summary, reached_in_time
from .settings import Settings

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
NO_AVOIDANCE = (
    "Avoidance is off: harsh regimes cost nothing in reports, cooperation and "
    "phones, so coercion wins by construction. "
    "Raise the slider above 0 to see what it may cost."
)


def answer(
    settings: Settings, sides: tuple[Scenario, Scenario], a: Sequence[Summary], b: Sequence[Summary]
) -> dict[str, Any]:
    """What is known after len(a) = len(b) seeds; summaries of the same seed share their place."""
    names = [
        f"{words(policy.tracing)}, {words(policy.isolation)}" for policy in (settings.a, settings.b)
    ]
    curve = settings.curve if settings.curve in a[0].curves else next(iter(a[0].curves))
    drawn = {
        "curves": pair_curves(
            Side(*settings.a, np.array([s.curves[curve] for s in a])),
            Side(*settings.b, np.array([s.curves[curve] for s in b])),
            CURVES[curve],
            smooth=curve in A_DAY,
        ),
        "race": _race(settings, sides, a, b),
        "cascade_a": _cascade("A", a),
        "cascade_b": _cascade("B", b),
    }
    warnings = [NO_AVOIDANCE] if any(side.coerces_without_avoidance for side in sides) else []
    if not warnings and sides[0].behaviour.avoidance_is_off:
        warnings = [NO_AVOIDANCE]
    return {
        "names": names,
        "lead": _lead(a, b),
        "figures": {name: json.loads(figure.to_json()) for name, figure in drawn.items()},
        "panel": panel(a, b),
        "warnings": warnings,
        "provenance": f"{sides[0].title}; parameters A {sides[0].parameter_hash}, B "
        f"{sides[1].parameter_hash}; seeds 1 to {len(a)}",
    }


def _cascade(which: str, summaries: Sequence[Summary]) -> go.Figure:
    tables = pd.concat([s.cascade for s in summaries])
    if len(tables):
        tables = tables.groupby(["instrument", "step", "unit"], sort=False, as_index=False)[
            "count"
        ].sum()
    return figures.cascade(
        tables,
        f"Tracing cascade of {which}" if len(tables) else f"{which}: nobody is traced",
        abreast=1,
    )


def _race(
    settings: Settings, sides: tuple[Scenario, Scenario], a: Sequence[Summary], b: Sequence[Summary]
) -> go.Figure:
    share = reached_in_time(sides[0].pathogen)
    delays = [
        _delay(scenario, summaries) for scenario, summaries in zip(sides, (a, b), strict=True)
    ]
    marked = [
        (policy, delay) for policy, delay in zip((settings.a, settings.b), delays, strict=True)
    ]
    return pair_race(
        DELAYS, share, [(*policy, delay) for policy, delay in marked], sides[0].pathogen.title
    )


def _delay(scenario: Scenario, summaries: Sequence[Summary]) -> float:
    """Mean days from a case's onset to the delivery of its lists: stated means of the test, and the
    lists' delays in the runs."""
    waited = [s.list_delay_days for s in summaries if s.list_delay_days == s.list_delay_days]
    if not waited:
        return float("nan")
    testing = scenario.testing
    result = 0.0 if scenario.tracing.trigger == "symptoms" else float(testing.sample_to_result.mean)
    return float(testing.onset_to_sample.mean) + result + float(np.mean(waited))


def panel(a: Sequence[Summary], b: Sequence[Summary]) -> list[dict[str, Any]]:
    """The panel of both policies and the paired difference A - B with 95 % t intervals, in blocks;
    components that are 0 or unknown in every run of both are left out."""
    first, second = (
        np.array([[s.panel[name] for name in COMPONENTS] for s in side], float) for side in (a, b)
    )
    with np.errstate(invalid="ignore"):
        columns = {"a": first, "b": second, "difference": first - second}
    told = {what: _describe(values) for what, values in columns.items()}
    blocks = []
    for block in BLOCKS:
        lines = []
        for at, (name, part) in enumerate(COMPONENTS.items()):
            if (
                part.block != block
                or not (np.nan_to_num(np.c_[first[:, at], second[:, at]], posinf=1.0) != 0).any()
            ):
                continue
            line: dict[str, Any] = {
                "label": part.label,
                "unit": part.unit,
                "definition": part.definition,
            }
            for what, values in columns.items():
                line[what] = _entry(
                    part.unit, told[what][:, at], bool((values[:, at] == np.inf).any())
                )
            line["difference"] |= {"better": _better(name, *told["difference"][1:, at].tolist())}
            lines.append(line)
        if lines:
            blocks.append(
                {"title": "Health" if block == "benefit" else block.capitalize(), "lines": lines}
            )
    return blocks


def _lead(a: Sequence[Summary], b: Sequence[Summary]) -> str:
    """One sentence: what A averts, and what it costs those never infected, beside B."""
    (_, (fewer, low, high)), (_, (futile, least, most)) = (
        (
            name,
            _describe(
                np.array([[y.panel[name] - x.panel[name]] for x, y in zip(a, b, strict=True)])
            )[:, 0],
        )
        for name in ("infections", "futile_days")
    )
    averts = "averts" if fewer >= 0 else "adds"
    served = "fewer" if futile >= 0 else "more"
    return (
        f"Per 100,000 people, A {averts} {_range(fewer, low, high)} infections "
        "beside B, and people who were never infected serve "
        f"{_range(futile, least, most)} person-days {served}."
    )


def _range(mean: float, low: float, high: float) -> str:
    ends = sorted([low, high]) if mean >= 0 else sorted([-low, -high])
    return (
        f"{number(abs(mean))} ({_said(ends[0])} to {_said(ends[1])})"
        if low != high
        else number(abs(mean))
    )


def _said(value: float) -> str:
    return number(value).replace("-", "−")


def _describe(values: np.ndarray) -> np.ndarray:
    """(3, components) mean, low and high of the 95 % t interval over seeds; values (seeds,
    components), what is not finite left out."""
    finite = np.where(np.isfinite(values), values, np.nan)
    count = (~np.isnan(finite)).sum(axis=0)
    known = np.where(count > 0, finite, 0.0)  # no warnings for columns of nothing but nan
    mean = np.where(count > 0, np.nansum(known, axis=0) / np.maximum(count, 1), np.nan)
    square = np.nansum((finite - mean) ** 2, axis=0) / np.maximum(count - 1, 1)
    half = np.where(square > 0, t_factor(len(values)) * np.sqrt(square / np.maximum(count, 1)), 0.0)
    return np.array([mean, mean - half, mean + half])


def _entry(unit: str, told: np.ndarray, endless: bool) -> dict[str, str]:
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
