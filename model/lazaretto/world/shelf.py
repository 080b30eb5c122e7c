"""Arrays of runs that are over, for the next run.

A run of a policy takes some 300 arrays. Those fresh from the system cost it an eighth of its time:
the system clears memory before it hands it out, two million bytes at a time for large arrays, of
which a run may use a quarter. So each thread keeps the arrays of its last run and gives them out
again where nobody holds them any more; who keeps a run, or a part of it, keeps its arrays.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

# larger ones, of runs of several hundred thousand people, go back to the system: there clearing is
# little beside the run
MOST_BYTES = 1 << 25


def _holders(kept: list[NDArray[Any]], at: int) -> int:
    return sys.getrefcount(kept[at])


NOTHING = np.empty(0)
FREE = _holders([np.empty(0)], 0)  # of an array that stands on the shelf and nowhere else


class Shelf:
    """Makes arrays, as numpy does (`empty`, `zeros`, `ones`, `full`), of what a run before asked
    for in the same turn where that is of the same shape and kind and free."""

    def __init__(self) -> None:
        self._kept: list[NDArray[Any]] = []
        self._turn = 0

    def begin(self) -> Shelf:
        """The shelf itself, at its first turn again: a run begins."""
        self._turn = 0
        return self

    def empty(self, shape: int | tuple[int, ...], kind: Any) -> NDArray[Any]:
        """An array of that shape and kind, whatever stands in it."""
        kept, at = self._kept, self._turn
        wanted = shape if isinstance(shape, tuple) else (shape,)
        self._turn += 1
        if at < len(kept):
            same = kept[at].shape == wanted and kept[at].dtype == kind
            if same and _holders(kept, at) == FREE:
                return kept[at]
        array = np.empty(wanted, kind)
        kept[at : at + 1] = [array if array.nbytes <= MOST_BYTES else NOTHING]
        return array

    def full(self, shape: int | tuple[int, ...], value: Any, kind: Any) -> NDArray[Any]:
        """An array of that shape and kind, with that value everywhere."""
        array = self.empty(shape, kind)
        array.fill(value)
        return array

    def zeros(self, shape: int | tuple[int, ...], kind: Any) -> NDArray[Any]:
        """An array of zeros."""
        return self.full(shape, 0, kind)

    def ones(self, shape: int | tuple[int, ...], kind: Any) -> NDArray[Any]:
        """An array of ones."""
        return self.full(shape, 1, kind)


class _OfThread(threading.local):
    def __init__(self) -> None:
        self.shelf = Shelf()


_shelves = _OfThread()


def shelf() -> Shelf:
    """The shelf of this thread, for a run that begins."""
    return _shelves.shelf.begin()
