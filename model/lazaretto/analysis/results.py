"""The results of a sweep, from the folder in which it left them."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from ..sweeps.store import read_results


def load_results(folder: str | Path) -> xr.Dataset:
    """The results of a finished sweep, wholly in memory, as `lz.sweep` returns them.

    folder: what `lazaretto sweep ... --out` or `lz.sweep(..., out=...)` was given. Raises
    StoreError where there is no finished sweep."""
    return read_results(Path(folder))
