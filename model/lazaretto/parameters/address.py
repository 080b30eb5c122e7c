"""The address of a parameter: one language for `--set`, `replace`, sweeps, calibration, `show`,
figures and errors.

An address is dotted, from a scenario down to a number: `pathogen.R0`,
`tracing.instruments.interview.delay.mean`. Parts of lists go by their type (instruments,
monitors) or action (rungs of the ladder), or by their position from 0 where they have neither or
where an earlier part of the list has the same. This is the canonical spelling, the one that is
printed. Read as well: brackets (`instruments[interview]`), positions (`instruments.0`), a value
by its whole name (`pathogen.R0.value`), and a distribution in place of its mean (`...delay`).
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_origin

import numpy as np
import pydantic

from ..values.errors import ParameterError
from ..values.quantity import Demand, Law, Quantity
from .parts import labels, names_in, part_of, way_out

USER = "stated by the user"
UNSET = "none"  # the text that takes an optional value away
NUMBER_IN = {Quantity: "value", Law: "mean"}
DISTRIBUTION = re.compile(r"\s*([A-Za-z]\w*)\s*\((.*)\)\s*", re.DOTALL)
Parts = tuple[str, ...]


class Field(NamedTuple):
    """What the models say of an address, whether or not a value stands there.

    models: the tables that may stand there; stated: Quantity, Law or None for what is neither;
    demand: unit and bounds of a stated value; optional: whether it may be left out.
    """

    models: tuple[type[pydantic.BaseModel], ...] = ()
    stated: type[Quantity] | type[Law] | None = None
    demand: Demand | None = None
    optional: bool = False


def parse(text: str) -> Parts:
    """The parts of an address, in dots or in brackets."""
    return tuple(part for part in re.split(r"[.\[\]]+", text) if part) or (text,)


def canonical(text: str, root: type[pydantic.BaseModel]) -> str:
    """The one spelling of an address of `root`; what is no address is only written with dots.

    A position stays a position: which part of a list it means, only a scenario knows.
    """
    parts = parse(text)
    if len(parts) > 1 and parts[-1] == "value" and field_at(root, parts[:-1]).stated is Quantity:
        parts = parts[:-1]
    if field_at(root, parts).stated is Law:
        parts = (*parts, "mean")
    return ".".join(parts)


def by_name(data: Any, text: str) -> str:
    """An address of dumped data with the names of parts of lists in place of their positions."""
    at, parts = data, list(parse(text))
    for depth, part in enumerate(parts):
        known = names_in(at, depth == 0)
        if part not in known:
            break
        if isinstance(at, tuple | list):
            parts[depth] = labels(at)[known[part]]
        at = part_of(at, known[part])
    return ".".join(parts)


def words(text: str) -> tuple[str, str]:
    """(what, where) of an address as people read them: ("mean delay", "interview")."""
    *above, last = parse(text)
    if above and last == "value":
        last = above.pop()
    if above and last == "mean":
        last = f"mean {above.pop()}"
    return last.replace("_", " "), above[-1].replace("_", " ") if above else ""


def read(model: pydantic.BaseModel, text: str) -> Any:
    """The number, list or text at an address of a scenario; None where an optional value is not
    stated. Raises ParameterError for what is no address, or is a whole table."""
    parts = parse(text)
    at: Any = model
    for depth, part in enumerate(parts):
        if at is None and _is_number_of(field_at(type(model), parts[:depth]), parts[depth:]):
            return None
        at = part_of(at, _key(at, part, text, parts[:depth]))
    if isinstance(at, Quantity | Law):
        at = getattr(at, NUMBER_IN[type(at)])
    if isinstance(at, pydantic.BaseModel) or _holds_tables(at):
        raise ParameterError(f"{text}: this is a whole table; name one of its values")
    return at


def stated_at(model: pydantic.BaseModel, text: str) -> tuple[Quantity | Law, bool] | None:
    """(the value or distribution at an address, whether it is a whole number), or None where the
    scenario states none."""
    parts = parse(text)
    at: Any = model
    for depth, part in enumerate(parts):
        if isinstance(at, Quantity | Law):
            ends = parts[depth:] == (NUMBER_IN[type(at)],)
            return (at, _is_whole(type(model), parts[:depth])) if ends else None
        known = names_in(at, depth == 0)
        if part not in known:
            return None
        at = part_of(at, known[part])
    return (at, _is_whole(type(model), parts)) if isinstance(at, Quantity | Law) else None


def lacks_the_part(model: pydantic.BaseModel, text: str) -> bool:
    """Whether the address goes through a part of a list (an instrument, monitor, rung, measure)
    that the scenario does not have."""
    at: Any = model
    for depth, part in enumerate(parse(text)):
        known = names_in(at, depth == 0)
        if part not in known:
            return isinstance(at, tuple | list)
        at = part_of(at, known[part])
    return False


def write(data: dict[str, Any], root: type[pydantic.BaseModel], text: str, value: Any) -> None:
    """Put a value at an address of dumped data, in place; text is read as `--set` gives it.

    A number goes to the value of a Quantity and to the mean of a Law, whose source and status then
    say that the user stated it. A Law also takes `gamma(mean=5, a=2)`. An optional value that is
    not stated is made, with the unit and bounds that its field demands (a Law as a constant unless
    the text names a family), and taken away by None or the text "none". What the models demand of
    the whole is checked by whoever makes a model of the data. Raises ParameterError.
    """
    parts = parse(text)
    at: Any = data
    owner: dict[str, Any] | None = None  # the stated value that the user changes
    for depth, part in enumerate(parts[:-1]):
        key = _key(at, part, text, parts[:depth])
        if at[key] is None:
            _make(at, key, field_at(root, parts[: depth + 1]), parts[depth + 1 :], text, value)
            return
        at = at[key]
        owner = at if _is_stated(at) else owner
    if owner is not None and at is owner.get("parameters"):
        key = parts[-1]  # a shape parameter may be new, because the family may be
    else:
        key = _key(at, parts[-1], text, parts[:-1])
    there: Any = at[key] if isinstance(at, list | tuple) or key in at else 0.0
    if there is None:
        _make(at, key, field_at(root, parts), (), text, value)
    elif _is_stated(there):
        if _takes_away(value) and field_at(root, parts).optional:
            at[key] = None
        elif isinstance(value, Quantity | Law):
            at[key] = value.model_dump()
        else:
            at[key] = _restate(there, text, value)
    elif owner is None and (_holds_tables(there) or isinstance(there, dict | tuple | list)):
        raise ParameterError(f"{text}: this is a whole table; name one of its values")
    elif isinstance(at, tuple | list):
        raise ParameterError(
            f"{text}: one number of a list cannot be set; give the whole list in brackets"
        )
    else:
        at[key] = value if isinstance(there, str) else _number_in(text, value)
        if owner is not None:
            owner["status"], owner["source"] = "user", USER


def _restate(there: dict[str, Any], text: str, value: Any) -> dict[str, Any]:
    """A stated value with another number, or a Law with another distribution."""
    if "mean" in there and (given := _distribution(text, value)) is not None:
        return {**there, "mean": there["mean"], **given, "status": "user", "source": USER}
    key = "value" if "value" in there else "mean"
    return {**there, key: _number_in(text, value), "status": "user", "source": USER}


def _make(at: Any, key: Any, field: Field, rest: Parts, text: str, value: Any) -> None:
    """Put a value where an optional one is not stated. rest: what the address says below it."""
    if field.stated is None and not rest and not field.models:
        at[key] = value  # a word, such as an instruction; the model knows which are allowed
        return
    name = ".".join(parse(text)[: len(parse(text)) - len(rest)])
    if field.stated is None:
        needs = ", ".join(_required(field.models))
        raise ParameterError(
            f"{text}: {name} is not stated here, and one value does not make it: it is a table "
            f"with {needs}. Choose a file that states it, or write the table in a file of your own"
        )
    if not _is_number_of(field, rest):
        raise ParameterError(
            f"{text}: {name} is not stated here; state it first, with its mean, as in "
            f"{name}=gamma(mean=5, a=2)"
        )
    if _takes_away(value):
        return
    if isinstance(value, Quantity | Law):
        at[key] = value.model_dump()
        return
    if field.demand is None:
        raise ParameterError(
            f"{text}: this is not stated here, and its unit is not known; write it in a file, "
            "with value, unit, range, source and status"
        )
    made = {
        "unit": field.demand.unit,
        "range": (field.demand.low, field.demand.high),
        "status": "user",
        "source": USER,
    }
    if field.stated is Quantity:
        at[key] = {"value": _number_in(text, value), **made}
        return
    given = _distribution(text, value)
    if given is None:
        given = {"family": "constant", "mean": _number_in(text, value)}
    if "mean" not in given:
        raise ParameterError(
            f"{text}: {name} is not stated here, so its mean is needed too, as in "
            f"{name}={given['family']}(mean=5, ...)"
        )
    at[key] = {**given, **made}


def _distribution(text: str, value: Any) -> dict[str, Any] | None:
    """`gamma(mean=5, a=2, maximum=20)` as the keys of a Law; None for what is not written so."""
    match = DISTRIBUTION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    found: dict[str, Any] = {"family": match[1], "parameters": {}, "quantiles": (), "maximum": None}
    for pair in filter(None, (part.strip() for part in match[2].split(","))):
        name, equals, number = (part.strip() for part in pair.partition("="))
        if not equals or not name:
            raise ParameterError(
                f"{text}: in {value[:80]!r} every number needs its name, as in gamma(mean=5, a=2)"
            )
        into = found if name in ("mean", "maximum") else found["parameters"]
        into[name] = _number_in(text, number)
    return found


def _takes_away(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip() == UNSET)


def _is_number_of(field: Field, rest: Parts) -> bool:
    """Whether what an address says below a stated value is nothing, or only its number's name."""
    return field.stated is not None and rest in ((), (NUMBER_IN[field.stated],))


