"""What the parts of a model, of dumped data or of a list are called, and what somebody meant who
wrote an address in another way."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

import pydantic

from ..values.errors import suggestion

HIDDEN = "names"  # of a scenario: where its parts came from, no parameter
DEEPEST = 4  # how many parts an address may leave out and still be understood
MOST_NAMED = 3
Names = tuple[str, ...]


def labels(entries: tuple[Any, ...] | list[Any]) -> list[str]:
    """What each part of a list is called: its type or action, or its position where it has none or
    an earlier one has the same."""
    found: list[str] = []
    for position, entry in enumerate(entries):
        label = part_of(entry, "type") or part_of(entry, "action") or str(position)
        found.append(str(position) if label in found else str(label))
    return found


def part_of(thing: Any, key: Any) -> Any:
    """A part of a model, of dumped data or of a list; None where a table has none."""
    if isinstance(thing, pydantic.BaseModel):
        return getattr(thing, key, None)
    if isinstance(thing, dict):
        return thing.get(key)
    return thing[key] if isinstance(thing, tuple | list) and isinstance(key, int) else None


def names_in(at: Any, top: bool) -> dict[str, Any]:
    """What the parts of a model, of dumped data or of a list are called -> key or position."""
    if isinstance(at, pydantic.BaseModel):
        return {name: name for name in type(at).model_fields if not (top and name == HIDDEN)}
    if isinstance(at, dict):
        return {name: name for name in at if not (top and name == HIDDEN)}
    if isinstance(at, tuple | list):
        return {str(i): i for i in range(len(at))} | {n: i for i, n in enumerate(labels(at))}
    return {}


def way_out(at: Any, above: Names, wrong: str, rest: Names) -> str:
    """' Did you mean ...?' with a whole address that can be set, or the list of what there is.

    at: where `wrong` is no part, reached by `above`; rest: what follows it. Understood are hyphens
    and capitals, the name of a file in place of its part of the scenario, and an address from a
    component down, as it stands in the component's own file.
    """
    top = not above
    known = names_in(at, top)
    ways: list[Names] = [(name,) for name in known if _plain(name) == _plain(wrong)]
    if top:
        files = part_of(at, HIDDEN) or {}
        ways += [(part,) for part, name in files.items() if name == wrong and part in known]
    ways += _paths_to(at, wrong, top)
    ways = list(dict.fromkeys(ways)) or [
        (near,) for near in difflib.get_close_matches(wrong, sorted(known), n=1)
    ]
    if not ways:
        return suggestion(wrong, known)
    whole = [way for way in ways if _leads_on(at, (*way, *rest))]
    told = [repr(".".join((*above, *way, *rest))) for way in (whole or ways[:1])[:MOST_NAMED]]
    return f" Did you mean {' or '.join(told)}?"


def _leads_on(at: Any, way: Names) -> bool:
    """Whether there is a part at the end of that way."""
    for name in way:
        known = names_in(at, False)
        if name not in known:
            return False
        at = part_of(at, known[name])
    return True


def _plain(name: str) -> str:
    return name.replace("-", "_").casefold()


def _paths_to(at: Any, wrong: str, top: bool) -> list[Names]:
    """The shortest ways from `at` down to a part of that name."""
    level: list[tuple[Names, Any]] = [((), at)]
    for _ in range(DEEPEST):
        below = [(way, part) for path, one in level for way, part in _below(path, one, top)]
        found = [path for path, _ in below if _plain(path[-1]) == _plain(wrong)]
        if found:
            return found
        level, top = below, False
    return []


def _below(path: Names, at: Any, top: bool) -> Iterator[tuple[Names, Any]]:
    known = names_in(at, top)
    if isinstance(at, tuple | list):
        known = {name: known[name] for name in labels(at)}
    for name, key in known.items():
        yield (*path, name), part_of(at, key)
