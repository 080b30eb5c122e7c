"""What all commands print with: the screen, progress, warnings, and how work fails."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from ..parameters.plain import visible
from ..values.own_files import NotOurs, claim

STOPS = (signal.SIGINT, signal.SIGTERM)


class Screen(Console):
    """A console that shows text as it stands: neither rich's markup nor what a terminal acts upon
    has a meaning in it."""

    def print(self, *things: Any, **how: Any) -> None:
        """As rich's."""
        super().print(*(visible(t) if isinstance(t, str) else t for t in things), **how)


screen = Screen(markup=False, emoji=False)
errors = Screen(stderr=True, markup=False, emoji=False)


class FailedWork(RuntimeError):
    """Work that was possible and failed: exit status 1."""


def claim_files(out: Path, names: Iterable[str]) -> None:
    """Before work: that files of these names can be written into the folder, and are not somebody
    else's."""
    try:
        claim(out, names)
    except NotOurs:
        raise
    except OSError as problem:
        raise FailedWork(
            f"{out}: cannot be written: {problem.strerror or problem}. Nothing "
            "already there was changed"
        ) from problem


# what a first run takes beyond what the program has by then, measured: 0.65 and 0.33 GB
BYTES_TO_COMPILE, BYTES_TO_BEGIN = 700_000_000, 350_000_000


def say_compiling(quiet: bool) -> None:
    from .._jit import is_compiled

    if not quiet and not is_compiled():
        errors.print(
            "Compiling the engine; once for this version, up to a minute ...", highlight=False
        )


def check_room() -> None:
    """Before any work, and what is imported for it. Raises FailedWork where there is too little
    memory: libraries and the compiler would end the program, or never end."""
    from .._jit import is_compiled

    compiled = is_compiled()
    needed, free = BYTES_TO_BEGIN if compiled else BYTES_TO_COMPILE, free_bytes()
    if free < needed:
        raise FailedWork(
            f"{'starting' if compiled else 'compiling'} the engine takes about {needed / 1e9:.2f} "
            f"GB of memory and {free / 1e9:.2f} GB are free, or allowed to this program (ulimit "
            "-v). Close other programs, raise the limit, or take a larger machine"
        )


def free_bytes() -> float:
    """Memory that the program may still take: of the machine, and under its own limit."""
    import psutil

    free = float(psutil.virtual_memory().available)
    with contextlib.suppress(ImportError):  # no such limits on this system
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit != resource.RLIM_INFINITY:
            free = min(free, limit - psutil.Process().memory_info().vms)
    return free


@contextlib.contextmanager
def show_progress(quiet: bool, what: str) -> Iterator[Any]:
    """A bar with rate, time left and failures on a terminal, nothing elsewhere; and where a Ctrl-C
    that was lost is found."""
    with _note_interrupts() as interrupted, _bar(quiet, what) as advance:

        def told(done: int, total: int, failed: int = 0) -> None:
            if interrupted.is_set():
                raise KeyboardInterrupt
            advance(done, total, failed)

        yield told


@contextlib.contextmanager
def as_interrupts() -> Iterator[None]:
    """A request to end (SIGTERM, as of a batch system or at shutdown) is taken as Ctrl-C, unless
    somebody else deals with it."""
    mine = threading.current_thread() is threading.main_thread()
    if not mine or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextlib.contextmanager
def _note_interrupts() -> Iterator[threading.Event]:
    """Set by the first Ctrl-C or request to end, which is acted upon when the next runs are done; a
    second one is raised at once. (Python drops what is raised within a destructor or a weak
    reference's callback.)"""
    noted = threading.Event()

    def note(*_: Any) -> None:
        if noted.is_set():
            raise KeyboardInterrupt
        noted.set()

    usual = signal.default_int_handler
    mine = threading.current_thread() is threading.main_thread()
    watched = [one for one in STOPS if mine and signal.getsignal(one) is usual]
    for one in watched:  # somebody else deals with the others
        signal.signal(one, note)
    try:
        yield noted
    finally:
        for one in watched:
            signal.signal(one, usual)


@contextlib.contextmanager
def _bar(quiet: bool, what: str) -> Iterator[Any]:
    if quiet or not errors.is_terminal:
        yield lambda done, total, failed=0: None
        return
    import time

    columns = (
        SpinnerColumn(),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(what),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=errors, transient=True) as bar:
        shown: list[Any] = []
        began = time.monotonic()

        def advance(done: int, total: int, failed: int = 0) -> None:
            if not shown:  # what an earlier sweep did says nothing of the rate
                shown.extend((bar.add_task(what, total=total, completed=done, told=""), done))
                return
            rate = (done - shown[1]) / max(1e-9, time.monotonic() - began)
            told = f"{rate:.3g} per s" + (f", [red]{failed:,} failed[/red]" if failed else "")
            bar.update(shown[0], completed=done, total=total, told=told)

        yield advance


def hint(*commands: str) -> None:
    """What people do next, on stderr of a terminal: what is piped on stays clean."""
    if errors.is_terminal:
        for at, command in enumerate(commands):
            lead = "Next: " if not at else "      "
            errors.print(f"{lead}{command}", style="dim", highlight=False)


def print_warning(message: Any, *_: Any, **__: Any) -> None:
    errors.print(f"warning: {message}", highlight=False)


def fail(text: str, status: int) -> None:
    errors.print(f"lazaretto: {text}", highlight=False, soft_wrap=True)
    sys.exit(status)
