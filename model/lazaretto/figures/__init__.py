"""Results -> plotly figures. One template; one colour per isolation regime and one dash and symbol per tracing level, everywhere.

Figures compute nothing that is not already in the results: they take what `analysis` says and draw it with its intervals.
"""

from .calibration import fit, posterior
from .panels import curves, matched_null, precision, records, trade_off
from .population import population_inputs
from .race import race
from .sensitivity import flips, indices, rank_robustness, search, tornado, value_of_information
from .style import TEMPLATE

frontier = trade_off

__all__ = [
    "TEMPLATE", "curves", "fit", "flips", "frontier", "indices", "matched_null", "population_inputs", "posterior", "precision",
    "race", "rank_robustness", "records", "search", "tornado", "trade_off", "value_of_information",
]  # fmt: skip
