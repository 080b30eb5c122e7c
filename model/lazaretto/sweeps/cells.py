"""A cell of a sweep as a file: NetCDF, followed by the digest of all before it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import h5netcdf
import h5py
import numpy as np
from numpy.typing import NDArray

from .writing import StoreError

DIGEST_BYTES = 32
TOLD = "lazaretto"  # the attribute in which a cell says what it is


class CellData(NamedTuple):
    """One finished cell: panel (components, listings, seeds), daily (curves, listings, seeds, days)
    or nothing, the names of both and the units of the curves, and the messages of failed runs."""

    panel: NDArray[np.float64]
    daily: NDArray[np.int32]
    components: list[str]
    curves: list[tuple[str, str]]
    failures: dict[str, str]
    settings: dict[str, Any]


def cell_image(cell: CellData, index: int = 0, making: str = "") -> bytes:
    """A cell as the bytes of its file; equal cells give equal bytes. index: its number; making:
    what made it, as its store says."""
    buffer = io.BytesIO()
    told = {
        "cell": index,
        "making": making,
        "components": cell.components,
        "curves": cell.curves,
        "failures": cell.failures,
        "settings": cell.settings,
    }
    buffer.write(_empty(cell.panel.shape, cell.daily.shape if cell.curves else None))
    with h5py.File(buffer, "r+") as f:
        f["panel"][...] = cell.panel
        if cell.curves:
            f["daily"][...] = cell.daily
        f.attrs[TOLD] = json.dumps(told, sort_keys=True)
    written = buffer.getvalue()
    return written + hashlib.sha256(written).digest()


@lru_cache(maxsize=4)
def _empty(panel: tuple[int, ...], daily: tuple[int, ...] | None) -> bytes:
    """A cell's file with its dimensions and without numbers: all cells of a sweep begin alike, and
    NetCDF's dimensions take longer to write than what is in a small cell."""
    packed: dict[str, Any] = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
    buffer = io.BytesIO()
    with h5netcdf.File(buffer, "w") as f:
        f.dimensions = dict(zip(("component", "listing", "seed"), panel, strict=True))
        f.create_variable("panel", ("component", "listing", "seed"), np.float64, **packed)
        if daily is not None:
            f.dimensions["curve"], f.dimensions["day"] = daily[0], daily[3]
            f.create_variable("daily", ("curve", "listing", "seed", "day"), np.int32, **packed)
    return buffer.getvalue()


def data_of(f: Any, told: dict[str, Any]) -> CellData:
    """The cell in a file that `opened` opened."""
    none = np.zeros((0, *f["panel"].shape[1:], 0), np.int32)
    return CellData(
        f["panel"][()],
        f["daily"][()] if "daily" in f else none,
        told["components"],
        [tuple(c) for c in told["curves"]],
        told["failures"],
        told["settings"],
    )


@contextlib.contextmanager
def opened(file: Path) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A cell's file that agrees with its digest, opened, and what it says of itself. Raises
    StoreError."""
    try:
        with h5py.File(io.BytesIO(_check(file)), "r") as f:
            yield f, dict(json.loads(f.attrs[TOLD]))
    except (OSError, LookupError, ValueError, TypeError, AttributeError) as problem:
        if isinstance(problem, StoreError):
            raise
        raise StoreError(f"{file}: is damaged ({problem})") from problem


def _check(file: Path) -> bytes:
    """The content of a cell's file, without the digest that it must agree with."""
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise StoreError(f"{file}: cannot be read: {problem.strerror or problem}") from problem
    image, digest = content[:-DIGEST_BYTES], content[-DIGEST_BYTES:]
    if hashlib.sha256(image).digest() != digest:
        raise StoreError(f"{file}: is damaged")
    return image


def is_whole(file: Path) -> bool:
    """Whether a file is one of our cells, whole."""
    try:
        with opened(file):
            return True
    except StoreError:
        return False
