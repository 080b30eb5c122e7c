"""Tracing levels: a level is a list of instruments, each with exactly its own fields."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from ...instruments.table import AnyInstrument
from ...values.numbers import ShortTitle, Stated
from ...values.quantity import Days, Demand, Minutes, Quantity

MOST_INSTRUMENTS = 8


class TracingLevel(Stated):
    """A tracing level; no instruments is no tracing. Lists of several instruments are united:
    whoever is on two lists for the same case is asked once, by the fastest.

    trigger: a positive result, or already the report of symptoms (a negative result then ends the
    quarantine of those listed). recursion_depth: 1 also traces the contacts of listed people, and
    so on. close_minutes: below it `brief_instruction` holds. release_test_day: on that day of a
    quarantine a test is taken; a negative result ends it.
    """

    title: str
    short: ShortTitle = ""
    description: str
    trigger: Literal["result", "symptoms"] = "result"
    recursion_depth: Annotated[Quantity, Demand("generation", 0, 5, whole=True)] | None = None
    close_minutes: Minutes | None = None
    release_test_day: Days | None = None
    instruments: tuple[AnyInstrument, ...] = ()

    @pydantic.model_validator(mode="after")
    def _not_too_many(self) -> TracingLevel:
        if len(self.instruments) > MOST_INSTRUMENTS:
            raise ValueError(
                f"a level has at most {MOST_INSTRUMENTS} instruments; got {len(self.instruments)}"
            )
        types = [i.type for i in self.instruments]
        if twice := sorted({t for t in types if types.count(t) > 1}):
            raise ValueError(f"each type of instrument once in a level; twice: {', '.join(twice)}")
        if self.close_minutes is None and any(
            i.brief_instruction is not None for i in self.instruments
        ):
            raise ValueError(
                "brief_instruction needs the level's close_minutes: below how "
                "many minutes a meeting is brief"
            )
        return self

    @property
    def instructions(self) -> set[str]:
        """All that listed people may be asked."""
        return {i.instruction for i in self.instruments} | {
            i.brief_instruction for i in self.instruments if i.brief_instruction is not None
        }
