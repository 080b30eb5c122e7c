"""The identity of a model: its values, not what explains them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import pydantic


def value_hash(model: pydantic.BaseModel, without: Iterable[str] = ()) -> str:
    """Sixteen hex digits of a model's values, leaving out what only explains them. without: fields
    that say nothing here."""
    values = _values(model.model_dump(exclude=set(without)))
    text = json.dumps(values, sort_keys=True, default=str)  # dates as text
    return hashlib.sha256(text.encode()).hexdigest()[:16]


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
        "published",
    }
    if isinstance(data, dict):
        return {key: _values(value) for key, value in data.items() if key not in explains}
    if isinstance(data, list | tuple):
        return [_values(value) for value in data]
    # 5 and 5.0 are equal, so they must hash alike
    return int(data) if isinstance(data, float) and data.is_integer() else data
