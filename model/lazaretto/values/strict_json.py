"""JSON that every reader takes: no NaN, and no Infinity but as text."""

from __future__ import annotations

import json
import math
from typing import Any

INFINITY = {"Infinity": math.inf, "-Infinity": -math.inf}


def strict_json(data: Any, indent: int | None = None) -> str:
    """Plain data as JSON: what is no number is null, an infinite one the text "Infinity"."""
    return json.dumps(_plain(data), indent=indent, allow_nan=False)


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if isinstance(data, float) and not math.isfinite(data):
        return None if math.isnan(data) else "Infinity" if data > 0 else "-Infinity"
    return data


def with_infinities(data: Any) -> Any:
    """What `strict_json` wrote, with infinite numbers as numbers again."""
    if isinstance(data, dict):
        return {key: with_infinities(value) for key, value in data.items()}
    if isinstance(data, list):
        return [with_infinities(value) for value in data]
    return INFINITY.get(data, data) if isinstance(data, str) else data
