"""Results -> plotly figures. One template; one colour per isolation regime and one dash and symbol per tracing level, everywhere.

Figures compute nothing that is not already in the results: they take what `analysis` says and draw it with its intervals.
"""

from .calibration import fit, posterior
from .enforcement import burden, crossing, further_step, ladder_flow, stock
from .panels import curves, matched_null, precision, records, trade_off
from .population import population_inputs
from .race import race
from .sensitivity import flips, indices, rank_robustness, search, tornado, value_of_information
from .style import TEMPLATE

frontier = trade_off

__all__ = [
    "TEMPLATE", "burden", "crossing", "curves", "fit", "flips", "frontier", "further_step", "indices", "ladder_flow", "matched_null",
    "population_inputs", "posterior", "precision", "race", "rank_robustness", "records", "search", "stock", "tornado", "trade_off",
    "value_of_information",
]  # fmt: skip
