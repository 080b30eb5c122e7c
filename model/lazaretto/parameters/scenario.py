"""A scenario: everything one run needs, as plain frozen data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pydantic

from ..mechanisms.illness.statement import Pathogen
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
from .address import by_name, write
from .library import check, load_component, locate, name_of, read_resolved

KIND_OF = {
    "pathogen": "pathogens",
    "population": "populations",
    "testing": "testing",
    "tracing": "tracing",
    "isolation": "isolation",
    "behaviour": "behaviour",
    "region": "region",
}
SETTINGS = "settings"  # what errors call changes that come from no file
UNLESS_STATED = {"region": "none"}


class Scenario(Stated):
    """One scenario: frozen, printable, equal by value. `names` tells from which files it and its
    components came."""

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
    people: Persons
    days: Annotated[Quantity, Demand("day", 1, 3650, whole=True)]
    initial_infections: Annotated[Quantity, Demand("person", 0, 2**31 - 1, whole=True)]
    importations_per_day: Annotated[Quantity, Demand("person/day", 0, 1e6)] | None = None
    start_day_of_year: Annotated[Quantity, Demand("day", 1, 366, whole=True)] | None = None
    names: dict[str, str] = pydantic.Field(default_factory=dict)

    @pydantic.model_validator(mode="after")
    def _season_has_a_date(self) -> Scenario:
        if self.pathogen.seasonal_amplitude is not None and self.start_day_of_year is None:
            raise ValueError(
                "the pathogen is seasonal, so the scenario must state "
                "start_day_of_year (1 for the first of January)"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _contacts_can_be_tested(self) -> Scenario:
        wanted = not self.tracing.instructions.isdisjoint({"test", "monitor"})
        if wanted and self.testing.listed_to_sample is None:
            raise ValueError(
                "the tracing level tests listed people, so testing must state "
                "listed_to_sample (days from the list to the sample); "
                "the testing file 'contacts-and-lateral-flow' does"
            )
        return self

    @property
    def parameter_hash(self) -> str:
        """Sixteen hex digits of the values (not of titles, notes and file names)."""
        return value_hash(self)

    def replace(self, **changes: Any) -> Scenario:
        """The same scenario with other components (by name, path or object) or values (by
        address, see `parameters.address`).

        `replace(tracing="interview", people=100_000, **{"pathogen.latent_period.mean": 5})`. A
        plain number given for a quantity replaces its value, its status becomes "user", and its
        unit and bounds still hold (its own range does not). An optional value that is not stated
        is made with the unit and bounds of its field; None takes it away.
        """
        return self.with_settings(changes)

    def with_settings(self, settings: dict[str, Any]) -> Scenario:
        """As `replace`, with values that may be strings, as they come from `--set key=value`."""
        data = self.model_dump()
        for key in [
            key for key in settings if key in KIND_OF
        ]:  # components first, so that values may be set inside the new ones
            value = settings[key]
            if isinstance(value, str | Path):
                data[key] = load_component(KIND_OF[key], value).model_dump()
                data["names"] = {**data["names"], key: Path(value).stem}
            elif isinstance(value, pydantic.BaseModel):
                data[key] = value.model_dump()
                data["names"] = {**data["names"], key: "own"}
            else:
                raise ParameterError(f"{key}: a name, a path or an object is needed; got {value!r}")
        for key in [key for key in settings if key not in KIND_OF]:
            write(data, Scenario, key, settings[key])
        try:
            return check(Scenario, data, SETTINGS)
        except ParameterError as problem:
            lines = [_by_name(data, line) for line in str(problem).splitlines()]
            raise ParameterError("\n".join(lines)) from problem.__cause__

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

    A path in the file counts from the file's own folder first, then from where the program runs.
    """
    path = locate("scenarios", name)
    data = read_resolved("scenarios", path).data
    names: dict[str, str] = {"scenario": path.stem}
    for key, kind in KIND_OF.items():
        load = partial(_component_beside, path, kind)
        given = data.get(key, UNLESS_STATED.get(key))
        found = load_named(name_of(path), key, load, given, kind)
        names[key], data[key] = Path(str(given)).stem, found.model_dump()
    if "names" in data:
        raise ParameterError(
            f"{name_of(path)}: names: unknown key.{suggestion('names', Scenario.model_fields)}"
        )
    return check(Scenario, {**data, "names": names}, name_of(path))


def _component_beside(path: Path, kind: str, given: str) -> Any:
    return load_component(kind, beside(path, given))


def beside(path: Path, given: str) -> str | Path:
    """The file of that name in the folder of `path`, if there is one; else the name itself."""
    local = path.parent / given
    return local if given.endswith(".toml") and local.is_file() else given
