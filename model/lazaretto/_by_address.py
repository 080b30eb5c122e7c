"""Named tuples that compiled code passes by address.

numba passes a tuple by its parts: a `World` of some 250 arrays is over two thousand words, packed
and unpacked at each call, and all of that has to be optimised away again. A class that is marked
`by_address` is passed as one pointer (`_passing`). In Python, and with `NUMBA_DISABLE_JIT=1`, it is
the named tuple that it is. Marking loads no compiler: the statements of parameters are read without
one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_marked: list[type] = []
_teachers: list[Callable[[type], Any]] = []


def by_address(cls: type) -> type:
    """Mark a class of named tuples."""
    _marked.append(cls)
    for one in _teachers:
        one(cls)
    return cls


def teach(teacher: Callable[[type], Any]) -> None:
    """Call the teacher with each class that is or will be marked."""
    _teachers.append(teacher)
    for cls in _marked:
        teacher(cls)
