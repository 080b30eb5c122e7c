"""The generated parameter table: every value with unit, range, source and status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict

import pydantic

from ..values.quantity import Law, Quantity
from .library import COMPONENTS, KIND_OF
from .parts import labels

ROOTS = {COMPONENTS[kind]: part for part, kind in KIND_OF.items()}  # where a component stands


class Row(TypedDict):
    """One line of the table."""

    parameter: str
    value: str
    unit: str
    low: str
    high: str
    distribution: str
    source: str
    status: str
    note: str


def number(value: Any) -> str:
    """A number or list of numbers for people."""
    if isinstance(value, tuple | list):
        return " / ".join(number(v) for v in value)
    if isinstance(value, float) and value == float("inf"):
        return "never"
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else f"{value:.6g}"


def law_text(law: Law) -> str:
    """A law in words."""
    shapes = ", ".join(f"{name} = {number(value)}" for name, value in law.parameters.items())
    most = f", at most {number(law.maximum)}" if law.maximum is not None else ""
    return f"{law.family}({shapes}){most}" if shapes else f"{law.family}{most}"


def rows(model: pydantic.BaseModel, prefix: str | None = None) -> list[Row]:
    """All stated values of a model, depth first, with their addresses from a scenario down, as
    `--set` and `Scenario.replace` take them: a pathogen's begin with `pathogen`. prefix: the
    address of the model itself, where it is a smaller part than a whole component."""
    known = next((part for kind, part in ROOTS.items() if isinstance(model, kind)), "")
    return list(_rows(model, known if prefix is None else prefix))


def _rows(model: Any, prefix: str) -> Iterator[Row]:
    if isinstance(model, Quantity):
        prior = model.distribution
        named = [f"{k} = {number(v)}" for k, v in prior.parameters.items()] if prior else []
        shape = f"{prior.family}({', '.join(named)})" if prior else ""
        yield _row(model, prefix, model.value, shape)
    elif isinstance(model, Law):
        yield _row(model, f"{prefix}.mean", model.mean, law_text(model))
    elif isinstance(model, pydantic.BaseModel):
        for name in type(model).model_fields:
            yield from _rows(getattr(model, name), f"{prefix}.{name}" if prefix else name)
    elif isinstance(model, tuple):
        for label, part in zip(labels(model), model, strict=True):
            if isinstance(part, pydantic.BaseModel):
                yield from _rows(part, f"{prefix}.{label}")
    elif isinstance(model, dict):
        for name, part in model.items():
            if isinstance(part, pydantic.BaseModel):
                yield from _rows(part, f"{prefix}.{name}")


def _row(stated: Quantity | Law, name: str, value: Any, shape: str) -> Row:
    return Row(
        parameter=name,
        value=number(value),
        unit=stated.unit,
        low=number(stated.range[0]),
        high=number(stated.range[1]),
        distribution=shape,
        source=stated.source,
        status=stated.status,
        note=stated.note,
    )


def assumptions(model: pydantic.BaseModel) -> list[Row]:
    """The lines that are assumptions."""
    return [row for row in rows(model) if row["status"] == "assumption"]
