"""Whether an outbreak was brought under control, run by run."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .errors import AnalysisError

QUIET_DAYS = 28  # two incubation periods of 14 days: what the WHO asks before an outbreak is over
FEW = 1_000.0  # per 100,000: a wave that ran out of people was not controlled
NEW, INFECTIONS = "daily_new_infections", "infections"


def controlled(results: xr.Dataset, quiet_days: int = QUIET_DAYS, few: float = FEW) -> xr.DataArray:
    """1 where a run had no new infection in its last `quiet_days` days and fewer than `few`
    infections per 100,000 people in all, 0 where not, nan where it failed: all dims of the runs.

    Raises AnalysisError where the results keep no curve of new infections, or fewer days.
    """
    if NEW not in results:
        raise AnalysisError(
            "whether an outbreak ended is seen in the daily curve of new infections, and these "
            'results keep none; state daily = true or daily = ["new_infections"] in the sweep'
        )
    daily, infections = (results[name].reset_coords(drop=True) for name in (NEW, INFECTIONS))
    if not 0 < quiet_days < daily.sizes["day"]:
        raise AnalysisError(
            f"quiet_days: between 1 and {daily.sizes['day'] - 1} days of these runs; "
            f"got {quiet_days!r}"
        )
    there = daily >= 0  # shorter cells end with -1, failed runs hold nothing else
    ends = there.sum("day")
    tail = daily.where((daily["day"] >= ends - quiet_days) & (daily["day"] < ends))
    over = (tail.sum("day") == 0) & (infections < few)
    found: xr.DataArray = over.astype(float).where((ends > 0) & np.isfinite(infections))
    return found.drop_attrs().rename("controlled")
