"""A scenario: everything one run needs, as plain frozen data."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pydantic

from ..mechanisms.hospital.statement import Hospitals
from ..mechanisms.illness.statement import Pathogen
from ..mechanisms.immunity.statement import Immunity
from ..mechanisms.isolation.statement import IsolationRegime
from ..mechanisms.region.statement import Region
from ..mechanisms.response.statement import Behaviour
from ..mechanisms.testing.statement import Testing
from ..mechanisms.tracing.statement import TracingLevel
from ..population.place import Place
from ..values.errors import ParameterError, suggestion
from ..values.identity import value_hash
from ..values.numbers import ShortTitle, Stated
from ..values.quantity import Demand, Persons, Quantity
from ..values.strict_json import with_infinities
from .address import UNSET, by_name, write
from .library import KIND_OF as KIND_OF
from .library import check, load_component, locate, name_of, read_resolved
from .plain import check_plain, read_text
from .summary import scenario_summary
from .timeline import BEGINS, CHANGEABLE, Change, Timeline, check_order

SETTINGS = "settings"  # what errors call changes that come from no file
UNLESS_STATED = {"region": "none", "immunity": "none", "hospitals": "admission-test"}
TIMELINE = "timeline"
Load = Callable[[str, Any], Any]  # a component by kind and name
JSON = ".json"
START_DATE = "start_date"
AT_START = ("immune_by_age", "immunity_lasts")  # of immunity: who is immune when the run begins


class Scenario(Stated):
    """One scenario: frozen, printable, equal by value. `names` tells from which files it and its
    components came.

    start_date: the date of day 0, which gives curves and figures their calendar. timeline: changes
    of policy within the run (`parameters.timeline`), in the order of time.
    """

    title: str
    short: ShortTitle = ""
    description: str
    pathogen: Pathogen
    population: Place
    testing: Testing
    tracing: TracingLevel
    isolation: IsolationRegime
    behaviour: Behaviour
    region: Region
    immunity: Immunity
    hospitals: Hospitals
    people: Persons
    days: Annotated[Quantity, Demand("day", 1, 3650, whole=True)]
    initial_infections: Annotated[Quantity, Demand("person", 0, 2**31 - 1, whole=True)]
    importations_per_day: Annotated[Quantity, Demand("person/day", 0, 1e6)] | None = None
    start_day_of_year: Annotated[Quantity, Demand("day", 1, 366, whole=True)] | None = None
    start_date: datetime.date | None = None
    timeline: Timeline = ()
    names: dict[str, str] = pydantic.Field(default_factory=dict)

    @pydantic.model_validator(mode="after")
    def _season_has_a_date(self) -> Scenario:
        if self.pathogen.seasonal_amplitude is not None and self.first_day_of_year is None:
            raise ValueError(
                "the pathogen is seasonal, so the scenario must state start_date, or "
                "start_day_of_year (1 for the first of January)"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _contacts_can_be_tested(self) -> Scenario:
        wanted = self.tracing.tests_contacts
        if wanted and self.testing.listed_to_sample is None:
            raise ValueError(
                "the tracing level tests listed people, so testing must state "
                "listed_to_sample (days from the list to the sample); "
                "the testing file 'contacts-and-lateral-flow' does"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _timeline_is_in_order(self) -> Scenario:
        check_order(self.timeline, self.start_date)
        for number in range(len(self.timeline)):  # each alone, and with all before it
            self.with_changes([number])
            self.with_changes(range(number + 1))
        return self

    @property
    def parameter_hash(self) -> str:
        """Sixteen hex digits of the values (not of titles, notes and file names)."""
        return value_hash(self)

    @property
    def first_day_of_year(self) -> float | None:
        """The day of the year of day 0, from start_day_of_year or else from start_date."""
        if self.start_day_of_year is not None:
            return float(self.start_day_of_year.value)
        return float(self.start_date.timetuple().tm_yday) if self.start_date else None

    def replace(self, **changes: Any) -> Scenario:
        """The same scenario with other components (by name, path or object) or values (by
        address, see `parameters.address`).

        `replace(tracing="interview", people=100_000, **{"pathogen.latent_period.mean": 5})`. A
        plain number given for a quantity replaces its value, its status becomes "user", and its
        unit and bounds still hold (its own range does not). An optional value that is not stated
        is made with the unit and bounds of its field; None takes it away.
        """
        return self.with_settings(changes)

    def with_settings(self, settings: dict[str, Any], load: Load = load_component) -> Scenario:
        """As `replace`, with values that may be strings, as they come from `--set key=value`. load:
        a component by kind and name."""
        inside = {re.split(r"[.\[]", key, maxsplit=1)[0] for key in settings if key not in KIND_OF}
        # what no setting looks into was checked when it was made: it stays the object that it is
        data = {name: getattr(self, name) for name in Scenario.model_fields}
        data |= self.model_dump(include={*inside, "names"})
        for key in [
            key for key in settings if key in KIND_OF
        ]:  # components first, so that values may be set inside the new ones
            value = settings[key]
            if isinstance(value, str | Path):
                loaded = load(KIND_OF[key], value)
                data[key] = loaded.model_dump() if key in inside else loaded
                data["names"] = {**data["names"], key: Path(value).stem}
            elif isinstance(value, pydantic.BaseModel):
                data[key] = value.model_dump()
                data["names"] = {**data["names"], key: "own"}
            else:
                raise ParameterError(f"{key}: a name, a path or an object is needed; got {value!r}")
        if TIMELINE in settings:
            data[TIMELINE] = _changes(SETTINGS, settings[TIMELINE], load)
        for key in [key for key in settings if key not in KIND_OF and key != TIMELINE]:
            if key.startswith(f"{TIMELINE}."):
                _write_change(data, key, settings[key], load)
            elif key == START_DATE:
                data[key] = None if settings[key] == UNSET else settings[key]
            else:
                write(data, Scenario, key, settings[key])
        try:
            return check(Scenario, data, SETTINGS)
        except ParameterError as problem:
            lines = [_by_name(data, line) for line in str(problem).splitlines()]
            raise ParameterError("\n".join(lines)) from problem.__cause__

    def with_changes(self, numbers: Iterable[int]) -> Scenario:
        """The scenario as it is while those changes of its timeline are in force, the later on top
        of the earlier, and without a timeline."""
        now = first = self.model_copy(update={TIMELINE: ()})
        for number in numbers:
            change = self.timeline[number]
            try:
                now = now.with_settings(change.settings())
            except ParameterError as problem:
                text = str(problem).replace(f"{SETTINGS}: ", "")
                raise ParameterError(f"{TIMELINE}.{number} ({change}): {text}") from problem
            now = now.with_names(change.names)
            now.check_start(first)
        return now

    def check_start(self, first: Scenario) -> None:
        """Raise ParameterError where others are immune from before the run than under `first`, the
        same run at its beginning."""
        for name in AT_START:
            if getattr(self.immunity, name) != getattr(first.immunity, name):
                raise ParameterError(
                    f"immunity.{name} is of the time before the run and cannot change within it; "
                    "what can: immunity.campaigns"
                )

    @property
    def stages(self) -> tuple[Scenario, ...]:
        """The scenario as it begins, and as it is with each change of its timeline alone."""
        changed = (self.with_changes([number]) for number in range(len(self.timeline)))
        return (self.with_changes([]), *changed) if self.timeline else (self,)

    @property
    def coerces_without_avoidance(self) -> bool:
        """Whether some policy is harsh while test avoidance is off."""
        return any(
            s.behaviour.avoidance_is_off and s.isolation.harshness.value > 0 for s in self.stages
        )

    def with_names(self, names: dict[str, str]) -> Scenario:
        """The same values, whose components are called so."""
        return self.model_copy(update={"names": {**self.names, **names}})

    def __repr__(self) -> str:
        return repr(scenario_summary(self))

    def _repr_html_(self) -> str:
        return scenario_summary(self)._repr_html_()

    def __str__(self) -> str:
        parts = ", ".join(f"{key} {name}" for key, name in self.names.items())
        return (
            f"{self.title}: {self.people.value:,} people, {self.days.value} days; "
            f"{parts} [{self.parameter_hash}]"
        )


def _by_name(data: dict[str, Any], line: str) -> str:
    """A line of an error about settings, with the address as `show` prints it."""
    where, _, rest = line.partition(": ")
    path, colon, message = rest.partition(": ")
    if where != SETTINGS or not colon:
        return line
    return f"{where}: {by_name(data, path)}: {message}"


def _changes(where: str, given: Any, load: Load) -> list[Any]:
    """The lines of a timeline with their components in full. load: a component by kind and name."""
    if not isinstance(given, list | tuple):
        raise ParameterError(
            f"{where}: {TIMELINE}: a list of changes is needed ([[timeline]] in a file); "
            f"got {str(given)[:80]!r}"
        )
    return [_change(f"{where}: {TIMELINE}.{n}", one, load) for n, one in enumerate(given)]


def _change(where: str, given: Any, load: Load) -> Any:
    if isinstance(given, Change):
        return given.model_dump()
    if not isinstance(given, dict):
        raise ParameterError(f"{where}: a change is a table; got {str(given)[:80]!r}")
    found, names = dict(given), dict(given.get("names", {}))
    for key in CHANGEABLE:
        value = given.get(key)
        if isinstance(value, str | Path):
            try:
                found[key] = load(KIND_OF[key], value).model_dump()
            except ParameterError as problem:
                raise ParameterError(f"{where}.{key}: {problem}") from problem
            names[key] = Path(value).stem
        elif isinstance(value, pydantic.BaseModel):
            found[key], names[key] = value.model_dump(), "own"
    return {**found, "names": names}


def _write_change(data: dict[str, Any], key: str, value: Any, load: Load) -> None:
    """Put a value into a change: one of its own keys (`timeline.0.from_day`), a component by name
    (`timeline.0.tracing`), or a value that it sets (`timeline.0.testing.seek_probability`)."""
    _, number, *rest = key.split(".")
    lines = data[TIMELINE]
    if not rest or not number.isdigit() or int(number) >= len(lines):
        there = f"0 to {len(lines) - 1}" if lines else "none"
        raise ParameterError(
            f"{key}: write timeline.NUMBER.KEY, as in timeline.0.from_day; numbers here: {there}"
        )
    line = dict(lines[int(number)])
    if rest[0] in CHANGEABLE and len(rest) == 1:
        line = _change(f"{TIMELINE}.{number}", {**line, rest[0]: value}, load)
    elif (rest[0] in CHANGEABLE and line.get(rest[0]) is None) or rest[
        0
    ] not in Change.model_fields:
        line["set"] = {**line["set"], ".".join(rest): value}
    elif rest[0] == "set":
        line["set"] = {**line["set"], ".".join(rest[1:]): value}
    elif len(rest) == 1:
        given = None if value == UNSET else value
        others = dict.fromkeys(BEGINS) if rest[0] in BEGINS and given is not None else {}
        line = {**line, **others, rest[0]: given}
    else:
        write(data, Scenario, key, value)
        return
    lines = [*lines]
    lines[int(number)] = line
    data[TIMELINE] = lines


def load_named(where: str, key: str, load: Callable[[str], Any], given: Any, kind: str) -> Any:
    """What the name in a file stands for; every error says in which file and under which key it
    stands."""
    if given is None:
        raise ParameterError(f"{where}: {key}: this key is missing; it names one of the {kind}")
    if not isinstance(given, str):
        raise ParameterError(
            f"{where}: {key}: the name of one of the {kind} is needed; got {given!r}"
        )
    try:
        return load(given)
    except ParameterError as problem:
        raise ParameterError(
            "\n".join(f"{where}: {key}: {line}" for line in str(problem).splitlines())
        ) from problem


def load_scenario(name: str | Path) -> Scenario:
    """A scenario by name or path; its components are named in the file and loaded with it.

    A path in the file counts from the file's own folder first, then from where the program runs. A
    path that ends in .json is a whole scenario as `lazaretto run` writes it.
    """
    if Path(name).suffix == JSON:
        return _read_json(Path(name))
    path = locate("scenarios", name)
    data = read_resolved("scenarios", path).data
    names: dict[str, str] = {"scenario": path.stem}
    for key, kind in KIND_OF.items():
        load = partial(_component_beside, path, kind)
        given = data.get(key, UNLESS_STATED.get(key))
        found = load_named(name_of(path), key, load, given, kind)
        names[key], data[key] = Path(str(given)).stem, found.model_dump()
    if TIMELINE in data:
        data[TIMELINE] = _changes(name_of(path), data[TIMELINE], partial(_component_beside, path))
    if "names" in data:
        raise ParameterError(
            f"{name_of(path)}: names: unknown key.{suggestion('names', Scenario.model_fields)}"
        )
    return check(Scenario, {**data, "names": names}, name_of(path))


def _read_json(path: Path) -> Scenario:
    if not path.is_file():
        raise ParameterError(f"{path}: there is no such file")
    text = read_text(path)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise ParameterError(f"{path}: this is no scenario in JSON: {problem}") from problem
    if not isinstance(data, dict):
        raise ParameterError(f"{path}: this is no scenario in JSON: a table is needed")
    check_plain(data, path)
    data = with_infinities(data)
    for key, name in UNLESS_STATED.items():  # written before there was such a part
        if key not in data:
            data[key] = load_component(KIND_OF[key], name).model_dump()
            data["names"] = {**data.get("names", {}), key: name}
    return check(Scenario, data, str(path))


def _component_beside(path: Path, kind: str, given: str) -> Any:
    return load_component(kind, beside(path, given))


def beside(path: Path, given: str) -> str | Path:
    """The file of that name in the folder of `path`, if there is one; else the name itself."""
    local = path.parent / given
    return local if given.endswith(".toml") and local.is_file() else given
