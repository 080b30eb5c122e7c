"""Data governance: what a source of records collects, who keeps a copy, for how long and what for,
and whether its subject sees it."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal

import pydantic

from .numbers import Stated
from .quantity import Count, DaysOrNever, Demand, Fraction, Quantity

NEVER = "never"
NAME = re.compile(r"[\w-]+")  # part of an address, and of a name in files of results
RetentionFrom = Literal["collection", "end-of-emergency", "end-of-court-cases"]
Deletion = Literal["done", "announced"]


def _retention(given: Any) -> Any:
    """A stated retention, "never" as an endless one; one that ends before it begins is refused."""
    if given == NEVER:
        return {
            "value": math.inf,
            "unit": "day",
            "range": (0.0, math.inf),
            "source": "never deleted, as stated",
            "status": "assumption",
        }
    days = given.get("value") if isinstance(given, dict) else getattr(given, "value", None)
    if isinstance(days, int | float) and days < 0:
        raise ValueError(
            f"a retention of {days:g} days ends before it begins; allowed: 0 (deleted on the day "
            'itself) and more days, or "never"'
        )
    return given


Retention = Annotated[DaysOrNever, pydantic.BeforeValidator(_retention)]


class Copy(Stated):
    """The copy of one agency, by whose name it stands; what is not stated is as for the holder.

    retention_days: from the day on which the agency got a record, or from the end of the emergency
    or of the court cases (`Collection`). purpose: what for, in words; it ends with the emergency,
    or with the court cases where retention counts from these. other_purpose: used for something
    else than the epidemic, so that its records outlive their purpose from the first day.
    """

    retention_days: Retention | None = None
    retention_from: RetentionFrom | None = None
    purpose: str = ""
    other_purpose: bool = False
    deletion: Deletion | None = None

    @pydantic.model_validator(mode="after")
    def _has_one_purpose(self) -> Copy:
        if bool(self.purpose.strip()) == self.other_purpose:
            found = "both are" if self.purpose else "neither is"
            raise ValueError(
                "a copy states its purpose in words, or other_purpose = true where it is used for "
                f"something else than the epidemic; here {found} stated"
            )
        return self


class Collection(Stated):
    """What every source of records states: an instrument of tracing, a monitor, a pass.

    retention_days of whoever holds the records: after the collection of a record, after the end of
    the emergency (the last day with an order or a measure in force), or after the end of the court
    cases (the day on which the last appeal against a sanction of the run is decided; the end of the
    emergency where that is later, or where there is none); inf: never deleted. deletion: done, or
    only announced: what is kept is then never deleted. copies: agency -> its copy. recipients: how
    many bodies receive names, where they are not named as copies: each then has a copy with the
    holder's retention. open_to_subject: whether people see what is held about them; seen_by_others:
    of what they see, the share that third parties get to see as well (who looks over the shoulder,
    who asks to be shown it, who knows the place of a notice).
    """

    records_per_person_day: Annotated[Quantity, Demand("record/person-day", 0, 1e5)]
    retention_days: Retention
    retention_from: RetentionFrom = "collection"
    deletion: Deletion = "done"
    recipients: Count | None = None
    copies: dict[str, Copy] = pydantic.Field(default_factory=dict)
    open_to_subject: bool = False
    seen_by_others: Fraction | None = None

    @property
    def bodies(self) -> int:
        """Bodies that receive names."""
        return len(self.copies) if self.recipients is None else int(self.recipients.value)

    @pydantic.model_validator(mode="after")
    def _recipients_are_those_with_copies(self) -> Collection:
        if self.recipients is None and not self.copies:
            raise ValueError(
                "nothing says who receives the records; state copies (agency -> copy), or "
                "recipients (how many bodies, 0 for none)"
            )
        if self.seen_by_others is not None and not self.open_to_subject:
            raise ValueError(
                "seen_by_others is of what subjects see, and here they see nothing; leave it out, "
                "or state open_to_subject = true"
            )
        if self.copies and self.bodies != len(self.copies):
            raise ValueError(
                f"recipients is {self.bodies}, but {len(self.copies)} agencies have copies "
                f"({', '.join(self.copies)}); leave recipients out, since their number follows "
                "from the copies, or state as many copies"
            )
        if wrong := [name for name in self.copies if not NAME.fullmatch(name)]:
            raise ValueError(
                f"{wrong[0]!r} is no name of an agency: it is part of addresses such as "
                "copies.police.retention_days, so it has letters, digits and hyphens only; write "
                "for example interior-ministry"
            )
        return self
