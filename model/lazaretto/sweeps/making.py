"""What makes the cells of a sweep: everything that their numbers depend on."""

from __future__ import annotations

import platform
from functools import lru_cache
from importlib import metadata
from typing import Any

from .._jit import source_key
from .._version import __version__
from ..parameters import Sweep
from ..population.city import Population

LIBRARIES = ("numba", "llvmlite", "numpy", "scipy")


@lru_cache(maxsize=1)
def sources() -> str:
    """The sources of this package."""
    return source_key()


@lru_cache(maxsize=1)
def libraries() -> str:
    """What the sources are carried out by: other versions may round otherwise."""
    versions = [f"{name} {metadata.version(name)}" for name in LIBRARIES]
    return ", ".join([f"python {platform.python_version()}", platform.machine(), *versions])


def manifest(design: Sweep, population: Population | None = None) -> dict[str, Any]:
    """What must be the same for cells to be of one making."""
    return {
        "sweep": design.title,
        "parameter_hash": design.parameter_hash,
        "package": __version__,
        "sources": sources(),
        "libraries": libraries(),
        "axes": {name: list(values) for name, values in design.axes.items()},
        "design": design.design,
        "samples": design.sample_count,
        "seeds": int(design.seeds.value),
        "population": population.key if population is not None else "",
    }
