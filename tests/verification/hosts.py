"""A cluster of several hosts, on one machine: network namespaces joined by a bridge, each host with
a mount namespace of its own, so that it has its own copy of the package, of the parameters and of
the compiled code, and sees nothing of what the others write.

    python tests/verification/hosts.py [--cells 10000] [--write docs/verification/hosts.md]

Needs Linux, root, ip and unshare; ends with 77 where they are missing. What is tried:

1. a sweep on two hosts gives the bytes that threads give, on a population of the user's own and a
   parameter file of the user's own, neither of which the workers have; one of the hosts has other
   parameter files of the same names;
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
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

ROOT = Path(__file__).resolve().parents[2]
BRIDGE, PREFIX = "lz-bridge", "10.83.0"
PORT = 8786
NOT_HERE = 77
PATIENCE = 900  # seconds
OWN = """\
title = "Ours"
description = "A regime of the user's own"
based_on = "supported"
quarantine_days = 9
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
"""


class Failed(RuntimeError):
    """Something that should hold does not; the text says what."""


class Host(NamedTuple):
    """A host. folder: its disk, which no other host has."""

    name: str
    address: str
    folder: Path

    def start(self, words: list[str], log: str) -> subprocess.Popen[bytes]:
        """A process on the host, in the folder `work` of its disk; its output goes to `log`."""
        mounts = ["mount --make-rprivate /"]
        for part in ("model", "params"):
            mounts.append(f"mount --bind {self.folder / part} {ROOT / part}")
        disks = self.folder.parent  # of all hosts: only the own one stays
        mounts += [
            f"mkdir -p /mnt/lazaretto-own && mount --bind {self.folder} /mnt/lazaretto-own",
            f"mount -t tmpfs none {disks}",
            f"mkdir -p {self.folder} && mount --bind /mnt/lazaretto-own {self.folder}",
            f"cd {self.folder / 'work'}",
        ]
        script = " && ".join([*mounts, 'exec "$@"'])
        entered = ["ip", "netns", "exec", self.name, "unshare", "-m", "bash", "-c", script, "-"]
        kept = {k: os.environ[k] for k in ("PATH", "HOME", "LANG") if k in os.environ}
        own = {"PYTHONPATH": str(ROOT / "model"), "LAZARETTO_CACHE": str(self.folder / "cache")}
        with (self.folder / "work" / log).open("wb") as told:
            return subprocess.Popen(
                [*entered, *words],
                env=kept | own,
                stdout=told,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, words: list[str], log: str) -> tuple[int, str]:
        """(status, output) of a process that ends by itself."""
        status = self.start(words, log).wait(timeout=PATIENCE)
        return status, self.said(log)

    def said(self, log: str) -> str:
        """What a process has said so far, on one line."""
        return " ".join((self.folder / "work" / log).read_text(errors="replace").split())


def sh(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(words)}: {done.stderr.strip()}")


@contextlib.contextmanager
def network(names: list[str]) -> Iterator[list[Host]]:
    """Hosts of these names, joined by a bridge."""
    disks = Path(tempfile.mkdtemp(prefix="lazaretto-hosts-"))
    hosts = [Host(f"lz-{n}", f"{PREFIX}.{at}", disks / n) for at, n in enumerate(names, 1)]
    try:
        sh("ip", "link", "add", BRIDGE, "type", "bridge")
        sh("ip", "link", "set", BRIDGE, "up")
        for host in hosts:
            near = f"{host.name}-0"
            sh("ip", "netns", "add", host.name)
            sh("ip", "link", "add", near, "type", "veth", "peer", "eth0", "netns", host.name)
            sh("ip", "link", "set", near, "master", BRIDGE)
            sh("ip", "link", "set", near, "up")
            inside = ["ip", "-n", host.name]
            sh(*inside, "addr", "add", f"{host.address}/24", "dev", "eth0")
            sh(*inside, "link", "set", "eth0", "up")
            sh(*inside, "link", "set", "lo", "up")
            (host.folder / "work").mkdir(parents=True)
            for part in ("model", "params"):
                shutil.copytree(ROOT / part, host.folder / part)
        yield hosts
    finally:
        for host in hosts:
            listed = subprocess.run(
                ["ip", "netns", "pids", host.name], capture_output=True, text=True, check=False
            )
            for pid in listed.stdout.split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            subprocess.run(["ip", "netns", "del", host.name], capture_output=True, check=False)
        subprocess.run(["ip", "link", "del", BRIDGE], capture_output=True, check=False)
        shutil.rmtree(disks, ignore_errors=True)


@contextlib.contextmanager
def running(*processes: subprocess.Popen[bytes]) -> Iterator[None]:
    """Processes that are ended at the end, with their children."""
    try:
        yield
    finally:
        for one in processes:
            end(one)


def end(process: subprocess.Popen[bytes], how: int = signal.SIGKILL) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, how)
    process.wait()


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
    tools = all(shutil.which(tool) for tool in ("ip", "unshare", "mount"))
    if not tools or not hasattr(os, "geteuid") or os.geteuid() != 0:
        print("this needs Linux, root, ip and unshare: nothing was tried")
        return NOT_HERE
    began, lines = time.monotonic(), []
    try:
        with network(["first", "second", "third", "odd"]) as (first, second, third, odd):
            write_files(first)
            for trial in (
                lambda: [same_bytes(first, [second, third])],
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
