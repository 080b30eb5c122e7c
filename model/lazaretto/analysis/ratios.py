"""Ratios of panel components: what a gain costs. Ratios of means over seeds, with jackknife
intervals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr

from .compare import AVERTED, component
from .interval import t_factor


class Ratio(NamedTuple):
    """above / below x per, of panel components (with `_averted`: against the baseline); above None:
    1, for a component that is a share."""

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
        "Futile days per infection averted",
        "person-day/person",
        "futile_days",
        "infections" + AVERTED,
    ),
    "averted_per_1000_quarantine_days": Ratio(
        "Infections averted per 1,000 quarantine days",
        "person/1,000 person-days",
        "infections" + AVERTED,
        "quarantine_days_served",
        1000.0,
    ),
    "uninfected_opened_per_infection_averted": Ratio(
        "Uninfected people whose records were opened, per infection averted",
        "person/person",
        "uninfected_opened",
        "infections" + AVERTED,
    ),
    "deaths_averted_per_1000_futile_days": Ratio(
        "Deaths averted per 1,000 futile days",
        "person/1,000 person-days",
        "deaths" + AVERTED,
        "futile_days",
        1000.0,
    ),
    "wrong_fines_per_infection_averted": Ratio(
        "Wrong fines per infection averted", "fine/person", "wrong_fines", "infections" + AVERTED
    ),
}


def ratios(results: xr.Dataset) -> xr.Dataset:
    """The derived ratios of every cell, dim "ratio": mean, low, high (95 % jackknife t interval
    over seeds).

    nan where the denominator is not above 0, as in the baseline itself.
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
    for one seed), all nan where what is below is not above 0."""
    n = above.sizes["seed"]
    with np.errstate(divide="ignore", invalid="ignore"):
        total_above, total_below = above.sum("seed", skipna=False), below.sum("seed", skipna=False)
        mean = (total_above / total_below).where(total_below > 0)
        without = (total_above - above) / (total_below - below)
        error = ((n - 1) / n * ((without - without.mean("seed")) ** 2).sum("seed")) ** 0.5
    half = (error * t_factor(n)).where(mean.notnull())
    return xr.Dataset({"mean": mean, "low": mean - half, "high": mean + half})
