"""What all instruments state."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import pydantic

from ..values.governance import Collection
from ..values.quantity import DayLaw, Days, Demand, Law, Quantity

NEARBY = ("colocation_minutes", "visit_minutes")  # what instruments call that law
Instruction = Literal["quarantine", "test", "inform", "monitor"]
ByMinutes = Annotated[Quantity, Demand("fraction", 0, 1, length=4)]
PerDayMean = Annotated[Quantity, Demand("person/day", 0, 1e3)]


class Instrument(Collection):
    """What all instruments share: look-back before the reported onset, delay from the result (or
    report) until people are reached, what the listed are asked to do, and what happens to the data.

    instruction: "quarantine" (stay at home), "test" (be tested), "inform" (are told), or "monitor":
    live on, and report symptoms for the days of a quarantine; whoever reports them (with the
    probability of seeking a test) isolates at once and is tested after `listed_to_sample`; a
    negative result ends that, a positive one makes a case. Whoever has reported them before the
    list isolates at the list.

    brief_instruction: what people are asked who were seen with the case for less than the level's
    `close_minutes` on every day; as `instruction` where it is not stated. Records of everybody with
    a phone, or of users, older than retention_days are gone, so days of the look-back before that
    cannot be asked about.
    """

    type: str
    names_people: ClassVar[bool] = True  # somebody holds a list with names
    # each meeting is seen or not; else addresses or calls say who is listed
    sees_meetings: ClassVar[bool] = True

    lookback_days: Days
    delay: DayLaw
    instruction: Instruction
    brief_instruction: Instruction | None = None
    collects: Literal["everyone-with-phone", "users", "cases"]

    @property
    def minutes_rule(self) -> tuple[str, float]:
        """(the key of its rule, minutes below which it lists nobody); "" and 0 for no such rule."""
        return "", 0.0

    @property
    def nearby_minutes(self) -> Law | None:
        """For how long people only near are there, where the instrument sees any."""
        return next((law for key in NEARBY if (law := getattr(self, key, None)) is not None), None)

    @pydantic.model_validator(mode="after")
    def _knows_how_long(self) -> Instrument:
        if self.brief_instruction is not None and not self.sees_meetings:
            raise ValueError(
                f"{self.type} sees no meetings, so it cannot know which were brief; "
                "leave brief_instruction out"
            )
        return self
