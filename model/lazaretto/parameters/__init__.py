"""What a user states: pathogen, population, testing, tracing level, isolation regime, behaviour,
region-wide measures, immunity, scenario, sweep.

Plain frozen data read from TOML, validated at the boundary. Knows nothing of numba.
"""

from ..instruments.household import Household
from ..instruments.interview import Interview
from ..instruments.operator_geolocation import OperatorGeolocation
from ..mechanisms.hospital.statement import Hospitals
from ..mechanisms.illness.statement import LayerHazard, Pathogen
from ..mechanisms.immunity.statement import Campaign, Immunity
from ..mechanisms.isolation.statement import IsolationRegime, Monitor, Rung
from ..mechanisms.region.statement import Measure, Region, Trigger
from ..mechanisms.response.statement import Behaviour
from ..mechanisms.testing.statement import Testing
from ..mechanisms.tracing.statement import TracingLevel
from ..population.place import Place
from ..values.appeals import Appeals
from ..values.errors import ParameterError
from ..values.governance import Collection, Copy
from ..values.identity import value_hash
from ..values.prior import Prior
from ..values.quantity import Law, Quantity
from .find import file_of, find, kinds_with, load, origins, origins_of, validate_file
from .library import (
    COMPONENTS,
    KINDS,
    list_names,
    load_behaviour,
    load_hospitals,
    load_immunity,
    load_isolation,
    load_pathogen,
    load_population,
    load_region,
    load_testing,
    load_tracing,
    params_folder,
)
from .prices import Prices
from .scenario import Scenario, load_scenario
from .schema import scenario_schema
from .sweep import Sweep, load_sweep
from .table import Row, assumptions, rows
from .table import rows as parameter_rows

__all__ = [
    "COMPONENTS",
    "KINDS",
    "Appeals",
    "Behaviour",
    "Campaign",
    "Collection",
    "Copy",
    "Hospitals",
    "Household",
    "Immunity",
    "Interview",
    "IsolationRegime",
    "Law",
    "LayerHazard",
    "Measure",
    "Monitor",
    "OperatorGeolocation",
    "ParameterError",
    "Pathogen",
    "Place",
    "Prices",
    "Prior",
    "Quantity",
    "Region",
    "Row",
    "Rung",
    "Scenario",
    "Sweep",
    "Testing",
    "TracingLevel",
    "Trigger",
    "assumptions",
    "file_of",
    "find",
    "kinds_with",
    "list_names",
    "load",
    "load_behaviour",
    "load_hospitals",
    "load_immunity",
    "load_isolation",
    "load_pathogen",
    "load_population",
    "load_region",
    "load_scenario",
    "load_sweep",
    "load_testing",
    "load_tracing",
    "origins",
    "origins_of",
    "parameter_rows",
    "params_folder",
    "rows",
    "scenario_schema",
    "validate_file",
    "value_hash",
]
