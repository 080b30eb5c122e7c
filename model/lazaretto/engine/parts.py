"""What the main loop is given beside the world: who is infected first, which days, which chains."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._by_address import by_address


@by_address
class Start(NamedTuple):
    """Who is infected at time 0: the people `first`, or else `initial` random people."""

    initial: int
    first: NDArray[np.int64]


@by_address
class Span(NamedTuple):
    """The days of a piece of a run, [first, last). changed: the policy is another from `first` on;
    home_bounds: how many of `Policy.home_bounds` it had before."""

    first: int
    last: int
    changed: bool
    home_bounds: int


@by_address
class Chains(NamedTuple):
    """How many chains to follow, one after the other; 0: one run. And what they add up to."""

    number: int
    sizes: NDArray[np.int64]  # (generations + 1,) infections by generation
    at_home: NDArray[np.int64]  # (generations + 1,) of these, within households
    # infections with 0, 1, 2, ... infectees; the last: so many or more
    offspring: NDArray[np.int64]
