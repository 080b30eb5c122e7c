"""What building and running take, estimated before it is taken.

Bytes a person, measured at 146 million people and rounded up: building peaks at 33 and keeps 28; a
run in which everybody is infected adds 70, and testing, tracing and orders at most 190 more.
"""

from __future__ import annotations

from ..values.errors import PopulationError

BUILD_BYTES_PER_PERSON = 34
RUN_BYTES_PER_PERSON = 70
# with the 70: 640; 612 was what a run of 50,000 people took, everything on
POLICY_BYTES_PER_PERSON = 570
GIGABYTE = 1e9
ALWAYS_LET_THROUGH = 0.2e9  # less than what starting takes: not worth a look at the machine


class NotEnoughMemory(PopulationError):
    """The machine has less free memory than the work would take."""


def bytes_to_build(people: int) -> int:
    """The most that building a city of so many people holds at a time."""
    return people * BUILD_BYTES_PER_PERSON


def bytes_to_run(people: int, policy: bool) -> int:
    """The most that one run on a built population adds, everybody infected."""
    return people * (RUN_BYTES_PER_PERSON + (POLICY_BYTES_PER_PERSON if policy else 0))


def check_memory(needed: int, what: str) -> None:
    """Raises NotEnoughMemory where less is free than `needed` bytes."""
    if needed < ALWAYS_LET_THROUGH:
        return
    import psutil

    free = int(psutil.virtual_memory().available)
    if needed > free:
        raise NotEnoughMemory(
            f"{what} would take about {needed / GIGABYTE:.1f} GB of memory and "
            f"{free / GIGABYTE:.1f} GB are free. Take fewer people, "
            "fewer runs at a time (--threads 1), or a larger machine"
        )
