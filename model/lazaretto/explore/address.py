"""Settings as an address: what differs from the situation, readable, and nothing else.

`situation=managed&a.tracing=household&a.then.from_day=40`: keys and names are those of the controls
and of the parameter files. Sizes and the curve are set against those of an explorer that is told
nothing, so that an address means the same wherever it is opened. No token stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

from ..parameters import ParameterError
from .presets import default_sizes
from .settings import Policy, Settings, Then, read_settings

SITUATION, NONE, AS_STATED = "situation", "none", "as-stated"
WHOLE = ("people", "seeds", "a.then.from_day", "b.then.from_day")
NUMBERS = (*WHOLE, "latent_days", "kappa")
MOST = 2000  # characters
# what a reader is told has been changed, by the beginning of a key
WORDS = {
    "pathogen": "pathogen",
    "latent_days": "latent period",
    "kappa": "avoidance",
    "region": "region-wide measures",
    "people": "people",
    "seeds": "seeds",
    "curve": "curve",
    "a.tracing": "tracing of A",
    "a.isolation": "isolation of A",
    "a.then": "later change of A",
    "b.tracing": "tracing of B",
    "b.isolation": "isolation of B",
    "b.then": "later change of B",
}


def write_address(settings: Settings, presets: Mapping[str, Settings]) -> str:
    """The address of these settings, for what comes after `#`."""
    own = _flat(default_sizes(presets[settings.situation]))
    now = _flat(settings)
    changed = {key: text for key, text in now.items() if own.get(key) != text}
    for side in ("a", "b"):
        first = f"{side}.then.from_day"
        if first in own and first not in now:
            changed[f"{side}.then"] = NONE
    said = {SITUATION: settings.situation, **changed}
    return "&".join(f"{key}={quote(text, safe='')}" for key, text in said.items())


def changed_words(settings: Settings, preset: Settings) -> list[str]:
    """In which controls the settings differ from the preset, in words; not in which curve is
    shown."""
    first, now = _flat(preset), _flat(settings)
    keys = [key for key in {**now, **first} if first.get(key) != now.get(key) and key != "curve"]
    told = (next(words for start, words in WORDS.items() if key.startswith(start)) for key in keys)
    return list(dict.fromkeys(told))


def read_address(text: Any, presets: Mapping[str, Settings]) -> Settings:
    """The settings of an address. Raises ParameterError for one that no explorer wrote, or an older
    one that this one cannot follow."""
    if not isinstance(text, str) or len(text) > MOST:
        raise ParameterError(f"an address is a text of at most {MOST:,} characters")
    said: dict[str, str] = {}
    for key, value in _pairs(text.removeprefix("#")):
        if key in said:
            raise ParameterError(f"{key} stands twice in the address")
        said[key] = value
    situation = said.pop(SITUATION, "")
    if situation not in presets:
        given = f"is of {situation[:60]!r}" if situation else "names no situation"
        raise ParameterError(f"the address {given}; there are: {', '.join(presets)}")
    own = default_sizes(presets[situation])
    data: dict[str, Any] = {SITUATION: situation}
    sides = {side: _sides(getattr(own, side)) for side in ("a", "b")}
    for key, value in said.items():
        side, _, rest = key.partition(".")
        if side in sides and rest:
            _put(sides[side], key, rest, value)
        elif key in Settings._fields and key not in sides:
            data[key] = _value(key, value)
        else:
            raise ParameterError(f"the address says {key[:40]!r}, and no control is called so")
    return read_settings(data | sides, own, {**presets, situation: own})


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError as problem:
        raise ParameterError(
            "an address is made of key=value, joined by &, as in situation=managed&seeds=50"
        ) from problem


def _put(side: dict[str, Any], key: str, rest: str, value: str) -> None:
    """Put a value of an address into a side as a page has it."""
    if rest == "then" and value == NONE:
        side["then"] = None
    elif rest.startswith("then.") and rest[5:] in Then._fields:
        side["then"] = {**(side["then"] or {}), rest[5:]: _value(key, value)}
    elif rest in Policy._fields and rest != "then":
        side[rest] = value
    else:
        raise ParameterError(f"the address says {key[:40]!r}, and no control is called so")


def _value(key: str, text: str) -> Any:
    """What a text of an address stands for."""
    if key == "latent_days" and text == AS_STATED:
        return None
    if key not in NUMBERS:
        return text
    try:
        return int(text) if key in WHOLE else float(text)
    except ValueError as problem:
        raise ParameterError(f"{key} must be a number; got {text[:40]!r}") from problem


def _sides(policy: Policy) -> dict[str, Any]:
    then = None if policy.then is None else policy.then._asdict()
    return policy._asdict() | {"then": then}


def _flat(settings: Settings) -> dict[str, str]:
    """Every key of an address with its text, the situation left out."""
    flat = {}
    for key, value in settings._asdict().items():
        if key == SITUATION:
            continue
        if not isinstance(value, Policy):
            flat[key] = _text(value)
            continue
        flat |= {f"{key}.tracing": value.tracing, f"{key}.isolation": value.isolation}
        if value.then is not None:
            flat |= {f"{key}.then.{part}": _text(v) for part, v in value.then._asdict().items()}
    return flat


def _text(value: Any) -> str:
    if value is None:
        return AS_STATED
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
