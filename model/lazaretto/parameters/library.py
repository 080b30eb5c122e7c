"""Parameter files: where they are, what they are called, and how they are read.

Files lie in `params/<kind>/<name>.toml`, shipped inside the package or, in a checkout, beside
`model/`. A name may also be a path.
"""

from __future__ import annotations

import tomllib
import warnings
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

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
from ..values.errors import ParameterError, explain, suggestion
from ..values.numbers import Stated
from .files import MATRIX, SOURCES, Resolved, bibliography, cite, resolve
from .plain import check_keys, check_plain, read_text
from .prices import Prices

COMPONENTS: dict[str, type[Stated]] = {
    "pathogens": Pathogen,
    "populations": Place,
    "testing": Testing,
    "tracing": TracingLevel,
    "isolation": IsolationRegime,
    "behaviour": Behaviour,
    "region": Region,
    "immunity": Immunity,
    "hospitals": Hospitals,
    "prices": Prices,
}
KIND_OF = {  # the parts of a scenario, and the kinds of file that they come from
    "pathogen": "pathogens",
    "population": "populations",
    "testing": "testing",
    "tracing": "tracing",
    "isolation": "isolation",
    "behaviour": "behaviour",
    "region": "region",
    "immunity": "immunity",
    "hospitals": "hospitals",
}
KINDS = (*COMPONENTS, "scenarios", "sweeps")
SUFFIX = ".toml"
Model = TypeVar("Model", bound=Stated)


@lru_cache(maxsize=1)
def params_folder() -> Path:
    """The folder that holds the kinds."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "params", package.parent.parent / "params"):
        if folder.is_dir():
            return folder
    raise ParameterError(
        "the parameter files are missing: there is no folder params/ in the "
        "package, nor beside model/"
    )


def list_names(kind: str) -> list[str]:
    """The names of all files of a kind, sorted."""
    if kind not in KINDS:
        raise ParameterError(f"unknown kind {kind!r}.{suggestion(kind, KINDS)}")
    return sorted(file.stem for file in (params_folder() / kind).glob("*" + SUFFIX))


def locate(kind: str, name: str | Path) -> Path:
    """The file of that name and kind, or the path itself if it is one."""
    path = Path(name)
    if path.suffix == SUFFIX or len(path.parts) > 1:
        if not path.is_file():
            raise ParameterError(f"{path}: there is no such file")
        return path
    if str(name) not in list_names(kind):
        raise ParameterError(
            f"there is no {name!r} among the {kind}.{suggestion(str(name), list_names(kind))}"
        )
    return params_folder() / kind / f"{name}{SUFFIX}"


def name_of(path: Path) -> str:
    """What errors call a file: a shipped one by its name, any other by its path."""
    return path.name if path.parent.parent == params_folder() else str(path)


def read_toml(path: Path) -> dict[str, Any]:
    """The file as plain data; a file that is not TOML, not text or not readable is one clear
    error."""
    text = read_text(path)
    check_keys(text, path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ParameterError(
            f"{path}: this is not TOML: {problem}. Strings need quotes, keys an equals sign"
        ) from problem
    except RecursionError as problem:
        raise ParameterError(f"{path}: this TOML is nested too deeply") from problem
    except (
        ValueError
    ) as problem:  # what Python's own number reader refuses, such as a number of 5,000 digits
        raise ParameterError(f"{path}: a number in it has too many digits to be read") from problem
    check_plain(data, path)
    return data


def read_resolved(kind: str, path: Path) -> Resolved:
    """A file with all that it is based on, sources in full; and where each value came from."""
    try:
        found = resolve(path, read_toml, partial(locate, kind))
    except ParameterError as problem:  # a file that is not shipped is called by its path
        own = str(problem).removeprefix(f"{path.name}: ")
        raise ParameterError(f"{name_of(path)}: {own}" if own != str(problem) else own) from problem
    if MATRIX in found.data:
        from .mixing import resolve_matrix  # knows how the city mixes, and so takes long to import

        found = resolve_matrix(found, name_of(path))
    known = bibliography(params_folder() / SOURCES)
    try:
        return found._replace(data=cite(found.data, known, ""))
    except ParameterError as problem:
        raise ParameterError(f"{name_of(path)}: {problem}") from problem


def check(model: type[Model], data: dict[str, Any], where: str) -> Model:
    """The data as a model, or a ParameterError naming `where` and each key."""
    try:
        return model.model_validate(data)
    except pydantic.ValidationError as problem:
        raise explain(problem, where, _all_keys(model)) from problem


def _all_keys(model: type[pydantic.BaseModel], seen: frozenset[str] = frozenset()) -> set[str]:
    """Field names of a model and of the models inside it, for suggestions."""
    keys = set(model.model_fields)
    if model.__name__ in seen:
        return keys
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            keys |= _all_keys(inner, seen | {model.__name__})
    return keys


def _models_in(annotation: Any) -> list[type[pydantic.BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        return [annotation]
    return [m for part in getattr(annotation, "__args__", ()) for m in _models_in(part)]


def load_component(kind: str, name: str | Path) -> Any:
    """One component by name or path. Warns of a tracing level that looks further back than its
    records are kept."""
    path = locate(kind, name)
    found = check(COMPONENTS[kind], read_resolved(kind, path).data, name_of(path))
    if isinstance(found, TracingLevel):
        for sentence in found.short_windows:
            warnings.warn(f"{name_of(path)}: {sentence}", stacklevel=3)
    return found


def load_pathogen(name: str | Path) -> Pathogen:
    """A pathogen by name or path."""
    found: Pathogen = load_component("pathogens", name)
    return found


def load_population(name: str | Path) -> Place:
    """A synthetic city's parameters by name or path."""
    found: Place = load_component("populations", name)
    return found


def load_testing(name: str | Path) -> Testing:
    """Testing by name or path."""
    found: Testing = load_component("testing", name)
    return found


def load_tracing(name: str | Path) -> TracingLevel:
    """A tracing level by name or path."""
    found: TracingLevel = load_component("tracing", name)
    return found


def load_isolation(name: str | Path) -> IsolationRegime:
    """An isolation regime by name or path."""
    found: IsolationRegime = load_component("isolation", name)
    return found


def load_behaviour(name: str | Path) -> Behaviour:
    """Behaviour by name or path."""
    found: Behaviour = load_component("behaviour", name)
    return found


def load_hospitals(name: str | Path) -> Hospitals:
    """Hospitals by name or path."""
    found: Hospitals = load_component("hospitals", name)
    return found


def load_immunity(name: str | Path) -> Immunity:
    """Immunity from before the run and vaccination, by name or path."""
    found: Immunity = load_component("immunity", name)
    return found


def load_region(name: str | Path) -> Region:
    """Region-wide measures by name or path."""
    found: Region = load_component("region", name)
    return found
