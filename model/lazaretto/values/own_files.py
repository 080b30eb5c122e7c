"""Which files of a folder are ours: a record beside them says what was written there, and as what.

Nothing is overwritten that was not written here or that was changed since: `claim` refuses before
anything is touched, `remember` says afterwards what was written. `replacing` writes a file whole
or not at all, under a name that nobody else has.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

RECORD = ".lazaretto-files.json"
UNDER_WAY = ""  # in place of a digest: whatever is there was begun here and not finished
PARTIAL = ".partial"
LEFT = re.compile(r"\..+\.[0-9a-f]{16}\.partial")
LARGEST_RECORD = 1 << 24  # bytes


class NotOurs(OSError):
    """A file that is in the way and is not overwritten; the text says which, and the way out."""


def claim(folder: Path, names: Iterable[str]) -> None:
    """Say that files of these names (paths within the folder, with /) are now written.

    Raises NotOurs, before anything is touched, where one of them is there and was not written by
    `lazaretto` as it is; OSError where the folder cannot be written.
    """
    names = list(names)
    known = _read(folder)
    foreign = [name for name in names if os.path.lexists(folder / name)]
    foreign = [name for name in foreign if not _is_as_written(folder / name, known.get(name))]
    if foreign:
        raise NotOurs(
            f"{folder}: {', '.join(foreign)}: not written by this program, or changed since, and "
            "nothing of yours is overwritten. Name another folder, or give your file another name"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, known | dict.fromkeys(names, UNDER_WAY))


def remember(folder: Path, files: Sequence[Path]) -> list[Path]:
    """Keep in mind that these files of the folder are as they were written; returns them. What was
    claimed and not written is forgotten."""
    there = {name: seen for name, seen in _read(folder).items() if os.path.lexists(folder / name)}
    written = {file.relative_to(folder).as_posix(): _digest(file) for file in files}
    _write(folder, there | written)
    return list(files)


def _is_as_written(file: Path, known: str | None) -> bool:
    if known is None or not file.is_file() or file.is_symlink():
        return False
    return known in (UNDER_WAY, _digest(file))


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read(folder: Path) -> dict[str, str]:
    record = folder / RECORD
    if not os.path.lexists(record):
        return {}
    try:
        if not record.is_file() or record.stat().st_size > LARGEST_RECORD:
            raise ValueError("it is no record")
        found = json.loads(record.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise ValueError("it is no table")
    except (ValueError, RecursionError) as problem:
        raise NotOurs(
            f"{record}: not as it was written ({problem}), so it is not known which files here are "
            "yours. Name another folder, or remove this file"
        ) from problem
    return {str(name): str(seen) for name, seen in found.items()}


def _write(folder: Path, known: dict[str, str]) -> None:
    with replacing(folder / RECORD) as partial:
        partial.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")


@contextlib.contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """A new file beside `file` to write, which takes its place when all went well and is removed
    otherwise."""
    partial = file.with_name(f".{file.name}.{secrets.token_hex(8)}{PARTIAL}")
    open(partial, "xb").close()
    try:
        yield partial
        os.replace(partial, file)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def remove_left(folder: Path) -> None:
    """Remove what `replacing` left there in processes that were killed."""
    for left in folder.iterdir():
        if LEFT.fullmatch(left.name) and left.is_file():
            left.unlink(missing_ok=True)
