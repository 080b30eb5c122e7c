"""What a user states: pathogen, population, testing, tracing level, isolation regime, behaviour,
region-wide measures, scenario, sweep.

Plain frozen data read from TOML, validated at the boundary. Knows nothing of numba.
"""

from .behaviour import Behaviour
from .errors import ParameterError
from .find import find, kinds_with, load, validate_file
from .governance import Collection
from .isolation import Appeals, IsolationRegime, Monitor, Rung
from .library import (
    COMPONENTS,
    KINDS,
    list_names,
    load_behaviour,
    load_isolation,
    load_pathogen,
    load_population,
    load_region,
    load_testing,
    load_tracing,
    params_folder,
)
from .pathogen import LayerHazard, Pathogen
from .population import City
from .quantity import Law, Prior, Quantity
from .region import Measure, Region, Trigger
from .scenario import Scenario, load_scenario, value_hash
from .sweep import Sweep, load_sweep
from .table import Row, assumptions, rows
from .table import rows as parameter_rows
from .testing import Testing
from .tracing import Household, Interview, OperatorGeolocation, TracingLevel

__all__ = [
    "COMPONENTS", "KINDS", "Appeals", "Behaviour", "City", "Collection", "Household", "Interview", "IsolationRegime", "Law",
    "LayerHazard", "Measure", "Monitor", "OperatorGeolocation", "ParameterError", "Pathogen", "Prior", "Quantity", "Region", "Row",
    "Rung", "Scenario", "Sweep", "Testing", "TracingLevel", "Trigger", "assumptions", "find", "kinds_with", "list_names", "load",
    "load_behaviour",
    "load_isolation", "load_pathogen", "load_population", "load_region", "load_scenario", "load_sweep", "load_testing",
    "load_tracing", "parameter_rows", "params_folder", "rows", "validate_file", "value_hash",
]  # fmt: skip
