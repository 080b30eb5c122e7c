"""Results -> plotly figures. One template; one colour per isolation regime and one dash and symbol
per tracing level, everywhere.

Figures compute nothing that is not already in the results: they take what `analysis` says and draw
it with its intervals.
"""

from .along import along
from .alt import alt_text
from .band import band
from .calibration import fit, posterior, reported_and_simulated
from .cascade import cascade
from .case_timeline import case_timeline
from .curves import curve_differences, curves
from .data import data
from .decisions import flips, value_of_information
from .enforcement import burden, crossing, further_step, ladder_flow
from .export import FigureError, resize, save
from .forest import forest
from .hanging import hanging
from .heat import panel_heat
from .kept import kept
from .limits import limits
from .network import animation, layout, network
from .null import matched_null
from .panels import precision, records, trade_off
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
    "alt_text",
    "animation",
    "band",
    "burden",
    "cascade",
    "case_timeline",
    "crossing",
    "curve_differences",
    "curves",
    "data",
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
    "resize",
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
