"""One error for everything a user states wrongly: what, where, what is allowed, and the usual cause."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import pydantic


class ParameterError(ValueError):
    """Unusable input. Its text is one clear paragraph (one line per problem)."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """' Did you mean ...?' or the list of what there is."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f" Did you mean {near[0]!r}?"
    return f" There are: {', '.join(known)}." if known else ""


def explain(error: pydantic.ValidationError, where: str, keys: Iterable[str] = ()) -> ParameterError:
    """A pydantic error as one line per problem, naming the file and the dotted key."""
    lines = []
    for problem in error.errors(include_url=False):
        path = [str(part) for part in problem["loc"] if not str(part).startswith(("tagged-union", "function-"))]
        lines.append(f"{where}: {'.'.join(path) or '(whole file)'}: {_sentence(problem, path, keys)}")
    return ParameterError("\n".join(lines))


def _sentence(problem: Any, path: list[str], keys: Iterable[str]) -> str:
    kind, value = problem["type"], problem.get("input")
    if kind == "extra_forbidden":
        return f"unknown key.{suggestion(path[-1], keys)}"
    if kind == "missing":
        return "this key is missing; every parameter must be stated"
    message = str(problem["msg"]).removeprefix("Value error, ")
    if kind.startswith("value_error"):
        return message
    shown = repr(value)
    return f"{message[0].lower()}{message[1:]}; got {shown if len(shown) < 80 else shown[:77] + '...'}"
