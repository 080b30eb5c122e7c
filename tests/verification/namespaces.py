"""Hosts on one machine: network namespaces joined by a bridge, each with a mount namespace and a
disk of its own, on which its copy of the package, the parameters and the compiled code lie. Needs
Linux, root, ip and unshare."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
BRIDGE, PREFIX = "lz-bridge", "10.83.0"
PATIENCE = 900  # seconds


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


def can_be_made() -> bool:
    """Whether this machine lets us make hosts."""
    tools = all(shutil.which(tool) for tool in ("ip", "unshare", "mount"))
    return tools and hasattr(os, "geteuid") and os.geteuid() == 0
