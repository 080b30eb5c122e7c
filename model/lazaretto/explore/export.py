"""What the page gives away as files: the numbers behind what it shows, the scenarios, and the
Python that makes them. Pictures are drawn by the page itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from .._version import __version__
from ..figures.data import data
from ..outcomes.panel import COMPONENTS, unit_of
from ..parameters import ParameterError
from ..tables.spreadsheets import for_spreadsheets
from ..values.strict_json import strict_json
from .answer import FIGURES, columns_of, figures_of
from .laboratory import Summary
from .presets import Preset
from .settings import Settings
from .sides import in_python, scenarios

SCENARIOS = ("scenario_a", "scenario_b")
PANEL, PYTHON = "panel", "python"
WHAT = (*FIGURES, PANEL, *SCENARIOS, PYTHON)
Pairs = Sequence[tuple[Summary, Summary]]


def export(what: Any, preset: Preset, settings: Settings, pairs: Pairs) -> dict[str, str]:
    """{"name": of a file, "text": what is in it}. what: one of WHAT, a name of a figure among them:
    its numbers. pairs: summaries of A and B by seed. Raises ParameterError for anything else, and
    for numbers while there are none."""
    if not isinstance(what, str) or what not in WHAT:
        raise ParameterError(f"there is no file {str(what)[:40]!r}; one of {', '.join(WHAT)}")
    if what in SCENARIOS:
        side = scenarios(preset.scenario, settings)[SCENARIOS.index(what)]
        text = strict_json(json.loads(side.model_dump_json()), 1)
        return {"name": f"{what.replace('_', '-')}.json", "text": text}
    if what == PYTHON:
        return {"name": "explorer.py", "text": python_of(preset, settings)}
    if len(pairs) < 2:
        raise ParameterError("there are no numbers yet for these settings")
    a, b = ([pair[side] for pair in pairs] for side in (0, 1))
    table = panel_numbers(a, b)
    if what != PANEL:
        sides = scenarios(preset.scenario, settings)
        table = data(figures_of(settings, sides, a, b)[what])
    text = for_spreadsheets(table).to_csv(index=False)
    return {"name": f"{what.replace('_', '-')}.csv", "text": text}


def panel_numbers(a: Sequence[Summary], b: Sequence[Summary]) -> pd.DataFrame:
    """The panel of both policies: one row per line, with mean, low and high (95 % t intervals over
    seeds) of A, of B and of the paired difference A - B, not rounded."""
    table: dict[str, Any] = {
        "component": list(COMPONENTS),
        "label": [part.label for part in COMPONENTS.values()],
        "unit": [unit_of(part) for part in COMPONENTS.values()],
        "seeds": len(a),
    }
    for name, (_, told) in columns_of(a, b).items():
        for row, end in enumerate(("mean", "low", "high")):
            table[f"{name}_{end}"] = told[row]
    return pd.DataFrame(table)


def python_of(preset: Preset, settings: Settings) -> str:
    """The Python that makes the runs, to be pasted into a notebook."""
    source = preset.source
    lines = []
    for letter, policy in (("a", settings.a), ("b", settings.b)):
        made = in_python(preset.scenario, settings, policy, source)
        file = f'lz.load_scenario("scenario-{letter}.json")  # the file that the explorer saves'
        lines.append(f"{letter} = {made or file}")
    return "\n".join(
        (
            f"import lazaretto as lz  # {__version__}",
            "",
            *lines,
            f"population = lz.build_population(a.population, people={settings.people})",
            f"seeds = range(1, {settings.seeds + 1})",
            "runs = [[lz.simulate(one, population, seed) for seed in seeds] for one in (a, b)]",
            "",
        )
    )
