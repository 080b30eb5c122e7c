"""Ratios of panel components: what a gain costs. Differences over differences: what a cell adds
to the baseline of the cost, over what it adds of the gain. Ratios of means over seeds, with
jackknife intervals; none where what is below may as well be nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr

from .compare import ADDED, AVERTED, component, describe
from .interval import t_factor


class Ratio(NamedTuple):
    """above / below x per, of panel components against the baseline (`_averted`, `_added`); above
    None: 1, for a component that is a share."""

    label: str
    unit: str
    above: str | None
    below: str
    per: float = 1.0


RATIOS: dict[str, Ratio] = {
    "listed_per_infected_found": Ratio(
        "Listed per infected contact found", "listing/person", None, "infected_per_listed"
    ),
    "futile_days_per_infection_averted": Ratio(
        "Futile days added per infection averted",
        "person-day/person",
        "futile_days" + ADDED,
        "infections" + AVERTED,
    ),
    "averted_per_1000_quarantine_days": Ratio(
        "Infections averted per 1,000 quarantine days added",
        "person/1,000 person-days",
        "infections" + AVERTED,
        "quarantine_days_served" + ADDED,
        1000.0,
    ),
    "uninfected_opened_per_infection_averted": Ratio(
        "Uninfected people more whose records were opened, per infection averted",
        "person/person",
        "uninfected_opened" + ADDED,
        "infections" + AVERTED,
    ),
    "deaths_averted_per_1000_futile_days": Ratio(
        "Deaths averted per 1,000 futile days added",
        "person/1,000 person-days",
        "deaths" + AVERTED,
        "futile_days" + ADDED,
        1000.0,
    ),
    "wrong_fines_per_infection_averted": Ratio(
        "Wrong fines added per infection averted",
        "fine/person",
        "wrong_fines" + ADDED,
        "infections" + AVERTED,
    ),
}


def ratios(results: xr.Dataset) -> xr.Dataset:
    """The derived ratios of every cell, dim "ratio": mean, low, high (95 % jackknife t interval
    over seeds).

    nan where the interval of the denominator reaches down to 0, as in the baseline itself: nothing
    can be said of the price of a gain that may be none.
    """
    parts = []
    for one in RATIOS.values():
        below = component(results, one.below)
        above = (
            component(results, one.above)
            if one.above is not None
            else xr.ones_like(below).where(below.notnull())
        )
        parts.append(ratio_of_means(above * one.per, below))
    return xr.concat(parts, "ratio").assign_coords(ratio=list(RATIOS))


def ratio_of_means(above: xr.DataArray, below: xr.DataArray) -> xr.Dataset:
    """Mean above over mean below over "seed": mean, low, high (95 % jackknife t interval; nan ends
    for one seed), all nan where the interval of the mean below reaches down to 0. Seeds that hold
    nothing (nan) are left out."""
    known = above.notnull() & below.notnull()
    n = known.sum("seed")
    spread = describe(below.where(known))
    sure = (spread["low"] > 0) | ((n == 1) & (spread["mean"] > 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        total_above, total_below = (one.where(known, 0.0).sum("seed") for one in (above, below))
        mean = (total_above / total_below.where(total_below > 0)).where(sure)
        without = ((total_above - above) / (total_below - below)).where(known)
        error = ((n - 1) / n * ((without - without.mean("seed")) ** 2).sum("seed")) ** 0.5
    half = (error * n.copy(data=t_factor(n.values))).where(mean.notnull() & (n > 1))
    return xr.Dataset({"mean": mean, "low": mean - half, "high": mean + half})
