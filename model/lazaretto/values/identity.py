"""The identity of a model: its values, not what explains them."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

import pydantic

REMEMBERED = 64
UNLESS_STATED = {"timeline", "start_date", "copies"}  # fields that say nothing where they are empty


def value_hash(model: pydantic.BaseModel) -> str:
    """Sixteen hex digits of a model's values, leaving out what only explains them."""
    text = json.dumps(_values(model.model_dump()), sort_keys=True, default=str)  # dates as text
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def value_hash_of(model: pydantic.BaseModel) -> str:
    """`value_hash` of a model that nobody changes, remembered for the model itself."""
    return _remembered(_Itself(model))


class _Itself:
    """A model as a key that is equal to nothing but itself."""

    def __init__(self, model: pydantic.BaseModel) -> None:
        self.model = model

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.model is self.model

    def __hash__(self) -> int:
        return id(self.model)


@lru_cache(maxsize=REMEMBERED)
def _remembered(key: _Itself) -> str:
    return value_hash(key.model)


def _values(data: Any) -> Any:
    explains = {
        "title",
        "short",
        "description",
        "source",
        "status",
        "note",
        "range",
        "distribution",
        "names",
        "row_names",
        "published",
    }
    if isinstance(data, dict):
        return {
            key: _values(value)
            for key, value in data.items()
            if key not in explains and (value or key not in UNLESS_STATED)
        }
    if isinstance(data, list | tuple):
        return [_values(value) for value in data]
    # 5 and 5.0 are equal, so they must hash alike
    return int(data) if isinstance(data, float) and data.is_integer() else data
