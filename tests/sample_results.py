"""A small sweep on a few thousand people, made once for all tests that need real results."""

from __future__ import annotations

from functools import lru_cache

import xarray as xr

import lazaretto as lz

PEOPLE, SEEDS = 2000, 3


@lru_cache(maxsize=1)
def results() -> xr.Dataset:
    """Two tracing levels by two regimes, each list with both of its nulls, 60 days."""
    design = lz.load_sweep("tracing-by-isolation").model_dump()
    scenario = lz.load_scenario("no-measures").replace(people=PEOPLE, days=60)
    design |= {
        "scenario": scenario.model_dump(),
        "axes": {"tracing": ("none", "interview"), "isolation": ("advice", "supported")},
    }
    return lz.sweep(lz.Sweep.model_validate(design), SEEDS, people=PEOPLE)
