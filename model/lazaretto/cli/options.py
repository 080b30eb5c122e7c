"""The program's options that several commands share, and how their values are read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..parameters import ParameterError

OutFolder = Annotated[
    Path, typer.Option("--out", help="Folder for the results; made if it is not there.")
]
People = Annotated[
    int | None, typer.Option("--people", help="Number of people (default: as in the parameters).")
]
Seeds = Annotated[int | None, typer.Option("--seeds", help="Number of seeds.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, help="Threads (default: all processors).")
]


def read_settings(pairs: list[str] | None) -> dict[str, str]:
    out = {}
    for pair in pairs or []:
        key, equals, value = pair.partition("=")
        if not equals or not key or not value:
            raise ParameterError(
                f"--set {pair}: write key=value, for example --set tracing=interview"
            )
        out[key.strip()] = value.strip()
    return out


def check_positive(value: int, what: str) -> int:
    if value < 1:
        raise ParameterError(f"{what} must be at least 1; got {value}")
    return value
