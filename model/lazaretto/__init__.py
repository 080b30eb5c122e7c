"""Lazaretto: contact tracing against isolation enforcement, on the same simulated people with the
same luck.

import lazaretto as lz
scenario = lz.load_scenario("moscow-2020").replace(tracing="interview", people=20_000)
population = lz.build_population(scenario.population, people=20_000, seed=1)
run = lz.simulate(scenario, population, seed=1)
run.panel, run.curves
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from . import datasets, exchange, figures, parameters, populations
    from .analysis.band import band
    from .analysis.burden import burden
    from .analysis.calibration import calibrate
    from .analysis.compare import compare
    from .analysis.control import controlled
    from .analysis.costs import costs
    from .analysis.crossing import crossing, further_step
    from .analysis.decisions import flips
    from .analysis.fits import load_fit
    from .analysis.frontier import dominated, frontier, hypervolume, rank_robustness
    from .analysis.information import value_of_information
    from .analysis.luck import share_of_luck
    from .analysis.outbreak import fit_outbreak, read_outbreak, tracing_would_have
    from .analysis.panel import panel_table
    from .analysis.race import race
    from .analysis.ratios import ratios
    from .analysis.results import load_results
    from .analysis.search import search
    from .analysis.sensitivity import prcc, sobol
    from .analysis.settings import settings
    from .analysis.situations import situation, situations
    from .analysis.summary import summary
    from .outcomes.fold import simulate, start
    from .outcomes.null import matched_null
    from .outcomes.run import Run
    from .outcomes.saved import load_state
    from .outcomes.state import RuleError, State
    from .parameters import (
        ParameterError,
        Scenario,
        Sweep,
        list_names,
        load_behaviour,
        load_hospitals,
        load_immunity,
        load_isolation,
        load_pathogen,
        load_population,
        load_region,
        load_scenario,
        load_sweep,
        load_testing,
        load_tracing,
        parameter_rows,
        scenario_schema,
    )
    from .population.build import build_population
    from .population.city import Population
    from .sweeps.execute import sweep
    from .sweeps.kept import who_keeps
    from .values.errors import PopulationError

# read when first used, so that `import lazaretto` is quick
_WHERE = {
    "load_scenario": ".parameters",
    "load_sweep": ".parameters",
    "list_names": ".parameters",
    "load_behaviour": ".parameters",
    "load_hospitals": ".parameters",
    "load_immunity": ".parameters",
    "load_isolation": ".parameters",
    "load_pathogen": ".parameters",
    "load_population": ".parameters",
    "load_region": ".parameters",
    "load_testing": ".parameters",
    "load_tracing": ".parameters",
    "parameter_rows": ".parameters",
    "scenario_schema": ".parameters",
    "Scenario": ".parameters",
    "Sweep": ".parameters",
    "ParameterError": ".parameters",
    "PopulationError": ".values.errors",
    "build_population": ".population.build",
    "Population": ".population.city",
    "simulate": ".outcomes.fold",
    "start": ".outcomes.fold",
    "matched_null": ".outcomes.null",
    "State": ".outcomes.state",
    "RuleError": ".outcomes.state",
    "load_state": ".outcomes.saved",
    "Run": ".outcomes.run",
    "load_results": ".analysis.results",
    "sweep": ".sweeps.execute",
    "band": ".analysis.band",
    "burden": ".analysis.burden",
    "compare": ".analysis.compare",
    "crossing": ".analysis.crossing",
    "further_step": ".analysis.crossing",
    "ratios": ".analysis.ratios",
    "frontier": ".analysis.frontier",
    "dominated": ".analysis.frontier",
    "hypervolume": ".analysis.frontier",
    "rank_robustness": ".analysis.frontier",
    "sobol": ".analysis.sensitivity",
    "prcc": ".analysis.sensitivity",
    "flips": ".analysis.decisions",
    "value_of_information": ".analysis.information",
    "search": ".analysis.search",
    "calibrate": ".analysis.calibration",
    "read_outbreak": ".analysis.outbreak",
    "fit_outbreak": ".analysis.outbreak",
    "tracing_would_have": ".analysis.outbreak",
    "load_fit": ".analysis.fits",
    "panel_table": ".analysis.panel",
    "race": ".analysis.race",
    "share_of_luck": ".analysis.luck",
    "settings": ".analysis.settings",
    "summary": ".analysis.summary",
    "controlled": ".analysis.control",
    "situation": ".analysis.situations",
    "situations": ".analysis.situations",
    "costs": ".analysis.costs",
    "who_keeps": ".sweeps.kept",
}
_ROOMS = ("datasets", "exchange", "figures", "parameters", "populations")

__all__ = [
    "ParameterError",
    "Population",
    "PopulationError",
    "RuleError",
    "Run",
    "Scenario",
    "State",
    "Sweep",
    "__version__",
    "band",
    "build_population",
    "burden",
    "calibrate",
    "compare",
    "controlled",
    "costs",
    "crossing",
    "datasets",
    "dominated",
    "exchange",
    "figures",
    "fit_outbreak",
    "flips",
    "frontier",
    "further_step",
    "hypervolume",
    "list_names",
    "load_behaviour",
    "load_fit",
    "load_hospitals",
    "load_immunity",
    "load_isolation",
    "load_pathogen",
    "load_population",
    "load_region",
    "load_results",
    "load_scenario",
    "load_state",
    "load_sweep",
    "load_testing",
    "load_tracing",
    "matched_null",
    "panel_table",
    "parameter_rows",
    "parameters",
    "populations",
    "prcc",
    "race",
    "rank_robustness",
    "ratios",
    "read_outbreak",
    "scenario_schema",
    "search",
    "settings",
    "share_of_luck",
    "simulate",
    "situation",
    "situations",
    "sobol",
    "start",
    "summary",
    "sweep",
    "tracing_would_have",
    "value_of_information",
    "who_keeps",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f".{name}", __name__)
    if name not in _WHERE:
        raise AttributeError(f"module 'lazaretto' has no attribute {name!r}")
    value = getattr(importlib.import_module(_WHERE[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
