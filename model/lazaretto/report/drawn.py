"""Which figures fit which results, each with what it shows in a sentence for those who cannot see
it."""

from __future__ import annotations

import contextlib
from typing import NamedTuple

import plotly.graph_objects as go
import xarray as xr

from .. import figures
from ..analysis.compare import axes_of
from ..analysis.contrast import CONTROL, over_all_cells
from ..analysis.errors import AnalysisError
from ..analysis.samples import cells_of
from ..figures.along import MOST_LINES
from ..figures.null import OF_CITY
from .answer import NONE, control_matters, references
from .shapes import Shape, is_policy_grid, numeric_axes

SHOWN = ("infections", "deaths", "futile_days")
MOST_CELLS = 60  # lines of a forest
MOST_AXES = 3


class Drawn(NamedTuple):
    """A figure, what it shows in words, and what to read from it."""

    figure: go.Figure
    alt: str
    note: str = ""


def drawn_of(one: Shape) -> dict[str, Drawn]:
    """The figures of one situation by name, in the order of reading."""
    data = one.data
    found: dict[str, Drawn] = {}
    if is_policy_grid(data):
        found |= _of_policies(data)
    for axis in numeric_axes(data)[:1]:
        if len(axes_of(data)) <= MOST_AXES and len(cells_of(data)) <= MOST_LINES * data.sizes[axis]:
            found["along"] = Drawn(
                figures.along(
                    data, ("infections", "deaths", "futile_days"), "Along the axis", axis
                ),
                "Paired differences from the baseline in infections, deaths and futile days along "
                "the numeric axis, with 95 % intervals.",
            )
    if len(cells_of(data)) <= MOST_CELLS:
        names = [name for name in SHOWN if name in data]
        found["differences"] = Drawn(
            figures.forest(data, names, "Infections, deaths and futile days"),
            "Every policy's difference from the baseline in infections, deaths and futile days, "
            "with 95 % intervals.",
            "Hollow: the interval holds zero, so no direction can be said.",
        )
    found |= _of_draws(one)
    return found


def _of_policies(data: xr.Dataset) -> dict[str, Drawn]:
    found: dict[str, Drawn] = {}
    with contextlib.suppress(AnalysisError):  # a run failed: nothing can be said of dominance
        found["frontier"] = Drawn(
            figures.trade_off(data, title="Infections averted against days served in vain"),
            "Each policy as a point: futile days to the right, infections averted upwards, with "
            "95 % intervals. The policies that no other beats on both are named and joined.",
            "Each point is a policy: colour tells the regime, symbol the tracing level. Up is "
            "good, right is costly. Filled: in at least half of the resampled runs nothing else "
            "averts more for fewer futile days.",
        )
    level, regime = references(data)
    if data.sizes.get("listing", 1) > 1:
        both = OF_CITY in data["listing"].values
        found["matched-null"] = Drawn(
            figures.matched_null(data),
            "Infections averted by each tracing level and regime, beside as many quarantine days "
            f"ordered of random people of the area{' and of the whole city' if both else ''}.",
            "Quarantining many people slows an epidemic whoever they are. A list is credited only "
            "with what it averts beyond its matched null: what tracing newly ordered is ordered "
            "again, on the same days and for as many days, of random people of the same age group "
            "who are free, and nobody is traced. Notices are not copied: what people do who are "
            "only informed is part of what such a level adds.",
        )
        found["matched-null-per-day"] = Drawn(
            figures.matched_null(data, "averted_per_1000_quarantine_days"),
            "Infections averted for each 1,000 quarantine days added, lists beside random orders.",
            "The same for each 1,000 days of quarantine that a policy adds: differences over "
            "differences. No bar where the days added may be none.",
        )
    cell = {"tracing": NONE, "isolation": regime}
    if NONE in data["tracing"].values and control_matters(data, cell):
        found["control"] = Drawn(
            figures.forest(data, [CONTROL], "Does the outbreak end?", levels=True),
            "Share of runs in which the outbreak was brought under control, by policy, with "
            "intervals.",
            "Under control: no new infection in the last 28 days, and fewer than 1 in 100 people "
            "infected.",
        )
    if "daily_new_infections" in data and level in data["tracing"].values:
        found["curves"] = Drawn(
            figures.curve_differences(data, band_of=regime),
            "New infections a day less those of the baseline with the same seed, by tracing level "
            "and regime.",
        )
    if "fines" in data and bool((data["fines"] + data["warnings"] > 0).any()):
        found["sanctions"] = Drawn(
            figures.sanctions(data, {"tracing": level}),
            "Warnings, police reports, fines and transfers by regime: right, partly wrong, wrong.",
            "A sanction is wrong if none of the breaches that led to it was one, partly wrong if "
            "some were not.",
        )
    if any(one != NONE for one in data["tracing"].values):
        found["precision"] = Drawn(
            figures.precision(data),
            "Four shares that tell how good the lists are, by tracing level and regime.",
        )
    found["records"] = Drawn(
        figures.records(data),
        "Records opened and record-years held by tracing level and regime, on a logarithmic scale.",
    )
    return found


def _of_draws(one: Shape) -> dict[str, Drawn]:
    """What infections rest on where every seed has its own draw."""
    if one.samples is None or one.replicate != "draw":
        return {}
    try:
        table = over_all_cells(one.data, "infections")
    except AnalysisError:
        return {}
    return {
        "hangs": Drawn(
            figures.hanging(table, "What infections rest on, over all policies"),
            "Rank correlation of infections with the draw of each assumption, mean over all "
            "policies that it bears on, strongest on top.",
            "To the right: the larger it is, the more are infected. Hollow: the interval holds "
            "zero.",
        )
    }
