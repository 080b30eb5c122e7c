"""Changes of policy within a run: from a day, from a date, or when the authority's own numbers say
so. What an authority can look at is listed in `INDICATORS`; the truth is not among it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import pydantic

from ..mechanisms.hospital.statement import Hospitals
from ..mechanisms.immunity.statement import Immunity
from ..mechanisms.isolation.statement import IsolationRegime
from ..mechanisms.region.statement import Region
from ..mechanisms.response.statement import Behaviour
from ..mechanisms.testing.statement import Testing
from ..mechanisms.tracing.statement import TracingLevel
from ..values.errors import ParameterError, suggestion
from ..values.numbers import Stated

CHANGEABLE = ("tracing", "isolation", "testing", "behaviour", "region", "immunity", "hospitals")
ALONE = "importations_per_day"  # the one value outside the components that may change
BEGINS = ("from_day", "date", "when")  # one of them says when a change begins
LONGEST = 3650
Day = Annotated[int, pydantic.Field(ge=0, le=LONGEST)]


class Indicator(NamedTuple):
    """What an authority can look at. days: whether it is said of the last so many days."""

    meaning: str
    days: bool = True
    per_100k: bool = True
    severe: bool = False  # of hospitals and deaths


INDICATORS = {
    "cases": Indicator("positive results"),
    "tests": Indicator("samples taken"),
    "positive_share": Indicator("positive results, of all results", per_100k=False),
    "beds": Indicator("hospital beds in use", days=False, severe=True),
    "deaths": Indicator("deaths", severe=True),
    "result_delay": Indicator("mean days from a sample to its result", per_100k=False),
}
COMPARISONS = (">=", "<=", ">", "<")
CONDITION = re.compile(r"\s*(\w+)\s*(>=|<=|>|<)\s*(\S+)\s*")
NAME = re.compile(r"([a-z_]+?)(?:_(\d+)d)?(_per_100k)?")


class Condition(NamedTuple):
    """`cases_7d_per_100k > 50`: an indicator of the authority beside a number. days: 0 where it is
    a state of today."""

    indicator: str
    days: int
    comparison: str
    limit: float

    def holds(self, value: float) -> bool:
        """Whether it is met by that value; an unknown one (nan) meets nothing."""
        if self.comparison == ">":
            return value > self.limit
        if self.comparison == ">=":
            return value >= self.limit
        return value < self.limit if self.comparison == "<" else value <= self.limit


def read_condition(text: str) -> Condition:
    """The condition that a text says. Raises ValueError with what there is."""
    match = CONDITION.fullmatch(text)
    if match is None:
        raise ValueError(
            f"a condition is an indicator, a comparison ({', '.join(COMPARISONS)}) and a number, "
            f"as in 'cases_7d_per_100k > 50'; got {text[:80]!r}"
        )
    name, comparison, number = match.groups()
    parts = NAME.fullmatch(name)
    if parts is None or parts[1] not in INDICATORS:
        known = ", ".join(_spellings())
        raise ValueError(
            f"an authority cannot look at {name!r}: it knows only its own records. "
            f"It can look at: {known} (for 7 any number of days).{_nearest(name)}"
        )
    indicator = INDICATORS[parts[1]]
    written = spelling(parts[1], parts[2] or "7")
    if indicator.days != (parts[2] is not None) or indicator.per_100k != (parts[3] is not None):
        raise ValueError(f"{name!r} is written {written}: {indicator.meaning}")
    if parts[2] is not None and not 1 <= int(parts[2]) <= LONGEST:
        raise ValueError(f"{name!r} needs from 1 to {LONGEST:,} days")
    try:
        limit = float(number)
    except ValueError as problem:
        raise ValueError(f"a number is needed after {comparison}; got {number!r}") from problem
    if not 0.0 <= limit < float("inf"):
        raise ValueError(f"the number after {comparison} must be at least 0 and finite")
    return Condition(parts[1], int(parts[2] or 0), comparison, limit)


def spelling(name: str, days: str = "7") -> str:
    """How an indicator is written in a condition. days: the number of them, or a pattern of it."""
    indicator = INDICATORS[name]
    window = f"_{days}d" if indicator.days else ""
    return f"{name}{window}{'_per_100k' if indicator.per_100k else ''}"


def _spellings() -> Iterator[str]:
    return (spelling(name) for name in INDICATORS)


def _nearest(name: str) -> str:
    near = suggestion(name, _spellings())
    return near if near.startswith(" Did") else ""


class Change(Stated):
    """One line of a timeline: what changes, and when.

    Exactly one of from_day (a day of the run), date (with the scenario's start_date) and when (a
    condition on the authority's records, looked at as each day begins) says when it begins; `until`
    when it ends: a day, a date or a condition (not stated: never). A change with a condition can
    begin again after it has ended; it holds for `least_days` at least. tracing, isolation, testing,
    behaviour, region, hospitals, immunity: the component that then takes the place of the one
    before (of immunity the campaigns: who is immune when the run begins stays as it is). set:
    single values, by address. Where several changes are in force, later ones come on top.
    """

    title: str = ""
    from_day: Day | None = None
    date: datetime.date | None = None
    when: str | None = None
    until: Annotated[
        Day | datetime.date | str | None, pydantic.Field(union_mode="left_to_right")
    ] = None
    least_days: Day = 0
    tracing: TracingLevel | None = None
    isolation: IsolationRegime | None = None
    testing: Testing | None = None
    behaviour: Behaviour | None = None
    region: Region | None = None
    immunity: Immunity | None = None
    hospitals: Hospitals | None = None
    set: dict[str, Any] = pydantic.Field(default_factory=dict)
    names: dict[str, str] = pydantic.Field(default_factory=dict)

    @pydantic.model_validator(mode="after")
    def _begins_once(self) -> Change:
        stated = [n for n in BEGINS if getattr(self, n) is not None]
        if len(stated) != 1:
            raise ValueError(
                "exactly one of from_day, date and when says when a change begins; "
                f"got {' and '.join(stated) or 'none'}"
            )
        if not self.set and all(getattr(self, name) is None for name in CHANGEABLE):
            raise ValueError(f"nothing changes: state one of {', '.join(CHANGEABLE)}, or set")
        return self

    @pydantic.model_validator(mode="after")
    def _ends_after_it_begins(self) -> Change:
        begins, ends = self.begins_when, self.ends_when
        if self.least_days and begins is None:
            raise ValueError("least_days is for changes that begin on a condition (when)")
        if (
            isinstance(self.until, int)
            and self.from_day is not None
            and self.until <= self.from_day
        ):
            raise ValueError(f"until ({self.until}) must come after from_day ({self.from_day})")
        if begins and ends and begins[:2] == ends[:2]:
            upwards = begins.comparison.startswith(">")
            if upwards == ends.comparison.startswith(">"):
                raise ValueError(
                    f"a change that begins at {self.when!r} cannot end at {self.until!r}: "
                    "the comparison must go the other way"
                )
            if (ends.limit > begins.limit) if upwards else (ends.limit < begins.limit):
                raise ValueError(
                    f"between {self.when!r} and {self.until!r} both hold at once: it would begin "
                    "and end every day. Set the two limits apart the other way"
                )
        return self

    @pydantic.model_validator(mode="after")
    def _sets_what_can_change(self) -> Change:
        for address in self.set:
            if address in CHANGEABLE:
                raise ValueError(
                    f"set: {address} is a whole component; state it as a key of the change "
                    f'({address} = "..."), and single values of it in set'
                )
            root = address.split(".")[0].split("[")[0]
            if root not in CHANGEABLE and address.split(".")[0] != ALONE:
                raise ValueError(
                    f"set: {address} cannot change within a run; what can: values of "
                    f"{', '.join(CHANGEABLE)}, and {ALONE}"
                )
        return self

    @property
    def begins_when(self) -> Condition | None:
        """The condition on which it begins."""
        return read_condition(self.when) if self.when is not None else None

    @property
    def ends_when(self) -> Condition | None:
        """The condition on which it ends."""
        return read_condition(self.until) if isinstance(self.until, str) else None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that it looks at."""
        return tuple(c for c in (self.begins_when, self.ends_when) if c is not None)

    def span(self, start_date: datetime.date | None) -> tuple[int | None, int | None]:
        """(first day, day after the last) of the run; None where a condition decides, or never."""
        first = self.from_day if self.date is None else _day(self.date, start_date)
        last = self.until
        if isinstance(last, datetime.date):
            last = _day(last, start_date)
        return first, last if isinstance(last, int) else None

    def settings(self) -> dict[str, Any]:
        """What it changes, as `Scenario.with_settings` takes it."""
        parts = {n: getattr(self, n) for n in CHANGEABLE if getattr(self, n) is not None}
        return parts | self.set

    def __str__(self) -> str:
        begins = self.when or (self.date if self.date is not None else f"day {self.from_day}")
        ends = "" if self.until is None else f" until {self.until}"
        parts = [f"{k} {self.names.get(k, 'own')}" for k in CHANGEABLE if getattr(self, k)]
        parts += [f"{address} = {value}" for address, value in self.set.items()]
        return f"{self.title or 'change'} (from {begins}{ends}): {', '.join(parts)}"


def _day(date: datetime.date, start: datetime.date | None) -> int:
    if start is None:
        raise ParameterError(f"{date}: a date needs the scenario's start_date (the date of day 0)")
    return (date - start).days


Timeline = tuple[Change, ...]


def check_order(timeline: Timeline, start_date: datetime.date | None) -> None:
    """Dates lie after the start, and changes stand in order of time. Raises ValueError."""
    before, latest = None, -1
    for number, change in enumerate(timeline):
        where = f"timeline.{number}"
        for key, stated in (("date", change.date), ("until", change.until)):
            if not isinstance(stated, datetime.date):
                continue
            if start_date is None:
                raise ValueError(
                    f"{where}.{key}: {stated} is a date, so the scenario needs start_date "
                    "(the date of day 0)"
                )
            if stated < start_date:
                raise ValueError(f"{where}.{key}: {stated} lies before start_date ({start_date})")
        first, last = change.span(start_date)
        if first is not None and last is not None and last <= first:
            raise ValueError(f"{where}.until: day {last} is not after day {first}, when it begins")
        if first is not None:
            if first < latest:
                raise ValueError(
                    f"{where}: day {first} comes before day {latest} of timeline.{before}; "
                    "write changes in the order of time"
                )
            before, latest = number, first
