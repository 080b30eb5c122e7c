"""Parts of a policy that keep their row while they are part of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple


class Dated(NamedTuple):
    """What a policy states, and the days of the run on which it is part of it."""

    stated: Any
    first: float  # -inf: from the beginning of the run
    last: float  # the day from which it no longer is; inf: it still is


def carry_over(
    before: tuple[Dated, ...], stated: Sequence[Any], day: int
) -> tuple[tuple[Dated, ...], list[int]]:
    """(the parts so far and those of the day, which of the stated ones have new rows): one that
    goes on keeps its row, one that is left out is closed, a new one has a row of its own."""
    left = list(enumerate(stated))
    dated: list[Dated] = []
    for one in before:
        same = next((k for k in left if one.last == math.inf and k[1] == one.stated), None)
        if same is not None:
            left.remove(same)
            dated.append(one)
        else:
            dated.append(one._replace(last=min(one.last, float(day))))
    first = float(day) if day > 0 else -math.inf
    return (*dated, *(Dated(new, first, math.inf) for _, new in left)), [at for at, _ in left]
