"""How parameter files are read: what a file states, over what it is based on.

`based_on = "name"` takes everything of another file of the kind, or of a path beside the file, and
the file says what differs. Parts of lists go by name: instruments and monitors by type, rungs by
action; `interview = "interview-resourced"` takes the instrument of that type from another level,
and a table with `based_on` takes it with changes. `without = ["key"]` drops what is inherited.
Publications stand once in `sources.toml` and are cited as `@key` in a source. A status that is not
stated is "assumption".
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ..values.errors import ParameterError, suggestion
from .plain import read_text

BASED_ON, WITHOUT = "based_on", "without"
NAMED_PARTS = {"instruments": "type", "monitoring": "type", "ladder": "action"}
TABLE = "measures"  # a list that may be a CSV file instead
MATRIX = "contact_matrix"  # of a place: a CSV file with its community contacts by age
NUMBERS = ("value", "mean")
OF_A_VALUE = {*NUMBERS, "unit", "range", "source"}  # no table of values has these keys
KEPT_WITH_A_NUMBER = ("unit", "range")  # of an inherited value whose number is stated anew
SHAPE = ("family", "parameters", "quantiles", "maximum")  # of a distribution likewise
KEY = re.compile(r"[a-z]+\d{4}[a-z]?")
CITED = re.compile(rf"@({KEY.pattern})")
SOURCES = "sources.toml"
Origins = dict[str, str]
Read = Callable[[Path], dict[str, Any]]


class Resolved(NamedTuple):
    """What a file states with all that it is based on, and the file that each value came from, by
    dotted address."""

    data: dict[str, Any]
    origins: Origins


def resolve(path: Path, read: Read, locate: Callable[[str], Path]) -> Resolved:
    """Read a file over what it is based on. read: a file as plain data; locate: the file of a name
    of the same kind. Raises ParameterError."""
    return _resolve(path, read, locate, ())


def _resolve(path: Path, read: Read, locate: Any, above: tuple[Path, ...]) -> Resolved:
    if path.resolve() in above:
        chain = " -> ".join(p.stem for p in (*above, path))
        raise ParameterError(f"{path.name}: {BASED_ON}: files are based on each other: {chain}")
    own = _by_name(read(path), path)
    above = (*above, path.resolve())

    def base(name: Any, key: str) -> Resolved:
        if not isinstance(name, str):
            raise ParameterError(
                f"{path.name}: {key}: the name of a file of the same kind is needed; got {name!r}"
            )
        beside = path.parent / name
        try:
            found = beside if name.endswith(".toml") and beside.is_file() else locate(name)
        except ParameterError as problem:
            raise ParameterError(f"{path.name}: {key}: {problem}") from problem
        return _resolve(found, read, locate, above)

    inherited = base(own.pop(BASED_ON), BASED_ON) if BASED_ON in own else Resolved({}, {})
    data, origins = _as_dicts(inherited.data), inherited.origins
    dropped = own.pop(WITHOUT, [])
    if not isinstance(dropped, list):
        raise ParameterError(f"{path.name}: {WITHOUT}: a list of keys is needed; got {dropped!r}")
    for name in map(str, dropped):
        if name not in data:
            raise ParameterError(
                f"{path.name}: {WITHOUT}: nothing called {name!r} is inherited."
                f"{suggestion(str(name), data)}"
            )
        del data[name]
        origins = {k: v for k, v in origins.items() if k.split(".")[0] != name}
    # inherited parts come first
    order: dict[str, list[str]] = {kind: list(data.get(kind, ())) for kind in NAMED_PARTS}
    for kind in NAMED_PARTS:
        parts = own.get(kind)
        for name, part in list(parts.items()) if isinstance(parts, dict) else ():
            if not isinstance(part, str | dict):
                continue  # the model says what is wrong with it
            taken = part if isinstance(part, str) else part.get(BASED_ON)
            if taken is None:
                continue
            there = base(taken, f"{kind}.{name}")
            found = _as_dicts(there.data).get(kind, {})
            if name not in found:
                raise ParameterError(
                    f"{path.name}: {kind}.{name}: {taken!r} has no {name!r} among its {kind}."
                    f"{suggestion(name, found)}"
                )
            data.setdefault(kind, {})[name] = found[name]
            prefix = f"{kind}.{name}"
            origins |= {k: v for k, v in there.origins.items() if k.startswith(f"{prefix}.")}
            changes = (
                {} if isinstance(part, str) else {k: v for k, v in part.items() if k != BASED_ON}
            )
            own[kind][name] = changes
    merged = _merge(data, own, path, "")
    for kind, names in order.items():
        if isinstance(merged.get(kind), dict):
            stated = own.get(kind)
            each = dict.fromkeys([*names, *(stated if isinstance(stated, dict) else ())])
            merged[kind] = {name: merged[kind][name] for name in each}
    origins |= dict.fromkeys(_addresses(own), path.name)
    return Resolved(_as_lists(merged), {k: v for k, v in origins.items() if _stands(merged, k)})


def _merge(base: Any, own: Any, path: Path, where: str) -> Any:
    if not (isinstance(base, dict) and isinstance(own, dict)):
        return own
    if is_value(base):
        return _restate_value(base, own, path, where)
    merged = dict(base)
    for key, part in own.items():
        below = f"{where}.{key}" if where else key
        merged[key] = _merge(base[key], part, path, below) if key in base else part
    return merged


def _restate_value(
    base: dict[str, Any], own: dict[str, Any], path: Path, where: str
) -> dict[str, Any]:
    """A value over an inherited one. Another number needs a source of its own, and keeps of the
    inherited one its unit and range (a distribution also its shape) unless these are stated too."""
    key = next((name for name in NUMBERS if name in base), "value")
    if "family" in own or (key in own and own[key] != base.get(key)):
        if "source" not in own:
            raise ParameterError(
                f"{path.name}: {where}: another number than the inherited {base.get(key)} needs a "
                "source of its own; the inherited source says something else"
            )
        kept = KEPT_WITH_A_NUMBER + (() if "family" in own else SHAPE)
        return {name: part for name, part in base.items() if name in kept} | own
    return base | own


def is_value(data: Any) -> bool:
    """Whether a table is a stated value: it has a number, and a unit or a source."""
    return isinstance(data, dict) and any(n in data for n in NUMBERS) and "unit" in data


def _by_name(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """The file's own data with lists of named parts as tables (the older way to write them), and
    measures read from their table. The path of a contact matrix counts from the file."""
    data = _as_dicts(data)
    stated = data.get(MATRIX)
    if isinstance(stated, dict) and isinstance(stated.get("file"), str):
        data[MATRIX] = {**stated, "file": str(path.parent / stated["file"])}
    if isinstance(data.get(TABLE), str):
        file, each = path.parent / data[TABLE], data.pop("each", {})
        passes = data.pop("passes", {})
        if not (isinstance(each, dict) and isinstance(passes, dict)):
            raise ParameterError(f"{path.name}: each, passes: tables are needed beside {TABLE}")
        data[TABLE] = list(_measures(file, each, passes, path))
    return data


def _as_dicts(data: dict[str, Any]) -> dict[str, Any]:
    """Lists of named parts as tables, where their names differ."""
    found = dict(data)
    for kind, label in NAMED_PARTS.items():
        parts = found.get(kind)
        if isinstance(parts, list) and all(isinstance(p, dict) and label in p for p in parts):
            names = [str(part[label]) for part in parts]
            if len(set(names)) == len(names):
                found[kind] = {
                    n: {k: v for k, v in p.items() if k != label}
                    for n, p in zip(names, parts, strict=True)
                }
    return found


def _as_lists(data: dict[str, Any]) -> dict[str, Any]:
    found = dict(data)
    for kind, label in NAMED_PARTS.items():
        if isinstance(found.get(kind), dict):
            found[kind] = [
                {label: n, **p} if isinstance(p, dict) else p for n, p in found[kind].items()
            ]
    return found


def _addresses(data: Any, above: str = "") -> Iterator[str]:
    """Where a file says something: the addresses of values, or of parts of values."""
    if not isinstance(data, dict | list) or OF_A_VALUE & set(
        data if isinstance(data, dict) else ()
    ):
        yield above
        return
    parts = data.items() if isinstance(data, dict) else enumerate(data)
    for key, part in parts:
        yield from _addresses(part, f"{above}.{key}" if above else str(key))


def _stands(data: Any, address: str) -> bool:
    for part in address.split("."):
        if isinstance(data, list):
            data = data[int(part)] if part.isdigit() and int(part) < len(data) else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data is not None


def _measures(
    file: Path, each: dict[str, Any], passes: dict[str, Any], path: Path
) -> Iterator[dict[str, Any]]:
    """The measures of a CSV file, a row each. A column is a value, whose unit, range, source, ...
    are those of `each` in the TOML file; `column:source`, `column:note`, ... say what a row has of
    its own. Empty cells are not stated. passes: of the measure of that
    title."""
    try:
        lines = list(csv.DictReader(read_text(file).splitlines()))
    except ParameterError as problem:
        raise ParameterError(
            f"{path.name}: {TABLE}: {problem}. The table stands beside the file"
        ) from problem
    for number, line in enumerate(lines, start=2):
        measure: dict[str, Any] = {}
        for column, cell in line.items():
            if column is None or cell is None:
                raise ParameterError(
                    f"{file.name}: line {number}: more or fewer cells than columns"
                )
            name, _, detail = column.partition(":")
            if cell == "" or detail:
                continue
            if name not in each:
                measure[name] = cell
                continue
            own = {
                key.partition(":")[2]: text
                for key, text in line.items()
                if key.startswith(f"{name}:") and text != ""
            }
            try:
                measure[name] = {**each[name], "value": json.loads(cell), **own}
            except ValueError as problem:
                raise ParameterError(
                    f"{file.name}: line {number}: {name}: a number is needed; got {cell!r}"
                ) from problem
        if measure.get("title") in passes:
            measure["passes"] = passes[measure["title"]]
        yield measure


@lru_cache(maxsize=8)
def bibliography(file: Path) -> dict[str, str]:
    """Citation with DOI by key, from the bibliography beside the kinds of files."""
    if not file.is_file():  # a folder of parameter files without one
        return {}
    entries = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        key: f"{entry['text']} ({entry['doi']})" if "doi" in entry else str(entry["text"])
        for key, entry in entries.items()
    }


def cite(data: Any, known: dict[str, str], where: str) -> Any:
    """The data with sources in full, and "assumption" where no status is stated."""
    if isinstance(data, list):
        return [cite(part, known, f"{where}.{at}") for at, part in enumerate(data)]
    if not isinstance(data, dict):
        return data
    found = {key: cite(part, known, f"{where}.{key}") for key, part in data.items()}
    if is_value(found):
        found.setdefault("status", "assumption")
        found["source"] = _in_full(found.get("source"), known, where)
        if found["source"] is None:
            del found["source"]
    return found


def _in_full(source: Any, known: dict[str, str], where: str) -> Any:
    def citation(match: re.Match[str]) -> str:
        if match.group(1) not in known:
            raise ParameterError(
                f"{where.removeprefix('.')}: source: @{match.group(1)} stands in no line of "
                f"{SOURCES}.{suggestion(match.group(1), known)}"
            )
        return known[match.group(1)]

    if not isinstance(source, str):
        return source
    for key in CITED.findall(source):  # said in words and cited: once is enough
        words = known.get(key, "").partition(" (")[0]
        source = source.replace(f"{words} (@{key})", f"@{key}")
    return CITED.sub(citation, source)