def _required(models: tuple[type[pydantic.BaseModel], ...]) -> list[str]:
    return [name for model in models for name, f in model.model_fields.items() if f.is_required()]


def _is_stated(data: Any) -> bool:
    return isinstance(data, dict) and data.keys() >= {"unit", "source", "status"}


def _holds_tables(thing: Any) -> bool:
    parts = thing.values() if isinstance(thing, dict) else thing
    return isinstance(thing, dict | tuple | list) and any(
        isinstance(part, dict | pydantic.BaseModel) for part in parts
    )


def _key(at: Any, part: str, text: str, above: Parts) -> Any:
    """The key or position called `part`; a ParameterError with the way out, if nothing is."""
    known = names_in(at, not above)
    if part not in known:
        rest = parse(text)[len(above) + 1 :]
        raise ParameterError(
            f"{text}: there is no {part!r} in {'.'.join(above) or 'a scenario'}."
            f"{way_out(at, above, part, rest)}"
        )
    return known[part]


def _number_in(text: str, value: Any) -> Any:
    """Text as the number (or list in brackets) that it shows; NumPy's numbers and arrays as
    Python's; anything else as it is."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    try:
        return float(value)
    except ValueError as problem:
        raise ParameterError(
            f"{text}: a number (or a list of numbers in brackets) is needed; got {value[:80]!r}"
        ) from problem


@lru_cache(maxsize=4096)
def field_at(root: type[pydantic.BaseModel], parts: Parts) -> Field:
    """What the models say of an address; an empty Field where they know none."""
    found: Any = root
    for part in parts:
        found = next((below for below in _below(found, part) if below is not None), None)
        if found is None:
            return Field()
    return _field(found)


def _below(annotation: Any, part: str) -> list[Any]:
    """The annotations of the part called so, one for each type that may stand there."""
    found = []
    for kind in _types(annotation):
        if get_origin(kind) is tuple:
            inner = _types(get_args(kind)[0])
            tagged = [one for one in inner if part in _tags(one)]
            found.append(tuple(tagged or inner))
        elif get_origin(kind) is dict:
            found.append(get_args(kind)[1])
        elif (
            isinstance(kind, type)
            and issubclass(kind, pydantic.BaseModel)
            and part in kind.model_fields
        ):
            field = kind.model_fields[part]
            found.append((field.annotation, *field.metadata))
    return found


def _types(annotation: Any) -> list[Any]:
    """The types in an annotation, without unions, Annotated and None. A tuple of annotations and
    demands stands for all of them."""
    if isinstance(annotation, tuple):
        return [one for part in annotation for one in _types(part)]
    if hasattr(annotation, "__metadata__"):
        return _types(annotation.__origin__)
    if get_origin(annotation) in (None, tuple, dict, Literal):
        return [] if isinstance(annotation, Demand) else [annotation]
    return [one for part in get_args(annotation) for one in _types(part)]


def _demands(annotation: Any) -> list[Demand]:
    if isinstance(annotation, Demand):
        return [annotation]
    if isinstance(annotation, tuple):
        parts = annotation
    else:
        parts = (*getattr(annotation, "__metadata__", ()), *get_args(annotation))
        parts = tuple(part for part in parts if part is not annotation)
    return [demand for part in parts for demand in _demands(part)]


def _tags(model: Any) -> tuple[Any, ...]:
    fields = getattr(model, "model_fields", {})
    field = fields.get("type") or fields.get("action")
    return get_args(field.annotation) if field is not None else ()


def _field(annotation: Any) -> Field:
    kinds = _types(annotation)
    stated = next((kind for kind in (Quantity, Law) if kind in kinds), None)
    models = tuple(
        kind for kind in kinds if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel)
    )
    demands = _demands(annotation) if stated else []
    return Field(models, stated, demands[0] if demands else None, NoneType in kinds)


def _is_whole(root: type[pydantic.BaseModel], parts: Parts) -> bool:
    demand = field_at(root, parts).demand
    return demand is not None and demand.whole
