"""Data governance: what a source of records collects, how long it is kept, who receives it, and
whether its subject sees it."""

from __future__ import annotations

from typing import Annotated, Literal

from .numbers import Stated
from .quantity import Count, DaysOrNever, Demand, Quantity


class Collection(Stated):
    """What every source of records states: an instrument of tracing, a monitor, a pass.

    retention_days: after the collection of a record, or after the end of the emergency (the last
    day with an order or a measure in force); inf: never deleted. recipients: bodies that receive
    names. open_to_subject: whether people see what is held about them.
    """

    records_per_person_day: Annotated[Quantity, Demand("record/person-day", 0, 1e5)]
    retention_days: DaysOrNever
    retention_from: Literal["collection", "end-of-emergency"] = "collection"
    recipients: Count
    open_to_subject: bool = False
