"""The parameter reference: of each kind of file what its values mean, their units and ranges, who
states them, and each file with its values, sources and users."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pydantic

from lazaretto.figures.naming import plain_parameter
from lazaretto.parameters import COMPONENTS, Row, Scenario, address, list_names, rows
from lazaretto.parameters import load as load_anew
from lazaretto.parameters import origins as find_origins
from lazaretto.parameters.library import KIND_OF, locate, read_toml
from lazaretto.values.quantity import Demand

PART_OF = {kind: part for part, kind in KIND_OF.items()}
TITLES = {
    "pathogens": "Pathogens",
    "populations": "Places",
    "testing": "Testing",
    "tracing": "Tracing levels",
    "isolation": "Isolation regimes",
    "behaviour": "Behaviour",
    "region": "Region-wide measures",
    "immunity": "Immunity and vaccination",
    "hospitals": "Hospitals",
    "prices": "Prices",
    "scenarios": "Scenarios",
    "sweeps": "Sweeps",
}
WHOLE = ("scenarios", "sweeps")
load, origins = lru_cache(load_anew), lru_cache(find_origins)  # asked for value by value


def cell(text: object) -> str:
    """Text within a cell of a table."""
    plain = str(text).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
    return plain.replace("<", "&lt;").replace("@", "\\@").replace("*", "\\*").replace("~", "\\~")


def table(head: list[str], lines: list[list[str]]) -> list[str]:
    if not lines:
        return []
    rule = "|" + " --- |" * len(head)
    return [
        "",
        "| " + " | ".join(head) + " |",
        rule,
        *("| " + " | ".join(line) + " |" for line in lines),
        "",
    ]


def pages() -> dict[str, str]:
    """Path below site/made -> Markdown."""
    made = {f"parameters/{kind}.md": "\n".join(page(kind)) + "\n" for kind in TITLES}
    lines = [
        "# Parameters",
        "",
        "Every value that the model takes, generated from the models and from the files in "
        "`params/`. A file says what differs from the one that it is based on; here all values "
        "stand as they are resolved. `lazaretto show NAME` prints the same.",
        "",
    ]
    lines += [
        f"- [{title}]({kind}.md): {len(list_names(kind))} files" for kind, title in TITLES.items()
    ]
    tree = ["", "```{toctree}", ":hidden:", "", *TITLES, "```", ""]
    return made | {"parameters/index.md": "\n".join(lines + tree)}


def page(kind: str) -> Iterator[str]:
    yield f"# {TITLES[kind]}"
    yield ""
    if kind not in WHOLE:
        yield "## What they mean"
        yield ""
        yield from meanings(COMPONENTS[kind])
        yield "## Who states what"
        yield from statements(kind)
    for name in list_names(kind):
        yield from file(kind, name)


def meanings(model: type[pydantic.BaseModel]) -> Iterator[str]:
    """What the models say of themselves: units and bounds stand in the tables below."""
    for one in models_in(model):
        text = inspect.getdoc(one) or ""
        if text and one.__doc__ and not text.startswith("!!!"):
            parts = [escaped(" ".join(part.split())) for part in text.split("\n\n")]
            fields = "|".join(one.model_fields)
            told = re.sub(rf"(?<!`)\b({fields}):", r"`\1`:", "\n\n".join(parts))
            yield f"**{one.__name__}.** {told}"
            yield ""


def escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", "\\*")


def models_in(model: type[pydantic.BaseModel]) -> list[type[pydantic.BaseModel]]:
    """The model and those within it, each once, but for what a single value is made of."""
    from lazaretto.values.prior import Prior
    from lazaretto.values.quantity import Law, Quantity

    found: list[type[pydantic.BaseModel]] = []

    def add(annotation: Any) -> None:
        model = isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel)
        if model and annotation not in (Quantity, Law, Prior, *found):
            found.append(annotation)
            for field in annotation.model_fields.values():
                add(field.annotation)
        for part in getattr(annotation, "__args__", ()):
            add(part)

    add(model)
    return found


def bounds(demand: Demand | None) -> str:
    """What a field allows, whatever a file states."""
    if demand is None:
        return ""
    if math.isinf(demand.low) and math.isinf(demand.high):
        return "any"
    high = "any" if math.isinf(demand.high) else f"{demand.high:,.10g}"
    return f"{demand.low:,.10g} to {high}"


def statements(kind: str) -> list[str]:
    """One line for each parameter that some file of the kind states."""
    known: dict[str, list[tuple[str, Row]]] = {}
    for name in list_names(kind):
        for row in rows(load(kind, name)):
            known.setdefault(row["parameter"], []).append((name, row))
    lines = []
    for parameter, stated in known.items():
        by = [(name, row["value"]) for name, row in stated if states(kind, name, parameter)]
        short = all(len(value) < 20 for _, value in by)
        # of a distribution the demand stands on the whole, not on its mean
        parts = address.parse(parameter.removesuffix(".mean"))
        demand = address.field_at(Scenario, parts).demand
        lines.append(
            [
                f"`{parameter}`",
                cell(plain_parameter(parameter)),
                cell(stated[0][1]["unit"]),
                bounds(demand),
                cell("; ".join(f"{name}: {value}" if short else name for name, value in by)),
            ]
        )
    return table(["parameter", "meaning", "unit", "allowed", "stated by"], lines)


def states(kind: str, name: str, parameter: str) -> bool:
    """Whether the file itself states the value, and does not only inherit it."""
    where = parameter.removesuffix(".mean")
    came_from = origins(kind, name)
    files = {file for key, file in came_from.items() if key == where or key.startswith(f"{where}.")}
    return f"{name}.toml" in files or not files


def file(kind: str, name: str) -> Iterator[str]:
    thing = load(kind, name)
    yield ""
    yield f"## {name}"
    yield ""
    yield f"*{escaped(thing.title)}.* {escaped(thing.description)}"
    yield ""
    base = read_toml(locate(kind, name)).get("based_on")
    lines = [f"File: `params/{kind}/{name}.toml`" + (f", based on `{base}`." if base else ".")]
    if users := used_by(kind, name):
        lines.append(f"Used by {', '.join(users)}.")
    yield " ".join(lines)
    if kind == "sweeps":
        yield from table(
            ["axis", "values"],
            [[f"`{axis}`", cell(", ".join(map(str, v)))] for axis, v in thing.axes.items()],
        )
        return
    stated = rows(thing)
    if kind == "scenarios":
        parts = [
            [part, f"[{of}]({KIND_OF[part]}.md)"]
            for part, of in thing.names.items()
            if part in KIND_OF
        ]
        yield from table(["part", "file"], parts)
        stated = [row for row in stated if row["parameter"].split(".")[0] not in KIND_OF]
    yield from table(
        ["parameter", "value", "unit", "range", "source", "status"],
        [
            [
                f"`{row['parameter']}`",
                cell(" ".join(filter(None, (row["value"], row["distribution"])))),
                cell(row["unit"]),
                cell(f"{row['low']} to {row['high']}" if len(row["low"]) < 40 else "see the file"),
                cell("; ".join(filter(None, (row["source"], row["note"])))),
                row["status"],
            ]
            for row in stated
        ],
    )


@lru_cache(maxsize=1)
def uses() -> dict[tuple[str, str], list[str]]:
    """(kind, name) -> the scenarios, sweeps and files of the kind that name it."""
    found: dict[tuple[str, str], list[str]] = {}

    def note(kind: str, name: str, user: str) -> None:
        users = found.setdefault((kind, name), [])
        if user not in users:
            users.append(user)

    def walk(data: Any, user: str, own: str) -> None:
        for key, value in data.items() if isinstance(data, dict) else ():
            kind = own if key == "based_on" else KIND_OF.get(key.split(".")[-1], "")
            kind = "scenarios" if key == "scenario" else kind
            for name in value if isinstance(value, list) else [value]:
                if isinstance(name, str) and kind:
                    note(kind, name, user)
                walk(name, user, own)

    for kind in TITLES:
        for name in list_names(kind):
            walk(read_toml(locate(kind, name)), f"[{name}]({kind}.md)", kind)
    return found


def used_by(kind: str, name: str) -> list[str]:
    return uses().get((kind, name), [])
