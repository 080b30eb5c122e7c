"""Tracing levels: a level is a list of instruments, each with exactly its own fields."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from ...instruments.table import AnyInstrument
from ...values.appeals import Appeals
from ...values.numbers import ShortTitle, Stated
from ...values.quantity import DayLaw, Days, Demand, Minutes, Quantity

MOST_INSTRUMENTS = 8


class TracingLevel(Stated):
    """A tracing level; no instruments is no tracing. Lists of several instruments are united:
    whoever is on two lists for the same case is asked once, by the fastest.

    trigger: a positive result, or already the report of symptoms (a negative result then ends the
    quarantine of those listed). recursion_depth: 1 also traces the contacts of listed people, and
    so on, with onward_delay in place of the instruments' own for each step beyond the first (0
    days: all steps at once). close_minutes: below it `brief_instruction` holds.

    Tests in quarantine: entry_test, as soon as testing's listed_to_sample allows: "finds" (only
    finds cases) or "releases" (a negative result ends the quarantine); release_test_day: on that
    day a test is taken, whose negative result ends it; or finding_test_day: does not end it.

    contest: of those whom a list puts under quarantine, who contests that, how often it is granted,
    and when; wrong: behind the listing there was no meeting at all. Granted: the quarantine ends.
    """

    title: str
    short: ShortTitle = ""
    description: str
    trigger: Literal["result", "symptoms"] = "result"
    recursion_depth: Annotated[Quantity, Demand("generation", 0, 5, whole=True)] | None = None
    onward_delay: DayLaw | None = None
    close_minutes: Minutes | None = None
    entry_test: Literal["none", "finds", "releases"] = "none"
    release_test_day: Days | None = None
    finding_test_day: Days | None = None
    contest: Appeals | None = None
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
        if self.release_test_day is not None and self.finding_test_day is not None:
            raise ValueError(
                "state release_test_day (a negative result ends the quarantine) or "
                "finding_test_day (it does not), not both"
            )
        if self.contest is not None and "quarantine" not in self.instructions:
            raise ValueError(
                "contest: no instrument of the level puts anybody under quarantine, so there is "
                'nothing to contest; leave it out, or state instruction "quarantine"'
            )
        if self.onward_delay is not None and self.recursion_depth is None:
            raise ValueError("onward_delay needs recursion_depth: how many steps there are")
        return self

    @property
    def short_windows(self) -> list[str]:
        """A sentence for each instrument that looks further back than its records are kept."""
        return [
            f"{one.type}: lookback_days is {one.lookback_days.value:g}, but records are kept for "
            f"{one.retention_days.value:g} days (retention_days), so days before that cannot be "
            "asked about"
            for one in self.instruments
            if one.collects != "cases"
            and one.retention_from == "collection"
            and one.retention_days.value < one.lookback_days.value
        ]

    @property
    def tests_contacts(self) -> bool:
        """Whether people on lists are tested as such."""
        return self.entry_test != "none" or not self.instructions.isdisjoint({"test", "monitor"})

    @property
    def instructions(self) -> set[str]:
        """All that listed people may be asked."""
        return {i.instruction for i in self.instruments} | {
            i.brief_instruction for i in self.instruments if i.brief_instruction is not None
        }
