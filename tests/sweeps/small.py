"""Small designs and ways to look at a folder, for the tests of sweeps."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import lazaretto as lz
from lazaretto.parameters import Sweep


def stated(value: float, unit: str) -> dict[str, Any]:
    return {
        "value": value,
        "unit": unit,
        "range": [value, value],
        "source": "test",
        "status": "assumption",
    }


def design(days: int = 30, people: int = 1000, seeds: int = 2, **changes: Any) -> Sweep:
    """Two tracing levels by two regimes on a thousand people, with whatever else is stated."""
    data = lz.load_sweep("tracing-by-isolation").model_dump()
    scenario = lz.load_scenario("no-measures").replace(
        people=people, days=days, initial_infections=20
    )
    data |= {
        "scenario": scenario.model_dump(),
        "people": None,
        "seeds": stated(seeds, "seed"),
        "daily": False,
        "axes": {"tracing": ("none", "interview"), "isolation": ("advice", "supported")},
        "baseline": {"tracing": "none", "isolation": "advice"},
    }
    return Sweep.model_validate(data | changes)


def sampled(
    kind: str = "latin-hypercube",
    vary: tuple[str, ...] = ("testing.seek_probability",),
    n: int = 4,
    **changes: Any,
) -> Sweep:
    """The same policies crossed with samples."""
    return design(design=kind, vary=vary, samples=stated(n, "sample"), null=(), **changes)


def files(folder: Path) -> dict[str, str]:
    """A digest of the content of every NetCDF file in a folder, by its name there."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*.nc"))
    }
