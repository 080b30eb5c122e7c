"""Files of others as plain data: bounded in size, number of keys and depth, and text that a screen
can show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..values.errors import ParameterError

MOST_BYTES = 1 << 20  # the largest file that is shipped has a fiftieth of that
MOST_KEYS, MOST_DEPTH = 20_000, 40  # a whole scenario as `lazaretto run` writes it: 3,000 and 9
# a key of so many parts: the reader of TOML takes time and memory that grow with their square
LONG_KEY = re.compile(
    r"""(?<![\w"'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+)""" + f"{{{MOST_DEPTH}}}"
)
SHOWN = 60
# what moves the cursor, colours, deletes, or turns the direction of writing; lines and tabs may be
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def read_text(path: Path) -> str:
    """The text of a file, without a byte-order mark. Raises ParameterError where it is too large,
    not UTF-8 or not readable."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ParameterError(
                f"{path}: this file is larger than {MOST_BYTES >> 20} MiB, which no parameter file "
                "needs to be. Is it a table of contacts or results?"
            )
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ParameterError(
            f"{path}: this is not UTF-8 text ({problem.reason} at byte {problem.start})"
        ) from problem
    except OSError as problem:
        raise ParameterError(f"{path}: cannot be read: {problem.strerror}") from problem


def check_keys(text: str, path: Path) -> None:
    """Raises ParameterError where TOML has a dotted key of more parts than a parameter file has."""
    if LONG_KEY.search(text):
        raise ParameterError(
            f"{path}: a dotted key of {MOST_DEPTH} parts or more, as no parameter file has"
        )


def check_plain(data: Any, path: Path) -> None:
    """Raises ParameterError for more keys, greater depth, or other text than a parameter file
    has."""
    left: list[tuple[Any, tuple[Any, ...], int]] = [(data, (), 0)]
    keys = 0
    while left:
        one, where, depth = left.pop()
        if depth > MOST_DEPTH:
            raise ParameterError(
                f"{path}: {_at(where)}: nested more than {MOST_DEPTH} deep, as no parameter file is"
            )
        lists = enumerate(one) if isinstance(one, list) else ()
        for key, value in one.items() if isinstance(one, dict) else lists:
            keys += 1
            if keys > MOST_KEYS:
                raise ParameterError(
                    f"{path}: more than {MOST_KEYS:,} keys and items, which no parameter file has"
                )
            for text in (key, value):
                if isinstance(text, str) and (found := UNSEEN.search(text)):
                    raise ParameterError(
                        f"{path}: {_at((*where, key))}: the character U+{ord(found[0]):04X} cannot "
                        "be shown; text may hold letters, signs, spaces and line ends"
                    )
            if isinstance(value, dict | list):
                left.append((value, (*where, key), depth + 1))


def _at(where: tuple[Any, ...]) -> str:
    text = ".".join(map(str, where))
    return UNSEEN.sub("?", text if len(text) <= SHOWN else f"{text[:SHOWN]}...")


def visible(text: str) -> str:
    """The text as a screen may show it: what it would act upon is a question mark."""
    return UNSEEN.sub("?", text)
