"""A cluster of several hosts, on one machine: network namespaces joined by a bridge, each host with
a mount namespace of its own, so that it has its own copy of the package, of the parameters and of
the compiled code, and sees nothing of what the others write.

    python tests/verification/hosts.py [--cells 10000] [--write docs/verification/hosts.md]

Needs Linux, root, ip and unshare; ends with 77 where they are missing. What is tried:

1. a sweep on two hosts gives the bytes that threads give, with a parameter file of the user's own,
   which the workers do not have, where one of them has another file of a name that is shipped; and
   so does one on a population of the user's own;
2. the same, with a worker killed in mid-sweep;
3. the scheduler ends in mid-sweep: the sweep says so in a sentence, and --resume goes on with a
   new one;
4. a worker with another version of the package is refused in a sentence;
5. many small cells: processor time of client and scheduler for each, and their memory on the way.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil
from namespaces import PATIENCE, Failed, Host, can_be_made, end, network, running

PORT = 8786
NOT_HERE = 77
OWN = """\
title = "Ours"
description = "A regime of the user's own"
based_on = "supported"
quarantine_days = { value = 9, source = "a trial" }
"""
SCENARIO = """\
title = "Own"
description = "A scenario of the user's own"
based_on = "no-measures"
tracing = "interview"
isolation = "ours.toml"
days = {days}
people = {people}
"""
SWEEP = """\
title = "On hosts"
description = "What a trial of several hosts runs"
scenario = "own.toml"
seeds = {seeds}
daily = ["new_infections"]

[axes]
"testing.seek_probability" = {first}
"behaviour.self_isolation_probability" = {second}

[baseline]
"testing.seek_probability" = {first[0]}
"behaviour.self_isolation_probability" = {second[0]}
"""
OWN_PEOPLE = """\
import sys
import lazaretto as lz

people = lz.populations.random_graph(1500, 8.0, seed=3)
where = {"scheduler": sys.argv[2]} if len(sys.argv) > 2 else {"threads": 1}
lz.sweep("trial.toml", people=1500, population=people, out=sys.argv[1], **where).close()
"""


def scheduler(host: Host, log: str = "scheduler.log") -> subprocess.Popen[bytes]:
    words = ["-m", "distributed.cli.dask_scheduler", "--host", host.address, "--port", str(PORT)]
    return host.start([sys.executable, *words, "--no-dashboard"], log)


def worker(host: Host, of: Host, log: str = "worker.log") -> subprocess.Popen[bytes]:
    words = ["-m", "distributed.cli.dask_worker", f"tcp://{of.address}:{PORT}", "--host"]
    more = ["--nthreads", "1", "--nworkers", "1", "--no-dashboard", "--memory-limit", "0"]
    return host.start([sys.executable, *words, host.address, *more], log)


def sweep(first: Host, name: str, out: str, *more: str) -> list[str]:
    """The command of a sweep on the first host, whose scheduler it asks unless `more` says
    otherwise."""
    where = [] if "--threads" in more else ["--scheduler", f"tcp://{first.address}:{PORT}"]
    return [sys.executable, "-m", "lazaretto", "sweep", name, "--out", out, *where, *more]


def write_files(host: Host) -> None:
    """The user's own files, on the first host only."""
    work = host.folder / "work"
    (work / "ours.toml").write_text(OWN)
    (work / "own.toml").write_text(SCENARIO.format(days=_value(60, "day"), people=_people(3000)))
    first = [round(0.2 + 0.05 * k, 2) for k in range(8)]
    second = [0.0, 0.5]
    seeds = _value(4, "seed")
    (work / "trial.toml").write_text(SWEEP.format(first=first, second=second, seeds=seeds))


def write_many(host: Host, cells: int) -> None:
    """A sweep of so many small cells."""
    work = host.folder / "work"
    (work / "small.toml").write_text(SCENARIO.format(days=_value(10, "day"), people=_people(1000)))
    across = round(cells**0.5)
    steps = [round(0.1 + 0.8 * k / across, 6) for k in range(across)]
    text = SWEEP.format(first=steps, second=steps, seeds=_value(1, "seed"))
    (work / "many.toml").write_text(text.replace("own.toml", "small.toml"))


