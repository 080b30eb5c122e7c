"""The folder of a sweep: a manifest, one file per finished cell, the results, and a lock.

    sweep.json            which parameters and which version of the package made the cells
    cells/0012/012345.nc  one finished cell: NetCDF, followed by 32 bytes, the SHA-256 of all before
    them (readers do not mind) results.nc            all cells together .lock                 held
    while a sweep works here; the system lets go of it when the process ends, however that happens

A file is written whole under another name and then moved, so it is there or it is not. Cells of
other settings or sources are never mixed in, and a damaged one is noticed and done again.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import h5netcdf
import h5py
import numpy as np
import xarray as xr
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from ..parameters import ParameterError

MANIFEST = "sweep.json"
CELLS = "cells"
RESULTS = "results.nc"
ZARR = "results.zarr"
LOCK = ".lock"
PARTIAL = ".partial"
PER_FOLDER = 1000
DIGEST_BYTES = 32


class StoreError(OSError):
    """A folder that cannot be written to or holds something else; the text says what to do."""


class CellData(NamedTuple):
    """One finished cell: panel (components, listings, seeds), daily (curves, listings, seeds, days)
    or nothing, the names of both and the units of the curves, and the messages of failed runs."""

    panel: NDArray[np.float64]
    daily: NDArray[np.int32]
    components: list[str]
    curves: list[tuple[str, str]]
    failures: dict[str, str]
    settings: dict[str, Any]


def cannot_write(folder: Path, problem: OSError) -> StoreError:
    """What to tell of a write that failed."""
    return StoreError(
        f"{folder}: cannot be written: {problem.strerror or problem}. Nothing "
        "already there was changed, and finished cells are kept"
    )


class Store:
    """The folder of one sweep, locked until `close`."""

    def __init__(
        self, folder: Path, manifest: dict[str, Any], resume: bool = False, restart: bool = False
    ) -> None:
        """Open or make the folder.

        resume: go on with the cells that are there, if the same sweep made them. restart: throw
        away what is there; with resume too, only cells of other settings or sources. Raises
        StoreError if the folder holds a sweep and neither fits, if another sweep works in it, or if
        it cannot be written.
        """
        self.folder = folder
        self.lock = FileLock(folder / LOCK, thread_local=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with open(
                folder / LOCK, "ab"
            ):  # the lock itself takes a folder that cannot be written for one that is in use
                pass
            self.lock.acquire(timeout=0)
        except Timeout as problem:
            raise StoreError(
                f"{folder}: another sweep is working in this folder; wait for it, "
                "or take another folder"
            ) from problem
        except (OSError, NotImplementedError) as problem:
            raise cannot_write(
                folder, OSError(str(getattr(problem, "strerror", "") or problem))
            ) from problem
        try:
            self._make_room(manifest, resume, restart)
        except BaseException as problem:
            self.close()
            if isinstance(problem, OSError) and not isinstance(problem, StoreError):
                raise cannot_write(folder, problem) from problem
            raise

    def _make_room(self, manifest: dict[str, Any], resume: bool, restart: bool) -> None:
        there = self._read_manifest(restart)
        same = there == manifest
        if there is None and not restart and (self.folder / CELLS).exists():
            raise StoreError(
                f"{self.folder}: holds cells but not what made them ({MANIFEST}). "
                "Take another folder, or say --restart"
            )
        if there is not None and not same and not restart:
            changed = sorted(k for k in {*there, *manifest} if there.get(k) != manifest.get(k))
            raise StoreError(
                f"{self.folder}: holds results of other settings or sources "
                f"(changed: {', '.join(changed)}). "
                "Take another folder, or say --restart to throw them away"
            )
        if same and not resume and not restart:
            raise StoreError(
                f"{self.folder}: already holds this sweep. Say --resume to go on "
                "with it, --restart to begin it again, "
                "or take another folder"
            )
        if restart and not (same and resume):
            (self.folder / RESULTS).unlink(missing_ok=True)
            if (self.folder / CELLS).exists():
                shutil.rmtree(self.folder / CELLS)
        if not same or restart:
            _write_whole(
                self.folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode()
            )
        (self.folder / CELLS).mkdir(exist_ok=True)
        for left in (self.folder / CELLS).glob("*/*" + PARTIAL):  # by a sweep that was killed
            left.unlink(missing_ok=True)

    def _read_manifest(self, restart: bool) -> dict[str, Any] | None:
        file = self.folder / MANIFEST
        try:
            return dict(json.loads(file.read_bytes()))
        except FileNotFoundError:
            return None
        except ValueError as problem:
            if restart:
                return {}
            raise StoreError(
                f"{file}: is damaged ({problem}). Take another folder, or say "
                "--restart to begin again"
            ) from problem

    def close(self) -> None:
        """Let others work in the folder."""
        self.lock.release()

    def cell_file(self, index: int) -> Path:
        """The file of cell number `index`."""
        return self.folder / CELLS / f"{index // PER_FOLDER:04d}" / f"{index:06d}.nc"

    def finished(self) -> tuple[set[int], list[Path]]:
        """(numbers of the cells that are there and whole, files that were damaged). Damaged files
        are removed."""
        whole: set[int] = set()
        damaged = []
        for file in sorted((self.folder / CELLS).glob("*/*.nc")):
            try:
                _check(file)
                index = int(file.stem)
            except (StoreError, ValueError):
                damaged.append(file)
                file.unlink(missing_ok=True)
                continue
            whole.add(index)
        return whole, damaged

    def read(self, index: int) -> CellData:
        """A finished cell. Raises StoreError where it is not there or damaged."""
        file = self.cell_file(index)
        with h5py.File(io.BytesIO(_check(file)), "r") as f:
            told = json.loads(f.attrs["lazaretto"])
            daily = (
                f["daily"][()]
                if "daily" in f
                else np.zeros((0, *f["panel"].shape[1:], 0), np.int32)
            )
            return CellData(
                f["panel"][()],
                daily,
                told["components"],
                [tuple(c) for c in told["curves"]],
                told["failures"],
                told["settings"],
            )

    def write(self, index: int, cell: CellData) -> None:
        """Store a finished cell, whole or not at all. Raises StoreError."""
        file = self.cell_file(index)
        try:
            file.parent.mkdir(exist_ok=True)
            image = cell_image(cell)
            _write_whole(file, image + hashlib.sha256(image).digest())
        except OSError as problem:
            raise cannot_write(self.folder, problem) from problem


def cell_image(cell: CellData) -> bytes:
    """A cell as the bytes of a NetCDF file; equal cells give equal bytes."""
    buffer = io.BytesIO()
    told = {
        "components": cell.components,
        "curves": cell.curves,
        "failures": cell.failures,
        "settings": cell.settings,
    }
    packed: dict[str, Any] = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
    _, listings, seeds = cell.panel.shape
    with h5netcdf.File(buffer, "w") as f:
        f.dimensions = {"component": len(cell.components), "listing": listings, "seed": seeds}
        f.create_variable("panel", ("component", "listing", "seed"), data=cell.panel, **packed)
        if len(cell.curves):
            f.dimensions["curve"], f.dimensions["day"] = cell.daily.shape[0], cell.daily.shape[3]
            f.create_variable(
                "daily", ("curve", "listing", "seed", "day"), data=cell.daily, **packed
            )
        f.attrs["lazaretto"] = json.dumps(told, sort_keys=True)
    return buffer.getvalue()


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


def _write_whole(file: Path, content: bytes) -> None:
    with replace_file(file) as partial:
        partial.write_bytes(content)


@contextlib.contextmanager
def replace_file(file: Path) -> Iterator[Path]:
    """A file of another name to write, which takes the place of `file` when all went well and is
    removed otherwise."""
    partial = file.with_suffix(PARTIAL)
    try:
        yield partial
        os.replace(partial, file)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


class Guarded(io.RawIOBase):
    """A new file for HDF5 to write, on a disk that may be full: HDF5 crashes where a write fails
    while it closes. So a write that fails is kept in `problem` and it and all later ones stay in
    memory, where they can be read back; the writer looks at `problem`, stops, and the file is
    thrown away."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.file: Any = open(path, "w+b", buffering=0)  # noqa: SIM115 (closed by close)
        self.at = self.end = 0
        self.problem: OSError | None = None
        self.unwritten: list[tuple[int, bytes]] = []

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self.at = offset + (0, self.at, self.end)[whence]
        return self.at

    def tell(self) -> int:
        return self.at

    def write(self, data: Any, /) -> int:
        content = bytes(data)
        if self.problem is None:
            try:
                self.file.seek(self.at)
                left = memoryview(content)
                while left:
                    left = left[self.file.write(left) :]
            except OSError as problem:
                self.problem = problem
        if self.problem is not None:
            self.unwritten.append((self.at, content))
        self.at += len(content)
        self.end = max(self.end, self.at)
        return len(content)

    def readinto(self, buffer: Any, /) -> int:
        wanted = memoryview(buffer).cast("B")
        self.file.seek(self.at)
        content = self.file.read(len(wanted)).ljust(len(wanted), b"\0")
        wanted[:] = content
        for begin, part in self.unwritten:
            low, high = max(begin, self.at), min(begin + len(part), self.at + len(wanted))
            if low < high:
                wanted[low - self.at : high - self.at] = part[low - begin : high - begin]
        self.at += len(wanted)
        return len(wanted)

    def truncate(self, size: int | None = None, /) -> int:
        self.end = self.at if size is None else size
        if self.problem is None:
            try:
                self.file.truncate(self.end)
            except OSError as problem:
                self.problem = problem
        return self.end

    def check(self) -> None:
        """Raises the first problem, if there was one."""
        if self.problem is not None:
            raise self.problem

    def close(self) -> None:
        self.file.close()
        super().close()


