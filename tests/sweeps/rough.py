"""Rough treatment of real sweeps, in processes of their own: SIGKILL at ten random moments, a lock
left by a killed process, Ctrl-C.

A program: `python rough.py FOLDER` prints what happened as JSON. Its children are forks, so that
the package is imported once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from small import design, files

import lazaretto as lz
from lazaretto.sweeps.store import StoreError

KILLS = 10
SWEEP = dict(
    seeds=3,
    axes={
        "tracing": ("none", "household", "interview"),
        "isolation": ("advice", "supported", "sms-and-police"),
    },
)


def forked(folder: Path, **more: Any) -> int:
    """The id of a child that sweeps into the folder and ends with status 0, or 3 at an error of the
    store."""
    child = os.fork()
    if child:
        return child
    status = 4
    try:
        lz.sweep(design(**SWEEP), threads=2, out=folder, **more).close()
        status = 0
    except StoreError as problem:
        print(problem, file=sys.stderr)
        status = 3
    finally:
        os._exit(status)


def ended(child: int) -> int:
    """Its exit status, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def still_runs(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def told_of(folder: Path, slow: float = 0.0) -> tuple[int, Any]:
    """A child that sweeps into the folder, and a pipe into which it writes a byte whenever a task
    is done."""
    reads, writes = os.pipe()

    def tell(*_: int) -> None:
        os.write(writes, b".")
        time.sleep(slow)

    child = forked(folder, resume=True, progress=tell)
    os.close(writes)
    return child, os.fdopen(reads, "rb", buffering=0)


def killed_at_random(folder: Path) -> dict[str, Any]:
    """Each child is killed so many tasks, and then so many milliseconds, after it began; where a
    sweep is done before so many kills, the next one begins in a folder of its own."""
    assert ended(forked(folder / "undisturbed")) == 0
    chance, kills, folders, cells = Random(6), 0, [folder / "killed-0"], [[]]
    while kills < KILLS and len(folders) < KILLS:
        child, pipe = told_of(folders[-1])
        for _ in range(chance.randint(1, 16)):
            pipe.read(1)
        time.sleep(chance.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        killed = ended(child) == -signal.SIGKILL
        kills += killed
        pipe.close()
        cells[-1].append(len(list(folders[-1].rglob("0*.nc"))))
        if not killed and kills < KILLS:
            folders.append(folder / f"killed-{len(folders)}")
            cells.append([])
    status = [ended(forked(one, resume=True)) for one in folders]
    return {
        "kills": kills,
        "cells": cells,
        "status": status,
        "same": all(files(one) == files(folder / "undisturbed") for one in folders),
        "files": len(files(folders[0])),
        "left": [f.name for one in folders for f in one.rglob("*.partial")],
    }


def two_at_once(folder: Path) -> dict[str, Any]:
    first, pipe = told_of(folder / "two", slow=0.5)
    pipe.read(1)
    second = ended(forked(folder / "two", resume=True))
    os.kill(first, signal.SIGKILL)
    return {
        "second": second,
        "first": ended(first),
        "after": ended(forked(folder / "two", resume=True)),
    } | {"same": files(folder / "two") == files(folder / "undisturbed")}


def stopped(folder: Path, by: signal.Signals) -> dict[str, Any]:
    """Ctrl-C of the program itself, or a request to end."""
    from lazaretto.cli import main

    out = folder / f"stopped-{by.name}"
    reads, writes = os.pipe()
    child = os.fork()
    arguments = [
        "sweep",
        "tracing-by-isolation",
        "--people",
        "1000",
        "--seeds",
        "2",
        "--out",
        str(out),
        "--threads",
        "2",
    ]
    if not child:
        os.dup2(writes, 2)
        sys.stderr = os.fdopen(2, "w")  # the old one may believe that it is a file
        status = 4
        try:
            main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(writes)
    while not list(out.rglob("0*.nc")) and still_runs(child):
        time.sleep(0.01)
    os.kill(child, by)
    status = ended(child)
    with os.fdopen(reads) as pipe:
        said = pipe.read()
    kept = len(list(out.rglob("0*.nc")))
    stamps = {f: f.stat().st_mtime_ns for f in out.rglob("0*.nc")}
    try:
        main([*arguments, "--resume"])
    except SystemExit as end:
        again = int(end.code or 0)
    repeated = [f.name for f, stamp in stamps.items() if f.stat().st_mtime_ns != stamp]
    return {
        "status": status,
        "said": said,
        "kept": kept,
        "again": again,
        "repeated": repeated,
        "files": len(files(out)),
    }


if __name__ == "__main__":
    there = Path(sys.argv[1])
    lz.sweep(
        design(seeds=1), threads=1, out=there / "first"
    ).close()  # so that the children find everything imported and compiled
    told = {"killed": killed_at_random(there), "two": two_at_once(there)}
    told |= {by.name: stopped(there, by) for by in (signal.SIGINT, signal.SIGTERM)}
    print("\n" + json.dumps(told))