def _value(number: float, unit: str) -> str:
    return (
        f'{{ value = {number}, unit = "{unit}", range = [1, 100000], source = "a trial", '
        'status = "assumption" }'
    )


def _people(number: int) -> str:
    return _value(number, "person").replace("[1, 100000]", "[1000, 150000000]")


def cells_of(host: Host, out: str) -> dict[str, bytes]:
    """The cells of a sweep on the host's disk."""
    folder = host.folder / "work" / out / "cells"
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*.nc"))}


def same_cells(host: Host, one: str, other: str) -> int:
    """How many cells two sweeps have, byte for byte the same. Raises Failed."""
    mine, theirs = cells_of(host, one), cells_of(host, other)
    odd = [name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)]
    if odd or not mine:
        raise Failed(
            f"{one} and {other}: {len(odd)} of {len(mine)} cells differ, such as {odd[:3]}"
        )
    return len(mine)


def need(condition: bool, what: str) -> None:
    if not condition:
        raise Failed(what)


def finish(process: subprocess.Popen[bytes], host: Host, log: str) -> None:
    need(process.wait(timeout=PATIENCE) == 0, f"{log}: {host.said(log)[-1500:]}")


def until_cells(host: Host, out: str, number: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until so many cells are there, or the process has ended."""
    limit = time.monotonic() + PATIENCE
    while len(cells_of(host, out)) < number and process.poll() is None:
        need(time.monotonic() < limit, f"{out}: no {number} cells in {PATIENCE} s")
        time.sleep(0.1)


def same_bytes(first: Host, others: list[Host]) -> str:
    """1 and 2."""
    file = others[1].folder / "params" / "tracing" / "interview.toml"
    text = file.read_text()
    changed = re.sub(r"(cooperation_probability\]\nvalue = )[\d.]+", r"\g<1>0.01", text)
    need(changed != text, f"{file.name} is not written as expected")
    file.write_text(changed)
    finish(first.start(sweep(first, "trial.toml", "threads", "--threads", "2"), "a"), first, "a")
    workers = [worker(one, first) for one in others]
    with running(scheduler(first), *workers):
        finish(first.start(sweep(first, "trial.toml", "hosts"), "b"), first, "b")
        count = same_cells(first, "threads", "hosts")
        asked = first.start(sweep(first, "trial.toml", "killed"), "c")
        until_cells(first, "killed", 3, asked)
        end(workers[0])
        need(asked.poll() is None, "the sweep was over before a worker was killed")
        finish(asked, first, "c")
        same_cells(first, "threads", "killed")
    return (
        f"{count} cells of 4 seeds on two hosts, and again with a worker killed: byte for byte "
        "those of threads"
    )


def own_people(first: Host, others: list[Host]) -> str:
    """1, on a population of the user's own."""
    (first.folder / "work" / "own.py").write_text(OWN_PEOPLE)
    words = [sys.executable, "own.py"]
    finish(first.start([*words, "people-threads"], "h"), first, "h")
    with running(scheduler(first), *(worker(one, first) for one in others)):
        sent = [*words, "people-hosts", f"tcp://{first.address}:{PORT}"]
        finish(first.start(sent, "i"), first, "i")
    count = same_cells(first, "people-threads", "people-hosts")
    return f"{count} cells on a network of the user's own, sent to the hosts: the same bytes"


def scheduler_lost(first: Host, others: list[Host]) -> str:
    """3."""
    lost = scheduler(first)
    with running(lost, *(worker(one, first) for one in others)):
        asked = first.start(sweep(first, "trial.toml", "resumed"), "d")
        until_cells(first, "resumed", 3, asked)
        end(lost)
        status = asked.wait(timeout=PATIENCE)
    said = first.said("d")
    need(status == 1 and "--resume goes on" in said, f"a lost scheduler: {status}: {said[-800:]}")
    need("Traceback" not in said, "a lost scheduler gives a traceback")
    kept = len(cells_of(first, "resumed"))
    with running(scheduler(first), *(worker(one, first) for one in others)):
        again = sweep(first, "trial.toml", "resumed", "--resume")
        finish(first.start(again, "e"), first, "e")
    same_cells(first, "threads", "resumed")
    return (
        f"scheduler ended after {kept} cells: one sentence, status 1; a new scheduler and --resume "
        "finished the rest, byte for byte the same"
    )


def other_version(first: Host, odd: Host) -> str:
    """4."""
    file = odd.folder / "model" / "lazaretto" / "outcomes" / "panel.py"
    file.write_text(file.read_text() + "\n# another version\n")
    with running(scheduler(first), worker(odd, first)):
        status, said = first.run(sweep(first, "trial.toml", "refused"), "f")
    need(status == 1 and "another version" in said, f"another version: {status}: {said[-800:]}")
    need("Traceback" not in said and not cells_of(first, "refused"), "another version: not refused")
    return "a worker with another version is refused in a sentence, before any cell is kept"


def many_cells(first: Host, others: list[Host], cells: int) -> list[str]:
    """5."""
    write_many(first, cells)
    central = scheduler(first)
    with running(central, *(worker(one, first) for one in others)):
        asked = first.start(sweep(first, "many.toml", "many", "--quiet"), "g")
        began, seen = time.monotonic(), []
        while asked.poll() is None:
            need(time.monotonic() - began < 4 * PATIENCE, "many cells: not done in time")
            with contextlib.suppress(psutil.Error):
                seen.append((_use(asked.pid), _use(central.pid)))
            time.sleep(2)
        seconds = time.monotonic() - began
        need(asked.returncode == 0, first.said("g")[-1500:])
    count = len(cells_of(first, "many"))
    lines = [f"{count:,} cells of one run of 1,000 people and 10 days: {seconds:.0f} s"]
    for at, what in enumerate(("client", "scheduler")):
        cpu = max(one[at][0] for one in seen)
        memory = [one[at][1] / 1e6 for one in seen]
        quarter, last = memory[len(memory) // 4], memory[-1]
        lines.append(
            f"{what}: {1000 * cpu / count:.1f} ms of a processor a cell; memory {quarter:.0f} MB "
            f"after a quarter, {last:.0f} MB at the end"
        )
    return lines


def _use(pid: int) -> tuple[float, float]:
    """(processor seconds, bytes) of a process and its children so far."""
    every = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    times = [one.cpu_times() for one in every]
    return sum(t.user + t.system for t in times), sum(one.memory_info().rss for one in every)


def page(lines: list[str], seconds: float) -> str:
    today = datetime.date.today().isoformat()
    head = (
        "# A cluster of several hosts\n\nWritten by `python tests/verification/hosts.py` on "
        f"{today}, in {seconds:.0f} s: hosts are network namespaces joined by a bridge, each with "
        "a mount namespace and a disk of its own (package, parameters, compiled code), on one "
        f"machine of {os.cpu_count()} processors. Scheduler and user are on the first host.\n\n"
    )
    return head + "".join(f"- {line}.\n" for line in lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    if not can_be_made():
        print("this needs Linux, root, ip and unshare: nothing was tried")
        return NOT_HERE
    began, lines = time.monotonic(), []
    try:
        with network(["first", "second", "third", "odd"]) as (first, second, third, odd):
            write_files(first)
            for trial in (
                lambda: [same_bytes(first, [second, third])],
                lambda: [own_people(first, [second, third])],
                lambda: [scheduler_lost(first, [second, third])],
                lambda: [other_version(first, odd)],
                lambda: many_cells(first, [second, third], given.cells),
            ):
                told = trial()
                print("\n".join(told), flush=True)
                lines += told
    except Failed as problem:
        print(f"failed: {problem}")
        return 1
    if given.write is not None:
        given.write.write_text(page(lines, time.monotonic() - began), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