def write_dataset(data: xr.Dataset, file: Path) -> None:
    """Write NetCDF under another name, then move it into place. Raises StoreError."""
    compressed = {
        name: {"zlib": True, "complevel": 3}
        for name, v in data.data_vars.items()
        if v.dtype.kind in "fiu" and v.ndim
    }
    try:
        with replace_file(file) as partial:
            data.to_netcdf(partial, engine="h5netcdf", encoding=compressed)
    except OSError as problem:
        raise cannot_write(file.parent, problem) from problem


def can_write_zarr() -> None:
    """Raises ParameterError where the library is missing."""
    if importlib.util.find_spec("zarr") is None:
        raise ParameterError("--zarr needs the library: pip install 'lazaretto[zarr]'")


def write_zarr(data: xr.Dataset, folder: Path) -> None:
    """Write results.zarr (format 2, which every reader knows) into the folder, in place of an older
    one. Raises StoreError."""
    final, partial = folder / ZARR, folder / (ZARR + PARTIAL)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        data.drop_encoding().to_zarr(partial, mode="w", zarr_format=2, consolidated=True)
        shutil.rmtree(final, ignore_errors=True)
        os.replace(partial, final)
    except OSError as problem:
        shutil.rmtree(partial, ignore_errors=True)
        raise cannot_write(folder, problem) from problem


def open_results(folder: Path) -> xr.Dataset:
    """The results of a finished sweep, read when used. Raises StoreError."""
    file = folder / RESULTS if folder.is_dir() else folder
    if not file.is_file():
        raise StoreError(
            f"{folder}: holds no finished sweep ({RESULTS} is missing). Run "
            f"`lazaretto sweep ... --out {folder} --resume`"
        )
    try:
        return xr.open_dataset(file, engine="h5netcdf")
    except (OSError, ValueError, KeyError) as problem:
        raise StoreError(
            f"{file}: cannot be read: {problem}. `lazaretto sweep ... --resume` "
            "makes it again from the cells"
        ) from problem


def read_results(folder: Path) -> xr.Dataset:
    """The results of a finished sweep, wholly in memory. Raises StoreError."""
    with open_results(folder) as results:
        try:
            return results.load()
        except (OSError, ValueError) as problem:
            raise StoreError(
                f"{folder}: cannot be read: {problem}. `lazaretto sweep ... "
                "--resume` makes it again"
            ) from problem
