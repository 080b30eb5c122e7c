"""Carry out tasks by threads of this process: compiled code releases the lock, and all threads
share one population."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from ..parameters import Sweep
from ..population.city import Population
from .work import Block, Task, do

WAITING_PER_THREAD = 2
# a thread that comes out of compiled code waits so long for one that runs Python; of Python's own 5
# ms, a run of 40 ms lost 6
SWITCH_SECONDS = 2e-4


def by_threads(
    design: Sweep, tasks: Iterable[Task], threads: int, population: Population | None = None
) -> Iterator[tuple[Task, Block]]:
    """Tasks with what their runs left, in the order in which they are done.

    Only a few tasks wait at a time. When the caller stops asking (an error, Ctrl-C), the runs under
    way are finished and dropped.
    """
    stop = threading.Event()
    queue = iter(tasks)
    waiting: dict[Future[Block | None], Task] = {}
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, SWITCH_SECONDS))
    with ThreadPoolExecutor(threads) as pool:
        try:
            while True:
                while (
                    len(waiting) < WAITING_PER_THREAD * threads
                    and (task := next(queue, None)) is not None
                ):
                    waiting[pool.submit(do, design, task, population, stop.is_set)] = task
                if not waiting:
                    return
                ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in ready:
                    task, block = waiting.pop(future), future.result()
                    if block is not None:
                        yield task, block
        finally:
            stop.set()
            sys.setswitchinterval(before)
