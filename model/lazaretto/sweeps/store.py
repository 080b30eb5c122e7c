"""The folder of a sweep: a manifest, one file per finished cell, and the results.

A cell's file is written under another name and then moved, so it is there whole or not at all. The manifest says which parameters
and which version of the package made the cells; cells of another making are never mixed in.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import xarray as xr

MANIFEST = "sweep.json"
CELLS = "cells"
RESULTS = "results.nc"


class StoreError(OSError):
    """A folder that cannot be written to or holds something else; the text says what to do."""


def _clear(folder: Path, problem: OSError) -> StoreError:
    return StoreError(f"{folder}: cannot be written: {problem.strerror or problem}. Nothing already there was changed")


class Store:
    """The folder of one sweep."""

    def __init__(self, folder: Path, manifest: dict[str, Any], resume: bool = False, restart: bool = False) -> None:
        """Open or make the folder.

        resume: go on with the cells that are there, if the same sweep made them. restart: throw away cells of another making.
        Raises StoreError if the folder holds a sweep and neither fits, or cannot be written.
        """
        self.folder = folder
        self.manifest = manifest
        try:
            folder.mkdir(parents=True, exist_ok=True)
            there = self._read_manifest()
            if there is not None and there != manifest:
                changed = sorted(k for k in {*there, *manifest} if there.get(k) != manifest.get(k))
                if not restart:
                    raise StoreError(
                        f"{folder}: holds results of another making (changed: {', '.join(changed)}). "
                        "Take another folder, or say --restart to throw them away"
                    )
                shutil.rmtree(folder / CELLS, ignore_errors=True)
                (folder / RESULTS).unlink(missing_ok=True)
            elif there is not None and not resume:
                raise StoreError(f"{folder}: already holds this sweep. Say --resume to go on with it, or take another folder")
            (folder / CELLS).mkdir(exist_ok=True)
            self._write_text(folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
        except StoreError:
            raise
        except OSError as problem:
            raise _clear(folder, problem) from problem

    def _read_manifest(self) -> dict[str, Any] | None:
        file = self.folder / MANIFEST
        if not file.exists():
            return None
        try:
            return dict(json.loads(file.read_text()))
        except ValueError as problem:
            raise StoreError(f"{file}: is damaged ({problem}); take another folder or delete it") from problem

    def _write_text(self, file: Path, text: str) -> None:
        partial = file.with_suffix(".partial")
        partial.write_text(text)
        os.replace(partial, file)

    def cell_file(self, index: int) -> Path:
        """The file of cell number `index`."""
        return self.folder / CELLS / f"{index:06d}.nc"

    def has(self, index: int) -> bool:
        """Whether the cell is finished."""
        return self.cell_file(index).exists()

    def read(self, index: int) -> xr.Dataset:
        """A finished cell."""
        return read_dataset(self.cell_file(index))

    def write(self, index: int, cell: xr.Dataset) -> None:
        """Store a finished cell, whole or not at all."""
        write_dataset(cell, self.cell_file(index))

    def finish(self, results: xr.Dataset) -> None:
        """Store the results beside the cells."""
        write_dataset(results, self.folder / RESULTS)


def write_dataset(data: xr.Dataset, file: Path) -> None:
    """Write NetCDF under another name, then move it into place."""
    partial = file.with_suffix(".partial")
    compressed = {name: {"zlib": True, "complevel": 3} for name, v in data.data_vars.items() if v.dtype.kind in "fiu" and v.ndim}
    try:
        data.to_netcdf(partial, engine="h5netcdf", encoding=compressed)
        os.replace(partial, file)
    except OSError as problem:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise _clear(file.parent, problem) from problem


def read_dataset(file: Path) -> xr.Dataset:
    """Read a NetCDF file wholly into memory."""
    try:
        with xr.open_dataset(file, engine="h5netcdf", decode_timedelta=False) as data:
            return data.load()
    except (OSError, ValueError) as problem:
        raise StoreError(f"{file}: cannot be read: {problem}") from problem


def read_results(folder: Path) -> xr.Dataset:
    """The results of a finished sweep."""
    file = folder / RESULTS if folder.is_dir() else folder
    if not file.is_file():
        raise StoreError(
            f"{folder}: holds no finished sweep ({RESULTS} is missing). Run `lazaretto sweep ... --out {folder} --resume`"
        )
    return read_dataset(file)
