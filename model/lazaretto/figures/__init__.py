"""Results -> plotly figures. One template; one colour per isolation regime and one dash and symbol per tracing level, everywhere.

Figures compute nothing that is not already in the results: they take what `analysis` says and draw it with its intervals.
"""

from .cascade import cascade
from .export import FigureError, save
from .heat import panel_heat
from .network import animation, layout, network
from .panels import curves, matched_null, precision, records, trade_off
from .population import population_inputs
from .race import race
from .stock import stock
from .style import TEMPLATE
from .tree import tree

frontier = trade_off

__all__ = [
    "TEMPLATE", "FigureError", "animation", "cascade", "curves", "frontier", "layout", "matched_null", "network", "panel_heat",
    "population_inputs", "precision", "race", "records", "save", "stock", "trade_off", "tree",
]  # fmt: skip
