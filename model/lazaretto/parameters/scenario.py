"""A scenario: everything one run needs, as plain frozen data."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import pydantic

from .behaviour import Behaviour
from .errors import ParameterError, suggestion
from .isolation import IsolationRegime
from .library import check, load_component, locate, read_toml
from .pathogen import Pathogen
from .population import City
from .quantity import Demand, Law, Persons, Quantity, Stated
from .testing import Testing
from .tracing import TracingLevel

KIND_OF = {
    "pathogen": "pathogens",
    "population": "populations",
    "testing": "testing",
    "tracing": "tracing",
    "isolation": "isolation",
    "behaviour": "behaviour",
}
USER = "stated by the user"


class Scenario(Stated):
    """One scenario: frozen, printable, equal by value. `names` tells from which files the components came."""

    title: str
    description: str
    pathogen: Pathogen
    population: City
    testing: Testing
    tracing: TracingLevel
    isolation: IsolationRegime
    behaviour: Behaviour
    people: Persons
    days: Annotated[Quantity, Demand("day", 1, 3650, whole=True)]
    initial_infections: Annotated[Quantity, Demand("person", 0, 2**31 - 1, whole=True)]
    names: dict[str, str] = {}

    @property
    def parameter_hash(self) -> str:
        """Sixteen hex digits of the values (not of titles, notes and file names)."""
        return value_hash(self)

    def replace(self, **changes: Any) -> Scenario:
        """The same scenario with other components (by name, path or object) or values (by dotted name).

        `replace(tracing="interview", people=100_000, **{"pathogen.latent_period.mean": 5})`. A plain number given for a quantity replaces
        its value, its status becomes "user", and its unit and bounds still hold.
        """
        return self.with_settings(changes)

    def with_settings(self, settings: dict[str, Any]) -> Scenario:
        """As `replace`, with values that may be strings, as they come from `--set key=value`."""
        data = self.model_dump()
        for key, value in settings.items():
            if key in KIND_OF:
                if isinstance(value, str | Path):
                    data[key] = load_component(KIND_OF[key], value).model_dump()
                    data["names"] = {**data["names"], key: Path(value).stem}
                elif isinstance(value, pydantic.BaseModel):
                    data[key] = value.model_dump()
                    data["names"] = {**data["names"], key: "own"}
                else:
                    raise ParameterError(f"{key}: a name, a path or an object is needed; got {value!r}")
            else:
                _set(data, self, key, value)
        return check(Scenario, data, "settings")

    def __str__(self) -> str:
        parts = ", ".join(f"{key} {name}" for key, name in self.names.items())
        return f"{self.title}: {self.people.value:,} people, {self.days.value} days; {parts} [{self.parameter_hash}]"


def value_hash(model: pydantic.BaseModel) -> str:
    """Sixteen hex digits of a model's values, leaving out what only explains them."""
    return hashlib.sha256(json.dumps(_values(model.model_dump()), sort_keys=True).encode()).hexdigest()[:16]


def _values(data: Any) -> Any:
    explains = {"title", "description", "source", "status", "note", "range", "distribution", "names", "published"}
    if isinstance(data, dict):
        return {key: _values(value) for key, value in data.items() if key not in explains}
    return [_values(value) for value in data] if isinstance(data, list | tuple) else data


def _set(data: dict[str, Any], model: pydantic.BaseModel, dotted: str, value: Any) -> None:
    """Write a value at a dotted name of the dumped data; a Quantity takes it as `value`, a Law as `mean`."""
    parts = dotted.split(".")
    at: Any = data
    here: Any = model
    for depth, part in enumerate(parts):
        known = sorted(at) if isinstance(at, dict) else [str(i) for i in range(len(at))] if isinstance(at, tuple | list) else []
        if part not in known:
            raise ParameterError(f"{dotted}: there is no {part!r} in {'.'.join(parts[:depth]) or 'a scenario'}.{suggestion(part, known)}")
        if isinstance(at, tuple | list):
            raise ParameterError(f"{dotted}: entries of a list cannot be set; give a file of your own")
        here = getattr(here, part) if isinstance(here, pydantic.BaseModel) else here.get(part)
        if depth == len(parts) - 1:
            break
        at = at[part]
    key = parts[-1]
    if isinstance(here, Quantity | Law):
        at, key = at[key], "value" if isinstance(here, Quantity) else "mean"
    elif isinstance(here, pydantic.BaseModel | dict | tuple):
        raise ParameterError(f"{dotted}: this is a whole table; name one of its values")
    at[key] = _number(dotted, value) if isinstance(value, str) and not isinstance(here, str) else value
    if "status" in at:
        at["status"], at["source"] = "user", USER


def _number(dotted: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        raise ParameterError(f"{dotted}: a number (or a list of numbers in brackets) is needed; got {text!r}") from problem


def load_scenario(name: str | Path) -> Scenario:
    """A scenario by name or path; its components are named in the file and loaded with it."""
    path = locate("scenarios", name)
    data = read_toml(path)
    names: dict[str, str] = {}
    for key, kind in KIND_OF.items():
        given = data.get(key)
        if given is None:
            raise ParameterError(f"{path.name}: {key}: this key is missing; it names one of the {kind}")
        if not isinstance(given, str):
            raise ParameterError(f"{path.name}: {key}: the name of one of the {kind} is needed; got {given!r}")
        names[key] = Path(given).stem
        local = path.parent / given
        data[key] = load_component(kind, local if given.endswith(".toml") and local.is_file() else given).model_dump()
    return check(Scenario, {**data, "names": names}, path.name)
