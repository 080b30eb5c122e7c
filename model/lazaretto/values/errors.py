"""One error for everything a user states wrongly: what, where, what is allowed, and the usual
cause."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

import pydantic


class ParameterError(ValueError):
    """Unusable input. Its text is one clear paragraph (one line per problem)."""


class PopulationError(ValueError):
    """A population that cannot be built as asked, or a table that cannot be read; the text says
    why."""


class DataNotice(UserWarning):
    """What was made of a user's table where it could be understood in one way only."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """' Did you mean ...?' or the list of what there is."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f" Did you mean {near[0]!r}?"
    return f" There are: {', '.join(known)}." if known else ""


# pydantic names the branches of a union in its paths; they are no keys of the file
BRANCH = re.compile(r"^(float|int|str|tuple\[.*|function-.*|tagged-union.*)$", re.DOTALL)
# pydantic names a tagged part of this list by position and type; its address goes by the type
TAGGED = "instruments"
ABOUT_NUMBERS = (
    "float_",
    "int_",
    "tuple_",
    "string_",
    "finite_",
    "too_short",
    "too_long",
    "missing",
)
SHOWN = 80
MOST_PROBLEMS = 40  # told at a time


def explain(
    error: pydantic.ValidationError, where: str, keys: Iterable[str] = ()
) -> ParameterError:
    """A pydantic error as one line per problem, naming the file and the dotted key.

    `keys` are the known keys, for suggestions. What pydantic says once per branch of a union is
    said once.
    """
    problems: dict[tuple[str, ...], Any] = {}
    found = error.errors(include_url=False)
    for problem in found[:MOST_PROBLEMS]:
        path, through_branch = _keys_of(problem)
        if through_branch and problem["type"].startswith(ABOUT_NUMBERS):
            problem = {**problem, "type": "not_a_number"}
        if problem["type"] == "not_a_number":
            # the innermost place tells most; what encloses it failed for the same reason
            if any(other[: len(path)] == path for other in problems):
                continue
            for other in [
                p for p in problems if path[: len(p)] == p and problems[p]["type"] == "not_a_number"
            ]:
                del problems[other]
        elif through_branch and path in problems and problems[path]["type"] == problem["type"]:
            continue
        problems[path] = problem
    lines = [
        f"{where}: {'.'.join(path) or '(whole file)'}: {_sentence(p, path, keys)}"
        for path, p in problems.items()
    ]
    if len(found) > MOST_PROBLEMS:
        lines.append(f"{where}: and {len(found) - MOST_PROBLEMS:,} more problems")
    return ParameterError("\n".join(lines))


def _keys_of(problem: Any) -> tuple[tuple[str, ...], bool]:
    """The path of a problem without the branches of unions, and whether there were any."""
    parts = [str(part) for part in problem["loc"]]
    tagged = {i for i, part in enumerate(parts[:-1]) if i and parts[i - 1] == TAGGED}
    kept = tuple(
        part
        for i, part in enumerate(parts)
        if i not in tagged and (not BRANCH.match(part) or _is_key(problem, i, len(parts)))
    )
    through_branch = len(kept) + len(tagged) < len(parts)
    if (
        "range" in kept
    ):  # two numbers or two lists: one sentence serves for all that can be wrong with it
        through_branch |= kept[-1] != "range"
        kept = kept[: kept.index("range") + 1]
    return kept, through_branch


def _is_key(problem: Any, index: int, length: int) -> bool:
    return problem["type"] == "extra_forbidden" and index == length - 1


def _sentence(problem: Any, path: tuple[str, ...], keys: Iterable[str]) -> str:
    kind, value, context = problem["type"], problem.get("input"), problem.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key.{suggestion(path[-1], keys)}"
    if path and path[-1] == "range" and kind not in ("missing", "value_error"):
        return (
            "two numbers [low, high] are needed, or two lists of them for a list of "
            f"values; got {_shown(value)}"
        )
    if kind == "not_a_number":
        named = bool({"axes", "baseline", "rows"} & set(path))
        wanted = (
            "a name or a number"
            if named
            else "a number (or, for a list of values, a list of numbers)"
        )
        return f"{wanted} is needed; got {_shown(value)}"
    if kind == "missing":
        return "this key is missing; every parameter must be stated"
    if kind == "union_tag_not_found":
        return "the key 'type' is missing; it says which kind of table this is"
    if kind == "union_tag_invalid":
        allowed = re.findall(r"'([^']*)'", context.get("expected_tags", ""))
        return (
            f"unknown type {context.get('tag')!r}; allowed: "
            f"{', '.join(allowed)}.{_near(str(context.get('tag')), allowed)}"
        )
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", context.get("expected", ""))
        return (
            f"{_shown(value)} is not allowed; allowed: "
            f"{', '.join(allowed)}.{_near(str(value), allowed)}"
        )
    message = str(problem["msg"]).removeprefix("Value error, ")
    if kind.startswith("value_error"):
        return message
    return f"{message[0].lower()}{message[1:]}; got {_shown(value)}"


def _near(name: str, allowed: list[str]) -> str:
    close = difflib.get_close_matches(name, allowed, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) < SHOWN else f"{text[: SHOWN - 3]}..."
