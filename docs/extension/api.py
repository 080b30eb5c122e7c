"""The API: the names at the top of the package, by what they are for, and the rooms that users
import from, from their docstrings."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import re
from typing import Any

import lazaretto as lz

GROUPS = {
    "Scenarios and parameters": [
        "load_scenario", "load_sweep", "list_names", "load_pathogen", "load_population",
        "load_testing", "load_tracing", "load_isolation", "load_behaviour", "load_region",
        "load_immunity", "load_hospitals", "parameter_rows", "scenario_schema", "summary",
        "Scenario", "Sweep", "ParameterError",
    ],
    "People": ["build_population", "Population", "PopulationError"],
    "One run": [
        "simulate", "start", "load_state", "matched_null", "Run", "State", "RuleError",
    ],
    "Many runs": ["sweep", "who_keeps", "load_results", "situation", "situations"],
    "Comparison": [
        "compare", "panel_table", "frontier", "dominated", "hypervolume", "rank_robustness",
        "ratios", "costs", "crossing", "further_step", "controlled", "burden", "band",
    ],
    "What it rests on": [
        "prcc", "sobol", "flips", "value_of_information", "share_of_luck", "search",
    ],
    "Fits and outbreaks": [
        "calibrate", "load_fit", "read_outbreak", "fit_outbreak", "tracing_would_have",
    ],
    "Theory and published results": ["race", "settings"],
}  # fmt: skip
ROOMS = {
    "lazaretto.figures": "Figures",
    "lazaretto.populations": "Populations of one's own, and idealised ones",
    "lazaretto.exchange": "For other programs",
    "lazaretto.datasets": "Data sets",
    "lazaretto.parameters": "Parameter files",
}
MODULES = (
    "at_start", "calibration", "cascade", "chains", "contrast", "fits", "limits", "natural_history",
    "outbreak", "population", "published", "scale", "summary", "told", "validation",
)  # fmt: skip


def pages() -> dict[str, str]:
    """Path below site/made -> reStructuredText, in which docstrings are written."""
    listed = {name for names in GROUPS.values() for name in names} | {"__version__"}
    rooms = {room.split(".")[1] for room in ROOMS}
    if missing := set(lz.__all__) - listed - rooms:
        raise ValueError(f"api.GROUPS: in no group: {', '.join(sorted(missing))}")
    made = {}
    for title, names in GROUPS.items():
        lines = [heading(title)]
        for name in names:
            kind = "autoclass" if isinstance(getattr(lz, name), type) else "autofunction"
            lines += [f".. {kind}:: lazaretto.{name}"]
            if kind == "autoclass":
                lines += ["   :members:", "   :exclude-members: model_config"]
            lines.append("")
        made[f"api/{slug(title)}.rst"] = "\n".join(lines)
    for module, title in ROOMS.items():
        public = importable(module)
        lines = [heading(title), f".. automodule:: {module}", ""]
        for name in public:
            lines += [f".. autofunction:: {module}.{name}", ""]
        made[f"api/{slug(title)}.rst"] = "\n".join(lines)
    lines = [heading("Further analyses")]
    for name in MODULES:
        module = f"lazaretto.analysis.{name}"
        lines += [module, "-" * len(module), "", f".. automodule:: {module}", "   :members:", ""]
    made["api/analyses.rst"] = "\n".join(lines)
    order = [slug(title) for title in (*GROUPS, *ROOMS.values())]
    made["api/index.rst"] = "\n".join(
        [
            heading("API"),
            "Import the package as ``lz``: what notebooks need stands at its top. The narrow waist",
            "is ``simulate(scenario, population, seed) -> Run``. An example that is run by the",
            "tests, on two hundred people who all meet:",
            "",
            EXAMPLE,
            ".. toctree::",
            "   :maxdepth: 1",
            "",
            *(f"   {name}" for name in (*order, "analyses")),
            "",
        ]
    )
    return made


EXAMPLE = """\
>>> import lazaretto as lz
>>> people = lz.populations.complete(200)
>>> changes = {"pathogen.hazard_per_day": 0.002, "initial_infections": 5, "days": 60}
>>> scenario = lz.load_scenario("no-measures").replace(**changes)
>>> run = lz.simulate(scenario, people, seed=1)
>>> run.curves.sizes["day"]
60
>>> float(run.panel["futile_days"])
0.0
>>> again = lz.simulate(scenario, people, seed=1)
>>> bool((again.curves == run.curves).all().to_array().all())
True
"""


def importable(module: str) -> list[str]:
    """The public functions of a module: those of its `__all__`, in its order, else its own."""
    found = importlib.import_module(module)
    own = [name for name, one in vars(found).items() if is_of(one, module) and name[0] != "_"]
    names = getattr(found, "__all__", own)
    return [name for name in names if inspect.isfunction(getattr(found, name))]


def is_of(thing: object, module: str) -> bool:
    """Whether it was defined in the module."""
    return getattr(thing, "__module__", None) == module


def slug(title: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())


def heading(title: str) -> str:
    return f"{title}\n{'=' * len(title)}\n"


def mark_arguments(
    app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """In docstrings, `seed: ...` of an argument stands out."""
    names: list[str] = []
    with contextlib.suppress(TypeError, ValueError):
        names = [one for one in inspect.signature(thing).parameters if one != "self"]
    if names:
        argument = re.compile(rf"(^|(?<=[\s(]))({'|'.join(map(re.escape, names))}):(?=\s)")
        lines[:] = [argument.sub(r"\1**\2**:", line) for line in lines]
