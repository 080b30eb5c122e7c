"""Find anything by its name, and check files: what `lazaretto show` and `lazaretto validate`
need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..values.errors import ParameterError, suggestion
from .files import MATRIX
from .library import (
    COMPONENTS,
    KINDS,
    check,
    list_names,
    load_component,
    locate,
    read_resolved,
    read_toml,
)
from .scenario import JSON, KIND_OF, UNLESS_STATED, Scenario, beside, load_scenario
from .sweep import first_scenario, load_sweep


def load(kind: str, name: str | Path) -> Any:
    """An object of any kind by name or path."""
    if kind == "scenarios":
        return load_scenario(name)
    return load_sweep(name) if kind == "sweeps" else load_component(kind, name)


WHOLE = ("scenarios", "sweeps")


def kinds_with(name: str) -> list[str]:
    """The kinds that have a file of that name, whole scenarios and sweeps before components."""
    return [kind for kind in (*WHOLE, *COMPONENTS) if name in list_names(kind)]


def find(name: str) -> tuple[str, Any]:
    """(kind, object) of a name: scenarios and sweeps come before components, or the kind is given
    as in `tracing/transparent-notice`."""
    kind, _, plain = name.rpartition("/")
    if kind in KINDS and plain in list_names(kind):
        return kind, load(kind, plain)
    if kinds := kinds_with(name):
        return kinds[0], load(kinds[0], name)
    if name.endswith(".toml"):
        return validate_file(Path(name))
    if name.endswith(JSON):  # a whole scenario, as `lazaretto run` writes it
        return "scenarios", load_scenario(name)
    everything = [known for kind in KINDS for known in list_names(kind)]
    raise ParameterError(f"there is nothing called {name!r}.{suggestion(name, everything)}")


def kind_of(path: Path, data: dict[str, Any]) -> str:
    """The kind of a file: its folder's name, else the kind whose keys it has."""
    if path.parent.name in KINDS:
        return path.parent.name
    if {"axes", "vary", "rows"} & set(data):
        return "sweeps"
    if MATRIX in data:
        return "populations"
    if any(isinstance(data.get(part), str) for part in KIND_OF):  # parts of a scenario by name
        return "scenarios"
    best = max(
        COMPONENTS,
        key=lambda kind: len(
            set(COMPONENTS[kind].model_fields) & set(data) - {"title", "description"}
        ),
    )
    if not set(COMPONENTS[best].model_fields) & set(data) - {"title", "description"}:
        raise ParameterError(
            f"{path}: none of its keys belongs to any kind of parameter file ({', '.join(KINDS)})"
        )
    return best


def validate_file(path: str | Path) -> tuple[str, Any]:
    """(kind, object) of a file, or a ParameterError that names file and key."""
    path = Path(path)
    if not path.is_file():
        raise ParameterError(f"{path}: there is no such file")
    kind = kind_of(path, read_toml(path))
    if kind in COMPONENTS:
        return kind, check(COMPONENTS[kind], read_resolved(kind, path).data, str(path))
    return kind, load(kind, path.resolve())


def origins(kind: str, name: str | Path) -> dict[str, str]:
    """The file that each value of a parameter file came from, by its address from a scenario down;
    of a sweep: of its scenario. Empty for a sweep's own file, which states no values."""
    part_of = {of: part for part, of in KIND_OF.items()}
    if kind == "sweeps":
        path = locate(kind, name)
        return origins("scenarios", beside(path, str(first_scenario(read_toml(path)))))
    if kind == "scenarios" and Path(name).suffix == JSON:
        return origins_of(load_scenario(name))
    path = locate(kind, name)
    found = read_resolved(kind, path)
    if kind in part_of:
        return {f"{part_of[kind]}.{where}": file for where, file in found.origins.items()}
    own = {where: file for where, file in found.origins.items() if where not in KIND_OF}
    if kind != "scenarios":
        return own
    for part, of in KIND_OF.items():
        own |= origins(of, beside(path, str(found.data.get(part, UNLESS_STATED.get(part)))))
    return own


def origins_of(scenario: Scenario) -> dict[str, str]:
    """As `origins`, of a scenario in memory, as far as it and its components come from shipped
    files (by `names`). Values that a user has changed say so by their status."""
    found: dict[str, str] = {}
    own = scenario.names.get("scenario")
    if own in list_names("scenarios"):
        whole = origins("scenarios", own)
        found |= {
            where: file for where, file in whole.items() if where.split(".")[0] not in KIND_OF
        }
    for part, kind in KIND_OF.items():
        name = scenario.names.get(part)
        if name in list_names(kind):
            found |= origins(kind, name)
    return found


def file_of(address: str, known: dict[str, str]) -> str:
    """The file that a value came from, given `origins`: the longest beginning of its address that
    is known; "" where none is."""
    parts = address.split(".")
    for end in range(len(parts), 0, -1):
        if file := known.get(".".join(parts[:end])):
            return file
    return next((f for where, f in known.items() if where.startswith(f"{address}.")), "")
