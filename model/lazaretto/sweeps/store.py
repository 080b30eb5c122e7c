"""The folder of a sweep: a manifest, one file per finished cell, the results, and a lock.

    sweep.json                   which parameters, version and libraries made the cells
    cells/0012/012345.nc         one finished cell: NetCDF, followed by 32 bytes, the SHA-256 of all
                                 before them (readers do not mind)
    cells/0012/012346.failed.nc  a cell with runs that failed, which is done again on the next call
    results.nc                   all cells together
    .lock                        held while a sweep works here; the system lets go of it when the
                                 process ends, however that happens

A file is written whole under another name and then moved, so it is there or it is not. A cell says
which number it has, which settings, and of which making it is: one that is damaged, or of another
place or sweep, is noticed, set aside and done again. Whatever else lies in the folder is left alone
and named.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import xarray as xr
from filelock import FileLock, Timeout

from ..values.own_files import remove_left, replacing
from .cells import CellData, cell_image, data_of, is_whole, opened
from .writing import StoreError, cannot_write

MANIFEST = "sweep.json"
CELLS = "cells"
ASIDE = ".set-aside-"  # and a number: what had the name of a file of ours and was none
RESULTS = "results.nc"
LOCK = ".lock"
PER_FOLDER = 1000
OF_CELL = re.compile(r"(\d{6,7})(\.failed)?\.nc")
SAID = {"sweep", "parameter_hash", "package", "seeds"}  # by every manifest, of any version
LARGEST_MANIFEST = 1 << 24  # bytes


class Found(NamedTuple):
    """What lay in the folder: numbers of the cells that are finished, files that had names of ours
    and were not as they were written, as they are called now, and what is not ours."""

    whole: set[int]
    set_aside: list[Path]
    foreign: list[Path]

    @property
    def sentences(self) -> Iterator[str]:
        """What a user should know of it."""
        for file in self.set_aside:
            yield (
                f"{file.name.partition(ASIDE)[0]}: was damaged, or of another cell or sweep; it is "
                f"kept as {file} and done again"
            )
        for file in self.foreign:
            yield f"{file}: is no cell of this sweep; it is left alone"


class Store:
    """The folder of one sweep, locked until `close`."""

    def __init__(
        self, folder: Path, manifest: dict[str, Any], resume: bool = False, restart: bool = False
    ) -> None:
        """Open or make the folder.

        resume: go on with the cells that are there, if the same sweep made them. restart: throw
        away what is there; with resume too, only cells of other settings or sources. Raises
        StoreError if the folder holds a sweep and neither fits, if what is in the way is not ours,
        if another sweep works in it, or if it cannot be written.
        """
        self.folder = folder
        self.manifest = json.dumps(manifest, indent=1, sort_keys=True)
        self.making = hashlib.sha256(self.manifest.encode()).hexdigest()[:16]
        self.set_aside: list[Path] = []
        self.lock = FileLock(folder / LOCK, thread_local=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._check_lock()
            # the lock itself takes a folder that cannot be written for one that is in use
            with open(folder / LOCK, "ab"):
                pass
            self.lock.acquire(timeout=0)
        except Timeout as problem:
            raise StoreError(
                f"{folder}: another sweep is working in this folder; wait for it, "
                "or take another folder"
            ) from problem
        except StoreError:
            raise
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

    def _check_lock(self) -> None:
        """A lock is an empty file: opening it would empty another, and wait for a pipe."""
        file = self.folder / LOCK
        if os.path.lexists(file) and not (file.is_file() and file.stat().st_size == 0):
            raise _in_the_way(file)

    def _make_room(self, manifest: dict[str, Any], resume: bool, restart: bool) -> None:
        there = self._read_manifest()
        same = there == json.loads(self.manifest)
        cells, results = self.folder / CELLS, self.folder / RESULTS
        ours = not os.path.lexists(results) or _are_our_results(results)
        if not ours and not (there is not None and results.is_file()):
            raise _in_the_way(results)
        if os.path.lexists(cells) and not cells.is_dir():
            raise _in_the_way(cells)
        if there is None and not restart and (cells.exists() or results.exists()):
            raise StoreError(
                f"{self.folder}: holds cells or results but not what made them ({MANIFEST}). "
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
        if not ours:
            self.set_aside.append(_aside(results))
        if restart and not (same and resume):
            results.unlink(missing_ok=True)
            for file, index in self._candidates():
                if index is not None and is_whole(file):
                    file.unlink()
        if not same or restart:
            _write_whole(self.folder / MANIFEST, self.manifest.encode())
        cells.mkdir(exist_ok=True)
        for folder in (self.folder, *self._folders()):
            remove_left(folder)

    def _read_manifest(self) -> dict[str, Any] | None:
        file = self.folder / MANIFEST
        if not os.path.lexists(file):
            return None
        if not file.is_file() or file.stat().st_size > LARGEST_MANIFEST:
            raise _in_the_way(file)
        try:
            found = json.loads(file.read_bytes())
        except (ValueError, RecursionError) as problem:
            raise StoreError(
                f"{file}: is damaged, or not written by this program ({problem}). Take another "
                "folder, or move this file away and say --restart to begin again"
            ) from problem
        if not isinstance(found, dict) or not found.keys() >= SAID:
            raise _in_the_way(file)
        return found

    def close(self) -> None:
        """Let others work in the folder."""
        self.lock.release()

    def cell_file(self, index: int, failed: bool = False) -> Path:
        """The file of cell number `index`; failed: while some of its runs fail."""
        ending = ".failed.nc" if failed else ".nc"
        return self.folder / CELLS / f"{index // PER_FOLDER:04d}" / f"{index:06d}{ending}"

    def _folders(self) -> list[Path]:
        """Folders of cells, in order."""
        inside = sorted((self.folder / CELLS).iterdir()) if (self.folder / CELLS).is_dir() else []
        return [one for one in inside if re.fullmatch(r"\d{4}", one.name) and one.is_dir()]

    def _candidates(self) -> Iterator[tuple[Path, int | None]]:
        """All that lies among the cells, with the number of the cell whose name and place it has;
        None: it has those of no cell."""
        folders = self._folders()
        for one in sorted((self.folder / CELLS).iterdir() if folders else ()):
            if one not in folders:
                yield one, None
        for file in (file for folder in folders for file in sorted(folder.iterdir())):
            named = OF_CELL.fullmatch(file.name)
            index = int(named[1]) if named else 0
            ours = named and file == self.cell_file(index, failed=bool(named[2]))
            yield file, index if ours and file.is_file() else None

    def finished(
        self, count: int, settings: Callable[[int], dict[str, Any]] | None = None
    ) -> Found:
        """What is there of a sweep of `count` cells. settings: of each, as it must state them.
        What has the name of a cell and is none of this sweep is set aside, under another name.
        Raises StoreError where something that is no file has the name of a cell."""
        whole, foreign = set[int](), list[Path]()
        for file, index in self._candidates():
            if index is None or index >= count:
                if OF_CELL.fullmatch(file.name) and not file.is_file():
                    raise _in_the_way(file)
                if ASIDE not in file.name:
                    foreign.append(file)
                continue
            try:
                with opened(file) as (_, told):
                    self._check(file, told, index)
                    if settings is not None and told.get("settings") != _as_json(settings(index)):
                        raise StoreError(f"{file}: has other settings than its cell")
            except StoreError:
                self.set_aside.append(_aside(file))
                continue
            if file == self.cell_file(index):
                whole.add(index)
        return Found(whole, self.set_aside, foreign)

    def _check(self, file: Path, told: dict[str, Any], index: int) -> None:
        if (told.get("cell"), told.get("making")) != (index, self.making):
            raise StoreError(f"{file}: is of another cell or sweep")

    def read(self, index: int) -> CellData:
        """A cell, finished or with runs that failed. Raises StoreError where it is not there,
        damaged, or of another cell or sweep."""
        file = self.cell_file(index)
        if not file.exists():
            file = self.cell_file(index, failed=True)
        with opened(file) as (f, told):
            self._check(file, told, index)
            return data_of(f, told)

    def write(self, index: int, cell: CellData) -> None:
        """Store a cell, whole or not at all; one with failures apart, until it has none. Raises
        StoreError."""
        failed = bool(cell.failures)
        file = self.cell_file(index, failed)
        try:
            file.parent.mkdir(exist_ok=True)
            _write_whole(file, cell_image(cell, index, self.making))
            if not failed:
                self.cell_file(index, failed=True).unlink(missing_ok=True)
        except OSError as problem:
            raise cannot_write(self.folder, problem) from problem


def _are_our_results(file: Path) -> bool:
    """Whether a file holds results that a sweep wrote."""
    if not file.is_file():
        return False
    try:
        with h5py.File(file, "r") as f:
            return "parameter_hash" in f.attrs and "sources" in f.attrs
    except (OSError, ValueError):
        return False


def _aside(file: Path) -> Path:
    """Give a file a name that no cell has; returns it."""
    number = 0
    while os.path.lexists(aside := file.with_name(f"{file.name}{ASIDE}{number}")):
        number += 1
    return file.rename(aside)


def _in_the_way(file: Path) -> StoreError:
    return StoreError(
        f"{file}: not written by a sweep, and nothing of yours is overwritten or removed. Take "
        "another folder, or move it away"
    )


def _as_json(settings: dict[str, Any]) -> Any:
    return json.loads(json.dumps(settings))


def _write_whole(file: Path, content: bytes) -> None:
    with replacing(file) as partial:
        partial.write_bytes(content)


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
