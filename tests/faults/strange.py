"""Strange input: parameter files and tables with one thing wrong, and a way of calling the program
as a user does.

Used by the tests beside it (hypothesis) and by `tests/verification/fuzz.py` (atheris).
"""

from __future__ import annotations

import copy
import datetime
import io
import json
import math
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from lazaretto.cli import main
from lazaretto.parameters import KINDS, list_names, params_folder

SHIPPED = [(kind, name) for kind in KINDS for name in list_names(kind)]
NAMES = (
    "",
    " ",
    "none",
    "../../etc/passwd",
    "/etc/passwd",
    "-1",
    "=1+1",
    "<script>alert(1)</script>",
    "\x00",
    "\ud7ff",
    "a" * 5000,
    "é\u202e",
)
NUMBERS = (
    0,
    1,
    -1,
    2,
    7,
    366,
    10**6,
    2**31 - 1,
    2**31,
    2**63,
    10**30,
    0.0,
    -0.0,
    0.5,
    1.0,
    1.5,
    -3.25,
    1e-320,
    1e-9,
    1e9,
    1e308,
    math.nan,
    math.inf,
    -math.inf,
    True,
    False,
)
OTHERS = (
    [],
    [[]],
    {},
    [0.5],
    [math.nan],
    ["x"],
    {"value": 1},
    {"a": {"b": {}}},
    datetime.date(2020, 2, 30 - 1),
    datetime.time(1),
    [0.1] * 1000,
)
VALUES = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(NAMES),
    st.sampled_from(OTHERS),
    st.floats(),
    st.integers(-(10**12), 10**12),
    st.text(max_size=12),
).map(copy.deepcopy)


def shipped(kind: str, name: str) -> dict[str, Any]:
    """The plain data of a shipped file."""
    return tomllib.loads((params_folder() / kind / f"{name}.toml").read_text())


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything inside plain data."""
    inside = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in inside:
        yield (*path, key)
        yield from places(value, (*path, key))


def holder(data: Any, path: tuple[Any, ...]) -> Any:
    """What holds the thing at that path."""
    for key in path[:-1]:
        data = data[key]
    return data


def changed(data: dict[str, Any], path: tuple[Any, ...], how: str, value: Any) -> None:
    """One change at a place: set, drop, rename, add beside it, or double an item of a list."""
    where, key = holder(data, path), path[-1]
    if how == "drop":
        del where[key]
    elif how == "set" or isinstance(where, list):
        if how == "add":
            where.append(copy.deepcopy(where[key]))
        else:
            where[key] = value
    elif how == "rename":
        where[key + "_x"] = where.pop(key)
    else:
        where["strange"] = value


@st.composite
def files(draw: Any, kinds: tuple[str, ...] = KINDS) -> tuple[str, dict[str, Any]]:
    """(kind, data) of a shipped file with one to three things wrong."""
    kind, name = draw(st.sampled_from([one for one in SHIPPED if one[0] in kinds]))
    data = shipped(kind, name)
    for _ in range(draw(st.integers(1, 3))):
        everything = list(places(data))
        if not everything:
            break
        path = draw(st.sampled_from(everything))
        changed(
            data,
            path,
            draw(st.sampled_from(("set", "set", "set", "drop", "rename", "add"))),
            draw(VALUES),
        )
    return kind, data


def toml(value: Any, top: bool = True) -> str:
    """Plain data as TOML; tables inside are inline."""
    if top:
        return "".join(
            f"{json.dumps(key)} = {toml(inner, False)}\n" for key, inner in value.items()
        )
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key)} = {toml(inner, False)}" for key, inner in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(toml(inner, False) for inner in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else repr(value)


def call(*arguments: str) -> tuple[int, str, str]:
    """(exit status, stdout, stderr) of the program; anything but a clean end is raised."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with (
            redirect_stdout(out),
            redirect_stderr(err),
        ):  # the consoles of `cli` look the streams up at each print
            main(list(arguments))
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    raise AssertionError("the program came back instead of ending")


def held(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


CELLS = st.one_of(
    st.integers(0, 6).map(str),
    st.integers(0, 6).map(str),
    st.integers(0, 6).map(str),
    st.sampled_from(
        [
            "",
            " ",
            "-1",
            "1.5",
            "1e300",
            "9" * 30,
            "nan",
            "inf",
            "-inf",
            "NULL",
            "=cmd|' /C calc'!A0",
            "+1",
            "@SUM(A1)",
            "<b>x</b>",
            "\x00",
            "True",
            "2020-03-21",
            "Ы",
            "\ud7ff",
            '"',
            '"x\ny"',
            "1,2",
            "0x10",
            "1_000",
            "9223372036854775808",
            "-9223372036854775808",
        ]
    ),
    st.text(max_size=5),
)
HEADERS = st.sampled_from(
    [
        "one,other,day,minutes",
        "one,other,day,minutes",
        "one,other",
        "i,j,thu,fri,sat",
        "# timestamp,user_a,user_b,rssi",
        "one;other",
        "one,one,day,minutes",
        "",
    ]
)
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1")
ENDINGS = (".csv", ".csv", ".csv", ".csv.gz", ".csv.zip", ".csv.xz", ".parquet", ".dat", "")


@st.composite
def tables(draw: Any) -> bytes:
    """The bytes of a table of contacts, more or less wrong."""
    header = draw(HEADERS)
    width = max(2, header.count(",") + 1)
    lines = [header] if header else []
    separator = draw(st.sampled_from([",", ",", ",", " ", "\t", ";"]))
    for _ in range(draw(st.integers(0, 6))):
        cells = draw(st.integers(width - 1, width + 1)) if draw(st.booleans()) else width
        lines.append(separator.join(draw(CELLS) for _ in range(cells)))
    content = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"])).join(lines)
    return content.encode(draw(st.sampled_from(ENCODINGS)), "replace")
