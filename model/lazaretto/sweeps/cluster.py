"""Carry out tasks by worker processes, through Dask distributed: processes of this machine, or
whatever a scheduler has.

A worker gets the design once, with all that it names in full, and then the numbers of each task; it
reads no parameter file, and builds the population itself, once. A worker that dies is replaced, and
what it had not delivered is done again by another.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import logging
import pickle
import sys
import threading
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

from ..parameters import ParameterError
from .making import libraries, sources
from .work import Block, Task, do, lost

WAITING_PER_THREAD = 2
SECONDS_TO_START = 120
LOST = (
    "the scheduler was lost in mid-sweep (it or the network ended). Finished cells are kept in "
    "the folder of the sweep; start a scheduler again, and --resume goes on with the others"
)
LOGGERS = ("distributed", "distributed.client", "distributed.utils")
NEEDS = "--workers and --scheduler need Dask: pip install 'lazaretto[distributed]'"


class ClusterError(OSError):
    """A cluster that cannot be used; the text says why."""


class SchedulerLost(ClusterError):
    """The scheduler does not answer any more."""


# on a worker, by key: designs and users' own populations, as bytes until a task asks for them
_given: dict[str, Any] = {}
_door = threading.Lock()


def remote(design: str, makers: tuple[str, str], task: Task, own: str = "") -> Block:
    """On a worker: do a task of the design of that key, on the user's own population of the key
    `own` if any. makers: the sources and libraries of who asks. Raises ClusterError where the
    worker has others."""
    for mine, theirs in zip((sources(), libraries()), makers, strict=True):
        if mine != theirs:
            raise ClusterError(
                "a worker has another version of Lazaretto or of a library than this machine "
                f"({mine}, here {theirs}); install the same on all workers"
            )
    block = do(_held(design), task, _held(own) if own else None)
    if block is None:
        raise ClusterError("a worker stopped a task that nobody stopped")
    return block


@contextlib.contextmanager
def connect(workers: int | None, scheduler: str | None) -> Iterator[Any]:
    """A client of the scheduler at an address, or of so many new single-threaded processes on this
    machine.

    Raises ParameterError where Dask is missing or processes would run an unguarded script again,
    ClusterError where no worker answers.
    """
    if scheduler is None:
        check_guard(getattr(sys.modules.get("__main__"), "__file__", None))
    try:
        from distributed import Client, LocalCluster
    except ImportError as problem:
        raise ParameterError(NEEDS) from problem
    with contextlib.ExitStack() as stack:
        stack.enter_context(_silent())
        try:
            if scheduler is None:
                cluster: Any = stack.enter_context(
                    LocalCluster(
                        n_workers=workers,
                        threads_per_worker=1,
                        processes=True,
                        dashboard_address=":0",
                        memory_limit=0,
                        silence_logs=logging.CRITICAL,
                    )
                )
            client = stack.enter_context(Client(scheduler or cluster, timeout=SECONDS_TO_START))
            client.wait_for_workers(workers or 1, timeout=SECONDS_TO_START)
        except (OSError, TimeoutError, ValueError) as problem:
            raise ClusterError(
                f"{scheduler or 'this machine'}: no Dask workers within "
                f"{SECONDS_TO_START} s ({problem})"
            ) from problem
        yield client


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Without Dask's own log: what goes wrong is raised, in one sentence."""
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def check_guard(script: str | None) -> None:
    """Raises ParameterError where the script that is running has no main guard: every new process
    would run all of it again. script: its path; None: there is none."""
    try:
        lines = ast.parse(Path(script).read_text(encoding="utf-8")).body if script else []
    except (OSError, ValueError, SyntaxError):  # no script in Python: nothing is run again
        return
    guarded = any(isinstance(line, ast.If) and "__name__" in ast.dump(line.test) for line in lines)
    if lines and not guarded:
        raise ParameterError(
            f"{Path(str(script)).name}: workers are new processes, and each would run this whole "
            "script again. Put what it does under the line if __name__ == '__main__': or say "
            "threads= instead of workers="
        )


def threads_of(client: Any) -> int:
    """Threads of all workers together."""
    return sum(client.nthreads().values())


def keep(things: dict[str, bytes]) -> None:
    """On a worker: have these at hand."""
    _given.update(things)


def drop(things: Iterable[str]) -> None:
    """On a worker: forget them."""
    for key in things:
        _given.pop(key, None)


def _held(key: str) -> Any:
    """On a worker: what lies under that key."""
    with _door:
        if isinstance(_given[key], bytes):
            _given[key] = pickle.loads(_given[key])
        return _given[key]


@contextlib.contextmanager
def lend(client: Any, *things: Any) -> Iterator[list[str]]:
    """Keys under which every worker has these designs and populations at hand, also one that comes
    later; taken back at the end. Not with each task: a design alone has hundreds of kilobytes.
    Raises SchedulerLost."""
    from distributed import WorkerPlugin

    # as bytes: arrays that Dask sends itself arrive read-only, and for those all code would be
    # compiled anew
    sent = {f"lazaretto-{uuid.uuid4().hex}": pickle.dumps(thing) for thing in things}
    name = "-".join(sent)

    class Keep(WorkerPlugin):
        """Travels by value, and calls the worker's own package."""

        def setup(self, worker: Any) -> None:
            keep(sent)

        def teardown(self, worker: Any) -> None:
            drop(sent)

    try:
        client.register_plugin(Keep(), name=name)
    except OSError as problem:  # of the connection
        raise SchedulerLost(LOST) from problem
    there = True
    try:
        yield list(sent)
    except SchedulerLost:
        there = False  # nobody is left to be told, and Dask would try for minutes
        raise
    finally:
        if there:
            with contextlib.suppress(OSError, TimeoutError):  # the workers may be gone
                client.unregister_worker_plugin(name)


def by_workers(
    client: Any, design: str, tasks: Iterable[Task], own: str = ""
) -> Iterator[tuple[Task, Block]]:
    """Tasks with what their runs left, in the order in which they are done. design, own:
    the keys of `lend` for the design, and for the user's own population if any.

    A task that its workers do not survive (by default four of them) is given up: all its runs are
    recorded as lost. Raises ClusterError where the scheduler is lost.
    """
    from distributed import as_completed
    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    makers = sources(), libraries()
    queue = iter(tasks)
    waiting: dict[Any, Task] = {}

    def submit() -> Any:
        task = next(queue, None)
        if task is None:
            return None
        future = client.submit(remote, design, makers, task, own, pure=False)
        waiting[future] = task
        return future

    ready = as_completed(
        [
            future
            for _ in range(WAITING_PER_THREAD * threads_of(client))
            if (future := submit()) is not None
        ]
    )
    try:
        for future in ready:
            task = waiting.pop(future)
            try:
                block = future.result()
            except (CancelledError, asyncio.CancelledError, CommClosedError) as problem:
                raise SchedulerLost(LOST) from problem
            except KilledWorker as problem:
                block = lost(
                    task,
                    "every worker that began it was lost, the last one "
                    f"{problem.last_worker.address}; out of memory?",
                )
            del future
            if (more := submit()) is not None:
                ready.add(more)
            yield task, block
    finally:
        client.cancel(list(waiting))
