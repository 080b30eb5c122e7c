"""How the results of a sweep are written: whole or not at all, also on a disk that is full, and in
the place of nothing that is not ours."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import xarray as xr

from ..parameters import ParameterError
from ..values.own_files import replacing

ZARR = "results.zarr"
PARTIAL = ".partial"
# in a folder of Zarr, format 2: what tells of a group or an array, and the pieces of an array
OF_ZARR = re.compile(r"\.z(group|attrs|array|metadata)|\d+(\.\d+)*")
PACKAGE = "lazaretto"


class StoreError(OSError):
    """A folder that cannot be written to or holds something else; the text says what to do."""


def cannot_write(folder: Path, problem: OSError) -> StoreError:
    """What to tell of a write that failed."""
    return StoreError(
        f"{folder}: cannot be written: {problem.strerror or problem}. Nothing "
        "already there was changed, and finished cells are kept"
    )


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
        with replacing(file) as partial:
            data.to_netcdf(partial, engine="h5netcdf", encoding=compressed)
    except OSError as problem:
        raise cannot_write(file.parent, problem) from problem


def can_write_zarr() -> None:
    """Raises ParameterError where the library is missing."""
    if importlib.util.find_spec("zarr") is None:
        raise ParameterError("--zarr needs the library: pip install 'lazaretto[zarr]'")


def write_zarr(data: xr.Dataset, folder: Path) -> None:
    """Write results.zarr (format 2, which every reader knows) into the folder, in place of an older
    one of ours. Raises StoreError, also where what is there is something else."""
    final, partial = folder / ZARR, folder / (ZARR + PARTIAL)
    for there in (final, partial):
        if os.path.lexists(there) and not _is_our_zarr(there):
            raise StoreError(
                f"{there}: not written by this program, or there is more in it, and nothing of "
                "yours is removed. Give it another name, or move it elsewhere"
            )
    try:
        shutil.rmtree(partial, ignore_errors=True)
        data.drop_encoding().to_zarr(partial, mode="w", zarr_format=2, consolidated=True)
        shutil.rmtree(final, ignore_errors=True)
        os.replace(partial, final)
    except OSError as problem:
        shutil.rmtree(partial, ignore_errors=True)
        raise cannot_write(folder, problem) from problem


def _is_our_zarr(folder: Path) -> bool:
    """Whether it holds results of ours, or what was begun of them, and nothing else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    files = [file for file in folder.rglob("*") if not file.is_dir()]
    if not all(OF_ZARR.fullmatch(file.name) for file in files):
        return False
    told: Any = {}
    with contextlib.suppress(OSError, ValueError):
        told = json.loads((folder / ".zattrs").read_bytes())
    begun = folder.name.endswith(PARTIAL)
    return begun or (isinstance(told, dict) and str(told.get("package")).startswith(PACKAGE))
