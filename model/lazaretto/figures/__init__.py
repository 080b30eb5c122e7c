"""Results -> plotly figures. One template; one colour per isolation regime and one dash and symbol per tracing level, everywhere.

Figures compute nothing that is not already in the results: they take what `analysis` says and draw it with its intervals.
"""

from .enforcement import burden, crossing, further_step, ladder_flow, stock
from .panels import curves, matched_null, precision, records, trade_off
from .population import population_inputs
from .race import race
from .style import TEMPLATE

frontier = trade_off

__all__ = [
    "TEMPLATE", "burden", "crossing", "curves", "frontier", "further_step", "ladder_flow", "matched_null", "population_inputs",
    "precision", "race", "records", "stock", "trade_off",
]  # fmt: skip
