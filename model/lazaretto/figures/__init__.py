"""Results -> plotly figures. One template; one colour per isolation regime and one dash and symbol
per tracing level, everywhere.

Figures compute nothing that is not already in the results: they take what `analysis` says and draw
it with its intervals.
"""

from .along import along
from .band import band
from .calibration import fit, posterior, reported_and_simulated
from .cascade import cascade
from .curve_differences import curve_differences
from .decisions import flips, value_of_information
from .enforcement import burden, crossing, further_step, ladder_flow
from .export import FigureError, save
from .forest import forest
from .hanging import hanging
from .heat import panel_heat
from .kept import kept
from .limits import limits
from .network import animation, layout, network
from .null import matched_null
from .panels import curves, precision, records, trade_off
from .population import population_inputs
from .race import race
from .ranking import rank_robustness, search
from .run import run
from .sanctions import sanctions
from .sensitivity import indices, tornado
from .stock import stock
from .style import TEMPLATE
from .tree import tree

frontier = trade_off

__all__ = [
    "TEMPLATE",
    "FigureError",
    "along",
    "animation",
    "band",
    "burden",
    "cascade",
    "crossing",
    "curve_differences",
    "curves",
    "fit",
    "flips",
    "forest",
    "frontier",
    "further_step",
    "hanging",
    "indices",
    "kept",
    "ladder_flow",
    "layout",
    "limits",
    "matched_null",
    "network",
    "panel_heat",
    "population_inputs",
    "posterior",
    "precision",
    "race",
    "rank_robustness",
    "records",
    "reported_and_simulated",
    "run",
    "sanctions",
    "save",
    "search",
    "stock",
    "tornado",
    "trade_off",
    "tree",
    "value_of_information",
]
