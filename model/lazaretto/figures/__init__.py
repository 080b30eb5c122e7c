"""Results -> plotly figures. One template; one colour per isolation regime and one dash and symbol per tracing level, everywhere.

Figures compute nothing that is not already in the results: they take what `analysis` says and draw it with its intervals.
"""

from .panels import curves, matched_null, precision, records, trade_off
from .population import population_inputs
from .race import race
from .style import TEMPLATE

frontier = trade_off

__all__ = ["TEMPLATE", "curves", "frontier", "matched_null", "population_inputs", "precision", "race", "records", "trade_off"]
